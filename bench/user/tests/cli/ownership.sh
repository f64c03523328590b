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

export DEPS=no QEMU=true PATH=$BIN:$PATH DMALAB_CACHE=$WORK/cache
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
check "make clean leaves it alone" env DMALAB_CACHE="$USED" make -s -C "$LAB" clean
check "with all that is in it" test "$(cat "$USED/build/mine/thesis.txt")" = mine
mkdir -p "$DMALAB_CACHE/build/mine" "$DMALAB_CACHE/kit/x.work/base"
touch "$DMALAB_CACHE/build/mine/thesis.txt" "$DMALAB_CACHE/kit/x.work/base/init"
check "make clean in a cache" make -s -C "$LAB" clean
check "takes what is the lab's" test -z "$(compgen -G "$DMALAB_CACHE/user/*")"
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
