#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make clean`: builds and guest images go; kernel trees, compiler cache and
# results stay.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

rm -rf "${CACHE:?}/build" "$CACHE/kit" "$CACHE/user" "$CACHE/native" \
	"$CACHE/check" "$CACHE/commits/build" "$CACHE/commits/kit" \
	"$CACHE/elsewhere"
