# SPDX-License-Identifier: GPL-2.0-only
# What became of one transfer over a series, path by path?  For the README.
#
#	gnuplot -c baseline.gp DATA OUT
#
# DATA: commit <TAB> case <TAB> instructions.

load "common.gp"
set datafile missing NaN
paths = "page sg sg-pre iova iova-batch blk-sg blk-iter"
name(i) = sprintf("commits/scattered@vm-vtd-strict[path=%s,size=128k]", word(paths, i))

set terminal svg noenhanced size 760,400 font 'sans-serif,14' background "#ffffff"
set output ARG2
set logscale y
set format y "%.0f"
set yrange [3000:120000]
set ytics (3000, 5000, 10000, 20000, 50000, 100000)
set xlabel "commit; 0 is the base"
set ylabel "instructions, 128K in 32 pages" offset -1,0
set lmargin 11
set rmargin 16
set key outside right center samplen 1.5 spacing 1.3
plot for [i=1:words(paths)] ARG1 \
	using (strcol(2) eq name(i) ? $1 : NaN):3 with steps \
	linecolor rgb colour(i) dashtype dash(i) linewidth 2.2 \
	title word(paths, i)
