/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs and histories in the formats of other tools. */
#ifndef DLAB_EXPORT_H
#define DLAB_EXPORT_H

#include <stdio.h>

#include "err.h"
#include "history/history.h"
#include "metrics.h"
#include "run.h"

/*
 * Google Benchmark's JSON, as its compare.py reads it.
 *
 * One benchmark for each case and metric that is better when lower and is in
 * instructions or nanoseconds, named "case/metric"; its repetitions are the
 * boots.  real_time is the median of the boot; cpu_time is the mean of its
 * consecutive operations for counts, which shows what a median hides, and the
 * median again for times.  Instructions have the time unit "ns" and the label
 * "insns": compare.py knows times only, and under -icount one instruction is
 * one nanosecond of the guest's time.  Everything else of a case is counters of
 * its first benchmark.  Times of an emulated CPU are left out.
 */
struct dlab_gbench;

/* Return: NULL when out of memory. */
struct dlab_gbench *dlab_gbench_new(void);

/**
 * dlab_gbench_add - the benchmarks of one run
 * @prefix: stands before their names; ""
 *
 * Return: 0, or -errno.
 */
int dlab_gbench_add(struct dlab_gbench *g, const struct dlab_run *run,
		    const char *prefix, const struct dlab_metrics *metrics,
		    struct dlab_err *err);

/* How many cases have nothing that can be such a benchmark. */
size_t dlab_gbench_left_out(const struct dlab_gbench *g);
void dlab_gbench_print(const struct dlab_gbench *g, FILE *f);
void dlab_gbench_free(struct dlab_gbench *g);

/**
 * dlab_export_otava - the table that Apache Otava's importer of CSV reads
 *
 * Columns time (of the commit), commit, and "case:metric" for each judged track
 * that was measured at every measured commit: the importer knows no gaps.
 *
 * Return: how many tracks are left out because of gaps.
 */
size_t dlab_export_otava(const struct dlab_history *h, FILE *f);

/* otava.yaml for that table, in the file history.csv: which way is better. */
void dlab_export_otava_config(const struct dlab_history *h, FILE *f);

/**
 * dlab_export_run - a run in JSON (results/schema/export.json)
 * Return: 0, or -errno.
 */
int dlab_export_run(const struct dlab_run *run,
		    const struct dlab_metrics *metrics, FILE *f,
		    struct dlab_err *err);

#endif
