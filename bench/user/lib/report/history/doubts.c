// SPDX-License-Identifier: GPL-2.0-only
/* Differences that show and could not be judged, by commit and reason. */
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/rows.h"

/* More of them are for those who ask. */
#define MAX_OPEN 12

static bool is_alike(const struct dlab_doubt *a, const struct dlab_doubt *b)
{
	return a->point == b->point && a->before == b->before &&
	       !strcmp(a->why, b->why);
}

/* How many are like number @i; 0 where an earlier one is, too. */
static size_t alike(const struct dlab_history *h, size_t i)
{
	size_t j, n = 0;

	/* in the order of points */
	for (j = i; j-- && h->doubts[j].point == h->doubts[i].point;)
		if (is_alike(&h->doubts[j], &h->doubts[i]))
			return 0;
	for (j = i;
	     j < h->nr_doubts && h->doubts[j].point == h->doubts[i].point; j++)
		n += is_alike(&h->doubts[j], &h->doubts[i]);
	return n;
}

static void doubt_row(struct doc *d, struct doc_table *t,
		      const struct dlab_history *h, const struct dlab_doubt *o,
		      size_t n)
{
	char text[PART_TEXT];

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", part_commit(h, o->point, text));
	doc_cell(d, t, 0, "%zu", n);
	doc_cell(d, t, 0, "%s", o->why);
	doc_cell(d, t, 0, "`%s` of `%s`, %s against #%zu",
		 h->tracks[o->track].metric->name, h->tracks[o->track].id,
		 part_diff(o->from, o->to, text), o->before);
}

void part_doubts(struct doc *d, const struct part_view *v)
{
	const struct dlab_history *h = v->h;
	struct doc_table *t;
	size_t i, n, rows = 0;

	for (i = 0; i < h->nr_doubts; i++)
		rows += alike(h, i) > 0;
	if (!rows)
		return;
	doc_heading(d, 2, "doubts", "What could not be judged");
	doc_para(d, "%zu difference%s that may or may not be the commit's.",
		 h->nr_doubts, dlab_s(h->nr_doubts));
	doc_fold(d, rows <= MAX_OPEN, "By commit and reason");
	t = doc_table(d, "Differences that could not be judged");
	doc_col(d, t, DOC_COL_KEY, -1, "commit");
	doc_col(d, t, DOC_COL_NUM, -1, "figures");
	doc_col(d, t, DOC_COL_WRAP, -1, "why");
	doc_col(d, t, DOC_COL_WRAP, -1, "for example");
	for (i = 0; i < h->nr_doubts; i++) {
		n = alike(h, i);
		if (n)
			doubt_row(d, t, h, &h->doubts[i], n);
	}
	doc_unfold(d);
}

void part_doubts_mail(struct doc *d, const struct dlab_history *h, size_t rows)
{
	char commit[PART_TEXT], id[4 * 120 + 1];
	size_t i, n, nr = 0;

	for (i = 0; i < h->nr_doubts; i++) {
		const struct dlab_doubt *o = &h->doubts[i];

		n = alike(h, i);
		if (!n || nr++ >= rows)
			continue;
		doc_item(d,
			 "not judged at %s: %zu figure%s, `%s` of `%s`%s: %s",
			 part_commit(h, o->point, commit), n, dlab_s(n),
			 h->tracks[o->track].metric->name,
			 doc_short(h->tracks[o->track].id, 120, id),
			 n == 1 ? "" : " among them", o->why);
	}
	report_say_more(d, rows, nr);
}
