#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make test`: every test there is, from a clone.  Ends with the line
# `N passed, N failed, N skipped`; exits 1 when a check failed.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

cd "$TOP"
say "make test: installs Debian packages (scripts/packages) if any are" \
	"missing, builds two kernels in $CACHE (one with KASAN, lockdep and DMA" \
	"debug), runs unit tests here and the rest in QEMU"
"$TOP/scripts/deps.sh" test
hold "$CACHE/test"
LOG=$CACHE/test.log
: >"$LOG"

# checks COMMAND...: its lines `ok` and `not ok` are checks; a command that
# fails without one is a failed check itself
checks()
{
	local out status=0
	out=$(mktemp)
	"$@" 2>&1 | tee "$out" | grep --line-buffered -v '^ok ' >&2 || status=${PIPESTATUS[0]}
	if ((status)) && ! grep -q '^ *not ok' "$out"; then
		echo "not ok - $*" | tee -a "$out" >&2
	fi
	cat "$out" >>"$LOG"
	rm -f "$out"
}

# guest_checks KIT: suite test in guests.  Every case is a check, and so is
# every line that the driver ktap kept of the tests that it ran.
guest_checks()
{
	local run
	run=$("$DLAB" run --kit "$1" --results "$CACHE/test-results" \
		--suite test --patience 900) || true
	[[ $run ]] || { echo "not ok - suite test did not run"; return; }
	cat "$run"/*/ktap/*.txt | grep -v '^#' || true
	awk -F'\t' 'FNR == 1 {next}
		{what = " - " FILENAME ": " $1; sub(/\/outcomes.tsv/, "", what)
		 sub(/[^ ]*\//, "", what)}
		$2 == "ok" {print "ok" what; next}
		$2 == "skip" {print "ok" what " # SKIP " $3; next}
		{print "not ok" what ": " $2 ", " $3}' "$run"/*/outcomes.tsv
	all_ran "$run"
}

# all_ran RUN: what skips in one guest runs in another, but for what is listed
all_ran()
{
	local list=kernel-series/$BASE/ran-nowhere.tsv what
	[[ -f $list ]] || return 0
	what="no test is skipped everywhere that $list does not list"
	if awk -f scripts/ktap.awk "$1"/*/ktap/*.txt | awk -f scripts/ran-nowhere.awk |
		sort -t $'\t' -k 2 | diff "$list" - | sed 's/^/# /'; then
		echo "ok - $what"
	else
		echo "not ok - $what (above: < listed, > found)"
	fi
}

user_build=$(stage "dlab" "$TOP/scripts/dlab.sh")
user_build=$(dirname "$user_build")
DLAB=$user_build/dlab/dlab
stage "scripts" checks scripts/check-scripts.sh
stage "unit tests, sanitised" checks make -s -C bench/user O="$user_build" \
	CC="$CCACHED" -j"$JOBS" check
stage "fuzzers" checks make -s -C bench/user O="$user_build" \
	CC="$CCACHED" -j"$JOBS" SECONDS=10 fuzz
lab=$("$TOP/scripts/setup.sh" lab)
keep "$lab"
export KIT=$lab DLAB
for script in bench/user/tests/cli/*.sh; do
	[[ $script == */lib.sh ]] && continue
	stage "$(basename "$script" .sh)" checks bash "$script"
done
debug=$("$TOP/scripts/setup.sh" debug)
stage "guests of the debug kernel" checks guest_checks "$debug"

# a line with `# SKIP reason` is a skip; KTAP's sums of a suite count too
skipped=$(grep -ciE '^ *ok .*# *skip' "$LOG" || true)
passed=$(($(grep -cE '^ *ok ' "$LOG" || true) - skipped))
failed=$(grep -cE '^ *not ok ' "$LOG" || true)
grep -iE '^ *ok .*# *skip' "$LOG" || true
grep -E '^ *not ok ' "$LOG" || true
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
