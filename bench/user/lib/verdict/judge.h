/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict on figures whose two sides are known. */
#ifndef DLAB_JUDGE_H
#define DLAB_JUDGE_H

#include "verdict/compare.h"

/* Error rate of the rank tests after correction, and 1 - level of intervals. */
#define DLAB_ALPHA 0.05

/* Whether a difference of @diff is one for the worse. */
bool dlab_is_worse(const struct dlab_metric *m, double diff);

/* Whether it counts; without a minimum effect every difference does. */
bool dlab_is_effect(double diff, double min_effect);

/* The smallest difference from @median that metrics.ini calls worth a verdict. */
double dlab_min_effect(const struct dlab_metric *m, double median);

/**
 * dlab_explains - whether a figure of @m makes no verdict, but explains one
 * @has_whole: the metric of which @m is a phase was measured where @m was
 *
 * A case is judged by its whole operation: structure counts explain, and so do
 * its phases where the whole was measured.
 */
bool dlab_explains(const struct dlab_metric *m, bool has_whole);

/**
 * dlab_worst_verdict - of two verdicts on one case, the one that is its own
 *
 * Worse before inconclusive before better before same; then what no verdict is:
 * a figure with too few boots whose exact form is there makes no case one.
 */
enum dlab_verdict dlab_worst_verdict(enum dlab_verdict a, enum dlab_verdict b);

/*
 * Whether the total says more than the median, in the verdict's direction where
 * there is one.
 */
bool dlab_is_of_total(const struct dlab_figure *f);

/* What the verdict speaks of, of one operation: the median or the total. */
double dlab_figure_diff(const struct dlab_figure *f);

/* What that is the difference of. */
void dlab_figure_values(const struct dlab_figure *f, double *a, double *b);

/* The same as a fraction of what it was; infinite from 0. */
double dlab_figure_relative(const struct dlab_figure *f);

/* Whether it moved, at least one of median and total, by its minimum effect. */
bool dlab_figure_moved(const struct dlab_figure *f);

/**
 * dlab_judge_exact - give a figure of an exact metric its verdict
 * @f: with both sides, metric, has_whole, other_past, min_effect and
 *     min_effect_total set
 *
 * Sets diff, diff_total, identical, verdict and note.
 */
void dlab_judge_exact(struct dlab_figure *f);

/**
 * dlab_judge - give every figure its verdict
 * @f: with both sides, metric, has_whole, has_exact, emulated, other_past, min_effect and
 *     min_effect_total set
 *
 * All figures that take a rank test are one family of Benjamini-Hochberg.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_judge(struct dlab_figure *f, size_t nr);

#endif
