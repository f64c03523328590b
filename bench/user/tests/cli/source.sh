#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# KERNEL_SRC: is what the lab takes what is there, whatever it is kept in, edited
# or not; and is nothing of it touched?
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"

export DEPS=no DMALAB_CACHE=$WORK/cache HOME=$WORK/home
unset KERNEL_SRC KERNEL BASE RANGE PATCHES CC
mkdir "$HOME"
LAB=$WORK/lab
mkdir -p "$LAB/kernel-series/6.12"
cp -r scripts "$LAB"
echo 6.12 >"$LAB/kernel-series/6.12/base"
: >"$LAB/kernel-series/6.12/config"

# kernel DIR: a small one, of which nothing is in git's way
kernel()
{
	mkdir -p "$1"/{drivers/iommu,lib}
	printf 'VERSION = 6\nPATCHLEVEL = 12\nSUBLEVEL = 7\nEXTRAVERSION = -rc1\n' >"$1/Makefile"
	seq 1 30 >"$1/drivers/iommu/dma-iommu.c"
	seq 1 30 >"$1/drivers/iommu/iova.c"
	echo x >"$1/lib/crc.c"
	printf '.*\n*.o\n/vmlinux\n/include/config/\n/include/generated/\n' >"$1/.gitignore"
	echo crc_table.h >"$1/lib/.gitignore"
}
git_in() { git -C "${1:?}" -c user.name=S -c user.email=s@localhost "${@:2}"; }
# source_tree SOURCE [OPTION]: made of it
source_tree() { KERNEL_SRC=$1 "$LAB/scripts/kernel-source.sh" "${@:2}"; }
tree_of() { source_tree "$@" 2>/dev/null; }
# has SOURCE FILE TEXT: the lab's tree has a file with this line
has() { grep -qx -- "$3" "$(source_tree "$1")/$2"; }
same_files_as() { diff -r -x .git "$1" "$(source_tree "$2")"; }
same_files() { same_files_as "$1" "$1"; }
fails() { ! "$@"; }
content() { git -C "$(tree_of "$1")" rev-parse 'HEAD^{tree}'; }
# everything about it: names, times, content
state() { (cd "$1" && find . -printf '%p %m %s %T@ %C@ %i\n' | sort; find . -type f -exec sha256sum {} +) | sha256sum; }

# ---- a directory

D=$WORK/dir
kernel "$D"
before=$(state "$D")
check "a directory is measured as it is" same_files "$D"
tree=$(tree_of "$D")
check "the kernel's version is that of its Makefile" grep -x "linux 6.12.7-rc1" \
	<(git -C "$tree" log --format=%s)
first=$(content "$D") times=$(stat -c %Y.%Z "$tree/lib/crc.c")
sleep 0.01
sed -i 's/^7$/edited/' "$D/drivers/iommu/dma-iommu.c"
touch "$D"
edited=$(state "$D")
check "an edit is seen" has "$D" drivers/iommu/dma-iommu.c edited
check "in the same tree" test "$(tree_of "$D")" = "$tree"
check "where only what changed is newer" test "$(stat -c %Y.%Z "$tree/lib/crc.c")" = "$times"
check "it is another content" test "$(content "$D")" != "$first"
chmod +x "$D/lib/crc.c"
check "so is another mode" test -x "$(tree_of "$D")/lib/crc.c"
chmod -x "$D/lib/crc.c"
rm "$D/drivers/iommu/iova.c"
check "a file that is gone" same_files "$D"
seq 1 30 >"$D/drivers/iommu/iova.c"
sed -i 's/^edited$/7/' "$D/drivers/iommu/dma-iommu.c"
check "changed back, it is the first one" test "$(content "$D")" = "$first"
check "nothing was written to it" test "$edited" != "$before" -a ! -e "$D/.git"
cp -r "$D" "$WORK/elsewhere"
check "the same files elsewhere are the same content" test "$(content "$WORK/elsewhere")" = "$first"
mkdir "$WORK/with space"
cp -r "$D" "$WORK/with space/a b"
check "a path with spaces" same_files "$WORK/with space/a b"
cp -r "$D" "$HOME/linux"
# shellcheck disable=SC2088
check "a tilde that no shell expanded" has '~/linux' lib/crc.c x

# ---- where somebody has built

B=$WORK/built
cp -r "$D" "$B"
# build: what a build leaves
build()
{
	mkdir -p "$B"/include/{config,generated}
	touch "$B"/{.config,.config.old,vmlinux,drivers/iommu/iova.o} \
		"$B"/{include/config/x,include/generated/x,lib/crc_table.h}
}
sources() { (cd "$1" && find . -name .git -prune -o -type f -print | sort); }
only_sources() { diff <(sources "$D") <(sources "$(source_tree "$B")"); }
build
before=$(state "$B")
check "a tree that was built in has its sources only" only_sources
check "which a line says" grep -q "a kernel was built in $B: 7 files" \
	<(source_tree "$B" 2>&1)
