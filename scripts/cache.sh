# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What is in the cache: what of it is the lab's own, who is at work on it, is there
# room, and what did a build leave that was killed?  Part of lib.sh.

# Nothing is removed but what lies in a directory that the lab made, which has a
# file of this name.
MARK=.dmalab

# is_ours DIR: it has the mark, or what labs that set none left in it
is_ours()
{
	local stamp trees='/linux/(debian|git|dir|tar)-'
	for stamp in {,{build,kit,user}/*/}{"$MARK",.dmalab-key,kit.json,libdmalab.a} \
		linux/{debian,git,dir,tar}-*/.git .config-key .fragments \
		base/init kmod/uapi/dmalab.h; do
		! compgen -G "$1/$stamp" >/dev/null || return 0
	done
	# a kernel build or a worktree of one of the lab's trees; what a series was
	# checked in; a point under way
	[[ $(readlink "$1/source") =~ $trees || $1 == "$TOP"/results/points/*.work ||
		${1%/*} == */check && -d $TOP/kernel-series/${1##*/} ]] ||
		grep -qsE "^gitdir: .*$trees" "$1/.git"
}

# may_own DIR: what is there, and neither empty nor the lab's, is somebody else's; of
# a cache, the compiler's may be there
may_own()
{
	local odd="[][[:space:]:,'\"\\\\\$\`#%;&|()<>*?{}=!]"
	# shellcheck disable=SC2053 # a pattern
	[[ $1 != "$CACHE"* || $1 != *$odd* ]] ||
		die "make and kbuild cannot work in $1: give a DMALAB_CACHE without spaces, colons, commas and signs of the shell"
	[[ ! -e $1 || ! $(find "$1/" -mindepth 1 -maxdepth 1 ! -name ccache -print -quit 2>&1) ]] ||
		is_ours "$1" ||
		die "$1 is there and not of the lab: move it away, or give another DMALAB_CACHE"
}

# elsewhere PATH: what to do where nothing can be written
elsewhere()
{
	if [[ $1/ == "$CACHE"/* ]]; then echo "give another DMALAB_CACHE"; else echo "see who may write there"; fi
}

# make_dir DIR...: or a sentence on why there can be none
make_dir()
{
	local dir said
	for dir; do
		said=$(mkdir -p "$dir" 2>&1) ||
			die "cannot make $dir: ${said##*: }; $(elsewhere "$dir")"
	done
}

# room MB DIR: there is, or will be when DIR is made; if not, says why, and fails.
# Tried, so that quotas and what is read-only count; nothing is left of it.
room()
{
	local dir=$2 file fd said
	until [[ -e $dir ]]; do dir=$(dirname "$dir"); done
	said=$({
		file=$(mktemp "$dir/.room.XXXXXX") && exec {fd}>"$file" && rm "$file" &&
			{ fallocate -l "$1M" "/proc/self/fd/$fd" || head -c "$1M" /dev/zero >&"$fd"; }
	} 2>&1) && return
	case ${said##*: } in
	No\ space* | *quota*) echo "no room for $1 MB in $2: ${said##*: }" ;;
	*) echo "cannot write in $2: ${said##*: }" ;;
	esac
	return 1
}

# need_room MB DIR: or it ends
need_room()
{
	local said
	said=$(room "$1" "$2") || die "$said; $(elsewhere "$2")"
}

# own DIR...: makes directories of the lab's
own()
{
	local dir
	for dir; do
		[[ ! -f $dir/$MARK ]] || continue
		[[ $dir != "$CACHE"/* ]] || own "$CACHE"
		may_own "$dir"
		make_dir "$dir"
		{ echo "made by dmalab, which may remove it and all in it" >"$dir/$MARK"; } 2>/dev/null ||
			die "cannot write $dir/$MARK; $(elsewhere "$dir")"
	done
}

# remove DIR...: with all in it, the mark last
remove()
{
	local dir
	for dir; do
		[[ -e $dir ]] || continue
		is_ours "$dir" || [[ -f ${dir%/*}/$MARK ]] ||
			die "$dir is not of the lab, and is not removed"
		[[ ! -f $dir/$MARK ]] ||
			find "$dir" -mindepth 1 -maxdepth 1 ! -name "$MARK" -exec rm -rf {} +
		rm -rf "$dir"
	done
}

# begun_by PID: the process that was begun by hand, of which that one is a part
begun_by()
{
	local pid=$1 parent
	while parent=$(awk '/^PPid/ {print $2}' "/proc/$pid/status") &&
		[[ $(tr '\0' ' ' <"/proc/$parent/cmdline") == @(make |*scripts/*.sh )* ]]; do
		pid=$parent
	done
	printf '%s (process %s, in %s)\n' \
		"$(tr '\0' ' ' <"/proc/$pid/cmdline" | sed 's/ $//')" "$pid" \
		"$(readlink "/proc/$pid/cwd")"
}

# hold PATH: until this script ends, nobody else has what is there; who comes second
# waits.  What an ancestor holds is there to use.  What is started inherits it, so
# that what a killed script leaves running is waited for, too; what may run on for
# its own sake is started with {LOCK}>&-.
hold()
{
	local lock=$1.lock holder
	[[ :${LOCKED:-}: != *:"$lock":* ]] || return 0
	[[ $1 != "$CACHE"/* ]] || own "$CACHE"
	make_dir "${lock%/*}"
	{ exec {LOCK}>>"$lock"; } 2>/dev/null ||
		die "cannot write $lock; $(elsewhere "$lock")"
	if ! flock -n "$LOCK"; then
		say "waiting for $(cat "$lock"), which is at work on ${1##*/}"
		until flock -w 10 "$LOCK"; do
			say "still waiting for $(cat "$lock")"
		done
	fi
	holder=$(begun_by $$)
	{ echo "$holder" >"$lock"; } 2>/dev/null ||
		die "cannot write $lock; $(elsewhere "$lock")"
	export LOCKED=${LOCKED:-}:$lock
}

# keep DIR...: until this script ends nobody removes them (kit.sh, clean.sh)
keep()
{
	local dir fd
	for dir; do
		[[ -e $dir ]] || continue
		exec {fd}<"$dir"
		flock -s "$fd"
	done
}

# the kernel that BASE= or KERNEL_SRC= names: its tree, builds and images
hold_kernel()
{
	local what=$BASE
	[[ ! ${KERNEL_SRC:-} ]] || what=src-$(realpath -m "$KERNEL_SRC" | sha)
	hold "$CACHE/linux/$what"
}

# what a build has while it is under way
BUSY=.dmalab-busy

# begin_build DIR, end_build DIR: around what writes objects in DIR, going forward
# from those that are there.  Of a build that was killed, or failed, all that it
# wrote may be a part of itself, which make cannot see: it is made again.
begin_build()
{
	local busy=$1/$BUSY
	[[ $1 == "$CACHE"/* ]] || die "$1 is not in $CACHE: nothing is built there"
	if [[ -e $busy ]]; then
		say "a build in ${1##*/} was interrupted or failed: what it wrote is built again"
		find "$1" -type f -newer "$busy" ! -name "$MARK" -delete
	fi
	: >"$busy"
}

end_build() { rm "$1/$BUSY"; }
