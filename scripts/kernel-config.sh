#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Configures a kernel build from the fragments in kernel-series.
#   kernel-config.sh FLAVOUR             prints the fragments, one after the other
#   kernel-config.sh FLAVOUR TREE BUILD  configures, as MAKE="make ARCH=..." would
# Flavours: lab (what is measured), debug (what make test boots), check (lab with
# the KUnit tests of debug), check-NAME (the same with what kernel-series/options
# has at NAME), users (of mainline, for check-interface), small (i386 without an
# IOMMU).
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

FLAVOUR=${1:?usage: kernel-config.sh FLAVOUR [TREE BUILD]}
TREE=${2:-} BUILD=${3:-}
S=$TOP/kernel-series

fragments()
{
	if [[ $FLAVOUR == small ]]; then
		cat "$S/config.small"
		return
	fi
	cat "$S/config"
	[[ ! -f $S/$BASE/config ]] || cat "$S/$BASE/config"
	case $FLAVOUR in
	lab) ;;
	debug) cat "$S/config.debug" ;;
	users) cat "$S/config.users" ;;
	check*)
		grep -E '^CONFIG_[A-Z0-9_]*KUNIT[A-Z0-9_]*=' "$S/config.debug" || true
		[[ $FLAVOUR == check ]] || options_of "${FLAVOUR#check-}"
		;;
	*) die "kernel-config.sh: there are lab, debug, check, users and small" ;;
	esac
}

options_of()
{
	awk -v name="$1" '$1 == name {
		found = 1
		for (i = 2; i <= NF; i++) if ($i ~ /^CONFIG_/) print $i
	} END {exit !found}' "$S/options" ||
		die "kernel-config.sh: $S/options has no $1"
}

# the last word on an option that the fragments give
wishes()
{
	fragments | grep '^CONFIG_' |
		awk -F= '{last[$1] = $0} END {for (k in last) print last[k]}' | sort
}

kmake() { make "${SHOWN:--s}" -C "$TREE" O="$BUILD" CC="$CCACHED" "$@"; }

if [[ ! $TREE ]]; then
	fragments
	exit 0
fi
own "$BUILD"
[[ $FLAVOUR != small ]] || export ARCH=i386
kmake tinyconfig
wishes >"$BUILD/.fragments"
(cd "$TREE" && scripts/kconfig/merge_config.sh -m -O "$BUILD" \
	"$BUILD/.config" "$BUILD/.fragments" >/dev/null 2>&1)
kmake olddefconfig
wishes | while IFS='=' read -r key value; do
	got=$(sed -n "s/^$key=//p" "$BUILD/.config")
	[[ ${got:-n} == "$value" ]] ||
		say "note: $key=$value is not possible here, it is ${got:-n}"
done
