// SPDX-License-Identifier: GPL-2.0-only
/* What would I gain?  Each figure as a multiple of the baseline's. */
#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/spot.h"

/* Where the user names none: what drivers do today, or the block layer for them. */
static const char *const usual[] = { "sg", "blk-sg" };

#define NR_USUAL (sizeof(usual) / sizeof(usual[0]))

/* Lower ones stand further left. */
static double column_rank(const struct report_view *v, int series)
{
	static const char *const metrics[] = { "op_insns", "op_pmu", "op_ns" };
	const struct report_case *h =
		v->headline < 0 ? NULL : &v->cases[v->headline];
	const struct dlab_row *r = NULL;
	size_t i;

	if (series == report_baseline_series(v))
		return -1;
	if (report_is_null(v, series))
		return INFINITY;
	for (i = 0; h && !r && i < 3; i++)
		r = report_row(report_find_like(v, h, h->topology, series),
			       metrics[i]);
	/* what the headline has no figure for keeps its order behind the others */
	return r ? r->median : DBL_MAX;
}

int report_set_baseline(struct report_view *v, const char *path)
{
	size_t i, j;

	if (path && report_names_find(&v->series, path) < 0)
		return -ENOENT;
	v->baseline = path;
	free(v->columns);
	v->columns = calloc(v->series.nr + 1, sizeof(*v->columns));
	if (!v->columns)
		return -ENOMEM;
	for (i = 0; i < v->series.nr; i++) {
		for (j = i; j && column_rank(v, v->columns[j - 1]) >
					 column_rank(v, (int)i);
		     j--)
			v->columns[j] = v->columns[j - 1];
		v->columns[j] = (int)i;
	}
	return 0;
}

static const struct report_case *by_path(const struct report_view *v,
					 const struct report_case *c,
					 const char *path, const char *metric)
{
	int series = report_names_find(&v->series, path);
	const struct report_case *base =
		series < 0 ? NULL :
			     report_find(v, c->topology, c->workload, c->desc,
					 c->shape, series);

	return report_row(base, metric) ? base : NULL;
}

const struct report_case *report_baseline(const struct report_view *v,
					  const struct report_case *c,
					  const char *metric)
{
	const struct report_case *base = NULL;
	size_t i;

	if (c && v->baseline)
		return by_path(v, c, v->baseline, metric);
	for (i = 0; c && !base && i < NR_USUAL; i++)
		base = by_path(v, c, usual[i], metric);
	return base;
}

int report_baseline_series(const struct report_view *v)
{
	int series = -1;
	size_t i;

	if (v->baseline)
		return report_names_find(&v->series, v->baseline);
	for (i = 0; series < 0 && i < NR_USUAL; i++)
		series = report_names_find(&v->series, usual[i]);
	return series;
}

const char *report_ratio_words(const struct report_view *v, char *text,
			       size_t size)
{
	int series = report_baseline_series(v);
	bool two = !v->baseline && series >= 0 &&
		   !strcmp(v->series.v[series], usual[0]) &&
		   report_names_find(&v->series, usual[1]) >= 0;

	snprintf(text, size, "%s%s%s", series < 0 ? "" : "; ×: ratio to ",
		 series < 0 ? "" : v->series.v[series],
		 two ? ", or to blk-sg where there is none" : "");
	return text;
}

bool report_ratio(const struct report_view *v, const struct report_case *c,
		  const struct report_case *base, const char *metric,
		  char *text)
{
	const struct dlab_row *a = report_row(c, metric);
	const struct dlab_row *b = report_row(base, metric);
	double ratio;

	if (!a || !b || a->emulated || !(b->median > 0) ||
	    report_is_null(v, c->series))
		return false;
	ratio = a->median / b->median;
	snprintf(text, REPORT_NUMBER_LEN, "×%.*f",
		 c == base || ratio >= 100 ? 0 :
		 ratio >= 10		   ? 1 :
		 ratio >= 0.1		   ? 2 :
					     3,
		 ratio);
	return true;
}
