#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# One commit: built, booted, measured and stored as a point (see points.sh).
#   point.sh TREE COMMIT
# The commit does not build, does not boot, or its cases fail: that is stored, when
# it came out so twice.  The lab fails (a killed dlab, a full disk): status 3, and
# nothing is; the next call goes on with what is there.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"
# shellcheck source=scripts/points.sh
. "$(dirname "$0")/points.sh"

TREE=${1:?usage: point.sh TREE COMMIT}
COMMIT=${2:?usage: point.sh TREE COMMIT}
: "${SETTING:?set_setting comes first}" "${DLAB:?where is it}"
TREE_HASH=$(git -C "$TREE" rev-parse "$COMMIT^{tree}")
POINT=$(point_of "$TREE_HASH")
WORK=${POINT%.tsv}.work
# A worktree and a build tree that go forward.  They are beside each other as
# all others are, so that ccache knows the files again.
OWN=$CACHE/commits
WORKTREE=$OWN/linux/$(basename "$TREE")
BUILD=$OWN/build/$(basename "$TREE")-commits-lab
KIT_WORK=$OWN/kit/${BUILD##*/}.work
DLAB_BUILD=$(dirname "$(dirname "$DLAB")")
LOG=$BUILD.log
# what is said when the machine fails, not the source
MACHINE_WORDS='No space left on device|Disk quota exceeded|File too large|Killed signal|\] (Terminated|Killed|Interrupt)|annot allocate memory|out of memory|memory exhausted|Read-only file system|Input/output error|Stale file handle|Too many open files|Resource temporarily unavailable|ccache: error'
# also when what was interrupted ends by itself
end_when_told

lab_failed()
{
	say "the lab failed: $*"
	exit 3
}

has_room()
{
	local said
	said=$(room "$@") || lab_failed "$said"
}

# what a build writes at most, where it, the compiler and its cache do
check_room()
{
	has_room 256 "$OWN"
	has_room 64 "${TMPDIR:-/tmp}"
	has_room 64 "$CCACHE_DIR"
}

# in_own COMMAND...: with the worktree's cache for its cache; what it says is kept,
# and what it prints last is in PRINTED
in_own()
{
	local printed=$BUILD.printed status=0
	DMALAB_CACHE=$OWN KERNEL=commits "$@" 2>&1 >"$printed" | tee -a "$LOG" >&2 ||
		status=$?
	PRINTED=$(tail -n 1 "$printed")
	return "$status"
}

check_out()
{
	# the tree that it was made of may have been made anew
	if [[ ! -e $WORKTREE/.git ]] ||
		! git -C "$WORKTREE" rev-parse -q --verify HEAD >/dev/null 2>&1; then
		say "making a worktree of $TREE in $WORKTREE"
		remove "$WORKTREE"
		git -C "$TREE" worktree prune
		patiently "worktree" git -C "$TREE" worktree add -q --detach "$WORKTREE" "$COMMIT"
	fi
	# nobody else is at work in it: a lock is of a git that was killed
	rm -f "$(git -C "$WORKTREE" rev-parse --path-format=absolute --git-path index.lock)"
	# only what differs is written, so only that is built again
	patiently "checking out" git -C "$WORKTREE" checkout -q -f --detach "$COMMIT"
}

# the compiler's word on the source, and none of the machine's, less the lines of
# the source that it quotes
is_no_build()
{
	(($1 < 126)) && ! grep -vE '^ *[0-9]* \|' "$LOG" | grep -qE "$MACHINE_WORDS" &&
		grep -qE 'error:|undefined reference|undefined!|\*\*\*' "$LOG"
}

# keep_reason WHAT: why it does not build, in a line; the log stays
keep_reason()
{
	local first
	first=$(grep -m 1 -E 'error:|undefined reference' "$LOG" ||
		grep -m 1 -F '***' "$LOG" || tail -n 1 "$LOG")
	# the compiler names files as ccache does, from the build
	first=${first//$WORKTREE\//}
	first=${first//..\/..\/linux\/${WORKTREE##*\/}\//}
	REASON="$1: $(tr '\t' ' ' <<<"$first" | cut -c 1-200)"
	tail -n 40 "$LOG" >"${POINT%.tsv}.log"
}

# kernel, module and images; sets BROKEN to what of it is no build, if anything is
build_once()
{
	local status=0
	: >"$LOG"
	BROKEN=''
	in_own "$TOP/scripts/kernel-build.sh" "$WORKTREE" lab || status=$?
	if ((status)); then
		BROKEN=kernel
		# make's own words: what was shown is a choice of them
		cat "$BUILD/.log" >>"$LOG" 2>/dev/null || true
	elif ! patiently "guest images" in_own "$TOP/scripts/kit.sh" "$WORKTREE" "$BUILD" "$DLAB_BUILD"; then
		BROKEN=module
		: >"$LOG"
		in_own "$TOP/scripts/module-build.sh" "$BUILD" "$KIT_WORK/module" || status=$?
		((status)) || lab_failed "no kit of $COMMIT, see above"
	fi
	[[ $BROKEN ]] || {
		KIT=$PRINTED
		return 0
	}
	check_room
	is_no_build "$status" ||
		lab_failed "the build of $COMMIT: $(grep -m 1 -E "$MACHINE_WORDS" "$LOG" || tail -n 1 "$LOG")"
}

# sets OUTCOME to no-build, or leaves it
build()
{
	check_room
	check_out
	build_once
	if [[ $BROKEN ]]; then
		# nothing that the first try wrote is taken, nor the compiler's cache
		# believed
		rm -f "$BUILD/.dmalab-key"
		[[ ! -d $BUILD ]] || touch -d "@$STARTED" "$BUILD/$BUSY"
		RECACHE=1 build_once
	fi
	if [[ $BROKEN ]]; then
		OUTCOME=no-build
		keep_reason "$BROKEN"
	fi
}

# the first of FILE... that is there, if any is
first_of()
{
	local file
	for file; do
		[[ ! -e $file ]] || { echo "$file"; return; }
	done
}
finished_run() { first_of "$WORK"/runs/[!.]*; }
partial_run() { first_of "$WORK"/runs/.partial-*; }

dlab_run()
{
	run_options
	"$DLAB" run --kit "$KIT" --results "$WORK" --suite "$SUITE" \
		"${RUN_OPTIONS[@]}" "$@" >/dev/null {LOCK}>&-
}

# sets RUN, or fails as the lab; status 3 of dlab with a run is the commit's
measure()
{
	local status=0 resume=()
	cd "$TOP"
	[[ ! $(partial_run) ]] || resume=(--resume last)
	dlab_run "${resume[@]}" || status=$?
	if ((status == 2)) && [[ ${resume[*]} ]]; then
		# it was begun by other means than these
		remove "$WORK/runs"
		resume=() status=0
		dlab_run || status=$?
	fi
	((status != 2)) || die "dlab cannot measure this, see above"
	RUN=$(finished_run)
	[[ $RUN ]] || lab_failed "dlab run ended with status $status; the next call goes on with it"
	[[ ${resume[*]} ]] || MEASURE_S=$(since "$BUILT")
}

# the worst that became of a case, with its reason
outcome_of()
{
	awk -F '\t' 'FNR == 1 {next}
		$2 == "timeout" {$2 = "crash"}
		{n[$2]++; if (!($2 in why)) why[$2] = $3}
		END {
			if (n["crash"]) print "crash\t" why["crash"]
			else if (n["fail"]) print "fail\t" why["fail"]
			else print "ok\t" (n["ok"] ? "" : why["skip"])
		}' "$1"/*/outcomes.tsv
}

since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}'; }

# whole or not at all; the run follows its point, so neither is lost
store()
{
	{
		printf '%s\t%s\n' tree "$TREE_HASH" commit "$COMMIT" outcome "$OUTCOME" \
			reason "$REASON" run "$(basename "${RUN:--}")" \
			build_s "$BUILD_S" measure_s "$MEASURE_S"
		printf '%s\n' "$SETTING"
	} >"$POINT.tmp"
	sync "$POINT.tmp"
	mv "$POINT.tmp" "$POINT"
	sync "$POINTS"
}

put_run_in_place()
{
	local run
	run=$(finished_run)
	if [[ $run && -f $POINT && $(basename "$run") == "$(field "$POINT" run)" ]]; then
		mv -T "$run" "$RUNS/$(basename "$run")"
		sync "$RUNS"
	fi
	[[ ! -f $POINT ]] || remove "$WORK"
}

own "$OWN"
make_dir "$OWN/linux" "$OWN/build" "$POINTS" "$RUNS"
hold "$BUILD"
has_room 64 "$POINTS"
put_run_in_place
if is_stored "$POINT"; then exit 0; fi
rm -f "$POINT"
OUTCOME='' REASON='' BUILD_S=- MEASURE_S=- STARTED=$EPOCHREALTIME
RUN=$(finished_run) KIT=''
own "$WORK"
if [[ ! $RUN ]]; then
	build
	# a build that is gone on with tells nothing of the whole
	[[ -f $WORK/build_s ]] || since "$STARTED" >"$WORK/build_s"
	BUILT=$EPOCHREALTIME
	[[ $OUTCOME ]] || measure
fi
[[ ! -f $WORK/build_s ]] || BUILD_S=$(cat "$WORK/build_s")
[[ $OUTCOME ]] || IFS=$'\t' read -r OUTCOME REASON < <(outcome_of "$RUN")
store
put_run_in_place
# 100 MB for every commit
[[ ! $KIT ]] || remove "$KIT"
