#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make mutants`: each guard of the series is taken out, and a test has to notice.
#
# A mutant is a patch in bench/user/tests/data/mutants against the series' tip.  Its
# message says what is taken out, the test that must notice (Noticed-by: suite.case),
# and what is run, if not the kernel's KUnit tests where there are bounce buffers
# (Run: WORKLOAD@TOPOLOGY...).
#
# They are built one after the other in a tree that goes from one to the next, and
# booted.  What was found is kept below DMALAB_CACHE/mutants: the same command goes on
# where it was stopped, and does again what has changed.  Prints a table; status 1
# if a mutant went unnoticed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
end_when_told
cd "$TOP"

RUN=test/kernel@vm-bounce
OWN=$CACHE/mutants
export KERNEL=tip

# said PATCH NAME: what a line of its message says
said() { sed -nE "s/^$2: *(\[PATCH[^]]*\] *)?//p; /^---$/q" "$1"; }

# in_own COMMAND...: a script of the lab's, at work beside its other trees, so that
# ccache knows the files again
in_own() { env DMALAB_CACHE="$OWN" DMALAB_CCACHE="$DMALAB_CCACHE" "$@"; }

# failed_in RUN: the tests that failed, and how a boot ended otherwise
failed_in()
{
	local ktap=("$1"/*/ktap/*.txt)
	[[ ! -f ${ktap[0]} ]] || awk -f scripts/ktap.awk "${ktap[@]}" |
		awk -F '\t' '$1 == "not ok" {print $2}'
	awk -F '\t' 'FNR > 1 && $2 != "ok" && $2 != "skip" &&
		$3 !~ /checks failed/ {print $2 ": " $3}' "$1"/*/outcomes.tsv
}

# try PATCH: a line for each test that failed
try()
{
	local build kit run where
	git -C "$WORKTREE" checkout -q -f --detach "$TIP"
	[[ ! -s $1 ]] || apply_mails "$WORKTREE" -C1 "$1" ||
		{ echo "does not apply"; return; }
	build=$(in_own scripts/kernel-build.sh "$WORKTREE" check) ||
		{ echo "does not build"; return; }
	kit=$(in_own scripts/kit.sh "$WORKTREE" "$build" "${DLAB%/dlab/dlab}")
	for where in ${RUNS:-$RUN}; do
		run=$("$DLAB" run --kit "$kit" --results "$OWN/results" --patience 300 \
			--workload "${where%@*}" --topology "${where#*@}") || (($? == 3))
		failed_in "${run:?the lab failed}"
	done | sort -u
}

try_all()
{
	local todo=("$@") i file start=$SECONDS left=''
	say "$# kernels to build and boot"
	for i in "${!todo[@]}"; do
		file=$(found "${todo[i]}")
		say "$((i + 1))/$# $(basename "${file%.*}")$left"
		RUNS=$(said "${todo[i]}" Run)
		try "${todo[i]}" >"$OWN/trying"
		mv "$OWN/trying" "$file"
		left=", about $((((SECONDS - start) * ($# - i - 1) / (i + 1) + 59) / 60)) min to go"
		[[ ${todo[i]} != /dev/null || ! -s $file ]] ||
			die "without a mutant fails, too: $(paste -sd ' ' "$file")"
	done
}

# found PATCH: where its outcome is, by all that it depends on
found()
{
	local key
	key=$({ cat "$1"; echo "$SETTING"; } | sha)
	echo "$OWN/found/$(basename "$1" .patch).$key"
}

verdict()
{
	local all must
	must=$(said "$1" Noticed-by)
	all=$(paste -sd '|' "$(found "$1")" | sed 's/|/, /g')
	case $all in
	*"does not "* | *"$must"*) echo "$all" ;;
	*) echo "none: $must should${all:+, but $all}" ;;
	esac
}

MUTANTS=("$TOP"/bench/user/tests/data/mutants/*.patch)
for patch in "${MUTANTS[@]}"; do
	[[ $(said "$patch" Noticed-by) ]] ||
		die "$patch does not say which test must notice: give it a line Noticed-by: SUITE.CASE"
done
hold "$CACHE/mutants"
hold_kernel
DLAB=$(scripts/dlab.sh)/dlab
TREE=$(scripts/kernel-source.sh)
TIP=$(git -C "$TREE" rev-parse HEAD)
WORKTREE=$OWN/linux/$(basename "$TREE")
SETTING=$(git -C "$TREE" rev-parse "HEAD^{tree}"; scripts/kernel-config.sh check; compiler
	cat workloads/test/*.ini bench/user/tests/guest/*.c)
stable_commits
own "$OWN/linux" "$OWN/found"
[[ -e $WORKTREE/.git ]] || git -C "$TREE" worktree add -q -f --detach "$WORKTREE" "$TIP"
mapfile -t TODO < <(for patch in /dev/null "${MUTANTS[@]}"; do
	[[ -f $(found "$patch") ]] || echo "$patch"
done)
try_all "${TODO[@]}"
table=$(for patch in "${MUTANTS[@]}"; do
	printf '%s\t%s\n' "$(said "$patch" Subject)" "$(verdict "$patch")"
done)
column -t -s $'\t' -o '  ' <<<"$table"
! grep -qP '\t(none|does not )' <<<"$table"
