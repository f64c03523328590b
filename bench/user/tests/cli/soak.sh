#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Does `make soak` count right what differs between boots?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# boot NAME VALUES...: samples of as many metrics
boot()
{
	local file=$WORK/$1 i=0 v
	shift
	printf 'case\tmetric\tvalues\n' >"$file"
	for v; do printf 'map/a[size=4k]\tm%d\t%s\n' $((i++)) "$v"; done >>"$file"
}

# found BOOT...: what is said of them
found()
{
	local args=("${@/#/$WORK/}")
	awk -F '\t' -f scripts/differing-figures.awk "${args[@]}"
}

# finds TEXT BOOT...: something differs, and this is said
finds()
{
	local text=$1 out
	shift
	out=$(found "$@") && { echo "$out"; false; return; }
	[[ $out == "$text" ]] || { echo "$out"; false; }
}

boot a 5x3,7 2601x299,2650
boot b 5x3,9 2601x299,2650
boot c 5x3,7
boot d 7,5x3 2601x298,2650,2601
check "boots that are the same are the same" found a a a
check "a difference is counted and sized" \
	finds "2 boots: 1 of 2 figures differ or are missing; the largest difference is 2: map/a[size=4k] m0 (22 in all)" a b
check "a figure that one boot lacks is not the same" \
	finds "2 boots: 1 of 2 figures differ or are missing" a c
check "another order with the same total is not the same" finds \
	"2 boots: 2 of 2 figures differ or are missing; the largest difference is 0: map/a[size=4k] m0 (22 in all)" a d
check "one boot alone proves nothing" finds \
	"1 boots: 0 of 2 figures differ or are missing" a
