/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Writes the directory of one boot: samples.tsv, hist.tsv, functions.tsv,
 * outcomes.tsv and whatever full output a driver wants to keep.
 */
#ifndef DLAB_OUT_H
#define DLAB_OUT_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "functions.h"

struct dlab_out;

/**
 * dlab_out_open - start writing a boot directory, which must exist
 * Return: 0 with *@out set, or -errno.
 */
int dlab_out_open(struct dlab_out **out, const char *dir, struct dlab_err *err);

/* A case begins: what is emitted until dlab_out_end() belongs to it. */
void dlab_out_begin(struct dlab_out *out, const char *case_id);

/**
 * dlab_out_samples - emit the samples of one metric, in the order measured
 * @metric: a section of workloads/metrics.ini
 * @n: at least 1
 */
void dlab_out_samples(struct dlab_out *out, const char *metric,
		      const double *values, size_t n);
void dlab_out_sample(struct dlab_out *out, const char *metric, double value);

/* Emit one non-empty bucket of a histogram, in the metric's unit. */
void dlab_out_bucket(struct dlab_out *out, const char *metric, double low,
		     uint64_t count);

/* Emit where the instructions of one operation were spent; once for a case. */
int dlab_out_functions(struct dlab_out *out,
		       const struct dlab_functions *functions,
		       struct dlab_err *err);

/**
 * dlab_out_file - the path of a file that keeps a tool's full output
 * @tool: a directory below the boot's, made when needed ("fio")
 * @suffix: ".json"
 * @path: out, at least PATH_MAX bytes
 */
int dlab_out_file(struct dlab_out *out, const char *tool, const char *suffix,
		  char *path, struct dlab_err *err);

/**
 * dlab_out_end - the case ended
 * @status: name of its enum dlab_status; anything but "ok" drops its samples
 * @reason: why, or "" for ok
 *
 * The case's rows are on disk (flushed) when this returns.
 */
int dlab_out_end(struct dlab_out *out, const char *status, const char *reason,
		 struct dlab_err *err);
int dlab_out_close(struct dlab_out *out, struct dlab_err *err);

#endif
