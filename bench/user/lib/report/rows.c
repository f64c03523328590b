// SPDX-License-Identifier: GPL-2.0-only
/* Rows of tables of cases: how they are called, and what they stand under. */
#include <string.h>

#include "metrics.h"
#include "report/rows.h"

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

void report_changes_table(struct doc *d, const struct dlab_change *v, size_t nr,
			  report_change_name name)
{
	struct doc_table *t =
		doc_table(d, "Cases that are not ok on both sides");
	size_t i;

	doc_col(d, t, DOC_COL_KEY, -1, "what");
	doc_col(d, t, DOC_COL_WRAP, -1, "case");
	doc_col(d, t, DOC_COL_WRAP, -1, "reason");
	for (i = 0; i < nr; i++) {
		doc_row(d, t, -1);
		doc_cell(d, t, v[i].kind == DLAB_BROKE ? DOC_CELL_BAD : 0, "%s",
			 name(v[i].kind));
		doc_cell(d, t, 0, "`%s`", v[i].id);
		doc_cell(d, t, *v[i].reason ? 0 : DOC_CELL_MISSING, "%s",
			 v[i].reason);
	}
}

void report_changes_fold(struct doc *d, const struct dlab_change *v, size_t nr,
			 report_change_name name)
{
	if (!nr)
		return;
	doc_fold(d, false, "Cases that are measured now (%zu)", nr);
	report_changes_table(d, v, nr, name);
	doc_unfold(d);
}

void report_change_items(struct doc *d, const struct dlab_change *v, size_t nr,
			 report_change_name name, size_t rows)
{
	char id[4 * 120 + 1], reason[4 * 120 + 1];
	size_t i;

	for (i = 0; i < nr && i < rows; i++)
		doc_item(d, "%s: `%s`%s%s", name(v[i].kind),
			 doc_short(v[i].id, 120, id), *v[i].reason ? ": " : "",
			 doc_short(v[i].reason, 120, reason));
	report_say_more(d, rows, nr);
}

void report_say_more(struct doc *d, size_t rows, size_t nr)
{
	if (rows && nr > rows)
		doc_item(d, "and %zu more", nr - rows);
}

void report_say_rows(struct doc *d, size_t rows, size_t nr)
{
	if (nr > rows)
		doc_para(d, "The first %zu of %zu rows.", rows, nr);
}
