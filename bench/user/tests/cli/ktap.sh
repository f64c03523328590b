#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Does `make test` see a test that no guest runs?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

mkdir "$WORK"/{a,b}
cat >"$WORK/a/test_kernel.txt" <<'END'
KTAP version 1
1..1
    KTAP version 1
    # Subtest: suite
    1..3
        KTAP version 1
        # Subtest: with parameters
        ok 1 4K
        ok 2 64K # SKIP no memory
        not ok 3 1M
    # with parameters: pass:1 fail:1 skip:1 total:3
    not ok 1 with parameters
    ok 2 alone # SKIP no bounce buffers
    ok 3 another
not ok 1 suite
# <6>        ok 2 8K # SKIP what the log says is no result
END
sed 's/ok 2 64K #.*/ok 2 64K # SKIP too slow/; s/ok 2 alone.*/ok 2 alone/' \
	"$WORK/a/test_kernel.txt" >"$WORK/b/test_kernel.txt"
printf 'ok 1 - a\nok 2 - b # SKIP\n' >"$WORK/b/program.txt"

results() { awk -f scripts/ktap.awk "$@" | tr '\t' '|'; }
nowhere() { awk -f scripts/ktap.awk "$@" | awk -f scripts/ran-nowhere.awk | sort | tr '\t' '|'; }

check "a test is named by its suite and its case, sums are none" \
	diff - <(results "$WORK/a/test_kernel.txt") <<'END'
ok|suite.with parameters|4K|
skip|suite.with parameters|64K|no memory
not ok|suite.with parameters|1M|
skip|suite.alone||no bounce buffers
ok|suite.another||
END
check "a program's tests are in no suite" \
	diff - <(results "$WORK/b/program.txt") <<'END'
ok|program.a||
skip|program.b||
END
check "what one guest skips and another runs has run" \
	diff - <(nowhere "$WORK"/*/test_kernel.txt) <<'END'
1|suite.with parameters|no memory; too slow
END
check "what the only guest skips has not" \
	diff - <(nowhere "$WORK"/a/*.txt) <<'END'
1|suite.alone|no bounce buffers
1|suite.with parameters|no memory
END

# the check itself, on a run of which two files are kept
all_ran() { (cd "$WORK" && BASE=x bash -o pipefail -c '. ./all_ran && all_ran run'); }
sed -n '/^all_ran()/,/^}/p' scripts/test.sh >"$WORK/all_ran"
mkdir -p "$WORK"/run/{1,2}/ktap "$WORK/kernel-series/x"
ln -s "$PWD/scripts" "$WORK"
cp "$WORK/a/test_kernel.txt" "$WORK/run/1/ktap"
cp "$WORK/b/test_kernel.txt" "$WORK/run/2/ktap"
printf '1\tsuite.with parameters\tno memory; too slow\n' >"$WORK/kernel-series/x/ran-nowhere.tsv"
check "what is listed may be skipped" grep '^ok' <(all_ran)
cp "$WORK/a/test_kernel.txt" "$WORK/run/2/ktap"
check "one more is a failure" grep '^not ok' <(all_ran)
check "and is named" grep $'^# > 1\tsuite.alone\tno bounce buffers' <(all_ran)
