/* SPDX-License-Identifier: GPL-2.0-only */
/* From the boots of a series to one side of a comparison. */
#ifndef DLAB_SIDE_H
#define DLAB_SIDE_H

#include "verdict/compare.h"
#include "data.h"

/**
 * dlab_side_make - the figures of each boot, and of all
 * @quantile: what to take of histograms
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_side_make(const struct dlab_series *s, double quantile,
		   struct dlab_side *out);
void dlab_side_free(struct dlab_side *side);

#endif
