// SPDX-License-Identifier: GPL-2.0-only
/* Steps of noisy metrics: change points, and levels between them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history/edivisive.h"
#include "history/net.h"
#include "history/steps.h"
#include "numbers.h"
#include "verdict/judge.h"
#include "verdict/ranktest.h"

/* A test of one track among few needs no more. */
#define MIN_PERMUTATIONS 999

/* The measured points of one track. */
struct shape {
	size_t track;
	size_t *at; /* which points these are */
	double *v;
	size_t n;
};

/*
 * The tracks that are tested, and how likely each is without a change; behind
 * them the phases, which only explain.
 * @few: at too few commits
 * @left: the same, and left to what counts the same exactly
 */
struct family {
	struct shape *shapes;
	double *p;
	double *q;
	size_t nr;
	size_t nr_parts;
	size_t few;
	size_t left;
	unsigned int permutations;
};

/* @part: of those that explain, or of those that are judged. */
static bool is_noisy(const struct dlab_track *k, bool part)
{
	return !k->metric->exact && !k->emulated &&
	       k->metric->direction != DLAB_NEUTRAL &&
	       dlab_explains(k->metric, k->whole) == part;
}

/* Return: the points of @out, or 0 when out of memory or there are none. */
static int open_shape(const struct dlab_history *h, size_t track,
		      struct shape *out)
{
	const struct dlab_track *k = &h->tracks[track];

	*out = (struct shape){
		.track = track,
		.at = calloc(h->nr_points, sizeof(*out->at)),
		.v = calloc(h->nr_points, sizeof(*out->v)),
	};
	if (!out->at || !out->v)
		return -ENOMEM;
	for (size_t i = 0; i < h->nr_points; i++) {
		if (isnan(k->median[i]))
			continue;
		out->at[out->n] = i;
		out->v[out->n++] = k->median[i];
	}
	return 0;
}

static void close_shape(struct shape *s)
{
	free(s->at);
	free(s->v);
}

/* ---- levels */

/* Change points of one track; bound[0] is 0 and bound[nr] the end. */
struct cut {
	size_t bound;
	double level; /* from here to the next bound */
	double p;
};

static void set_levels(const struct shape *s, struct cut *c, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		c[i].level = dlab_median(s->v + c[i].bound,
					 c[i + 1].bound - c[i].bound);
}

/*
 * Joins levels that differ by less than the minimum effect, the closest first:
 * what is left of a pair may reach it.  Return: how many levels are left.
 */
static size_t join_levels(const struct shape *s, const struct dlab_metric *m,
			  struct cut *c, size_t nr)
{
	for (;;) {
		size_t least = 0;
		double share = 1;

		set_levels(s, c, nr);
		for (size_t i = 1; i < nr; i++) {
			double effect = dlab_min_effect(m, c[i - 1].level);
			double diff = c[i].level - c[i - 1].level;

			if (!dlab_is_effect(diff, effect) &&
			    fabs(diff) / fmax(effect, 1e-300) < share) {
				least = i;
				share = fabs(diff) / fmax(effect, 1e-300);
			}
		}
		if (!least)
			return nr;
		memmove(c + least, c + least + 1, (nr - least) * sizeof(*c));
		nr--;
	}
}

static int add_shifts(struct dlab_history *h, const struct shape *s,
		      const struct cut *c, size_t nr)
{
	const struct dlab_track *k = &h->tracks[s->track];
	const struct dlab_metric *m = k->metric;
	bool part = dlab_explains(m, k->whole);
	int ret = 0;

	for (size_t i = 1; !ret && i < nr; i++) {
		const struct dlab_step step = {
			.track = s->track,
			.before = s->at[c[i].bound - 1],
			.point = s->at[c[i].bound],
			.from = c[i - 1].level,
			.to = c[i].level,
			.min_effect = dlab_min_effect(m, c[i - 1].level),
			.worse = !part && dlab_is_worse(m, c[i].level -
								   c[i - 1].level),
			.part = part,
			.since = s->at[c[i].bound - 1],
			.p = c[i].p,
		};

		ret = dlab_add_step(h, &step);
	}
	return ret;
}

static int find_shifts(struct dlab_history *h, const struct shape *s,
		       double alpha, unsigned int permutations)
{
	struct dlab_change_point *found = calloc(s->n, sizeof(*found));
	struct cut *c = calloc(s->n + 2, sizeof(*c));
	size_t nr = 0;
	int ret = -ENOMEM;

	if (found && c)
		ret = dlab_edivisive(s->v, s->n, alpha, permutations, s->n,
				     found, &nr);
	if (!ret) {
		for (size_t i = 0; i < nr; i++)
			c[i + 1] = (struct cut){ .bound = found[i].at,
						 .p = found[i].p };
		c[nr + 1].bound = s->n;
		nr = join_levels(s, h->tracks[s->track].metric, c, nr + 1);
		ret = add_shifts(h, s, c, nr);
	}
	free(found);
	free(c);
	return ret;
}

