#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make commits`, `make bisect` and `make calibrate` without a compiler or a
# guest: a lab whose builds and measurements do what a file of each commit tells
# them.  Is every commit measured once, whatever is killed when?
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

LAB=${WORK:?}/lab
SRC=$WORK/src
TOLD=$WORK/told
export DEPS=no DMALAB_CACHE=$WORK/cache QEMU=true
unset KERNEL_SRC KERNEL BASE RANGE PATCHES SUITE TOPOLOGY CASES BOOTS CC
mkdir -p "$LAB/bench" "$SRC" "$WORK/fake/dlab" "$TOLD" "$WORK/theirs"
# a kit goes when its commit was measured, but not one of the caller's
export KIT=$WORK/theirs
cp -r scripts kernel-series workloads "$LAB"
cp -r bench/kmod "$LAB/bench"

# ---- what stands for the builds and for dlab

stub()
{
	{
		printf '#!/usr/bin/env bash\nTOLD=%q\n' "$TOLD"
		cat
	} >"$1"
	chmod +x "$1"
}
stub "$LAB/scripts/dlab.sh" <<STUB
echo "$WORK/fake/dlab"
STUB
stub "$LAB/scripts/kernel-build.sh" <<'STUB'
. "$(dirname "$0")/lib.sh"
trap - ERR
build=$DMALAB_CACHE/build/$(basename "$1")-$KERNEL-$2
mkdir -p "$build"
begin_build "$build"
echo "build $(cat "$1/number")" >>"$TOLD/log"
if [[ $(cat "$1/outcome") == no-build ]]; then
	echo "../../linux/$(basename "$1")/drivers/x.c:1:2: error: no such thing" |
		tee "$build/.log" >&2
	exit 2
fi
[[ $(cat "$1/outcome") != no-space ]] || {
	echo "x.c: fatal error: x.o: No space left on device" >&2
	exit 2
}
[[ $(cat "$1/outcome") != no-link ]] || {
	echo "ld: final link failed: No space left on device" >"$build/.log"
	echo "make[2]: *** [vmlinux] Error 1" | tee -a "$build/.log" >&2
	exit 2
}
[[ $(cat "$1/outcome") != quotes ]] || {
	printf '%s\n' "x.c:1:2: error: no such thing" \
		'   12 |         pr_err("Out of paper: No space left on device");' >"$build/.log"
	echo "make[2]: *** [x.o] Error 1" >&2
	exit 2
}
[[ $(cat "$1/outcome") != bad-object || ${RECACHE:-} ]] || {
	touch "$build/x.o"
	echo "x.o: error: file not recognized: file format not recognized" >&2
	exit 2
}
[[ ! -e $build/x.o ]] || { echo "x.o is there: error: what failed is built upon" >&2; exit 2; }
[[ $(cat "$1/outcome") != killed ]] || {
	echo "make[4]: *** [scripts/Makefile.build:229: x.o] Terminated" >&2
	exit 2
}
cp "$1"/{outcome,number,cost} "$build"
end_build "$build"
echo "$build"
STUB
stub "$LAB/scripts/module-build.sh" <<'STUB'
[[ $(cat "$1/outcome") != no-module ]] || {
	echo "paths/x.c:3: error: too few arguments" >&2
	exit 2
}
STUB
stub "$LAB/scripts/kit.sh" <<'STUB'
set -e
"$(dirname "$0")/module-build.sh" "$2" out
kit=$DMALAB_CACHE/kit/$(basename "$2")
mkdir -p "$kit"
touch "${kit%/*}/.dmalab"
cp "$2"/{outcome,number,cost} "$kit"
echo "$kit"
STUB
stub "$WORK/fake/dlab/dlab" <<'STUB'
option() { while (($#)); do [[ $1 != "--$want" ]] || { echo "$2"; return; }; shift; done; }
case $1 in
list)
	printf 'vm-vtd-strict-count-1\n  map/smoke[path=sg]\n' ;;
history | calibrate)
	echo "$*" ;;
compare)
	a=$(cat "$4/cost") b=$(cat "$5/cost")
	exit $((b > a)) ;;
