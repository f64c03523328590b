# SPDX-License-Identifier: GPL-2.0-only
# `make help` tells what there is.

# a make that another one's script runs was given something else
unexport MADE

.DEFAULT_GOAL := help
.PHONY: help bench table commits bisect calibrate test soak kernel series
.PHONY: check-series check-interface mutants lab-check dlab report list clean
.PHONY: new-path new-desc new-workload new-topology new-driver named

help: ## this list
	@echo 'dmalab: what does the Linux DMA fast path cost?'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@awk '/^[A-Z_]+=/ {print "  " $$0}' scripts/variables

# what the user named is looked at before anything is done
bench table commits bisect calibrate test soak kernel series: | named
check-series check-interface mutants lab-check dlab report list clean: | named
new-path new-desc new-workload new-topology new-driver: | named
named:
	@scripts/check-input.sh $(MAKECMDGOALS)

bench: ## install, build, boot, measure, report
	@scripts/bench.sh

table: ## every path by shape: 6.12 with our series, 7.2 without and with ours
	@scripts/table.sh

commits: ## a series, range or patches, commit by commit: which one changed what
	@scripts/commits.sh

bisect: ## the first bad commit for CASE=, with as few builds as possible
	@scripts/bisect.sh

calibrate: ## how often the lab is wrong, and the smallest regression it finds
	@scripts/calibrate.sh

test: ## install, build, and run every test
	@scripts/test.sh

soak: ## the tests that take long: A/A boots, long fuzz, verified I/O
	@scripts/soak.sh

kernel: ## kernel and guest images only; prints the kit
	@scripts/setup.sh lab

series: ## the commits of a kernel tree as kernel-series/BASE
	@scripts/series.sh

check-series: ## checkpatch, builds, warnings, KUnit, for every patch
	@scripts/check-series.sh

mutants: ## each guard of the series taken out: which test notices?
	@scripts/mutants.sh

check-interface: ## do drivers written for 7.2 compile with the series?
	@scripts/check-interface.sh

lab-check: ## what LAB=native needs, and which devices it could have; changes nothing
	@scripts/lab-check.sh

dlab: ## the command only; prints where it is
	@scripts/dlab.sh

report: ## the report of results/latest again
	@"$$(scripts/dlab.sh)/dlab" report results/latest

list: ## suites, workloads and topologies
	@"$$(scripts/dlab.sh)/dlab" list

new-path new-desc new-workload new-topology new-driver: ## a template, NAME=
	@scripts/new.sh $(@:new-%=%) "$(NAME)"

clean: ## forget builds and guest images; the kernel trees and results stay
	@scripts/clean.sh
