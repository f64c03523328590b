#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The series: its patches apply, are clean, and say all that the tree says.
# Then the same tools on a toy kernel, with what could be lost on the way.
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export DEPS=no
S=kernel-series/${BASE:-6.12}

# ---- the real one

round_trip()
{
	local tree
	tree=$(KERNEL=tip scripts/kernel-source.sh) || return
	cp -r "$S" "$WORK/was"
	cp -r "$S" "$WORK/is"
	rm "$WORK/is"/{series,*.patch}
	KERNEL_SRC=$tree SERIES=$WORK/is scripts/series.sh || return
	# on another version than they were made on, lines have other numbers
	[[ $(git -C "$tree" log -1 --format=%s base) == "linux $(cat "$S/base")" ]] ||
		sed -i -E '/^index /d; s/^@@ .*/@@/' "$WORK"/{was,is}/*.patch
	diff -r "$WORK/was" "$WORK/is"
}

# who changes what a mutant takes out changes the mutant, too
mutants_apply()
{
	local tree patch bad=0
	tree=$(KERNEL=tip scripts/kernel-source.sh) || return
	for patch in "$PWD"/bench/user/tests/data/mutants/*.patch; do
		grep -q '^Noticed-by: .' "$patch" ||
			{ echo "$patch names no test"; bad=1; }
		git -C "$tree" apply --check -C1 "$patch" || bad=1
	done
	return "$bad"
}

if [[ -f $S/series ]]; then
	check "every patch applies and is clean under checkpatch" \
		scripts/check-series.sh patches
	check "patches, tree, patches: the same to the byte" round_trip
	check "every mutant applies to the tip and names its test" mutants_apply
else
	n=$((n + 1))
	echo "ok $n - patches, tree, patches # SKIP $S has no series"
fi

# ---- a toy: a checkout of its own, and a Debian that has two kernels

export DMALAB_CACHE=$WORK/cache HOME=$WORK/home PATH=$WORK/bin:$PATH
unset KERNEL_SRC KERNEL BASE XDG_CACHE_HOME XDG_CONFIG_HOME
TREE=$WORK/cache/linux/debian-6.12.117-1
NEWER=$WORK/cache/linux/debian-6.12.118-1
TOY=$WORK/lab/kernel-series/6.12
mkdir -p "$WORK"/{bin,home,lab} "$TREE/drivers/iommu"
cp -r scripts kernel-series "$WORK/lab"
rm -f "$TOY"/{series,cover-letter,*.patch}
cat >"$WORK/bin/apt-cache" <<'APT'
#!/bin/sh
echo "linux-source-6.12 | 6.12.118-1 | http://debian main"
echo "linux-source-6.12 | 6.12.117-1 | http://debian main"
APT
chmod +x "$WORK/bin/apt-cache"

git_in() { git -C "$1" -c user.name=Somebody -c user.email=somebody@localhost "${@:2}"; }
edit() { seq 1 "$1" >"$TREE/drivers/iommu/iommu.c"; }
commit() { git_in "$TREE" commit -qaF - --author="${2:-Somebody} <somebody@localhost>" <<<"$1"; }
source_tree() { "$WORK/lab/scripts/kernel-source.sh"; }
series() { "$WORK/lab/scripts/series.sh"; }
sum() { cat "$TOY"/*.patch "$TOY/series" | sha256sum; }
tip() { git -C "$TREE" rev-parse "tip${1:-}"; }
has_tip() { [[ $(tip) == "$1" ]]; }
has_sum() { [[ $(sum) == "$1" ]]; }

edit 100
git -C "$TREE" init -q
git -C "$TREE" add -A
commit "linux 6.12.117"
cp -r "$TREE" "$NEWER"
seq 1 101 >"$NEWER/drivers/iommu/iommu.c"
git_in "$NEWER" commit -qam "linux 6.12.118"

check "a tree without a series is what Debian has" source_tree
check "the series is made where it was made before" \
	bash -c "[[ \$('$WORK/lab/scripts/kernel-source.sh') == '$TREE' ]]"
check "and checked on the newest" \
	bash -c "[[ \$(NEWEST=yes '$WORK/lab/scripts/kernel-source.sh' 2>/dev/null) == '$NEWER' ]]"

edit 120
commit "[iommu] a subject in brackets

> quoted
	indented" "Zoë Ünïcode"
printf 'no newline at the end' >"$TREE/drivers/iommu/new.c"
printf '\0\1\2' >"$TREE/drivers/iommu/binary"
git -C "$TREE" add -A
chmod +x "$TREE/drivers/iommu/iommu.c"
git -C "$TREE" mv drivers/iommu/iommu.c drivers/iommu/renamed.c
commit "iommu: a new file, a mode, a name"
mine=$(tip)
check "commits on tip survive while the series is what it was" source_tree
check "they are still there" has_tip "$mine"
printf 'A subject\n\nWhat it is about.\n' >"$TOY/cover-letter"
check "make series writes them" series
check "in order" diff <(sed 1d "$TOY/series") \
	<(cd "$TOY" && printf '%s\n' 000[1-9]*.patch)
check "the cover letter counts them" \
	grep -x 'Subject: \[PATCH 00/02\] A subject' "$TOY/0000-cover-letter.patch"
check "and their lines" grep -xE ' +\+20 +-0  0001-.*' "$TOY/0000-cover-letter.patch"
tree=$(tip '^{tree}') sum=$(sum)
check "the series makes tip again" source_tree
check "which has the same content" test "$(tip '^{tree}')" = "$tree"
check "and authors" test "$(git -C "$TREE" log -1 --format=%an tip~1)" = "Zoë Ünïcode"
again=$(tip)
check "patches, tree, patches" series
check "the same to the byte" has_sum "$sum"
cat >"$HOME/.gitconfig" <<'CONFIG'
[format]
	numbered = true
	signOff = true
[diff]
	noprefix = true
	context = 1
[commit]
	gpgSign = true
[core]
	autocrlf = true
CONFIG
check "nobody's settings get in" series
check "not into a byte" has_sum "$sum"
rm -r "$TREE/.git/dmalab-series"
check "nor into the tree" source_tree
check "not into a hash" has_tip "$again"
rm "$HOME/.gitconfig"

cp -r "$TOY" "$WORK/good"
printf 'x\n' >>"$TREE/drivers/iommu/renamed.c"
commit "iommu: a body that git am cuts

---
this is lost"
cut=$(tip)
check "what a patch cannot carry is refused" says "nothing was written" series
check "and nothing was" diff -r "$TOY" "$WORK/good"

# as if somebody else's patches had come with git pull
sed -i '/0002/d' "$TOY/series"
check "commits that no series has are not thrown away" \
	says "a body that git am cuts" source_tree
check "it says how to go on" says "branch -m tip mine" source_tree
check "they are there" has_tip "$cut"
git -C "$TREE" branch -m tip mine
check "put aside, the series is applied" source_tree
check "without them" test "$(git -C "$TREE" rev-list --count base..tip)" = 1
cp "$WORK/good/series" "$TOY"
echo y >>"$TREE/drivers/iommu/iommu.c"
check "nor are edits" says "not committed" source_tree
git -C "$TREE" checkout -q -f

sed -i 's/^+110$/+111/; s/^ 99$/ 98/' "$TOY"/0001-*.patch
check "a series that does not apply is named" says "does not apply to linux 6.12.117" source_tree
cp "$WORK/good"/* "$TOY"
check "repaired, it does" source_tree
check "and gives the same tree" test "$(tip '^{tree}')" = "$tree"
check "and hash" has_tip "$again"

git_in "$TREE" checkout -q -b side base
echo z >"$TREE/drivers/iommu/side"
git -C "$TREE" add -A
commit "side"
git_in "$TREE" checkout -q tip
git_in "$TREE" merge -q --no-edit side
check "a merge is no patch" says "no merges" series
git -C "$TREE" reset -q --hard "$again"
git -C "$TREE" tag -d base >/dev/null
check "a tree needs its tag" says "has no tag base" env KERNEL_SRC="$TREE" \
	"$WORK/lab/scripts/series.sh"
