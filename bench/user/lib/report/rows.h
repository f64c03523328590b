/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows that tables of cases have alike, whatever they are tables of. */
#ifndef DLAB_REPORT_ROWS_H
#define DLAB_REPORT_ROWS_H

#include "report/doc.h"
#include "verdict/compare.h"

/* A mail has room for the first @rows of @nr: of a table, of a list. */
void report_say_rows(struct doc *d, size_t rows, size_t nr);
void report_say_more(struct doc *d, size_t rows, size_t nr);

/* The row of a case: its keys, or the whole id where it has none. */
void report_case_row(struct doc *d, struct doc_table *t, const char *id);

/* That row stands under its workload and topology, with others of the metric. */
void report_row_under(struct doc *d, struct doc_table *t, const char *id,
		      const struct dlab_metric *m, bool of_total);

/* dlab_change_name(), or what it is where the sides have names. */
typedef const char *(*report_change_name)(enum dlab_change_kind kind);

/* Cases that did not end alike on both sides, or badly: of a page, of a mail. */
void report_changes_table(struct doc *d, const struct dlab_change *v, size_t nr,
			  report_change_name name);
/* The same of those that are no loss; nothing where there are none. */
void report_changes_fold(struct doc *d, const struct dlab_change *v, size_t nr,
			 report_change_name name);
void report_change_items(struct doc *d, const struct dlab_change *v, size_t nr,
			 report_change_name name, size_t rows);

#endif
