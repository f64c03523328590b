# SPDX-License-Identifier: GPL-2.0-only
# What does one operation do to IOVAs, page tables and TLBs, by path?
#
#	gnuplot -c counts.gp DATA OUT "STYLE STYLE ..." ROWS LOW HIGH XLABEL
#
# DATA: the first block names the rows: y <TAB> name.  Then one block a path:
# its name, then log10(count) <TAB> y.  LOW and HIGH are the powers of ten that
# the axis spans; a count of 0 stands at LOW - 1.

load "common.gp"
rows = int(ARG4)
low = int(ARG5)
high = int(ARG6)
eval svg(width, 140 + 26 * rows)
set output ARG2

set lmargin 18
set xrange [low - 1.3:high + 0.3]
set yrange [rows - 0.4:-0.6]
set xtics ("0" low - 1)
do for [e = low:high] {
	set xtics add (e < 0 ? sprintf("%g", 10.0 ** e) : gprintf("%.0s%c", 10.0 ** e) e)
}
set xlabel ARG7
set key outside top center vertical maxrows 3 samplen 1 width -2
set border 1

style(i) = int(word(ARG3, i + 1))
plot ARG1 index 0 using (low - 1):1:ytic(2) with dots linecolor rgb line notitle, \
     for [i=0:words(ARG3)-1] ARG1 index i + 1 using 1:2 with points \
	linecolor rgb colour(style(i)) pointtype marker(style(i)) \
	pointsize 0.75 linewidth 1.5 title columnheader(1)
