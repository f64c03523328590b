#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make check-series`: can the series be trusted, patch by patch?  On the newest
# version of BASE that Debian has, or on KERNEL_SRC=.
#
#   check-series.sh           for each patch: checkpatch --strict, a build, no new
#                             warning under W=1 and sparse in what it touches, a
#                             build without IOMMU; at the tip: builds with other
#                             options, KUnit
#   FAST=1 check-series.sh    builds at the tip only, no KUnit
#   check-series.sh patches   nothing is built (part of make test)
#
# Prints a table; with TAP=1 a line for each check instead.  What the tools said
# is in $DMALAB_CACHE/check/BASE.  Who else wants the tree waits.
# shellcheck disable=SC2317 # check() calls what is not called by name
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

MODE=${1:-${FAST:+fast}}
MODE=${MODE:-full}
[[ $MODE == @(full|fast|patches) ]] ||
	die "check-series.sh: there are patches and FAST=1"
hold_kernel
OUT=$CACHE/check/$BASE
COLUMNS_OF=(checkpatch build warnings small options kunit)
declare -A SAID=()
FAILED=0
remove "$OUT"
own "$OUT"
mkdir "$OUT/patches"

# note ROW COLUMN ok|fail|WHY-NOT: the outcome of a check
note()
{
	SAID[$1,$2]=$3
	[[ $3 != fail ]] || {
		FAILED=$((FAILED + 1))
		say "$1: $2 failed: $OUT/$1.$2"
		head -n 40 "$OUT/$1.$2" >&2
	}
}

# check ROW COLUMN COMMAND...: one that has something to say has failed too
check()
{
	local row=$1 column=$2 log=$OUT/$1.$2
	shift 2
	if "$@" >"$log" 2>&1 && [[ ! -s $log ]]; then
		note "$row" "$column" ok
		rm "$log"
	else
		note "$row" "$column" fail
	fi
}

# Without a .git checkpatch does not look for the commits that a message names,
# which are not here, nor for the modules that python's spdxcheck wants.
# A new file needs no line in MAINTAINERS where its folder has one, and a BUG_ON
# that is there already may be changed.
checkpatch()
{
	(cd "$TREE" && HOME=${HOME:-/} GIT_DIR=/nonexistent \
		scripts/checkpatch.pl --strict --quiet --no-summary \
		--show-types --ignore FILE_PATH_CHANGES,AVOID_BUG,UNKNOWN_COMMIT_ID "$1")
}

at() { git -C "$TREE" checkout -q "$1"; }

# touched FROM TO PATTERN...: files that differ
touched()
{
	git -C "$TREE" diff --name-only --diff-filter=d --no-renames \
		"$1" "$2" -- "${@:3}"
}

# says on standard output only why it failed
build()
{
	"$TOP/scripts/kernel-build.sh" "$TREE" check >/dev/null 2>"$OUT/build.log" ||
		{ tail -n 30 "$OUT/build.log"; false; }
}

