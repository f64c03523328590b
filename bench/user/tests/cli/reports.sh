#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Do the commands work that reports print?  `make commits` of a tree whose builds
# and measurements do what a file of each commit tells them, judged by the real
# dlab; then each command of its report, of a run's and of a comparison's, as it
# stands there.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

LAB=$WORK/lab
SRC="$WORK/my trees/linux"
for TEMPLATE in "$PWD"/results/baseline/series-6.12/runs/*; do :; done
export DEPS=no DMALAB_CACHE=$WORK/cache QEMU=$WORK/fake/qemu
unset KERNEL_SRC KERNEL BASE RANGE PATCHES SUITE TOPOLOGY CASES BOOTS CC
mkdir -p "$LAB/bench/user" "$SRC" "$WORK/fake/dlab"
cp -r Makefile scripts kernel-series workloads plots "$LAB"
cp -r bench/kmod "$LAB/bench"

stub()
{
	{
		printf '#!/usr/bin/env bash\nTEMPLATE=%q\n' "$TEMPLATE"
		cat
	} >"$1"
	chmod +x "$1"
}
stub "$QEMU" <<'STUB'
echo "QEMU emulator version 7.2.0"
STUB
stub "$LAB/scripts/dlab.sh" <<STUB
echo "$WORK/fake/dlab"
STUB
stub "$LAB/scripts/kernel-build.sh" <<'STUB'
build=$DMALAB_CACHE/build/$(basename "$1")-$KERNEL-$2
mkdir -p "$build"
[[ $(cat "$1/outcome") == ok ]] || {
	echo "../../linux/$(basename "$1")/drivers/x.c:1:2: error: no such thing" >&2
	exit 2
}
cp "$1/cost" "$build"
echo "$build"
STUB
stub "$LAB/scripts/kit.sh" <<'STUB'
kit=$DMALAB_CACHE/kit/$(basename "$2")
mkdir -p "$kit"
touch "${kit%/*}/.dmalab"
cp "$2/cost" "$kit"
echo "$kit"
STUB
# a run is a tracked one, in which each line of `cost` adds to a metric of a path
stub "$WORK/fake/dlab/dlab" <<STUB
[[ \$1 == run && " \$* " != *" --plan "* ]] || exec "$(realpath "$DLAB")" "\$@"
STUB
cat >>"$WORK/fake/dlab/dlab" <<'STUB'
option() { while (($#)); do [[ $1 != "--$want" ]] || { echo "$2"; return; }; shift; done; }
cases=$(want=cases option "$@")
"$0" compare "$TEMPLATE" "$TEMPLATE" ${cases:+--cases "$cases"} >/dev/null || exit 2
results=$(want=results option "$@") kit=$(want=kit option "$@")
name=run-${EPOCHREALTIME/./}-$$
mkdir -p "$results/runs"
cp -r "$TEMPLATE" "$results/runs/.$name"
made=$(while (($#)); do [[ $1 != --make ]] || printf ', "%s"' "$2"; shift; done)
sed -i "s|\"run\": .*|\"run\": \"$name\", \"make\": [${made#, }],|" "$results/runs/.$name/run.json"
for samples in "$results/runs/.$name"/*/samples.tsv; do
	awk -F '\t' -v OFS='\t' '
		FILENAME ~ /cost$/ {cost[$1, $2] += $3; next}
		{path = $1; sub(/.*path=/, "", path); sub(/,.*/, "", path)}
		(path, $2) in cost {
			n = split($3, v, ",")
			for (i = 1; i <= n; i++) {
				split(v[i], x, "x")
				$3 = (i > 1 ? $3 "," : "") x[1] + cost[path, $2] \
					(v[i] ~ /x/ ? "x" x[2] : "")
			}
		}
		{print}' "$kit/cost" "$samples" >"$samples.new"
	mv "$samples.new" "$samples"
	awk -F '\t' -v OFS='\t' 'NR == 1 {print "case", "unnamed", "map", "fill", "unmap"; next}
		seen[$1]++ {next}
		n++ {print $1, 0, "0:90/1", "1:40", "2:80/1"; next}
		{print $1, 0, "iommu_map:90/1", "fill:40", "iommu_unmap:80/1"}' \
		"$samples" >"${samples%/*}/functions.tsv"
