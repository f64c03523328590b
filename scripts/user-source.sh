#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# KERNEL_SRC, a kernel of the user's, as a git tree of the lab's: what is there
# now is its tag `base`.  Nothing is written to KERNEL_SRC.
#
#   a git repository   its HEAD, or, where files differ from that (staged, not
#                      staged, not known to git and not ignored), those on top,
#                      named by refs/dmalab/local-changes
#   a directory        its files; of one in which somebody has built, its sources
#   a tarball          the same
#
#   user-source.sh             what is there now
#   user-source.sh --commits   a git repository's commits only; no tag
# The last line of standard output is the tree, one for each path.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

stable_commits
NAMED="KERNEL_SRC=$KERNEL_SRC"

is_kernel() { [[ -f $1/Makefile && -d $1/drivers/iommu ]]; }

# in_source GIT-COMMAND...: of $SRC's files and the lab's objects, with an index
# that is the lab's, too: what has not changed since is not read again
in_source()
{
	(cd "$SRC" && GIT_DIR=$TREE/.git GIT_WORK_TREE=$SRC \
		GIT_INDEX_FILE=$TREE/.git/dmalab-source git "$@")
}

# A repository in the tree is one entry for git, and none of its files.
refuse_nested()
{
	local nested
	nested=$(in_source ls-files -s | sed -n 's/^160000 [^\t]*\t//p' |
		while read -r dir; do
			[[ ! -e $SRC/$dir/.git ]] || echo "$dir"
		done)
	[[ ! $nested ]] ||
		die "$NAMED: ${nested//$'\n'/, } is a git repository of its own, whose files would not be measured: move its .git away, or in a copy"
}

set_base() { git -C "$TREE" tag -f base "$1" >/dev/null; }

# ---- a directory

# Of a tree in which somebody has built, what its .gitignore files name is left
# out: a build elsewhere is refused by a tree with a configuration, and takes what
# it finds there for made.  Debian's ignores all that is at the top: there, what is
# built is named here.
add_sources()
{
	local n rules=(--exclude-per-directory=.gitignore)
	[[ -f $SRC/.gitignore ]] ||
		die "$NAMED: a kernel was built in it, and no .gitignore says what is source; make mrproper there, or in a copy"
	if in_source check-ignore -q --no-index Makefile; then
		rules+=(-x '!/*' -x '/.*' -x '/vmlinux*' -x /System.map
			-x /Module.symvers -x '/modules.*' -x '*.[oa]')
	fi
	rules+=(-x '!.gitignore' -x '!.kunitconfig')
	n=$(in_source ls-files -oi "${rules[@]}" | wc -l)
	say "a kernel was built in $SRC: $n files that are no sources are left out"
	in_source ls-files -zco "${rules[@]}" |
		in_source update-index -z --add --remove --replace --stdin
}

kernel_version()
{
	awk '/^(VERSION|PATCHLEVEL|SUBLEVEL|EXTRAVERSION) *=/ {
			name = $1
			sub(/[^=]*= */, "")
			if (!(name in v)) v[name] = $0
		}
		END {print v["VERSION"] "." v["PATCHLEVEL"] "." v["SUBLEVEL"] v["EXTRAVERSION"]}' \
		"$SRC/Makefile"
}

# the files of $SRC, which may be other than KERNEL_SRC
import()
{
	is_kernel "$SRC" || die "$NAMED is not a kernel source: it lacks Makefile or drivers/iommu"
	if [[ ! -d $TREE/.git ]]; then
		say "making a git tree of $SRC"
		git init -q "$TREE"
	fi
	if [[ -e $SRC/.config || -d $SRC/include/config || -d $SRC/include/generated ]]; then
		add_sources
	else
		in_source add -A -f
		refuse_nested
	fi
	set_base "$(git -C "$TREE" commit-tree -m "linux $(kernel_version)" \
		"$(in_source write-tree)")"
}

import_tarball()
{
	local is
	is=$(stat -c '%i %s %y %z' "$SRC")
	[[ $(cat "$TREE/.git/dmalab-tarball" 2>/dev/null) != "$is" ]] || return 0
	trap 'remove "$TREE.tmp"' EXIT
	remove "$TREE.tmp"
	own "$TREE.tmp"
	mkdir "$TREE.tmp/linux"
	say "unpacking $SRC"
	tar --warning=no-timestamp -xf "$SRC" -C "$TREE.tmp/linux" >&2 ||
		die "$NAMED is no tarball, or not one that this tar can unpack, see above"
	SRC=$TREE.tmp/linux
	# most have all of it in one directory
	is_kernel "$SRC" || SRC=$(find "$SRC" -mindepth 1 -maxdepth 1 -type d | head -n 1)
	import
	echo "$is" >"$TREE/.git/dmalab-tarball"
}

# ---- a git repository

of_repository() { git -C "$SRC" rev-parse --path-format=absolute "$@"; }

# what git ignores there, it ignores here
take_excludes()
{
	local own
	own=$(env -u GIT_CONFIG_GLOBAL git config --global --path core.excludesFile || true)
	cat "$(of_repository --git-path info/exclude)" ${own:+"$own"} \
		>"$TREE/.git/info/exclude" 2>/dev/null || true
}