check "it is left as it was" test "$(state "$B")" = "$before"
check "and is the content that it was before" test "$(content "$B")" = "$first"
printf '#\n/*\n!/debian/\n' >>"$B/.gitignore"
check "Debian's, which ignores all that is at the top" only_sources
rm "$B/.gitignore"
check "where nothing says what is built, it is refused" says "make mrproper there" \
	source_tree "$B"

# ---- a tarball

pack() { tar -C "$1" -c"$2"f "$WORK/$3" "${@:4}"; }
mkdir "$WORK/up"
cp -r "$D" "$WORK/up/linux-6.12"
pack "$WORK/up" z linux.tgz linux-6.12
pack "$D" J flat.tar.xz .
check "a tarball is measured" same_files_as "$D" "$WORK/linux.tgz"
check "one without a leading directory" same_files_as "$D" "$WORK/flat.tar.xz"
tar -C "$WORK/up" --zstd -cf "$WORK/linux.tar.zst" linux-6.12
check "a .tar.zst" same_files_as "$D" "$WORK/linux.tar.zst"
check "it is the content of its directory" test "$(content "$WORK/linux.tgz")" = "$first"
sed -i 's/^9$/nine/' "$WORK/up/linux-6.12/drivers/iommu/iova.c"
pack "$WORK/up" z linux.tgz linux-6.12
check "another one of that name is another content" \
	has "$WORK/linux.tgz" drivers/iommu/iova.c nine

# ---- a git repository

G=$WORK/git
kernel "$G"
git init -q "$G"
git_in "$G" add -A
git_in "$G" commit -qm "linux 6.12.7"
head=$(git -C "$G" rev-parse HEAD)
local_changes() { git -C "$(tree_of "$G")" rev-parse -q --verify refs/dmalab/local-changes; }
check "a git repository is measured at its HEAD" test \
	"$(git -C "$(tree_of "$G")" rev-parse HEAD)" = "$head"
check "which has no local changes" fails local_changes
sed -i 's/^5$/unstaged/' "$G/drivers/iommu/iova.c"
sed -i 's/^6$/staged/' "$G/drivers/iommu/dma-iommu.c"
git_in "$G" add drivers/iommu/dma-iommu.c
sed -i 's/^7$/on top/' "$G/drivers/iommu/dma-iommu.c"
echo new >"$G/drivers/iommu/new.c"
echo new >"$G/drivers/iommu/staged.c"
git_in "$G" add drivers/iommu/staged.c
rm "$G/lib/crc.c"
echo built >"$G/drivers/iommu/new.o"
echo mine >"$G/notes"
echo notes >>"$G/.git/info/exclude"
before=$(state "$G")
check "edits are measured: what is not staged" has "$G" drivers/iommu/iova.c unstaged
check "what is" has "$G" drivers/iommu/dma-iommu.c staged
check "and is edited again" has "$G" drivers/iommu/dma-iommu.c "on top"
check "what git does not know" has "$G" drivers/iommu/new.c new
check "or has staged only" has "$G" drivers/iommu/staged.c new
check "a file that is gone" test ! -e "$(tree_of "$G")/lib/crc.c"
check "nothing that it ignores" test ! -e "$(tree_of "$G")/notes" -a \
	! -e "$(tree_of "$G")/drivers/iommu/new.o"
check "a line says so" grep -q "has local changes, which are measured: 5 files (" \
	<(source_tree "$G" 2>&1)
check "and the tree" local_changes
check "they are on top of HEAD" test "$(git -C "$(tree_of "$G")" rev-parse HEAD^)" = "$head"
check "nothing was written to the repository" test "$(state "$G")" = "$before"
first=$(content "$G")
check "the same edits are the same content" test "$(content "$G")" = "$first"
range() { KERNEL_SRC=$G RANGE=$1 "$LAB/scripts/range.sh"; }
check "a range is of commits, and says so" grep -q \
	"local changes in 5 files (.*), which are not in any commit and are not measured" \
	<(range HEAD..HEAD 2>&1)
git_in "$G" reset -q --hard "$head"
git_in "$G" clean -qfd
check "without them it is its HEAD again" test \
	"$(git -C "$(tree_of "$G")" rev-parse HEAD)" = "$head"
