// SPDX-License-Identifier: GPL-2.0-only
/* The table of all commits: how each was measured, and how long it took. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "numbers.h"
#include "report/history/parts.h"

/* More rows than that are for those who ask. */
#define MAX_OPEN 60

static void put_seconds(double s, char *text, size_t size)
{
	if (isnan(s))
		snprintf(text, size, "-");
	else
		snprintf(text, size, "%.1f", s);
}

/* What it changed, or why that is not known. */
static void put_changes(struct doc *d, struct doc_table *t,
			const struct dlab_point *p,
			const struct dlab_finding *f,
			const struct dlab_touched *touched)
{
	static const struct {
		enum dlab_ran ran;
		const char *words;
	} unseen[] = {
		{ DLAB_RAN_NOT, "not run" },
		{ DLAB_RAN_UNSTEPPED, "not stepped" },
		{ DLAB_RAN_ONE_OF, "not told apart" },
	};
	size_t broke = f ? part_broken(f) : 0, len = 0, i, n = 0;
	char text[PART_TEXT] = "";

	if (p->outcome != DLAB_POINT_OK)
		len += (size_t)snprintf(text, sizeof(text), ", %s",
					part_outcome(p->outcome));
	if (broke)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					", %zu broke", broke);
	if (f && f->nr_worse)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					", %zu worse", f->nr_worse);
	if (f && f->nr_better)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					", %zu better", f->nr_better);
	if (f && f->nr_told)
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					", %zu moved", f->nr_told);
	if (touched && dlab_touched_unseen(touched))
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s; of %zu functions", len ? "" : ", ok",
					touched->nr);
	for (i = 0; touched && i < sizeof(unseen) / sizeof(unseen[0]); i++)
		if (touched->names[unseen[i].ran].nr)
			len += (size_t)snprintf(
				text + len, sizeof(text) - len, "%s %zu %s",
				n++ ? "," : "", touched->names[unseen[i].ran].nr,
				unseen[i].words);
	doc_cell(d, t,
		 p->outcome == DLAB_POINT_UNMEASURED  ? DOC_CELL_SKIPPED :
		 p->outcome != DLAB_POINT_OK || broke ? DOC_CELL_BAD :
							0,
		 "%s", *text ? text + 2 : "ok");
}

static void commit_row(struct doc *d, struct doc_table *t,
		       const struct dlab_history *h, size_t i)
{
	const struct dlab_finding *f = dlab_history_finding(h, i);
	const struct dlab_point *p = &h->points[i];
	char text[PART_TEXT], build[32], measure[32];

	doc_row(d, t, -1);
	/* where charts lead to, too */
	snprintf(text, sizeof(text), "c%zu", i);
	if (f && part_is_told(f))
		doc_row_link(d, t, text);
	else
		doc_row_anchor(d, t, text);
	doc_cell(d, t, 0, "%s", part_commit(h, i, text));
	put_changes(d, t, p, f, h->touched ? &h->touched[i] : NULL);
	put_seconds(p->build_s, build, sizeof(build));
	put_seconds(p->measure_s, measure, sizeof(measure));
	doc_cell(d, t, 0, "%s + %s", build, measure);
	doc_cell(d, t, 0, "%s", p->subject);
}

static double seconds_of(const struct dlab_point *p, bool build)
{
	return build ? p->build_s : p->measure_s;
}

/* "12 commits, median 31.2 s, 1.4 to 95.0 s, 402 s in all" */
static void say_times(struct doc *d, const struct dlab_history *h, bool build)
{
	double *v = calloc(h->nr_points + 1, sizeof(*v)), sum = 0;
	size_t i, n = 0;

	if (!v) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < h->nr_points; i++)
		if (!isnan(seconds_of(&h->points[i], build)))
			v[n++] = seconds_of(&h->points[i], build);
	if (n) {
		dlab_sort(v, n);
		for (i = 0; i < n; i++)
			sum += v[i];
		doc_item(d,
			 "**%s**: %zu commit%s, median %.1f s, %.1f to %.1f s, "
			 "%.1f min in all",
			 build ? "building" : "booting and measuring", n,
			 dlab_s(n), dlab_median_sorted(v, n), v[0],
			 v[n - 1], sum / 60);
	}
	free(v);
}

void part_commits(struct doc *d, const struct part_view *v)
{
	const struct dlab_history *h = v->h;
	struct doc_table *t;
	size_t i;

	doc_heading(d, 2, "commits", "All commits");
	say_times(d, h, true);
	say_times(d, h, false);
	doc_fold(d, h->nr_points <= MAX_OPEN, "The %zu commits, oldest first",
		 h->nr_points);
	t = doc_table(d,
		      "Number 0 is the base. Seconds to build, and to boot and "
		      "measure; \"-\" where that was done before");
	doc_col(d, t, DOC_COL_KEY, -1, "commit");
	doc_col(d, t, 0, -1, "outcome");
	doc_col(d, t, DOC_COL_NUM, -1, "seconds");
	doc_col(d, t, DOC_COL_WRAP, -1, "subject");
	for (i = 0; i < h->nr_points; i++)
		commit_row(d, t, h, i);
	doc_unfold(d);
}
