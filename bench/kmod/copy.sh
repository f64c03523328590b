#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Puts the module's sources where kbuild is to leave its objects.
#   copy.sh OUT KDIR
# OUT/.dmalab-sources notes what was put there.  Only such files are replaced or
# removed, and only as long as nobody has changed them: all else in OUT is
# somebody's.  What is the same stays as old as it is.
set -euo pipefail
unset CDPATH
OUT=${1:?usage: copy.sh OUT KDIR} KDIR=${2:?usage: copy.sh OUT KDIR}
export LC_ALL=C

die()
{
	printf 'dmalab: %s\n' "$*" >&2
	exit 2
}

# sums DIR NAME...: of those that are there, one a line
sums() { (cd "$1" && sha256sum -- "${@:2}" 2>/dev/null) || true; }

# signs of make and of the shell
ODD="[][[:space:]:,'\"\\\\\$\`#%;&|()<>*?{}=!]"
cd "$(dirname "$0")"
OUT=$(realpath -ms "$OUT")
for path in "$OUT" "$KDIR"; do
	# shellcheck disable=SC2053 # a pattern
	[[ $path != *$ODD* ]] ||
		die "kbuild cannot work with $path: spaces, colons, commas and signs of the shell must not be in the names of directories"
done
if [[ $OUT -ef . ]]; then exit 0; fi

NOTES=$OUT/.dmalab-sources
mapfile -t names < <(find . \( -name '*.[ch]' -o -name Kbuild \) -printf '%P\n' | sort)
declare -A noted=() new=() old=()
while read -r sum name; do new[$name]=$sum; done < <(sums . "${names[@]}")
if [[ -f $NOTES ]]; then
	# a name may stand there twice, if the last copy was interrupted
	while read -r sum name; do noted[$name]+=" $sum "; done <"$NOTES"
fi
while read -r sum name; do
	old[$name]=$sum
	[[ ${noted[$name]:-}${new[$name]:-} == *"$sum"* ]] ||
		die "$OUT/$name is not of the lab, or was changed since: move it away, or give another OUT"
done < <([[ ! -d $OUT ]] || sums "$OUT" "${names[@]}" "${!noted[@]}")

mkdir -p "$OUT"
for name in "${names[@]}"; do echo "${new[$name]}  $name"; done >"$NOTES.new"
[[ ! -f $NOTES ]] || cat "$NOTES.new" >>"$NOTES"
cp -n "$NOTES.new" "$NOTES"
for name in "${!old[@]}"; do
	[[ ${new[$name]:-} ]] || rm "$OUT/$name"
done
for name in "${names[@]}"; do
	[[ ${old[$name]:-} != "${new[$name]}" ]] || continue
	mkdir -p "$(dirname "$OUT/$name")"
	cp "$name" "$OUT/$name.dmalab-new"
	mv "$OUT/$name.dmalab-new" "$OUT/$name"
done
mv "$NOTES.new" "$NOTES"
