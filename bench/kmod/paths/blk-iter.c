// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does it cost to map a request of the block layer without a scatterlist?
 * As in nvme-pci since it streams: the iterator's first step maps what can be
 * linked to one IOVA, each further step gives one range, which goes straight
 * into the descriptor.
 *
 * The first step is "map" and the others are "fill".  Without an IOMMU a range
 * is mapped in its step, so compare this path with "blk-sg" by whole operations.
 */
#include <linux/slab.h>

#include "blk-rq.h"

#ifdef DMALAB_HAS_BLK_DMA
#include <linux/blk-mq-dma.h>

/**
 * struct blk_iter - a request and how it is mapped
 * @blk: the request
 * @state: its IOVA, if it has one
 * @iter: how far the descriptor is filled
 * @nr_runs: ranges of physical memory that the request is
 * @nr_vecs: ranges that must be unmapped
 * @vecs: these
 */
struct blk_iter {
	struct dmalab_blk blk;
	struct dma_iova_state state;
	struct blk_dma_iter iter;
	unsigned int nr_runs;
	unsigned int nr_vecs;
	struct {
		dma_addr_t addr;
		u32 len;
	} vecs[];
};

static unsigned int count_runs(const struct dmalab_mem *mem)
{
	phys_addr_t here = 0;
	unsigned int i, n = 0;

	for (i = 0; i < mem->nr_segs; i++) {
		phys_addr_t phys = dmalab_seg_phys(&mem->segs[i]);

		n += !i || phys != here;
		here = phys + mem->segs[i].len;
	}
	return n;
}

static int blk_iter_prepare(struct dmalab_op *op)
{
	struct blk_iter *b;
	int err;

	b = kvzalloc(struct_size(b, vecs, op->mem.nr_segs), GFP_KERNEL);
	if (!b)
		return -ENOMEM;
	err = dmalab_blk_open(&b->blk, op);
	if (err) {
		kvfree(b);
		return err;
	}
	b->nr_runs = count_runs(&op->mem);
	op->priv = b;
	return 0;
}

static void blk_iter_unprepare(struct dmalab_op *op)
{
	struct blk_iter *b = op->priv;

	dmalab_blk_close(&b->blk);
	kvfree(b);
}

/* What must be unmapped one by one is remembered, as the driver does. */
static void remember(struct dmalab_op *op, struct blk_iter *b)
{
	if (dma_use_iova(&b->state) || !dma_need_unmap(op->dev))
		return;
	b->vecs[b->nr_vecs].addr = b->iter.addr;
	b->vecs[b->nr_vecs++].len = b->iter.len;
}

static int blk_iter_map(struct dmalab_op *op)
{
	struct blk_iter *b = op->priv;

	b->nr_vecs = 0;
	if (!blk_rq_dma_map_iter_start(b->blk.rq, op->dev, &b->state,
				       &b->iter))
		return blk_status_to_errno(b->iter.status) ?: -EIO;
	remember(op, b);
	op->nr_ranges = blk_rq_dma_map_coalesce(&b->state) ? 1 : b->nr_runs;
	return 0;
}

static int blk_iter_fill(struct dmalab_op *op)
{
	struct blk_iter *b = op->priv;
	int err;

	for (;;) {
		err = dmalab_push(op, b->iter.addr, b->iter.len);
		if (err)
			return err;
		if (!blk_rq_dma_map_iter_next(b->blk.rq, op->dev, &b->iter))
			return blk_status_to_errno(b->iter.status);
		remember(op, b);
	}
}

static void blk_iter_unmap(struct dmalab_op *op)
{
	struct blk_iter *b = op->priv;
	unsigned int i;

	if (blk_rq_dma_unmap(b->blk.rq, op->dev, &b->state, op->mem.bytes,
			     b->iter.p2pdma.map))
		return;
	for (i = 0; i < b->nr_vecs; i++)
		dma_unmap_phys(op->dev, b->vecs[i].addr, b->vecs[i].len,
			       op->dir, 0);
}

const struct dmalab_path dmalab_path_blk_iter = {
	.name = "blk-iter",
	.prepare = blk_iter_prepare,
	.map = blk_iter_map,
	.fill = blk_iter_fill,
	.unmap = blk_iter_unmap,
	.unprepare = blk_iter_unprepare,
};
#else
const struct dmalab_path dmalab_path_blk_iter = {
	.name = "blk-iter",
	.lacks = "blk_rq_dma_map_iter_start()",
};
#endif
