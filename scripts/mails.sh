#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Patches as people mail them, taken apart and put in order.
#   mails.sh PATCHES DIR
# PATCHES is an mbox (b4's are), a Maildir, or a directory of mails; each file
# may be a .gz, .xz or .zst.  Of [PATCH v2 03/10] the 3 says where it stands,
# wherever it is in the file; without such numbers, and where a directory has a
# file `series`, the order is that of the files.  What is no patch is left out
# with a line; what is missing, or there twice, ends it.
# Prints the mails to apply, in DIR, in order; what each changes, decoded, is in
# MAIL.diff.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

PATCHES=${1:?usage: mails.sh PATCHES DIR}
OUT=${2:?usage: mails.sh PATCHES DIR}
OVERRIDE="give one whole series, or name what to apply, in order, in DIR/series"
MAILS=() SUBJECTS=() VERSIONS=() PLACES=()
declare -A SEEN=() OF=()

files()
{
	if [[ ! -d $PATCHES || -d $PATCHES/cur ]]; then
		printf '%s\n' "$PATCHES"
	elif [[ -f $PATCHES/series ]]; then
		patches_of "$PATCHES"
	else
		find "$PATCHES" -maxdepth 1 -xtype f -regextype posix-extended \
			-iregex '.*\.(patch|diff|eml|mbo?x)(\.(gz|xz|zst))?' |
			sort -V
	fi
}

# unpack FILE: to standard output, whatever it is packed with
unpack()
{
	local with=cat
	case $1 in
	*.gz) with=gzip ;;
	*.xz) with=xz ;;
	*.zst) with=zstd ;;
	esac
	command -v $with >/dev/null || die "$1: $with is not installed"
	[[ $with == cat ]] || set -- "$1" -dc
	$with "${@:2}" <"$1" || die "$1: $with cannot unpack it"
}

# split FILE: its mails, numbered on from those before
split()
{
	local have
	[[ -e $1 ]] || die "$1: there is no such file, which $PATCHES/series names"
	have=$(find "$OUT" -name '[0-9]*' | wc -l)
	if [[ -d $1 ]]; then
		git mailsplit -d5 -f"$have" -o"$OUT" "$1"
	else
		unpack "$1" | git mailsplit -d5 -f"$have" -b -o"$OUT"
	fi >/dev/null || die "$1 cannot be read as mails, see above"
}

left_out() { say "left out, $1: ${2:-a mail without a subject}"; }

