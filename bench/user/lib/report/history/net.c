// SPDX-License-Identifier: GPL-2.0-only
/* From base to tip: what all commits together did, case by case. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"
#include "report/rows.h"
#include "report/view.h"

/* Worse ones, and better ones, that are seen without asking. */
#define MAX_OPEN 8

static enum doc_tone tone_of(const struct dlab_history *h)
{
	enum doc_tone tone = dlab_count_net(h, DLAB_INCONCLUSIVE) ? DOC_WARN :
								    DOC_GOOD;
	size_t i;

	if (dlab_count_net(h, DLAB_WORSE))
		return DOC_BAD;
	for (i = 0; i < h->nr_net_changes; i++) {
		if (h->net_changes[i].kind == DLAB_BROKE)
			return DOC_BAD;
		if (dlab_change_is_bad(h->net_changes[i].kind))
			tone = DOC_WARN;
	}
	return tone;
}

void part_say_net(struct doc *d, const struct dlab_history *h)
{
	char words[2 * PART_TEXT];

	if (*dlab_net_words(h, words, sizeof(words)))
		doc_note(d, tone_of(h), "Base to tip: %s.", words);
}

static struct doc_table *table(struct doc *d)
{
	struct doc_table *t =
		doc_table(d, "Worse ones first, largest effect first");

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
	char text[PART_TEXT], number[REPORT_NUMBER_LEN];

	report_case_row(d, t, k->id);
	doc_cell(d, t, 0, "%s%s", part_percent(n->from, n->to, text),
		 n->verdict == DLAB_INCONCLUSIVE ? ", not judged" : "");
	doc_cell(d, t, 0, "%s", part_diff(n->from, n->to, text));
	doc_cell(d, t, 0, "%s", report_number(n->from, number));
	doc_cell(d, t, 0, "%s", report_number(n->to, number));
	report_row_under(d, t, k->id, k->metric, n->of_total);
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
	size_t bad = dlab_changes_bad(h->net_changes, h->nr_net_changes);
	size_t i, shown = 0;

	if (!h->nr_net && !h->nr_net_changes)
		return;
	doc_heading(d, 2, "net", "From base to tip");
	if (bad)
		report_changes_table(d, h->net_changes, bad,
				     dlab_net_change_name);
	if (dlab_count_net(h, DLAB_WORSE) || dlab_count_net(h, DLAB_BETTER)) {
		t = table(d);
		shown = rows_of(d, t, h, DLAB_WORSE);
		shown += rows_of(d, t, h, DLAB_BETTER);
	}
	if (shown < h->nr_net) {
		doc_fold(d, false, "Every case, base and tip (%zu)", h->nr_net);
		t = table(d);
		for (i = 0; i < h->nr_net; i++)
			row(d, t, h, &h->net[i]);
		doc_unfold(d);
	}
	report_changes_fold(d, h->net_changes + bad, h->nr_net_changes - bad,
			    dlab_net_change_name);
}
