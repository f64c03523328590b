/* SPDX-License-Identifier: GPL-2.0-only */
/* The verdict on figures whose two sides are known. */
#ifndef DLAB_JUDGE_H
#define DLAB_JUDGE_H

#include "verdict/compare.h"

/* Error rate of the rank tests after correction, and 1 - level of intervals. */
#define DLAB_ALPHA 0.05

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
