#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Checks of what is not C: shellcheck, licence headers.  Speaks TAP.
set -uo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$TOP" || exit 1
n=0
check()
{
	local name=$1
	shift
	n=$((n + 1))
	if "$@"; then echo "ok $n - $name"; else echo "not ok $n - $name"; fi
}

no_file_lacks_spdx()
{
	local missing
	missing=$(git ls-files | grep -vE '^(LICENSES/|results/baseline/|results/calibration.config$|.*\.(patch|json|tsv|txt|md|html|svg|golden)$)|/golden/|/data/|/corpus/|^\.gitignore$|/base$|/series$|/cover-letter$|^scripts/packages$' |
		while read -r f; do
			[[ -f $f ]] || continue
			head -n 3 "$f" | grep -q SPDX-License-Identifier || echo "$f"
		done)
	[[ -z $missing ]] || { echo "# without a licence line: $missing"; false; }
}

check "shellcheck finds nothing" shellcheck -x scripts/*.sh .ci/run bench/kmod/*.sh \
	bench/user/tests/cli/*.sh bench/user/tests/guest/*.sh
check "every file has its licence line" no_file_lacks_spdx
