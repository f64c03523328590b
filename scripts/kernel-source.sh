#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Where the kernel's source comes from: Debian's linux-source, or the user's
# KERNEL_SRC (directory, git repository or tarball).  Keeps it as a git tree
# with kernel-series/<base> on top: tag `base`, branch `tip`.
#   kernel-source.sh                what KERNEL= names is checked out
#   kernel-source.sh --unapplied    the tree as it is found; nothing is applied
# NEWEST=yes takes the newest version that Debian has.
# The last line of standard output is the tree.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

SERIES=$TOP/kernel-series/$BASE
[[ -d $SERIES ]] || die "BASE=$BASE: there is no kernel-series/$BASE"
# everything below has one author and one date, so that hashes are stable
export GIT_AUTHOR_NAME=dmalab GIT_AUTHOR_EMAIL=dmalab@localhost
export GIT_COMMITTER_NAME=dmalab GIT_COMMITTER_EMAIL=dmalab@localhost
export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
export GIT_COMMITTER_DATE=2026-01-01T00:00:00Z

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
	import_from unpack_deb "$deb"
	rm -f "$deb"
}

unpack_deb()
{
	dpkg-deb --fsys-tarfile "$1" |
		tar -xO "./usr/src/linux-source-$BASE.tar.xz" |
		tar -xJ --strip-components=1 -C "$2"
}
unpack_tar() { tar -xf "$1" --strip-components=1 -C "$2"; }
unpack_dir() { cp -a --reflink=auto "$1/." "$2"; rm -rf "$2/.git"; }

# import_from UNPACK SOURCE: makes $TREE a git tree, whole or not at all
import_from()
{
	local tmp=$TREE.tmp
	trap 'rm -rf "$TREE.tmp"' EXIT
	rm -rf "$tmp"
	mkdir -p "$tmp"
	"$1" "$2" "$tmp" 2>/dev/null || die "cannot unpack $2"
	[[ -f $tmp/Makefile && -d $tmp/drivers/iommu ]] ||
		die "$2 is not a kernel source"
	say "making a git tree of it"
	git -C "$tmp" init -q
	git -C "$tmp" config gc.auto 0
	git -C "$tmp" add -A -f
	git -C "$tmp" commit -q -m "linux $(cd "$tmp" && make -s kernelversion)"
	mv "$tmp" "$TREE"
}

fetch_user()
{
	local src=${KERNEL_SRC%/} head
	src=$(realpath "$src")
	if [[ -d $src && -n $(git -C "$src" rev-parse --show-cdup 2>/dev/null || echo no) ]]; then
		ID=dir-$(echo "$src $(stat -c %Y "$src")" | sha)
		TREE=$CACHE/linux/$ID
		[[ -d $TREE/.git ]] || import_from unpack_dir "$src"
	elif [[ -d $src ]]; then
		head=$(git -C "$src" rev-parse HEAD)
		ID=git-$(echo "$src" | sha)
		TREE=$CACHE/linux/$ID
		[[ -d $TREE/.git ]] ||
			git clone -q --shared --no-checkout "$src" "$TREE"
		git -C "$TREE" fetch -q "$src" "$head"
		git -C "$TREE" tag -f base "$head" >/dev/null
	elif [[ -f $src ]]; then
		ID=tar-$(echo "$src $(stat -c '%Y %s' "$src")" | sha)
		TREE=$CACHE/linux/$ID
		[[ -d $TREE/.git ]] || import_from unpack_tar "$src"
	else
		die "KERNEL_SRC=$KERNEL_SRC is neither a directory nor a tarball"
	fi
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

# The branch moves when everything has been applied, and the note of what was
# applied moves with it.
apply_series()
{
	local key patches=()
	[[ $(rev refs/tags/base) ]] || git -C "$TREE" tag base HEAD
	mapfile -t patches < <(patches_of "$SERIES")
	key=$({ rev base; cat /dev/null "${patches[@]}"; } | sha)
	[[ $(cat "$TREE/.git/dmalab-series" 2>/dev/null) == "$key" &&
		$(rev refs/heads/tip) ]] && return
	if [[ -f $TREE/.git/index ]]; then refuse_to_lose; fi
	rm -rf "$TREE/.git/rebase-apply"
	git -C "$TREE" checkout -q -f --detach base
	if ((${#patches[@]})) && ! apply_mails "$TREE" --keep-non-patch "${patches[@]}"; then
		die "kernel-series/$BASE does not apply to $(git -C "$TREE" log -1 --format=%s base), see above. By hand: cd $TREE; git checkout -B tip base; git am --3way $SERIES/0*.patch; then: make series"
	fi
	printf 'update refs/%s HEAD\n' heads/tip dmalab/applied |
		git -C "$TREE" update-ref --stdin
	git -C "$TREE" checkout -q tip
	echo "$key" >"$TREE/.git/dmalab-series"
}

[[ $KERNEL == base || $KERNEL == tip ]] ||
	die "KERNEL=$KERNEL: there are base and tip"
mkdir -p "$CACHE/linux"
if [[ -n ${KERNEL_SRC:-} ]]; then fetch_user; else fetch_debian; fi
if [[ ${1:-} == --unapplied ]]; then
	echo "$TREE"
	exit 0
fi
apply_series
if [[ $(rev HEAD) != "$(rev "$KERNEL")" ]]; then
	refuse_if_edited
	git -C "$TREE" checkout -q "$KERNEL"
fi
echo "$TREE"
