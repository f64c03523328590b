# SPDX-License-Identifier: GPL-2.0-only
# Of the names on standard input, the one that was probably meant by `word`; as
# `dlab` does it (bench/user/lib/nearest.c), for what is asked before dlab is built.

function min(a, b) { return a < b ? a : b }

# letters to add, take away, replace, or swap with their neighbour
function edits(a, b,    i, j, d, same)
{
	for (i = 0; i <= length(a); i++) d[i, 0] = i
	for (j = 0; j <= length(b); j++) d[0, j] = j
	for (i = 1; i <= length(a); i++)
		for (j = 1; j <= length(b); j++) {
			same = substr(a, i, 1) == substr(b, j, 1)
			d[i, j] = min(min(d[i - 1, j], d[i, j - 1]) + 1, d[i - 1, j - 1] + !same)
			if (i > 1 && j > 1 && substr(a, i, 1) == substr(b, j - 1, 1) &&
			    substr(a, i - 1, 1) == substr(b, j, 1))
				d[i, j] = min(d[i, j], d[i - 2, j - 2] + 1)
		}
	return d[length(a), length(b)]
}

BEGIN {
	word = tolower(word)
	n = length(word)
	most = n < 3 ? 1 : n > 9 ? 3 : int(n / 3)
	least = 2 * most + 2
}
{
	name = tolower($0)
	e = edits(word, name)
	# of two that are as near, the one that begins alike
	cost = 2 * e + (substr(word, 1, 1) != substr(name, 1, 1))
	if (e <= most && e < n && cost < least) {
		least = cost
		found = $0
	}
}
END { if (found != "") print found }
