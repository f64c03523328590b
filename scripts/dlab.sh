#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the command `dlab`.  Prints the directory that it is in.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

BUILD=$CACHE/user/$(echo "$TOP${CC:+ $COMPILER}" | sha)
own "$BUILD"
make -s -C "$TOP/bench/user" O="$BUILD" CC="$CCACHED" -j"$JOBS" >&2
echo "$BUILD/dlab"
