#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What a kernel is made of, as scripts/kit.sh lists it: does a function's number
# change when its code does, and only then?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

LIST=$(dirname "$(dirname "$DLAB")")/kit/kernel-functions

# built NAME: standard input is the source, compiled as the kernel is
built()
{
	mkdir -p "$WORK/$1"
	cat >"$WORK/$1/f.c"
	(cd "$WORK/$1" && "${CC:-gcc}" -O2 -mcmodel=kernel -fno-pie -c f.c &&
		echo f.o | "$LIST" >functions)
}
# of NAME FUNCTION: its number
of() { sed 1d "$WORK/$1/functions" | cut -f 2 | tr , '\n' | sed -n "s/^$2\(\.[^:]*\)*://p" | sort; }
same() { [[ $(of old "$2") && $(of old "$2") == "$(of "$1" "$2")" ]] || { of old "$2"; of "$1" "$2"; false; }; }
differs() { [[ $(of "$1" "$2") ]] && ! same "$1" "$2"; }

source='
extern int outside(int, const char *);
extern int flag;
static int counter;
static __attribute__((noinline)) int leaf(int x) { return outside(x * 3, "leaf"); }
static __attribute__((noinline)) int other(int x) { return outside(x * 5, "other"); }
static inline int small(int x) { return x * SMALL; }
int caller(int x) { counter++; return leaf(x) + other(x) + flag; }
void perf_trace_x(void) { flag++; }
int inliner(int x) { return small(x) + outside(x, "inliner"); }
'
given() { echo "${source/SMALL/${1:-7}}"; }

given | built old
check "a function is in the file that it was compiled from" \
	grep -qP "^f\.c\t.*caller:[0-9a-f]{8}" "$WORK/old/functions"
check "what the macros of a tracepoint make is none" test -z "$(of old perf_trace_x)"
check "what is inlined everywhere is none" test -z "$(of old small)"

{ echo 'int first(int x) { int outside(int, const char *); return outside(x, "a string before the others") ^ x * 77; }'
	echo; echo; given; } | built moved
for f in leaf other caller inliner; do
	check "moved by other code, strings and lines: $f is the same" same moved $f
done

given | sed 's/x \* 3/x * 9/' | built grown
check "other code in a function" differs grown leaf
for f in other caller inliner; do
	check "changes no other: $f" same grown $f
done

given 11 | built inlined
check "what is inlined changes its caller" differs inlined inliner
check "and nobody else" same inlined caller

given | sed 's/leaf(x) + other(x)/other(x) + leaf(x)/' | built swapped
check "another order of calls in the same section is other code" differs swapped caller
given | sed 's/return leaf(x) +/return outside(x, "") +/' | built outside
check "so is another function that is called" differs outside caller

check "what is no object file is named" says "f.c is no object file" \
	bash -c "cd '$WORK/old' && echo f.c | '$LIST'"
