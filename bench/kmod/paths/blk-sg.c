// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does it cost to map a request of the block layer by a scatterlist?  As
 * in nvme-pci before it streamed: a table is allocated, blk_rq_map_sg() enters
 * what it has merged, dma_map_sgtable() maps it, the descriptor is filled in a
 * walk.
 */
#include <linux/slab.h>

#include "blk-rq.h"
#include "sg.h"

/**
 * struct blk_sg - a request and its table
 * @blk: the request
 * @sgt: the table, as long as it is mapped
 */
struct blk_sg {
	struct dmalab_blk blk;
	struct sg_table sgt;
};

static int blk_sg_prepare(struct dmalab_op *op)
{
	struct blk_sg *b = kzalloc(sizeof(*b), GFP_KERNEL);
	int err;

	if (!b)
		return -ENOMEM;
	err = dmalab_blk_open(&b->blk, op);
	if (err) {
		kfree(b);
		return err;
	}
	op->priv = b;
	return 0;
}

static void blk_sg_unprepare(struct dmalab_op *op)
{
	struct blk_sg *b = op->priv;

	dmalab_blk_close(&b->blk);
	kfree(b);
}

static int blk_sg_map(struct dmalab_op *op)
{
	struct blk_sg *b = op->priv;
	unsigned int nr = blk_rq_nr_phys_segments(b->blk.rq);
	int err;

	b->sgt.sgl = kmalloc_array(nr, sizeof(*b->sgt.sgl), GFP_ATOMIC);
	if (!b->sgt.sgl)
		return -ENOMEM;
	sg_init_table(b->sgt.sgl, nr);
	b->sgt.orig_nents = dmalab_blk_rq_map_sg(b->blk.rq, b->sgt.sgl);
	err = dma_map_sgtable(op->dev, &b->sgt, op->dir, 0);
	if (err)
		kfree(b->sgt.sgl);
	else
		op->nr_ranges = b->sgt.nents;
	return err;
}

static int blk_sg_fill(struct dmalab_op *op)
{
	struct blk_sg *b = op->priv;

	return dmalab_sg_fill(op, &b->sgt);
}

static void blk_sg_unmap(struct dmalab_op *op)
{
	struct blk_sg *b = op->priv;

	dmalab_sg_unmap(op, &b->sgt);
	kfree(b->sgt.sgl);
}

const struct dmalab_path dmalab_path_blk_sg = {
	.name = "blk-sg",
	.prepare = blk_sg_prepare,
	.map = blk_sg_map,
	.fill = blk_sg_fill,
	.unmap = blk_sg_unmap,
	.unprepare = blk_sg_unprepare,
};
