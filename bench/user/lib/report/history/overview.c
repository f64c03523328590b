// SPDX-License-Identifier: GPL-2.0-only
/*
 * All cases of a topology together: the geometric mean of what an operation
 * costs, relative to the first commit that measured it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/figure.h"
#include "report/history/parts.h"
#include "report/names.h"
#include "report/style.h"
#include "report/view.h"

/* Whole operations, in instructions. */
static bool is_shown(const struct dlab_metric *m)
{
	return m->is_whole && m->exact;
}

/* Commits of which the first with any figure is what the others relate to. */
static size_t first_measured(const struct dlab_history *h)
{
	size_t i;

	for (i = 0; i < h->nr_points; i++)
		if (dlab_point_is_measured(h, i))
			return i;
	return PART_NONE;
}

static bool is_of(const struct dlab_track *t, const char *topology)
{
	int len;
	const char *at = part_topology(t->id, &len);

	return is_shown(t->metric) &&
	       (int)strlen(topology) == len &&
	       !strncmp(at, topology, (size_t)len);
}

static int find_topologies(const struct dlab_history *h,
			   struct report_names *names)
{
	size_t i;

	for (i = 0; i < h->nr_tracks; i++) {
		char topology[PART_TEXT];
		int len;
		const char *at = part_topology(h->tracks[i].id, &len);

		if (!is_shown(h->tracks[i].metric) || !len)
			continue;
		snprintf(topology, sizeof(topology), "%.*s", len, at);
		if (report_names_add(names, topology) < 0)
			return -ENOMEM;
	}
	return 0;
}

/* Percent above the first; over the cases that both measured. */
static double mean_at(const struct dlab_history *h, const size_t *tracks,
		      size_t nr, size_t first, size_t point, size_t *cases)
{
	double sum = 0;
	size_t i, n = 0;

	for (i = 0; i < nr; i++) {
		const struct dlab_track *t = &h->tracks[tracks[i]];

		if (!(t->median[first] > 0) || !(t->median[point] > 0))
			continue;
		sum += log(t->median[point] / t->median[first]);
		n++;
	}
	*cases = n;
	return n ? 100 * (exp(sum / (double)n) - 1) : NAN;
}

/* The line of a topology; its data to @data, what it says to @w. */
static void put_line(FILE *data, struct report_words *w,
		     const struct dlab_history *h, const char *topology,
		     const size_t *tracks, size_t nr, size_t first)
{
	char percent[REPORT_NUMBER_LEN];
	double last = NAN, mean = NAN;
	size_t i, n, cases = 0;

	report_fig_name(data, topology);
	report_fig_put(data, "\n");
	for (i = first; i < h->nr_points; i++) {
		double was = mean;

		mean = mean_at(h, tracks, nr, first, i, &n);
		if (isnan(mean)) {
			/* a gap: two empty lines would be the end */
			if (!isnan(was))
				report_fig_put(data, "\n");
			continue;
		}
		last = mean;
		cases = n;
		if (mean != was)
			report_fig_put(data, "%g\t%.7g\n", (double)i - 0.5,
				       mean);
		report_fig_put(data, "%g\t%.7g\n", (double)i + 0.5, mean);
	}
	report_fig_put(data, "NaN\tNaN\n\n\n");
	if (!isnan(last))
		fprintf(w->f, "%s: %s%s %% at the last commit (%zu case%s). ",
			topology, last > 0 ? "+" : "",
			report_number(last, percent), cases, dlab_s(cases));
}

static int put_topology(FILE *data, struct report_words *w,
			const struct dlab_history *h, const char *topology,
			size_t first)
{
	size_t *tracks = calloc(h->nr_tracks + 1, sizeof(*tracks));
	size_t i, n = 0;

	if (!tracks)
		return -ENOMEM;
	for (i = 0; i < h->nr_tracks; i++)
		if (is_of(&h->tracks[i], topology))
			tracks[n++] = i;
	put_line(data, w, h, topology, tracks, n, first);
	free(tracks);
	return 0;
}

/* The commits that made cases worse, then those that made them better, the ends. */
static void put_commits(FILE *data, const struct dlab_history *h)
{
	size_t *wanted = calloc(2 * h->nr_findings + 3, sizeof(*wanted));
	size_t i, n = 0;

	if (!data || !wanted) {
		free(wanted);
		return;
	}
	for (i = 0; i < h->nr_findings; i++)
		if (h->findings[i].nr_worse)
			wanted[n++] = h->findings[i].point;
	for (i = 0; i < h->nr_findings; i++)
		if (h->findings[i].nr_better)
			wanted[n++] = h->findings[i].point;
	wanted[n++] = h->nr_points - 1;
	wanted[n++] = 0;
	part_put_commits(h, wanted, n, 0.085, 0, data);
	free(wanted);
}

static void draw(struct doc *d, const struct part_view *v,
		 struct report_plotter *p, const struct report_names *names,
		 size_t first)
{
	char styles[64] = "", points[24];
	const char *args[] = { styles, points, NULL };
	struct report_words w;
	FILE *data;
	size_t i;

	if (!report_fig_open(&w, d))
		return;
	data = report_plot_begin(p);
	snprintf(points, sizeof(points), "%zu", v->h->nr_points);
	put_commits(data, v->h);
	for (i = 0; i < names->nr; i++) {
		size_t len = strlen(styles);

		snprintf(styles + len, sizeof(styles) - len, "%s%zu",
			 i ? " " : "", 1 + i % (REPORT_NR_SERIES_COLOURS - 1));
		if (put_topology(data, &w, v->h, names->v[i], first))
			d->err = -ENOMEM;
	}
	report_fig_finish(d, p, data, "overview.gp", args,
			  "Instructions of one operation, all cases of a "
			  "topology together: geometric mean, relative to the "
			  "first commit measured",
			  &w);
}

void part_overview(struct doc *d, const struct part_view *v,
		   struct report_plotter *p)
{
	struct report_names names = { 0 };
	size_t first = first_measured(v->h);

	if (first != PART_NONE && find_topologies(v->h, &names))
		d->err = -ENOMEM;
	/* a style has one digit and a blank */
	if (names.nr > 24)
		names.nr = 24;
	if (names.nr) {
		doc_heading(d, 2, "overview", "All together");
		draw(d, v, p, &names, first);
	}
	report_names_free(&names);
}
