# SPDX-License-Identifier: GPL-2.0-only
# Of what ktap.awk found in several guests: how many parameters of which test were
# skipped in each of them, and what for.
BEGIN {FS = OFS = "\t"}
{one = $2 OFS $3}
$1 != "skip" {ran[one] = 1}
$1 == "skip" && !index(why[one] "; ", $4 "; ") {
	test[one] = $2
	why[one] = why[one] (why[one] == "" ? "" : "; ") $4
}
END {
	for (one in test)
		if (!(one in ran))
			n[test[one] OFS why[one]]++
	for (line in n)
		print n[line], line
}
