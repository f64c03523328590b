/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How far apart are A/A runs, in which nothing differs that should matter?
 * Runs of the same binaries, or of neutral rebuilds.
 */
#ifndef DLAB_NOISE_H
#define DLAB_NOISE_H

#include "data.h"
#include "err.h"
#include "run.h"

struct dlab_noise;

/**
 * dlab_noise_load - read A/A runs
 * @dirs: their directories
 * @nr: at least two
 * @like: they must agree with this run in all but the kernel
 *
 * Return: 0 with *@out set, or -errno; -EPERM when a run does not agree.
 */
int dlab_noise_load(const char *const *dirs, size_t nr,
		    const struct dlab_metrics *metrics,
		    const struct dlab_run *like, struct dlab_noise **out,
		    struct dlab_err *err);
void dlab_noise_free(struct dlab_noise *noise);

/**
 * struct dlab_floor - differences that mean nothing
 * @median: between medians, in the metric's unit
 * @total: between totals, for one operation
 */
struct dlab_floor {
	double median;
	double total;
};

/**
 * dlab_noise_floor - the largest difference between any two of the runs
 * @noise: NULL is no noise
 * @id: case with its topology
 * @series: name of the metric that was sampled
 * @quantile: what is compared of a histogram; ignored for samples
 *
 * Return: zeros where fewer than two of the runs have the case.
 */
struct dlab_floor dlab_noise_floor(const struct dlab_noise *noise,
				   const char *id, const char *series,
				   double quantile);

#endif
