/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Everything that the boots of a run measured, put together by case and
 * metric, boot by boot.
 */
#ifndef DLAB_DATA_H
#define DLAB_DATA_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "metrics.h"
#include "numbers.h"
#include "run.h"

/**
 * struct dlab_cell - what one boot measured of one metric of one case
 * @boot: index into struct dlab_run.boots
 * @past: of its outcome
 * @v: the samples in the order measured, or NULL where a histogram was kept
 * @n: how many
 * @hist: the histogram, merged, or NULL
 * @nr_hist: its buckets
 */
struct dlab_cell {
	unsigned int boot;
	uint64_t past;
	double *v;
	size_t n;
	struct dlab_bucket *hist;
	size_t nr_hist;
};

/**
 * struct dlab_series - one metric of one case
 * @id: the case with its topology
 * @metric: its declaration
 * @cells: by boot, ascending
 * @nr: how many boots gave samples
 */
struct dlab_series {
	char *id;
	const struct dlab_metric *metric;
	struct dlab_cell *cells;
	size_t nr;
};

/**
 * struct dlab_outcome - how one case ended in one boot
 * @id: the case with its topology
 * @boot: index into struct dlab_run.boots
 * @past: hash of the cases that ran before it in the boot, in their order, and
 *        of how they ended: they leave allocators and caches in the state that
 *        this case finds.  One and the same where every case started from a
 *        defined state (case_state in boot.json)
 * @status: how it ended
 * @reason: why; "" for ok
 */
struct dlab_outcome {
	char *id;
	unsigned int boot;
	uint64_t past;
	enum dlab_status status;
	char *reason;
};

/**
 * struct dlab_data - all of a run
 * @series: in the order in which they were first met
 * @nr_series: how many
 * @outcomes: boot by boot
 * @nr_outcomes: how many
 * @index: finds series by id and metric; private
 */
struct dlab_data {
	struct dlab_series *series;
	size_t nr_series;
	struct dlab_outcome *outcomes;
	size_t nr_outcomes;
	void *index;
};

/**
 * dlab_data_load - read the samples, histograms and outcomes of all boots
 * @run: loaded from a directory
 *
 * A boot that did not end well may lack files or end in the middle of a line;
 * its whole rows count.  Samples count only where the case's outcome is ok.
 *
 * Return: 0, or -errno; -EINVAL for a metric that @metrics does not declare.
 */
int dlab_data_load(const struct dlab_run *run,
		   const struct dlab_metrics *metrics, struct dlab_data *out,
		   struct dlab_err *err);
void dlab_data_free(struct dlab_data *data);

/* The series of a case and metric, or NULL. */
const struct dlab_series *dlab_data_find(const struct dlab_data *data,
					 const char *id, const char *metric);

/* The middle of one boot's samples; of a histogram see dlab_hist_quantile(). */
double dlab_cell_median(const struct dlab_cell *cell);

/* The sum of one boot's samples; NAN for a histogram. */
double dlab_cell_total(const struct dlab_cell *cell);

/* How many samples, or values in the histogram. */
uint64_t dlab_cell_count(const struct dlab_cell *cell);

/**
 * dlab_qualified_id - "map/x[path=page]" and "vm" as "map/x@vm[path=page]"
 * Return: malloc()ed, or NULL when out of memory.
 */
char *dlab_qualified_id(const char *id, const char *topology);

#endif
