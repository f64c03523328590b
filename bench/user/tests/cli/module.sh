#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's sources: no warning of the compiler (W=1), of sparse or of
# checkpatch --strict.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

build=$(realpath "$KIT/build")

quiet()
{
	local out
	out=$("$@" 2>&1) || { echo "$out"; return 1; }
	[[ -z $out ]] || { echo "$out"; false; }
}

# compat.h is the place for the kernel's version, whatever checkpatch says
checkpatch()
{
	git ls-files 'bench/kmod/*.[ch]' scripts/templates/path.c scripts/templates/desc.c |
		xargs "$build/source/scripts/checkpatch.pl" --strict --no-tree \
			--no-summary --quiet --file \
			--ignore LINUX_VERSION_CODE,CONSTANT_COMPARISON,EMBEDDED_FILENAME
}

check "the compiler and sparse have nothing to say" quiet make -s -C bench/kmod \
	KDIR="$build" OUT="$WORK/kmod" W=1 C=2
check "checkpatch --strict neither" quiet checkpatch
