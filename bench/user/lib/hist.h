/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A log-linear histogram: how often a value was seen, with a relative error
 * that is bounded by construction.  The same buckets as the module's.
 */
#ifndef DLAB_HIST_H
#define DLAB_HIST_H

#include <stddef.h>
#include <stdint.h>

#include "out.h"

/*
 * Values below 2^SUB_BITS have a bucket each.  Above, every power of two is
 * cut into 2^SUB_BITS buckets, so a bucket is at most 1/32 (3.2 %) of its
 * lower edge wide.  The last bucket takes what is beyond 2^TOP_BIT.
 */
#define DLAB_HIST_SUB_BITS	5
#define DLAB_HIST_TOP_BIT	44
#define DLAB_HIST_BUCKETS \
	((DLAB_HIST_TOP_BIT - DLAB_HIST_SUB_BITS + 1) << DLAB_HIST_SUB_BITS)

/**
 * struct dlab_hist - a histogram; all zero is an empty one
 * @n: values added
 * @count: how many fell into each bucket
 */
struct dlab_hist {
	uint64_t n;
	uint64_t count[DLAB_HIST_BUCKETS];
};

/* The bucket that takes @value. */
size_t dlab_hist_bucket(uint64_t value);

/* The least value that falls into @bucket. */
uint64_t dlab_hist_low(size_t bucket);

void dlab_hist_add(struct dlab_hist *h, uint64_t value);

/* Add @value @n times; what another histogram counted in a finer bucket. */
void dlab_hist_add_n(struct dlab_hist *h, uint64_t value, uint64_t n);

void dlab_hist_add_all(struct dlab_hist *to, const struct dlab_hist *from);

/* Emit the non-empty buckets of the case at hand. */
void dlab_hist_emit(const struct dlab_hist *h, struct dlab_out *out,
		    const char *metric);

#endif
