// SPDX-License-Identifier: GPL-2.0-only
/* A history as a mail: base to tip, regressions, how to see the worst one again. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/rows.h"

/* "tip 0 worse, 30 better, 1 broke; ", or why there is no tip; "": nothing is known */
static void say_tip(const struct dlab_history *h, char *text, size_t size)
{
	enum dlab_point_outcome newest = h->points[h->nr_points - 1].outcome;
	size_t broke = 0, len;

	for (size_t i = 0; i < h->nr_net_changes; i++)
		broke += h->net_changes[i].kind == DLAB_BROKE;
	if (dlab_history_newest_broke(h)) {
		snprintf(text, size, "newest %s; ",
			 newest == DLAB_POINT_NO_BUILD ? "does not build" :
							 "crashes or hangs");
		return;
	}
	if (!h->nr_net && !broke)
		return;
	len = (size_t)snprintf(text, size, "tip %zu worse, %zu better",
			       dlab_count_net(h, DLAB_WORSE),
			       dlab_count_net(h, DLAB_BETTER));
	if (broke)
		snprintf(text + len, size - len, ", %zu broke; ", broke);
	else
		snprintf(text + len, size - len, "; ");
}

static void subject(struct doc *d, const struct dlab_history *h)
{
	enum dlab_result result = dlab_history_result(h);
	/* where figures say it, there is more room for what they are of */
	bool said = result == DLAB_RESULT_REGRESSION || result == DLAB_RESULT_OK;
	size_t commits = h->nr_points - 1;
	char tip[128] = "";

	say_tip(h, tip, sizeof(tip));
	doc_subject(d, "[dmalab] %s%s%s%zu of %zu commit%s worse; %s",
		    said ? "" : dlab_history_shout(h), said ? "" : ": ", tip,
		    dlab_count_findings(h, true), commits, dlab_s(commits),
		    *h->title ? h->title : "by commit");
}

static void table(struct doc *d, const struct part_view *v, bool worse,
		  size_t rows)
{
	size_t nr = dlab_count_findings(v->h, worse);

	if (!nr || !rows)
		return;
	part_findings_table(d, v, worse, rows,
			    worse ? "What regressed, by the case hit hardest" :
				    "What improved, by the case hit hardest");
	report_say_rows(d, rows, nr);
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
	report_say_more(d, rows, n);
}

static void notes(struct doc *d, const struct dlab_history *h, size_t rows)
{
	char note[4 * 140 + 1];
	size_t i;

	for (i = 0; i < h->notes.nr && i < rows; i++)
		doc_item(d, "%s", doc_short(h->notes.v[i], 140, note));
	report_say_more(d, rows, h->notes.nr);
}

/* The lists of the mail, by what they matter. */
enum { REGRESSED, ENDED, OUTCOMES, TOLD, IMPROVED, DOUBTS, UNRUN, NOTES };

void part_mail(struct doc *d, const void *view, const size_t *rows)
{
	const struct part_view *v = view;
	const struct dlab_history *h = v->h;

	subject(d, h);
	part_say_what(d, h);
	part_say_net(d, h);
	report_change_items(d, h->net_changes,
			    dlab_changes_bad(h->net_changes, h->nr_net_changes),
			    dlab_net_change_name, rows[ENDED]);
	part_say_verdict(d, h);
	outcomes(d, h, rows[OUTCOMES]);
	table(d, v, true, rows[REGRESSED]);
	part_told_table(d, v, true, rows[TOLD]);
	table(d, v, false, rows[IMPROVED]);
	part_doubts_mail(d, h, rows[DOUBTS]);
	part_unrun_mail(d, h, rows[UNRUN]);
	notes(d, h, rows[NOTES]);
	if (h->nr_findings && part_is_told(&h->findings[v->order[0]]))
		part_reproduce(d, h, &h->findings[v->order[0]]);
	doc_para(d, "Every change, with charts: report.html and report.md, which "
		    "`dlab history` writes into");
	doc_code(d, "%s", h->dir);
}
