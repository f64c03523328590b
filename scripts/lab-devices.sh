#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Which PCI devices could the lab have (see lab-check.sh)?  Those that nothing
# uses: without a driver, or NVMe of which no namespace is in use.  Prints a
# table of the candidates and a config.local to start from.
#   lab-devices.sh [ROOT]
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

shopt -s nullglob
ROOT=${1:-}
DMA='' BLK='' BORROW=''

# last LINK: the last part of what it points to, or nothing
last()
{
	local to
	to=$(readlink "$1" || true)
	echo "${to##*/}"
}

# uses_of DISK: what a disk and its partitions are used for, a line for each
uses_of()
{
	local part name entry
	for part in "$ROOT/sys/block/$1" "$ROOT/sys/block/$1/$1"p*; do
		[[ -f $part/dev ]] || continue
		name=${part##*/}
		awk -v dev="$(<"$part/dev")" -v node="/dev/$name" '
			$3 == dev || $0 ~ " - [^ ]+ " node " " {print "mounted on " $5}' \
			"$ROOT/proc/self/mountinfo"
		awk -v node="/dev/$name" '$1 == node {print "swap"}' "$ROOT/proc/swaps"
		for entry in "$part"/holders/*; do echo "part of ${entry##*/}"; done
		for entry in "$ROOT"/sys/fs/btrfs/*/devices/"$name"; do
			[[ ! -e $entry ]] || echo "part of a btrfs"
		done
		[[ $name == "$1" ]] || echo "partition $name"
	done
}

# disks_of DEVICE: the namespaces of an NVMe; nvme0c0n1 is one way to nvme0n1
disks_of()
{
	local entries=("$1"/nvme/nvme*/nvme*)
	printf '%s\n' "${entries[@]##*/}" |
		sed -nE 's/^(nvme[0-9]+)(c[0-9]+)?(n[0-9]+)$/\1\3/p' | sort -u
}

# look DEVICE: prints its line if it is a candidate, and remembers the first
look()
{
	local address=${1##*/} driver group type disk use='' disks shared
	driver=$(last "$1/driver")
	# bridges are none
	[[ $(<"$1/class") != 0x06* ]] || return 0
	case $driver in
	'' | nvme | vfio-pci | pci-stub | dmalab) ;;
	*)
		BORROW=${BORROW:-$address}
		return 0
		;;
	esac
	disks=$(disks_of "$1")
	for disk in $disks; do
		use=${use:-$(uses_of "$disk" | awk 'NR == 1')}
		[[ $use ]] || BLK=${BLK:-$disk}
	done
	group=$(last "$1/iommu_group")
	type=$(cat "$1/iommu_group/type" 2>/dev/null || true)
	shared=("$1"/iommu_group/devices/*)
	printf '  %-13s %-9s %-6s %-9s %-6s %s\n' "$address" "${driver:--}" \
		"${group:--}" "${type:--}" "${#shared[@]}" \
		"${disks:+${disks//$'\n'/ }: }${use:-free}"
	[[ $use ]] || DMA=${DMA:-$address}
}

config_local()
{
	local blk=${BLK:-nvme?n?}
	echo "; config.local to start from: the lab takes what is named there, nothing else"
	echo "[machine]"
	if [[ $DMA ]]; then
		echo "dma_device = $DMA"
	else
		echo "; dma_device = ${BORROW:-0000:??:??.?}"
		echo "; borrow = yes   (it stays with its driver, the lab only maps for it)"
	fi
	echo "; what is on these is OVERWRITTEN by the I/O workloads; without them no I/O"
	echo "; nvme_blk = /dev/$blk"
	echo "; nvme_char = /dev/ng${blk#nvme}"
}

echo "devices that have no driver, or one that could give them up:"
printf '  %-13s %-9s %-6s %-9s %-6s %s\n' address driver group mode shared use
for device in "$ROOT"/sys/bus/pci/devices/*; do
	look "$device"
done
echo
config_local
[[ ! -e $TOP/config.local ]] || echo "; (there is a config.local; it is left as it is)"
