#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make soak`: what takes too long for `make test`, by hand.
#
#   aa      N boots of TOPOLOGY; are all exact figures the same on every one?
#   fuzz    every fuzzer for FUZZ_SECONDS
#   load    SUITE twice, on an idle and on a busy host; does compare say same?
#   commits commits with planted changes, bench/user/tests/data/commits: is each
#           found at its own, with its sign, and nothing else?
#   io      fio with verification on the debug kernel, ten minutes of it on each
#           of four topologies; is anything wrong, or left mapped?
#
# From the environment, or as in `make soak PARTS=aa N=5`:
#   PARTS="aa fuzz load commits io"   which of them
#   N=20  TOPOLOGY=vm-vtd-strict  SUITE=default  FUZZ_SECONDS=600
#   IO_TOPOLOGIES=NAMES    what io runs on, instead of suite soak's
#   CASES='PATTERN...'     what aa measures and load compares (exact figures)
# Runs are kept in $DMALAB_CACHE/soak-results.  The last line says what failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

N=${N:-20}
TOPOLOGY=${TOPOLOGY:-vm-vtd-strict}
SUITE=${SUITE:-default}
CASES=${CASES:-map/scattered* map/contig* map/huge* map/unaligned* map/gapped* map/blk* map/segs* map/smoke*}
FUZZ_SECONDS=${FUZZ_SECONDS:-600}
RESULTS=$CACHE/soak-results
FAILED=()
LOADS=()

# busy on|off: as many busy loops as there are CPUs
busy()
{
	local i
	if ((${#LOADS[@]})); then kill "${LOADS[@]}" 2>/dev/null || true; fi
	LOADS=()
	[[ $1 == on ]] || return 0
	for ((i = 0; i < JOBS; i++)); do
		(while :; do :; done) &
		LOADS+=($!)
	done
}
trap 'busy off' EXIT

measure()
{
	"$DLAB" run --kit "$KIT" --results "$RESULTS" --suite "$SUITE" "$@"
}

differing_figures()
{
	awk -F '\t' -f "$TOP/scripts/differing-figures.awk" "$@"
}

aa()
{
	local run status=0
	run=$(measure --topology "$TOPOLOGY" --cases "$CASES" --boots "$N") || return
	differing_figures "$run"/*-count-*/samples.tsv || status=1
	"$DLAB" compare "$run" "$run" || status=1
	return "$status"
}

fuzz()
{
	make -s -C "$TOP/bench/user" O="$(dirname "$(dirname "$DLAB")")" \
		CC="$CCACHED" SECONDS="$FUZZ_SECONDS" fuzz
}

load()
{
	local idle loaded boot status=0
	idle=$(measure) || return
	busy on
	loaded=$(measure) || return
	busy off
	for boot in "$idle"/*-count-1; do
		boot=$(basename "$boot")
		echo -n "$boot, idle and loaded: "
		differing_figures {"$idle","$loaded"}/"$boot"/samples.tsv || status=1
	done
	# what is not exact would need more boots than one
	"$DLAB" compare --cases "$CASES" "$idle" "$loaded" || status=1
	return "$status"
}

# verdict A B: what dlab compare says of two runs, in a word
verdict()
{
	# its status is the same in numbers
	{ "$DLAB" compare --format tsv "$@" || true; } | columns - verdict |
		awk '{n[$1]++}
			END {
				if (!NR) print "refused"
				else if (n["worse"]) print "worse"
				else if (n["better"]) print "better"
				else print n["inconclusive"] ? "inconclusive" : "same"
			}'
}

# function_of A B: the one that changed most in a case that all histories have
function_of()
{
	"$DLAB" explain --format tsv 'commits/scattered@vm-vtd-strict*path=sg,*size=128k*' "$@" |
		columns - function | sed -n 1p
}

# workloads_of A B: those that have cases which are worse
workloads_of()
{
	{ "$DLAB" compare --format tsv "$@" || true; } | columns - case_a verdict |
		awk -F '\t' '$2 == "worse" {sub(/@.*/, "", $1); print $1}' |
		sort -u | paste -sd ' '
}

# verdicts DIR WHERE: of each commit of a history its outcome, what dlab compare
# says of it and the one measured before, and what WHERE says of the two
verdicts()
{
	local outcome run before='' says where
	columns "$1/commits.tsv" outcome run | while read -r outcome run; do
		says=- where=-
		if [[ $before && $outcome == ok ]]; then
			says=$(verdict {results/runs/"$before",results/runs/"$run"})
			[[ $says == same ]] ||
				where=$("$2" {results/runs/"$before",results/runs/"$run"})
		fi
		printf '%s\t%s\t%s\n' "$outcome" "$says" "$where"
		[[ $outcome != ok ]] || before=$run
	done
}

# planted RANGE KERNEL WHERE: what was planted on KERNEL is found, and where
planted()
{
	local patches=bench/user/tests/data/commits/$1 said status=0
	said=$(PATCHES=$patches SUITE=commits TOPOLOGY='' CASES='' BOOTS='' KERNEL=$2 \
		"$TOP/scripts/commits.sh") || status=$?
	printf '%s\n' "$said"
	# a regression is what it is to find, a crash is planted; what the lab
	# could not measure differs below
	((status != 2)) || return 2
	verdicts "${said##*$'\n'}" "$3" | diff - "$patches/expected"
}

commits()
{
	planted twelve base function_of &&
		planted every-64th base function_of &&
		# what only the series has is among these
		planted corners tip workloads_of
}

# bytes that were right, and mappings before and after, of every case
io()
{
	local debug run status=0
	debug=$("$TOP/scripts/setup.sh" debug) || return
	keep "$debug"
	run=$("$DLAB" run --kit "$debug" --results "$RESULTS" --suite soak \
		${IO_TOPOLOGIES:+--topology "$IO_TOPOLOGIES"} --patience 600) || status=$?
	[[ $run ]] || return
	awk -F '\t' '$2 ~ /^(io_verified_bytes|dma_mappings_)/ {print $1, $2, $3}' \
		"$run"/*/samples.tsv
	# a skip says what was not tried
	awk -F '\t' 'FNR > 1 && $2 != "ok" {print $1 ": " $2 ", " $3}' \
		"$run"/*/outcomes.tsv
	return "$status"
}

cd "$TOP"
read -ra parts <<<"${PARTS:-aa fuzz load commits io}"
for part in "${parts[@]}"; do
	[[ $part == @(aa|fuzz|load|commits|io) ]] ||
		die "PARTS=$part: there are aa, fuzz, load, commits and io"
done
KIT=$("$TOP/scripts/setup.sh" lab --suite "$SUITE" --topology "$TOPOLOGY")
keep "$KIT"
DLAB=$("$TOP/scripts/dlab.sh")/dlab
keep "${DLAB%/dlab/dlab}"
for part in "${parts[@]}"; do
	stage "$part" "$part" || FAILED+=("$part")
done
if ((${#FAILED[@]})); then
	echo "failed: ${FAILED[*]}"
	exit 1
fi
echo "nothing failed"
