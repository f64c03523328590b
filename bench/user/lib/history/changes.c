// SPDX-License-Identifier: GPL-2.0-only
/*
 * From steps of single tracks to findings: everything that one commit changed,
 * reported once.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history/history.h"
#include "history/net.h"
#include "history/steps.h"
#include "numbers.h"
#include "tsv.h"
#include "verdict/judge.h"
#include "verdict/lists.h"

double dlab_step_relative(const struct dlab_step *s)
{
	double diff = s->to - s->from;

	return s->from != 0 ? diff / fabs(s->from) :
	       diff != 0    ? copysign(INFINITY, diff) :
			      0;
}

enum dlab_verdict dlab_step_verdict(const struct dlab_step *s)
{
	return s->neutral || s->part ? DLAB_EXPLAINS :
	       s->worse		     ? DLAB_WORSE :
				       DLAB_BETTER;
}

bool dlab_step_is_unseen(const struct dlab_history *h,
			 const struct dlab_step *s)
{
	const struct dlab_metric *m = h->tracks[s->track].metric;

	return m->unseen && s->to > s->from &&
	       dlab_is_effect(s->to - s->from, s->min_effect);
}

/* ---- steps */

static int by_name(const void *x, const void *y)
{
	const struct dlab_track *a = *(const struct dlab_track *const *)x;
	const struct dlab_track *b = *(const struct dlab_track *const *)y;
	int d = strcmp(a->id, b->id);

	return d ? d : strcmp(a->metric->name, b->metric->name);
}

/* Of @nr tracks in order that of @metric, of the same case as @k; or NULL. */
static const struct dlab_track *beside(const struct dlab_track *k,
				       const struct dlab_metric *metric,
				       const struct dlab_track *const *v,
				       size_t nr)
{
	const struct dlab_track like = { .id = k->id, .metric = metric };
	const struct dlab_track *key = &like;
	const struct dlab_track *const *found;

	if (!metric)
		return NULL;
	found = bsearch(&key, v, nr, sizeof(*v), by_name);
	return found ? *found : NULL;
}

/* Which operation each phase is of, and what counts the same exactly. */
static int find_others(struct dlab_history *h)
{
	const struct dlab_track **v = calloc(h->nr_tracks + 1, sizeof(*v));
	size_t nr = h->nr_tracks;

	if (!v)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		v[i] = &h->tracks[i];
	if (nr)
		qsort(v, nr, sizeof(*v), by_name);
	for (size_t i = 0; i < nr; i++) {
		struct dlab_track *k = &h->tracks[i];

		k->whole = beside(k, k->metric->whole, v, nr);
		k->exact = beside(k, k->metric->in_exact, v, nr);
	}
	free(v);
	return 0;
}

static int step_order(const void *x, const void *y)
{
	const struct dlab_step *a = x, *b = y;

	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	return a->track < b->track ? -1 : a->track > b->track;
}

static int doubt_order(const void *x, const void *y)
{
	const struct dlab_doubt *a = x, *b = y;

	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	return a->track < b->track ? -1 : a->track > b->track;
}

static int find_steps(struct dlab_history *h)
{
	int ret = find_others(h);

	for (size_t i = 0; !ret && i < h->nr_tracks; i++)
		if (h->tracks[i].metric->exact && !h->tracks[i].emulated)
			ret = dlab_exact_steps(h, i);
	if (!ret)
		ret = dlab_shifts(h);
	if (h->nr_steps)
		qsort(h->steps, h->nr_steps, sizeof(*h->steps), step_order);
	if (h->nr_doubts)
		qsort(h->doubts, h->nr_doubts, sizeof(*h->doubts), doubt_order);
	return ret;
}

/* ---- cases that began or ceased to be measured */

/* One of them, before it has its place in a finding. */
struct appearance {
	const struct dlab_ending *e;
	size_t before;
	size_t point;
};

static int find_appearances(const struct dlab_history *h,
			    struct appearance **out, size_t *nr)
{
	size_t room = 0;

	*out = NULL;
	*nr = 0;
	for (size_t i = 0; i < h->nr_endings; i++) {
		const struct dlab_ending *e = &h->endings[i];
		ssize_t last = -1;

		for (size_t k = 0; k < h->nr_points; k++) {
			if (!dlab_ending_is_known(h, e, k))
				continue;
			if (*nr == room) {
				struct appearance *v;

				room = room ? 2 * room : 64;
				v = reallocarray(*out, room, sizeof(*v));
				if (!v)
					return -ENOMEM;
				*out = v;
			}
			if (last >= 0 && (e->status[last] == DLAB_OK) !=
						 (e->status[k] == DLAB_OK))
				(*out)[(*nr)++] =
					(struct appearance){ e, (size_t)last,
							     k };
			last = (ssize_t)k;
		}
	}
	return 0;
}

