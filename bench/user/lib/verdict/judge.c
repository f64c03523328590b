// SPDX-License-Identifier: GPL-2.0-only
/* The verdict on figures whose two sides are known. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "verdict/judge.h"
#include "verdict/ranktest.h"

/* Beyond that, "needs N boots" stops being advice. */
#define MAX_BOOTS 1000

bool dlab_is_worse(const struct dlab_metric *m, double diff)
{
	return m->direction == DLAB_LOWER ? diff > 0 : diff < 0;
}

double dlab_min_effect(const struct dlab_metric *m, double median)
{
	return fmax(m->min_effect_abs, m->min_effect_rel * fabs(median));
}

bool dlab_is_effect(double diff, double min_effect)
{
	return min_effect > 0 ? fabs(diff) >= min_effect : diff != 0;
}

bool dlab_explains(const struct dlab_metric *m, bool has_whole)
{
	return m->direction == DLAB_NEUTRAL || (m->whole && has_whole);
}

enum dlab_verdict dlab_worst_verdict(enum dlab_verdict a, enum dlab_verdict b)
{
	static const int badness[DLAB_NR_VERDICTS] = {
		[DLAB_EXPLAINS] = 0,  [DLAB_EMULATED] = 1,
		[DLAB_FEW_BOOTS] = 2, [DLAB_SAME] = 3,
		[DLAB_BETTER] = 4,    [DLAB_INCONCLUSIVE] = 5,
		[DLAB_WORSE] = 6,
	};

	return badness[a] >= badness[b] ? a : b;
}

bool dlab_is_of_total(const struct dlab_figure *f)
{
	bool worse = f->verdict == DLAB_WORSE;
	double median = fabs(f->diff), total = fabs(f->diff_total);

	if (isnan(f->diff_total))
		return false;
	if (worse || f->verdict == DLAB_BETTER) {
		if (dlab_is_worse(f->metric, f->diff_total) != worse)
			total = 0;
		if (dlab_is_worse(f->metric, f->diff) != worse)
			median = 0;
	}
	return total > median;
}

double dlab_figure_diff(const struct dlab_figure *f)
{
	return dlab_is_of_total(f) ? f->diff_total : f->diff;
}

void dlab_figure_values(const struct dlab_figure *f, double *a, double *b)
{
	bool total = dlab_is_of_total(f);
	double n = (double)f->a.n;

	*a = total ? f->a.total / n : f->a.median;
	*b = total ? f->b.total / n : f->b.median;
}

double dlab_figure_relative(const struct dlab_figure *f)
{
	double diff = dlab_figure_diff(f), from, to;

	dlab_figure_values(f, &from, &to);
	return from != 0 ? diff / fabs(from) :
	       diff != 0 ? copysign(INFINITY, diff) :
			   0;
}

bool dlab_figure_moved(const struct dlab_figure *f)
{
	return dlab_is_effect(f->diff, f->min_effect) ||
	       (!isnan(f->diff_total) &&
		dlab_is_effect(f->diff_total, f->min_effect_total));
}

/* ---- exact metrics */

static bool all_equal(const double *v, size_t n)
{
	for (size_t i = 1; i < n; i++)
		if (v[i] != v[0])
			return false;
	return true;
}

static bool repeats(const struct dlab_side *s)
{
	return all_equal(s->medians, s->boots) &&
	       (!s->totals || all_equal(s->totals, s->boots));
}

static void note_if_not_exact(struct dlab_figure *f)
{
	bool a = repeats(&f->a), b = repeats(&f->b);

	f->not_exact = !a || !b;
	if (f->not_exact)
		snprintf(f->note, sizeof(f->note),
			 "not exact: boots of %s disagree",
			 a ? "B" :
			 b ? "A" :
			     "A and of B");
}

/*
 * The total shows what a median hides, a cost on every k-th call, so either
 * is enough; where they point in different directions, the worse one counts.
 */
