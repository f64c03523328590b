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
 * dlab_judge_exact - give a figure of an exact metric its verdict
 * @f: with both sides, metric, other_past, min_effect and min_effect_total set
 *
 * Sets diff, diff_total, identical, verdict and note.
 */
void dlab_judge_exact(struct dlab_figure *f);

/**
 * dlab_judge - give every figure its verdict
 * @f: with both sides, metric, emulated, other_past, min_effect and
 *     min_effect_total set
 *
 * All figures that take a rank test are one family of Benjamini-Hochberg.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_judge(struct dlab_figure *f, size_t nr);

#endif
