#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs the Debian packages that scripts/packages lists; says so first.
#   deps.sh bench|test
#   deps.sh --missing    prints those that make bench would install
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

want=${1:?usage: deps.sh bench|test|--missing}
[[ $want == --missing || ${DEPS:-yes} != no ]] || exit 0

mapfile -t missing < <(
	awk -v want="${want/--missing/bench}" '!/^#/ && ($2 == "bench" || $2 == want) {print $1}' \
		"$TOP/scripts/packages" |
	while read -r package; do
		dpkg-query --show --showformat='${Status}\n' "$package" \
			2>/dev/null | grep -q ' installed$' || echo "$package"
	done)
((${#missing[@]})) || exit 0
if [[ $want == --missing ]]; then
	printf '%s\n' "${missing[@]}"
	exit 0
fi

command -v apt-get >/dev/null ||
	die "this is not Debian; install the like of: ${missing[*]}, then DEPS=no"
root=()
if ((EUID)); then
	command -v sudo >/dev/null ||
		die "not root and no sudo; as root: apt-get install ${missing[*]}"
	root=(sudo)
fi
say "installing Debian packages (DEPS=no leaves this out): ${missing[*]}"
"${root[@]}" apt-get update -qq
"${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq \
	--no-install-recommends "${missing[@]}" >/dev/null