static enum dlab_verdict exact_verdict(const struct dlab_figure *f)
{
	bool median = dlab_is_effect(f->diff, f->min_effect);
	bool total = !isnan(f->diff_total) &&
		     dlab_is_effect(f->diff_total, f->min_effect_total);

	if ((median && dlab_is_worse(f->metric, f->diff)) ||
	    (total && dlab_is_worse(f->metric, f->diff_total)))
		return DLAB_WORSE;
	return median || total ? DLAB_BETTER : DLAB_SAME;
}

/*
 * What ran before leaves allocators and caches as the case finds them, and that
 * moves counts by some dozen: with another past, a difference proves nothing.
 */
static void judge_numbers(struct dlab_figure *f)
{
	f->verdict = exact_verdict(f);
	if (f->verdict == DLAB_SAME || !f->other_past)
		return;
	f->verdict = DLAB_INCONCLUSIVE;
	snprintf(
		f->note, sizeof(f->note),
		"other cases ran before it in the boot: measure the same suite");
}

void dlab_judge_exact(struct dlab_figure *f)
{
	f->diff = f->b.median - f->a.median;
	f->diff_total = NAN;
	if (f->a.totals && f->b.totals && f->a.n && f->a.n == f->b.n)
		f->diff_total = (f->b.total - f->a.total) / (double)f->a.n;
	note_if_not_exact(f);
	f->identical = !*f->note && f->diff == 0 && f->a.n == f->b.n &&
		       !(f->diff_total != 0 && !isnan(f->diff_total));
	if (dlab_explains(f->metric, f->has_whole)) {
		f->verdict = DLAB_EXPLAINS;
	} else if (!f->a.n || f->a.n != f->b.n) {
		/* another number of operations is another experiment */
		f->verdict = DLAB_INCONCLUSIVE;
		snprintf(f->note, sizeof(f->note),
			 "not the same number of operations on both sides");
	} else {
		judge_numbers(f);
	}
}

/* ---- the others */

static bool is_judged_by_rank(const struct dlab_figure *f)
{
	return !f->metric->exact && !f->emulated &&
	       !dlab_explains(f->metric, f->has_whole);
}

static int test(struct dlab_figure *f)
{
	struct dlab_ranktest t;
	int ret = dlab_rank_test(f->a.medians, f->a.boots, f->b.medians,
				 f->b.boots, DLAB_ALPHA, &t);

	if (ret)
		return ret;
	f->diff = t.shift;
	f->low = t.low;
	f->high = t.high;
	f->p = t.p;
	return 0;
}

/* One family: the figures that are tested, and their p-values. */
struct family {
	struct dlab_figure **f;
	double *p;
	double *q;
	size_t nr;
};

/*
 * Whether the @i-th figure would be rejected if its boots were as far apart as
 * they can be; if not, no outcome of the experiment could have shown anything.
 */
static int could_reject(const struct family *fam, size_t i, double *q,
			bool *could)
{
	const struct dlab_figure *f = fam->f[i];
	double p = fam->p[i];
	int ret;

	fam->p[i] = fmin(p, dlab_rank_least_p(f->a.boots, f->b.boots));
	ret = dlab_bh(fam->p, q, fam->nr);
	fam->p[i] = p;
	*could = !ret && q[i] <= DLAB_ALPHA;
	return ret;
}

static unsigned int cap(double n)
{
	return n < MAX_BOOTS ? (unsigned int)ceil(n) : MAX_BOOTS;
}

/*
 * How many boots a side settle a figure.  If they could not reject: as many as
 * can, even if nothing but this figure and those rejected now differ.  If they
 * could: as many as shrink the interval, whose width goes with 1/sqrt(boots),
 * until it fits within the minimum effect or leaves zero out.
 */
