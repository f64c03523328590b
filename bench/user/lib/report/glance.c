// SPDX-License-Identifier: GPL-2.0-only
/*
 * The short of a run: how its cases ended, and one typical transfer on every
 * topology.  The report begins with it, `make bench` ends with it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/figure.h"

const struct report_family *report_headline_family(const struct report_view *v)
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

/* The case there that others are multiples of, or NULL. */
const struct report_case *report_glance_base(const struct report_view *v,
					     int topology)
{
	int series = report_baseline_series(v);

	return series < 0 ? NULL :
			    report_find_like(v, &v->cases[v->headline],
					     topology, series);
}

/* "map/scattered, nvme-prp, 128K (32 segments)" */
const char *report_headline_label(const struct report_view *v, char *text,
				  size_t size)
{
	const struct report_case *h = &v->cases[v->headline];
	struct report_spot s = { h->topology, h->workload, h->desc };
	char label[256], transfer[128];

	snprintf(text, size, "%s, %s",
		 report_spot_label(v, &s, label, sizeof(label)),
		 report_shape_label(v, &s, h->shape, transfer,
				    sizeof(transfer)));
	return text;
}

void report_paths_table(struct doc *d, const struct report_view *v,
			const struct report_family *f, bool about, size_t rows)
{
	const struct report_case *h = &v->cases[v->headline];
	const struct report_case *base = report_glance_base(v, h->topology);
	char text[REPORT_NUMBER_LEN], title[64], metric[REPORT_METRIC_LEN];
	struct doc_table *t;
	size_t i, nr = 0;

	report_metric("op", f, metric);
	t = doc_table(d, "Each path on %s: median of `%s`, %s",
		      v->topologies.v[h->topology], metric, f->means);
	doc_col(d, t, DOC_COL_KEY, -1, "path");
	doc_col(d, t, DOC_COL_NUM, -1, f->what);
	snprintf(title, sizeof(title), "to %s",
		 base ? v->series.v[base->series] : "");
	doc_col(d, t, DOC_COL_NUM, -1, title);
	if (about)
		doc_col(d, t, DOC_COL_WRAP, -1, "about");
	for (i = 0; i < v->series.nr; i++) {
		int series = v->columns[i];
		const struct report_case *c =
			report_find_like(v, h, h->topology, series);

		if (!c || nr++ >= rows)
			continue;
		doc_row(d, t, report_colour_of(v, series));
		doc_cell(d, t, 0, "%s", v->series.v[series]);
		report_cell(d, t, c, metric);
		if (report_ratio(v, c, base, metric, text))
			doc_cell(d, t, 0, "%s", text);
		else
			doc_cell(d, t, base ? 0 : DOC_CELL_MISSING, "%s", "");
		if (about)
			doc_cell(d, t, 0, "%s",
				 report_path_about(v->series.v[series]));
	}
	report_say_rows(d, rows, nr);
}

/* What the paths are that have no row there. */
static void path_terms(struct doc *d, const struct report_view *v)
{
	const struct report_case *h = &v->cases[v->headline];
	int series;

	for (series = 0; series < (int)v->series.nr; series++) {
		const char *path = v->series.v[series];

		if (!report_find_like(v, h, h->topology, series) &&
		    *report_path_about(path))
			doc_term(d, path, "%s.", report_path_about(path));
	}
}

/* Topologies below each other, paths as columns. */
static void topologies_table(struct doc *d, const struct report_view *v,
			     const char *metric)
{
	const struct report_case *h = &v->cases[v->headline];
	int topology, to = report_baseline_series(v);
	char label[512];
	struct doc_table *t;
	size_t i;

	t = doc_table(d, "The same on every topology: %s; `%s`%s%s",
		      report_headline_label(v, label, sizeof(label)), metric,
		      to < 0 ? "" : "; ×: ratio to ",
		      to < 0 ? "" : v->series.v[to]);
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	for (i = 0; i < v->series.nr; i++)
		if (glance_has(v, v->columns[i]))
			doc_col(d, t, DOC_COL_NUM,
				report_colour_of(v, v->columns[i]),
				v->series.v[v->columns[i]]);
	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		const struct report_case *base =
			report_glance_base(v, topology);

		if (!report_has_paths(v, topology))
			continue;
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", v->topologies.v[topology]);
		for (i = 0; i < v->series.nr; i++)
			if (glance_has(v, v->columns[i]))
				report_cell_ratio(d, t, v,
						  report_find_like(v, h,
								   topology,
								   v->columns[i]),
						  base, metric);
	}
}

static void topology_terms(struct doc *d, const struct report_view *v)
{
	int topology;

	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		const char *about = report_topology_about(v, topology);

		if (*about)
			doc_term(d, v->topologies.v[topology], "%s.", about);
	}
}