/* ---- the family */

/* Whether base and tip can be compared by it. */
static bool has_both(const struct dlab_history *h, const struct dlab_track *k)
{
	size_t base, tip;

	return k && dlab_history_ends(h, &base, &tip) &&
	       !isnan(k->median[base]) && !isnan(k->median[tip]);
}

/* By the rule of `dlab compare` on too few boots. */
static void count_few(struct dlab_history *h, const struct dlab_track *k,
		      struct family *f)
{
	if (has_both(h, k) ? has_both(h, k->exact) : k->exact != NULL) {
		f->left++;
		return;
	}
	f->few++;
	h->few += has_both(h, k);
}

static int open_shapes(struct dlab_history *h, struct family *f, bool part)
{
	size_t enough = dlab_edivisive_values_for(DLAB_ALPHA);
	size_t *nr = part ? &f->nr_parts : &f->nr;

	for (size_t i = 0; i < h->nr_tracks; i++) {
		struct shape *s = &f->shapes[f->nr + f->nr_parts];

		if (!is_noisy(&h->tracks[i], part))
			continue;
		if (open_shape(h, i, s)) {
			close_shape(s);
			return -ENOMEM;
		}
		if (s->n >= enough) {
			(*nr)++;
			continue;
		}
		close_shape(s);
		if (!part)
			count_few(h, &h->tracks[i], f);
	}
	return 0;
}

static int open_family(struct dlab_history *h, struct family *f)
{
	f->shapes = calloc(h->nr_tracks + 1, sizeof(*f->shapes));
	f->p = calloc(h->nr_tracks + 1, sizeof(*f->p));
	f->q = calloc(h->nr_tracks + 1, sizeof(*f->q));
	if (!f->shapes || !f->p || !f->q || open_shapes(h, f, false) ||
	    open_shapes(h, f, true))
		return -ENOMEM;
	/* the least p must survive the correction even if it is the only one */
	f->permutations = MIN_PERMUTATIONS;
	if (ceil((double)f->nr / DLAB_ALPHA) > f->permutations)
		f->permutations =
			(unsigned int)ceil((double)f->nr / DLAB_ALPHA);
	return 0;
}

static void close_family(struct family *f)
{
	for (size_t i = 0; i < f->nr + f->nr_parts; i++)
		close_shape(&f->shapes[i]);
	free(f->shapes);
	free(f->p);
	free(f->q);
}

static int test(const struct shape *s, unsigned int permutations, double *p)
{
	struct dlab_change_point c;
	size_t nr;
	int ret = dlab_edivisive(s->v, s->n, 1, permutations, 1, &c, &nr);

	*p = nr ? c.p : 1;
	return ret;
}

static int test_family(struct dlab_history *h, const struct family *f)
{
	double alpha = 0;
	int ret = 0;

	for (size_t i = 0; !ret && i < f->nr; i++)
		ret = test(&f->shapes[i], f->permutations, &f->p[i]);
	if (!ret)
		ret = dlab_bh(f->p, f->q, f->nr);
	/* the largest p that the correction rejects is the level for the rest */
	for (size_t i = 0; i < f->nr; i++)
		if (f->q[i] <= DLAB_ALPHA)
			alpha = fmax(alpha, f->p[i]);
	for (size_t i = 0; !ret && i < f->nr; i++)
		if (f->q[i] <= DLAB_ALPHA)
			ret = find_shifts(h, &f->shapes[i], alpha,
					  f->permutations);
	/* where nothing is judged to have changed, nothing is explained */
	for (size_t i = f->nr; !ret && alpha > 0 && i < f->nr + f->nr_parts;
	     i++)
		ret = find_shifts(h, &f->shapes[i], alpha, f->permutations);
	return ret;
}

static int note_few(struct dlab_history *h, const struct family *f)
{
	size_t enough = dlab_edivisive_values_for(DLAB_ALPHA);
	int ret = 0;

	if (f->few)
		ret = dlab_notes_add(
			&h->notes,
			"inconclusive: %zu noisy figure%s measured at fewer than %zu commits, which could show no change; `dlab compare` judges two commits over their boots",
			f->few, f->few == 1 ? " was" : "s were", enough);
	if (!ret && f->left)
		ret = dlab_notes_add(
			&h->notes,
			"not judged: %zu noisy figure%s measured at fewer than %zu commits; what counts the same exactly is judged instead",
			f->left, f->left == 1 ? " was" : "s were", enough);
	return ret;
}

int dlab_shifts(struct dlab_history *h)
{
	struct family f = { 0 };
	int ret = open_family(h, &f);

	if (!ret)
		ret = note_few(h, &f);
	if (!ret)
		ret = test_family(h, &f);
	h->judged += f.nr;
	h->noisy = f.nr;
	close_family(&f);
	return ret;
}