run)
	[[ " $* " != *" --plan "* ]] || exit 0
	kit=$(want=kit option "$@") results=$(want=results option "$@")
	resume=$(want=resume option "$@")
	number=$(cat "$kit/number") run=run-$number-$RANDOM
	mkdir -p "$results/runs"
	if [[ $resume ]]; then
		run=$(basename "$results"/runs/.partial-*)
		run=${run#.partial-}
		echo "resume $number" >>"$TOLD/log"
	else
		mkdir "$results/runs/.partial-$run"
		echo "measure $number" >>"$TOLD/log"
	fi
	[[ ! -e $TOLD/hold-$number ]] || {
		trap 'exit 3' INT
		echo $$ >"$TOLD/held"
		while [[ -e $TOLD/hold-$number ]]; do sleep 0.05; done
	}
	mkdir -p "$results/runs/.partial-$run/boot"
	cp "$kit/cost" "$results/runs/.partial-$run"
	{
		printf 'case\tstatus\treason\n'
		case $(cat "$kit/outcome") in
		crash) printf 'a\tcrash\tKernel panic - not syncing\nb\tok\t\n' ;;
		fail) printf 'a\tok\t\nb\tfail\tno address\n' ;;
		*) printf 'a\tok\t\nb\tskip\tno such API\n' ;;
		esac
	} >"$results/runs/.partial-$run/boot/outcomes.tsv"
	mv "$results/runs/.partial-$run" "$results/runs/$run"
	echo "$results/runs/$run"
	[[ $(cat "$kit/outcome") == ok ]] || exit 3
	;;
esac
STUB

# ---- a history of commits

git_in() { git -C "${1:?}" -c user.name=Somebody -c user.email=somebody@localhost "${@:2}"; }
# commit OUTCOME COST SUBJECT: is tagged c1, c2, …
commit()
{
	NUMBER=$((NUMBER + 1))
	echo "$1" >"$SRC/outcome"
	echo "$2" >"$SRC/cost"
	echo "$NUMBER" >"$SRC/number"
	git_in "$SRC" add -A
	git_in "$SRC" commit -qm "$3"
	git_in "$SRC" tag "c$NUMBER"
}
NUMBER=0
git init -q "$SRC"
mkdir -p "$SRC/drivers/iommu"
touch "$SRC/Makefile" "$SRC/drivers/iommu/Kconfig"
commit ok 100 "linux"
commit ok 100 "x: a neutral one"
commit no-build 100 "x: forgets a header"
commit no-module 100 "x: another prototype"
commit crash 100 "x: panics"
commit fail 100 "x: loses an address"
commit ok 120 "x: costs more"
commit ok 120 "y: neutral	with a tab"

export KERNEL_SRC=$SRC
H=$LAB/results/history
commits() { RANGE=${1:-c1..c8} "$LAB/scripts/commits.sh"; }
hash_of() { git_in "$SRC" rev-parse "$1^{commit}"; }
told() { grep -cE "^$1\$" "$TOLD/log"; }
tsv() { cat "$H"/range-*-"$(hash_of "$1" | cut -c 1-12)"/commits.tsv; }
# column NAME [TIP]: of commits.tsv
column()
{
	tsv "${2:-c8}" | awk -F '\t' -v k="$1" '
		NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next}
		{print $c[k]}' | paste -sd ' '
}
column_is() { [[ $(column "$1" "${3:-c8}") == "$2" ]] || { column "$1" "${3:-c8}"; false; }; }
# once WHAT: nothing that the log says of it stands there twice
once() { [[ -z $(grep -E "^$1 " "$TOLD/log" | sort | uniq -d | tee /dev/stderr) ]]; }
ten_columns() { awk -F '\t' 'NF != 10 {bad = 1} END {exit bad || NR != 9}' <(tsv c8); }
forget()
{
	rm -rf "${LAB:?}/results" "${TOLD:?}"
	mkdir "$TOLD"
}

check "a range ends with what dlab history says" exits 0 commits
check "every commit has its outcome, the base first" \
	column_is outcome "ok ok no-build no-build crash fail ok ok"
check "why it does not build is the compiler's word" \
	grep -q 'kernel: drivers/x.c:1:2: error: no such thing' <(tsv c8)
check "a module that does not build is told from it" \
	grep -q 'module: paths/x.c:3: error: too few arguments' <(tsv c8)
check "a panic is quoted" grep -q 'crash	Kernel panic - not syncing' <(tsv c8)
check "ten columns in every row" ten_columns
check "the runs are where runs are" \
	bash -c "[[ \$(ls '$LAB/results/runs' | wc -l) == 6 ]]"
check "each was built once, what does not build twice" once "build [^34]"
check "and not a third time" test "$(told 'build [34]')" = 4
check "and measured once" once measure
before=$(told '.*')
check "again: nothing is built or measured" exits 0 commits
check "not one" test "$(told '.*')" = "$before"
check "another range: what is known is reused" exits 0 commits c2..c7
check "all of it" test "$(told '.*')" = "$before"

git_in "$SRC" revert --no-edit c8 >/dev/null
check "a revert is the tree that it goes back to" exits 0 commits c1..HEAD
check "and is not measured again" test "$(told '.*')" = "$before"
git_in "$SRC" reset -q --hard c8