static void say_figure(FILE *f, const struct report_view *v,
		       const struct report_case *c,
		       const struct report_case *base, const char *metric,
		       const char *what)
{
	char number[REPORT_NUMBER_LEN], ratio[REPORT_NUMBER_LEN];

	fprintf(f, "%c%s%c %s by %c%s%c", DOC_STRONG_ON,
		report_number(report_row(c, metric)->median, number),
		DOC_STRONG_OFF, what, DOC_CODE_ON, v->series.v[c->series],
		DOC_CODE_OFF);
	if (c != base && report_ratio(v, c, base, metric, ratio))
		fprintf(f, " (%s)", ratio);
}

const struct report_case *report_cheapest(const struct report_view *v,
					  int topology, const char *metric)
{
	const struct report_case *h = &v->cases[v->headline], *low = NULL;
	int series;

	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c =
			report_find_like(v, h, topology, series);
		const struct dlab_row *r = report_row(c, metric);

		if (r && !report_is_null(v, series) &&
		    (!low || r->median < report_row(low, metric)->median))
			low = c;
	}
	return low;
}

void report_say_gain(struct doc *d, const struct report_view *v,
		     const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	const struct report_case *base = report_glance_base(v, h->topology);
	const char *about = report_topology_about(v, h->topology);
	const struct report_case *low, *high = NULL;
	char label[512], metric[REPORT_METRIC_LEN];
	struct report_words w;
	int series;

	if (!strcmp(f->suffix, "_ns") && report_is_emulated(v, h->topology))
		return;
	report_metric("op", f, metric);
	low = report_cheapest(v, h->topology, metric);
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c =
			report_find_like(v, h, h->topology, series);
		const struct dlab_row *r = report_row(c, metric);

		if (!r || report_is_null(v, series))
			continue;
		if (!high || r->median > report_row(high, metric)->median)
			high = c;
	}
	if (!low || low == high || !report_fig_open(&w, d))
		return;
	if (!report_row(base, metric))
		base = NULL;
	if (base) {
		say_figure(w.f, v, base, base, metric, f->what);
		fputs("; ", w.f);
	}
	if (low != base) {
		say_figure(w.f, v, low, base, metric, f->what);
		fputs(high != base ? ", the least; " : ", the least", w.f);
	}
	if (high != base) {
		say_figure(w.f, v, high, base, metric, f->what);
		fputs(", the most", w.f);
	}
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_para(d, "One transfer (%s) on `%s`%s%s%s costs %s.",
			 report_headline_label(v, label, sizeof(label)),
			 v->topologies.v[h->topology], *about ? " (" : "",
			 about, *about ? ")" : "", w.text);
	free(w.text);
}

void report_glance(struct doc *d, const struct report_view *v,
		   struct report_plotter *p)
{
	char metric[REPORT_METRIC_LEN];
	const struct report_family *f;

	if (v->headline < 0)
		return;
	f = report_headline_family(v);
	report_metric("op", f, metric);
	doc_heading(d, 2, "glance", "What would I gain?");
	report_say_gain(d, v, f);
	report_paths_table(d, v, f, true, v->series.nr);
	path_terms(d, v);
	if (!report_explain(d, v))
		doc_para(d, "This run does not say in which functions its "
			    "instructions are spent (`dlab explain`): only "
			    "counting boots do, of cases with at most 33 "
			    "segments.");
	topologies_table(d, v, metric);
	topology_terms(d, v);
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
		 v->nr_cases, dlab_s(v->nr_cases), n[DLAB_OK], n[DLAB_SKIP],
		 n[DLAB_FAIL], n[DLAB_TIMEOUT], n[DLAB_CRASH], tainted);
}

/* The descriptor of the headline, and workloads that have none. */
static bool is_brief(const struct report_view *v, const struct report_spot *s,
		     const char *metric)
{
	return (s->desc == v->cases[v->headline].desc ||
		!*v->descs.v[s->desc]) &&
	       report_spot_has(v, s, metric);
}

void report_build_table(struct doc *d, const struct report_view *v)
{
	char metric[REPORT_METRIC_LEN], words[128];
	const struct report_family *f;
	const struct report_case *h;
	struct doc_table *t;

	report_outcomes(d, v);
	if (v->headline < 0)
		return;
	h = &v->cases[v->headline];
	f = report_headline_family(v);
	report_metric("op", f, metric);
	t = doc_table(d,
		      "%s: %s of one operation by each path, median (`%s`)%s",
		      v->topologies.v[h->topology], f->what, metric,
		      report_ratio_words(v, words, sizeof(words)));
	report_overview_rows(d, t, v, h->topology, metric, is_brief);
	if (v->topologies.nr > 1)
		topologies_table(d, v, metric);
}
