// SPDX-License-Identifier: GPL-2.0-only
/* What would I gain?  Each figure as a multiple of the baseline's. */
#include <stdio.h>
#include <string.h>

#include "report/spot.h"

/* Where the user names none: what drivers do today, or the block layer for them. */
static const char *const usual[] = { "sg", "blk-sg" };

#define NR_USUAL (sizeof(usual) / sizeof(usual[0]))

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
