#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make clean`: builds and guest images go; kernel trees, compiler cache and
# results stay, and what somebody else has put beside them.  Who builds is waited
# for, and what somebody measures with is left alone.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

shopt -s nullglob dotglob

# wait_for_builds: in the order in which others take these locks, so that no two
# wait for each other
wait_for_builds()
{
	local lock
	for lock in "$CACHE"/test.loc[k] "$CACHE"/{,elsewhere/}commits/build/*.lock \
		"$CACHE"/{linux,user}/*.lock; do
		hold "${lock%.lock}"
	done
	[[ ! -d $CACHE/native || ! -w /run/lock/dmalab-native.lock ]] ||
		hold /run/lock/dmalab-native
}

# user_of DIR...: who keeps one of these (keep, and dlab run the kit that it boots)
user_of()
{
	local dir fd
	for dir; do
		! flock -n "$dir" true || continue
		for fd in /proc/[0-9]*/fd/*; do
			[[ $fd -ef $dir ]] || continue
			fd=${fd#/proc/}
			begun_by "${fd%%/*}"
			return
		done
		echo "another user"
		return
	done
}

wait_for_builds
for dir in "$CACHE"/{build,kit,user,native,check,commits/build,commits/kit}/*/ \
	"$CACHE/elsewhere/"; do
	dir=${dir%/}
	[[ -d $dir ]] || continue
	user=$(user_of "$dir" "$dir"/*/)
	if [[ $user ]]; then
		say "$dir is what $user measures with: left alone"
	elif is_ours "$dir"; then
		remove "$dir"
	else
		say "$dir is not of the lab: left alone"
	fi
done
