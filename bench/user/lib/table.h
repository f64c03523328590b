/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does an operation cost by each path on several kernels?  One metric of
 * several runs, so that the kernels of a shape stand below each other and the
 * paths side by side.
 */
#ifndef DLAB_TABLE_H
#define DLAB_TABLE_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "metrics.h"
#include "report/doc.h"
#include "report/view.h"
#include "verdict/axis.h"

/* One letter names a run. */
#define DLAB_TABLE_MAX_RUNS 26

/**
 * struct dlab_table_request - what to put side by side
 * @dirs: directories of the runs
 * @nr: how many, 1 to DLAB_TABLE_MAX_RUNS
 * @metric: name of the metric
 * @cases: patterns of which a case must match one (match.h), or NULL
 */
struct dlab_table_request {
	const char *const *dirs;
	size_t nr;
	const char *metric;
	const char *cases;
};

/**
 * struct dlab_table - one metric of several runs
 * @metric: its declaration
 * @runs: in the order asked for
 * @nr_runs: how many
 * @topologies: in their usual order
 * @rows: shapes, as the first run has them in order: the id without topology
 *        and path, then the keys that are not in the id
 * @paths: in their usual order; with the hint where there is one
 * @cells: private, see dlab_table_cell()
 * @configs: one for each pair of kernels of different versions: in which
 *           symbols that both know their configurations differ
 * @taints: what all runs are tainted with
 */
struct dlab_table {
	const struct dlab_metric *metric;
	struct report_view *runs;
	size_t nr_runs;
	struct report_names topologies;
	struct report_names rows;
	struct report_names paths;
	const struct report_case **cells;
	struct dlab_notes configs;
	struct dlab_notes taints;
};

/**
 * dlab_table_load - read runs that differ in nothing but the kernel
 * @metrics: must outlive @out
 *
 * What may differ is what `dlab compare` lets differ on axis kernel.  Kernels
 * of different versions cannot have the same configuration: between those,
 * symbols may differ too, and are noted.  Workloads that no run has figures of
 * are left out.
 *
 * Return: 0; -EPERM when something else differs, -ENOENT when there is no such
 * metric or no figure of it; another -errno when a run cannot be read.
 */
int dlab_table_load(const struct dlab_table_request *req,
		    const struct dlab_metrics *metrics, struct dlab_table *out,
		    struct dlab_err *err);
void dlab_table_free(struct dlab_table *t);

/* The case of a run there, or NULL; it need not have figures. */
const struct report_case *dlab_table_cell(const struct dlab_table *t,
					  size_t run, size_t topology,
					  size_t row, size_t path);

/* The kernel's release, "unknown" where the run does not say. */
const char *dlab_table_kernel(const struct dlab_run *run);

/**
 * dlab_table_series - what the lab put on the kernel
 * Return: "stock", "kernel-series/6.12", ..., or NULL: the run does not say.
 */
const char *dlab_table_series(const struct dlab_run *run);

/* The table for people, as text in 80 columns or as Markdown. */
void dlab_table_doc(const struct dlab_table *t, struct doc *d);

/* A line for each case of each run; errors are the stream's. */
void dlab_table_tsv(const struct dlab_table *t, FILE *f);

#endif
