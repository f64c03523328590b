# SPDX-License-Identifier: GPL-2.0-only
# What does the same thing cost on each topology (or by each way)?
#
#	gnuplot -c bars.gp DATA OUT ROWS MAX XLABEL PARTS
#
# DATA, tab separated: y, label, colour as a number, then the ends of the parts
# of the bar from left to right: first, second, whole.  A row whose colour is
# "-" is a heading.  y counts downwards from 0 to ROWS.  MAX is where the axis
# ends: behind the longest bar and its label.
# PARTS: "yes" when first and second part are meant, "no" when only the whole.

load "common.gp"
rows = int(ARG3)
max = real(ARG4)
eval svg(width, 90 + 22 * rows + (ARG6 eq "yes" ? 24 : 0))
set output ARG2

set lmargin 1.5
set border 0
unset ytics
set grid noytics
set xrange [0:max]
set yrange [rows:-0.6]
set format x "%.0s%c"
set xlabel ARG5
# two to four ticks, at 1, 2 or 5 times a power of ten
digit = max > 0 ? 10 ** floor(log10(max / 4)) : 1
set xtics digit * (max / 4 / digit < 2 ? 2 : max / 4 / digit < 5 ? 5 : 10)
set key outside top left horizontal Left reverse samplen 1.2
half = 0.36

set style fill solid 1 noborder
if (ARG6 eq "yes") {
	plot keyentry with boxes linecolor rgb muted fill solid 1 title "map", \
	     keyentry with boxes linecolor rgb muted fill solid 0.25 title "fill", \
	     keyentry with boxes linecolor rgb muted fill solid 0.6 title "unmap", \
	     ARG1 using (0):1:(0):4:($1-half):($1+half):3 with boxxyerror \
		linecolor rgb variable fill solid 1 notitle, \
	     ARG1 using (0):1:4:5:($1-half):($1+half):3 with boxxyerror \
		linecolor rgb variable fill solid 0.25 notitle, \
	     ARG1 using (0):1:5:6:($1-half):($1+half):3 with boxxyerror \
		linecolor rgb variable fill solid 0.6 notitle, \
	     ARG1 using (valid(3) ? $6 : 0):1:2 with labels left \
		offset 0.6,0 textcolor rgb ink notitle
} else {
	plot ARG1 using (0):1:(0):6:($1-half):($1+half):3 with boxxyerror \
		linecolor rgb variable fill solid 1 notitle, \
	     ARG1 using (valid(3) ? $6 : 0):1:2 with labels left \
		offset 0.6,0 textcolor rgb ink notitle
}
