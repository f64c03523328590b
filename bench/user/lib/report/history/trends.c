// SPDX-License-Identifier: GPL-2.0-only
/*
 * All cases over all commits: small charts of those that changed, largest
 * effect first, and a table of those that did not.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/view.h"

/* Charts that are seen without asking. */
#define MAX_OPEN 12

static double first_of(const double *v, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!isnan(v[i]))
			return v[i];
	return NAN;
}

static double last_of(const double *v, size_t nr)
{
	while (nr--)
		if (!isnan(v[nr]))
			return v[nr];
	return NAN;
}

static void put_chart(struct doc *d, const struct part_view *v, size_t i,
		      const struct report_plotter *p)
{
	const struct part_trend *t = &v->trends[i];
	const struct dlab_metric *m = v->h->tracks[t->track].metric;
	const double *values = part_values(v->h, t->track, t->of_total);
	char from[REPORT_NUMBER_LEN], to[REPORT_NUMBER_LEN];
	char percent[PART_TEXT], alt[2 * PART_TEXT], *title;
	double first = first_of(values, v->h->nr_points);
	double last = last_of(values, v->h->nr_points);

	snprintf(alt, sizeof(alt), "%s%s %s → %s (%s) in %zu change%s", m->name,
		 t->of_total ? " (total)" : "", report_number(first, from),
		 report_number(last, to), part_percent(first, last, percent),
		 t->changes, dlab_s(t->changes));
	if (asprintf(&title, "%c%s%c%s%s", DOC_CODE_ON, t->id, DOC_CODE_OFF,
		     v->small.v[i].svg ? " " : "",
		     v->small.v[i].svg ? alt : "") < 0) {
		d->err = -ENOMEM;
		return;
	}
	doc_figure_small(d, title, v->small.v[i].svg ? "" : alt,
			 v->small.v[i].svg, p->missing);
	free(title);
}

static bool on_topology(const char *id, const char *topology, int len)
{
	int n;
	const char *t = part_topology(id, &n);

	return n == len && !strncmp(t, topology, (size_t)n);
}

/* The trends [@from, ...) of the topology of the first that is not @done. */
static void topology_fold(struct doc *d, const struct part_view *v, size_t from,
			  bool *done, const struct report_plotter *p)
{
	const char *topology;
	size_t i, n = 0;
	int len;

	topology = part_topology(v->trends[from].id, &len);
	for (i = from; i < v->nr_trends; i++)
		n += on_topology(v->trends[i].id, topology, len);
	doc_fold(d, false, "%zu more case%s%s%.*s, largest effect first", n,
		 dlab_s(n), len ? " on " : "", len, topology);
	for (i = from; i < v->nr_trends; i++) {
		if (!on_topology(v->trends[i].id, topology, len))
			continue;
		done[i] = true;
		put_chart(d, v, i, p);
	}
	doc_unfold(d);
}

static void changed(struct doc *d, const struct part_view *v,
		    const struct report_plotter *p)
{
	bool *done = calloc(v->nr_trends + 1, 1);
	size_t i, open = v->nr_trends < MAX_OPEN ? v->nr_trends : MAX_OPEN;

	if (!done) {
		d->err = -ENOMEM;
		return;
	}
	doc_para(d,
		 "%zu of %zu cases changed. Each chart has the figure of the "
		 "case that changed most, over all commits, on an axis that "
		 "does not begin at 0 but spans 2 %% of it at least.",
		 v->nr_trends, part_cases(v));
	for (i = 0; i < open; i++)
		put_chart(d, v, i, p);
	for (; i < v->nr_trends; i++)
		if (!done[i])
			topology_fold(d, v, i, done, p);
	free(done);
}

static void same_row(struct doc *d, struct doc_table *t,
		     const struct dlab_history *h, size_t track)
{
	const struct dlab_track *tr = &h->tracks[track];
	char low[REPORT_NUMBER_LEN], high[REPORT_NUMBER_LEN];
	double least = NAN, most = NAN;
	size_t i, n = 0;

	for (i = 0; i < h->nr_points; i++) {
		least = fmin(least, tr->median[i]);
		most = fmax(most, tr->median[i]);
		n += !isnan(tr->median[i]);
	}
	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", tr->id);
	doc_cell(d, t, 0, "%s", tr->metric->name);
	doc_cell(d, t, 0, "%s", report_number(least, low));
	doc_cell(d, t, 0, "%s", report_number(most, high));
	doc_cell(d, t, 0, "%zu", n);
}

static void unchanged(struct doc *d, const struct part_view *v)
{
	struct doc_table *t;
	size_t i;

	if (!v->nr_same)
		return;
	doc_fold(d, false, "%zu case%s that did not change", v->nr_same,
		 dlab_s(v->nr_same));
	t = doc_table(d,
		      "Least and largest figure over all commits; differences "
		      "below the minimum effect are none");
	doc_col(d, t, DOC_COL_KEY, -1, "case");
	doc_col(d, t, 0, -1, "metric");
	doc_col(d, t, DOC_COL_NUM, -1, "least");
	doc_col(d, t, DOC_COL_NUM, -1, "largest");
	doc_col(d, t, DOC_COL_NUM, -1, "commits");
	for (i = 0; i < v->nr_same; i++)
		same_row(d, t, v->h, v->same[i]);
	doc_unfold(d);
}

void part_trends(struct doc *d, const struct part_view *v,
		 const struct report_plotter *p)
{
	if (!part_cases(v))
		return;
	doc_heading(d, 2, "trends", "Trends");
	if (v->nr_trends)
		changed(d, v, p);
	else
		doc_para(d, "None of %zu cases changed.", v->nr_same);
	unchanged(d, v);
}
