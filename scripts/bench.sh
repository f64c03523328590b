#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make bench`: from a clone to a report.
set -euo pipefail
kernel="${BASE:+BASE }${KERNEL:+KERNEL }${KERNEL_SRC:+KERNEL_SRC }"
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"

cd "$TOP"
run_options
if [[ ${WORKLOAD:-} ]]; then
	what="workload $WORKLOAD" args=(--workload "$WORKLOAD")
else
	what="suite ${SUITE:-default}" args=(--suite "${SUITE:-default}")
fi
args+=("${RUN_OPTIONS[@]}" ${RESULTS:+--results "$RESULTS"})

case ${LAB:-vm} in
vm)
	say "make bench: installs Debian packages (scripts/packages) if any are" \
		"missing, builds Linux $BASE in $CACHE, boots it in QEMU, measures" \
		"$what, writes a report to ${RESULTS:-results}/"
	kit=$("$TOP/scripts/setup.sh" lab "${args[@]}")
	keep "$kit"
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	args+=(--kit "$kit")
	;;
native)
	[[ ! $kernel ]] ||
		die "LAB=native measures the kernel that is booted; leave out: $kernel"
	"$TOP/scripts/deps.sh" bench
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	"$DLAB" run --plan --topology native "${args[@]}" >/dev/null
	# of this machine there is one, whatever the cache
	hold /run/lock/dmalab-native
	"$TOP/scripts/native.sh" load
	trap '"$TOP/scripts/native.sh" unload' EXIT
	[[ -f config.local ]] && args+=(--machine config.local)
	;;
*)
	die "LAB=$LAB: there are vm and native"
	;;
esac

keep "${DLAB%/dlab/dlab}"
say "measuring"
status=0
[[ ! ${RESUME:-} ]] || args+=(--resume "$RESUME")
run=$("$DLAB" run "${args[@]}") || status=$?
[[ $run && -d $run ]] || exit "$status"
stage "report" patiently "plots" "$DLAB" report "$run"
exit "$status"
