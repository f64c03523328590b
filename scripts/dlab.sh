#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the command `dlab`.  Prints the directory that it is in.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"

BUILD=$CACHE/user/$(echo "$TOP${CC:+ $COMPILER}" | sha)
hold "$BUILD"
own "$BUILD"
begin_build "$BUILD"
build() { make "${SHOWN:--s}" -C "$TOP/bench/user" O="$BUILD" CC="$CCACHED" -j"$JOBS"; }
quietly() { build >"$BUILD/log" 2>&1; }

# what is compiled is told by a build that fails, and with V=1
if [[ $SHOWN ]]; then
	build >&2
elif ! patiently "building dlab" quietly; then
	cat "$BUILD/log" >&2
	die "dlab cannot be built, see above"
fi
end_build "$BUILD"
echo "$BUILD/dlab"
