// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which bucket of the log-linear histogram does a value belong to?  The
 * buckets are those of uapi/dmalab.h.
 */
#include <linux/bitops.h>
#include <linux/minmax.h>
#include <kunit/visibility.h>

#include "dmalab.h"

#define SUB_BITS	DMALAB_HIST_SUB_BITS
#define SUB		BIT(SUB_BITS)

/**
 * dmalab_hist_bucket - the bucket of a value
 * @value: any
 *
 * Return: its index; the last one for whatever is beyond.
 */
unsigned int dmalab_hist_bucket(u64 value)
{
	unsigned int exp;

	if (value < SUB)
		return value;
	exp = fls64(value) - 1 - SUB_BITS;
	if (exp >= DMALAB_HIST_TOP_BIT - SUB_BITS)
		return DMALAB_HIST_BUCKETS - 1;
	return (exp << SUB_BITS) + (value >> exp);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_hist_bucket);

/**
 * dmalab_hist_low - the smallest value of a bucket
 * @bucket: its index
 */
u64 dmalab_hist_low(unsigned int bucket)
{
	unsigned int exp = bucket >> SUB_BITS;

	if (exp)
		exp--;
	return (u64)(bucket - (exp << SUB_BITS)) << exp;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_hist_low);
