#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A disk that is full, that cannot be written, or that is somebody else's: is it told
# in one sentence, before anything is built?
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bench/user/tests/cli/toy/toy.sh
. "$(dirname "$0")/toy/toy.sh"

export DEPS=no PATH=$BIN:$PATH KERNEL_SRC=$KERNEL
unset BASE RANGE PATCHES SUITE TOPOLOGY CASES BOOTS CC
export HERE=$LAB
unset KERNEL LAB

# one_sentence TEXT COMMAND...: it ends with that, and says nothing else
one_sentence()
{
	local out
	out=$("${@:2}" 2>&1) && { echo "did not fail"; false; return; }
	out=$(sed '/^make: \*\*\*/d' <<<"$out")
	[[ $out == "dmalab: "*"$1"* && $out != *$'\n'* ]] || { echo "$out"; false; }
}
# lab TARGET [VARIABLE=VALUE...]
lab() { make -s -C "$HERE" "$@"; }
# nothing was built or written
untouched() { [[ ! -e $SAW && ! -e $1/cache && ! $(find "$1" -name '.room*') ]]; }

# refused DIR WHY CACHE RESULTS: nothing can be written there, since WHY; what each
# command says of its cache, and of its results
refused()
{
	local target
	export DMALAB_CACHE=$1/cache
	for target in kernel dlab "bench SUITE=smoke" "commits RANGE=base..HEAD" list; do
		# shellcheck disable=SC2086 # words
		check "$2: make $target" \
			one_sentence "$3 $1/cache: $2; give another DMALAB_CACHE" lab $target
	done
	check "$2: nothing was done" untouched "$1"
	check "$2: scripts by themselves, too" one_sentence "$2; give another DMALAB_CACHE" \
		env KERNEL=base "$HERE/scripts/kernel-source.sh"
	export DMALAB_CACHE=$WORK/cache
	check "$2: results" \
		one_sentence "$4 $1/runs: $2; that is where results go: give another RESULTS" \
		lab bench SUITE=smoke RESULTS="$1"
	check "$2: nothing was done for them" untouched "$WORK"
	rm -rf "$DMALAB_CACHE"
}

disks()
{
	local target
	mount -t tmpfs -o size=8m,nr_inodes=3 tmpfs "$PLACE"
	refused "$PLACE" "No space left on device" "no room for 64 MB in" "no room for 16 MB in"
	rm -rf "$PLACE/cache"
	mount -o remount,ro "$PLACE"
	refused "$PLACE" "Read-only file system" "cannot write in" "cannot write in"
	umount "$PLACE"
	refused "$THEIRS" "Permission denied" "cannot write in" "cannot write in"
	mount --bind "$HERE" "$HERE"
	mount -o remount,ro,bind "$HERE"
	for target in "commits RANGE=base..HEAD" "bench SUITE=smoke"; do
		# shellcheck disable=SC2086 # words
		check "a checkout that cannot be written: make $target" one_sentence \
			"cannot write in $HERE/results/runs: Read-only file system" lab $target
	done
	check "make new-path" one_sentence "cannot write in $HERE/workloads" lab new-path NAME=mine
	check "the cache and results elsewhere are enough to make bench" \
		lab bench SUITE=smoke RESULTS="$WORK/results"
}

export PLACE=$WORK/place THEIRS=/
mkdir "$PLACE" "$WORK/theirs"
# of a user that is nobody in there
! chown 65534 "$WORK/theirs" 2>/dev/null || THEIRS=$WORK/theirs
if unshare -rm mount -t tmpfs tmpfs "$PLACE" 2>/dev/null; then
	export -f check one_sentence lab untouched refused disks
	export BIN SAW WORK n
	unshare -rm bash -uo pipefail -c disks
else
	echo "ok - full disks # SKIP no file systems of one's own for this user"
fi
