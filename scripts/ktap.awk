# SPDX-License-Identifier: GPL-2.0-only
# The tests in files of KTAP, a line each: "ok", "not ok" or "skip", the test
# (suite.case; of a program's own lines its file is the suite), its parameter, the
# reason of a skip.  Sums of other lines are left out.
BEGIN {OFS = "\t"}
FNR == 1 {
	before = 0
	name[0] = FILENAME
	sub(/.*\//, "", name[0])
	sub(/\.txt$/, "", name[0])
}
/^#/ {next}
/^ *# Subtest: / {
	depth = index($0, "#") - 1
	sub(/^ *# Subtest: /, "")
	name[depth] = $0
	next
}
/^ *(not )?ok [0-9]/ {
	match($0, /^ */)
	depth = RLENGTH
	sums = depth < before
	before = depth
	if (sums)
		next
	status = /^ *not/ ? "not ok" : "ok"
	sub(/^ *(not )?ok [0-9]+ *-? */, "")
	reason = ""
	if (match(toupper($0), / *# SKIP ?/)) {
		status = "skip"
		reason = substr($0, RSTART + RLENGTH)
		$0 = substr($0, 1, RSTART - 1)
	}
	# where a case has parameters, its name stands above them
	if (depth >= 8)
		print status, name[depth - 4] "." name[depth], $0, reason
	else
		print status, name[depth] "." $0, "", reason
}
