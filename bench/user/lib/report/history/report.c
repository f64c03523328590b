// SPDX-License-Identifier: GPL-2.0-only
/* The report of a history: which sections, in which order, into which files. */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "report/history/parts.h"
#include "report/history/report.h"

/* ---- text that comes from files */

static void clean_points(struct dlab_history *h)
{
	size_t i;

	for (i = 0; i < h->nr_points; i++) {
		doc_clean(h->points[i].commit);
		doc_clean(h->points[i].author);
		doc_clean(h->points[i].date);
		doc_clean(h->points[i].subject);
		doc_clean(h->points[i].reason);
	}
}

static void clean_fingerprints(struct dlab_history *h)
{
	size_t i, j;

	for (i = 0; i < h->nr_points; i++) {
		struct dlab_kvs *kvs = &h->runs[i].fingerprint;

		for (j = 0; dlab_point_is_measured(h, i) && j < kvs->nr; j++) {
			doc_clean(kvs->v[j].key);
			if (kvs->v[j].value)
				doc_clean(kvs->v[j].value);
		}
	}
}

static void clean(struct dlab_history *h)
{
	size_t i, j;

	doc_clean(h->title);
	doc_clean(h->base);
	doc_clean(h->range);
	doc_clean(h->suite);
	doc_clean(h->cases);
	doc_clean(h->topologies);
	clean_points(h);
	clean_fingerprints(h);
	for (i = 0; i < h->nr_tracks; i++)
		doc_clean(h->tracks[i].id);
	for (i = 0; i < h->nr_findings; i++) {
		for (j = 0; j < h->findings[i].nr_appeared; j++) {
			doc_clean(h->findings[i].appeared[j].id);
			doc_clean(h->findings[i].appeared[j].reason);
		}
	}
	for (i = 0; i < h->nr_doubts; i++)
		doc_clean(h->doubts[i].why);
	for (i = 0; i < h->notes.nr; i++)
		doc_clean(h->notes.v[i]);
	for (i = 0; i < h->taints.nr; i++)
		doc_clean(h->taints.v[i]);
}

/* ---- the view */

/* Relative effects have no end; so this is one: [0, 1), and -1 for none. */
static double bounded(const struct dlab_history *h, const struct dlab_hit *hit)
{
	return hit ? 1 - 1 / (1 + part_effect(&h->steps[hit->main])) : -1;
}

/* What findings are sorted by: broke, worse, better, the rest. */
static double rank_of(const struct dlab_history *h,
		      const struct dlab_finding *f)
{
	double worse = bounded(h, part_largest(h, f, true));

	if (part_broken(f))
		return 4;
	return worse >= 0 ? 2 + worse :
			    1 + bounded(h, part_largest(h, f, false));
}

static double rank_of_better(const struct dlab_history *h,
			     const struct dlab_finding *f)
{
	return bounded(h, part_largest(h, f, false));
}

static int order_findings(const struct dlab_history *h, size_t **out,
			  double (*rank_by)(const struct dlab_history *h,
					    const struct dlab_finding *f))
{
	double *rank = calloc(h->nr_findings + 1, sizeof(*rank));
	size_t *order = calloc(h->nr_findings + 1, sizeof(*order));
	size_t i, j;

	*out = order;
	if (!rank || !order) {
		free(rank);
		return -ENOMEM;
	}
	/* few, and equal ones stay as they are */
	for (i = 0; i < h->nr_findings; i++) {
		rank[i] = rank_by(h, &h->findings[i]);
		for (j = i; j && rank[order[j - 1]] < rank[i]; j--)
			order[j] = order[j - 1];
		order[j] = i;
	}
	free(rank);
	return 0;
}

static void choose_chart(const struct dlab_history *h,
			 const struct dlab_finding *f, bool worse,
			 struct part_chart *c)
{
	const struct dlab_hit *hit = part_largest(h, f, worse);

