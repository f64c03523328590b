// SPDX-License-Identifier: GPL-2.0-only
/* Steps of exact metrics: numbers held against numbers. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history/calibration.h"
#include "history/steps.h"
#include "verdict/judge.h"

/* A power of two of elements is a full array. */
static void *grow(void *v, size_t nr, size_t size)
{
	if (nr & (nr - 1))
		return v;
	return reallocarray(v, nr ? 2 * nr : 1, size);
}

int dlab_add_step(struct dlab_history *h, const struct dlab_step *s)
{
	struct dlab_step *v = grow(h->steps, h->nr_steps, sizeof(*v));

	if (!v)
		return -ENOMEM;
	h->steps = v;
	v[h->nr_steps++] = *s;
	return 0;
}

int dlab_add_doubt(struct dlab_history *h, const struct dlab_doubt *d,
		   const char *why)
{
	struct dlab_doubt *v = grow(h->doubts, h->nr_doubts, sizeof(*v));

	if (!v)
		return -ENOMEM;
	h->doubts = v;
	v[h->nr_doubts] = *d;
	v[h->nr_doubts].why = strdup(why);
	if (!v[h->nr_doubts].why)
		return -ENOMEM;
	h->nr_doubts++;
	return 0;
}

/* What a point says: median, and sum of its consecutive operations. */
struct reading {
	double median;
	double sum;
};

/*
 * What points with one past are held against.
 * @past, @n: of all of them
 * @at: the last one, or a later point at which another past saw a step
 * @last: its reading
 * @since: where the level was reported last
 * @level: what it was
 */
struct level {
	uint64_t past;
	uint64_t n;
	size_t at;
	struct reading last;
	size_t since;
	struct reading level;
};

/* One track, while it is walked along. */
struct walk {
	struct dlab_history *h;
	size_t track;
	const struct dlab_track *k;
	struct level *levels;
	size_t nr;
	size_t current; /* of the levels; any only if @nr */
};

static struct reading reading(const struct walk *w, size_t i)
{
	return (struct reading){ w->k->median[i], w->k->sum[i] };
}

/* What metrics.ini declares, and more than neutral rebuilds move by. */
static double min_effect(const struct walk *w, double median)
{
	const struct dlab_metric *m = w->k->metric;
	double declared = dlab_min_effect(m, median);

	if (!w->h->calibration)
		return declared;
	return fmax(declared, dlab_calibration_min_effect(w->h->calibration, m,
							  w->k->id, median));
}

/* Whether the operation that the track is a phase of was measured at both. */
static bool has_whole(const struct walk *w, size_t a, size_t b)
{
	const struct dlab_track *whole = w->k->whole;

	return whole && !isnan(whole->median[a]) && !isnan(whole->median[b]);
}

/* The verdict on two readings, by the rules of `dlab compare`. */
static struct dlab_figure judge(const struct walk *w, struct reading *a,
				struct reading *b, uint64_t n_a, uint64_t n_b,
				bool with_whole, bool other_past)
{
	struct dlab_figure f = {
		.metric = w->k->metric,
		.a = { &a->median, isnan(a->sum) ? NULL : &a->sum, n_a, 1, 0,
		       a->median, a->sum },
		.b = { &b->median, isnan(b->sum) ? NULL : &b->sum, n_b, 1, 0,
		       b->median, b->sum },
		.has_whole = with_whole,
		.other_past = other_past,
	};

	f.min_effect = min_effect(w, a->median);
	f.min_effect_total = f.min_effect;
	dlab_judge_exact(&f);
	return f;
}

/* Structure counts explain: any difference will do. */
static bool is_step(const struct dlab_figure *f)
{
	if (f->metric->direction == DLAB_NEUTRAL)
		return f->diff != 0 ||
		       (!isnan(f->diff_total) && f->diff_total != 0);
	if (f->verdict == DLAB_EXPLAINS)
		return dlab_figure_moved(f);
	return f->verdict == DLAB_WORSE || f->verdict == DLAB_BETTER;
}

static bool has_doubt(const struct dlab_history *h, size_t track)
{
	for (size_t i = 0; i < h->nr_doubts; i++)
		if (h->doubts[i].track == track)
			return true;
	return false;
}