# read_subject SUBJECT: sets WORDS to what stands in brackets before it, REPLY to
# whether it answers, FORWARDED to what it was before somebody sent it on, and OWN
# to the commit's own words, which begin behind [PATCH …].
read_subject()
{
	local rest=$1 words='' re='^ *(re|aw|antw|sv|vs)(\[[0-9]+\])? *:(.*)'
	local patch='(^|[ ,])(patch|rfc)([ ,v0-9]|$)|[0-9]/[0-9]'
	REPLY='' FORWARDED=''
	while [[ ! $words =~ $patch ]]; do
		if [[ $rest =~ ^\ *\[([^]]*)\](.*) ]]; then
			words+=" ${BASH_REMATCH[1],,}" rest=${BASH_REMATCH[2]}
		elif [[ ${rest,,} =~ $re ]]; then
			REPLY=yes rest=${BASH_REMATCH[3]}
		elif [[ $rest == *\[* && ${rest,,} =~ ^\ *(fwd?|wg|tr)\ *: ]]; then
			FORWARDED=${rest:${#BASH_REMATCH[0]}} rest=$FORWARDED
		else
			break
		fi
	done
	while [[ $rest =~ ^\ *\[([^]]*)\](.*) ]]; do
		words+=" ${BASH_REMATCH[1],,}" rest=${BASH_REMATCH[2]}
	done
	WORDS=$words OWN=$rest
}

# set_subject MAIL SUBJECT
set_subject()
{
	SUBJECT=$2 awk '/^$/ && !body++ {print "Subject: " ENVIRON["SUBJECT"]}
		!body && /^[^ \t]/ {drop = tolower($0) ~ /^subject:/}
		body || !drop' "$1" >"$1.new"
	mv "$1.new" "$1"
}

# take MAIL: into MAILS with what its subject says of its place, or left out
take()
{
	local info subject='' author='' word place='' version=1 key
	info=$(git mailinfo -k --quoted-cr=strip "$1.text" "$1.diff" <"$1") ||
		die "PATCHES=$PATCHES: mail ${1##*/} cannot be read, see above"
	[[ ! $info =~ Subject:\ ([^$'\n']*) ]] || subject=${BASH_REMATCH[1]}
	[[ ! $info =~ Author:\ ([^$'\n']*) ]] || author=${BASH_REMATCH[1]}
	read_subject "$subject"
	for word in ${WORDS//[^a-z0-9\/.]/ }; do
		if [[ $word =~ ^([0-9]+)/([0-9]+)$ ]]; then
			place=$((10#${BASH_REMATCH[1]}))/$((10#${BASH_REMATCH[2]}))
		elif [[ $word =~ ^(patch|rfc)?v([0-9.]+)$ ]]; then
			version=${BASH_REMATCH[2]}
		fi
	done
	# whoever sent it on, and through whichever list
	key="$place v$version $OWN"$(<"$1.diff")
	if [[ $REPLY ]]; then
		left_out "a reply" "$subject"
	elif [[ $place == 0/* ]]; then
		left_out "the cover letter" "$subject"
	elif ! grep -qE '^(diff --git |\+\+\+ )' "$1.diff"; then
		left_out "no diff in it" "$subject"
	elif [[ ${SEEN[$key]:-} ]]; then
		left_out "the same mail again" "$subject"
	elif [[ ! $author || ! $subject ]]; then
		die "PATCHES=$PATCHES: ${subject:-a diff} has no author or no subject; git format-patch writes patches that have both"
	else
		[[ ! $FORWARDED ]] || set_subject "$1" "$FORWARDED"
		SEEN[$key]=yes MAILS+=("$1") SUBJECTS+=("$subject")
		PLACES+=("$place") VERSIONS+=("v$version")
	fi
}

# counted WORD...: each once, with how often it is there
counted()
{
	printf '%s\n' "$@" | sort -V | uniq -c |
		awk '{printf "%s%s (%d)", sep, $2, $1; sep = ", "}'
}

# the n/m of all: one series, whole
check_places()
{
	local i of missing=''
	for i in "${!MAILS[@]}"; do
		[[ ${PLACES[i]} ]] ||
			die "PATCHES=$PATCHES: ${SUBJECTS[i]} has no n/m, the others have; $OVERRIDE"
	done
	of=$(printf '%s\n' "${PLACES[@]#*/}" | sort -u)
	[[ $of != *$'\n'* ]] ||
		die "PATCHES=$PATCHES has patches of more than one series, of $(counted "${PLACES[@]#*/}"); $OVERRIDE"
	for i in "${!MAILS[@]}"; do
		[[ ! ${OF[${PLACES[i]}]:-} ]] ||
			die "PATCHES=$PATCHES has ${PLACES[i]} twice: ${SUBJECTS[i]}"
		OF[${PLACES[i]}]=${MAILS[i]}
	done
	for ((i = 1; i <= of; i++)); do
		[[ ${OF[$i/$of]:-} ]] || missing+=" $i/$of"
	done
	[[ ! $missing ]] ||
		die "PATCHES=$PATCHES lacks$missing; $OVERRIDE"
	((${#MAILS[@]} == of)) || die "PATCHES=$PATCHES has a number that is not of 1 to $of"
	for ((i = 1; i <= of; i++)); do echo "${OF[$i/$of]}"; done
}

mapfile -t FILES < <(files)
((${#FILES[@]})) || die "PATCHES=$PATCHES has no patches: no *.patch, *.eml, *.mbox or *.mbx in it"
for file in "${FILES[@]}"; do split "$file"; done
for mail in "$OUT"/[0-9]*; do
	[[ ! -f $mail ]] || take "$mail"
done
((${#MAILS[@]})) || die "PATCHES=$PATCHES has no patch"
if [[ ! -f $PATCHES/series ]]; then
	[[ $(printf '%s\n' "${VERSIONS[@]}" | sort -u | wc -l) == 1 ]] ||
		die "PATCHES=$PATCHES has several versions, $(counted "${VERSIONS[@]}"); $OVERRIDE"
	if [[ ${PLACES[*]} == */* ]]; then
		ORDERED=$(check_places)
		mapfile -t MAILS <<<"$ORDERED"
	fi
fi
printf '%s\n' "${MAILS[@]}"
