#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `make series`: the commits of a kernel tree as kernel-series/BASE.  Prints the
# list of patches, with the lines that each adds and removes.
#
#   BASE=6.12           which series
#   KERNEL_SRC=TREE     commits base..HEAD of that git tree, which has a tag
#                       `base`; default: base..tip of the lab's own tree
#   SERIES=DIR          where to (kernel-series/BASE)
#
# What is written is applied again first: a commit that a patch cannot carry
# ends it, and nothing has been changed then.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

OWN=$TOP/kernel-series/$BASE
SERIES=${SERIES:-$OWN}
export GIT_COMMITTER_NAME=dmalab GIT_COMMITTER_EMAIL=dmalab@localhost
own "$CACHE"
WORK=$(mktemp -d "$CACHE/series.XXXXXX")
trap 'rm -rf "$WORK"' EXIT
CLONE=$WORK/linux
WRITTEN="# written by make series"

find_commits()
{
	[[ -d $SERIES ]] || die "BASE=$BASE: there is no $SERIES"
	if [[ ${KERNEL_SRC:-} ]]; then
		TREE=$(realpath "$KERNEL_SRC") LAB='' TIP=HEAD
	else
		TREE=$("$TOP/scripts/kernel-source.sh" --unapplied)
		LAB=$TREE TIP=refs/heads/tip
	fi
	[[ ! -d $TREE/.git/rebase-apply && ! -d $TREE/.git/rebase-merge ]] ||
		die "$TREE is in the middle of git am or git rebase: finish that"
	FROM=$(git -C "$TREE" rev-parse -q --verify 'refs/tags/base^{commit}') ||
		die "$TREE has no tag base: git -C $TREE tag base COMMIT"
	TIP=$(git -C "$TREE" rev-parse -q --verify "$TIP^{commit}") ||
		die "$TREE has no commit $TIP"
	git -C "$TREE" merge-base --is-ancestor "$FROM" "$TIP" ||
		die "the tag base of $TREE is no ancestor of what would be written"
	[[ -z $(git -C "$TREE" rev-list --merges "$FROM..$TIP") ]] ||
		die "a series has no merges: $(git -C "$TREE" rev-list --merges "$FROM..$TIP" | head -n 1)"
}

# the same bytes on every machine, whatever its git is set to
write_patches()
{
	git clone -q --shared --no-checkout "$TREE" "$CLONE"
	mkdir "$WORK/new"
	git -C "$CLONE" format-patch -q --zero-commit --no-signature \
		--no-numbered --abbrev=12 --no-base --no-cover-letter \
		-o "$WORK/new" "$FROM..$TIP"
}

# what a series is: for every commit its author, its words and its tree
content() { git -C "$CLONE" log --format='%an <%ae> %ad%n%B%T' --date=raw "$1"; }

# only the files that the series touches are checked out: seconds, not minutes
check_nothing_is_lost()
{
	((${#patches[@]})) || return 0
	git -C "$CLONE" diff --name-only --no-renames "$FROM" "$TIP" |
		sed 's|^|/|' |
		git -C "$CLONE" sparse-checkout set --no-cone --stdin
	git -C "$CLONE" checkout -q --detach "$FROM"
	apply_mails "$CLONE" --keep-non-patch "${patches[@]}" ||
		die "a patch does not apply again; see above"
	content "$FROM..$TIP" >"$WORK/commits"
	content "$FROM..HEAD" >"$WORK/applied"
	diff "$WORK/commits" "$WORK/applied" >&2 ||
		die "a patch does not carry all of its commit (<: the commit, >: what becomes of it); nothing was written"
}

# lines added and removed, for each patch and for the series
list()
{
	local patch
	for patch in "${patches[@]}"; do
		git apply --numstat "$patch" | awk -v name="$(basename "$patch")" '
			{added += $1; removed += $2}
			END {printf "%s\t%d\t%d\n", name, added, removed}'
	done | awk -F '\t' '
		{printf "%6s %6s  %s\n", "+" $2, "-" $3, $1
		 added += $2; removed += $3}
		END {printf "%6s %6s  %d patches\n", "+" added + 0, "-" removed + 0, NR}'
}

# the first line of the file is the subject
cover_letter()
{
	cat <<MAIL
From 0000000000000000000000000000000000000000 Mon Sep 17 00:00:00 2001
From: $GIT_COMMITTER_NAME <$GIT_COMMITTER_EMAIL>
Date: $(git -C "$CLONE" log -1 --format=%aD "$TIP")
Subject: [PATCH 00/$(printf %02d ${#patches[@]})] $(head -n 1 "$SERIES/cover-letter")

$(tail -n +2 "$SERIES/cover-letter" | sed '/./,$!d')

Patches, with lines added and removed:

$(list)
MAIL
}

# What is there and was not written as the series before is somebody's.
check_nothing_is_in_the_way()
{
	local patch there
	[[ ! -f $SERIES/series || $(head -n 1 "$SERIES/series") == "$WRITTEN" ]] ||
		die "$SERIES/series was not written by make series: give another SERIES="
	for patch in "${patches[@]}"; do
		there=$SERIES/$(basename "$patch")
		[[ ! -e $there ]] || cmp -s "$patch" "$there" ||
			grep -qxF "$(basename "$patch")" "$SERIES/series" 2>/dev/null ||
			die "$there is not of $SERIES/series: move it away, or give another SERIES="
	done
}

install_series()
{
	local patch
	[[ ! -f $SERIES/cover-letter ]] ||
		cover_letter >"$WORK/new/0000-cover-letter.patch"
	# of what is there, that which was written as the series before
	patches_of "$SERIES" | while read -r patch; do rm -f "$patch"; done
	find "$WORK/new" -name '*.patch' -exec cp {} "$SERIES" \;
	{
		echo "$WRITTEN"
		for patch in "${patches[@]}"; do basename "$patch"; done
	} >"$SERIES/series"
	# what is on tip is in the series now, so tip may be made again from it
	[[ ! $LAB || $SERIES != "$OWN" ]] ||
		git -C "$LAB" update-ref refs/dmalab/applied "$TIP"
}

find_commits
write_patches
mapfile -t patches < <(find "$WORK/new" -name '*.patch' | sort)
check_nothing_is_lost
check_nothing_is_in_the_way
install_series
list