# Files that git was told not to look at are compiled all the same.  Those that a
# sparse checkout lacks stay as they are in HEAD.
see_all()
{
	in_source ls-files -v | sed -nE 's/^[a-z] //p' |
		in_source update-index --no-assume-unchanged --stdin
	in_source ls-files -t | sed -n 's/^S //p' |
		while read -r file; do
			[[ ! -e $SRC/$file ]] || echo "$file"
		done | in_source update-index --no-skip-worktree --stdin
}

# find_changes: sets CHANGED to the files that differ from $HEAD and SNAPSHOT to
# the commit that has them
find_changes()
{
	local index tree
	CHANGED=() SNAPSHOT=$HEAD
	index=$(of_repository --git-path index)
	[[ $(of_repository --is-bare-repository) == false && -f $index ]] || return 0
	# times and modes of files as the user's own index has them
	cp "$index" "$TREE/.git/dmalab-source"
	find "$(dirname "$index")" -maxdepth 1 -name 'sharedindex.*' \
		-exec cp {} "$TREE/.git" \;
	[[ ! $(in_source ls-files -u) ]] ||
		die "$NAMED is in the middle of a merge: finish that"
	take_excludes
	git -C "$TREE" config core.fileMode \
		"$(git -C "$SRC" config --type=bool core.fileMode || echo true)"
	in_source read-tree --reset "$HEAD"
	see_all
	in_source add -A
	refuse_nested
	tree=$(in_source write-tree)
	mapfile -t CHANGED < <(git -C "$TREE" diff-tree -r --name-only "$HEAD" "$tree")
	((${#CHANGED[@]} == 0)) || SNAPSHOT=$(git -C "$TREE" commit-tree -p "$HEAD" \
		-m "$(git -C "$TREE" log -1 --format=%s "$HEAD"), with local changes" "$tree")
}

changes()
{
	local n=${#CHANGED[@]}
	printf '%d file%s (%s%s)' "$n" "${CHANGED[1]:+s}" "${CHANGED[*]:0:3}" \
		"${CHANGED[3]:+ ...}"
}

# make_clone: $TREE, whole or not at all, with objects of its own: the repository
# may be collected, moved or removed.  No links: git gives an object that it meets
# again a new time, which would be one of the user's.
make_clone()
{
	say "making a clone of $SRC, which has its own objects"
	trap 'remove "$TREE.tmp"' EXIT
	remove "$TREE.tmp"
	own "$TREE.tmp"
	git clone -q --no-checkout --no-hardlinks --dissociate "$SRC" "$TREE.tmp/linux"
	[[ -d $TREE/.git ]] || mv -T "$TREE.tmp/linux" "$TREE"
}

# earlier labs' clones borrowed theirs
stop_borrowing()
{
	make_clone
	cp -rln "$TREE.tmp/linux/.git/objects/." "$TREE/.git/objects"
	git -C "$TREE" rev-list --objects --no-walk --all --quiet 2>/dev/null ||
		die "$TREE borrowed objects of $SRC, which has them no more: rm -rf $TREE, and it is made anew"
	rm "$TREE/.git/objects/info/alternates"
}

import_git()
{
	local deeper=''
	HEAD=$(git -C "$SRC" rev-parse -q --verify 'HEAD^{commit}') ||
		die "$NAMED is a git repository without a commit"
	if [[ ! -d $TREE/.git ]]; then
		make_clone
	elif [[ -s $TREE/.git/objects/info/alternates ]]; then
		stop_borrowing
	fi
	# of a shallow one, as much as there is by now
	[[ $(git -C "$TREE" rev-parse --is-shallow-repository) == false ]] || deeper=--unshallow
	git -C "$TREE" fetch -q --update-shallow $deeper "$SRC" "$HEAD"
	[[ $(git -C "$TREE" ls-tree "$HEAD" Makefile drivers/iommu | wc -l) == 2 ]] ||
		die "$NAMED is not a kernel source: its HEAD lacks Makefile or drivers/iommu"
	find_changes
	if [[ $MODE == --commits ]]; then
		((${#CHANGED[@]} == 0)) ||
			say "$NAMED has local changes in $(changes), which are not in any commit and are not measured"
		return
	fi
	set_base "$SNAPSHOT"
	if ((${#CHANGED[@]})); then
		say "$NAMED has local changes, which are measured: $(changes)"
		git -C "$TREE" update-ref refs/dmalab/local-changes "$SNAPSHOT"
	else
		git -C "$TREE" update-ref -d refs/dmalab/local-changes
	fi
}

# a directory of some other repository is none
is_repository()
{
	[[ -z $(git -C "$1" rev-parse --show-prefix 2>/dev/null || echo no) ]]
}

MODE=${1:-}
SRC=$(realpath -eq "$KERNEL_SRC") ||
	die "$NAMED is neither a directory nor a tarball: nothing has that name"
if [[ -f $SRC ]]; then
	KIND=tar IMPORT=import_tarball
elif is_repository "$SRC"; then
	KIND=git IMPORT=import_git
else
	KIND=dir IMPORT=import
fi
[[ $MODE != --commits || $KIND == git ]] ||
	die "$NAMED is no git repository, so it has no commits"
TREE=$(clone_of "$KIND" "$SRC")
# of a git that was killed: nobody else of the lab is at work here
rm -f "$TREE/.git/dmalab-source.lock"
$IMPORT
echo "$TREE"
