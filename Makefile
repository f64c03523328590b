# SPDX-License-Identifier: GPL-2.0-only
# `make help` tells what there is.

# Variables that the scripts read; scripts/lib.sh has the defaults.
export SUITE BASE KERNEL LAB DEPS TOPOLOGY KERNEL_SRC DMALAB_CACHE CASES BOOTS
export RESUME QEMU KDIR V FAST TAP PARTS RANGE PATCHES CASE GOOD BAD
# make has a CC of its own; only the user's counts
ifneq ($(origin CC),default)
export CC
endif

.DEFAULT_GOAL := help
.PHONY: help bench table commits bisect calibrate test soak kernel series
.PHONY: check-series lab-check dlab report list clean
.PHONY: new-path new-desc new-workload new-topology new-driver

help: ## this list
	@echo 'dmalab: what does the Linux DMA fast path cost?'
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' Makefile
	@echo
	@awk '/^# -- /{sub(/^# -- /, ""); print "  " $$0}' Makefile

# -- SUITE=smoke|default|full   what to measure (default)
# -- TOPOLOGY="NAME..."         these topologies instead of the suite's
# -- CASES=PATTERN              only cases whose id matches the shell pattern
# -- BOOTS=N                    boots of each topology
# -- BASE=6.12|7.2              Debian's kernel source to measure (6.12)
# -- KERNEL=base|tip            without or with kernel-series/BASE (tip)
# -- KERNEL_SRC=PATH            a kernel directory, git repository or tarball instead
# -- RANGE=A..B                 commits: these of KERNEL_SRC (the series of BASE)
# -- PATCHES=MBOX|DIR           commits: these on BASE or KERNEL_SRC instead
# -- CASE=PATTERN               bisect: the case that got worse
# -- GOOD=COMMIT BAD=COMMIT     bisect: where it was good, and is bad
# -- FAST=1                     check-series: build at the tip only
# -- TAP=1                      check-series: a line for each check, no table
# -- PARTS="aa load commits …"   parts of soak, see scripts/soak.sh (all)
# -- LAB=vm|native              guests, or this machine as it is booted (vm)
# -- RESUME=RUN|last            go on with an unfinished run
# -- DEPS=no                    install nothing
# -- DMALAB_CACHE=DIR           where what can be kept is kept (~/.cache/dmalab)
# -- QEMU=PROGRAM               QEMU >= 7.2 (qemu-system-x86_64)
# -- CC=COMPILER                for the kernel and the programs (gcc)
# -- KDIR=DIR                   LAB=native: headers of the booted kernel
# -- NAME=NAME                  what a new-... target makes
# -- V=1                        show commands

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