	*c = (struct part_chart){ .track = PART_NONE };
	if (!hit)
		return;
	c->track = h->steps[hit->main].track;
	c->of_total = h->steps[hit->main].of_total;
	c->before = f->before;
	c->point = f->point;
}

static int choose_changes(struct part_view *v)
{
	const struct dlab_history *h = v->h;
	size_t i;

	v->changes.nr = 2 * h->nr_findings;
	v->changes.v = calloc(v->changes.nr + 1, sizeof(*v->changes.v));
	if (!v->changes.v)
		return -ENOMEM;
	for (i = 0; i < h->nr_findings; i++) {
		choose_chart(h, &h->findings[i], true, &v->changes.v[2 * i]);
		choose_chart(h, &h->findings[i], false,
			     &v->changes.v[2 * i + 1]);
	}
	return 0;
}

/* ---- which cases changed */

static int by_id(const void *a, const void *b)
{
	const struct part_trend *x = a, *y = b;

	return strcmp(x->id, y->id);
}

static int by_effect(const void *a, const void *b)
{
	const struct part_trend *x = a, *y = b;

	if (x->effect != y->effect)
		return x->effect < y->effect ? 1 : -1;
	return strcmp(x->id, y->id);
}

/* Every case that is judged, by id, with the track that stands for it. */
static size_t list_cases(const struct dlab_history *h, struct part_trend *v)
{
	size_t i, nr = 0, n = 0;

	for (i = 0; i < h->nr_tracks; i++)
		if (part_is_judged(&h->tracks[i]))
			v[nr++] = (struct part_trend){ .id = h->tracks[i].id,
						       .track = i };
	if (nr)
		qsort(v, nr, sizeof(*v), by_id);
	for (i = 0; i < nr; i++) {
		bool first = !n || strcmp(v[n - 1].id, v[i].id);

		if (first)
			v[n++] = v[i];
		else if (h->tracks[v[i].track].metric->is_whole &&
			 !h->tracks[v[n - 1].track].metric->is_whole)
			v[n - 1].track = v[i].track;
	}
	return n;
}

static void add_hit(const struct dlab_history *h, const struct dlab_hit *hit,
		    struct part_trend *cases, size_t nr)
{
	const struct dlab_step *s = &h->steps[hit->main];
	struct part_trend key = { .id = hit->id };
	struct part_trend *t =
		nr ? bsearch(&key, cases, nr, sizeof(*cases), by_id) : NULL;

	if (!t)
		return;
	if (!t->changes++ || part_effect(s) > t->effect) {
		t->effect = part_effect(s);
		t->track = s->track;
		t->of_total = s->of_total;
	}
}

static int split_cases(struct part_view *v, struct part_trend *cases, size_t nr)
{
	size_t i;

	v->trends = cases;
	v->same = calloc(nr + 1, sizeof(*v->same));
	if (!v->same)
		return -ENOMEM;
	for (i = 0; i < nr; i++) {
		if (cases[i].changes)
			v->trends[v->nr_trends++] = cases[i];
		else
			v->same[v->nr_same++] = cases[i].track;
	}
	if (v->nr_trends)
		qsort(v->trends, v->nr_trends, sizeof(*v->trends), by_effect);
	return 0;
}

static int choose_trends(struct part_view *v)
{
	const struct dlab_history *h = v->h;
	struct part_trend *cases = calloc(h->nr_tracks + 1, sizeof(*cases));
	size_t i, j, nr;

	if (!cases)
		return -ENOMEM;
	nr = list_cases(h, cases);
	for (i = 0; i < h->nr_findings; i++)
		for (j = 0; j < h->findings[i].nr_hits; j++)
			add_hit(h, &h->findings[i].hits[j], cases, nr);
	if (split_cases(v, cases, nr))
		return -ENOMEM;
	v->small.nr = v->nr_trends;
	v->small.v = calloc(v->nr_trends + 1, sizeof(*v->small.v));
	if (!v->small.v)
		return -ENOMEM;
	for (i = 0; i < v->nr_trends; i++)
		v->small.v[i] =
			(struct part_chart){ .track = v->trends[i].track,
					     .of_total = v->trends[i].of_total,
					     .point = PART_NONE,
					     .small = true };
	return 0;
}

