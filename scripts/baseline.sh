#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# `scripts/baseline.sh NAME`: makes results/history/NAME the reference history of
# that name, results/baseline/NAME, with the runs that it is made of, less what
# can be derived, and the README's plot of it.
set -euo pipefail
# shellcheck source=scripts/lib.sh
. "$(dirname "$0")/lib.sh"

(($# == 1)) || die "usage: scripts/baseline.sh NAME"
cd "$TOP"
FROM=results/history/$1 TO=results/baseline/$1
[[ -f $FROM/commits.tsv ]] || die "$FROM/commits.tsv: no such history; make commits writes it"
rm -rf "$TO"
mkdir -p "$TO/runs"
cp "$FROM"/{history.ini,commits.tsv} "$TO"
# runs: a line for each commit, its run or -
runs()
{
	awk -F '\t' 'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next}
		{print $c["run"]}' "$TO/commits.tsv"
}

runs | grep -vx -- - | sort -u | while read -r run; do
	cp -r "results/runs/$run" "$TO/runs"
	find "$TO/runs/$run" \( -name summary.tsv -o -name '*.log' \
		-o -name 'report.*' -o -name functions.tsv \) -delete
done

# medians of the cases that the plot shows: commit, case, figure
runs | awk '$1 != "-" {print NR - 1, $1}' | while read -r commit run; do
	awk -F '\t' -v OFS='\t' -v commit="$commit" \
		'NR == 1 {for (i = 1; i <= NF; i++) c[$i] = i; next}
		$c["metric"] == "op_insns" {print commit, $c["case"], $c["median"]}' \
		"results/runs/$run/summary.tsv"
done >"$TO/figure.tsv"
(cd plots && gnuplot -c baseline.gp "$TOP/$TO"/figure.{tsv,svg})
rm "$TO/figure.tsv"
du -sh "$TO"
