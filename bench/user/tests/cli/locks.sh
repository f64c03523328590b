#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Several builds in one DMALAB_CACHE, from two checkouts: does each get what it
# asked for, does who waits know for whom, and does a killed one stand in nobody's
# way?  The builds here only look whether they are alone.
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

SRC=$WORK/src
export DEPS=no DMALAB_CACHE=$WORK/cache KERNEL_SRC=$SRC
unset KERNEL BASE CC

git init -q "$SRC"
mkdir -p "$SRC/drivers/iommu"
seq 1 20 >"$SRC/drivers/iommu/iommu.c"
touch "$SRC/Makefile"
git -C "$SRC" add -A
git -C "$SRC" -c user.name=S -c user.email=s@localhost commit -qm linux

# checkout NAME: one that builds nothing
checkout()
{
	local lab=$WORK/$1
	mkdir -p "$lab/kernel-series/6.12"
	cp -r Makefile scripts "$lab"
	echo 6.12 >"$lab/kernel-series/6.12/base"
	cat >"$lab/kernel-series/6.12/0001.patch" <<'MAIL'
From: S <s@localhost>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH] iommu: ours

---
diff --git a/drivers/iommu/iommu.c b/drivers/iommu/iommu.c
--- a/drivers/iommu/iommu.c
+++ b/drivers/iommu/iommu.c
@@ -1,3 +1,3 @@
-1
+ours
 2
 3
MAIL
	echo 0001.patch >"$lab/kernel-series/6.12/series"
	cat >"$lab/scripts/kernel-build.sh" <<-'SH'
		#!/usr/bin/env bash
		busy=$DMALAB_CACHE/busy.$(basename "$1")
		mkdir "$busy" || exit 1
		before=$(head -n 1 "$1/drivers/iommu/iommu.c")
		touch "$DMALAB_CACHE/began"
		for ((i = 0; i < 20; i++)); do sleep 0.02; done
		while [[ $0 == */one/* && -e $DMALAB_CACHE/hold && -e $busy ]]; do
			sleep 0.02
		done
		rmdir "$busy"
		[[ $before == "$(head -n 1 "$1/drivers/iommu/iommu.c")" ]] || exit 1
		echo "$before"
	SH
	# what stands for the kit is the kernel that was built
	# shellcheck disable=SC2016 # it is for that script
	printf '#!/bin/sh\necho "$2"\n' >"$lab/scripts/kit.sh"
	printf '#!/bin/sh\necho /dlab/dlab\n' >"$lab/scripts/dlab.sh"
	chmod +x "$lab"/scripts/*.sh
}
checkout one
checkout two
# setup CHECKOUT KERNEL: prints the kit
setup() { KERNEL=$2 "$WORK/$1/scripts/setup.sh" lab 2>"$WORK/said.$1.$2"; }

setup one base >/dev/null
for lab in one two; do
	for kernel in base tip; do
		setup $lab $kernel >"$WORK/kit.$lab.$kernel" &
	done
done
wait
for lab in one two; do
	check "four builds at once: $lab has base" grep -qx 1 "$WORK/kit.$lab.base"
	check "and tip" grep -qx ours "$WORK/kit.$lab.tip"
done
# start: one that is at work until it is killed, or told to end, in a group of its
# own
start()
{
	rm -f "$DMALAB_CACHE/began"
	touch "$DMALAB_CACHE/hold"
	set -m
	KERNEL=base env --default-signal=INT,TERM make -C "$WORK/one" kernel \
		>/dev/null 2>&1 &
	pid=$!
	set +m
	soon test -e "$DMALAB_CACHE/began"
}
# soon COMMAND...: until it is so, or a minute is over
soon()
{
	local n=0
	until "$@" || ((n++ > 1200)); do sleep 0.05; done
}
cat_and_find() { tee /dev/stderr <"$2" | grep -qE "$1"; }
# gone: it is, and what it was at is no more
gone()
{
	wait "$pid" 2>/dev/null
	rm -rf "$DMALAB_CACHE"/{hold,busy.*}
}
in_time() { KERNEL=base timeout 30 "$WORK/two/scripts/setup.sh" lab; }
another() { KERNEL_SRC=$WORK/other in_time; }

rm "$WORK"/said.*
start
setup two base >/dev/null &
second=$!
soon grep -qs waiting "$WORK/said.two.base"
check "who waits says for whom" cat_and_find \
	"^== waiting for make -C $WORK/one kernel \(process $pid, in $WORK/one\)" \
	"$WORK/said.two.base"
kill -9 -- "-$pid"
gone
check "a killed build leaves no lock" wait "$second"
start
kill -INT -- "-$pid"
gone
check "nor does one that Ctrl-C ended" in_time
start
kill -9 "$pid"
wait "$pid" 2>/dev/null
(sleep 1; rm "$DMALAB_CACHE/hold") &
check "what a killed script left at work is waited for" in_time

# ---- make clean

for dir in build/made kit/made/1 user/made commits/build/made; do
	mkdir -p "$DMALAB_CACHE/$dir"
	touch "$DMALAB_CACHE/${dir%/1}/.dmalab"
done
made() { for dir in build kit user commits/build; do [[ ! -e $DMALAB_CACHE/$dir/made ]] || echo $dir; done; }
made_is() { [[ $(made | paste -sd ' ') == "$*" ]] || { made; false; }; }
start
make -s -C "$WORK/two" clean 2>"$WORK/said.clean" &
second=$!
soon grep -qs waiting "$WORK/said.clean"
check "make clean says for whom it waits" cat_and_find \
	"^== waiting for make -C $WORK/one kernel \(process $pid, in .*\), which is at work on src-" \
	"$WORK/said.clean"
check "and removes nothing meanwhile" made_is build kit user commits/build
rm "$DMALAB_CACHE/hold"
check "then it cleans" wait "$second"
check "all of it" made_is
wait "$pid"

# take WHAT DIR: somebody who holds or keeps it
take()
{
	rm -f "$WORK/taken"
	mkdir -p "$DMALAB_CACHE/$2"
	touch "$DMALAB_CACHE/${2%/1}/.dmalab"
	bash -c ". '$WORK/one/scripts/lib.sh'; $1 '$DMALAB_CACHE/$2'; >'$WORK/taken'; exec sleep 60" &
	pid=$!
	soon test -e "$WORK/taken"
}
let_go() { kill "$pid"; wait "$pid" 2>/dev/null; }
clean() { timeout 30 make -s -C "$WORK/two" clean 2>"$WORK/said.clean"; }
cannot_clean() { ! timeout 2 make -s -C "$WORK/two" clean; }
for what in commits/build/made user/made; do
	take hold $what
	check "who is at work on $what is waited for" cannot_clean
	check "and it is there" test -e "$DMALAB_CACHE/$what"
	let_go
done
for what in kit/made/1 user/made; do
	take keep $what
	check "what somebody measures with stays: $what" clean
	check "it is said whose it is" grep -qE "made is what sleep 60 \(process $pid, in .*\) measures with: left alone" "$WORK/said.clean"
	check "and it is there" test -e "$DMALAB_CACHE/$what"
	let_go
done
check "afterwards it goes" clean
check "all of it" made_is

cp -r "$SRC" "$WORK/other"
start
check "another kernel is not waited for" another
rm "$DMALAB_CACHE/hold"
check "nor is that one harmed" wait "$pid"