static void free_charts(struct part_charts *c)
{
	size_t i;

	for (i = 0; c->v && i < c->nr; i++)
		free(c->v[i].svg);
	free(c->v);
}

static void free_view(struct part_view *v)
{
	free_charts(&v->changes);
	free_charts(&v->small);
	free(v->trends);
	free(v->same);
	free(v->order);
	free(v->improved);
}

static int make_view(struct part_view *v)
{
	int ret = order_findings(v->h, &v->order, rank_of);

	if (!ret)
		ret = order_findings(v->h, &v->improved, rank_of_better);
	if (!ret)
		ret = choose_changes(v);
	return ret ? ret : choose_trends(v);
}

void dlab_history_report_build(struct doc *d, struct dlab_history *h,
			       const struct dlab_calibration *c,
			       struct report_plotter *p)
{
	struct part_view v = { .h = h, .calibration = c };
	const char **titles = calloc(h->nr_points + 1, sizeof(*titles));
	size_t i;

	clean(h);
	for (i = 0; titles && i < h->nr_points; i++)
		titles[i] = h->points[i].subject;
	if (make_view(&v)) {
		d->err = -ENOMEM;
		free(titles);
		free_view(&v);
		return;
	}
	p->titles = titles;
	p->nr_titles = h->nr_points;
	part_draw(&v, d, p);
	part_top(d, &v);
	part_unrun(d, &v);
	part_doubts(d, &v);
	part_ignore(d, &v);
	part_overview(d, &v, p);
	part_findings(d, &v, p);
	part_commits(d, &v);
	part_trends(d, &v, p);
	part_reading(d, &v);
	part_rates(d, c);
	part_fingerprint(d, &v);
	p->titles = NULL;
	free(titles);
	free_view(&v);
}

int dlab_history_mail(struct dlab_history *h, FILE *f)
{
	struct part_view v = { .h = h };
	int ret;

	clean(h);
	ret = make_view(&v);
	if (!ret)
		ret = doc_mail(part_mail, &v, f);
	free_view(&v);
	return ret;
}

/* ---- files */

static int write_file(struct dlab_history *h, struct doc *d, const char *dir,
		      const char *name, enum doc_format format,
		      struct dlab_err *err)
{
	struct dlab_file file;
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	ret = dlab_file_create(&file, path, err);
	if (ret)
		return ret;
	ret = format == DOC_MAIL ? dlab_history_mail(h, file.f) :
				   doc_render(d, format, file.f);
	if (ret) {
		dlab_file_abandon(&file);
		return dlab_fail(err, -ret, "write %s: %s", path,
				 strerror(-ret));
	}
	return dlab_file_commit(&file, err);
}

static int write_files(struct dlab_history *h, struct doc *d, const char *dir,
		       struct dlab_err *err)
{
	int ret = write_file(h, d, dir, "report.html", DOC_HTML, err);

	if (!ret)
		ret = write_file(h, d, dir, "report.md", DOC_MD, err);
	if (!ret)
		ret = write_file(h, d, dir, "report.txt", DOC_MAIL, err);
	return ret;
}

int dlab_history_report(struct dlab_history *h,
			const struct dlab_calibration *c, const char *plots,
			const char *out, struct dlab_err *err)
{
	struct report_plotter p;
	struct doc d;
	int ret;

	report_plotter_open(&p, plots);
	doc_init(&d, *h->title ? h->title : "DMA mapping costs by commit");
	dlab_history_report_build(&d, h, c, &p);
	if (*p.missing)
		fprintf(stderr, "dlab history: %s\n", p.missing);
	report_plotter_close(&p);
	ret = write_files(h, &d, out ? out : h->dir, err);
	doc_free(&d);
	return ret;
}
