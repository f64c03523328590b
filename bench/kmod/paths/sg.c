// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does dma_map_sgtable() cost a driver that allocates the table for each
 * transfer?  Allocating, entering the segments, mapping, and the walk that
 * fills the descriptor; unmapping and freeing.
 */
#include <linux/slab.h>

#include "sg.h"

static int sg_prepare(struct dmalab_op *op)
{
	struct sg_table *sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);

	op->priv = sgt;
	return sgt ? 0 : -ENOMEM;
}

static void sg_unprepare(struct dmalab_op *op)
{
	kfree(op->priv);
}

/* GFP_ATOMIC, as in a driver's submission path */
static int sg_map(struct dmalab_op *op)
{
	struct sg_table *sgt = op->priv;
	int err;

	err = sg_alloc_table(sgt, op->mem.nr_segs, GFP_ATOMIC);
	if (err)
		return err;
	err = dmalab_sg_map(op, sgt);
	if (err)
		sg_free_table(sgt);
	return err;
}

static int sg_fill(struct dmalab_op *op)
{
	return dmalab_sg_fill(op, op->priv);
}

static void sg_unmap(struct dmalab_op *op)
{
	dmalab_sg_unmap(op, op->priv);
	sg_free_table(op->priv);
}

const struct dmalab_path dmalab_path_sg = {
	.name = "sg",
	.prepare = sg_prepare,
	.map = sg_map,
	.fill = sg_fill,
	.unmap = sg_unmap,
	.unprepare = sg_unprepare,
};
