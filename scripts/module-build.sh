#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the module for a built kernel.
#   module-build.sh BUILD OUT   with its KUnit tests where BUILD is for tests
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

BUILD=${1:?usage: module-build.sh BUILD OUT}
OUT=${2:?usage: module-build.sh BUILD OUT}
TESTS=no
[[ $BUILD != *-@(debug|check) ]] || TESTS=yes

# nothing is taken of a build that was killed, nor of a copy from before there were
# notes of what is copied
[[ $OUT != "$CACHE"/* || (-f $OUT/.dmalab-sources && ! -e $OUT/$BUSY) ]] || remove "$OUT"
make_dir "$OUT"
begin_build "$OUT"
make "${SHOWN:--s}" -C "$TOP/bench/kmod" KDIR="$BUILD" OUT="$OUT" TESTS="$TESTS" \
	CC="$CCACHED" -j"$JOBS" >&2
end_build "$OUT"
