// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does dma_map_page() for each segment cost?  The addresses are kept, as
 * every driver that maps so must keep them for the unmap.
 */
#include <linux/slab.h>

#include "../dmalab.h"

static int page_prepare(struct dmalab_op *op)
{
	op->priv = kvcalloc(op->mem.nr_segs, sizeof(dma_addr_t), GFP_KERNEL);
	return op->priv ? 0 : -ENOMEM;
}

static void page_unprepare(struct dmalab_op *op)
{
	kvfree(op->priv);
}

static void page_unmap_first(struct dmalab_op *op, unsigned int n)
{
	const struct dmalab_seg *segs = op->mem.segs;
	const dma_addr_t *addrs = op->priv;
	unsigned int i;

	for (i = 0; i < n; i++)
		dma_unmap_page(op->dev, addrs[i], segs[i].len, op->dir);
}

static int page_map(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;
	dma_addr_t *addrs = op->priv;
	unsigned int i;

	for (i = 0; i < op->mem.nr_segs; i++) {
		addrs[i] = dma_map_page(op->dev, segs[i].page, segs[i].offset,
					segs[i].len, op->dir);
		if (dma_mapping_error(op->dev, addrs[i])) {
			page_unmap_first(op, i);
			return -ENOMEM;
		}
	}
	op->nr_ranges = op->mem.nr_segs;
	return 0;
}

static int page_fill(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;
	const dma_addr_t *addrs = op->priv;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < op->mem.nr_segs; i++)
		err = dmalab_push(op, addrs[i], segs[i].len);
	return err;
}

static void page_unmap(struct dmalab_op *op)
{
	page_unmap_first(op, op->mem.nr_segs);
}

const struct dmalab_path dmalab_path_page = {
	.name = "page",
	.prepare = page_prepare,
	.map = page_map,
	.fill = page_fill,
	.unmap = page_unmap,
	.unprepare = page_unprepare,
};
