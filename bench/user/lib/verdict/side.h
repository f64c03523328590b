/* SPDX-License-Identifier: GPL-2.0-only */
/* From the boots of a series to one side of a comparison. */
#ifndef DLAB_SIDE_H
#define DLAB_SIDE_H

#include "verdict/compare.h"
#include "data.h"
#include "metrics.h"

/**
 * typedef dlab_figures_fn - takes one metric that a series has figures of
 * @quantile: what to take of its histograms
 *
 * Return: 0 to go on, or -errno.
 */
typedef int (*dlab_figures_fn)(void *user, const struct dlab_series *s,
			       const struct dlab_metric *m, double quantile);

/**
 * dlab_series_figures - the series itself, and of a histogram its declared
 *                       percentiles
 * Return: 0, or what @fn returned.
 */
int dlab_series_figures(const struct dlab_series *s,
			const struct dlab_metrics *metrics, dlab_figures_fn fn,
			void *user);

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
