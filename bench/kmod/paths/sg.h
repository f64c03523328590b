/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the two scatterlist paths share: everything but who allocates the
 * table, and when.
 */
#ifndef DMALAB_PATHS_SG_H
#define DMALAB_PATHS_SG_H

#include <linux/scatterlist.h>

#include "../dmalab.h"

/* Enters the segments and maps them; the table has room for them. */
static inline int dmalab_sg_map(struct dmalab_op *op, struct sg_table *sgt)
{
	const struct dmalab_seg *seg = op->mem.segs;
	struct scatterlist *sg;
	unsigned int i;
	int err;

	for_each_sgtable_sg(sgt, sg, i) {
		sg_set_page(sg, seg->page, seg->len, seg->offset);
		seg++;
	}
	err = dma_map_sgtable(op->dev, sgt, op->dir, 0);
	if (!err)
		op->nr_ranges = sgt->nents;
	return err;
}

/* Walks what the mapping made of them. */
static inline int dmalab_sg_fill(struct dmalab_op *op, struct sg_table *sgt)
{
	struct scatterlist *sg;
	unsigned int i;
	int err;

	for_each_sgtable_dma_sg(sgt, sg, i) {
		err = dmalab_push(op, sg_dma_address(sg), sg_dma_len(sg));
		if (err)
			return err;
	}
	return 0;
}

static inline void dmalab_sg_unmap(struct dmalab_op *op, struct sg_table *sgt)
{
	dma_unmap_sgtable(op->dev, sgt, op->dir, 0);
}

#endif
