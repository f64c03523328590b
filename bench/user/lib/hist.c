// SPDX-License-Identifier: GPL-2.0-only
/* The arithmetic of log-linear buckets. */
#include "hist.h"

#define SUB_BITS DLAB_HIST_SUB_BITS

size_t dlab_hist_bucket(uint64_t value)
{
	unsigned int msb, shift;

	if (value < (1ULL << SUB_BITS))
		return value;
	if (value >> DLAB_HIST_TOP_BIT)
		return DLAB_HIST_BUCKETS - 1;
	msb = 63 - __builtin_clzll(value);
	shift = msb - SUB_BITS;
	/* (shift + 1) powers of two lie below; the top bit is implied */
	return ((size_t)(shift + 1) << SUB_BITS) +
	       ((value >> shift) & ((1U << SUB_BITS) - 1));
}

uint64_t dlab_hist_low(size_t bucket)
{
	uint64_t sub = bucket & ((1U << SUB_BITS) - 1);
	size_t power = bucket >> SUB_BITS;

	if (!power)
		return sub;
	return ((1ULL << SUB_BITS) + sub) << (power - 1);
}

void dlab_hist_add(struct dlab_hist *h, uint64_t value)
{
	dlab_hist_add_n(h, value, 1);
}

void dlab_hist_add_n(struct dlab_hist *h, uint64_t value, uint64_t n)
{
	h->count[dlab_hist_bucket(value)] += n;
	h->n += n;
}

void dlab_hist_add_all(struct dlab_hist *to, const struct dlab_hist *from)
{
	for (size_t i = 0; i < DLAB_HIST_BUCKETS; i++)
		to->count[i] += from->count[i];
	to->n += from->n;
}

void dlab_hist_emit(const struct dlab_hist *h, struct dlab_out *out,
		    const char *metric)
{
	for (size_t i = 0; i < DLAB_HIST_BUCKETS; i++)
		if (h->count[i])
			dlab_out_bucket(out, metric, dlab_hist_low(i),
					h->count[i]);
}
