// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the harness cost?  Nothing is mapped; the descriptor gets the
 * physical addresses.  So "map" and "unmap" are the harness alone, and "fill"
 * is the harness and the descriptor.
 */
#include "../dmalab.h"

static int null_map(struct dmalab_op *op)
{
	op->nr_ranges = op->mem.nr_segs;
	return 0;
}

static int null_fill(struct dmalab_op *op)
{
	const struct dmalab_seg *seg = op->mem.segs;
	const struct dmalab_seg *end = seg + op->mem.nr_segs;
	int err = 0;

	for (; !err && seg < end; seg++)
		err = dmalab_push(op, dmalab_seg_phys(seg), seg->len);
	return err;
}

static void null_unmap(struct dmalab_op *op)
{
}

const struct dmalab_path dmalab_path_null = {
	.name = "null",
	.untranslated = true,
	.mmio = true,
	.map = null_map,
	.fill = null_fill,
	.unmap = null_unmap,
};
