#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything before a measurement: packages, kernel source, kernel, dlab, kit.
#   setup.sh lab|debug [OPTION...]
# The options are those of the dlab run that follows: before a kernel is fetched or
# built, dlab says whether there is anything to run.
# The last line of standard output is the kit.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/progress.sh
. "$(dirname "$0")/progress.sh"

FLAVOUR=${1:?usage: setup.sh lab|debug [OPTION...]}
shift
{
	stage "packages" patiently "packages" "$TOP/scripts/deps.sh" bench
	DLAB=$(stage "dlab" "$TOP/scripts/dlab.sh")
	[[ ! $* ]] || "$DLAB/dlab" run --plan "$@" >/dev/null
	# nobody checks out another one between these stages
	hold_kernel
	TREE=$(stage "kernel source" patiently "kernel source" "$TOP/scripts/kernel-source.sh")
	BUILD=$(stage "kernel build ($FLAVOUR)" \
		"$TOP/scripts/kernel-build.sh" "$TREE" "$FLAVOUR")
	stage "guest images" patiently "guest images" \
		"$TOP/scripts/kit.sh" "$TREE" "$BUILD" "$(dirname "$DLAB")"
}
