#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Is what the user named there, was it meant, and can be written where it will be?
# Asked by make before anything is installed, fetched or built; what only dlab
# knows, `dlab run --plan` answers as soon as there is a dlab.
#   check-input.sh TARGET...
# scripts/variables says which variables there are, and what heeds them.  What is
# exported beside these, or stands in MAKEFLAGS, may be anybody's; only on make's
# own command line is it meant.
set -euo pipefail
given=" ${BASE:+BASE }${KERNEL:+KERNEL }"
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"
# shellcheck source=scripts/checks.sh
. "$(dirname "$0")/checks.sh"

cd "$TOP"
targets=("$@")

# heeding NAME: the targets that heed a variable; nothing where all do
heeding()
{
	awk -F '  +' -v name="$1=" 'index($1, name) == 1 &&
		match($2, /^[a-z -]+: /) {print substr($2, 1, RLENGTH - 2)}' scripts/variables
}

# is_heeded NAME: by a target that is to be made
is_heeded()
{
	local target by
	by=$(heeding "$1")
	[[ $by ]] || return 0
	for target in "${targets[@]}"; do
		[[ " $by " != *" $target "* ]] || return 0
	done
	return 1
}

# typed: the variables on the command line of the make that this is run by
typed()
{
	local pid=$PPID
	[[ $(<"/proc/$pid/comm") == *make ]] || pid=$(awk '{print $4}' "/proc/$pid/stat")
	tr '\0\n' '\n ' <"/proc/$pid/cmdline" |
		sed -nE 's/^([A-Za-z_][A-Za-z0-9_]*):*[?+]?=.*/\1/p'
}

# check_places TARGET: where it writes can be written, and there is room to begin
check_places()
{
	local said dir results=$TOP/results
	case $1 in
	clean | lab-check) return ;;
	new-*) need_room 1 "$TOP/workloads" ;;
	*) need_room 64 "$CACHE" ;;
	esac
	case $1 in
	series) need_room 16 "${SERIES:-$TOP/kernel-series}" ;;
	bench | table | commits | bisect | calibrate)
		[[ $1 != bench ]] || results=${RESULTS:-$results}
		for dir in runs points history; do
			said=$(room 16 "$results/$dir") ||
				die "$said; that is where results go$([[ $1 != bench ]] || echo ': give another RESULTS')"
		done
		;;
	esac
}

mapfile -t names < <(sed -n 's/^\([A-Z_]*\)=.*/\1/p' scripts/variables)
for name in $(typed); do
	[[ " ${names[*]} " == *" $name "* ]] ||
		die "there is no variable $name; $(meant "$name" "make help shows them" "${names[@]}")"
	is_heeded "$name" ||
		die "make ${targets[*]} does not heed $name, which is for: $(heeding "$name")"
done
for name in "${names[@]}"; do
	# of these the lab has a default, which was not given
	[[ $name != @(BASE|KERNEL) || $given == *" $name "* ]] || continue
	if [[ ${!name:-} ]] && declare -F "check_$name" >/dev/null && is_heeded "$name"; then
		"check_$name" "${!name}"
	fi
done
for target in "${targets[@]}"; do check_places "$target"; done
