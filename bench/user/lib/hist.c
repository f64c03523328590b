// SPDX-License-Identifier: GPL-2.0-only
/* The arithmetic of log-linear buckets. */
#include <math.h>

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
	h->count[dlab_hist_bucket(value)]++;
	h->n++;
}

uint64_t dlab_hist_percentile(const struct dlab_hist *h, double percent)
{
	uint64_t rank = (uint64_t)ceil((double)h->n * percent / 100.0);
	uint64_t seen = 0;
	size_t i;

	if (!rank)
		rank = 1;
	for (i = 0; i < DLAB_HIST_BUCKETS - 1; i++) {
		seen += h->count[i];
		if (seen >= rank)
			break;
	}
	return dlab_hist_low(i);
}
