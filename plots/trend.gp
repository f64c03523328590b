# SPDX-License-Identifier: GPL-2.0-only
# How did many figures move?  One small chart for each file of data.
#
#	gnuplot -c trend.gp DATA OUT N POINTS UNITS
#
# Files and blocks as in history.gp; the unit stands at the topmost label.

load "common.gp"
eval svg(300, 128)
points = int(ARG4)

unset key
unset lmargin
set bmargin 1.9
set tmargin 0.6
set rmargin 1.6
set autoscale yfix
set xrange [-0.5:points - 0.5]
set tics font "sans-serif,12"
set xtics () offset 0,0.3
set ytics ()
set grid ytics noxtics

do for [i=0:int(ARG3)-1] {
	set output sprintf("%s.%d", ARG2, i)
	file = sprintf("%s.%d", ARG1, i)
	plot file index 1 using 1:2:3 with filledcurves fillstyle solid 1 noborder linecolor rgb line, \
	     file index 0 using (-1e6):2:ytic(3) with dots linecolor rgb muted, \
	     file index 2 using 1:2:3 with filledcurves fillstyle solid 0.3 noborder linecolor rgb colour(3), \
	     file index 4 using 1:2 with lines linecolor rgb muted dashtype 3, \
	     file index 3 using 1:2 with lines linecolor rgb colour(2) linewidth 1.8, \
	     file index 5 using 1:2:3:4 with points pointtype variable linecolor rgb variable pointsize 0.4, \
	     file index 6 using 1:2 with points pointtype 9 pointsize 0.6 linecolor rgb colour(8), \
	     file index 7 using 1:2 with points pointtype 11 pointsize 0.6 linecolor rgb colour(9), \
	     file index 8 using 1:2:xtic(3) with dots linecolor rgb muted
}
