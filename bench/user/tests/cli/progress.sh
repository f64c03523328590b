#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Is the time that is left told rightly, and nothing silent?
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
TOP=$PWD CACHE=$WORK
# shellcheck source=scripts/progress.sh
. scripts/progress.sh
mkdir "$WORK/build"

# two builds: in the slow one all objects take as long, the fast one hurries
printf '%s\n' "0 10" "1000 410" "end 450" >"$WORK/slow"
printf '%s\n' "0 10" "500 50" "1000 60" "end 80" >"$WORK/fast"

# left WANT THEN NOW FILE...: within a second, and like that file
left() { [[ $(left_s "${@:2}") == "$1 $4" ]] || { left_s "${@:2}"; false; }; }

check "a build like the last one takes what that took" \
	left 240 "100 50" "500 210" "$WORK/slow"
check "one at half its speed takes twice as long, but for linking" \
	left 440 "100 90" "500 410" "$WORK/slow"
check "of two the one that it is like counts" \
	left 30 "100 18" "500 50" "$WORK/fast" "$WORK/slow"
fast_is_second() { [[ $(left_s "100 18" "500 50" "$WORK/slow" "$WORK/fast") == "30 $WORK/fast" ]]; }
check "in whatever order" fast_is_second
nothing() { [[ ! $(left_s "$@") ]] || { left_s "$@"; false; }; }
check "nothing is told where nothing is known" nothing "100 18" "500 50"
check "nor before objects are made" nothing "0 0" "0 20" "$WORK/slow"
check "nor of more objects than there were" nothing "900 370" "1100 450" "$WORK/slow"
linking() { [[ $(link_left_s 15 "$WORK/slow") == 25 && ! $(link_left_s 50 "$WORK/slow") ]]; }
check "what is left of linking is told, and never less than nothing" linking

# replay TRACE FILE...: of a build that was, as it was followed, what is told from a
# minute on is right within a third, or 15 seconds
replay()
{
	local end n now left took=() off wrong=0
	end=$(awk '$1 == "end" {print $2}' "$1")
	while read -r n now; do
		[[ $n == [0-9]* ]] || continue
		took+=("$n $now")
		read -r left _ < <(EVERY=10 left_s "$(since_when)" "$n $now" "${@:2}") || true
		((now >= 60)) || continue
		off=$((left > end - now ? left - end + now : end - now - left))
		echo "$n objects, $now s: $left s told, $((end - now)) true"
		((off <= 15 || 3 * off <= end - now)) || wrong=1
	done <"$1"
	return "$wrong"
}
for trace in bench/user/tests/data/build-times/*; do
	check "a build that was is told as it was: ${trace##*/}" \
		replay "$trace" scripts/build-times/*
done

for kind in cold warm; do
	check "there is a $kind build to begin with" grep -x "$TOP/scripts/build-times/lab-$kind" \
		<(earlier lab)
done

# a build whose objects come at 40 a second
EVERY=1
build()
{
	local i
	for ((i = 1; i <= 160; i++)); do
		echo "  CC      $i.o"
		((i % 40)) || sleep 1
	done
	echo "  LD      vmlinux.o"
}
build | follow_build lab yes 2>"$WORK/told"
check "a build tells what is left" grep -E '^   [0-9]+ objects, [0-9]+ s, about [0-9]+ s to go$' "$WORK/told"
check "what it took is kept" grep -xE "160 [0-9]+" "$WORK"/build/.took-lab-*
check "and counts from then on" grep -F "$WORK/build/.took-lab-" <(earlier lab)
build | follow_build lab no 2>"$WORK/told"
check "of a part nothing is told" bash -c "grep objects '$WORK/told' && ! grep 'to go' '$WORK/told'"

silent() { patiently "nothing to say" sleep 2.5; }
check "what is silent is told to go on" grep -x "   nothing to say, 1 s" <(silent 2>&1)
check "its status is its own" exits 7 patiently "an end" bash -c "exit 7"
output() { patiently "output" echo data; }
check "its output, too" grep -x data <(output)
killed() { bash -c '. scripts/progress.sh; patiently "a kill" kill -9 $$' 2>&1 | cat; }
check "nobody waits for it after a kill" timeout 5 bash -c "$(declare -f killed); killed; true"
