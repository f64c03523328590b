// SPDX-License-Identifier: GPL-2.0-only
/* From base to tip: what all commits together did, case by case. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"
#include "report/view.h"

/* Worse ones, and better ones, that are seen without asking. */
#define MAX_OPEN 8

/* Cases that the tip has and the base had not: a path that a commit brought. */
static size_t count_new(const struct dlab_history *h)
{
	size_t i, n = 0;

	for (i = 0; i < h->nr_endings; i++)
		n += h->endings[i].status[h->net_base] != DLAB_OK &&
		     h->endings[i].status[h->net_tip] == DLAB_OK;
	return n;
}

void part_say_net(struct doc *d, const struct dlab_history *h)
{
	size_t open = dlab_count_net(h, DLAB_INCONCLUSIVE);
	size_t fresh = count_new(h);
	char unknown[PART_TEXT] = "", more[PART_TEXT] = "";

	if (!h->nr_net)
		return;
	if (open)
		snprintf(unknown, sizeof(unknown), ", %zu could not be judged",
			 open);
	if (fresh)
		snprintf(more, sizeof(more),
			 " %zu case%s the tip alone.", fresh,
			 fresh == 1 ? " is of" : "s are of");
	doc_para(d,
		 "**Base to tip**: of %zu cases %zu became worse, %zu better, "
		 "%zu cost the same%s.%s",
		 h->nr_net, dlab_count_net(h, DLAB_WORSE),
		 dlab_count_net(h, DLAB_BETTER), dlab_count_net(h, DLAB_SAME),
		 unknown, more);
}

static struct doc_table *table(struct doc *d)
{
	struct doc_table *t = doc_table(
		d, "Worse ones first, largest effect first; instructions of "
		   "one operation where no other metric is named");

	doc_col(d, t, DOC_COL_KEY, -1, "case");
	doc_col(d, t, DOC_COL_NUM, -1, "relative");
	doc_col(d, t, DOC_COL_NUM, -1, "diff");
	doc_col(d, t, DOC_COL_NUM, -1, "base");
	doc_col(d, t, DOC_COL_NUM, -1, "tip");
	return t;
}

static void row(struct doc *d, struct doc_table *t,
		const struct dlab_history *h, const struct dlab_net *n)
{
	const struct dlab_track *k = &h->tracks[n->track];
	bool named = !k->metric->is_whole || !k->metric->exact;
	char text[PART_TEXT], number[REPORT_NUMBER_LEN];

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s%s%s%s", k->id, named ? ": " : "",
		 named ? k->metric->name : "",
		 n->of_total ? " (total)" : "");
	doc_cell(d, t, 0, "%s%s", part_percent(n->from, n->to, text),
		 n->verdict == DLAB_INCONCLUSIVE ? ", not judged" : "");
	doc_cell(d, t, 0, "%s", part_diff(n->from, n->to, text));
	doc_cell(d, t, 0, "%s", report_number(n->from, number));
	doc_cell(d, t, 0, "%s", report_number(n->to, number));
}

/* Those that @verdict is said of, the first of them. Return: how many. */
static size_t rows_of(struct doc *d, struct doc_table *t,
		      const struct dlab_history *h, enum dlab_verdict verdict)
{
	size_t i, n = 0;

	for (i = 0; i < h->nr_net && n < MAX_OPEN; i++) {
		if (h->net[i].verdict != verdict)
			continue;
		row(d, t, h, &h->net[i]);
		n++;
	}
	return n;
}

void part_net(struct doc *d, const struct dlab_history *h)
{
	struct doc_table *t;
	size_t i, shown = 0;

	if (!h->nr_net)
		return;
	doc_heading(d, 2, "net", "From base to tip");
	part_say_net(d, h);
	if (dlab_count_net(h, DLAB_WORSE) || dlab_count_net(h, DLAB_BETTER)) {
		t = table(d);
		shown = rows_of(d, t, h, DLAB_WORSE);
		shown += rows_of(d, t, h, DLAB_BETTER);
	}
	if (shown == h->nr_net)
		return;
	doc_fold(d, false, "Every case, base and tip (%zu)", h->nr_net);
	t = table(d);
	for (i = 0; i < h->nr_net; i++)
		row(d, t, h, &h->net[i]);
	doc_unfold(d);
}
