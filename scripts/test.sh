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
LOG=$CACHE/test.log
: >"$LOG"

# checks COMMAND...: its lines `ok` and `not ok` are checks; a command that
# fails without one is a failed check itself
checks()
{
	local out status=0
	out=$(mktemp)
	"$@" 2>&1 | tee "$out" | grep -v '^ok ' >&2 || status=${PIPESTATUS[0]}
	if ((status)) && ! grep -q '^ *not ok' "$out"; then
		echo "not ok - $*" | tee -a "$out" >&2
	fi
	cat "$out" >>"$LOG"
	rm -f "$out"
}

# guest_checks KIT WORKLOAD: a run of tests in a guest; the checks are in the
# files that the driver ktap keeps
guest_checks()
{
	local results=$CACHE/test-results run status=0
	run=$("$DLAB" run --kit "$1" --results "$results" \
		--workload "$2" --patience 300) || status=$?
	[[ $run ]] || { echo "not ok - $2 did not run"; return; }
	cat "$run"/*/ktap/*.txt 2>/dev/null | grep -v '^#' || true
	if ((status)); then
		cat "$run"/*/outcomes.tsv >&2
		echo "not ok - $2"
	else
		echo "ok - $2: no failed case, nothing in the kernel's log"
	fi
}

user_build=$(stage "dlab" "$TOP/scripts/dlab.sh")
user_build=$(dirname "$user_build")
DLAB=$user_build/dlab/dlab
stage "scripts" checks scripts/check-scripts.sh
stage "unit tests, sanitised" checks make -s -C bench/user O="$user_build" \
	CC="ccache ${CC:-gcc}" -j"$JOBS" check
stage "fuzzers" checks make -s -C bench/user O="$user_build" \
	CC="ccache ${CC:-gcc}" -j"$JOBS" SECONDS=10 fuzz
lab=$("$TOP/scripts/setup.sh" lab)
export KIT=$lab DLAB
for script in bench/user/tests/cli/*.sh; do
	[[ $script == */lib.sh ]] && continue
	stage "$(basename "$script" .sh)" checks bash "$script"
done
debug=$("$TOP/scripts/setup.sh" debug)
for workload in test/kunit test/ioctl test/native map/devio; do
	stage "$workload on the debug kernel" checks guest_checks "$debug" "$workload"
done

# a line with `# SKIP reason` is a skip; KTAP's sums of a suite count too
skipped=$(grep -ciE '^ *ok .*# *skip' "$LOG" || true)
passed=$(($(grep -cE '^ *ok ' "$LOG" || true) - skipped))
failed=$(grep -cE '^ *not ok ' "$LOG" || true)
grep -iE '^ *ok .*# *skip' "$LOG" || true
grep -E '^ *not ok ' "$LOG" || true
echo "$passed passed, $failed failed, $skipped skipped"
((failed == 0 && passed > 0))
