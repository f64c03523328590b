#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Does the command know what was meant: names that there are not, words that are
# missing, help and version, a place without its files?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

TOP=$PWD
RUN=$(compgen -G "results/baseline/series-6.12/runs/*" | head -n 1)
compare() { "$DLAB" compare "$RUN" "$RUN" "$@"; }
# in COMMAND...: outside of the checkout
outside() { (cd "$WORK" && "$@"); }

for help in --help -h help; do
	check "dlab $help shows the verbs" grep "^  compare " <("$DLAB" $help)
done
check "dlab help VERB is dlab VERB --help" \
	diff <("$DLAB" help compare) <("$DLAB" compare --help)
check "dlab --version names the commit" grep -E '^dlab [0-9a-f]{7,}(-dirty)?$' \
	<("$DLAB" --version)

check "a verb that is nearly one" says "did you mean \`compare\`?" "$DLAB" comapre
check "help for a verb that is nearly one" says "did you mean \`run\`?" "$DLAB" help rnu
check "an option that is nearly one" says "did you mean \`--topology\`?" \
	"$DLAB" run --topolgy vm-vtd-strict
check "an option that is short for two" says "--res could be --resume or --results" \
	"$DLAB" run --res x
check "an option without its value" says "--suite needs a value" "$DLAB" run --suite
check "a flag with one" says "--keys takes no value" "$DLAB" list --keys=1
check "words that are missing have names" says "compare: needs A and B" "$DLAB" compare
check "and those that are there are told" \
	says "explain: needs CASE and RUN, and has only \`x\`" "$DLAB" explain x

check "a suite" says "did you mean \`smoke\`?" "$DLAB" run --suite smok
check "a workload" says "did you mean \`map/scattered\`?" \
	"$DLAB" list --workload map/scatered
check "a topology" says "did you mean \`vm-vtd-strict\`?" \
	"$DLAB" run --topology vm-vtd-strikt
check "a run" says "did you mean \`${RUN##*/}\`?" \
	"$DLAB" show --results "${RUN%/runs/*}" "${RUN##*/}1"
check "latest where there is none is not what was meant" bash -c \
	"! '$DLAB' show --results '$WORK' latest 2>&1 | grep 'did you mean'"
check "a history" says "did you mean \`series-6.12\`?" "$DLAB" history sereis-6.12
check "a metric" says "did you mean \`op_insns\`?" compare --metric op_insn
check "a metric of a table" says "did you mean \`op_insns\`?" \
	"$DLAB" table --metric op_insn "$RUN"
check "an axis" says "did you mean \`path\`?" compare --axis pth --from sg --to page
check "one end of it" says "path sgg (--from); did you mean \`sg\`?" \
	compare --axis path --from sgg --to page
check "the other" says "path pages (--to); did you mean \`page\`?" \
	compare --axis path --from sg --to pages
check "cases" says "did you mean \`commits/scattered\`?" \
	compare --cases 'commits/scatered*'
check "what is like nothing gets a list" \
	says "there are commits/contig, commits/gapped and commits/scattered" \
	compare --cases 'nono*'

check "outside of the checkout list says what it needs" \
	says "go to the checkout of dmalab" outside "$DLAB" list
check "as bad use" exits 2 outside "$DLAB" list
check "and so do the others" says "go to the checkout of dmalab" \
	outside "$DLAB" compare latest latest
check "with the files it works there" grep "^suites:" \
	<(outside "$DLAB" list --workloads "$TOP/workloads")

GBENCH=${DLAB%/dlab/dlab}/gbench/dlab-gbench
if [[ -c /dev/dmalab ]]; then
	n=$((n + 1))
	echo "ok $n - benchmarks that all fail # SKIP the module is loaded"
else
	check "benchmarks that all fail are no success" exits 3 \
		"$GBENCH" map/smoke --benchmark_filter=map/
	check "with the reason" says "no case could be measured: " \
		"$GBENCH" map/smoke --benchmark_filter=map/
	check "null needs no module" exits 0 "$GBENCH" --benchmark_filter=null \
		--benchmark_min_time=0.01
fi
