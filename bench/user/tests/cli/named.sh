#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Is everything that the user names looked at before anything is installed,
# fetched or built, with what was probably meant?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# a lab that can do nothing but check: whatever else it begins leaves a mark
LAB=$WORK/lab
mkdir -p "$LAB/scripts" "$LAB/results/runs/.partial-20260101-000000-smoke-0001"
cp Makefile "$LAB"
cp -r workloads kernel-series "$LAB"
cp scripts/{variables,lib.sh,cache.sh,checks.sh,check-input.sh,nearest.awk,gitconfig} "$LAB/scripts"
cp scripts/{bench,setup,soak,table,progress}.sh "$LAB/scripts"
for script in kernel-source kernel-build kit native commits bisect calibrate \
	series check-series test; do
	printf '#!/bin/sh\n>>"%s/began"\necho "%s begins" >&2\nexit 2\n' "$WORK" "$script" \
		>"$LAB/scripts/$script.sh"
done
printf '#!/bin/sh\ndirname "%s"\n' "$DLAB" >"$LAB/scripts/dlab.sh"
echo '#!/bin/sh' >"$LAB/scripts/deps.sh"
chmod +x "$LAB"/scripts/*.sh
SRC=$WORK/source
git init -q -b mine "$SRC"
git -C "$SRC" -c user.name=x -c user.email=x commit -q --allow-empty -m x

lab() { env -u MAKEFLAGS -u MAKEOVERRIDES make -s -C "$LAB" DEPS=no DMALAB_CACHE="$WORK/cache" "$@"; }
nothing_began() { [[ ! -e $WORK/began && ! -e $WORK/cache ]]; }
# refused TEXT ARGUMENT...: make with these says so, and nothing has begun
refused() { says "$1" lab "${@:2}" && nothing_began; }

check "a variable" refused "no variable SUIT; did you mean SUITE?" bench SUIT=smoke
check "of two that are as near" refused "did you mean BASE?" bench BASES=6.12
check "a variable of another target" refused "for: commits bisect" bench RANGE=a..b
check "SUITE" refused "did you mean smoke?" bench SUITE=smok
check "TOPOLOGY" refused "did you mean vm-vtd-strict?" bench TOPOLOGY=vm-vtd-strikt
check "the second of two" refused "did you mean vm-vtd-lazy?" \
	table TOPOLOGY="vm-vtd-strict vm-vtd-lasy"
check "WORKLOAD" refused "did you mean map/scattered?" bench WORKLOAD=map/scatered
check "WORKLOAD beside SUITE" refused "exclude each other" bench WORKLOAD=map/smoke SUITE=smoke
check "CASES" refused "did you mean map/scattered?" bench CASES='map/smoke* map/scatered*'
check "CASES of the target's suite" refused "its workloads are commits/" commits CASES='map/*'
check "CASE" refused "did you mean commits/scattered?" bisect CASE='commits/scatered*'
check "BASE" refused "did you mean 6.12?" kernel BASE=6.21
check "KERNEL" refused "did you mean tip?" bench KERNEL=tipp
check "LAB" refused "there are vm and native" bench LAB=moon
check "BOOTS" refused "must be 1 to 1000" bench BOOTS=1001
check "DEPS" refused "there are yes and no" bench DEPS=never
check "RESUME" refused "no such run" bench RESUME=yesterday
check "RESULTS" refused "no such file or directory" bench RESULTS=/proc/nothing/results
check "QEMU" refused "no such program" bench QEMU=qemu-system-x68_64
check "a QEMU that is none" refused "which version of QEMU" bench QEMU=true
printf '#!/bin/sh\necho QEMU emulator version 6.2.0\n' >"$WORK/qemu"
chmod +x "$WORK/qemu"
check "an old QEMU" refused "must be 7.2 or newer" bench QEMU="$WORK/qemu"
check "CC" refused "no such program" bench CC="gcc-99 -O2"
check "KERNEL_SRC" refused "did you mean $SRC?" kernel KERNEL_SRC="$WORK/suorce"
check "RANGE" refused "give A..B" commits RANGE=mine
check "its ends" refused "has no commit mien; did you mean mine?" \
	commits KERNEL_SRC="$SRC" RANGE=mine..mien
check "GOOD" refused "did you mean mine?" bisect KERNEL_SRC="$SRC" GOOD=mime BAD=mine
check "PATCHES" refused "no such file or directory" commits PATCHES=/proc/nothing.mbox
check "PARTS" refused "there are aa, fuzz, load" soak PARTS="aa lod"

# begins WHAT ARGUMENT...: there is nothing to refuse, so WHAT begins
begins()
{
	rm -rf "$WORK/began" "$WORK/cache"
	says "$1 begins" lab "${@:2}"
}
check "what is there is not refused" begins kernel-source bench SUITE=smoke BOOTS=3 BASE=7.2 \
	TOPOLOGY="vm-vtd-strict vm-vtd-lazy" CASES='map/smoke*' KERNEL=base RESUME=last CC="gcc -O2"
check "nor are commits" begins commits commits KERNEL_SRC="$SRC" RANGE=mine..mine
RESULTS=/proc/none check "RESULTS of make bench is not looked at by others" \
	begins commits commits KERNEL_SRC="$SRC" RANGE=mine..mine
exported() { env SUIT=smoke RANGE=a..b MAKEFLAGS="-- M=/x" make -s -C "$LAB" DEPS=no DMALAB_CACHE="$WORK/cache" bench; }
check "an exported variable may be anybody's" says "kernel-source begins" exported
# what began has locked its kernel
rm -rf "$WORK/began" "$WORK/cache"
check "what only dlab knows is refused before a kernel is fetched" \
	refused "no case matches" bench SUITE=smoke CASES='map/smoke[path=sgg*'
variables_of() { sed -nE 's/^[A-Z_]+=.*  ([a-z -]+): .*/\1/p' scripts/variables | tr ' ' '\n' | sort -u; }
no_such_target() { variables_of | while read -r target; do grep -q "^$target:" Makefile || echo "$target"; done; }
check "targets that heed a variable are targets" bash -c \
	"[[ ! \$($(declare -f variables_of no_such_target); no_such_target) ]]"

