// SPDX-License-Identifier: GPL-2.0-only
/* Data goes to gnuplot, the same in words to readers. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure.h"

bool report_fig_open(struct report_words *w, struct doc *d)
{
	w->text = NULL;
	w->f = open_memstream(&w->text, &w->len);
	if (!w->f)
		d->err = -ENOMEM;
	return w->f;
}

void report_fig_finish(struct doc *d, struct report_plotter *p, FILE *data,
		       const char *script, const char *const *args,
		       const char *title, struct report_words *w)
{
	char *svg = data ? report_plot_end(p, data, script, args) : NULL;

	if (fclose(w->f))
		d->err = -ENOMEM;
	/* sentences end in a space, the last one too */
	while (w->len && w->text[w->len - 1] == ' ')
		w->text[--w->len] = '\0';
	doc_figure(d, title, w->text, svg, p->missing);
	free(svg);
	free(w->text);
}

void report_fig_put(FILE *data, const char *fmt, ...)
{
	va_list ap;

	if (!data)
		return;
	va_start(ap, fmt);
	vfprintf(data, fmt, ap);
	va_end(ap);
}

/* gnuplot takes a double quote for the begin of a string */
void report_fig_name(FILE *data, const char *name)
{
	for (; *name; name++)
		report_fig_put(data, "%c",
			       *name == '"' || *name == '\\' ? '\'' : *name);
}
