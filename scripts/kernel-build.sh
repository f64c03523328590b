#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the kernel of a tree, unless it is built already.
#   kernel-build.sh TREE lab|debug|check
# The last line of standard output is the build directory.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

TREE=${1:?usage: kernel-build.sh TREE lab|debug|check}
FLAVOUR=${2:?usage: kernel-build.sh TREE lab|debug|check}
BUILD=$CACHE/build/$(basename "$TREE")-$KERNEL-$FLAVOUR
CC="ccache ${CC:-gcc}"

key=$({ git -C "$TREE" rev-parse "HEAD^{tree}"; "$TOP/scripts/kernel-config.sh" "$FLAVOUR"
	$CC --version; } | sha)
if [[ $(cat "$BUILD/.dmalab-key" 2>/dev/null) == "$key" ]]; then
	echo "$BUILD"
	exit 0
fi

kmake() { make -C "$TREE" O="$BUILD" CC="$CC" -j"$JOBS" "$@"; }

# one line every few seconds from the make output on standard input
progress()
{
	local n=0 total line eta start=$SECONDS shown=$SECONDS
	total=$(cat "$BUILD/.objects" 2>/dev/null || echo 1400)
	while IFS= read -r line; do
		case $line in
		"  CC "* | "  AS "*) n=$((n + 1)) ;;
		*[Ee]rror*) echo "$line" ;;
		esac
		((SECONDS < shown + 10)) && continue
		shown=$SECONDS eta=
		((n > 50 && n < total)) &&
			eta=", about $(((SECONDS - start) * (total - n) / n)) s to go"
		echo "   $n of about $total objects, $((SECONDS - start)) s$eta"
	done >&2
	((n < 1000)) || echo "$n" >"$BUILD/.objects"
}

mkdir -p "$BUILD"
rm -f "$BUILD/.dmalab-key"
"$TOP/scripts/kernel-config.sh" "$FLAVOUR" "$TREE" "$BUILD"
kmake all 2>&1 | progress
echo "$key" >"$BUILD/.dmalab-key"
echo "$BUILD"
