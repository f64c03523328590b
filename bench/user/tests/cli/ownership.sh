#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Is all that the lab removes or replaces its own?  Directories with files of the
# user's in the way, names that make cannot take, repositories that are collected,
# moved and rewritten between two runs.
# shellcheck disable=SC2317 # check() calls what is not called by name
set -uo pipefail
# shellcheck source=bench/user/tests/cli/lib.sh
. "$(dirname "$0")/lib.sh"
LAB="${WORK:?}/my lab, of '26"
KERNEL="$WORK/linux of mine"
# shellcheck source=bench/user/tests/cli/toy/toy.sh
. "$(dirname "$0")/toy/toy.sh"

export DEPS=no PATH=$BIN:$PATH DMALAB_CACHE=$WORK/cache
unset KERNEL_SRC BASE RANGE PATCHES SUITE TOPOLOGY CASES BOOTS CC
# all FILES and directories below DIR, with what is in them
content() { (cd "$1" && find . -type f ! -path './.git/*' -exec sha256sum {} + && find . -type d) | sort; }
# untouched DIR COMMAND...: it leaves DIR as it was
untouched()
{
	local before
	before=$(content "$1")
	"${@:2}" && diff <(content "$1") - <<<"$before"
}

# ---- a copy of the module's sources

M=$WORK/m
copy() { make -s -C "$LAB/bench/kmod" KDIR=/nonexistent OUT="$1" copy; }
mkdir -p "$M/out/paths"
echo mine | tee "$M/out/thesis.c" "$M/out/paths/mine.c" >"$M/out/thesis.h"
check "the module's sources are copied beside what is there" copy "$M/out"
check "all of them" cmp "$LAB/bench/kmod/paths/page.c" "$M/out/paths/page.c"
check "files of the user's stay" test \
	"$(cat "$M/out/thesis.c" "$M/out/thesis.h" "$M/out/paths/mine.c")" = $'mine\nmine\nmine'
stamp() { stat -c %Y.%Z "$M/out/core.c"; }
before=$(stamp)
rm "$LAB/bench/kmod/paths/page.c"
echo '/* new */' >>"$LAB/bench/kmod/op.c"
check "again" copy "$M/out"
check "what has changed is copied" cmp "$LAB/bench/kmod/op.c" "$M/out/op.c"
check "what is no source any more goes" test ! -e "$M/out/paths/page.c"
check "and nothing else" test -e "$M/out/paths/mine.c"
check "what is the same is not written" test "$(stamp)" = "$before"
echo '/* mine */' >>"$M/out/op.c"
check "a copy that was edited is not replaced" untouched "$M/out" \
	says "m/out/op.c is not of the lab, or was changed since" copy "$M/out"
mkdir "$M/out2"
echo mine >"$M/out2/op.c"
check "nor what only has the name of a source" untouched "$M/out2" \
	says "m/out2/op.c is not of the lab" copy "$M/out2"
check "a directory that kbuild cannot take is refused" says "kbuild cannot work with" copy "$M/o p"
check "and not made, nor half of its name" test ! -e "$M/o p" -a ! -e "$M/o"
check "the same of the kernel's" says "kbuild cannot work with" \
	make -s -C "$LAB/bench/kmod" KDIR="$M/k d" OUT="$M/out3"
check "before anything is copied" test ! -e "$M/out3"
cp bench/kmod/op.c "$LAB/bench/kmod"
cp bench/kmod/paths/page.c "$LAB/bench/kmod/paths"

# ---- names of places

commits() { KERNEL_SRC=$KERNEL RANGE=${1:-base..HEAD} make -s -C "$LAB" commits; }
check "spaces, commas and quotes in the names of the checkout and of KERNEL_SRC" commits
check "nothing went elsewhere" test \
	"$(cd "$WORK" && echo ./*)" = "./bin ./cache ./fake-dlab ./linux of mine ./m ./my lab, of '26 ./out ./saw"
# shellcheck disable=SC2016 # a dollar
for odd in "a b" a:b a,b "a'b" 'a$b' 'a"b' 'a;b'; do
	check "not in a cache: $odd" says "give a DMALAB_CACHE without spaces" \
		env DMALAB_CACHE="$WORK/$odd" make -s -C "$LAB" commits KERNEL_SRC="$KERNEL" RANGE=base..HEAD
	check "which is not made" test ! -e "$WORK/$odd" -a ! -e "$WORK/a"
done

# ---- a cache

USED=$WORK/used
mkdir -p "$USED/build/mine" "$USED/linux"
echo mine | tee "$USED/build/mine/thesis.txt" >"$USED/test.log"
check "a directory with files of the user's is no cache" untouched "$USED" \
	says "is there and not of the lab" env DMALAB_CACHE="$USED" make -s -C "$LAB" dlab
