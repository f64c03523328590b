# SPDX-License-Identifier: GPL-2.0-only
# How does the cost grow with the number of segments (or bytes)?
#
#	gnuplot -c segments.gp DATA OUT "STYLE STYLE ..." XLABEL YLABEL
#
# DATA: one block a path, two empty lines between: its name, then x <TAB> y.

load "common.gp"
eval svg(width, height)
set output ARG2

set logscale x 2
set logscale y 10
set format x "%.0s%c"
set format y "%.0s%c"
set xlabel ARG4
set ylabel ARG5 offset 0.5,0
set offsets graph 0.03, graph 0.03, graph 0, graph 0
set mytics 1
set key outside top center horizontal samplen 2.5 spacing 1.15

style(i) = int(word(ARG3, i + 1))
plot for [i=0:words(ARG3)-1] ARG1 index i using 1:2 with linespoints \
	linecolor rgb colour(style(i)) dashtype dash(style(i)) linewidth 2 \
	pointtype marker(style(i)) pointsize 0.6 title columnheader(1)
