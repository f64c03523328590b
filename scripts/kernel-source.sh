#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# The kernel's source as a git tree: Debian's linux-source, or the user's KERNEL_SRC
# (user-source.sh).  Tag `base` is what it was, branch `tip` has kernel-series/<base>
# on top.
#   kernel-source.sh                what KERNEL= names is checked out
#   kernel-source.sh --unapplied    the tree as it is found; nothing is applied
#   kernel-source.sh --commits      the same, of KERNEL_SRC without local changes
# NEWEST=yes takes the newest version that Debian has.
# The last line of standard output is the tree.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

SERIES=$TOP/kernel-series/$BASE
[[ -d $SERIES ]] || die "BASE=$BASE: there is no kernel-series/$BASE"
stable_commits

# a private apt that knows one further suite; nothing of it reaches the host
private_apt()
{
	local dir=$CACHE/apt uri key
	# shellcheck disable=SC2016 # apt expands it
	uri=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' |
		grep -v security | head -n 1)
	key=/usr/share/keyrings/debian-archive-keyring.gpg
	mkdir -p "$dir/lists/partial" "$dir/cache/archives/partial"
	printf 'deb [signed-by=%s] %s trixie-backports main\n' "$key" \
		"${uri:?no Debian mirror is configured}" >"$dir/sources.list"
	APT=(-o "Dir::Etc::sourcelist=$dir/sources.list"
		-o Dir::Etc::sourceparts=/dev/null
		-o "Dir::State::lists=$dir/lists" -o "Dir::Cache=$dir/cache"
		-o APT::Sandbox::User=root)
	apt-get "${APT[@]}" update -qq >&2
}

# the version of the package to take: the one worked on while Debian has it
choose_version()
{
	local package=$1 worked_on versions v
	worked_on=$(cat "$SERIES/base")
	versions=$(apt-cache "${APT[@]}" madison "$package" |
		awk -F'|' '{gsub(/ /, "", $2); print $2}')
	for v in $versions; do
		[[ ${NEWEST:-} == yes ]] && break
		[[ ${v%%-*} == "$worked_on" ]] && { echo "$v"; return; }
	done
	v=$(head -n 1 <<<"$versions")
	[[ $v && ${v%%-*} != "$worked_on" ]] &&
		say "the series was made on $worked_on, taking ${v%%-*}"
	echo "$v"
}