static int appearance_order(const void *x, const void *y)
{
	const struct appearance *a = x, *b = y;

	if (a->point != b->point)
		return a->point < b->point ? -1 : 1;
	return strcmp(a->e->id, b->e->id);
}

static int add_appearance(struct dlab_finding *f, const struct appearance *a)
{
	bool now = a->e->status[a->point] == DLAB_OK;
	struct dlab_case_change *c = &f->appeared[f->nr_appeared++];

	*c = (struct dlab_case_change){
		.id = strdup(a->e->id),
		.now_measured = now,
		.broke = a->e->status[a->point] > DLAB_SKIP,
		.reason = dlab_clean_copy(
			dlab_ending_reason(a->e, now ? a->before : a->point)),
	};
	if (a->before > f->before)
		f->before = a->before;
	return c->id && c->reason ? 0 : -ENOMEM;
}

/* ---- hits */

/* One commit, while its finding is made: its steps, those of a case together. */
struct making {
	struct dlab_history *h;
	struct dlab_finding *f;
	size_t *steps;
	size_t nr;
};

static int by_case(const void *x, const void *y, void *history)
{
	const struct dlab_history *h = history;
	size_t a = *(const size_t *)x, b = *(const size_t *)y;
	const struct dlab_step *s = &h->steps[a], *t = &h->steps[b];
	int d = strcmp(h->tracks[s->track].id, h->tracks[t->track].id);

	return d ? d : a < b ? -1 : a > b;
}

static double effect(const struct dlab_step *s)
{
	return fabs(dlab_step_relative(s));
}

/* Whether step @a says more of its case than @b. */
static bool says_more(const struct dlab_history *h, const struct dlab_step *a,
		      const struct dlab_step *b)
{
	bool whole_a = h->tracks[a->track].metric->is_whole;
	bool whole_b = h->tracks[b->track].metric->is_whole;

	if (whole_a != whole_b)
		return whole_a;
	if (a->part != b->part)
		return a->part;
	return effect(a) > effect(b);
}

/* What is said of a case, by the rule of `dlab compare`. */
static enum dlab_verdict case_verdict(const struct dlab_history *h,
				      const size_t *steps, size_t nr)
{
	enum dlab_verdict v = DLAB_EXPLAINS;

	for (size_t i = 0; i < nr; i++)
		v = dlab_worst_verdict(v,
				       dlab_step_verdict(&h->steps[steps[i]]));
	return v;
}

static void sum_up(const struct dlab_history *h, struct dlab_hit *hit,
		   enum dlab_verdict verdict)
{
	const struct dlab_step *main = NULL;
	bool up = false, down = false;

	for (size_t i = 0; i < hit->nr; i++) {
		const struct dlab_step *s = &h->steps[hit->steps[i]];

		up |= s->part && s->to > s->from;
		down |= s->part && s->to < s->from;
		hit->unseen |= dlab_step_is_unseen(h, s);
		if (dlab_step_verdict(s) != verdict ||
		    (main && !says_more(h, s, main)))
			continue;
		main = s;
		hit->main = hit->steps[i];
	}
	hit->moved = up && down && verdict == DLAB_EXPLAINS;
	hit->id = h->tracks[main->track].id;
	hit->worse = verdict == DLAB_WORSE;
}

/*
 * Makes a hit of @nr steps of one case if one of them is judged; or if there is
 * something to be told without a verdict.
 */
static int add_hit(struct making *m, const size_t *steps, size_t nr)
{
	struct dlab_history *h = m->h;
	enum dlab_verdict verdict = case_verdict(h, steps, nr);
	struct dlab_hit hit = { .steps = malloc(nr * sizeof(*steps)),
				.nr = nr };
	size_t before;

	if (!hit.steps)
		return -ENOMEM;
	memcpy(hit.steps, steps, nr * sizeof(*steps));
	sum_up(h, &hit, verdict);
	if (verdict == DLAB_EXPLAINS && !hit.moved && !hit.unseen) {
		/* only structure counts moved, and cost nothing */
		free(hit.steps);
		return 0;
	}
	if (verdict == DLAB_EXPLAINS)
		m->f->told[m->f->nr_told++] = hit;
	else
		m->f->hits[m->f->nr_hits++] = hit;
	m->f->nr_worse += verdict == DLAB_WORSE;
	m->f->nr_better += verdict == DLAB_BETTER;
	/* a case that could not be measured in between knows it less well */
	before = h->steps[hit.main].before;
	if (before > m->f->before)
		m->f->before = before;
	return 0;
}

