/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Draws the figures of a report: data goes to gnuplot in a file, an SVG
 * element that fits into the page comes back.
 */
#ifndef DLAB_REPORT_PLOT_H
#define DLAB_REPORT_PLOT_H

#include <stdio.h>

#include "err.h"

/**
 * struct report_plotter - where figures come from
 * @scripts: directory of the .gp files
 * @dir: temporary directory, "" when there is none
 * @nr: figures drawn so far; ids inside of each carry its number
 * @missing: why there are no figures, "" while there are
 * @titles: by number: a label "#N" in a figure becomes a link to the anchor "cN"
 *          with this title; or NULL.  Set by who knows them
 * @nr_titles: how many
 */
struct report_plotter {
	const char *scripts;
	char dir[64];
	unsigned int nr;
	char missing[512];
	const char *const *titles;
	size_t nr_titles;
};

/**
 * report_plotter_open - get ready to draw
 * @scripts: directory of the .gp files; must outlive the plotter
 *
 * Never fails: what goes wrong stands in @missing, and the report says it.
 */
void report_plotter_open(struct report_plotter *p, const char *scripts);
void report_plotter_close(struct report_plotter *p);

/**
 * report_plot_begin - where to write the data of the next figure
 * Return: NULL when there are no figures.
 */
FILE *report_plot_begin(struct report_plotter *p);

/**
 * report_plot_end - draw it
 * @data: what report_plot_begin() returned; closed here
 * @script: "segments.gp"
 * @args: its arguments from ARG3 on, ended by NULL
 *
 * Return: the SVG element, malloc()ed, or NULL with @p->missing set.
 */
char *report_plot_end(struct report_plotter *p, FILE *data, const char *script,
		      const char *const *args);

/* Writes the data of figure @i. */
typedef void (*report_plot_fn)(void *arg, size_t i, FILE *data);

/**
 * report_plot_many - draw figures of one kind, all by one gnuplot
 * @script: gets DATA OUT N ARG...: reads DATA.0 and so on, writes OUT.0 and so
 *          on; starting gnuplot takes longer than drawing does
 * @args: its arguments from ARG4 on, ended by NULL
 * @put: writes the data of each
 * @svgs: out: the SVG elements, malloc()ed; NULL where there is none, then
 *        @p->missing says why
 */
void report_plot_many(struct report_plotter *p, const char *script,
		      const char *const *args, report_plot_fn put, void *arg,
		      size_t nr, char **svgs);

/**
 * report_svg_embed - make gnuplot's SVG file an element of a page
 * @svg: the file's text
 * @nr: number of the figure
 * @titles: as in struct report_plotter, @nr_titles of them
 *
 * Colours become the page's variables, ids get a prefix of their own, size,
 * prologue and the titles that gnuplot invents go.
 *
 * Return: malloc()ed, or NULL when out of memory or when it is no SVG.
 */
char *report_svg_embed(const char *svg, unsigned int nr,
		       const char *const *titles, size_t nr_titles);

#endif
