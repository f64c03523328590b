// SPDX-License-Identifier: GPL-2.0-only
/* A history as a mail: regressions first, how to see the worst one again. */
#include <string.h>

#include "report/history/parts.h"

static void subject(struct doc *d, const struct dlab_history *h)
{
	char title[4 * 60 + 1];

	doc_subject(d,
		    "[dmalab] %s: %zu worse, %zu better of %zu commits",
		    doc_short(*h->title ? h->title : "by commit", 60, title),
		    dlab_count_findings(h, true), dlab_count_findings(h, false),
		    h->nr_points ? h->nr_points - 1 : 0);
}

static void table(struct doc *d, const struct part_view *v, bool worse,
		  size_t rows)
{
	size_t nr = dlab_count_findings(v->h, worse);

	if (!nr || !rows)
		return;
	doc_heading(d, 3, NULL, worse ? "What regressed" : "What improved");
	part_findings_table(d, v, worse, rows);
	if (nr > rows)
		doc_para(d, "The first %zu of %zu commits.", rows, nr);
}

/* Commits that were not measured whole, each in two lines at most. */
static void outcomes(struct doc *d, const struct dlab_history *h, size_t rows)
{
	char reason[4 * 100 + 1], commit[PART_TEXT];
	size_t i, n = 0;

	for (i = 0; i < h->nr_points; i++) {
		const struct dlab_point *p = &h->points[i];

		if (p->outcome == DLAB_POINT_OK ||
		    p->outcome == DLAB_POINT_UNMEASURED || n++ >= rows)
			continue;
		doc_item(d, "%s: %s, %s", part_commit(h, i, commit),
			 part_outcome(p->outcome),
			 doc_short(p->reason, 100, reason));
	}
	if (n > rows)
		doc_item(d, "and %zu more", n - rows);
}

void part_mail(struct doc *d, const void *view, size_t rows)
{
	const struct part_view *v = view;
	const struct dlab_history *h = v->h;

	subject(d, h);
	part_say_what(d, h);
	part_say_verdict(d, h);
	part_say_net(d, h);
	outcomes(d, h, rows < 4 ? rows : 4);
	table(d, v, true, rows);
	/* what got worse needs the lines more */
	table(d, v, false, (rows + 1) / 2);
	part_unrun_mail(d, h, rows < 3 ? rows : 3);
	if (h->nr_doubts)
		doc_para(d, "%zu difference%s could not be judged.",
			 h->nr_doubts, h->nr_doubts == 1 ? "" : "s");
	if (h->nr_findings && part_is_told(&h->findings[v->order[0]]))
		part_reproduce(d, h, &h->findings[v->order[0]]);
	doc_para(d, "Every change, with charts: report.html and report.md, which "
		    "`dlab history` writes into");
	doc_code(d, "%s", h->dir);
}
