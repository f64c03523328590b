#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# What the host does to a guest is no case's outcome: signals, a QEMU that gives
# up, a full disk, a host without time.  What a guest does is, when it does it
# twice.  Something that behaves like QEMU with a guest stands for both.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

R=$WORK/results
FAKE=$WORK/kit
export TOLD=$WORK/told
mkdir -p "$FAKE" "$TOLD" "$WORK/shipped"
echo '{"base": "6.12"}' >"$FAKE/kit.json"
echo 'CONFIG_X=y' >"$FAKE/config"
echo 'kernel_version = #1' >"$FAKE/expect"
touch "$FAKE/bzImage"
head -c 4M /dev/urandom >"$FAKE/base.cpio"

# what the guest ships: the null driver's case, and five megabytes beside it
printf 'case\tstatus\treason\nnull/harness[ops=1000]\tok\t\n' >"$WORK/shipped/outcomes.tsv"
printf 'case\tmetric\tvalues\nnull/harness[ops=1000]\tharness_ns\t9x40\n' \
	>"$WORK/shipped/samples.tsv"
printf 'case\tmetric\tbucket_low\tcount\n' >"$WORK/shipped/hist.tsv"
echo '{}' >"$WORK/shipped/boot.json"
head -c 5M /dev/urandom >"$WORK/shipped/big"
tar -C "$WORK/shipped" -czf "$WORK/shipped.tar.gz" .

# one word of $TOLD/todo for each start, then what is good; like QEMU's serial
# ports to files, it does not mind when nothing can be written
cat >"$WORK/qe'mu" <<'STUB'
#!/usr/bin/env bash
[[ $1 != --version ]] || { echo "QEMU emulator version 7.2.0"; exit; }
if [[ $1 == -device ]]; then
	printf '  %s=<bool>\n' $(tr , '\n' <<<"${2%,help}" | sed 's/=.*//') \
		intremap caching-mode device-iotlb aw-bits snoop-control x-scalable-mode pt
	exit
fi
files=($(printf '%s\n' "$@" | sed -n 's/^file:\(\/.*\)/\1/p'))
console() { echo "$*" >>"${files[0]}"; } 2>/dev/null
ship() { cat "$(dirname "$0")/shipped.tar.gz" >"${files[1]}"; } 2>/dev/null
TOLD=$(dirname "$0")/told
todo=$(head -n 1 "$TOLD/todo" 2>/dev/null)
sed -i 1d "$TOLD/todo" 2>/dev/null
echo "${todo:-good}" >>"$TOLD/log"
: >"${files[0]}"
[[ $todo == boots-not || $todo == sleeps ]] || console "dlab: case 1/1 null/harness[ops=1000]"
case $todo in
signal-*) kill "-${todo#signal-}" $$; sleep 5 ;;
term) echo "qemu: terminating on signal 15 from pid 1 (init)" >&2; exit 0 ;;
status) echo "qemu: -device x: no such thing" >&2; exit 1 ;;
memory) echo "qemu: cannot set up guest memory 'ram': Cannot allocate memory" >&2
	kill -ABRT $$ ;;
panic) console "Kernel panic - not syncing: as asked"; exit 0 ;;
torn) for i in 2/1 99999999999/1; do console "dlab: case $i null/harness[ops=1000]"; done
	sleep 1.5; console "dlab: case 1/1 null/harness[op[    1.5] usb 1-1: new"
	console "Kernel panic - not syncing: as asked"; exit 0 ;;
exits) exit 0 ;;
cut) ship; truncate -s 1000 "${files[1]}"; console "dlab: end, status 0"; exit 0 ;;
sleeps | boots-not) exec sleep 60 ;;
stopped) (sleep 4; kill -CONT $$) & kill -STOP $$ ;;
esac
ship
console "dlab: end, status 0"
STUB
chmod +x "$WORK/qe'mu"
cp -r workloads "$WORK"
sed -i 's/^kind = .*/kind = count/' "$WORK/workloads/null/harness.ini"

