// SPDX-License-Identifier: GPL-2.0-only
/* Sentences, ids of cases and figures in 80 columns. */
#include <math.h>
#include <string.h>

#include "verdict/layout.h"

#define WIDTH 80

double dlab_relative(double diff, double a)
{
	return a != 0 ? diff / fabs(a) : diff != 0 ? INFINITY : 0;
}

const char *dlab_format(double v, char *s, size_t size, bool sign)
{
	bool whole = v == nearbyint(v) || fabs(v) >= 1e5;

	snprintf(s, size,
		 sign  ? whole ? "%+.0f" : "%+.5g" :
		 whole ? "%.0f" :
			 "%.6g",
		 v);
	return s;
}

void dlab_print_wrapped(FILE *f, int indent, const char *text)
{
	int column = 0;

	while (*text) {
		int len = (int)strcspn(text, " ");

		if (column && column + 1 + len > WIDTH) {
			fputc('\n', f);
			column = 0;
		}
		if (!column)
			column = fprintf(f, "%*s", indent, "");
		else
			column += fprintf(f, " ");
		column += fprintf(f, "%.*s", len, text);
		text += len;
		text += strspn(text, " ");
	}
	fputc('\n', f);
}

void dlab_print_id(FILE *f, const char *id)
{
	int column = 2 + (int)strcspn(id, "[");

	fprintf(f, "  %.*s", column - 2, id);
	id += column - 2;
	if (column + (int)strlen(id) > WIDTH)
		column = fprintf(f, "\n    ") - 1;
	while (*id) {
		int len = (int)strcspn(id, ",");

		len += id[len] == ',';
		if (column + len > WIDTH)
			column = fprintf(f, "\n     ") - 1;
		column += fprintf(f, "%.*s", len, id);
		id += len;
	}
	fputc('\n', f);
}

void dlab_print_figure(FILE *f, const char *label, const char *name, double a,
		       double b, double diff)
{
	char as[32], bs[32], ds[32], rs[32] = "";

	if (a != 0)
		snprintf(rs, sizeof(rs), "%+.2f %%",
			 100 * dlab_relative(diff, a));
	fprintf(f, "    %-4s%-18s %12s -> %12s %10s %10s\n", label, name,
		dlab_format(a, as, sizeof(as), false),
		dlab_format(b, bs, sizeof(bs), false),
		dlab_format(diff, ds, sizeof(ds), true), rs);
}