done
mv "$results/runs/.$name" "$results/runs/$name"
ln -sfn "runs/$name" "$results/latest"
echo "$results/runs/$name"
STUB

# ---- a history: worse, does not build, better, moved

git_in() { git -C "${1:?}" -c user.name=Somebody -c user.email=somebody@localhost "${@:2}"; }
# commit OUTCOME SUBJECT [PATH METRIC COST]...
commit()
{
	echo "$1" >"$SRC/outcome"
	((NUMBER == 0)) || printf '%s\t%s\t%s\n' "${@:3}" >>"$SRC/cost"
	touch "$SRC/cost"
	NUMBER=$((NUMBER + 1))
	echo "$2" >"$SRC/subject"
	git_in "$SRC" add -A
	git_in "$SRC" commit -qm "$2"
	git_in "$SRC" tag "c$NUMBER"
}
NUMBER=0
git init -q "$SRC"
mkdir -p "$SRC/drivers/iommu"
touch "$SRC/Makefile" "$SRC/drivers/iommu/Kconfig"
commit ok "linux"
commit ok "x: costs more" sg op_insns 40 sg unmap_insns 40
commit no-build "x: forgets a header"
commit ok "x: costs less" page op_insns -50 page map_insns -50
commit ok "x: moves it" sg map_insns -25 sg unmap_insns 25
commit ok "x: one more flush" page iotlb_flush 1

# a regression is status 1 of the script, and so 2 of make
regressed() { ! make -s -C "$LAB" "$@" >"$WORK/log" 2>&1 && cat "$WORK/log" && grep -q ' Error 1$' "$WORK/log"; }
check "make commits of all that" regressed commits RANGE=c1..c6 KERNEL_SRC="$SRC"
REPORT=$(find "$LAB/results/history" -name report.md)
check "two commits made it worse or better, two moved something" \
	grep -q '1 made cases worse, 1 made cases better' "$REPORT"

# commands FILE: one a line, in the order of the report: largest regression first
commands() { awk '/^```/ {code = !code; next} code' "$1" | sed -z 's/ \\\n */ /g'; }
mapfile -t COMMANDS < <(commands "$REPORT")
mapfile -t EXPLAIN < <(printf '%s\n' "${COMMANDS[@]}" | grep '/dlab explain ')
mapfile -t COMMANDS < <(printf '%s\n' "${COMMANDS[@]}" | grep '^make commits ')
check "each of the four has its commands" test "${#COMMANDS[@]} ${#EXPLAIN[@]}" = "4 4"

# found STATUS TEXT COMMAND: it measures a history that says so; make turns the 1
# of a regression into 2
found()
{
	local out got=0
	out=$(cd "$LAB" && bash -c "$3" 2>"$WORK/err") || got=$?
	[[ $got == "$1" ]] || { echo "$3: $got"; tail -n 5 "$WORK/err"; false; return; }
	grep -q -- "$2" "$(tail -n 1 <<<"$out")/report.md" || { echo "$3"; false; }
}
check "what costs more is seen again" found 2 '#1 .*x: costs more' "${COMMANDS[0]}"
check "what costs less, with what does not build before it" \
	found 0 '#2 .*x: costs less' "${COMMANDS[1]}"
check "what moved" found 0 'map -25, unmap +25' "${COMMANDS[2]}"
check "a flush that instructions do not show" found 0 'iotlb_flush +1' "${COMMANDS[3]}"

