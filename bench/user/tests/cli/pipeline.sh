#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The whole pipeline without a VM: the null driver on this machine, from run to
# report and verdict; bad use; a kill in the middle; a full disk.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

R=$WORK/results
run() { "$DLAB" run --workload null/harness --topology native --results "$R" "$@"; }

check "a run on this machine ends well" exits 0 run
check "its summary has the harness's own cost" \
	grep -qP 'null/harness@native\[ops=1000\]\tharness_ns\t.*\tok\t' "$R/latest/summary.tsv"
check "its run.json keeps the schema" /usr/bin/python3 -m jsonschema \
	-i "$R/latest/run.json" results/schema/run.json
check "a report is written" "$DLAB" report "$R/latest" --out "$WORK"
check "the page is one file that asks for nothing" \
	bash -c "! grep -E '(src|href)=\"?https?:' '$WORK/report.html'"
check "the summary can be made again" \
	bash -c "cp '$R/latest/summary.tsv' '$WORK/s' && rm '$R/latest/summary.tsv' &&
		'$DLAB' stat '$R/latest' && cmp '$R/latest/summary.tsv' '$WORK/s'"
check "one boot against one is inconclusive" \
	exits 4 "$DLAB" compare "$R/latest" "$R/latest"
check "a table without figures is refused with what to look at" \
	says "no run has op_insns of a case that has a path; \`dlab show RUN --case" \
	"$DLAB" table "$R/latest"
check "as bad use" exits 2 "$DLAB" table "$R/latest"

check "an unknown verb is bad use" exits 2 "$DLAB" frobnicate
check "a word too many is named" says "dlab stat: what is \`more\`?" \
	"$DLAB" stat "$R/latest" more
check "a missing one is told, with the usage" says "usage: dlab compare" \
	"$DLAB" compare "$R/latest"
show_to_full_disk() { "$DLAB" show "$R/latest" >/dev/full; }
check "output that does not arrive is told" \
	says "dlab show: cannot write" show_to_full_disk
check "as a failure of the lab" exits 3 show_to_full_disk
check "an unknown topology is named" says "no topology \`nowhere\`" \
	run --topology nowhere
bad=$WORK/workloads
cp -r workloads "$bad"
printf '[workload]\ndriver = null\nkind = time\n[set]\nopps = 3\n' >"$bad/null/bad.ini"
check "a wrong key is named with file and the keys there are" \
	says "driver null has no key \`opps\`; it has ops" \
	"$DLAB" run --workloads "$bad" --workload null/bad --topology native --results "$R"
printf '[workload]\ndriver = null\nkind = time\nnonsense\n' >"$bad/null/bad.ini"
check "a wrong line is named by number" says "null/bad.ini:4:" \
	"$DLAB" run --workloads "$bad" --workload null/bad --topology native --results "$R"
check "a number out of range is refused" says "must be 1 to" run --boots 0

# what is called latest there, and is no link, is the user's
mkdir "$WORK/theirs"
echo thesis >"$WORK/theirs/latest"
check "a file in the way of the link is not replaced" says "is there and no link of the lab's" \
	run --results "$WORK/theirs"
check "before anything is measured" test "$(cat "$WORK/theirs/latest") $(ls "$WORK/theirs")" = "thesis latest"

# a kill -9 in the middle leaves the earlier run whole and can be resumed
before=$(readlink "$R/latest")
printf '[workload]\ndriver = null\nkind = time\n[matrix]\nops = 200000\n' >"$bad/null/bad.ini"
"$DLAB" run --workloads "$bad" --workload null/bad --topology native \
	--results "$R" --boots 12 >/dev/null 2>&1 &
pid=$!
until compgen -G "$R/runs/.partial-*/native-time-2" >/dev/null; do sleep 0.1; done
kill -9 "$pid"
wait "$pid" 2>/dev/null
check "after kill -9 latest is still the earlier run" \
	test "$(readlink "$R/latest")" = "$before"
check "nothing runs on" bash -c "! pgrep -f '[m]easure --cases $R'"
check "the unfinished run is resumed" "$DLAB" run --workloads "$bad" \
	--workload null/bad --topology native --results "$R" --boots 12 --resume last
check "with every boot there once" bash -c \
	"[[ \$(ls -d '$R'/latest/native-time-* | wc -l) == 12 ]]"

# Ctrl-C
"$DLAB" run --workloads "$bad" --workload null/bad --topology native \
	--results "$R" --boots 12 >/dev/null 2>"$WORK/told" &
pid=$!
until compgen -G "$R/runs/.partial-*/native-time-1" >/dev/null; do sleep 0.1; done
kill -INT "$pid"
check "an interrupt ends it as a failure of the lab" exits 3 wait "$pid"
check "and leaves no half written boot" \
	bash -c "! compgen -G '$R/runs/.partial-*/.native*'"
