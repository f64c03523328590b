/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files that make figures share. */
#ifndef DLAB_REPORT_FIGURE_H
#define DLAB_REPORT_FIGURE_H

#include "report.h"

/**
 * struct report_words - text that grows: what a figure shows, told
 */
struct report_words {
	FILE *f;
	char *text;
	size_t len;
};

/* Return: whether there is a text to write to; otherwise @d has failed. */
bool report_fig_open(struct report_words *w, struct doc *d);

/**
 * report_fig_finish - draw what was written and add it, with its words
 * @data: what report_plot_begin() returned, may be NULL
 */
void report_fig_finish(struct doc *d, struct report_plotter *p, FILE *data,
		       const char *script, const char *const *args,
		       const char *title, struct report_words *w);

/* Figures may be missing, and @data NULL; what they show is told all the same. */
void report_fig_put(FILE *data, const char *fmt, ...) DOC_PRINTF(2, 3);
void report_fig_name(FILE *data, const char *name);

#endif
