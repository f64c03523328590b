#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Which commits `make commits` and `make bisect` are about.  From the environment:
#
#   nothing               kernel-series/BASE, from its base to its tip, on Debian's
#                         source or on KERNEL_SRC
#   RANGE=A..B            these commits of KERNEL_SRC, a git tree (of merges the
#                         first parents); without it, of the lab's own tree
#   PATCHES=MBOX|DIR      these patches (mails.sh) on BASE, or on KERNEL_SRC; with KERNEL=tip
#                         on top of kernel-series/BASE
#
# Prints `key<TAB>value`: tree, name (of the history), title, base, range, and
# then the commits, the oldest first, of which the first is the base.
set -euo pipefail
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

# end_of_range NAME: a commit of KERNEL_SRC, which is fetched, or of the lab's own
# clone, which alone has what was applied to it: PATCHES and the series
end_of_range()
{
	local src=${KERNEL_SRC:-$TREE}
	if [[ $src != "$TREE" ]] && commit "$src" "$1"; then
		git -C "$TREE" fetch -q --update-shallow "$src" "$(commit "$src" "$1")"
	else
		commit "$TREE" "$1" || die "RANGE=$RANGE: $src has no commit $1"
	fi
}

range()
{
	[[ $RANGE == ?*..?* && $RANGE != *...* ]] || die "RANGE=$RANGE: give A..B"
	TREE=$(source_tree --commits)
	FROM=$(end_of_range "${RANGE%%..*}")
	TO=$(end_of_range "${RANGE##*..}")
	git -C "$TREE" merge-base --is-ancestor "$FROM" "$TO" ||
		die "RANGE=$RANGE: ${RANGE%%..*} is no ancestor of ${RANGE##*..}"
	TITLE="$RANGE of $(realpath "${KERNEL_SRC:-$TREE}")"
	NAME=range-${FROM:0:12}-${TO:0:12}
}

# Applied in a clone that has only the files that they touch, so that no file
# of a tree that is built becomes newer than what was built of it.
patches()
{
	local work clone mails made
	[[ -e $PATCHES ]] || die "PATCHES=$PATCHES: there is no such file or directory"
	own "$CACHE"
	work=$(mktemp -d "$CACHE/patches.XXXXXX")
	# shellcheck disable=SC2064 # this one
	trap "rm -rf '$work'" EXIT
	clone=$work/linux
	mkdir "$work/mails"
	mails=$("$TOP/scripts/mails.sh" "$PATCHES" "$work/mails")
	mapfile -t mails <<<"$mails"
	if [[ $KERNEL == base ]]; then
		# a tree to which nothing was ever applied has no tag
		TREE=$(source_tree --unapplied)
		FROM=$(commit "$TREE" refs/tags/base || commit "$TREE" HEAD)
	else
		TREE=$(source_tree)
		FROM=$(commit "$TREE" refs/heads/tip)
	fi
	git clone -q --shared --no-checkout "$TREE" "$clone"
	sed -nE 's/^(---|\+\+\+) [ab](\/[^	]*).*/\2/p; s/^(rename|copy) (from|to) (.*)/\/\3/p' \
		"${mails[@]/%/.diff}" | sort -u |
		git -C "$clone" sparse-checkout set --no-cone --stdin
	git -C "$clone" checkout -q --detach "$FROM"
	GIT_COMMITTER_NAME=dmalab GIT_COMMITTER_EMAIL=dmalab@localhost \
		apply_mails "$clone" "${mails[@]}" ||
		die "PATCHES=$PATCHES does not apply to $(git -C "$TREE" log -1 --format=%s "$FROM"), see above; nothing was measured"
	TO=$(commit "$clone" HEAD)
	# git am makes no commit of a patch that is in the tree already
	made=$(git -C "$clone" rev-list --count "$FROM..$TO")
	((made)) || die "PATCHES=$PATCHES: all of it is in $(git -C "$TREE" log -1 --format=%s "$FROM") already"
	((made == ${#mails[@]})) ||
		say "$((${#mails[@]} - made)) of ${#mails[@]} patches are in the base already, and no commits"
	git -C "$TREE" fetch -q "$clone" "HEAD:refs/dmalab/patches/${TO:0:12}"
	RANGE=$(basename "$PATCHES")
	# another mail of that name is another history
	NAME=patches-$(sed -E 's/\.(gz|xz|zst)$//; s/\.mbo?x$//' <<<"$RANGE")-${TO:0:12}
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
