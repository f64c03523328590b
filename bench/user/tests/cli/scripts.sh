#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the scripts stop at the first thing that fails, and say only that?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export DEPS=no DMALAB_CACHE=$WORK

check "an unknown base is named" says "there is no kernel-series/9.9" \
	env BASE=9.9 make -s kernel
check "and ends it" bash -c '! BASE=9.9 make -s kernel 2>&1 | grep "kernel build"'
check "a source that is none is named" says "neither a directory nor a tarball" \
	env KERNEL_SRC=/proc/nothing make -s kernel
check "an unknown lab is named" says "there are vm and native" \
	env LAB=moon make -s bench
check "a kernel cannot be chosen where none is booted" says "leave out: BASE" \
	env LAB=native BASE=6.12 make -s bench
check "an unknown part of a soak is named" says "aa, fuzz, load, commits and io" \
	env PARTS=frob make -s soak
check "a bisection needs a case" says "give CASE=" make -s bisect
check "a range and patches are one too many" says "exclude each other" \
	env DMALAB_CACHE="$WORK" RANGE=a..b PATCHES=. scripts/range.sh
check "patches that are not there are named" says "no such file" \
	env DMALAB_CACHE="$WORK" PATCHES=/proc/nothing scripts/range.sh
