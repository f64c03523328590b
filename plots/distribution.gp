# SPDX-License-Identifier: GPL-2.0-only
# How are the single operations spread, and how long is the tail?
#
#	gnuplot -c distribution.gp DATA OUT "STYLE STYLE ..." XLABEL
#
# DATA: one block a path, two empty lines between: its name, then ascending
# x <TAB> share of operations that cost x or more (0 to 1) <TAB> 1 for a mark
# or "-".

load "common.gp"
eval svg(width, height)
set output ARG2

set logscale x 10
set logscale y 10
set format x "%.0s%c"
set ytics ("all" 1, "1 in 10" 0.1, "1 in 100" 0.01, "1 in 1k" 0.001, \
	"1 in 10k" 0.0001, "1 in 100k" 0.00001, "1 in 1M" 0.000001)
set lmargin 12
set xlabel ARG4
set ylabel "operations that cost so much or more" offset -1,0
set offsets graph 0.04, graph 0.04, graph 0, graph 0.04
set yrange [:1.6]
set key outside top center horizontal samplen 2 spacing 1.15

style(i) = int(word(ARG3, i + 1))
plot for [i=0:words(ARG3)-1] ARG1 index i using 1:2 with fsteps \
	linecolor rgb colour(style(i)) dashtype dash(style(i)) linewidth 2.5 \
	notitle, \
     for [i=0:words(ARG3)-1] ARG1 index i using 1:(valid(3) ? $2 : NaN) with points \
	linecolor rgb colour(style(i)) pointtype marker(style(i)) \
	pointsize 0.6 title columnheader(1)
