#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `scripts/baseline.sh NAME`: makes results/history/NAME the reference history of
# that name, results/baseline/NAME, with the runs that it is made of, less what
# can be derived, and the README's plot of it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

[[ $# == 1 && $1 != */* && $1 != .* ]] || die "usage: scripts/baseline.sh NAME"
cd "$TOP"
FROM=results/history/$1 TO=results/baseline/$1
[[ -f $FROM/commits.tsv ]] || die "$FROM/commits.tsv: no such history; make commits writes it"
DLAB=$("$TOP/scripts/dlab.sh")/dlab

[[ ! -e $TO || -f $TO/history.ini ]] || die "$TO is there and no history: move it away"
# in place of an older one only when it is whole
NEW=$(mktemp -d "$TO.XXXXXX")
trap 'rm -rf "$NEW"' EXIT
chmod 755 "$NEW"
mkdir "$NEW/runs"
cp "$FROM"/{history.ini,commits.tsv} "$NEW"
commit=-1
while read -r run; do
	commit=$((commit + 1))
	[[ $run != - ]] || continue
	[[ -d results/runs/$run ]] ||
		die "results/runs/$run, a run of $FROM, is gone; make commits measures it again"
	[[ -d $NEW/runs/$run ]] || cp -r "results/runs/$run" "$NEW/runs"
	# medians of the cases that the plot shows: commit, case, figure
	columns "$("$DLAB" stat "results/runs/$run")" metric case median |
		awk -F '\t' -v commit="$commit" -v OFS='\t' \
			'$1 == "op_insns" {print commit, $2, $3}' >>"$NEW/figure.tsv"
done < <(columns "$FROM/commits.tsv" run)
find "$NEW/runs" \( -name summary.tsv -o -name '*.log' -o -name 'report.*' \
	-o -name functions.tsv -o -name kernel.functions \) -delete
(cd plots && gnuplot -d -c baseline.gp "$TOP/$NEW"/figure.{tsv,svg})
rm -rf "$NEW/figure.tsv" "$TO"
mv -T "$NEW" "$TO"
du -sh "$TO"
