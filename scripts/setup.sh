#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Everything before a measurement: packages, kernel source, kernel, dlab, kit.
#   setup.sh lab|debug
# The last line of standard output is the kit.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

FLAVOUR=${1:?usage: setup.sh lab|debug}
{
	stage "packages" "$TOP/scripts/deps.sh" bench
	TREE=$(stage "kernel source" "$TOP/scripts/kernel-source.sh")
	BUILD=$(stage "kernel build ($FLAVOUR)" \
		"$TOP/scripts/kernel-build.sh" "$TREE" "$FLAVOUR")
	DLAB=$(stage "dlab" "$TOP/scripts/dlab.sh")
	stage "guest images" "$TOP/scripts/kit.sh" "$TREE" "$BUILD" \
		"$(dirname "$DLAB")"
}
