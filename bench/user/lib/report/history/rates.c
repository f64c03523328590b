// SPDX-License-Identifier: GPL-2.0-only
/* How often the lab is wrong, as `dlab calibrate` measured it. */
#include <math.h>
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/view.h"

static void rate_columns(struct doc *d, struct doc_table *t, const char *sides)
{
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	doc_col(d, t, DOC_COL_NUM, -1, sides);
	doc_col(d, t, DOC_COL_NUM, -1, "judged");
	doc_col(d, t, DOC_COL_NUM, -1, "identical");
	doc_col(d, t, DOC_COL_NUM, -1, "wrong");
	doc_col(d, t, DOC_COL_NUM, -1, "rate below");
	doc_col(d, t, DOC_COL_NUM, -1, "largest");
}

static void rate_row(struct doc *d, struct doc_table *t,
		     const struct dlab_calibration_rate *r)
{
	char judged[REPORT_NUMBER_LEN], identical[REPORT_NUMBER_LEN];
	char number[REPORT_NUMBER_LEN];

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", r->topology);
	doc_cell(d, t, 0, "%zu", r->sides);
	doc_cell(d, t, 0, "%s", report_number((double)r->pairs, judged));
	doc_cell(d, t, 0, "%s", report_number((double)r->identical, identical));
	doc_cell(d, t, 0, "%zu", r->wrong);
	doc_cell(d, t, 0, "%.3g %%",
		 100 * dlab_calibration_upper(r->wrong, r->pairs));
	if (isnan(r->largest_abs))
		doc_cell(d, t, 0, "none");
	else
		doc_cell(d, t, 0, "%s", report_number(r->largest_abs, number));
}

static void rates_table(struct doc *d, const struct dlab_calibration_rates *r,
			const char *sides, const char *caption)
{
	struct doc_table *t;
	size_t i;

	t = doc_table(d, "%s", caption);
	rate_columns(d, t, sides);
	for (i = 0; i < r->nr; i++)
		rate_row(d, t, &r->v[i]);
}

static void at_table(struct doc *d, const struct dlab_calibration_rates *r)
{
	struct doc_table *t;
	size_t i, j;

	t = doc_table(d, "Neutral rebuilds: figures that moved by so many "
			 "instructions or more");
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	for (j = 0; j < DLAB_CALIBRATION_NR_AT; j++) {
		char title[32];

		snprintf(title, sizeof(title), "%g", dlab_calibration_at[j]);
		doc_col(d, t, DOC_COL_NUM, -1, title);
	}
	for (i = 0; i < r->nr; i++) {
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", r->v[i].topology);
		for (j = 0; j < DLAB_CALIBRATION_NR_AT; j++)
			doc_cell(d, t, 0, "%zu", r->v[i].at[j]);
	}
}

static void plants_table(struct doc *d, const struct dlab_calibration *c)
{
	struct doc_table *t;
	size_t i;

	t = doc_table(d, "Planted regressions: cases that were called worse");
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	doc_col(d, t, DOC_COL_NUM, -1, "instructions");
	doc_col(d, t, DOC_COL_NUM, -1, "found");
	doc_col(d, t, DOC_COL_NUM, -1, "of cases");
	for (i = 0; i < c->nr_plants; i++) {
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", c->plants[i].topology);
		doc_cell(d, t, 0, "%u", c->plants[i].insns);
		doc_cell(d, t, 0, "%zu", c->plants[i].found);
		doc_cell(d, t, 0, "%zu", c->plants[i].cases);
	}
}

static void say_smallest(struct doc *d, const struct dlab_calibration *c)
{
	size_t i;

	for (i = 0; i < c->nr_plants; i++) {
		unsigned int n;

		if (i &&
		    !strcmp(c->plants[i].topology, c->plants[i - 1].topology))
			continue;
		n = dlab_calibration_smallest(c, c->plants[i].topology);
		if (n)
			doc_item(
				d,
				"**%s**: the smallest regression found wherever "
				"it is executed is one of **%u instruction%s**.",
				c->plants[i].topology, n, dlab_s(n));
		else
			doc_item(d, "**%s**: no planted regression was found.",
				 c->plants[i].topology);
	}
}

static const char *or_unknown(const char *s)
{
	return *s ? s : "not recorded";
}

void part_rates(struct doc *d, const struct dlab_calibration *c)
{
	doc_heading(d, 2, "rates", "How often the lab is wrong");
	if (!c) {
		doc_para(d, "Not measured here: `dlab calibrate` does it and "
			    "leaves results/calibration.json.");
		return;
	}
	doc_para(
		d,
		"Measured %s on Linux %s, %s, %s. \"Wrong\" is what was called "
		"better or worse though nothing had changed; with 95 %% "
		"confidence its rate is below the one given; \"largest\" is "
		"the largest difference in instructions.",
		or_unknown(c->created), or_unknown(c->kernel),
		or_unknown(c->compiler), or_unknown(c->qemu));
	if (c->rebuilds.nr) {
		rates_table(
			d, &c->rebuilds, "rebuilds",
			"Neutral rebuilds, the published rate: commits that "
			"change nothing, each against its base");
		at_table(d, &c->rebuilds);
	} else {
		doc_para(d, "**Neutral rebuilds**: not measured.");
	}
	if (c->same.nr)
		rates_table(d, &c->same, "boots",
			    "Boots of the same binaries, each against the one "
			    "before");
	else
		doc_para(d, "**Boots of the same binaries**: not measured.");
	if (c->nr_plants) {
		say_smallest(d, c);
		doc_fold(d, false, "Planted regressions by size");
		plants_table(d, c);
		doc_unfold(d);
	} else {
		doc_para(d, "**Planted regressions**: not measured.");
	}
	if (c->time.nr)
		rates_table(d, &c->time, "rebuilds",
			    "Times, on neutral rebuilds: change points");
	else
		doc_para(d, "**Times**: not measured; they are judged on lab "
			    "hardware or under KVM only.");
}
