# SPDX-License-Identifier: GPL-2.0-only
# Where did a whole topology go, commit by commit?
#
#	gnuplot -c overview.gp DATA OUT "STYLE STYLE ..." POINTS
#
# DATA: the first block has the commits that the axis names: x <TAB> y <TAB>
# "#x".  Then one block a topology, two empty lines between: its name, then
# commit <TAB> percent above the first one; a gap where nothing was measured.

load "common.gp"
eval svg(width, 330)
set output ARG2
points = int(ARG4)

unset lmargin
set xrange [-0.5:points - 0.5]
set offsets 0, 0, graph 0.08, graph 0.08
set xlabel "commit" offset 0,0.4
set xtics ()
set ylabel "change of an operation" offset 0.5,0
set format y "%+g %%"
set grid ytics noxtics
set key outside top center horizontal samplen 2 spacing 1.15
set xzeroaxis linecolor rgb muted linewidth 1

style(i) = int(word(ARG3, i + 1))
plot for [i=0:words(ARG3)-1] ARG1 index i + 1 using 1:2 with lines \
	linecolor rgb colour(style(i)) dashtype dash(style(i)) linewidth 2.2 \
	title columnheader(1), \
     ARG1 index 0 using 1:2:xtic(3) with dots linecolor rgb muted notitle
