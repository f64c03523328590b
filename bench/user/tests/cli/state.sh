#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Every case starts from one state: in order, backwards and alone it counts the
# same, to the instruction.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

# boot ORDER PATHS SIZES [OPTION...]: one boot; its directory
boot()
{
	cp -r workloads "$WORK/$1"
	sed -i "s/^path = .*/path = $2/; s/^size = .*/size = $3/" \
		"$WORK/$1/commits/scattered.ini"
	# lazy mode, whose flush queue has the longest memory
	echo "$("$DLAB" run --kit "$KIT" --results "$WORK/results" \
		--workloads "$WORK/$1" --workload commits/scattered \
		--topology vm-vtd-lazy "${@:4}")/vm-vtd-lazy-count-1"
}
all="page sg blk-iter"
ahead=$(boot ahead "$all" "4k 128k")
back=$(boot back "blk-iter sg page" "128k 4k")
# neither the first nor the last of the others
alone=$(boot alone "$all" "4k 128k" --cases '*path=sg,size=128k*')

# figures BOOT [CASE]: of each case and metric all that was counted
figures() { grep -F "${2:-commits/}" "$1/samples.tsv" | sort; }
same() { [[ $1 ]] && diff <(echo "$1") <(echo "$2"); }

check "the boots say which state their cases start from" \
	grep -h '"case_state": 1' {"$ahead","$back","$alone"}/boot.json
check "they ran in another order" bash -c "! cmp '$ahead/samples.tsv' '$back/samples.tsv'"
check "in another order every case counts the same" \
	same "$(figures "$ahead")" "$(figures "$back")"
check "alone, too" same "$(figures "$ahead" 'path=sg,size=128k')" "$(figures "$alone")"
check "compare says so, though other cases ran before it" bash -c \
	"'$DLAB' compare '$(dirname "$ahead")' '$(dirname "$alone")' | grep -v inconclusive"
