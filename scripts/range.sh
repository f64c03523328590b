#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Which commits `make commits` and `make bisect` are about.  From the environment:
#
#   nothing               kernel-series/BASE, from its base to its tip, on Debian's
#                         source or on KERNEL_SRC
#   RANGE=A..B            these commits of KERNEL_SRC, a git tree (of merges the
#                         first parents); without it, of the lab's own tree
#   PATCHES=MBOX|DIR      these patches on BASE, or on KERNEL_SRC; with KERNEL=tip
#                         on top of kernel-series/BASE
#
# Prints `key<TAB>value`: tree, name (of the history), title, base, range, and
# then the commits, the oldest first, of which the first is the base.
set -euo pipefail
if [[ ${PATCHES:-} ]]; then KERNEL=${KERNEL:-base}; fi
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

source_tree() { "$TOP/scripts/kernel-source.sh" "$@"; }
commit() { git -C "$1" rev-parse -q --verify "$2^{commit}"; }

series()
{
	TREE=$(KERNEL=tip source_tree)
	FROM=$(commit "$TREE" refs/tags/base) TO=$(commit "$TREE" refs/heads/tip)
	RANGE=base..tip NAME=series-$BASE
	TITLE="kernel-series/$BASE, commit by commit"
	[[ ! ${KERNEL_SRC:-} ]] || NAME+=-$(basename "$TREE")
}

# the objects of a user's tree are reached from the lab's clone of it
range()
{
	local src
	[[ $RANGE == ?*..?* && $RANGE != *...* ]] || die "RANGE=$RANGE: give A..B"
	TREE=$(source_tree --unapplied)
	src=${KERNEL_SRC:-$TREE}
	FROM=$(commit "$src" "${RANGE%%..*}") ||
		die "RANGE=$RANGE: $src has no commit ${RANGE%%..*}"
	TO=$(commit "$src" "${RANGE##*..}") ||
		die "RANGE=$RANGE: $src has no commit ${RANGE##*..}"
	git -C "$TREE" merge-base --is-ancestor "$FROM" "$TO" ||
		die "RANGE=$RANGE: ${RANGE%%..*} is no ancestor of ${RANGE##*..} in $src"
	TITLE="$RANGE of $(realpath "$src")"
	NAME=range-${FROM:0:12}-${TO:0:12}
}

patch_files()
{
	[[ -d $PATCHES ]] || { echo "$PATCHES"; return; }
	if [[ -f $PATCHES/series ]]; then
		patches_of "$PATCHES"
	else
		find "$PATCHES" -maxdepth 1 -name '*.patch' ! -name '0000-*' |
			LC_ALL=C sort
	fi
}

# Applied in a clone that has only the files that they touch, so that no file
# of a tree that is built becomes newer than what was built of it.
patches()
{
	local clone files=()
	[[ -e $PATCHES ]] || die "PATCHES=$PATCHES: there is no such file or directory"
	mapfile -t files < <(patch_files)
	((${#files[@]})) || die "PATCHES=$PATCHES has no *.patch"
	if [[ $KERNEL == base ]]; then
		# a tree to which nothing was ever applied has no tag
		TREE=$(source_tree --unapplied)
		FROM=$(commit "$TREE" refs/tags/base || commit "$TREE" HEAD)
	else
		TREE=$(source_tree)
		FROM=$(commit "$TREE" refs/heads/tip)
	fi
	clone=$(mktemp -d "$CACHE/patches.XXXXXX")
	# shellcheck disable=SC2064 # this one
	trap "rm -rf '$clone'" EXIT
	git clone -q --shared --no-checkout "$TREE" "$clone/linux"
	sed -nE 's/^(---|\+\+\+) [ab](\/[^	]*).*/\2/p; s/^rename (from|to) (.*)/\/\2/p' \
		"${files[@]}" | sort -u |
		plain_git -C "$clone/linux" sparse-checkout set --no-cone --stdin
	plain_git -C "$clone/linux" checkout -q --detach "$FROM"
	GIT_COMMITTER_NAME=dmalab GIT_COMMITTER_EMAIL=dmalab@localhost \
		plain_git -C "$clone/linux" am -q --3way \
		--committer-date-is-author-date "${files[@]}" >&2 ||
		die "PATCHES=$PATCHES does not apply to $(git -C "$TREE" log -1 --format=%s "$FROM"), see above; nothing was measured"
	TO=$(commit "$clone/linux" HEAD)
	git -C "$TREE" fetch -q "$clone/linux" \
		"HEAD:refs/dmalab/patches/${TO:0:12}"
	RANGE=$(basename "$PATCHES")
	NAME=patches-$(basename "$PATCHES" .mbox)
	TITLE="$(basename "$PATCHES") on $(git -C "$TREE" log -1 --format=%s "$FROM")"
}

if [[ ${PATCHES:-} ]]; then
	[[ ! ${RANGE:-} ]] || die "RANGE and PATCHES exclude each other"
	PATCHES=$(realpath -s "$PATCHES")
	patches
elif [[ ${RANGE:-} ]]; then
	range
else
	series
fi
printf '%s\t%s\n' tree "$TREE" name "$NAME" title "$TITLE" \
	base "$(git -C "$TREE" log -1 --format=%s "$FROM")" range "$RANGE" \
	commit "$FROM"
git -C "$TREE" rev-list --reverse --first-parent "$FROM..$TO" |
	sed 's/^/commit\t/'
