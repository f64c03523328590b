// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the two-step API cost as its users in mainline call it?  One IOVA
 * for the transfer, each segment linked by a call of its own, one sync.  The
 * device sees one range, so that is all there is to stream.
 */
#include "iova.h"

#ifdef DMALAB_HAS_IOVA
static int link_segments(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;
	const struct dmalab_seg *seg = op->mem.segs;
	const struct dmalab_seg *end = seg + op->mem.nr_segs;
	int err;

	for (; seg < end; seg++) {
		err = dma_iova_link(op->dev, &iova->state,
				    dmalab_seg_phys(seg), iova->linked,
				    seg->len, op->dir, op->attrs);
		if (err)
			return err;
		iova->linked += seg->len;
	}
	return dma_iova_sync(op->dev, &iova->state, 0, iova->linked);
}

static int iova_map(struct dmalab_op *op)
{
	const struct dmalab_iova *iova = op->priv;
	int err;

	if (iova->has_gaps ||
	    !dmalab_iova_alloc(op, dmalab_seg_phys(op->mem.segs),
			       op->mem.bytes)) {
		dmalab_phys_begin(op);
		return 0;
	}
	op->nr_ranges = 1;
	err = link_segments(op);
	if (err)
		dmalab_iova_destroy(op);
	return err;
}

static int iova_fill(struct dmalab_op *op)
{
	const struct dmalab_iova *iova = op->priv;

	if (!iova->use_iova)
		return dmalab_phys_fill(op);
	return dmalab_push(op, iova->state.addr, op->mem.bytes);
}

const struct dmalab_path dmalab_path_iova = {
	.name = "iova",
	.mmio = DMALAB_PHYS_TAKES_MMIO,
	.prepare = dmalab_iova_prepare,
	.map = iova_map,
	.fill = iova_fill,
	.unmap = dmalab_iova_unmap,
	.unprepare = dmalab_iova_unprepare,
};
#else
const struct dmalab_path dmalab_path_iova = {
	.name = "iova",
	.lacks = "dma_iova_link()",
};
#endif
