/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The corners of the matrix: which cases share a table, what is measured
 * there, and what their transfers and metrics are called.
 */
#ifndef DLAB_REPORT_SPOT_H
#define DLAB_REPORT_SPOT_H

#include "report/view.h"

/**
 * struct report_family - the same four readings of an operation, by one means
 * @suffix: of the metrics' names: "_insns"
 * @what: what is read
 * @axis: for a figure's axis
 * @means: how
 */
struct report_family {
	const char *suffix;
	const char *what;
	const char *axis;
	const char *means;
};

/* ended by an entry without suffix; the order is that of preference */
extern const struct report_family report_families[];

/* "op" and "_insns" as "op_insns" */
#define REPORT_METRIC_LEN 64
const char *report_metric(const char *part, const struct report_family *f,
			  char *name);

/* Some case of the topology (-1: of any) has figures of the metric. */
bool report_has(const struct report_view *v, int topology, const char *metric);

/* Times of the topology were taken on an emulated CPU. */
bool report_is_emulated(const struct report_view *v, int topology);

/* "nvme-prp", "mtt (model)" */
const char *report_desc_label(const struct report_view *v, int desc,
			      char *label, size_t size);

/* The topology has cases with a path. */
bool report_has_paths(const struct report_view *v, int topology);

/**
 * struct report_spot - cases that share one table: one corner of the matrix
 */
struct report_spot {
	int topology;
	int workload;
	int desc;
};

/* The case is one of those. */
bool report_in_spot(const struct report_case *c, const struct report_spot *s);

/* The first of them, or NULL. */
const struct report_case *report_first_in(const struct report_view *v,
					  const struct report_spot *s);

/* Some case there has figures of the metric. */
bool report_spot_has(const struct report_view *v, const struct report_spot *s,
		     const char *metric);

/* Some case there has the shape. */
bool report_shape_in(const struct report_view *v, const struct report_spot *s,
		     int shape);

/* "map/scattered, nvme-prp" */
const char *report_spot_label(const struct report_view *v,
			      const struct report_spot *s, char *label,
			      size_t size);

/**
 * report_segments - in how many segments a transfer is handed over
 *
 * What the case was given, its defaults included.  What reaches the descriptor
 * says nothing: a path that joins segments gives it fewer.
 *
 * Return: 0 when nothing tells.
 */
double report_segments(const struct report_view *v, const struct report_spot *s,
		       int shape);

/* "128K (32 segments)" */
const char *report_shape_label(const struct report_view *v,
			       const struct report_spot *s, int shape,
			       char *label, size_t size);

/**
 * report_baseline - the case that another's figure is a multiple of
 * @c: a case, or NULL
 *
 * The same transfer of the same workload by the path that the user named; or by
 * `sg`, or else `blk-sg`, where they did not.
 *
 * Return: that case if it has the metric, or NULL.
 */
const struct report_case *report_baseline(const struct report_view *v,
					  const struct report_case *c,
					  const char *metric);

/* The path that it is for the whole run, or -1. */
int report_baseline_series(const struct report_view *v);

/* "; ×: ratio to sg", for a caption; "" where there is no baseline */
const char *report_ratio_words(const struct report_view *v, char *text,
			       size_t size);

/**
 * report_ratio - a case's figure as a multiple of another's
 * @text: out: "×0.42", of REPORT_NUMBER_LEN
 *
 * Return: whether there is one: not without both figures, not of the harness,
 * not of emulated times.
 */
bool report_ratio(const struct report_view *v, const struct report_case *c,
		  const struct report_case *base, const char *metric,
		  char *text);

/* What a device moved through a case's descriptor, and was right. */
extern const char report_verified[];

/* The metric counts what an operation does; it explains, it is not judged. */
bool report_is_structure_count(const struct dlab_metric *m);

/* Walks the spots of a topology; false at the end. */
bool report_next_spot(const struct report_view *v, struct report_spot *s);

#define FOR_EACH_SPOT(v, s, t)                         \
	for ((s) = (struct report_spot){ (t), 0, -1 }; \
	     report_next_spot(v, &(s));)

#endif