static unsigned int boots_needed(const struct family *fam,
				 const struct dlab_figure *f, bool could)
{
	size_t now = f->a.boots < f->b.boots ? f->a.boots : f->b.boots;
	double half = (f->high - f->low) / 2, gap;
	size_t rejected = 1;

	if (!could || isinf(half)) {
		for (size_t i = 0; i < fam->nr; i++)
			rejected += fam->f[i]->q <= DLAB_ALPHA &&
				    fam->f[i] != f;
		return dlab_rank_boots_for(DLAB_ALPHA * (double)rejected /
					   (double)fam->nr);
	}
	gap = fabs(f->diff) < f->min_effect ? f->min_effect - fabs(f->diff) :
					      fabs(f->diff);
	if (gap <= 0)
		return MAX_BOOTS;
	return cap(fmax((double)now + 1,
			(double)now * (half / gap) * (half / gap)));
}

static bool within(const struct dlab_figure *f)
{
	if (f->min_effect <= 0)
		return f->low == 0 && f->high == 0;
	return f->low > -f->min_effect && f->high < f->min_effect;
}

/* What no outcome could have shown is not held against the case. */
static void leave_to_exact(struct dlab_figure *f)
{
	size_t boots = f->a.boots < f->b.boots ? f->a.boots : f->b.boots;

	f->verdict = DLAB_FEW_BOOTS;
	snprintf(f->note, sizeof(f->note), "%zu boot%s; needs %u", boots,
		 dlab_s(boots), f->boots_needed);
}

static int verdict_by_rank(const struct family *fam, size_t i, double *q)
{
	struct dlab_figure *f = fam->f[i];
	bool could;
	int ret;

	if (f->q <= DLAB_ALPHA && dlab_is_effect(f->diff, f->min_effect)) {
		f->verdict = dlab_is_worse(f->metric, f->diff) ? DLAB_WORSE :
								 DLAB_BETTER;
		return 0;
	}
	if (within(f)) {
		f->verdict = DLAB_SAME;
		return 0;
	}
	ret = could_reject(fam, i, q, &could);
	f->verdict = DLAB_INCONCLUSIVE;
	f->boots_needed = boots_needed(fam, f, could);
	if (!could && f->has_exact)
		leave_to_exact(f);
	return ret;
}

static int judge_by_rank(const struct family *fam)
{
	double *q = calloc(fam->nr + 1, sizeof(*q));
	int ret = q ? 0 : -ENOMEM;

	for (size_t i = 0; !ret && i < fam->nr; i++) {
		ret = test(fam->f[i]);
		fam->p[i] = fam->f[i]->p;
	}
	if (!ret)
		ret = dlab_bh(fam->p, fam->q, fam->nr);
	for (size_t i = 0; !ret && i < fam->nr; i++)
		fam->f[i]->q = fam->q[i];
	for (size_t i = 0; !ret && i < fam->nr; i++)
		ret = verdict_by_rank(fam, i, q);
	free(q);
	return ret;
}

/* Shown with its difference, no more. */
static void leave_unjudged(struct dlab_figure *f)
{
	f->diff = f->b.median - f->a.median;
	f->verdict = dlab_explains(f->metric, f->has_whole) ? DLAB_EXPLAINS :
							      DLAB_EMULATED;
}

int dlab_judge(struct dlab_figure *f, size_t nr)
{
	struct family fam = {
		.f = calloc(nr + 1, sizeof(*fam.f)),
		.p = calloc(nr + 1, sizeof(*fam.p)),
		.q = calloc(nr + 1, sizeof(*fam.q)),
	};
	int ret = -ENOMEM;

	if (!fam.f || !fam.p || !fam.q)
		goto out;
	for (size_t i = 0; i < nr; i++) {
		f[i].diff_total = f[i].low = f[i].high = NAN;
		f[i].p = f[i].q = NAN;
		if (f[i].metric->exact && !f[i].emulated)
			dlab_judge_exact(&f[i]);
		else if (is_judged_by_rank(&f[i]))
			fam.f[fam.nr++] = &f[i];
		else
			leave_unjudged(&f[i]);
	}
	ret = judge_by_rank(&fam);
out:
	free(fam.f);
	free(fam.p);
	free(fam.q);
	return ret;
}
