// SPDX-License-Identifier: GPL-2.0-only
/* What a whole operation costs on a topology: transfers by paths. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report.h"

/* Some case of the path there has the metric, or ended otherwise. */
static bool series_in(const struct report_view *v, const struct report_spot *s,
		      int series, const char *metric)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		if (c->series == series && report_in_spot(c, s) &&
		    (c->status != DLAB_OK || report_row(c, metric)))
			return true;
	}
	return false;
}

/* Both were tried by the same paths. */
static bool same_series(const struct report_view *v,
			const struct report_spot *a,
			const struct report_spot *b, const char *metric)
{
	int i;

	for (i = 0; i < (int)v->series.nr; i++)
		if (series_in(v, a, i, metric) != series_in(v, b, i, metric))
			return false;
	return true;
}

static void put_columns(struct doc *d, struct doc_table *t,
			const struct report_view *v,
			const struct report_spot *s, const char *metric)
{
	size_t i;

	doc_col(d, t, DOC_COL_KEY, -1, "transfer");
	for (i = 0; i < v->series.nr; i++) {
		int series = v->columns[i];

		if (series_in(v, s, series, metric))
			doc_col(d, t, DOC_COL_NUM, report_colour_of(v, series),
				v->series.v[series]);
	}
}

static void put_row(struct doc *d, struct doc_table *t,
		    const struct report_view *v, const struct report_spot *s,
		    int shape, const char *metric)
{
	char label[256];
	size_t i;

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s",
		 report_shape_label(v, s, shape, label, sizeof(label)));
	for (i = 0; i < v->series.nr; i++) {
		int series = v->columns[i];
		const struct report_case *c;

		if (!series_in(v, s, series, metric))
			continue;
		c = report_find(v, s->topology, s->workload, s->desc, shape,
				series);
		report_cell_ratio(d, t, v, c, report_baseline(v, c, metric),
				  metric);
	}
}

static void put_spot(struct doc *d, struct doc_table *t,
		     const struct report_view *v, const struct report_spot *s,
		     const char *metric)
{
	char label[256];
	int shape;

	doc_group(d, t, "%s", report_spot_label(v, s, label, sizeof(label)));
	for (shape = 0; shape < (int)v->shapes.nr; shape++)
		if (report_shape_in(v, s, shape))
			put_row(d, t, v, s, shape, metric);
}

/* Some spot before it is wanted too, and was tried by the same paths. */
static bool has_table(const struct report_view *v, const struct report_spot *s,
		      const char *metric, report_spot_fn wanted)
{
	struct report_spot o;

	FOR_EACH_SPOT(v, o, s->topology) {
		if (o.workload == s->workload && o.desc == s->desc)
			break;
		if (wanted(v, &o, metric) && same_series(v, &o, s, metric))
			return true;
	}
	return false;
}

void report_overview_rows(struct doc *d, struct doc_table *t,
			  const struct report_view *v, int topology,
			  const char *metric, report_spot_fn wanted)
{
	struct report_spot first, s;

	FOR_EACH_SPOT(v, first, topology) {
		if (!wanted(v, &first, metric) ||
		    has_table(v, &first, metric, wanted))
			continue;
		if (!t)
			t = doc_table(d, "The same, of other paths");
		put_columns(d, t, v, &first, metric);
		FOR_EACH_SPOT(v, s, topology) {
			if (wanted(v, &s, metric) &&
			    same_series(v, &first, &s, metric))
				put_spot(d, t, v, &s, metric);
		}
		t = NULL;
	}
}

bool report_spot_is_empty(const struct report_view *v,
			  const struct report_spot *s)
{
	const struct report_family *f;
	char name[REPORT_METRIC_LEN];

	for (f = report_families; f->suffix; f++)
		if (report_spot_has(v, s, report_metric("op", f, name)))
			return false;
	return !report_spot_has(v, s, report_verified);
}

static bool has_or_is_empty(const struct report_view *v,
			    const struct report_spot *s, const char *metric)
{
	return report_spot_has(v, s, metric) || report_spot_is_empty(v, s);
}

static bool has_null(const struct report_view *v, int topology)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if (v->cases[i].topology == topology &&
		    report_is_null(v, v->cases[i].series))
			return true;
	return false;
}

void report_overview(struct doc *d, const struct report_view *v, int topology,
		     const struct report_family *f, bool first)
{
	bool emulated = !strcmp(f->suffix, "_ns") &&
			report_is_emulated(v, topology);
	char name[REPORT_METRIC_LEN], words[128];
	struct doc_table *t;

	report_metric("op", f, name);
	t = doc_table(
		d,
		"A whole operation by each path: median of `%s`, %s%s, %s. "
		"%s%s%s.",
		name, emulated ? "emulated " : "", f->what, f->means,
		emulated ? "Not to be ranked" : "Less is better",
		has_null(v, topology) ? "; null is the harness itself, not "
					"subtracted from the others" :
					"",
		emulated ? "" : report_ratio_words(v, words, sizeof(words)));
	report_overview_rows(d, t, v, topology, name,
			     first ? has_or_is_empty : report_spot_has);
}

/* The cells would repeat the sizes; what was not right is a problem above. */
void report_verified_para(struct doc *d, const struct report_view *v,
			  int topology)
{
	char number[REPORT_NUMBER_LEN];
	double bytes = 0;
	size_t i, nr = 0;

	for (i = 0; i < v->nr_cases; i++) {
		const struct dlab_row *r =
			report_row(&v->cases[i], report_verified);

		if (v->cases[i].topology != topology || !r)
			continue;
		bytes += r->median;
		nr++;
	}
	if (nr)
		doc_para(
			d,
			"**Verified**: in %zu case%s a device moved data through "
			"the very descriptor that the path built, %s bytes in "
			"all, and every byte was right (`%s`).",
			nr, dlab_s(nr), report_number(bytes, number),
			report_verified);
}
