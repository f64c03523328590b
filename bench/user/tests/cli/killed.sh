#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# A build that is killed in the middle of a file leaves half of it, newer than what
# it is made of.  Does the next one take that for whole?  And does a build with
# another assembler or linker take what the ones before made?
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=bench/user/tests/cli/toy/toy.sh
. "$(dirname "$0")/toy/toy.sh"

export DEPS=no PATH=$BIN:$PATH DMALAB_CACHE=$WORK/cache KERNEL_SRC=$KERNEL
unset BASE RANGE PATCHES SUITE TOPOLOGY CASES BOOTS CC
HOLD=$WORK/hold HALF=$WORK/half

# whatever writes a file here writes the half, and stops while there is $HOLD
cat >>"$KERNEL/Makefile" <<MAKE
all modules: \$(or \$(M),\$(O))/x.o
\$(or \$(M),\$(O))/x.o:
	@$BIN/slowly \$@
MAKE
stub "$BIN/slowly" <<STUB
echo half >"\$1"
while [[ -e $HOLD ]]; do touch "$HALF"; sleep 0.02; done
echo whole >>"\$1"
STUB
stub "$BIN/ccache" <<'STUB'
cat "$CCACHE_EXTRAFILES" >"$SAW.as"
while (($# > 1)); do
	[[ $1 != -o ]] || "${0%/*}/slowly" "$2"
	shift
done
STUB
commit "$KERNEL" "linux: x.o"

TREE=$(KERNEL=base "$LAB/scripts/kernel-source.sh" 2>/dev/null)
kernel() { KERNEL=base "$LAB/scripts/kernel-build.sh" "$TREE" lab; }
module() { "$LAB/scripts/module-build.sh" "$(kernel)" "$DMALAB_CACHE/module"; }
dlab() { "$LAB/scripts/dlab.sh"; }

# killed WHAT: with all of its children, in the middle of a file
killed()
{
	local pid n=0
	rm -f "$HALF"
	touch "$HOLD"
	set -m
	"$1" >/dev/null 2>&1 &
	pid=$!
	set +m
	until [[ -e $HALF ]] || ((n++ > 600)); do sleep 0.05; done
	kill -9 -- "-$pid"
	wait "$pid" 2>/dev/null
	rm "$HOLD"
}
# halves: files of which there is only the first half
halves() { find "$DMALAB_CACHE" -type f -size 5c -exec grep -lx half {} +; }
is_half() { [[ $(halves) ]]; }
is_whole() { ! is_half; }

for what in kernel module dlab; do
	killed $what
	check "$what, killed: a file is half" is_half
	check "$what: the next build ends" $what
	check "$what: and all that it made is whole" is_whole
done
again() { [[ $(kernel 2>&1 | grep -c interrupted) == 0 ]]; }
check "nothing is made again by the one after that" again

# what looks like a build that was killed, and is somebody's
mkdir "$WORK/theirs"
touch -d yesterday "$WORK/theirs/.dmalab-busy"
echo mine >"$WORK/theirs/thesis.txt"
outside() { "$LAB/scripts/module-build.sh" "$(kernel)" "$WORK/theirs"; }
is_refused() { ! outside && [[ $(outside 2>&1) == *"theirs is not in $DMALAB_CACHE"* ]]; }
check "nothing is built outside of the cache" is_refused
check "nor removed there" grep -qx mine "$WORK/theirs/thesis.txt"

# ---- the tools

is_new() { rm -f "$DMALAB_CACHE"/build/*/x.o; kernel && [[ -e $(kernel)/x.o ]]; }
is_old() { ! is_new; }
check "the same tools: the kernel is there" is_old
for tool in as ld; do
	printf '#!/bin/sh\necho GNU %s 99.1\n' $tool >"$BIN/$tool"
	chmod +x "$BIN/$tool"
	check "another $tool: it is built" is_new
	[[ $tool == ld ]] ||
		check "not out of what the compiler cache has of the first" cmp "$BIN/as" "$SAW.as"
	check "once" is_old
	rm "$BIN/$tool"
done
