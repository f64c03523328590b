#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make lab-check`: could this machine be measured with LAB=native, what does it
# lack, which devices could the lab have?  Changes nothing and needs no root.
#   lab-check.sh [ROOT]   of the machine whose /proc, /sys, ... are below ROOT
# Exit status: 0 nothing is missing, 1 something is.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

ROOT=${1:-}
RELEASE=$(<"$ROOT/proc/sys/kernel/osrelease")
HEADERS=${KDIR:-$ROOT/lib/modules/$RELEASE/build}
MISSING=0

is() { printf '%-10s %s\n' "$1" "$2"; }
lacks()
{
	is "$1" "MISSING: $2"
	MISSING=$((MISSING + 1))
}

# of the running kernel, if it is anywhere
config()
{
	local file
	for file in "$ROOT/boot/config-$RELEASE" "$HEADERS/.config"; do
		[[ ! -r $file ]] || { cat "$file"; return; }
	done
	[[ ! -r $ROOT/proc/config.gz ]] || gzip -dc "$ROOT/proc/config.gz"
}

tracing()
{
	local config symbol off=()
	config=$(config)
	for symbol in MODULES FUNCTION_TRACER DYNAMIC_FTRACE_WITH_ARGS KPROBES; do
		grep -qx "CONFIG_$symbol=y" <<<"$config" || off+=("CONFIG_$symbol")
	done
	if [[ ! $config ]]; then
		is tracing "not known: there is no /boot/config-$RELEASE"
	elif ((${#off[@]})); then
		lacks tracing "${off[*]}: a kernel as distributions have them has all"
	else
		is tracing "function tracer and kprobes"
	fi
}

modules()
{
	local enforced lockdown
	enforced=$(cat "$ROOT/sys/module/module/parameters/sig_enforce" 2>/dev/null || true)
	lockdown=$(cat "$ROOT/sys/kernel/security/lockdown" 2>/dev/null || true)
	if [[ $enforced == Y || $lockdown == *'[integrity]'* || $lockdown == *'[confidentiality]'* ]]; then
		lacks modules "only signed ones are loaded: turn Secure Boot off, or sign dmalab.ko"
	else
		is modules "unsigned ones are loaded too"
	fi
}

kvm()
{
	if [[ ! -e $ROOT/dev/kvm ]]; then
		is KVM "none: counts and LAB=native do without, times of guests are emulated"
	elif [[ -r $ROOT/dev/kvm && -w $ROOT/dev/kvm ]]; then
		is KVM "/dev/kvm; whether a guest boots is tried by each run"
	else
		is KVM "/dev/kvm is not for you: be root, or in the group kvm"
	fi
}

is kernel "$RELEASE"
if ((EUID)); then
	lacks root "a module is loaded, so: sudo make bench LAB=native"
else
	is root "yes"
fi
if [[ -f $HEADERS/Makefile ]]; then
	is headers "$HEADERS"
else
	lacks headers "$HEADERS: apt-get install linux-headers-$RELEASE, or KDIR= where it was built"
fi
tracing
modules
if compgen -G "$ROOT/sys/class/iommu/*" >/dev/null; then
	is IOMMU "$(cd "$ROOT/sys/class/iommu" && echo *)"
else
	lacks IOMMU "on in the firmware's setup (VT-d, AMD-Vi)? then intel_iommu=on; without it only mappings without one are measured"
fi
kvm
mapfile -t packages < <("$TOP/scripts/deps.sh" --missing)
is packages "${packages[*]:+make bench installs }${packages[*]:-all that make bench needs}"
devices=$("$TOP/scripts/lab-devices.sh" "$ROOT")
echo "$devices"
grep -q '^dma_device' <<<"$devices" ||
	lacks device "none is free: one without a driver, or an NVMe that nothing uses; or borrow one, see above"
if ((MISSING)); then
	echo "$MISSING missing for LAB=native, see above"
	exit 1
fi
echo "nothing is missing for LAB=native"