# all COMMAND...: they end well, or with a regression, and say something
all()
{
	local command status=0
	(($# > 0)) || return
	for command; do
		(cd "$LAB" && bash -c "$command") \
			>"$WORK/log" 2>&1 || status=$?
		if ((status > 1)) || [[ ! -s $WORK/log ]]; then
			echo "$command"
			cat "$WORK/log"
			return 1
		fi
	done
}
check "in which functions" all "${EXPLAIN[@]}"

# the same history and its runs, elsewhere
ELSE="$WORK/else where"
cp -r "$LAB/results" "$ELSE"
dlab() { (cd "$LAB" && "$WORK/fake/dlab/dlab" "$@"); }
HISTORY=$ELSE/${REPORT#"$LAB/results/"}
dlab history "${HISTORY%/*}" --results "$ELSE" >/dev/null
mapfile -t EXPLAIN < <(commands "$HISTORY" | grep '/dlab explain ')
explained_elsewhere() { ((${#EXPLAIN[@]} == 4)) && [[ ${EXPLAIN[*]} == *"'$ELSE/runs/"* ]] && all "${EXPLAIN[@]}"; }
check "of runs that are elsewhere, too" explained_elsewhere

# ---- what a run's report and a comparison's print

cd "$LAB/results" || exit
runs=(runs/*)
ln -s "${runs[1]}" latest
cd - >/dev/null || exit
check "a run's report is written" dlab report "$(basename "${runs[0]}")"
mapfile -t COMMANDS < <(commands "$LAB/results/${runs[0]}/report.md" | grep '/dlab ')
check "its commands work" all "${COMMANDS[@]}"
dlab compare --format md "$(basename "${runs[0]}")" latest >"$WORK/compare.md"
mapfile -t COMMANDS < <(commands "$WORK/compare.md")
check "a comparison's commands work" all "${COMMANDS[@]}"

# ---- the same of runs that are elsewhere, of a kernel that has to be named

cp -r "$LAB/results/${runs[0]}" "$WORK/a run"
cp -r "$LAB/results/${runs[1]}" "$WORK/another"
sed -i 's/"run": "/&elsewhere-/' "$WORK"/{a\ run,another}/run.json
(cd "$WORK" && "$WORK/fake/dlab/dlab" compare --metrics lab/workloads/metrics.ini --results . --format md \
	"./a run" ./another >"$WORK/compare.md")
mapfile -t COMMANDS < <(commands "$WORK/compare.md")
directories() { ((${#COMMANDS[@]} == 2)) && all "${COMMANDS[@]}"; }
check "a comparison's of directories" directories

RESULTS="$WORK/my results"
printf '%s\n' "${runs[@]}" >"$WORK/before"
check "make bench with results elsewhere" make -s -C "$LAB" bench SUITE=commits \
	KERNEL_SRC="$SRC" CASES='commits/*path=sg*' RESULTS="$RESULTS"
for run in "$RESULTS"/runs/*; do :; done
mapfile -t COMMANDS < <(commands "$run/report.md")
mapfile -t MAKE < <(printf '%s\n' "${COMMANDS[@]}" | grep '^make ')
mapfile -t COMMANDS < <(printf '%s\n' "${COMMANDS[@]}" | grep '/dlab ')
again()
{
	((${#MAKE[@]} == 1)) && all "${MAKE[@]}" &&
		[[ $(realpath "$RESULTS/latest") != "$run" ]] &&
		(cd "$LAB/results" && printf '%s\n' runs/*) | diff "$WORK/before" -
}
check "it is measured again, and stored there" again
check "of the same kernel" grep -F "\"KERNEL_SRC=$SRC\"" "$RESULTS/latest/run.json"
check "then compared with it, and explained" all "${COMMANDS[@]}"
dlab compare --results "$RESULTS" --format md "$(basename "$run")" latest >"$WORK/compare.md"
mapfile -t COMMANDS < <(commands "$WORK/compare.md")
check "a comparison's commands work" all "${COMMANDS[@]}"

# ---- patches: their commits are in the lab's tree alone

git_in "$SRC" format-patch -q -o "$WORK/mails" c1..c2
git_in "$SRC" checkout -q c1
check "make commits of patches" regressed commits PATCHES="$WORK/mails" KERNEL_SRC="$SRC"
REPORT=$(find "$LAB/results/history" -path '*patches*' -name report.md)
check "what a patch costs is seen again" \
	found 2 '#1 .*x: costs more' "$(commands "$REPORT" | grep '^make ')"
check "and found by its name" all "$WORK/fake/dlab/dlab history $(basename "$(dirname "$REPORT")") --format tsv"