check "and has none" fails local_changes
git_in "$G" sparse-checkout set --no-cone /Makefile /drivers/iommu 2>/dev/null
check "a sparse checkout is all of its HEAD" test -e "$(tree_of "$G")/lib/crc.c"
check "without local changes" fails local_changes
git_in "$G" sparse-checkout disable 2>/dev/null
git_in "$G" update-index --split-index
git_in "$G" worktree add -q "$WORK/worktree" 2>/dev/null
echo edit >>"$WORK/worktree/Makefile"
check "a worktree of one, with an edit" has "$WORK/worktree" Makefile edit
git_in "$G" update-index --no-split-index
git clone -q --bare "$G" "$WORK/bare.git"
check "a bare one" test "$(git -C "$(tree_of "$WORK/bare.git")" rev-parse HEAD)" = "$head"
git clone -q --depth 1 "file://$G" "$WORK/shallow" 2>/dev/null
check "a shallow one" test "$(git -C "$(tree_of "$WORK/shallow")" rev-parse HEAD)" = "$head"
git_in "$G" checkout -q -b other
echo other >>"$G/Makefile"
git_in "$G" commit -qam "other"
git_in "$G" checkout -q -
echo this >>"$G/Makefile"
git_in "$G" commit -qam "this"
git_in "$G" merge other >/dev/null 2>&1
check "one with conflicts is refused" says "in the middle of a merge" source_tree "$G"
git_in "$G" merge --abort

same_as_tip() { [[ $(head -n 2 "$(tip)/drivers/iommu/iova.c") == 1$'\n'ours ]]; }
is_refused()
{
	echo mine >>"$tree/drivers/iommu/iova.c"
	says "has changes that are not committed" source_tree "$D"
}

# ---- with and without the series

cat >"$LAB/kernel-series/6.12/0001.patch" <<'MAIL'
From: S <s@localhost>
Date: Thu, 1 Jan 2026 00:00:00 +0000
Subject: [PATCH] iova: ours

---
diff --git a/drivers/iommu/iova.c b/drivers/iommu/iova.c
--- a/drivers/iommu/iova.c
+++ b/drivers/iommu/iova.c
@@ -1,4 +1,4 @@
 1
-2
+ours
 3
 4
MAIL
echo 0001.patch >"$LAB/kernel-series/6.12/series"
check "a kernel that was named is measured as it is" has "$D" drivers/iommu/iova.c 2
check "KERNEL=tip has the series on top" env KERNEL=tip \
	bash -c "grep -qx ours \"\$(KERNEL_SRC='$D' '$LAB/scripts/kernel-source.sh')/drivers/iommu/iova.c\""
sed -i 's/^3$/three/' "$D/drivers/iommu/iova.c"
tip() { KERNEL=tip source_tree "$D"; }
check "one to which it does not apply is refused, with what to do" \
	says "KERNEL=base measures it as it is" tip
check "which it does" has "$D" drivers/iommu/iova.c three

# ---- killed in the middle of a checkout, with git's locks left behind

sed -i 's/^three$/3/' "$D/drivers/iommu/iova.c"
tree=$(tree_of "$D")
touch "$tree"/.git/{index.lock,dmalab-source.lock,dmalab-busy}
echo half >"$tree/drivers/iommu/iova.c"
echo half >"$tree/of-the-next"
check "a checkout that was killed is done again" same_as_tip
check "an edit in the lab's tree is somebody's, though" is_refused

# ---- what git does not look at

E=$WORK/unseen
kernel "$E"
git_in "$E" init -q
git_in "$E" add -A
git_in "$E" commit -qm unseen
git_in "$E" update-index --assume-unchanged drivers/iommu/dma-iommu.c
git_in "$E" update-index --skip-worktree drivers/iommu/iova.c
sed -i 's/^7$/unseen/' "$E"/drivers/iommu/*.c
check "an edit of a file that git takes for unchanged is seen" \
	has "$E" drivers/iommu/dma-iommu.c unseen
check "and of one that it skips" has "$E" drivers/iommu/iova.c unseen
for kind in "$D" "$E"; do
	mkdir "$kind/lib/own"
	echo y >"$kind/lib/own/a.c"
	git_in "$kind/lib/own" init -q
	git_in "$kind/lib/own" add -A
	git_in "$kind/lib/own" commit -qm own
	check "a repository in ${kind##*/} is not measured without its files" \
		says "lib/own is a git repository of its own" source_tree "$kind"
	rm -rf "$kind/lib/own"
done

# ---- what is no kernel

mkdir "$WORK/empty"
echo x >"$WORK/file"
check "a directory that is none" says "is not a kernel source" source_tree "$WORK/empty"
check "a repository that is none" says "without a commit" \
	source_tree "$(git init -q "$WORK/none" && echo "$WORK/none")"
check "a file that is none" says "is no tarball" source_tree "$WORK/file"
check "a path that is none" says "nothing has that name" source_tree "$WORK/nothing"
check "commits of a directory" says "has no commits" \
	env KERNEL_SRC="$D" RANGE=a..b "$LAB/scripts/range.sh"
