#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make clean`: builds and guest images go; kernel trees, compiler cache and
# results stay, and what somebody else has put beside them.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

shopt -s nullglob dotglob
for dir in "$CACHE"/{build,kit,user,native,check,commits/build,commits/kit}/*/ \
	"$CACHE/elsewhere/"; do
	dir=${dir%/}
	[[ -d $dir ]] || continue
	if is_ours "$dir"; then remove "$dir"; else say "$dir is not of the lab: left alone"; fi
done