fetch_debian()
{
	local package=linux-source-$BASE version deb
	APT=()
	command -v apt-get >/dev/null ||
		die "BASE=$BASE comes from Debian's $package; elsewhere give KERNEL_SRC="
	version=$(choose_version "$package")
	if [[ -z $version ]]; then
		private_apt || true
		version=$(choose_version "$package")
	fi
	[[ $version ]] ||
		die "no Debian suite at hand has $package; give KERNEL_SRC="
	ID=debian-${version//[^a-zA-Z0-9.+~-]/_}
	TREE=$CACHE/linux/$ID
	[[ -d $TREE/.git ]] && return
	say "fetching $package $version (150 MB)"
	mkdir -p "$CACHE/deb"
	(cd "$CACHE/deb" && rm -f "$package"_*.deb &&
		apt-get "${APT[@]}" -o APT::Sandbox::User=root download -qq \
			"$package=$version" >&2)
	deb=$(echo "$CACHE/deb/$package"_*.deb)
	import "$deb"
	rm -f "$deb"
}

unpack_deb()
{
	dpkg-deb --fsys-tarfile "$1" |
		tar -xO "./usr/src/linux-source-$BASE.tar.xz" |
		tar --warning=no-timestamp -xJ --strip-components=1 -C "$2"
}

# import DEB: makes $TREE a git tree, whole or not at all
import()
{
	local tmp=$TREE.tmp/linux
	trap 'remove "$TREE.tmp"' EXIT
	remove "$TREE.tmp"
	own "$TREE.tmp"
	mkdir "$tmp"
	unpack_deb "$1" "$tmp" || die "cannot unpack $1, see above"
	say "making a git tree of it"
	git -C "$tmp" init -q
	git -C "$tmp" add -A -f
	git -C "$tmp" commit -q -m "linux $(cd "$tmp" && make -s kernelversion)"
	mv "$tmp" "$TREE"
}

# Nothing of the user's is lost: a tip that is not what was applied last has
# commits that nobody but this tree has.
refuse_to_lose()
{
	local tip applied
	tip=$(rev refs/heads/tip)
	applied=$(rev refs/dmalab/applied)
	if [[ $tip && $tip != "$applied" &&
		$(git -C "$TREE" rev-list --count "base..$tip") != 0 ]]; then
		git -C "$TREE" log --oneline --reverse "${applied:-base}..$tip" >&2
		die "branch tip of $TREE has the commits above, which kernel-series/$BASE lacks, and the series has changed meanwhile. To keep them in the series: make series. To have the series applied again: git -C $TREE branch -m tip mine"
	fi
	refuse_if_edited
}

refuse_if_edited()
{
	git -C "$TREE" update-index -q --refresh >/dev/null || true
	git -C "$TREE" diff-index --quiet HEAD -- ||
		die "$TREE has changes that are not committed: commit them, or git -C $TREE checkout -f"
}

rev() { git -C "$TREE" rev-parse -q --verify "$1^{commit}" || true; }

# What was killed in the middle of a checkout left a lock of git's and half of the
# files, which are nobody's edits: there were none when it began.
recover()
{
	rm -f "$TREE/.git/index.lock"
	[[ -e $TREE/.git/dmalab-busy ]] || return 0
	say "a checkout in $TREE was interrupted: it is done again"
	[[ ! $(rev HEAD) ]] || git -C "$TREE" reset -q --hard
	FORCE=-f
	rm "$TREE/.git/dmalab-busy"
}

# The branch moves when everything has been applied, and the note of what was
# applied moves with it.
apply_series()
{
	local key patches=()
	mapfile -t patches < <(patches_of "$SERIES")
	key=$({ rev refs/tags/base; cat /dev/null "${patches[@]}"; } | sha)
	[[ $(cat "$TREE/.git/dmalab-series" 2>/dev/null) == "$key" &&
		$(rev refs/heads/tip) ]] && return
	if [[ -f $TREE/.git/index ]]; then refuse_to_lose; fi
	: >"$TREE/.git/dmalab-busy"
	rm -rf "$TREE/.git/rebase-apply"
	git -C "$TREE" checkout -q -f --detach refs/tags/base
	if ((${#patches[@]})) && ! apply_mails "$TREE" --keep-non-patch "${patches[@]}"; then
		rm "$TREE/.git/dmalab-busy"
		die "kernel-series/$BASE does not apply to $(git -C "$TREE" log -1 --format=%s base), see above. KERNEL=base measures it as it is. To make the series apply: cd $TREE; git checkout -B tip base; git am --3way $SERIES/0*.patch; then: make series"
	fi
	printf 'update refs/%s HEAD\n' heads/tip dmalab/applied |
		git -C "$TREE" update-ref --stdin
	git -C "$TREE" checkout -q tip
	echo "$key" >"$TREE/.git/dmalab-series"
	rm "$TREE/.git/dmalab-busy"
}

check_out()
{
	local what=tip
	[[ $KERNEL == tip ]] || what=refs/tags/base
	if [[ ! -f $TREE/.git/index ]]; then
		git -C "$TREE" checkout -q -f $what
	elif [[ $(rev HEAD) != "$(rev $what)" ]]; then
		refuse_if_edited
		: >"$TREE/.git/dmalab-busy"
		git -C "$TREE" checkout -q ${FORCE:+"$FORCE"} $what
		rm "$TREE/.git/dmalab-busy"
	fi
}

MODE=${1:-}
[[ $KERNEL == base || $KERNEL == tip ]] ||
	die "KERNEL=$KERNEL: there are base and tip"
hold_kernel
if [[ ${KERNEL_SRC:-} ]]; then
	TREE=$("$TOP/scripts/user-source.sh" "${MODE/#--unapplied/}")
else
	fetch_debian
fi
FORCE=''
if [[ ! $MODE ]]; then
	recover
	[[ $(rev refs/tags/base) ]] || git -C "$TREE" tag base HEAD
	[[ $KERNEL == base ]] || apply_series
	check_out
fi
echo "$TREE"