static int by_effect(const void *x, const void *y, void *history)
{
	const struct dlab_history *h = history;
	const struct dlab_hit *a = x, *b = y;
	double ea = effect(&h->steps[a->main]);
	double eb = effect(&h->steps[b->main]);

	if (a->worse != b->worse)
		return b->worse - a->worse;
	if (ea != eb)
		return ea < eb ? 1 : -1;
	return strcmp(a->id, b->id);
}

static const char *case_of(const struct dlab_history *h, size_t step)
{
	return h->tracks[h->steps[step].track].id;
}

static int add_hits(struct making *m)
{
	int ret = 0;

	if (!m->nr)
		return 0;
	m->f->hits = calloc(m->nr, sizeof(*m->f->hits));
	m->f->told = calloc(m->nr, sizeof(*m->f->told));
	if (!m->f->hits || !m->f->told)
		return -ENOMEM;
	qsort_r(m->steps, m->nr, sizeof(*m->steps), by_case, m->h);
	for (size_t i = 0, end; !ret && i < m->nr; i = end) {
		const char *id = case_of(m->h, m->steps[i]);

		for (end = i + 1; end < m->nr; end++)
			if (strcmp(case_of(m->h, m->steps[end]), id))
				break;
		ret = add_hit(m, m->steps + i, end - i);
	}
	qsort_r(m->f->hits, m->f->nr_hits, sizeof(*m->f->hits), by_effect,
		m->h);
	qsort_r(m->f->told, m->f->nr_told, sizeof(*m->f->told), by_effect,
		m->h);
	return ret;
}

/* ---- findings */

/* What is left to be taken: steps and appearances, both in order of points. */
struct rest {
	const struct appearance *a;
	size_t nr_a;
	size_t step;
};

static size_t next_point(const struct dlab_history *h, const struct rest *r)
{
	size_t point = SIZE_MAX;

	if (r->step < h->nr_steps)
		point = h->steps[r->step].point;
	if (r->nr_a && r->a->point < point)
		point = r->a->point;
	return point;
}

/* The finding of one point into *@f; it may turn out to be none. */
static int make_finding(struct dlab_history *h, struct rest *r, size_t point,
			struct dlab_finding *f)
{
	struct making m = { .h = h, .f = f };
	size_t nr = 0;
	int ret = 0;

	*f = (struct dlab_finding){ .point = point };
	while (r->step + m.nr < h->nr_steps &&
	       h->steps[r->step + m.nr].point == point)
		m.nr++;
	while (nr < r->nr_a && r->a[nr].point == point)
		nr++;
	m.steps = calloc(m.nr + 1, sizeof(*m.steps));
	f->appeared = calloc(nr + 1, sizeof(*f->appeared));
	if (!m.steps || !f->appeared)
		ret = -ENOMEM;
	for (size_t i = 0; !ret && i < m.nr; i++)
		m.steps[i] = r->step + i;
	if (!ret)
		ret = add_hits(&m);
	for (size_t i = 0; !ret && i < nr; i++)
		ret = add_appearance(f, &r->a[i]);
	free(m.steps);
	r->step += m.nr;
	r->a += nr;
	r->nr_a -= nr;
	return ret;
}

static int make_findings(struct dlab_history *h, struct rest *r)
{
	h->findings = calloc(h->nr_points, sizeof(*h->findings));
	if (!h->findings)
		return -ENOMEM;
	for (size_t point; (point = next_point(h, r)) != SIZE_MAX;) {
		struct dlab_finding *f = &h->findings[h->nr_findings++];
		int ret = make_finding(h, r, point, f);

		if (ret)
			return ret;
		if (f->nr_hits || f->nr_told || f->nr_appeared)
			continue;
		free(f->hits);
		free(f->told);
		free(f->appeared);
		h->nr_findings--;
	}
	return 0;
}

/* ---- what to know beside it */

/* Exact figures whose boots disagree are not what they are called. */
static int note_not_exact(struct dlab_history *h)
{
	size_t nr = 0;
	const struct dlab_track *first = NULL;

	for (size_t i = 0; i < h->nr_tracks; i++) {
		const struct dlab_track *k = &h->tracks[i];
		bool repeats = true;

		for (size_t p = 0; k->metric->exact && p < h->nr_points; p++)
			repeats &= isnan(k->low[p]) || k->low[p] == k->high[p];
		if (repeats)
			continue;
		nr++;
		first = first ? first : k;
	}
	if (!nr)
		return 0;
	return dlab_notes_add(
		&h->notes,
		"not exact: boots of one commit disagree on %zu figure%s, %s of %s%s",
		nr, dlab_s(nr), first->metric->name, first->id,
		nr == 1 ? "" : " among them");
}

