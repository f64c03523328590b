/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as the later stages see it: run.json, the samples of each boot, and
 * the summary that `dlab stat` derives from them.
 */
#ifndef DLAB_SUMMARY_H
#define DLAB_SUMMARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "driver.h"
#include "err.h"
#include "metrics.h"

/**
 * struct dlab_row - one row of summary.tsv
 * @id: case with its topology: "map/scattered@vm-vtd-strict[path=page,…]"
 * @metric: metric name, or "-" for a case that is not ok
 * @unit: of @median, @min, @mad, @total
 * @direction: "lower", "higher", "neutral"
 * @instrument: "count" or "time"
 * @n: samples, all boots together
 * @boots: boots that gave samples
 * @median: median over all samples
 * @min: least sample
 * @mad: median absolute deviation from the median, not scaled
 * @total: sum over one boot's consecutive operations (NAN when not counted;
 *         the median over boots when there are several)
 * @status: how the case ended
 * @tainted: the run of it was tainted
 * @reason: why it was skipped, failed or is tainted; "" otherwise
 * @emulated: a time on an emulated CPU: shown apart, never judged
 */
struct dlab_row {
	char *id;
	char *metric;
	char *unit;
	char *direction;
	char *instrument;
	uint64_t n;
	unsigned int boots;
	double median;
	double min;
	double mad;
	double total;
	enum dlab_status status;
	bool tainted;
	char *reason;
	bool emulated;
};

struct dlab_summary {
	struct dlab_row *v;
	size_t nr;
};

/**
 * dlab_stat - derive the summary of a run from its boots' samples
 * @run_dir: results/runs/<run>
 *
 * One row for each case and metric, then one for each status other than ok
 * that a case ended with in any boot (metric "-").  A metric that was kept as
 * a histogram gets its percentiles too, as far as @metrics declares them:
 * "op_ns_p99" is the 99th percentile of "op_ns".  Figures from histograms are
 * the lower edge of a bucket: low by less than 1/32 (3.2 %).
 *
 * Return: 0, or -errno.
 */
int dlab_stat(const char *run_dir, const struct dlab_metrics *metrics,
	      struct dlab_summary *out, struct dlab_err *err);

/**
 * dlab_summary_write - write summary.tsv atomically
 * dlab_summary_read - the reverse
 * dlab_summary_parse - the same from @len bytes of @text, called @name in
 *                      messages
 */
int dlab_summary_write(const struct dlab_summary *s, const char *path,
		       struct dlab_err *err);
int dlab_summary_read(const char *path, struct dlab_summary *out,
		      struct dlab_err *err);
int dlab_summary_parse(const char *name, const char *text, size_t len,
		       struct dlab_summary *out, struct dlab_err *err);
void dlab_summary_free(struct dlab_summary *s);

/**
 * dlab_unrle - the values of one row of samples.tsv: "2601x299,2650"
 * Return: 0 with a malloc()ed array, or -EINVAL; never more than 2^26 values.
 */
int dlab_unrle(const char *text, double **values, size_t *n,
	       struct dlab_err *err);

#endif
