#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make calibrate`: how often the lab is wrong, and what it can find.  Measures,
# as `make commits` does and in its store:
#
#   neutral   commits that change nothing, bench/user/tests/data/commits/neutral
#   plants    commits that cost N instructions more each, .../commits/plants
#   again     their base, built anew in another directory, BOOTS (20) times
#
# and has `dlab calibrate` write results/calibration.json, which raises the least
# difference that `dlab history` reports.  From the environment: TOPOLOGY (the
# suite's), BOOTS, and KERNEL_SRC, a git tree to which the commits apply; they
# are made for 6.12.  Stopped, the same command goes on.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

end_when_told
cd "$TOP"
PATCHED=bench/user/tests/data/commits
BOOTS=${BOOTS:-20}
# a cache of its own, so that no object of the first build is taken
ELSEWHERE=$CACHE/elsewhere
# what else `make commits` would heed
unset RANGE PATCHES CASES
export SUITE=commits KERNEL=base

# commits VARIABLE=VALUE...: `make commits`; sets DIR to the history
commits()
{
	local status=0 said
	said=$(env "$@" "$TOP/scripts/commits.sh") || status=$?
	printf '%s\n' "$said" >&2
	DIR=${said##*$'\n'}
	# what was planted is found, or what is neutral, too: that is counted
	((status == 1 || status == 4)) || return "$status"
}

# base_of COLUMN: of the history in DIR, its first commit
base_of() { columns "$DIR/commits.tsv" "$1" | sed -n 1p; }

# The same tree, from two directories: a history that changes nothing.
describe_twice()
{
	mkdir -p "$TWICE"
	cat >"$TWICE/history.ini" <<INI
# written by make calibrate
[history]
title = the base of $(basename "$NEUTRAL"), built in two directories
suite = $SUITE
topologies = ${TOPOLOGY:-}
INI
	{
		head -n 2 "$NEUTRAL/commits.tsv"
		tail -n +2 "$AGAIN/commits.tsv"
	} >"$TWICE/commits.tsv"
}

patches=("$PATCHED"/{neutral,plants}/*.patch)
say "make calibrate: builds and measures $((${#patches[@]} + 1)) commits, and one" \
	"of them again in $ELSEWHERE (3 GB) with $BOOTS boots of each topology;" \
	"about half an hour"
stage "neutral rebuilds" commits BOOTS= PATCHES=$PATCHED/neutral
NEUTRAL=$DIR
stage "planted regressions" commits BOOTS= PATCHES=$PATCHED/plants
PLANTS=$DIR
base=$(base_of commit)
own "$ELSEWHERE"
ln -sfnt "$ELSEWHERE" "$CACHE/linux" "$CACHE/user"
stage "boots of the same binaries" commits DMALAB_CACHE="$ELSEWHERE" \
	DMALAB_CCACHE="$ELSEWHERE/ccache" RANGE="$base..$base" BOOTS="$BOOTS"
AGAIN=$DIR
RUN=$(base_of run)
[[ $RUN != - ]] || die "$AGAIN: the base was not measured, see there"
TWICE=${AGAIN%/*}/twice-${AGAIN##*/}
describe_twice
DLAB=$("$TOP/scripts/dlab.sh")/dlab
"$DLAB" calibrate --same "$RUN" --rebuilds "$NEUTRAL" --rebuilds "$TWICE" \
	--planted "$PLANTS"
