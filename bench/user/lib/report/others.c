// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cases without a mapping path: block I/O, the harness's clock, the lab's own
 * tests.  Topologies below each other, metrics side by side.
 */
#include <string.h>

#include "report.h"

static bool is_other(const struct report_case *c, int workload)
{
	return c->series < 0 && c->workload == workload;
}

static bool other_has(const struct report_view *v, int workload,
		      const char *metric)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if (is_other(&v->cases[i], workload) &&
		    (!metric || report_row(&v->cases[i], metric)))
			return true;
	return false;
}

/* Whether any case of the workload has any. */
static bool other_has_figures(const struct report_view *v, int workload)
{
	size_t i;

	for (i = 0; i < v->metrics->nr; i++)
		if (other_has(v, workload, v->metrics->v[i].name))
			return true;
	return false;
}

static bool other_is_emulated(const struct report_view *v, int workload)
{
	size_t i, j;

	for (i = 0; i < v->nr_cases; i++)
		for (j = 0; is_other(&v->cases[i], workload) &&
			    j < v->cases[i].nr_rows;
		     j++)
			if (v->cases[i].rows[j]->emulated)
				return true;
	return false;
}

static const char *direction_note(const struct dlab_metric *m)
{
	switch (m->direction) {
	case DLAB_LOWER:
		return ", less is better";
	case DLAB_HIGHER:
		return ", more is better";
	default:
		return "";
	}
}

static void other_row(struct doc *d, struct doc_table *t,
		      const struct report_view *v, const struct report_case *c)
{
	size_t i;

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", v->topologies.v[c->topology]);
	for (i = 0; i < v->metrics->nr; i++)
		if (other_has(v, c->workload, v->metrics->v[i].name))
			report_cell(d, t, c, v->metrics->v[i].name);
	if (!other_has_figures(v, c->workload))
		report_put_status(d, t, c->status);
}

/* A shape as a heading, topologies below it. */
static void other_shape(struct doc *d, struct doc_table *t,
			const struct report_view *v, int workload, int shape)
{
	bool headed = false;
	int topology;
	size_t i;

	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		for (i = 0; i < v->nr_cases; i++) {
			const struct report_case *c = &v->cases[i];

			if (!is_other(c, workload) || c->shape != shape ||
			    c->topology != topology)
				continue;
			if (!headed)
				doc_group(d, t, "%s", v->shapes.v[shape]);
			headed = true;
			other_row(d, t, v, c);
		}
	}
}

static void other_table(struct doc *d, const struct report_view *v,
			int workload)
{
	struct doc_table *t;
	size_t i;
	int shape;

	t = doc_table(
		d, "%s: %s%s", v->workloads.v[workload],
		other_has_figures(v, workload) ? "medians" :
						 "how its cases ended",
		other_is_emulated(v, workload) ?
			". Times and rates are emulated (TCG): not to be ranked" :
			"");
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	for (i = 0; i < v->metrics->nr; i++)
		if (other_has(v, workload, v->metrics->v[i].name))
			doc_col(d, t, DOC_COL_NUM, -1, v->metrics->v[i].name);
	if (!other_has_figures(v, workload))
		doc_col(d, t, DOC_COL_NUM, -1, "ended");
	for (shape = 0; shape < (int)v->shapes.nr; shape++)
		other_shape(d, t, v, workload, shape);
	for (i = 0; i < v->metrics->nr; i++)
		if (other_has(v, workload, v->metrics->v[i].name))
			doc_item(d, "`%s`: %s (%s, %s%s)",
				 v->metrics->v[i].name, v->metrics->v[i].about,
				 v->metrics->v[i].unit,
				 strcmp(v->metrics->v[i].instrument, "time") ?
					 "counted" :
					 "timed",
				 direction_note(&v->metrics->v[i]));
}

void report_others(struct doc *d, const struct report_view *v,
		   struct report_plotter *p)
{
	bool headed = false;
	size_t i;
	int w;

	for (w = 0; w < (int)v->workloads.nr; w++) {
		if (!other_has(v, w, NULL))
			continue;
		if (!headed)
			doc_heading(d, 2, "others",
				    "Cases without a mapping path");
		headed = true;
		doc_heading(d, 3, NULL, "%s", v->workloads.v[w]);
		report_fig_rates(d, v, p, w);
		other_table(d, v, w);
		doc_fold(d, false, "Case ids");
		for (i = 0; i < v->nr_cases; i++)
			if (is_other(&v->cases[i], w))
				doc_item(d, "`%s`", v->cases[i].id);
		doc_unfold(d);
	}
}
