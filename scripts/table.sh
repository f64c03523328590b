#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make table`: the instruction table.  Suite `table` on 6.12 with our series, on
# 7.2 as it is, and on 7.2 with the parameter for coherent page walks; then all
# that could be measured in one table.
# Exit status: 0 all of it, else that of the first kernel that is not whole.
set -euo pipefail
given="${BASE:+BASE }${KERNEL:+KERNEL }${KERNEL_SRC:+KERNEL_SRC }${SUITE:+SUITE }${LAB:+LAB }${RESUME:+RESUME }"
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

end_when_told
[[ ! $given ]] ||
	die "make table chooses kernels and suite itself; leave out: $given"
cd "$TOP"
KERNELS=("6.12 tip" "7.2 base" "7.2 tip")
run_options

say "make table: installs Debian packages (scripts/packages) if any are missing," \
	"builds Linux 6.12 and 7.2 in $CACHE, the latter without and with" \
	"kernel-series/7.2, boots them in QEMU one after another, measures suite" \
	"table on each, writes three runs to results/"

# failed STATUS WHAT: goes on without it
failed()
{
	((STATUS)) || STATUS=$1
	say "$2"
}

# measure BASE KERNEL: adds to RUNS
measure()
{
	local kit run status=0
	kit=$(BASE=$1 KERNEL=$2 "$TOP/scripts/setup.sh" lab \
		--suite table "${RUN_OPTIONS[@]}") || status=$?
	if ((status)); then
		failed "$status" "Linux $1, KERNEL=$2, cannot be had, see above: going on without it"
		return
	fi
	keep "$kit"
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	keep "${DLAB%/dlab/dlab}"
	say "measuring Linux $1, KERNEL=$2"
	run=$("$DLAB" run --suite table "${RUN_OPTIONS[@]}" --kit "$kit") || status=$?
	((!status)) || failed "$status" "not all of Linux $1, KERNEL=$2, was measured, see above"
	[[ ! $run || ! -d $run ]] || RUNS+=("$run")
}

STATUS=0 RUNS=()
for kernel in "${KERNELS[@]}"; do
	# shellcheck disable=SC2086 # two words
	measure $kernel
done
((${#RUNS[@]})) || exit "$STATUS"
"$DLAB" table "${RUNS[@]}" || failed $? "no table, see above"
exit "$STATUS"