echo "/* */" >>"$LAB/bench/kmod/op.c"
check "a changed module makes points stale" exits 0 commits c6..c8
check "all that are asked for" test "$(told 'measure [678]')" = 6
cp bench/kmod/op.c "$LAB/bench/kmod"
check "changed back, the old ones are good again" exits 0 commits
check "each of them" test "$(told 'measure [678]')" = 6
rm -r "${LAB:?}"/results/runs/run-2-*
check "a point whose run is gone is measured again" exits 0 commits
check "that one only" test "$(told 'measure .*')" = 10
check "another topology is another history" env TOPOLOGY=vm-vtd-lazy RANGE=c1..c2 \
	"$LAB/scripts/commits.sh"
check "beside the first" test "$(find "$H" -name "range-*-$(hash_of c2 | cut -c 1-12)*" | wc -l)" = 1

# ---- stopped in the middle

# start: in the background, and as from a terminal; whoever runs this test may
# ignore signals, which a script could not undo
start()
{
	rm -f "$TOLD/held"
	set -m
	RANGE=c1..c8 env --default-signal=HUP,INT,TERM "$LAB/scripts/commits.sh" \
		>"$WORK/out.log" 2>&1 &
	pid=$!
	set +m
}
until_held()
{
	local n=0
	until [[ -s $TOLD/held ]] || ((n++ > 1200)); do sleep 0.05; done
}
point_pid() { pgrep -g "$pid" -f "[p]oint.sh"; }

forget
touch "$TOLD/hold-2"
start
until_held
kill -9 "$(cat "$TOLD/held")"
rm "$TOLD/hold-2"
check "a killed dlab is the lab's failure" exits 3 wait "$pid"
check "the others are measured" \
	column_is outcome "ok unmeasured no-build no-build crash fail ok ok"
check "the next command does that one" exits 0 commits
check "going on with what there was" test "$(told 'resume 2')" = 1
check "and no other" once "(build [^234]|measure [^2])"
check "all is there" column_is outcome "ok ok no-build no-build crash fail ok ok"

forget
touch "$TOLD/hold-6"
start
until_held
kill -INT -- "-$pid"
check "Ctrl-C ends it" exits 130 wait "$pid"
rm "$TOLD/hold-6"
check "at once" column_is outcome \
	"ok ok no-build no-build crash unmeasured unmeasured unmeasured"
touch "$TOLD/hold-7"
start
until_held
# shellcheck disable=SC2046 # there may be more of them
kill -9 "$pid" $(point_pid) "$(cat "$TOLD/held")" 2>/dev/null
wait "$pid" 2>/dev/null
rm "$TOLD/hold-7"
check "kill -9 of all of it leaves what was measured" \
	column_is outcome "ok ok no-build no-build crash fail unmeasured unmeasured"
check "and the next command goes on" exits 0 commits
check "all is there now" column_is outcome "ok ok no-build no-build crash fail ok ok"
check "measured once" once measure
check "and resumed where it was stopped" test "$(told 'resume [67]')" = 2

