# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# What every script of the lab shares: places, messages, stages.

# Only what scripts/variables names comes in from outside, and reaches what is
# started here.  First of all, since CDPATH and functions change what follows.
while read -r lab_name; do unset -f "$lab_name"; done < <(compgen -A function)
# bash has followed these already: another one begins
[[ ${SHELLOPTS@a}${BASHOPTS@a} != *x* ]] ||
	exec env -u SHELLOPTS -u BASHOPTS "$BASH" "$0" "$@"
# these cannot be unset, or would be of no use then
export -n SECONDS LINENO EPOCHREALTIME BASH_COMMAND
unset CDPATH
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab_named=" "
lab_made=$(basename "$0" .sh)
lab_target=$lab_made
while read -r lab_name lab_what; do
	if [[ $lab_name == *=* ]]; then
		lab_name=${lab_name%%=*}
		# what is exported and only for other targets was not given to this one
		[[ $lab_name == RESUME || ! ${!lab_name:-} ]] ||
			[[ "  $lab_what" =~ \ \ ([a-z\ -]+):\  && " ${BASH_REMATCH[1]} " != *" $lab_target "* ]] ||
			lab_made+=$'\n'$lab_name=${!lab_name//$'\n'/ }
	fi
	lab_named+="$lab_name "
done <"$TOP/scripts/variables"
# what make was given, before there are defaults: its target and variables, in lines
export MADE=${MADE:-$lab_made}
while read -r lab_name; do
	[[ $lab_named == *" $lab_name "* ]] || unset -v "$lab_name"
done < <(compgen -A export)
unset lab_name lab_what lab_named lab_made lab_target
export LC_ALL=C
umask 022

CACHE=${DMALAB_CACHE:-${XDG_CACHE_HOME:-${HOME:?is not set, give DMALAB_CACHE=}/.cache}/dmalab}
[[ $CACHE == /* ]] || CACHE=$PWD/$CACHE
export DMALAB_CACHE=$CACHE
BASE=${BASE:-6.12}
# where no shell has done that
[[ ${KERNEL_SRC:-} != \~/* ]] || KERNEL_SRC=$HOME/${KERNEL_SRC#*/}
[[ ${PATCHES:-} != \~/* ]] || PATCHES=$HOME/${PATCHES#*/}
# what was named is measured as it is, be it a kernel or patches
[[ ${KERNEL:-} ]] || { [[ ${KERNEL_SRC:-}${PATCHES:-} ]] && KERNEL=base || KERNEL=tip; }
# shellcheck disable=SC2034 # the scripts that source this use it
JOBS=$(nproc)
# CC= may have options, and ccache before it, which the lab puts there anyway
COMPILER=${CC:-gcc}
COMPILER=${COMPILER#ccache }
# shellcheck disable=SC2034
CCACHED="ccache $COMPILER"
# make says nothing, but with V=1 its commands: make ${SHOWN:--s}
# shellcheck disable=SC2034
SHOWN=$([[ ${V:-0} == 0 ]] || echo V=1)
# the compiler cache works across cache directories too
export DMALAB_CCACHE=${DMALAB_CCACHE:-$CACHE/ccache}
export CCACHE_DIR=$DMALAB_CCACHE CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=$CACHE
# never in depend mode, which does not see .incbin and gives the compressed
# kernel of another build; what was compiled so is not looked at
export CCACHE_NODEPEND=1 CCACHE_NAMESPACE=incbin
# it knows compilers, but not what they assemble with
CCACHE_EXTRAFILES=$(type -P as || true)
export CCACHE_EXTRAFILES
# RECACHE=1: what it has is not believed, but made anew
[[ ! ${RECACHE:-} ]] || export CCACHE_RECACHE=1
# no settings of the user's or the machine's get into a tree or a patch
export GIT_CONFIG_GLOBAL=$TOP/scripts/gitconfig GIT_CONFIG_NOSYSTEM=1
# nothing of the machine goes into a kernel: two machines build the same one
export KBUILD_BUILD_TIMESTAMP=2026-01-01 KBUILD_BUILD_USER=dmalab
export KBUILD_BUILD_HOST=dmalab

# told STATUS COMMAND: what failed has said so itself: status 2 is that of those who
# give a word, and a script of the lab's that was not killed has given one
told()
{
	(($1 == 2)) ||
		{ (($1 < 126)) && [[ $2 == *scripts/*.sh* || $2 == "return "* ]]; }
}

# no script ends without a word, and the first says it
set -E
trap 'told $? "$BASH_COMMAND" || printf "dmalab: %s:%s: failed: %s\\n" "${BASH_SOURCE[0]##*/}" "$LINENO" "$BASH_COMMAND" >&2' ERR

# shellcheck source=scripts/cache.sh
. "$TOP/scripts/cache.sh"

say() { printf '== %s\n' "$*" >&2; }

die()
{
	printf 'dmalab: %s\n' "$*" >&2
	exit 2
}

# stage NAME COMMAND...: runs a stage and says how long it took; its status is
# that of the command
stage()
{
	local name=$1 start=$SECONDS status=0
	shift
	say "$name"
	"$@" || status=$?
	say "$name: $((SECONDS - start)) s"
	return "$status"
}

# for what is ended by Ctrl-C or kill while something is under way that handles it
# itself: the next does not begin
end_when_told()
{
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

# sets RUN_OPTIONS: dlab run's, of those variables of make bench that say what is
# measured, and what was given to make
run_options()
{
	local word
	# shellcheck disable=SC2034
	RUN_OPTIONS=(${TOPOLOGY:+--topology "$TOPOLOGY"} ${CASES:+--cases "$CASES"}
		${BOOTS:+--boots "$BOOTS"} ${QEMU:+--qemu "$QEMU"})
	while IFS= read -r word; do RUN_OPTIONS+=(--make "$word"); done <<<"$MADE"
}

# columns FILE NAME...: these columns, in this order, without the line that names
# them; FILE may be -
columns()
{
	awk -F '\t' -v OFS='\t' -v names="${*:2}" -v file="$1" '
		NR == 1 {
			n = split(names, name, " ")
			for (i = 1; i <= NF; i++) at[$i] = i
			for (i = 1; i <= n; i++) if (!(name[i] in at)) {
				print "dmalab: " file ": no column " name[i] >"/dev/stderr"
				exit 2
			}
			next
		}
		{for (i = 1; i <= n; i++) printf "%s%s", $at[name[i]], i < n ? OFS : ORS}' "$1"
}

# apply_mails TREE [OPTION...] MAIL...: as commits on what is checked out, or not
# at all.  What git advises to do would be done to the lab's own tree: left out.
apply_mails()
{
	git -C "$1" am -q --3way --resolvemsg= --patch-format=mbox \
		--quoted-cr=strip --committer-date-is-author-date "${@:2}" >&2 || {
		git -C "$1" am --abort
		return 1
	}
}

# commits of the lab's have one author and one date, so that hashes are stable
stable_commits()
{
	export GIT_AUTHOR_NAME=dmalab GIT_AUTHOR_EMAIL=dmalab@localhost
	export GIT_COMMITTER_NAME=dmalab GIT_COMMITTER_EMAIL=dmalab@localhost
	export GIT_AUTHOR_DATE=2026-01-01T00:00:00Z
	export GIT_COMMITTER_DATE=2026-01-01T00:00:00Z
}

# patches_of SERIES: the paths of the patches that its file `series` names
patches_of()
{
	[[ -f $1/series ]] || return 0
	sed '/^#/d; /^$/d' "$1/series" | while read -r patch; do
		echo "$1/$patch"
	done
}

# what of the tools is part of a measurement: what compiler, assembler and linker
# say of themselves, and the options that CC= has
compiler()
{
	local said as
	# shellcheck disable=SC2086 # several words
	said=$($COMPILER --version) || die "CC=$COMPILER: this compiler cannot be run"
	echo "${said%%$'\n'*}"
	[[ $COMPILER != *" "* ]] || echo "options: ${COMPILER#* }"
	# shellcheck disable=SC2086
	as=$($COMPILER -print-prog-name=as)
	# the kernel's makefiles call it so
	for said in "$as" ld; do
		said=$("$said" --version)
		echo "${said%%$'\n'*}"
	done
}

sha() { sha256sum | cut -c1-16; }

# clone_of KIND PATH: the lab's tree of a kernel source of the user's
clone_of() { echo "$CACHE/linux/$1-$(sha <<<"$2")"; }

# what of the module is part of a measurement
module_sources_sha256()
{
	(cd "$TOP/bench/kmod" && find . -path ./tests -prune -o -name "*.[ch]" -print |
		sort | xargs sha256sum) | sha256sum | cut -d' ' -f1
}
