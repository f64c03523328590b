// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does dma_map_sgtable() cost a driver that keeps its table?  As path
 * "sg", but the table is allocated once; only its entries are set each time.
 */
#include <linux/slab.h>

#include "sg.h"

static int sg_pre_prepare(struct dmalab_op *op)
{
	struct sg_table *sgt;
	int err;

	sgt = kzalloc(sizeof(*sgt), GFP_KERNEL);
	if (!sgt)
		return -ENOMEM;
	err = sg_alloc_table(sgt, op->mem.nr_segs, GFP_KERNEL);
	if (err) {
		kfree(sgt);
		return err;
	}
	op->priv = sgt;
	return 0;
}

static void sg_pre_unprepare(struct dmalab_op *op)
{
	sg_free_table(op->priv);
	kfree(op->priv);
}

static int sg_pre_map(struct dmalab_op *op)
{
	return dmalab_sg_map(op, op->priv);
}

static int sg_pre_fill(struct dmalab_op *op)
{
	return dmalab_sg_fill(op, op->priv);
}

static void sg_pre_unmap(struct dmalab_op *op)
{
	dmalab_sg_unmap(op, op->priv);
}

const struct dmalab_path dmalab_path_sg_pre = {
	.name = "sg-pre",
	.prepare = sg_pre_prepare,
	.map = sg_pre_map,
	.fill = sg_pre_fill,
	.unmap = sg_pre_unmap,
	.unprepare = sg_pre_unprepare,
};