# run WORD...: what the guest does at each of its starts
run()
{
	printf '%s\n' "$@" >"$TOLD/todo"
	: >"$TOLD/log"
	rm -rf "${R:?}"/*
	go_on
}
go_on()
{
	"$DLAB" run --kit "$FAKE" --qemu "$WORK/qe'mu" --results "$R" --patience 2 \
		--workloads "$WORK/workloads" --workload null/harness \
		--topology "${MACHINE:-vm-noiommu}" ${RESUME:+--resume "$RESUME"}
}
# where progress is told every second
on_a_terminal() { SHELL=/bin/bash script -qefc "$(declare -f go_on run); $(declare -p DLAB WORK FAKE R TOLD); $*" /dev/null; }
resume() { RESUME=last go_on; }
starts() { [[ $(paste -sd ' ' "$TOLD/log") == "$*" ]] || { cat "$TOLD/log"; false; }; }
ends() { grep -qP "^null/harness\[ops=1000\]\t$1" "$R"/latest/*/outcomes.tsv || { cat "$R"/latest/*/outcomes.tsv; false; }; }
# nothing is stored, what was begun is there
unfinished()
{
	local stored=("$R"/runs/[!.]*)
	[[ ! -e ${stored[0]} ]] && compgen -G "$R/runs/.partial-*" >/dev/null
}

check "a guest that is well is measured" exits 0 run good
check "with one start" starts good
touch -d '2 hours ago' "$FAKE"
check "what it booted counts as used" exits 0 run good
check "from then on" test -z "$(find "$FAKE" -maxdepth 0 -mmin +60)"

# ---- the host

for sig in TERM KILL HUP INT XFSZ BUS; do
	check "QEMU ended by SIG$sig is the host's doing" exits 3 run "signal-$sig"
	check "no case ends by it" unfinished
done
check "QEMU that says so and ends well, as it does on SIGTERM" \
	says "terminating on signal 15" run term
check "is no outcome either" unfinished
check "the same command goes on" exits 0 resume
check "QEMU that cannot make the machine is named" \
	says "QEMU ended with status 1: qemu: -device x: no such thing" run status
check "and no guest blamed" unfinished
check "nor for a host without memory" says "Cannot allocate memory" run memory
check "results that left the guest and did not arrive are the host's" \
	says "are not whole" run cut
check "and no outcome" unfinished

# ---- the guest

check "what happens once and not again is not the guest's" exits 0 run panic good
check "it is tried twice" starts panic good
check "and its first console kept" test -s "$(echo "$R"/latest/*/console-broken-1.log)"
check "a panic that comes again is" exits 3 run panic panic
check "by its words" ends "crash\tKernel panic - not syncing: as asked"
check "what the kernel writes into the guest's lines is no case" \
	exits 3 on_a_terminal run torn torn
check "and the one that broke has its name" ends "crash\tKernel panic"
check "so is an end without results" exits 3 run exits exits
check "as a crash" ends "crash\tthe guest shipped no results"
check "and QEMU that breaks twice in the same place" exits 3 run signal-SEGV signal-SEGV
check "which is named" ends "crash\tQEMU was killed by signal 11"
check "a guest that hangs is out of patience" exits 3 run sleeps sleeps
check "twice" ends "timeout\tbefore the first case: no sign of life for 2 s"
check "one that is stopped for longer than that is not" exits 0 run stopped
check "with one start" starts stopped

# ---- the disk

sizes()
{
	local mb
	mount -t tmpfs -o size=64m tmpfs "$R"
	check "a disk with room serves" exits 0 run good
	for mb in 3 5 6 8 10 12; do
		rm -rf "${R:?}"/*
		mount -o "remount,size=${mb}m" "$R"
		check "$mb MB of disk: the lab failed" exits 3 run good
		check "$mb MB of disk: nobody's outcome" unfinished
		mount -o remount,size=64m "$R"
		check "$mb MB of disk: with room the same run goes on" exits 0 resume
	done
	mount -o remount,size=6m "$R"
	check "a guest that nobody hears on a full disk does not hang" \
		says "no room" run sleeps sleeps
}
if unshare -rm mount -t tmpfs tmpfs "$R" 2>/dev/null; then
	export -f sizes check exits says run go_on resume unfinished
	export WORK R FAKE n
	unshare -rm bash -c sizes
else
	echo "ok - six sizes of disk # SKIP no file systems of one's own for this user"
fi