static int note_emulated(struct dlab_history *h)
{
	size_t nr = 0;

	for (size_t i = 0; i < h->nr_tracks; i++)
		nr += h->tracks[i].emulated;
	if (!nr)
		return 0;
	return dlab_notes_add(
		&h->notes, "not judged: %zu time%s measured on an emulated CPU",
		nr, nr == 1 ? " was" : "s were");
}

int dlab_history_find_changes(struct dlab_history *h, struct dlab_err *err)
{
	struct appearance *a = NULL;
	size_t nr = 0;
	int ret = find_steps(h);

	if (!ret)
		ret = find_appearances(h, &a, &nr);
	if (!ret) {
		struct rest r = { .a = a, .nr_a = nr };

		if (nr)
			qsort(a, nr, sizeof(*a), appearance_order);
		ret = make_findings(h, &r);
	}
	if (!ret)
		ret = dlab_history_find_net(h);
	if (!ret)
		ret = note_not_exact(h);
	if (!ret)
		ret = note_emulated(h);
	free(a);
	return ret ? dlab_fail(err, ENOMEM, "%s: out of memory", h->dir) : 0;
}

const struct dlab_finding *dlab_history_finding(const struct dlab_history *h,
						size_t point)
{
	for (size_t i = 0; i < h->nr_findings; i++)
		if (h->findings[i].point == point)
			return &h->findings[i];
	return NULL;
}

/* ---- in one word */

bool dlab_finding_is(const struct dlab_finding *f, bool worse)
{
	for (size_t i = 0; worse && i < f->nr_appeared; i++)
		if (f->appeared[i].broke)
			return true;
	return worse ? f->nr_worse : f->nr_better;
}

static bool has_unseen(const struct dlab_hit *hits, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		if (hits[i].unseen && !hits[i].worse)
			return true;
	return false;
}

size_t dlab_count_unseen(const struct dlab_history *h)
{
	size_t nr = 0;

	for (size_t i = 0; i < h->nr_findings; i++) {
		const struct dlab_finding *f = &h->findings[i];

		nr += has_unseen(f->hits, f->nr_hits) ||
		      has_unseen(f->told, f->nr_told);
	}
	return nr;
}

size_t dlab_count_findings(const struct dlab_history *h, bool worse)
{
	size_t nr = 0;

	for (size_t i = 0; i < h->nr_findings; i++)
		nr += dlab_finding_is(&h->findings[i], worse);
	return nr;
}

/* A case that can no longer be held against what it cost before. */
static bool lost_cases(const struct dlab_history *h)
{
	for (size_t i = 0; i < h->nr_endings; i++) {
		const signed char *status = h->endings[i].status;
		ssize_t first = -1, last = -1;

		for (size_t p = 0; p < h->nr_points; p++) {
			if (!dlab_ending_is_known(h, &h->endings[i], p))
				continue;
			first = first < 0 ? (ssize_t)p : first;
			last = (ssize_t)p;
		}
		if (first >= 0 && status[first] == DLAB_OK &&
		    status[last] != DLAB_OK)
			return true;
	}
	return false;
}

bool dlab_history_newest_broke(const struct dlab_history *h)
{
	enum dlab_point_outcome newest = h->points[h->nr_points - 1].outcome;
	bool measured = false;

	for (size_t i = 0; i < h->nr_points; i++)
		measured |= dlab_point_is_measured(h, i);
	return measured && (newest == DLAB_POINT_NO_BUILD ||
			    newest == DLAB_POINT_CRASH);
}

const char *dlab_history_shout(const struct dlab_history *h)
{
	for (size_t i = 0; i < h->nr_points; i++)
		if (dlab_point_is_measured(h, i))
			return dlab_result_shout(dlab_history_result(h));
	return "NOT MEASURED";
}

enum dlab_result dlab_history_result(const struct dlab_history *h)
{
	enum dlab_point_outcome newest = h->points[h->nr_points - 1].outcome;
	bool measured = false;

	for (size_t i = 0; i < h->nr_points; i++)
		measured |= dlab_point_is_measured(h, i);
	if (dlab_count_findings(h, true) || dlab_history_newest_broke(h))
		return DLAB_RESULT_REGRESSION;
	if (!measured || newest == DLAB_POINT_FAIL)
		return DLAB_RESULT_LAB_FAILURE;
	if (!h->judged || h->nr_doubts || h->few || lost_cases(h) ||
	    newest == DLAB_POINT_UNMEASURED)
		return DLAB_RESULT_INCONCLUSIVE;
	return DLAB_RESULT_OK;
}
