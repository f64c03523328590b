#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Templates: what `make new-...` writes builds, loads and passes KUnit as it is,
# and bad names are refused.  All of it in a copy of the tree.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

COPY=$WORK/tree
mkdir "$COPY"
git ls-files -z --cached --others --exclude-standard |
	tar -c --null --files-from=- --ignore-failed-read 2>/dev/null |
	tar -x -C "$COPY"
new() { make -s -C "$COPY" "new-$1" NAME="$2"; }

check "a path" new path try-path
check "a descriptor" new desc try-desc
check "a workload" new workload try/cases
check "a topology" new topology vm-try
check "a driver" new driver try_driver
check "all of them say what licence they have" bash -c \
	"! grep -L SPDX-License-Identifier '$COPY'/{bench/*/*/try*,workloads/*/*try*,workloads/try/*} | grep ."

check "a name that is taken is refused" says "paths/page.c already" new path page
check "no name is refused" says "needs a name" new desc ""
check "a name that is no name is refused" says "a name is like" new topology ../x
check "a long name is refused" says "at most 31" \
	new path "$(printf 'a%.0s' {1..32})"
check "a workload without a group is refused" says "map/scattered" new workload x
check "a group that is none is refused" says "no group" new workload suites/x
check "a refusal writes nothing" test ! -e "$COPY/workloads/suites/x.ini"

check "the workload loads" grep -cF 'try/cases[path=sg,size=128k]' \
	<("$DLAB" list --workloads "$COPY/workloads" --workload try/cases)
check "the topology loads" grep -A 2 -x vm-try \
	<("$DLAB" list --workloads "$COPY/workloads" --topologies)

check "the driver builds" make -s -C "$COPY/bench/user" O="$WORK/build" \
	CC="ccache ${CC:-gcc}" "$WORK/build/dlab/dlab"
printf '[workload]\ndriver = try_driver\nkind = time\n' >"$COPY/workloads/try/driver.ini"
check "and runs" "$WORK/build/dlab/dlab" run --workloads "$COPY/workloads" \
	--workload try/driver --topology native --results "$WORK/results"

# its checks are in a file; why it failed otherwise is in outcomes.tsv
kunit()
{
	"$DLAB" run --kit "$WORK"/cache/kit/x-debug/* --results "$WORK/results" \
		--workload test/kunit --patience 300 ||
		{ cat "$WORK"/results/latest/*/outcomes.tsv; false; }
}

# the kernel that KIT was made from; the kit of a -debug one has the KUnit tests
build=$KIT/build
ln -s "$(realpath "$build")" "$WORK/x-debug"
if [[ -f $build/Module.symvers ]]; then
	check "path and descriptor build" env DMALAB_CACHE="$WORK/cache" \
		"$COPY/scripts/kit.sh" "$build/source" "$WORK/x-debug" "$(dirname "$DLAB")/.."
	check "and pass KUnit" kunit
	results=$(echo "$WORK"/results/latest/vm-*/ktap/*.txt)
	check "the path with every shape" grep -c ' ok .*try-path-scattered-4096/1' "$results"
	check "the descriptor too" grep -c ' ok .*try-desc' "$results"
	check "without a failure among them" bash -c \
		"! grep -E '^ *not ok' '$results'"
else
	n=$((n + 1))
	echo "ok $n - path and descriptor build # SKIP no kernel build of $KIT"
fi
