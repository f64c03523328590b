#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Does `make lab-check` see what a lab machine lacks, and which devices are in
# use?  On an invented machine: below $M are its /proc, /sys, /boot and /dev.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

M=$WORK/machine
SYS=$M/sys/bus/pci/devices

# device ADDRESS CLASS DRIVER GROUP: a PCI device
device()
{
	local dir=$SYS/$1
	mkdir -p "$dir" "$M/sys/kernel/iommu_groups/$4/devices"
	echo "$2" >"$dir/class"
	[[ $3 == - ]] || ln -s "../../../drivers/$3" "$dir/driver"
	ln -s "../../../../kernel/iommu_groups/$4" "$dir/iommu_group"
	mkdir -p "$M/sys/kernel/iommu_groups/$4/devices/$1"
	echo DMA-FQ >"$M/sys/kernel/iommu_groups/$4/type"
}

# disk ADDRESS CONTROLLER SHOWN NAME DEV: a namespace, as its controller shows it
disk()
{
	mkdir -p "$SYS/$1/nvme/$2/$3" "$M/sys/block/$4/holders"
	echo "$5" >"$M/sys/block/$4/dev"
}

mkdir -p "$M"/{proc/self,proc/sys/kernel,boot,dev,sys/class/iommu/dmar0,lib/modules/6.1.0-x/build}
echo 6.1.0-x >"$M/proc/sys/kernel/osrelease"
printf 'CONFIG_%s=y\n' MODULES FUNCTION_TRACER DYNAMIC_FTRACE_WITH_ARGS KPROBES \
	>"$M/boot/config-6.1.0-x"
touch "$M/lib/modules/6.1.0-x/build/Makefile" "$M/dev/kvm"
echo "Filename Type" >"$M/proc/swaps"
echo "25 1 259:2 / / rw - ext4 /dev/nvme0n1p2 rw" >"$M/proc/self/mountinfo"
device 0000:00:01.0 0x060400 pcieport 0
device 0000:00:1f.2 0x010601 ahci 1
device 0000:01:00.0 0x010802 nvme 2
disk 0000:01:00.0 nvme0 nvme0n1 nvme0n1 259:0
mkdir "$M/sys/block/nvme0n1/nvme0n1p2"
echo 259:2 >"$M/sys/block/nvme0n1/nvme0n1p2/dev"
device 0000:02:00.0 0x010802 nvme 3
disk 0000:02:00.0 nvme1 nvme1c0n1 nvme1n1 259:3

devices() { scripts/lab-devices.sh "$M"; }
lab_check() { scripts/lab-check.sh "$M"; }
# shows PATTERN: a line of the devices' table
shows() { devices | tee "$WORK/devices" | grep -E -- "$1" || { cat "$WORK/devices"; false; }; }
# an I/O disk that is in use is offered nowhere
offers_no() { ! devices | grep -F "$1" | grep -v '^  0000:'; }

check "a disk that is mounted is told" shows '01:00.0 +nvme +2 +DMA-FQ +1 +nvme0n1: mounted on /$'
check "and not offered" offers_no nvme0n1
check "one that nothing uses is free" shows '02:00.0 +nvme +3 +DMA-FQ +1 +nvme1n1: free$'
check "its controller can be mapped for" shows '^dma_device = 0000:02:00.0$'
check "its namespace has to be named by hand" shows '^; nvme_blk = /dev/nvme1n1$'
check "so has the other way to it" shows '^; nvme_char = /dev/ng1n1$'
check "bridges and what drivers need are no candidates" \
	bash -c "! grep -E '0000:00:01.0|0000:00:1f.2 ' '$WORK/devices'"
check "what is offered is a config.local" "$DLAB" measure --out "$WORK" \
	--cases <("$DLAB" list --workload null/harness --cases) \
	--machine <(sed -n '/^\[machine\]/,$p' "$WORK/devices")
check "a machine with all of it lacks at most root" \
	bash -c "! '$PWD/scripts/lab-check.sh' '$M' | grep MISSING: | grep -v ^root"

touch "$M/sys/block/nvme1n1/holders/dm-0"
check "a part of something else is not free" shows 'nvme1n1: part of dm-0$'
check "without a free device one can be borrowed" shows '^; dma_device = 0000:00:1f.2$'
check "which is something missing" says "MISSING: none is free" lab_check
rm "$M/sys/block/nvme1n1/holders/dm-0"
echo "/dev/nvme1n1 partition 1 0 -2" >>"$M/proc/swaps"
check "neither is swap" shows 'nvme1n1: swap$'
echo "Filename Type" >"$M/proc/swaps"
mkdir "$M/sys/block/nvme1n1/nvme1n1p1"
echo 259:4 >"$M/sys/block/nvme1n1/nvme1n1p1/dev"
check "neither is one with partitions" shows 'nvme1n1: partition nvme1n1p1$'

rm -r "$M/lib/modules" "$M/sys/class/iommu/dmar0"
sed -i /KPROBES/d "$M/boot/config-6.1.0-x"
check "headers are named with their package" says "linux-headers-6.1.0-x" lab_check
check "options by their symbols" says "MISSING: CONFIG_KPROBES" lab_check
check "an IOMMU that is off" says "IOMMU      MISSING" lab_check
check "and the status says so" exits 1 lab_check
mkdir -p "$M/sys/module/module/parameters"
echo Y >"$M/sys/module/module/parameters/sig_enforce"
check "a kernel that takes signed modules only" says "modules    MISSING" lab_check
