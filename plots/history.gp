# SPDX-License-Identifier: GPL-2.0-only
# When did a figure change?  Draws one chart for each file of data.
#
#	gnuplot -c history.gp DATA OUT N POINTS "UNIT UNIT ..."
#
# Reads DATA.0 to DATA.<N-1>, writes OUT.0 and so on.  POINTS: how many commits
# there are.  UNIT: of the y axis of each file, blanks written as "_".  Blocks of a file, two empty lines between, rows of NaN ignored:
#
#	0  x <TAB> y <TAB> label         where the axis has its labels
#	1  x <TAB> low <TAB> high        what is pointed out, on the whole axis
#	2  x <TAB> low <TAB> high        the band, from the least boot to the largest
#	3  x <TAB> y                     the series
#	4  x <TAB> y                     bridges over what was not measured
#	5  x <TAB> y <TAB> mark <TAB> colour    commits without figures
#	6  x <TAB> y                     changes for the worse
#	7  x <TAB> y                     changes for the better
#	8  x <TAB> y <TAB> "#x"          commits that the axis names

load "common.gp"
eval svg(width, 270)
points = int(ARG4)

unset key
unset lmargin
set bmargin 3.2
set tmargin 0.7
set autoscale yfix
set xrange [-0.5:points - 0.5]
set xlabel "commit" offset 0,0.4
set xtics ()
set ytics ()
underscores(s) = strstrt(s, "_") ? underscores(s[1:strstrt(s, "_") - 1] . " " . s[strstrt(s, "_") + 1:]) : s
set grid ytics noxtics

do for [i=0:int(ARG3)-1] {
	set output sprintf("%s.%d", ARG2, i)
	file = sprintf("%s.%d", ARG1, i)
	set ylabel underscores(word(ARG5, i + 1)) offset 0.5,0
	plot file index 1 using 1:2:3 with filledcurves fillstyle solid 1 noborder linecolor rgb line, \
	     file index 0 using (-1e6):2:ytic(3) with dots linecolor rgb muted, \
	     file index 2 using 1:2:3 with filledcurves fillstyle solid 0.3 noborder linecolor rgb colour(3), \
	     file index 4 using 1:2 with lines linecolor rgb muted linewidth 1.5 dashtype 3, \
	     file index 3 using 1:2 with lines linecolor rgb colour(2) linewidth 2.2, \
	     file index 5 using 1:2:3:4 with points pointtype variable linecolor rgb variable pointsize 0.8 linewidth 1.6, \
	     file index 6 using 1:2 with points pointtype 9 pointsize 0.9 linecolor rgb colour(8), \
	     file index 7 using 1:2 with points pointtype 11 pointsize 0.9 linecolor rgb colour(9), \
	     file index 8 using 1:2:xtic(3) with dots linecolor rgb muted
}
