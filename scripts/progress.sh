# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# Nothing runs for long without a word of how far it is: one every EVERY seconds.

EVERY=10

# patiently WHAT COMMAND...: one that says nothing by itself; its status.  In a
# function that is given here a command may fail unseen, so give it commands.
patiently()
{
	local what=$1 ended status=0
	shift
	# whoever waits for standard output does not wait for this
	exec {ended}> >(tell_time "$what" >&2)
	"$@" {ended}>&- || status=$?
	exec {ended}>&-
	return "$status"
}

# tell_time WHAT: until standard input ends, which it does with the shell, too
tell_time()
{
	local start=$SECONDS status=0 _
	trap '' INT
	while :; do
		read -r -t "$EVERY" _ || status=$?
		((status > 128)) || return 0
		status=0
		echo "   $1, $((SECONDS - start)) s"
	done
}

# earlier FLAVOUR: files of what builds took, on this machine or, before there was
# one of that kind, on two cores
earlier()
{
	local file own
	for file in "$TOP/scripts/build-times/${1/check/lab}"-*; do
		own=$CACHE/build/.took-$1-${file##*-}
		[[ ! -f $own ]] || file=$own
		[[ ! -f $file ]] || echo "$file"
	done
}

# follow_build FLAVOUR WHOLE: the output of a kernel build on standard input.  Where
# all of it is built (WHOLE is yes) the time that is left is told, from what builds
# took before (see left.awk), and what this one takes is kept.
follow_build()
{
	local files n=0 line status linked='' now left like=''
	local -a took=() since=()
	local start=$SECONDS shown=$SECONDS
	mapfile -t files < <(earlier "$1")
	while :; do
		status=0
		IFS= read -r -t "$EVERY" line || status=$?
		((status == 0 || status > 128)) || break
		now=$((SECONDS - start))
		case $line in
		"  CC "* | "  AS "*) n=$((n + 1)) ;;
		"  LD      vmlinux.o") linked="$n $now" ;;
		*[Ee]rror*) echo "$line" ;;
		esac
		((SECONDS >= shown + EVERY)) || continue
		shown=$SECONDS left=''
		if [[ $linked ]]; then
			left=$(link_left_s $((now - ${linked#* })) "${like:-/dev/null}")
		else
			took+=("$n $now")
			((n < 30)) || since+=("$n $now")
			# three lines ago, which is half a minute
			read -r left like < <(left_s "${since[${#since[@]} > 3 ? -4 : 0]:-0 0}" \
				"$n $now" "${files[@]}") || true
		fi
		[[ $2 == yes ]] || left=''
		echo "   $n objects${linked:+, linking}, $now s${left:+, about $left s to go}"
	done >&2
	if [[ $2 == yes && $linked && $like ]]; then
		printf '%s\n' "${took[@]}" "$linked" "end $((SECONDS - start))" \
			>"$CACHE/build/.took-$1-${like##*-}"
	fi
}

# left_s THEN NOW FILE...: "objects seconds" then and now; see left.awk
left_s()
{
	((${1% *} && $# > 2)) || return 0
	awk -v then_n="${1% *}" -v then_s="${1#* }" -v n="${2% *}" -v s="${2#* }" \
		-f "$TOP/scripts/left.awk" "${@:3}"
}

# link_left_s SECONDS FILE: of linking, which has gone on for SECONDS
link_left_s()
{
	awk -v s="$1" '$1 == "end" && $2 - began > s {print $2 - began - s} {began = $2}' "$2"
}
