# SPDX-License-Identifier: GPL-2.0-only
# How many figures are not the same on every boot, and by how much?
#   awk -F '\t' -f differing-figures.awk BOOT/samples.tsv BOOT/samples.tsv...
# A figure is a case's metric, with all its samples.  The size of a difference
# is that of the totals, against the first boot.  Exit status 1 where any
# differs, or there was nothing to compare.

FNR == 1 {
	boots++
	next
}

# "2601x299,2650": 299 times 2601, then 2650
function total(values,	runs, run, n, i, sum)
{
	n = split(values, runs, ",")
	for (i = 1; i <= n; i++)
		sum += split(runs[i], run, "x") == 2 ? run[1] * run[2] : run[1]
	return sum
}

{
	key = $1 " " $2
	if (!seen[key]++)
		first[key] = $3
	if ($3 == first[key])
		next
	differs[key] = 1
	d = total($3) - total(first[key])
	if (d < 0)
		d = -d
	if (worst == "" || d > most) {
		most = d
		worst = key " (" total(first[key]) " in all)"
	}
}

END {
	for (key in seen) {
		all++
		bad += (key in differs) || seen[key] != boots
	}
	printf "%d boots: %d of %d figures differ or are missing", boots, bad, all
	if (worst != "")
		printf "; the largest difference is %.15g: %s", most, worst
	print ""
	exit !all || bad || boots < 2
}