forget
commits c1..c2 >/dev/null 2>&1
point=$(grep -l "commit	$(hash_of c2)" "$LAB"/results/points/*.tsv)
mkdir -p "${point%.tsv}.work/runs"
mv "$LAB"/results/runs/run-2-* "${point%.tsv}.work/runs"
check "killed between point and run: the run is put in place" exits 0 commits c1..c2
rm "$point"
mkdir -p "${point%.tsv}.work/runs"
mv "$LAB"/results/runs/run-2-* "${point%.tsv}.work/runs"
check "killed before the point: its run is taken" exits 0 commits c1..c2
check "neither is measured again" test "$(told 'measure .*')" = 2

commit bad-object 120 "x: out of a broken compiler cache"
check "a build that fails once and not again is no fault of the commit" \
	exits 0 commits c8..c9
commit quotes 120 "x: an error beside a line of the source"
check "what the compiler quotes of the source is not what it says" exits 0 commits c9..c10
check "nor what the machine says" column_is outcome "ok no-build" c10
commit no-space 120 "x: on a full disk"
check "a full disk is the lab's failure, not the commit's" exits 3 commits c10..c11
check "it stays unmeasured" column_is outcome "no-build unmeasured" c11
commit killed 120 "x: while the machine goes down"
check "a compiler that is killed is no fault of the commit" exits 3 commits c11..c12
check "nor is that one a commit that does not build" \
	column_is outcome "unmeasured unmeasured" c12
commit no-link 120 "x: linked on a full disk"
check "what make's log alone tells of a full disk counts" exits 3 commits c12..c13
check "as the lab's failure" column_is outcome "unmeasured unmeasured" c13

commit ok 120 "x: while there is no room for the compiler"
small_tmp()
{
	mkdir "$WORK/small"
	unshare -rm bash -c "mount -t tmpfs -o size=10m tmpfs '$WORK/small' &&
		RANGE=c10..c14 TMPDIR='$WORK/small' '$LAB/scripts/commits.sh'"
}
if unshare -rm mount -t tmpfs tmpfs "$TOLD" 2>/dev/null; then
	check "without room for the compiler nothing is built" \
		says "no room for 64 MB in $WORK/small" small_tmp
	check "nor stored" column_is outcome "no-build unmeasured unmeasured unmeasured unmeasured" c14
else
	echo "ok - without room for the compiler # SKIP no file systems of one's own for this user"
fi

# ---- patches

forget
git_in "$SRC" format-patch -q -o "$WORK/mails" c1..c2
cat "$WORK"/mails/*.patch >"$WORK/mail.mbox"
git_in "$SRC" checkout -q c1
patches() { PATCHES=$1 "$LAB/scripts/commits.sh"; }
check "patches are measured on a tree" exits 0 patches "$WORK/mails"
check "the base first" test "$(told 'measure [12]')" = 2
check "a mailbox is the same" exits 0 patches "$WORK/mail.mbox"
check "nothing was measured for it" test "$(told '.*')" = 4
check "nor is that of the same commits as a range" exits 0 commits c1..c2
check "which are the same trees" test "$(told '.*')" = 4
sed -i 's/^-1$/-7/' "$WORK"/mails/*
check "patches that do not apply are refused" says "does not apply" \
	patches "$WORK/mails"
check "a range that is none is refused" says "give A..B" commits c1
check "and one that leads backwards" says "no ancestor" commits c8..c1

# ---- bisect

git_in "$SRC" checkout -q c1
NUMBER=20
commit ok 100 "z: base"
for cost in 100 100 100 130 130 130 130 130 130; do
	commit ok $cost "z: $((NUMBER + 1))"
done
bisect() { CASE=map/smoke GOOD=${1:-c21} BAD=${2:-c30} "$LAB/scripts/bisect.sh"; }
finds_c25() { bisect | tee /dev/stderr | grep -E "^first bad commit: [0-9a-f]* z: 25$"; }

forget
check "the first bad commit is found" finds_c25
check "with as few builds as possible" test "$(told 'build .*')" -le 6
before=$(told '.*')
check "again: nothing is built" finds_c25
check "not one commit" test "$(told '.*')" = "$before"
check "what is not worse has no first bad commit" says "not worse" bisect c25 c30
check "nor has what leads backwards" says "does not come before" env \
	RANGE=c21..c30 CASE=x GOOD=c30 BAD=c21 "$LAB/scripts/bisect.sh"
NUMBER=40
commit ok 100 "u: base"
commit ok 100 "u: 42"
commit no-build 100 "u: 43"
commit crash 100 "u: 44"
commit ok 130 "u: 45"
commit ok 130 "u: 46"
check "what cannot be told apart is status 1" exits 1 bisect c41 c46
bisect c41 c46 >"$WORK/range" 2>/dev/null
check "and is named as a range" diff <(grep -oE ' u: .*' "$WORK/range") \
	<(printf ' u: %s\n' 43 44 45)

# ---- calibrate

PATCHED=$LAB/bench/user/tests/data/commits
git_in "$SRC" checkout -q c1
NUMBER=60
commit ok 120 "x: plant 20 instructions"
git_in "$SRC" format-patch -q -o "$PATCHED/plants" c1..c61
git_in "$SRC" format-patch -q -o "$PATCHED/neutral" c1..c2
git_in "$SRC" checkout -q c1
calibrated()
{
	"$LAB/scripts/calibrate.sh" | tee /dev/stderr | grep -qE "^calibrate --same \
run-1-[0-9]+ --rebuilds $H/patches-neutral-[0-9a-f]{12} --rebuilds $H/twice-range-[^ ]* \
--planted $H/patches-plants-[0-9a-f]{12}$"
}
# twice COLUMN: how many there are of it in the history of two directories
twice() { tail -n +2 "$H"/twice-*/commits.tsv | cut -f "$1" | sort -u | wc -l; }

forget
check "dlab calibrate is given all that it asks for" calibrated
check "which are four measurements" test "$(told 'measure (1|2|61)')" = 4
check "two of them of the base" test "$(told 'measure 1')" = 2
check "built in two directories" test "$(told 'build 1')" = 2
check "which are a history: one tree, two runs" test "$(twice 2) $(twice 8)" = "1 2"
check "again: nothing is measured" calibrated
check "not one" test "$(told '.*')" = 8
check "a KIT of the caller's is not taken for the lab's" test -d "$KIT"
