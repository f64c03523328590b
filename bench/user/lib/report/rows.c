// SPDX-License-Identifier: GPL-2.0-only
/* Rows of tables of cases: how they are called, and what they stand under. */
#include <string.h>

#include "metrics.h"
#include "report.h"

void report_case_row(struct doc *d, struct doc_table *t, const char *id)
{
	const char *keys = strchr(id, '[');

	doc_row(d, t, -1);
	if (keys && keys[1] && keys[1] != ']')
		doc_cell(d, t, 0, "%.*s", (int)strcspn(keys + 1, "]"),
			 keys + 1);
	else
		doc_cell(d, t, 0, "%s", id);
}

void report_row_under(struct doc *d, struct doc_table *t, const char *id,
		      const struct dlab_metric *m, bool of_total)
{
	doc_row_under(d, t, "%.*s: %s, %s%s", (int)strcspn(id, "["), id,
		      m->name, m->unit,
		      of_total ? ", mean of consecutive operations" : "");
}

void report_say_rows(struct doc *d, size_t rows, size_t nr)
{
	if (nr > rows)
		doc_para(d, "The first %zu of %zu rows.", rows, nr);
}
