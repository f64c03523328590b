/* SPDX-License-Identifier: GPL-2.0-only */
/* From figures to cases: what belongs together, and the one verdict on it. */
#ifndef DLAB_PAIRS_H
#define DLAB_PAIRS_H

#include "verdict/compare.h"

/**
 * dlab_pairs_make - put the figures of each case together
 * @c: with figures; gets pairs without verdicts, and figures their has_whole
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_pairs_make(struct dlab_comparison *c);

/* Give every pair its verdict; those of its figures are known. */
void dlab_pairs_judge(struct dlab_comparison *c);
void dlab_pairs_free(struct dlab_comparison *c);

#endif