void dlab_judge_ends(const struct dlab_history *h, size_t track, size_t a,
		     size_t b, struct dlab_figure *out)
{
	const struct dlab_track *k = &h->tracks[track];
	const struct walk w = { .h = (struct dlab_history *)h,
				.track = track,
				.k = k };
	struct reading x = reading(&w, a), y = reading(&w, b);

	*out = judge(&w, &x, &y, k->n[a], k->n[b], has_whole(&w, a, b),
		     !k->past[a] || !k->past[b] ||
			     (k->past[a] != k->past[b] && has_doubt(h, track)));
	out->a.medians = out->b.medians = NULL;
	out->a.totals = out->b.totals = NULL;
}

static int add_step(struct walk *w, const struct dlab_figure *f,
		    const struct level *l, size_t point, bool creeping)
{
	struct dlab_step s = {
		.track = w->track,
		.before = l->at,
		.point = point,
		.from = f->a.median,
		.to = f->b.median,
		.min_effect = f->min_effect,
		.worse = f->verdict == DLAB_WORSE,
		.neutral = f->metric->direction == DLAB_NEUTRAL,
		.part = f->has_whole,
		.of_total = dlab_is_of_total(f),
		.creeping = creeping,
		.since = creeping ? l->since : l->at,
		.p = NAN,
	};

	if (s.of_total) {
		s.from = f->a.total / (double)f->a.n;
		s.to = s.from + f->diff_total;
	}
	return dlab_add_step(w->h, &s);
}

/* Under the other pasts the same must have happened. */
static void carry_over(struct walk *w, const struct level *l,
		       const struct reading *now, size_t point)
{
	double median = now->median - l->last.median;
	double sum = now->sum - l->last.sum;

	for (size_t i = 0; i < w->nr; i++) {
		struct level *o = &w->levels[i];

		if (o == l || o->n != l->n)
			continue;
		o->last.median += median;
		o->last.sum += sum;
		o->level = o->last;
		o->at = o->since = point;
	}
}

static int step_along(struct walk *w, struct level *l, size_t point)
{
	struct reading now = reading(w, point);
	struct dlab_figure own = judge(w, &l->last, &now, l->n, l->n,
				       has_whole(w, l->at, point), false);
	struct dlab_figure all = judge(w, &l->level, &now, l->n, l->n,
				       has_whole(w, l->since, point), false);
	int ret = 0;

	if (is_step(&own) || is_step(&all)) {
		ret = is_step(&own) ? add_step(w, &own, l, point, false) :
				      add_step(w, &all, l, point, true);
		carry_over(w, l, &now, point);
		l->level = now;
		l->since = point;
	}
	l->last = now;
	l->at = point;
	return ret;
}

static int doubt(struct walk *w, const struct level *l, size_t point)
{
	struct reading was = l->last, now = reading(w, point);
	struct dlab_figure f = judge(w, &was, &now, l->n, w->k->n[point],
				     has_whole(w, l->at, point), true);
	struct dlab_doubt d = {
		.track = w->track,
		.before = l->at,
		.point = point,
		.from = was.median,
		.to = now.median,
	};

	return f.verdict == DLAB_INCONCLUSIVE ?
		       dlab_add_doubt(w->h, &d, f.note) :
		       0;
}

static int open_level(struct walk *w, size_t point)
{
	struct level *v = grow(w->levels, w->nr, sizeof(*v));

	if (!v)
		return -ENOMEM;
	w->levels = v;
	v[w->nr] = (struct level){
		.past = w->k->past[point],
		.n = w->k->n[point],
		.at = point,
		.last = reading(w, point),
		.since = point,
		.level = reading(w, point),
	};
	w->current = w->nr++;
	return 0;
}

static int walk_to(struct walk *w, size_t point)
{
	uint64_t past = w->k->past[point], n = w->k->n[point];
	int ret = 0;

	for (size_t i = 0; i < w->nr; i++) {
		if (w->levels[i].past != past || w->levels[i].n != n)
			continue;
		w->current = i;
		return step_along(w, &w->levels[i], point);
	}
	if (w->nr)
		ret = doubt(w, &w->levels[w->current], point);
	/* boots of one point that differ in that are like no other point */
	if (!ret && past && n)
		ret = open_level(w, point);
	return ret;
}

int dlab_exact_steps(struct dlab_history *h, size_t track)
{
	struct walk w = { .h = h, .track = track, .k = &h->tracks[track] };
	size_t points = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < h->nr_points; i++) {
		if (isnan(w.k->median[i]))
			continue;
		ret = walk_to(&w, i);
		points++;
	}
	h->judged += points > w.nr && !dlab_explains(w.k->metric, w.k->whole);
	free(w.levels);
	return ret;
}