before=$(readlink "$R/latest")
goes_on() { bash -c "$(grep -A 1 'this goes on with it' "$WORK/told" | tail -n 1)"; }
check "the command that it says goes on" goes_on
check "to the end" bash -c "[[ \$(readlink '$R/latest') != '$before' ]]"

# the same where make began it: make's command, for a shell and for make
"$DLAB" run --workloads "$bad" --workload null/bad --topology native --results "$R" \
	--boots 12 --make bench --make "KERNEL_SRC=it's \$x" >/dev/null 2>"$WORK/told" &
pid=$!
until compgen -G "$R/runs/.partial-*/native-time-1" >/dev/null; do sleep 0.1; done
kill -INT "$pid"
wait "$pid"
told() { sed -n "s/^  make bench \(.*\) RESUME=$(basename "$R"/runs/.partial-* | cut -c 10-)\$/\1/p" "$WORK/told"; }
heard() { bash -c "make -s -f - $(told)" <<<$'all:\n\t@echo "$$KERNEL_SRC"'; }
check "make is told to go on as it was told to begin" grep -xF "it's \$x" <(heard)
rm -r "$R"/runs/.partial-*

if [[ -c /dev/dmalab ]]; then
	n=$((n + 1))
	echo "ok $n - a run that needs the module # SKIP it is loaded"
else
	nothing() { ! ls -A "$WORK/none"; }
	native() { "$DLAB" run --suite smoke --topology native --results "$WORK/none"; }
	check "what needs the module is not run without it" \
		says "make bench LAB=native" native
	check "as bad use" exits 2 native
	check "and nothing is stored" nothing
fi
check "a run of this machine records its kernel" \
	grep -F "\"kernel_release\": \"$(uname -r)\"" "$R/latest/run.json"
check "and its report names it" grep -F "in Linux $(uname -r)" \
	<("$DLAB" report "$R/latest" --format md)


# ---- this machine, and what config.local says of it

# local LINE...: a run with a config.local of these lines
local_run()
{
	printf '%s\n' '[machine]' "$@" >"$WORK/config.local"
	run --topology native --machine "$WORK/config.local"
}
runs() { ls -A "$R/runs" "$R/latest/"; }
BEFORE=$(runs)
# refused TEXT LINE...: it is, with status 2, and nothing is stored
refused()
{
	local text=$1 out status=0
	shift
	out=$(local_run "$@" 2>&1) || status=$?
	[[ $status == 2 && $out == *"$text"* && $(runs) == "$BEFORE" ]] ||
		{ echo "status $status: $out"; false; }
}
check "a slip in a key is told" refused "config.local:2: unknown key \`dma_devise\` in [machine]; did you mean \`dma_device\`?" "dma_devise = 0000:00:00.0"
check "a key that is like none" refused "there are dma_device, borrow, nvme_blk and nvme_char" "colour = blue"
check "a slip in a section" refused "unknown section [machien]; did you mean \`machine\`?" "[machien]" "dma_device = 0000:00:00.0"
check "a key that is given twice" refused "\`nvme_blk\` is given twice" "nvme_blk = /dev/a" "nvme_blk = /dev/b"
check "what is no PCI address" refused "\`eth0\`, must be a PCI address" "dma_device = eth0"
check "a PCI address without its domain" refused "did you mean \`0000:41:00.0\`?" "dma_device = 41:00.0"
check "a device that is not there" refused "there is no such PCI device" "dma_device = 0000:ff:1f.7"
check "a namespace that is not there" refused "nvme_blk = /dev/nvme77n1: No such file" "nvme_blk = /dev/nvme77n1"
check "what is no block device" refused "/dev/null is no block device" "nvme_blk = /dev/null"
check "borrowing nothing" refused "needs a dma_device" "borrow = yes"
check "a file that is not there" exits 2 run --machine "$WORK/none"
check "without a word of what to measure nothing is" \
	says "is a guest, which needs --kit DIR" "$DLAB" run --results "$R"
check "as bad use" exits 2 "$DLAB" run --results "$R"
check "this machine is not measured under a guest's name" \
	says "topology \`vm-vtd-strict\` is a guest" run --topology vm-vtd-strict
check "nor a guest under this machine's" \
	says "topology \`native\` is this machine" run --kit "$WORK"
check "nothing is stored of any of it" test "$(runs)" = "$BEFORE"

if mkdir "$WORK/full" && mount -t tmpfs -o size=100k tmpfs "$WORK/full" 2>/dev/null; then
	check "a full disk is named" says "No space left" "$DLAB" run --workloads "$bad" \
		--workload null/bad --topology native --results "$WORK/full" --boots 12
	umount "$WORK/full"
else
	n=$((n + 1))
	echo "ok $n - a full disk is named # SKIP mounting a small tmpfs needs root"
fi
