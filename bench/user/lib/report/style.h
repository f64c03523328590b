/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How the HTML report looks: colours of series, their counterparts in the
 * dark, and the style sheet.
 */
#ifndef DLAB_REPORT_STYLE_H
#define DLAB_REPORT_STYLE_H

#include <stdio.h>

/**
 * struct report_colour - a colour that plots use and the page adapts
 * @var: name of the CSS variable
 * @light: on a light page, "#rrggbb"; also what plots/common.gp knows it as
 * @dark: on a dark page
 */
struct report_colour {
	const char *var;
	const char *light;
	const char *dark;
};

/* ended by an entry without name */
extern const struct report_colour report_colours[];

/* How many of them are for series: "s0" to "s<n-1>". */
#define REPORT_NR_SERIES_COLOURS 10

/* The style sheet, the variables of report_colours included. */
void report_style_write(FILE *f);

#endif
