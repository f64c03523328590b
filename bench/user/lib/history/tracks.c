// SPDX-License-Identifier: GPL-2.0-only
/* Puts together what the runs of a history measured, point by point. */
#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "history/tracks.h"
#include "verdict/side.h"

/* Finds a track, or (@metric "") an ending, by its place in the array. */
struct node {
	const char *id;
	const char *metric;
	size_t at;
};

/*
 * @first: the first point that was added, which the others must be like
 * @first_used: its boots that gave figures
 * @timed: a point that has times worth judging, or -1
 */
struct dlab_tracker {
	struct dlab_history *h;
	const struct dlab_metrics *metrics;
	void *nodes;
	size_t room_tracks;
	size_t room_endings;
	ssize_t first;
	bool *first_used;
	ssize_t timed;
};

/* One point, while it is added. */
struct adding {
	struct dlab_tracker *t;
	const struct dlab_run *run;
	size_t point;
	bool *used;
	bool times;
};

static int node_order(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	int d = strcmp(x->id, y->id);

	return d ? d : strcmp(x->metric, y->metric);
}

static bool find(const struct dlab_tracker *t, const char *id,
		 const char *metric, size_t *at)
{
	const struct node key = { .id = id, .metric = metric };
	void *const *found = tfind(&key, (void *const *)&t->nodes, node_order);

	if (found)
		*at = ((struct node *)*found)->at;
	return found;
}

static int remember(struct dlab_tracker *t, const char *id, const char *metric,
		    size_t at)
{
	struct node *node = malloc(sizeof(*node));

	if (!node)
		return -ENOMEM;
	*node = (struct node){ id, metric, at };
	if (tsearch(node, &t->nodes, node_order))
		return 0;
	free(node);
	return -ENOMEM;
}

/* Room for one more of @nr; twice as much whenever it runs out. */
static void *grow(void *v, size_t nr, size_t *room, size_t size)
{
	if (nr < *room)
		return v;
	v = reallocarray(v, *room ? 2 * *room : 64, size);
	if (v)
		*room = *room ? 2 * *room : 64;
	return v;
}

static double *nothing(size_t n)
{
	double *v = malloc(n * sizeof(*v));

	for (size_t i = 0; v && i < n; i++)
		v[i] = NAN;
	return v;
}

void dlab_track_free(struct dlab_track *track)
{
	free(track->id);
	free(track->median);
	free(track->total);
	free(track->low);
	free(track->high);
	free(track->boots);
	free(track->past);
	free(track->n);
	free(track->sum);
}

void dlab_ending_free(struct dlab_ending *ending, size_t nr_points)
{
	for (size_t i = 0; ending->reason && i < nr_points; i++)
		free(ending->reason[i]);
	free(ending->reason);
	free(ending->status);
	free(ending->id);
}

static int add_track(struct dlab_tracker *t, const char *id,
		     const struct dlab_metric *m)
{
	struct dlab_history *h = t->h;
	size_t n = h->nr_points;
	struct dlab_track *v =
		grow(h->tracks, h->nr_tracks, &t->room_tracks, sizeof(*v));

	if (!v)
		return -ENOMEM;
	h->tracks = v;
	v += h->nr_tracks;
	*v = (struct dlab_track){
		.id = strdup(id),
		.metric = m,
		.median = nothing(n),
		.total = nothing(n),
		.low = nothing(n),
		.high = nothing(n),
		.boots = calloc(n, sizeof(*v->boots)),
		.past = calloc(n, sizeof(*v->past)),
		.n = calloc(n, sizeof(*v->n)),
		.sum = nothing(n),
	};
	if (!v->id || !v->median || !v->total || !v->low || !v->high ||
	    !v->boots || !v->past || !v->n || !v->sum ||
	    remember(t, v->id, m->name, h->nr_tracks)) {
		dlab_track_free(v);
		return -ENOMEM;
	}
	h->nr_tracks++;
	return 0;
}

static void set_point(struct dlab_track *k, size_t i, const struct dlab_side *s)
{
	k->median[i] = s->median;
	k->sum[i] = s->total;
	k->n[i] = s->n;
	if (s->n)
		k->total[i] = s->total / (double)s->n;
	k->boots[i] = (unsigned int)s->boots;
	k->past[i] = s->past;
	for (size_t b = 0; b < s->boots; b++) {
		k->low[i] = fmin(k->low[i], s->medians[b]);
		k->high[i] = fmax(k->high[i], s->medians[b]);
	}
}

