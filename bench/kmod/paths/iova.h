/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the paths of the two-step API share: which transfers can be linked, and
 * what to do with the others.
 *
 * A transfer is linked to one IOVA allocation where the device has an IOMMU
 * domain of the DMA API and the segments meet at its granule.  All others take
 * the fall-back that the API prescribes, which is path "phys" as well: each
 * segment is mapped when its address is needed, so what that costs counts as
 * "fill"; and an address is remembered only where something must be unmapped.
 * A kernel that can link but has no dma_map_phys() yet is asked for
 * dma_map_page() there.
 */
#ifndef DMALAB_PATHS_IOVA_H
#define DMALAB_PATHS_IOVA_H

#include <linux/slab.h>

#include "../dmalab.h"

#ifdef DMALAB_HAS_IOVA
/**
 * struct dmalab_iova - one transfer
 * @state: its IOVA
 * @use_iova: there is one; @state means nothing otherwise
 * @linked: bytes of it that are linked
 * @has_gaps: segments do not meet at the IOMMU's granule
 * @nr_mapped: fall-back: segments that are mapped
 * @first: fall-back: those from here on must be unmapped
 * @addrs: fall-back: their addresses
 */
struct dmalab_iova {
	struct dma_iova_state state;
	bool use_iova;
	size_t linked;
	bool has_gaps;
	unsigned int nr_mapped;
	unsigned int first;
	dma_addr_t addrs[];
};

/* The block layer, too, knows where a request has gaps before it is mapped. */
static inline int dmalab_iova_prepare(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;
	struct dmalab_iova *iova;
	phys_addr_t joints = 0;
	unsigned int i;

	iova = kvzalloc(struct_size(iova, addrs, op->mem.nr_segs), GFP_KERNEL);
	if (!iova)
		return -ENOMEM;
	for (i = 1; i < op->mem.nr_segs; i++)
		joints |= dmalab_seg_phys(&segs[i]) |
			  (segs[i - 1].offset + segs[i - 1].len);
	/* without an IOMMU the boundary is zero, and nothing can be allocated */
	iova->has_gaps = joints & dma_get_merge_boundary(op->dev);
	op->priv = iova;
	return 0;
}

static inline void dmalab_iova_unprepare(struct dmalab_op *op)
{
	kvfree(op->priv);
}

/*
 * Return: is there an IOVA for @size bytes?  Otherwise the fall-back is ready
 * to be filled from.
 */
static inline bool dmalab_iova_alloc(struct dmalab_op *op, phys_addr_t phys,
				     size_t size)
{
	struct dmalab_iova *iova = op->priv;

	iova->linked = 0;
	iova->use_iova = dma_iova_try_alloc(op->dev, &iova->state, phys, size);
	return iova->use_iova;
}

#ifdef DMALAB_HAS_PHYS
#define DMALAB_PHYS_TAKES_MMIO	DMALAB_HAS_MMIO

static inline dma_addr_t dmalab_phys_map_seg(const struct dmalab_op *op,
					     const struct dmalab_seg *seg)
{
	return dma_map_phys(op->dev, dmalab_seg_phys(seg), seg->len, op->dir,
			    op->attrs);
}

static inline void dmalab_phys_unmap_seg(const struct dmalab_op *op,
					 dma_addr_t addr, size_t len)
{
	dma_unmap_phys(op->dev, addr, len, op->dir, op->attrs);
}
#else
/* it asks for the page */
#define DMALAB_PHYS_TAKES_MMIO	false

static inline dma_addr_t dmalab_phys_map_seg(const struct dmalab_op *op,
					     const struct dmalab_seg *seg)
{
	return dma_map_page(op->dev, seg->page, seg->offset, seg->len,
			    op->dir);
}

static inline void dmalab_phys_unmap_seg(const struct dmalab_op *op,
					 dma_addr_t addr, size_t len)
{
	dma_unmap_page(op->dev, addr, len, op->dir);
}
#endif

static inline void dmalab_phys_begin(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;

	iova->use_iova = false;
	iova->nr_mapped = 0;
	iova->first = 0;
	op->nr_ranges = op->mem.nr_segs;
}

static inline int dmalab_phys_fill(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;
	const struct dmalab_seg *segs = op->mem.segs;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < op->mem.nr_segs; i++) {
		dma_addr_t addr = dmalab_phys_map_seg(op, &segs[i]);

		if (dma_mapping_error(op->dev, addr))
			return -ENOMEM;
		iova->nr_mapped = i + 1;
		/* known only now: a mapping that bounces must be undone */
		if (dma_need_unmap(op->dev))
			iova->addrs[i] = addr;
		else
			iova->first = i + 1;
		err = dmalab_push(op, addr, segs[i].len);
	}
	return err;
}

static inline void dmalab_phys_unmap(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;
	const struct dmalab_seg *segs = op->mem.segs;
	unsigned int i;

	for (i = iova->first; i < iova->nr_mapped; i++)
		dmalab_phys_unmap_seg(op, iova->addrs[i], segs[i].len);
}

/* Undoes what is linked, also if that is less than the allocation. */
static inline void dmalab_iova_destroy(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;

	dma_iova_destroy(op->dev, &iova->state, iova->linked, op->dir,
			 op->attrs);
}

static inline void dmalab_iova_unmap(struct dmalab_op *op)
{
	struct dmalab_iova *iova = op->priv;

	if (iova->use_iova)
		dmalab_iova_destroy(op);
	else
		dmalab_phys_unmap(op);
}
#endif /* DMALAB_HAS_IOVA */

#endif
