# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# A lab with its own scripts, in $LAB, whose kernel, compiler and guests build and
# measure nothing, but write down in $SAW what they were told: a command takes
# tenths of a second.  The kernel is $KERNEL, a git repository of two commits; the
# programs are in $BIN.

LAB=${LAB:-${WORK:?}/lab}
BIN=$WORK/bin
SAW=$WORK/saw
KERNEL=${KERNEL:-$WORK/linux}
mkdir -p "$LAB/bench/user"/{lib,dlab,gbench,kit} "$BIN"
cp -r Makefile scripts kernel-series workloads plots "$LAB"
cp -r bench/kmod "$LAB/bench"
cp bench/user/Makefile "$LAB/bench/user"
for program in bench/user/{dlab/main.c,lib/err.c,gbench/*.c*,kit/*.c}; do
	: >"$LAB/$program"
done
rm -f "$LAB"/kernel-series/6.12/{series,cover-letter,*.patch}

stub()
{
	{
		printf '#!/usr/bin/env bash\nSAW=%q\n' "$SAW"
		cat
	} >"$1"
	chmod +x "$1"
}
# the environment, and what it was called with, but for what no two calls share
stub "$BIN/ccache" <<'STUB'
{ echo "$*"; env; } | grep -vE '^(_|SHLVL|MAKE_TERM[A-Z]*)=' >>"$SAW"
while (($# > 1)); do
	[[ $1 != -o ]] || cp "${SAW%/*}/fake-dlab" "$2"
	shift
done
STUB
ln -s ccache "$BIN/g++"
export QEMU=$BIN/qemu
stub "$QEMU" <<<'echo QEMU emulator version 7.2.0'
stub "$BIN/gnuplot" <<'STUB'
env | grep -vE '^(_|SHLVL)=' >>"$SAW"
exec /usr/bin/gnuplot "$@"
STUB
stub "$LAB/scripts/kit.sh" <<'STUB'
kit=$DMALAB_CACHE/kit/$(basename "$2")
mkdir -p "$kit"
touch "${kit%/*}/.dmalab"
echo "$kit"
STUB
stub "$WORK/fake-dlab" <<'STUB'
case $1 in
list)
	printf 'vm-vtd-strict-count-1\n  map/smoke[path=sg]\n' ;;
run)
	[[ " $* " != *" --plan "* ]] || exit 0
	while [[ $1 != --results ]]; do shift; done
	sleep 0.1
	mkdir -p "$2/runs/run-$$/boot"
	printf 'case\tstatus\treason\na\tok\t\n' >"$2/runs/run-$$/boot/outcomes.tsv" ;;
esac
STUB

# A kernel that builds nothing, but as kbuild heeds variables so does it.
mkdir -p "$KERNEL"/{drivers/iommu,scripts/kconfig}
echo one >"$KERNEL/drivers/iommu/iommu.c"
cat >"$KERNEL/Makefile" <<MAKE
O ?= \$(CURDIR)
KCONFIG_CONFIG ?= \$(O)/.config
VPATH := $BIN
Q := \$(if \$(filter 1,\$(V)),,@)
kernelversion:
	@echo 6.12.117
tinyconfig:
	@echo CONFIG_TINY=y >\$(KCONFIG_CONFIG)
olddefconfig:
	@touch \$(KCONFIG_CONFIG)
all modules:
	@echo '\$(ARCH) \$(KCFLAGS) \$(CFLAGS) \$(LLVM) \$(LOCALVERSION) \$(MAKEFLAGS) \$(MAKELEVEL)' >>$SAW
	\$(Q)$BIN/ccache \$(CC)
	@cp Makefile \$(O)/Makefile 2>/dev/null || true
MAKE
cat >"$KERNEL/scripts/kconfig/merge_config.sh" <<'MERGE'
#!/bin/sh
cat "$5" >>"${KCONFIG_CONFIG:-$3/.config}"
MERGE
chmod +x "$KERNEL/scripts/kconfig/merge_config.sh"
git_in() { git -C "${1:?}" -c user.name=Somebody -c user.email=somebody@localhost "${@:2}"; }
# commit TREE SUBJECT
commit() { git_in "$1" add -A && git_in "$1" commit -qm "$2"; }
git init -q "$KERNEL"
commit "$KERNEL" "linux 6.12.117"
git -C "$KERNEL" tag base
echo two >"$KERNEL/drivers/iommu/iommu.c"
commit "$KERNEL" "iommu: two"
