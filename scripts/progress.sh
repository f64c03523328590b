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
	local kind file
	for kind in cold warm; do
		file=$CACHE/build/.took-$1-$kind
		[[ -f $file ]] || file=$TOP/scripts/build-times/${1/check/lab}-$kind
		[[ ! -f $file ]] || echo "$file"
	done
}

# follow_build FLAVOUR WHOLE: the output of a kernel build on standard input.  Where
# all of it is built (WHOLE is yes) the time that is left is told, from what builds
# took before (see left.awk), and what this one takes is kept.
follow_build()
{
	local files n=0 line='' rest status linked='' now left like=cold file
	local -a took=()
	local start=$SECONDS shown=$SECONDS
	mapfile -t files < <(earlier "$1")
	while :; do
		status=0 rest=$line
		IFS= read -r -t "$EVERY" line || status=$?
		((status == 0 || status > 128)) || break
		now=$((SECONDS - start))
		# where time is up in the middle of a line, the beginning is there
		line=$rest$line
		if ((status == 0)); then
			case $line in
			"  CC "* | "  AS "*) n=$((n + 1)) ;;
			"  LD      vmlinux.o") linked="$n $now" ;;
			*[Ee]rror*) echo "$line" ;;
			esac
			line=''
		fi
		((SECONDS >= shown + EVERY)) || continue
		shown=$SECONDS left=''
		if [[ $linked ]]; then
			left=$(link_left_s $((now - ${linked#* })) "$(earlier "$1" | grep -e "-${like##*-}\$" || echo /dev/null)")
		else
			took+=("$n $now")
			read -r left file < <(left_s "$(since_when)" "$n $now" "${files[@]}") || true
			like=${file:-$like}
		fi
		[[ $2 == yes ]] || left=''
		echo "   $n objects${linked:+, linking}, $now s${left:+, about $left s to go}"
	done >&2
	if [[ $2 == yes && $linked ]]; then
		printf '%s\n' "${took[@]}" "$linked" "end $((SECONDS - start))" \
			>"$CACHE/build/.took-$1-${like##*-}"
	fi
}

# since_when: of what follow_build took down, the first of objects, when headers and
# tools were made: what is nearer swings with the load; or what cannot be counted from
since_when()
{
	local from
	for from in "${took[@]}"; do
		((${from% *} < 20)) || break
	done
	if ((${from% *} >= 20 && ${from#* } + 2 * EVERY <= now && ${from% *} + 40 <= n)); then
		echo "$from"
	else
		echo "0 0"
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
