// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which question does path "@NAME@" answer?  Say so here, in two to six lines.
 *
 * As it stands it is path "page": one dma_map_page() for each segment.  What
 * each operation may do is in bench/kmod/dmalab.h, struct dmalab_path.
 */
#include <linux/slab.h>

#include "../dmalab.h"

/*
 * What a driver sets up once for a queue or a region; not measured.  What the
 * other steps need is kept in op->priv.  Leave prepare and unprepare out of the
 * table below if there is nothing to keep.
 */
static int @SYM@_prepare(struct dmalab_op *op)
{
	op->priv = kvcalloc(op->mem.nr_segs, sizeof(dma_addr_t), GFP_KERNEL);
	return op->priv ? 0 : -ENOMEM;
}

static void @SYM@_unprepare(struct dmalab_op *op)
{
	kvfree(op->priv);
}

static void @SYM@_unmap_first(struct dmalab_op *op, unsigned int n)
{
	const struct dmalab_seg *segs = op->mem.segs;
	const dma_addr_t *addrs = op->priv;
	unsigned int i;

	for (i = 0; i < n; i++)
		dma_unmap_page(op->dev, addrs[i], segs[i].len, op->dir);
}

/*
 * What a driver pays for each transfer until it has addresses, allocations
 * included.  Runs with interrupts off: it may not sleep, unless the table says
 * .may_sleep (its figures are then not exact).  On an error nothing stays
 * mapped or allocated: KUnit lets the k-th call fail, for every k.
 */
static int @SYM@_map(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;
	dma_addr_t *addrs = op->priv;
	unsigned int i;

	for (i = 0; i < op->mem.nr_segs; i++) {
		addrs[i] = dma_map_page(op->dev, segs[i].page, segs[i].offset,
					segs[i].len, op->dir);
		if (dma_mapping_error(op->dev, addrs[i])) {
			@SYM@_unmap_first(op, i);
			return -ENOMEM;
		}
	}
	op->nr_ranges = op->mem.nr_segs;
	return 0;
}

/* Hands over op->nr_ranges ranges, in order; stops at the first error. */
static int @SYM@_fill(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;
	const dma_addr_t *addrs = op->priv;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < op->mem.nr_segs; i++)
		err = dmalab_push(op, addrs[i], segs[i].len);
	return err;
}

/* Undoes map, also after a fill that failed half-way. */
static void @SYM@_unmap(struct dmalab_op *op)
{
	@SYM@_unmap_first(op, op->mem.nr_segs);
}

const struct dmalab_path dmalab_path_@SYM@ = {
	.name = "@NAME@",
	.prepare = @SYM@_prepare,
	.map = @SYM@_map,
	.fill = @SYM@_fill,
	.unmap = @SYM@_unmap,
	.unprepare = @SYM@_unprepare,
};
