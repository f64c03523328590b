#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# LAB=native: the module on the kernel that is booted.
#   native.sh load|unload
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

KDIR=${KDIR:-/lib/modules/$(uname -r)/build}
OUT=$CACHE/native/$(uname -r)-$(echo "$TOP" | sha)
case ${1:?usage: native.sh load|unload} in
load)
	((EUID == 0)) || die "LAB=native loads a module: run it as root"
	[[ -f $TOP/config.local ]] ||
		die "LAB=native needs config.local: [machine], then dma_device = <PCI address> of a device that the lab may take"
	[[ -d $KDIR ]] ||
		die "no headers of $(uname -r) in $KDIR: install linux-headers-$(uname -r), or set KDIR="
	make_dir "$OUT"
	begin_build "$OUT"
	make "${SHOWN:--s}" -C "$TOP/bench/kmod" KDIR="$KDIR" OUT="$OUT" >&2
	end_build "$OUT"
	# nobody measures now, so one that is there was left behind
	[[ ! -c /dev/dmalab ]] || rmmod dmalab
	insmod "$OUT/dmalab.ko"
	;;
unload)
	rmmod dmalab
	;;
esac
