#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds the kernel of a tree, unless it is built already.
#   kernel-build.sh TREE lab|debug|check|check-NAME
# The last line of standard output is the build directory.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"

TREE=${1:?usage: kernel-build.sh TREE lab|debug|check}
FLAVOUR=${2:?usage: kernel-build.sh TREE lab|debug|check}
BUILD=$CACHE/build/$(basename "$TREE")-$KERNEL-$FLAVOUR

wishes=$({ "$TOP/scripts/kernel-config.sh" "$FLAVOUR"; compiler; } | sha)
key=$({ git -C "$TREE" rev-parse "HEAD^{tree}"; echo "$wishes"; } | sha)
if [[ $(cat "$BUILD/.dmalab-key" 2>/dev/null) == "$key" ]]; then
	echo "$BUILD"
	exit 0
fi

# The configuration is made again only when something that it is made of has
# changed, which few commits do.
configure()
{
	local made_of
	made_of=$({ echo "$wishes"; git -C "$TREE" ls-files -s -- '*Kconfig*' \
		scripts kernel/configs arch/x86/configs; } | sha)
	[[ $(cat "$BUILD/.config-key" 2>/dev/null) != "$made_of" ]] || return 0
	rm -f "$BUILD/.config-key"
	patiently "configuration" \
		"$TOP/scripts/kernel-config.sh" "$FLAVOUR" "$TREE" "$BUILD"
	echo "$made_of" >"$BUILD/.config-key"
}

# how far it is, of what make says on standard input; with V=1 all of that
follow()
{
	if [[ $SHOWN ]]; then cat >&2; else follow_build "$FLAVOUR" "$WHOLE"; fi
}

# of the machine or of the source
failed()
{
	need_room 64 "$BUILD"
	die "$(basename "$TREE") does not build, see above; all that make said is in $BUILD/.log"
}

own "$BUILD"
need_room 256 "$BUILD"
rm -f "$BUILD/.dmalab-key"
begin_build "$BUILD"
configure
WHOLE=$([[ -f $BUILD/vmlinux.o ]] || echo yes)
make ${SHOWN:+"$SHOWN"} -C "$TREE" O="$BUILD" CC="$CCACHED" -j"$JOBS" all 2>&1 |
	tee "$BUILD/.log" | follow || failed
end_build "$BUILD"
echo "$key" >"$BUILD/.dmalab-key"
echo "$BUILD"
