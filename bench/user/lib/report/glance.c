// SPDX-License-Identifier: GPL-2.0-only
/*
 * The short of a run: how its cases ended, and one typical transfer on every
 * topology.  The report begins with it, `make bench` ends with it.
 */
#include <string.h>

#include "report.h"

static const struct report_family *headline_family(const struct report_view *v)
{
	const struct report_family *f = report_families;
	char name[REPORT_METRIC_LEN];

	while (!report_row(&v->cases[v->headline],
			   report_metric("op", f, name)))
		f++;
	return f;
}

/* Another workload may measure the same transfer on another topology. */
static void glance_ids(struct doc *d, const struct report_view *v)
{
	int topology, series;

	doc_fold(d, false, "Case ids");
	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		for (series = 0; series < (int)v->series.nr; series++) {
			const struct report_case *c = report_find_like(
				v, &v->cases[v->headline], topology, series);

			if (c)
				doc_item(d, "`%s`", c->id);
		}
	}
	doc_unfold(d);
}

/* Does anything in the table belong to the column? */
static bool glance_has(const struct report_view *v, int series)
{
	const struct report_case *h = &v->cases[v->headline];
	int topology;

	for (topology = 0; topology < (int)v->topologies.nr; topology++)
		if (report_find_like(v, h, topology, series))
			return true;
	return false;
}

/* The median of one metric, topologies below each other, paths as columns. */
static void glance_table(struct doc *d, const struct report_view *v,
			 const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	struct report_spot s = { h->topology, h->workload, h->desc };
	char name[REPORT_METRIC_LEN], label[256], transfer[128];
	struct doc_table *t;
	int topology, series;

	report_metric("op", f, name);
	t = doc_table(d, "%s, %s, on every topology: median of `%s`, %s, %s.",
		      report_spot_label(v, &s, label, sizeof(label)),
		      report_shape_label(v, &s, h->shape, transfer,
					 sizeof(transfer)),
		      name, f->what, f->means);
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	for (series = 0; series < (int)v->series.nr; series++)
		if (glance_has(v, series))
			doc_col(d, t, DOC_COL_NUM, report_colour_of(v, series),
				v->series.v[series]);
	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		if (!report_has_paths(v, topology))
			continue;
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", v->topologies.v[topology]);
		for (series = 0; series < (int)v->series.nr; series++)
			if (glance_has(v, series))
				report_cell(d, t,
					    report_find_like(v, h, topology,
							     series),
					    name);
	}
}

/* "between 23,239 (sg-pre) and 82,998 (page)" */
static void say_range(struct doc *d, const struct report_view *v,
		      const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	const struct report_case *low = NULL, *high = NULL, *null = NULL;
	struct report_spot s = { h->topology, h->workload, h->desc };
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN];
	char name[REPORT_METRIC_LEN], transfer[128];
	int series;

	report_metric("op", f, name);
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c =
			report_find_like(v, h, h->topology, series);
		const struct dlab_row *r = report_row(c, name);

		if (!r)
			continue;
		if (report_is_null(v, series)) {
			null = c;
			continue;
		}
		if (!low || r->median < report_row(low, name)->median)
			low = c;
		if (!high || r->median > report_row(high, name)->median)
			high = c;
	}
	if (low && high != low)
		doc_para(d,
			 "On %s, one transfer of %s, %s, costs from **%s** %s "
			 "by `%s` to **%s** by `%s`: `%s`, `%s`.",
			 v->topologies.v[h->topology],
			 report_shape_label(v, &s, h->shape, transfer,
					    sizeof(transfer)),
			 v->workloads.v[h->workload],
			 report_number(report_row(low, name)->median, a),
			 f->what, v->series.v[low->series],
			 report_number(report_row(high, name)->median, b),
			 v->series.v[high->series], low->id, high->id);
	if (null)
		doc_para(
			d,
			"The harness itself (path `null`: nothing is mapped, the "
			"descriptor is filled) costs **%s** %s of that: `%s`. "
			"It is published as a row of its own and never "
			"subtracted.",
			report_number(report_row(null, name)->median, a),
			f->what, null->id);
}

void report_glance(struct doc *d, const struct report_view *v,
		   struct report_plotter *p)
{
	const struct report_family *f;

	if (v->headline < 0)
		return;
	f = headline_family(v);
	doc_heading(d, 2, "glance", "At a glance");
	if (strcmp(f->suffix, "_ns") ||
	    !report_is_emulated(v, v->cases[v->headline].topology))
		say_range(d, v, f);
	glance_table(d, v, f);
	glance_ids(d, v);
	report_fig_topologies(d, v, p, f);
}

/* ---- the table at the end of `make bench` */

static void count_cases(const struct report_view *v, unsigned int *by_status,
			unsigned int *tainted)
{
	size_t i;

	memset(by_status, 0, DLAB_NR_STATUS * sizeof(*by_status));
	*tainted = 0;
	for (i = 0; i < v->nr_cases; i++) {
		by_status[v->cases[i].status]++;
		*tainted += v->cases[i].tainted;
	}
}

void report_outcomes(struct doc *d, const struct report_view *v)
{
	unsigned int n[DLAB_NR_STATUS], tainted, bad;

	count_cases(v, n, &tainted);
	bad = n[DLAB_FAIL] + n[DLAB_TIMEOUT] + n[DLAB_CRASH];
	doc_note(d,
		 bad || !v->run.ok	 ? DOC_BAD :
		 n[DLAB_SKIP] || tainted ? DOC_WARN :
					   DOC_GOOD,
		 "%zu case%s: %u ok, %u skipped, %u failed, %u timed out, %u "
		 "crashed; %u tainted",
		 v->nr_cases, v->nr_cases == 1 ? "" : "s", n[DLAB_OK],
		 n[DLAB_SKIP], n[DLAB_FAIL], n[DLAB_TIMEOUT], n[DLAB_CRASH],
		 tainted);
}

/* One topology, the descriptor of the headline, every workload and shape. */
static void brief_shapes(struct doc *d, const struct report_view *v,
			 const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	char name[REPORT_METRIC_LEN];
	struct doc_table *t;
	struct report_spot s;

	report_metric("op", f, name);
	t = doc_table(d, "%s: %s of one operation by each path, median (`%s`)",
		      v->topologies.v[h->topology], f->what, name);
	doc_col(d, t, DOC_COL_KEY, -1, "transfer");
	report_series_columns(d, t, v, h->topology, name);
	FOR_EACH_SPOT(v, s, h->topology) {
		if ((s.desc == h->desc || !*v->descs.v[s.desc]) &&
		    report_spot_has(v, &s, name))
			report_overview_rows(d, t, v, &s, name, name);
	}
}

void report_build_table(struct doc *d, const struct report_view *v)
{
	const struct report_family *f;

	report_outcomes(d, v);
	if (v->headline < 0)
		return;
	f = headline_family(v);
	brief_shapes(d, v, f);
	if (v->topologies.nr > 1)
		glance_table(d, v, f);
}