check "make clean neither" untouched "$USED" says "is there and not of the lab" env DMALAB_CACHE="$USED" make -s -C "$LAB" clean
mkdir -p "$DMALAB_CACHE/build/mine" "$DMALAB_CACHE/kit/x.work/base"
copy "$DMALAB_CACHE/build/mine"
touch "$DMALAB_CACHE/build/mine/thesis.txt" "$DMALAB_CACHE/kit/x.work/base/init"
check "make clean in a cache" make -s -C "$LAB" clean
check "takes what is the lab's" test -z "$(compgen -G "$DMALAB_CACHE/user/*/")"
check "of an earlier lab's, too" test ! -e "$DMALAB_CACHE/kit/x.work"
check "and leaves what is not" test -e "$DMALAB_CACHE/build/mine/thesis.txt"
check "what is removed has a mark" says "is not of the lab, and is not removed" bash -c "
	. '${LAB//\'/\'\\\'\'}/scripts/lib.sh'; remove '$DMALAB_CACHE/build/mine'"
check "a build of the user's that is in the way is not taken" untouched "$DMALAB_CACHE/build" \
	says "is there and not of the lab" bash -c "
	. '${LAB//\'/\'\\\'\'}/scripts/lib.sh'; own '$DMALAB_CACHE/build/mine'"
rm "$DMALAB_CACHE/.dmalab"
check "a cache from before there were marks is a cache" make -s -C "$LAB" dlab

# ---- a series

series() { KERNEL_SRC=$KERNEL SERIES=$1 make -s -C "$LAB" series; }
mkdir "$WORK/outgoing"
echo mine >"$WORK/outgoing/0001-mine.patch"
check "make series writes beside what is there" series "$WORK/outgoing"
check "and again" series "$WORK/outgoing"
check "a patch of the user's stays" test "$(cat "$WORK/outgoing/0001-mine.patch")" = mine
mkdir "$WORK/outgoing2"
echo mine >"$WORK/outgoing2/0001-iommu-two.patch"
check "one of the same name is not replaced" untouched "$WORK/outgoing2" \
	says "is not of" series "$WORK/outgoing2"
echo mine >"$WORK/outgoing2/series"
check "nor a file series" untouched "$WORK/outgoing2" \
	says "was not written by make series" series "$WORK/outgoing2"

# ---- a repository of the user's, between two runs

source_tree() { KERNEL_SRC=$1 KERNEL=base "$LAB/scripts/kernel-source.sh"; }
range_of() { [[ $(KERNEL_SRC=$1 RANGE=$2 "$LAB/scripts/range.sh" | grep -c ^commit) == "$3" ]]; }
# whole TREE: all that its branches and tags reach is there
whole() { git -C "$1" rev-list --objects --all --quiet; }
collect() { git -C "$1" reflog expire --expire=now --all && git -C "$1" gc -q --prune=now; }
edit() { echo "$2" >"$1/drivers/iommu/iommu.c" && commit "$1" "iommu: $2"; }

TREE=$(source_tree "$KERNEL" 2>/dev/null)
edit "$KERNEL" three
edit "$KERNEL" four
check "four commits of a repository" range_of "$KERNEL" base..HEAD 4
git_in "$KERNEL" reset -q --hard HEAD~2
edit "$KERNEL" "three, again"
collect "$KERNEL"
check "after a rebase and git gc --prune=now the lab's clone is whole" whole "$TREE"
check "and goes on" range_of "$KERNEL" base..HEAD 3
git -C "$KERNEL" repack -q -a -d
check "and after git repack -a -d" source_tree "$KERNEL"
git clone -q "$KERNEL" "$WORK/origin"
git clone -q --shared "$WORK/origin" "$WORK/shared"
shared=$(source_tree "$WORK/shared" 2>/dev/null)
rm -rf "$WORK/origin" "$WORK/shared"
check "a repository that borrows is borrowed from by none" whole "$shared"
git clone -q --depth=1 "file://$KERNEL" "$WORK/shallow"
check "a shallow clone" source_tree "$WORK/shallow"
git -C "$WORK/shallow" fetch -q --deepen=1
check "that was deepened" range_of "$WORK/shallow" HEAD~1..HEAD 2
git -C "$WORK/shallow" fetch -q --unshallow
check "that is none any more" range_of "$WORK/shallow" HEAD~2..HEAD 3
git -C "$KERNEL" worktree add -q --detach "$WORK/worktree" HEAD~1
check "a worktree" range_of "$WORK/worktree" HEAD~1..HEAD 2
git clone -q --bare "$KERNEL" "$WORK/bare.git"
check "a bare repository" range_of "$WORK/bare.git" HEAD~1..HEAD 2
git init -q "$WORK/super"
git_in "$WORK/super" -c protocol.file.allow=always submodule --quiet add "$KERNEL" linux
check "a submodule" range_of "$WORK/super/linux" HEAD~1..HEAD 2
git -C "$KERNEL" checkout -q -b tip
git -C "$KERNEL" tag -f base HEAD~1 >/dev/null
check "one with a branch tip and a tag base" source_tree "$KERNEL"
mv "$KERNEL" "$WORK/moved"
check "one that was moved" source_tree "$WORK/moved"
check "what was made of it before is whole" whole "$TREE"

# as earlier labs made it
old=$DMALAB_CACHE/linux/git-$(sha256sum <<<"$WORK/borrows" | cut -c 1-16)
git clone -q "$WORK/moved" "$WORK/borrows"
git clone -q --shared --no-checkout "$WORK/borrows" "$old"
check "a clone that borrows gets objects of its own" source_tree "$WORK/borrows"
rm -rf "$WORK/borrows"
check "and needs the other no more" whole "$old"