# warnings_of FILE...: what compiler (W=1), sparse and kernel-doc have to say,
# without line numbers, of those that are part of the build
warnings_of()
{
	local build=$BUILT-warnings file objects=()
	for file; do
		file=${file%.c}.o
		[[ ! -f $BUILT/$file ]] || objects+=("$file")
		rm -f "$build/$file"
	done
	own "$build"
	if ((${#objects[@]})); then
		cmp -s "$BUILT/.config" "$build/.config" ||
			cp "$BUILT/.config" "$build"
		make -s -k -C "$TREE" O="$build" CC="$CCACHED" -j"$JOBS" W=1 C=1 \
			olddefconfig "${objects[@]}" 2>&1 || true
	fi | grep -E 'warning:|error:|Error ' |
		sed -E 's/:[0-9]+(:[0-9]+)?:/:/; s/ line [0-9]+/ line/'
}

# docs_of FILE...: the same of headers, where only kernel-doc looks
docs_of()
{
	local file
	cd "$TREE"
	for file; do
		[[ ! -f $file ]] || scripts/kernel-doc -none "$file" 2>&1 || true
	done | sed -E 's/:[0-9]+:/:/'
}

look()
{
	mapfile -t sources < <(touched "$BASE_COMMIT" "$TIP" '*.c')
	mapfile -t headers < <(touched "$BASE_COMMIT" "$TIP" '*.h')
	{ warnings_of "${sources[@]}" || true; docs_of "${headers[@]}"; } |
		sort >"$1"
}

new_warnings()
{
	look "$OUT/warnings.now"
	comm -13 "$OUT/warnings.base" "$OUT/warnings.now"
}

# the folders with code that the series touches, in a kernel without an IOMMU
small()
{
	local build folders
	build=$CACHE/build/$(basename "$TREE")-small
	mapfile -t folders < <(touched "$BASE_COMMIT" "$TIP" '*.c' |
		grep -vE '^(arch|Documentation|tools|samples)/' |
		xargs -r dirname | sort -u | while read -r folder; do
			[[ ! -d $TREE/$folder ]] || echo "$folder/"
		done)
	((${#folders[@]})) || return 0
	"$TOP/scripts/kernel-config.sh" small "$TREE" "$build" 2>"$OUT/small.log" ||
		{ cat "$OUT/small.log"; return 1; }
	begin_build "$build" 2>"$OUT/small.log"
	make -s -k -C "$TREE" O="$build" ARCH=i386 CC="$CCACHED" -j"$JOBS" \
		"${folders[@]}" && end_build "$build"
}

# whole builds, since only linking tells of names that are not exported
options()
{
	local name words word make
	while read -r name words; do
		[[ $name && $name != '#'* ]] || continue
		say "options: $name"
		make=()
		for word in $words; do
			[[ $word == CONFIG_* ]] || make+=("$word")
		done
		env "${make[@]}" "$TOP/scripts/kernel-build.sh" "$TREE" "check-$name" \
			>/dev/null 2>"$OUT/options.log" || {
			echo "$name: $words"
			tail -n 30 "$OUT/options.log"
		}
	done <"$TOP/kernel-series/options"
}

kunit()
{
	local run
	KIT=$("$TOP/scripts/setup.sh" debug 2>"$OUT/debug.log") ||
		{ tail -n 30 "$OUT/debug.log"; return 1; }
	DLAB=$("$TOP/scripts/dlab.sh")/dlab
	run=$("$DLAB" run --kit "$KIT" --results "$CACHE/check-results" \
		--workload test/kernel --topology vm-vtd-strict --patience 300 \
		2>"$OUT/dlab.log") && return
	[[ ! $run ]] || cat "$run"/*/outcomes.tsv
	cat "$OUT/dlab.log"
	false
}

# built ROW COMMIT: what is checked by building at a commit
built()
{
	say "$1"
	at "$2"
	check "$1" build build
	if [[ ${SAID[$1,build]} == ok ]]; then
		check "$1" warnings new_warnings
		check "$1" small small
	fi
}

tap()
{
	local row column n=0
	for row in "${ROWS[@]}"; do
		for column in applies "${COLUMNS_OF[@]}"; do
			case ${SAID[$row,$column]:-} in
			'') continue ;;
			ok) echo "ok $((n += 1)) - $row: $column" ;;
			fail) echo "not ok $((n += 1)) - $row: $column" ;;
			*) echo "ok $((n += 1)) - $row: $column # SKIP ${SAID[$row,$column]}" ;;
			esac
		done
	done
}

# fits 80 columns: 40 of a name, and of each check its own
table()
{
	local row column said
	printf '%-40.40s' "on $(git -C "$TREE" log -1 --format=%s base)"
	printf ' %s' "${COLUMNS_OF[@]}"
	echo
	for row in "${ROWS[@]}"; do
		said=''
		for column in "${COLUMNS_OF[@]}"; do
			said+=${SAID[$row,$column]:-}
		done
		[[ $said ]] || continue
		printf '%-40.40s' "$row"
		for column in "${COLUMNS_OF[@]}"; do
			printf ' %-*s' ${#column} "${SAID[$row,$column]:--}"
		done
		echo
	done
}

end()
{
	if [[ ${TAP:-} ]]; then tap; else table; fi
	exit $((FAILED > 0))
}

export KERNEL=tip
[[ $MODE == patches || ${KERNEL_SRC:-} ]] || export NEWEST=yes
[[ $MODE == patches ]] || "$TOP/scripts/deps.sh" test
ROWS=("kernel-series/$BASE")
if ! TREE=$("$TOP/scripts/kernel-source.sh"); then
	TAP=1 SAID[${ROWS[0]},applies]=fail FAILED=1
	end
fi
SAID[${ROWS[0]},applies]=ok
BUILT=$CACHE/build/$(basename "$TREE")-$KERNEL-check
BASE_COMMIT=$(git -C "$TREE" rev-parse base)
TIP=$(git -C "$TREE" rev-parse tip)
[[ $TIP == "$(git -C "$TREE" rev-parse refs/dmalab/applied)" ]] ||
	say "note: branch tip of $TREE is not kernel-series/$BASE: make series writes it there"
git -C "$TREE" format-patch -q --no-numbered --no-signature --zero-commit \
	-o "$OUT/patches" base..tip
mapfile -t COMMITS < <(git -C "$TREE" rev-list --reverse base..tip)
mapfile -t PATCHES < <(find "$OUT/patches" -name '*.patch' | sort)
if ((${#PATCHES[@]} == 0)); then
	SAID[${ROWS[0]},checkpatch]="there are no patches"
	end
fi

for patch in "${PATCHES[@]}"; do
	row=$(basename "$patch" .patch)
	ROWS+=("$row")
	check "$row" checkpatch checkpatch "$patch"
done
[[ $MODE != patches ]] || end

trap 'at tip' EXIT
if [[ $MODE == fast ]]; then
	# which files are built is known after a build
	at tip
	stage "tip" build || true
else
	at base
	stage "base" build
fi
at base
look "$OUT/warnings.base"
for i in "${!COMMITS[@]}"; do
	[[ $MODE == full ]] || ((i == ${#COMMITS[@]} - 1)) || continue
	built "${ROWS[i + 1]}" "${COMMITS[i]}"
done
[[ $MODE != full ]] || {
	check "$row" options options
	check "$row" kunit kunit
}
end
