#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Guests: one that panics, hangs or vanishes is survived; two boots of the same
# kernel are alike to the last byte, and compare says so.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# QEMU takes a comma for the end of a name, the shell a space
R="$WORK/results, all"
run() { "$DLAB" run --kit "$KIT" --results "$R" "$@"; }
outcome() { grep -qP "^test/fault\[how=$1\]\t$2" "$R"/latest/*/outcomes.tsv; }

check "the kit says what of the lab's patches is in its kernel" grep -E \
	'"kernel_series": "(stock|as given|kernel-series/[0-9.]+|other commits)"' "$KIT/kit.json"
mkdir "$WORK/kit"
ln -s "$KIT"/* "$WORK/kit"
rm "$WORK/kit/expect"
echo "kernel_version = #0 SMP of another build" >"$WORK/kit/expect"
check "an image of another build is not measured" exits 3 "$DLAB" run \
	--kit "$WORK/kit" --results "$R" --workload map/smoke --cases '*path=null,size=4k*'
check "and says so" grep -q "promise kernel_version = #0 SMP of another build" \
	"$R"/latest/*/outcomes.tsv

check "a run with broken guests is a failure of the lab" \
	exits 3 run --workload test/fault --patience 15
check "a good case among them is ok" outcome none ok
check "a skip is a skip" outcome skip skip
check "a failure is a failure" outcome fail fail
check "a panic is a crash, with its reason" outcome panic "crash\tKernel panic"
check "a hang is a timeout" outcome hang timeout
check "a guest that ends early is a crash" outcome exit crash
check "consoles of the broken starts are kept" \
	bash -c "ls '$R'/latest/*/console-broken-1.log"

cp -r workloads "$WORK"
sed -i 's/^iommu = .*/&,no-such-property=on/' "$WORK/workloads/topology/vm-vtd-lazy.conf"
check "a machine that QEMU cannot make is skipped" \
	exits 0 run --workloads "$WORK/workloads" --workload map/smoke \
	--topology "vm-vtd-strict vm-vtd-lazy" --cases '*path=null,size=4k*'
check "and what is missing is named" grep -q \
	'skip	intel-iommu of this QEMU has no property no-such-property' \
	"$R"/latest/vm-vtd-lazy-count-1/outcomes.tsv

check "a smoke run ends well" exits 0 run --suite smoke
a=$(readlink -f "$R/latest")
# the second one on a busy host
for ((i = 0; i < $(nproc); i++)); do
	timeout 300 sh -c 'while :; do :; done' &
done
check "so does another on a busy host" exits 0 run --suite smoke
kill %% 2>/dev/null
jobs -p | xargs -r kill 2>/dev/null
b=$(readlink -f "$R/latest")
for f in console.log samples.tsv boot.json; do
	check "$f is the same to the byte" cmp "$a"/*-count-1/$f "$b"/*-count-1/$f
done
check "the run keeps the list of its kernel's functions" cmp "$KIT/functions" "$a/kernel.functions"
runs_iova() { "$DLAB" coverage --format tsv "$a" | grep -P '^drivers/iommu/iova.c\talloc_iova_fast\tsmoke\tstepped$'; }
check "of which dlab coverage says that the suite ran some" runs_iova
check "compare finds no difference" exits 0 "$DLAB" compare "$a" "$b"

# sets qemu to that of the run $pid, unless it ends without one
find_qemu()
{
	until qemu=$(pgrep -f "file:$R/runs/.partial"); do
		kill -0 "$pid" 2>/dev/null || return
		sleep 0.2
	done
}

"$DLAB" run --kit "$KIT" --results "$R" --suite smoke >/dev/null 2>&1 &
pid=$!
check "a run has a QEMU" find_qemu
kill -9 "$pid"
wait "$pid" 2>/dev/null
check "QEMU dies with a dlab that is killed" \
	timeout 10 bash -c "while pgrep -f 'file:$R/[r]uns/.partial'; do sleep 0.2; done"
"$DLAB" run --kit "$KIT" --results "$R" --suite smoke --resume last >"$WORK/log" 2>&1 &
pid=$!
check "one that goes on has, too" find_qemu
kill -9 "$qemu"
check "a killed QEMU is a failure of the lab" exits 3 wait "$pid"
check "and is named" grep -q 'QEMU was killed by signal 9' "$WORK/log"
check "no case is blamed for it: the run goes on" exits 0 \
	"$DLAB" run --kit "$KIT" --results "$R" --suite smoke --resume last