# ---- what make was given reaches the run, which prints it when it is to be done
# again or to go on

mkdir "$WORK/fake"
cat >"$WORK/fake/dlab" <<STUB
#!/bin/sh
# who keeps a directory has it locked
flock -n "$WORK" true || flock -n "$WORK/fake/dlab" true || touch "$WORK/kept"
while [ \$# -gt 0 ]; do
	[ "\$1" != --make ] || printf '%s\n' "\$2"
	shift
done >"$WORK/made"
exit 3
STUB
printf '#!/bin/sh\necho "%s"\n' "$WORK/fake" >"$LAB/scripts/dlab.sh"
printf '#!/bin/sh\necho "%s"\n' "$WORK" >"$LAB/scripts/setup.sh"
chmod +x "$WORK/fake/dlab"
# made WORD...: that is what dlab was told
made()
{
	printf '%s\n' "$@" DEPS=no "DMALAB_CACHE=$WORK/cache" | diff - "$WORK/made"
}
lab bench CASES='map/smoke*path=sg,* ' SUITE=smoke KERNEL_SRC="$SRC" >/dev/null 2>&1
check "what make was given" made bench SUITE=smoke CASES='map/smoke*path=sg,* ' KERNEL_SRC="$SRC"
check "nobody removes kit or dlab while it measures" test -e "$WORK/kept"
N=3 PARTS=aa BOOTS=2 lab bench >/dev/null 2>&1
check "nor what is exported for others, which it would refuse" made bench BOOTS=2
lab bench RESUME=last >/dev/null 2>&1
check "not which run to go on with" made bench
MADE="test" lab bench BOOTS=2 >/dev/null 2>&1
check "nor what the make around it was given" made bench BOOTS=2
