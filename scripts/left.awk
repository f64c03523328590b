# SPDX-License-Identifier: GPL-2.0-only
# How many seconds does a kernel build still take?  Each file is what an earlier one
# took: lines "objects seconds", up to where vmlinux is linked, and "end seconds".
#   awk -v then_n=N -v then_s=S -v n=N -v s=S -f left.awk FILE...
# of N objects after S seconds, now and when there were the first.  That one
# counts which went at a speed like it: one with a warm compiler cache spends its
# time elsewhere than one with a cold one.  Prints the seconds and that file, or
# nothing where it cannot be told.

# at(F, OBJECTS): seconds that the build F took until it had them
function at(f, objects,    i)
{
	for (i = 2; i < lines[f] && N[f, i] < objects; i++);
	if (N[f, i] <= N[f, i - 1]) return S[f, i]
	return S[f, i - 1] + (S[f, i] - S[f, i - 1]) * (objects - N[f, i - 1]) / (N[f, i] - N[f, i - 1])
}
function abs(x) { return x < 0 ? -x : x }

FNR == 1 { name[++files] = FILENAME }
/^#/ { next }
$1 == "end" { end[files] = $2; next }
{
	i = ++lines[files]
	N[files, i] = $1
	S[files, i] = $2
}
END {
	for (f = 1; f <= files; f++) {
		last = lines[f]
		took = at(f, n) - at(f, then_n)
		if (last < 2 || took <= 0 || s <= then_s || n > N[f, last]) continue
		pace = (s - then_s) / took
		if (best && abs(log(pace)) >= unlike) continue
		unlike = abs(log(pace))
		best = f
		# no cache helps to link
		left = pace * (S[f, last] - at(f, n)) + end[f] - S[f, last]
	}
	if (best) printf "%d %s\n", left + 0.5, name[best]
}
