# SPDX-License-Identifier: GPL-2.0-only
# What all figures share: how they look.  Run from this directory; each figure
# says what arguments it takes:
#
#	gnuplot -c segments.gp DATA.tsv OUT.svg ...
#
# The colours are those of bench/user/lib/report_style.c, which replaces them
# by variables so that a figure follows the page into the dark.  A style is a
# number: 0 is the harness, 1 and up are paths in their usual order.

set encoding utf8
set datafile separator "\t"
set datafile missing "-"

colours = "#6b7480 #c2500a #00549f #2f93d8 #00806a #a8397b #8a6a00 #5b3fb5 #8f2222 #3f6b1f"
markers = "4 7 5 6 9 11 13 15 8 10"
dashes  = "3 1 1 2 1 1 1 1 2 2"
colour(n) = word(colours, n + 1)
marker(n) = int(word(markers, n + 1))
dash(n)   = int(word(dashes, n + 1))

ink = "#1c2128"
muted = "#59636e"
line = "#d5dbe1"

# Narrow, so that the text is still read when a phone scales it down.
width = 500
height = 370
svg(w, h) = sprintf("set terminal svg noenhanced size %d,%d font 'sans-serif,15' linewidth 1", w, h)

set border 3 linecolor rgb muted linewidth 1
set grid linecolor rgb line linewidth 1 linetype 1 dashtype 1
set tics textcolor rgb muted nomirror
set key textcolor rgb ink
set xlabel textcolor rgb ink
set ylabel textcolor rgb ink
set lmargin 8
set rmargin 2