static int take_figure(void *user, const struct dlab_series *s,
		       const struct dlab_metric *m, double quantile)
{
	struct adding *a = user;
	struct dlab_history *h = a->t->h;
	bool is_time = !strcmp(m->instrument, "time"), emulated = false;
	struct dlab_side side;
	size_t at;

	if (!find(a->t, s->id, m->name, &at)) {
		at = h->nr_tracks;
		if (add_track(a->t, s->id, m))
			return -ENOMEM;
	}
	if (dlab_side_make(s, quantile, &side))
		return -ENOMEM;
	set_point(&h->tracks[at], a->point, &side);
	dlab_side_free(&side);
	for (size_t i = 0; i < s->nr; i++) {
		a->used[s->cells[i].boot] = true;
		emulated |= is_time && a->run->boots[s->cells[i].boot].emulated;
	}
	h->tracks[at].emulated |= emulated;
	a->times |= is_time && !emulated;
	return 0;
}

static int add_ending(struct dlab_tracker *t, const char *id)
{
	struct dlab_history *h = t->h;
	struct dlab_ending *v =
		grow(h->endings, h->nr_endings, &t->room_endings, sizeof(*v));

	if (!v)
		return -ENOMEM;
	h->endings = v;
	v += h->nr_endings;
	*v = (struct dlab_ending){
		.id = strdup(id),
		.status = malloc(h->nr_points),
		.reason = calloc(h->nr_points, sizeof(*v->reason)),
	};
	if (!v->id || !v->status || !v->reason ||
	    remember(t, v->id, "", h->nr_endings)) {
		dlab_ending_free(v, h->nr_points);
		return -ENOMEM;
	}
	memset(v->status, -1, h->nr_points);
	h->nr_endings++;
	return 0;
}

/* The worst of its boots; the order of the statuses is that of the enum. */
static int take_outcome(struct adding *a, const struct dlab_outcome *o)
{
	struct dlab_history *h = a->t->h;
	struct dlab_ending *e;
	size_t at;

	if (!find(a->t, o->id, "", &at)) {
		at = h->nr_endings;
		if (add_ending(a->t, o->id))
			return -ENOMEM;
	}
	e = &h->endings[at];
	if ((int)o->status <= e->status[a->point])
		return 0;
	e->status[a->point] = (signed char)o->status;
	free(e->reason[a->point]);
	e->reason[a->point] = strdup(o->reason);
	return e->reason[a->point] ? 0 : -ENOMEM;
}

/* Against the first: tainted alike, and times of one host. */
static int check(struct adding *a, struct dlab_err *err)
{
	struct dlab_tracker *t = a->t;
	struct dlab_history *h = t->h;
	struct dlab_notes taints = { 0 };
	size_t first;
	int ret;

	if (t->first < 0) {
		t->first = (ssize_t)a->point;
		t->first_used = a->used;
		a->used = NULL;
	}
	first = (size_t)t->first;
	ret = dlab_check_taint(&h->runs[first], t->first_used, a->run,
			       a->used ? a->used : t->first_used, &taints, err);
	dlab_notes_free(&h->taints);
	h->taints = taints;
	if (!ret && a->times && t->timed >= 0)
		ret = dlab_check_host(
			&h->runs[t->timed], a->run,
			"measure all commits on one, or leave times out of the suite",
			err);
	if (a->times)
		t->timed = (ssize_t)a->point;
	return ret;
}

struct dlab_tracker *dlab_tracker_new(struct dlab_history *h,
				      const struct dlab_metrics *metrics)
{
	struct dlab_tracker *t = calloc(1, sizeof(*t));

	if (t)
		*t = (struct dlab_tracker){
			.h = h, .metrics = metrics, .first = -1, .timed = -1
		};
	return t;
}

int dlab_tracker_add(struct dlab_tracker *t, size_t point, struct dlab_err *err)
{
	const struct dlab_run *run = &t->h->runs[point];
	struct adding a = { .t = t, .run = run, .point = point };
	struct dlab_data data;
	int ret = dlab_data_load(run, t->metrics, &data, err);

	if (ret)
		return ret;
	a.used = calloc(run->nr_boots + 1, sizeof(*a.used));
	if (!a.used)
		ret = -ENOMEM;
	for (size_t i = 0; !ret && i < data.nr_series; i++)
		ret = dlab_series_figures(&data.series[i], t->metrics,
					  take_figure, &a);
	for (size_t i = 0; !ret && i < data.nr_outcomes; i++)
		ret = take_outcome(&a, &data.outcomes[i]);
	if (ret)
		dlab_fail(err, -ret, "out of memory");
	else
		ret = check(&a, err);
	free(a.used);
	dlab_data_free(&data);
	return ret;
}

void dlab_tracker_free(struct dlab_tracker *t)
{
	if (!t)
		return;
	tdestroy(t->nodes, free);
	free(t->first_used);
	free(t);
}
