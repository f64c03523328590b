#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make bench`: from a clone to a report.
set -euo pipefail
given="${BASE:+BASE }${KERNEL:+KERNEL }${KERNEL_SRC:+KERNEL_SRC }"
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$TOP"
run_options
args=(--suite "${SUITE:-default}" "${RUN_OPTIONS[@]}")
[[ ${RESUME:-} ]] && args+=(--resume "$RESUME")

case ${LAB:-vm} in
vm)
	say "make bench: installs Debian packages (scripts/packages) if any are" \
		"missing, builds Linux $BASE in $CACHE, boots it in QEMU, measures" \
		"suite ${SUITE:-default}, writes a report to results/"
	kit=$("$TOP/scripts/setup.sh" lab)
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	args+=(--kit "$kit")
	;;
native)
	[[ $given ]] &&
		die "LAB=native measures the kernel that is booted; leave out: $given"
	"$TOP/scripts/deps.sh" bench
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	"$TOP/scripts/native.sh" load
	trap '"$TOP/scripts/native.sh" unload' EXIT
	[[ -f config.local ]] && args+=(--machine config.local)
	;;
*)
	die "LAB=$LAB: there are vm and native"
	;;
esac

say "measuring"
status=0
run=$("$DLAB" run "${args[@]}") || status=$?
[[ $run && -d $run ]] || exit "$status"
stage "report" "$DLAB" report "$run"
exit "$status"
