#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make bisect CASE=PATTERN GOOD=COMMIT BAD=COMMIT`: the first commit of a range
# (see range.sh) since which CASE is worse than at GOOD.
#
#   CASE=PATTERN    the id of a case as `dlab compare --cases` takes it
#   GOOD=, BAD=     commits of the range (its ends); of KERNEL_SRC without RANGE
#                   they are the range
#
# What is stored is asked first (points.sh) and only then something is built: a
# commit in the middle of what is left.  One that cannot be judged (it does not
# build, crashes, lacks the case) is gone around, as git bisect skip does.
# Exit status: 0 found, 1 told apart as far as possible, 2 bad use, 3 the lab
# failed.
set -euo pipefail
if [[ ${KERNEL_SRC:-} && ! ${RANGE:-}${PATCHES:-} && ${GOOD:-} && ${BAD:-} ]]; then
	RANGE=$GOOD..$BAD
fi
export RANGE=${RANGE:-}
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"
# shellcheck source=scripts/points.sh
. "$(dirname "$0")/points.sh"

end_when_told
[[ ${CASE:-} ]] || die "give CASE=, the id of a case or a pattern"

short() { git -C "$TREE" log -1 --format='%h %s' "${COMMITS[$1]}"; }

# index_of COMMIT DEFAULT: where it stands in the range
index_of()
{
	local i hash
	[[ $1 ]] || { echo "$2"; return; }
	hash=$(git -C "${KERNEL_SRC:-$TREE}" rev-parse -q --verify "$1^{commit}" 2>/dev/null ||
		git -C "$TREE" rev-parse -q --verify "$1^{commit}") ||
		die "there is no commit $1"
	for i in "${!COMMITS[@]}"; do
		[[ ${COMMITS[i]} != "$hash" ]] || { echo "$i"; return; }
	done
	die "$1 is not in the range"
}

# stored I: its point is there; sets POINT
stored()
{
	POINT=$(point_of "$(git -C "$TREE" rev-parse "${COMMITS[$1]}^{tree}")")
	is_stored "$POINT"
}

# measure I: the same, building it if need be
measure()
{
	stored "$1" && return
	BUILT=$((BUILT + 1))
	say "building $(short "$1")"
	"$TOP/scripts/point.sh" "$TREE" "${COMMITS[$1]}" || exit
	stored "$1"
}

run_of() { stored "$1" && echo "$RUNS/$(field "$POINT" run)"; }

compare()
{
	(cd "$TOP" && "$DLAB" compare --cases "$CASE" "$(run_of "$1")" "$(run_of "$2")")
}

# judge I: good, bad or skip, with a reason, in VERDICT; its point is stored
judge()
{
	local outcome status=0
	stored "$1"
	outcome=$(field "$POINT" outcome)
	case $outcome in
	no-build) VERDICT="skip: does not build" ;;
	crash) VERDICT="${CRASH_IS:-skip}: crash, $(field "$POINT" reason)" ;;
	*)
		compare "$GOOD_I" "$1" >/dev/null 2>&1 || status=$?
		case $status in
		0) VERDICT="good" ;;
		1) VERDICT="bad" ;;
		*) VERDICT="skip: dlab compare says $status" ;;
		esac
		;;
	esac
	say "$VERDICT: $(short "$1")"
}

# middle: of those between LOW and HIGH that are left, the one nearest to the
# middle; those that are stored first
middle()
{
	local i d best='' best_d any='' any_d
	for ((i = LOW + 1; i < HIGH; i++)); do
		[[ ! ${SKIPPED[i]:-} ]] || continue
		d=$((2 * i - LOW - HIGH))
		d=${d#-}
		if [[ ! $any ]] || ((d < any_d)); then any=$i any_d=$d; fi
		stored "$i" || continue
		if [[ ! $best ]] || ((d < best_d)); then best=$i best_d=$d; fi
	done
	echo "${best:-$any}"
}

narrow()
{
	local i
	while i=$(middle) && [[ $i ]]; do
		measure "$i"
		judge "$i"
		case $VERDICT in
		good) LOW=$i ;;
		bad*) HIGH=$i ;;
		*) SKIPPED[i]=1 ;;
		esac
	done
}

conclude()
{
	local i
	say "$BUILT built"
	if ((HIGH - LOW == 1)); then
		echo "first bad commit: $(short "$HIGH")"
		git -C "$TREE" log -1 --stat --format= "${COMMITS[HIGH]}"
		compare "$LOW" "$HIGH" || true
		return
	fi
	echo "the first bad commit is one of these; those before the last cannot be judged:"
	for ((i = LOW + 1; i <= HIGH; i++)); do
		echo "  $(short "$i")"
	done
	compare "$LOW" "$HIGH" || true
	exit 1
}

"$TOP/scripts/deps.sh" bench
declare -a COMMITS SKIPPED
BUILT=0
DLAB=$(stage "dlab" "$TOP/scripts/dlab.sh")/dlab
keep "${DLAB%/dlab/dlab}"
export DLAB
set_setting
RANGE_IS=$(patiently "finding the commits" "$TOP/scripts/range.sh")
TREE=$(sed -n 's/^tree\t//p' <<<"$RANGE_IS")
mapfile -t COMMITS < <(sed -n 's/^commit\t//p' <<<"$RANGE_IS")
GOOD_I=$(index_of "${GOOD:-}" 0)
BAD_I=$(index_of "${BAD:-}" $((${#COMMITS[@]} - 1)))
((GOOD_I < BAD_I)) || die "GOOD=${GOOD:-} does not come before BAD=${BAD:-}"
LOW=$GOOD_I HIGH=$BAD_I CRASH_IS=''

measure "$GOOD_I"
[[ $(field "$POINT" run) != - ]] || die "GOOD does not build: $(short "$GOOD_I")"
measure "$BAD_I"
[[ $(field "$POINT" outcome) != crash ]] || CRASH_IS=bad
judge "$BAD_I"
[[ $VERDICT == bad* ]] ||
	die "$CASE is not worse at BAD than at GOOD ($VERDICT): dlab compare --cases '$CASE' $(run_of "$GOOD_I") $(run_of "$BAD_I")"
narrow
conclude
