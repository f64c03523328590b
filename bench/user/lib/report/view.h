/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A run as its report looks at it: every case taken apart into topology,
 * workload, descriptor, shape and path, so that what belongs side by side can
 * be found.
 */
#ifndef DLAB_REPORT_VIEW_H
#define DLAB_REPORT_VIEW_H

#include "data.h"
#include "metrics.h"
#include "report/names.h"
#include "run.h"
#include "summary.h"

struct report_key {
	char *key;
	char *value;
};

/**
 * struct report_case - one case on one topology
 * @id: as results have it, "map/scattered@vm[path=page,desc=mtt,size=4k]"
 * @topology: index into struct report_view.topologies
 * @workload: index into .workloads
 * @desc: index into .descs; "" is a descriptor too: none
 * @shape: index into .shapes: all keys that are not path, hint or descriptor
 * @series: index into .series: path, and hint where there is one; -1 without
 * @transfer: index into .transfers: the same bytes in the same segments of the
 *            same memory, whatever workload measures them
 * @keys: what stands in brackets, in that order
 * @nr_keys: how many
 * @declared: all its keys, or NULL where the run does not hold them
 * @rows: rows of the summary, with figures or with a status
 * @nr_rows: how many
 * @status: the worst that happened to it in any boot
 * @tainted: some row is
 */
struct report_case {
	const char *id;
	int topology;
	int workload;
	int desc;
	int shape;
	int series;
	int transfer;
	struct report_key *keys;
	size_t nr_keys;
	const struct dlab_case *declared;
	const struct dlab_row **rows;
	size_t nr_rows;
	enum dlab_status status;
	bool tainted;
};

/**
 * struct report_shape - a shape: its label is the same for all cases of it
 * @bytes: value of the key "size", 0 without
 * @segs: value of the key "segs", 0 where that is missing or a word
 * @like: some case of this shape
 */
struct report_shape {
	double bytes;
	double segs;
	const struct report_case *like;
};

/**
 * struct report_view - the whole run
 * @run: run.json
 * @metrics: declarations
 * @data: samples and histograms
 * @summary: what `dlab stat` derives
 * @declared: what the boots were asked to run
 * @rows: pointers into @summary, those of one case together
 * @cases: in the order of the summary
 * @nr_cases: how many
 * @topologies: in the order in which they were booted
 * @workloads: in the order of the summary, the headline's first
 * @descs: in their usual order
 * @shapes: labels, ascending by size, segments and the rest
 * @shape_info: for each of them
 * @series: in their usual order
 * @transfers: in no order
 * @headline: index of the case that stands for the run, -1 when none can
 * @baseline: path that figures are related to, or NULL: the usual one
 * @columns: series in the order in which tables have them, for who sees the first
 *           few: the baseline, then by what the headline costs, the harness last
 */
struct report_view {
	struct dlab_run run;
	const struct dlab_metrics *metrics;
	struct dlab_data data;
	struct dlab_summary summary;
	struct dlab_cases declared;
	const struct dlab_row **rows;
	struct report_case *cases;
	size_t nr_cases;
	struct report_names topologies;
	struct report_names workloads;
	struct report_names descs;
	struct report_names shapes;
	struct report_shape *shape_info;
	struct report_names series;
	struct report_names transfers;
	int headline;
	const char *baseline;
	int *columns;
};

/**
 * report_view_load - read a run
 * @dir: results/runs/<run>
 * @metrics: must outlive the view
 *
 * Return: 0, or -errno.  To be freed in either case.
 */
int report_view_load(struct report_view *v, const char *dir,
		     const struct dlab_metrics *metrics, struct dlab_err *err);
void report_view_free(struct report_view *v);

/**
 * report_set_baseline - what figures are multiples of
 * @path: of the view's paths; must outlive it.  NULL: the usual one
 *
 * Return: 0; -ENOENT: there is no such path; -ENOMEM.
 */
int report_set_baseline(struct report_view *v, const char *path);

/* The case at these coordinates, or NULL. */
const struct report_case *report_find(const struct report_view *v, int topology,
				      int workload, int desc, int shape,
				      int series);

/**
 * report_find_like - the case on a topology that does the same by some path
 * @like: a case whose transfer and descriptor are wanted
 *
 * Return: of @like's workload if it is there, of any other that measures the
 * same transfer otherwise, or NULL.
 */
const struct report_case *report_find_like(const struct report_view *v,
					   const struct report_case *like,
					   int topology, int series);

/* The case's row of a metric with figures, or NULL. */
const struct dlab_row *report_row(const struct report_case *c,
				  const char *metric);

/* The value of a key in brackets, or NULL. */
const char *report_value(const struct report_case *c, const char *key);

/* Number of the colour and marker that a series has in every table and plot. */
int report_colour_of(const struct report_view *v, int series);

/* The harness measuring itself. */
bool report_is_null(const struct report_view *v, int series);

/* A descriptor of which no hardware is behind: verified by translation only. */
bool report_is_model(const char *desc);

/* "2,601", "0.0039", "1,234.5": a figure as people read it. */
#define REPORT_NUMBER_LEN 48
const char *report_number(double value, char *text);

#endif
