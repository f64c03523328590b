// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the two-step API cost when many ranges are linked by one call?
 * The caller collects them in an array on its stack and merges neighbours as it
 * goes, as the block layer does.
 *
 * Segments that do not meet at the IOMMU's granule are linked as well, each to
 * granules of its own; their addresses are streamed into the descriptor as each
 * call returns them, so for them linking counts as "fill".
 */
#include "iova.h"

#if defined(DMALAB_HAS_IOVA) && defined(DMALAB_HAS_IOVA_VECS)
/*
 * Ranges for one call; with their addresses 1.5 KiB of stack.  What of it is
 * used is written first, so it need not be cleared where the kernel does that
 * (CONFIG_INIT_STACK_ALL_ZERO).
 */
#define BATCH	64

/**
 * struct batch - ranges on their way to one call
 * @seg: the first segment that is in no batch yet
 * @end: behind the last
 * @nr: ranges
 * @bytes: the sum of their lengths
 * @vecs: the ranges
 */
struct batch {
	const struct dmalab_seg *seg;
	const struct dmalab_seg *end;
	unsigned int nr;
	size_t bytes;
	struct phys_vec vecs[BATCH];
};

static void start_batches(const struct dmalab_op *op, struct batch *batch)
{
	batch->seg = op->mem.segs;
	batch->end = batch->seg + op->mem.nr_segs;
}

/* Return: is there a batch? */
static __always_inline bool next_batch(struct batch *batch)
{
	const struct dmalab_seg *seg = batch->seg, *stop;
	struct phys_vec *vec = batch->vecs;
	phys_addr_t here = PHYS_ADDR_MAX;
	size_t bytes = 0, room;

	/* in the inner loop there is room, however little can be merged */
	while ((room = min(batch->vecs + BATCH - vec, batch->end - seg))) {
		for (stop = seg + room; seg < stop; seg++) {
			phys_addr_t phys = dmalab_seg_phys(seg);
			size_t len = seg->len;

			if (phys == here)
				vec[-1].len += len;
			else
				*vec++ = (struct phys_vec){ phys, len };
			here = phys + len;
			bytes += len;
		}
	}
	batch->seg = seg;
	batch->nr = vec - batch->vecs;
	batch->bytes = bytes;
	return batch->nr;
}

static int link_batches(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;
	struct batch batch __uninitialized;
	int err;

	start_batches(op, &batch);
	while (next_batch(&batch)) {
		err = dma_iova_link_vecs(op->dev, &iova->state, iova->linked,
					 batch.vecs, batch.nr, NULL, op->dir,
					 op->attrs);
		if (err)
			return err;
		iova->linked += batch.bytes;
	}
	return dma_iova_sync(op->dev, &iova->state, 0, iova->linked);
}

static int map_gapped(struct dmalab_op *op)
{
	struct batch batch __uninitialized;
	size_t size = 0;

	op->nr_ranges = 0;
	start_batches(op, &batch);
	while (next_batch(&batch)) {
		size += dma_iova_vecs_size(op->dev, batch.vecs, batch.nr);
		op->nr_ranges += batch.nr;
	}
	if (!size || !dmalab_iova_alloc(op, 0, size))
		dmalab_phys_begin(op);
	return 0;
}

static int iova_batch_map(struct dmalab_op *op)
{
	const struct dmalab_iova *iova = op->priv;
	int err;

	if (iova->has_gaps)
		return map_gapped(op);
	if (!dmalab_iova_alloc(op, dmalab_seg_phys(op->mem.segs),
			       op->mem.bytes)) {
		dmalab_phys_begin(op);
		return 0;
	}
	op->nr_ranges = 1;
	err = link_batches(op);
	if (err)
		dmalab_iova_destroy(op);
	return err;
}

static int push_batch(struct dmalab_op *op, const struct batch *batch,
		      const dma_addr_t *addrs)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < batch->nr; i++)
		err = dmalab_push(op, addrs[i], batch->vecs[i].len);
	return err;
}

static int fill_gapped(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;
	dma_addr_t addrs[BATCH] __uninitialized;
	struct batch batch __uninitialized;
	int err;

	start_batches(op, &batch);
	while (next_batch(&batch)) {
		err = dma_iova_link_vecs(op->dev, &iova->state, iova->linked,
					 batch.vecs, batch.nr, addrs, op->dir,
					 op->attrs);
		if (err)
			return err;
		iova->linked += dma_iova_vecs_size(op->dev, batch.vecs,
						   batch.nr);
		err = push_batch(op, &batch, addrs);
		if (err)
			return err;
	}
	return dma_iova_sync(op->dev, &iova->state, 0, iova->linked);
}

static int iova_batch_fill(struct dmalab_op *op)
{
	const struct dmalab_iova *iova = op->priv;

	if (!iova->use_iova)
		return dmalab_phys_fill(op);
	if (iova->has_gaps)
		return fill_gapped(op);
	return dmalab_push(op, iova->state.addr, op->mem.bytes);
}

const struct dmalab_path dmalab_path_iova_batch = {
	.name = "iova-batch",
	.mmio = DMALAB_PHYS_TAKES_MMIO,
	.prepare = dmalab_iova_prepare,
	.map = iova_batch_map,
	.fill = iova_batch_fill,
	.unmap = dmalab_iova_unmap,
	.unprepare = dmalab_iova_unprepare,
};
#else
const struct dmalab_path dmalab_path_iova_batch = {
	.name = "iova-batch",
	.lacks = "dma_iova_link_vecs()",
};
#endif
