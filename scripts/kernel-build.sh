#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the kernel of a tree, unless it is built already.
#   kernel-build.sh TREE lab|debug
# The last line of standard output is the build directory.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

TREE=${1:?usage: kernel-build.sh TREE lab|debug}
FLAVOUR=${2:?usage: kernel-build.sh TREE lab|debug}
BUILD=$CACHE/build/$(basename "$TREE")-$KERNEL-$FLAVOUR
CC="ccache ${CC:-gcc}"

fragments=("$TOP/kernel-series/config")
[[ -f $TOP/kernel-series/$BASE/config ]] &&
	fragments+=("$TOP/kernel-series/$BASE/config")
[[ $FLAVOUR == debug ]] && fragments+=("$TOP/kernel-series/config.debug")

key=$({ git -C "$TREE" rev-parse "HEAD^{tree}"; cat "${fragments[@]}"
	$CC --version; } | sha)
if [[ $(cat "$BUILD/.dmalab-key" 2>/dev/null) == "$key" ]]; then
	echo "$BUILD"
	exit 0
fi

kmake() { make -C "$TREE" O="$BUILD" CC="$CC" -j"$JOBS" "$@"; }

configure()
{
	local line key value got
	kmake -s tinyconfig
	(cd "$TREE" && scripts/kconfig/merge_config.sh -m -O "$BUILD" \
		"$BUILD/.config" "${fragments[@]}" >/dev/null 2>&1)
	kmake -s olddefconfig
	# the last word on an option that the fragments give
	while IFS= read -r line; do
		key=${line%%=*} value=${line#*=}
		got=$(sed -n "s/^$key=//p" "$BUILD/.config")
		[[ ${got:-n} == "$value" ]] ||
			say "note: $key=$value is not possible here, it is ${got:-n}"
	done < <(cat "${fragments[@]}" | grep '^CONFIG_' |
		awk -F= '{last[$1] = $0} END {for (k in last) print last[k]}' | sort)
}

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
configure
kmake all 2>&1 | progress
echo "$key" >"$BUILD/.dmalab-key"
echo "$BUILD"
