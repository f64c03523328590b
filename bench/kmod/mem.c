// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where does the memory of a transfer come from, and which segments is it
 * handed over as?
 *
 * Nothing here is measured, but the layout decides what is: whether a range is
 * contiguous in physical memory, and how it is aligned.  Where in a 2M page it
 * lies counts as well: an IOMMU's driver takes another way where a range and its
 * IOVA agree in that.  So all memory is cut from 2M pages, from their first page
 * on, and every run of a case gets the same.
 */
#include <linux/gfp.h>
#include <linux/pci.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "dmalab.h"

/**
 * struct dmalab_layout - where pages come from
 * @name: as in the results
 * @block_order: order of the blocks that @shape is made of, -1 when it cannot
 *	be made
 * @every_other: of each block only the first page is used, so that no two
 *	pages of the transfer are neighbours
 * @gapped: each segment starts and ends inside a page of its own, at the
 *	offset of the shape, and all are of one length
 * @mmio: not memory, but the device's own, behind one of its BARs
 */
struct dmalab_layout {
	const char *name;
	int (*block_order)(const struct dmalab_shape *shape);
	bool every_other;
	bool gapped;
	bool mmio;
};

#define HUGE_ORDER	(PMD_SHIFT - PAGE_SHIFT)

static int order_huge(const struct dmalab_shape *shape)
{
	return HUGE_ORDER;
}

static int order_whole(const struct dmalab_shape *shape)
{
	return max(HUGE_ORDER, get_order(shape->offset + shape->bytes));
}

static int order_huge_or_whole(const struct dmalab_shape *shape)
{
	return shape->nr_segs > 1 ? HUGE_ORDER : order_whole(shape);
}

static const struct dmalab_layout layouts[] = {
	{ "scattered", order_huge, true },
	{ "contig", order_whole },
	{ "huge", order_huge_or_whole },
	{ "gapped", order_huge, true, true },
	{ "mmio", order_whole, .mmio = true },
};

const struct dmalab_layout *dmalab_layout_at(unsigned int i)
{
	return i < ARRAY_SIZE(layouts) ? &layouts[i] : NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_layout_at);

const struct dmalab_layout *dmalab_layout_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(layouts); i++)
		if (!strcmp(layouts[i].name, name))
			return &layouts[i];
	return NULL;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_layout_find);

const char *dmalab_layout_name(const struct dmalab_layout *layout)
{
	return layout->name;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_layout_name);

bool dmalab_layout_is_mmio(const struct dmalab_layout *layout)
{
	return layout->mmio;
}

static unsigned int shape_pages(const struct dmalab_shape *shape)
{
	if (shape->layout->gapped)
		return shape->nr_segs;
	return DIV_ROUND_UP(shape->offset + shape->bytes, PAGE_SIZE);
}

static size_t gapped_len(const struct dmalab_shape *shape)
{
	return shape->bytes / shape->nr_segs;
}

static bool fits_gapped(const struct dmalab_shape *shape)
{
	return shape->offset && !(shape->bytes % shape->nr_segs) &&
	       shape->offset + gapped_len(shape) < PAGE_SIZE;
}

/**
 * dmalab_shape_check - can there be memory of this shape?
 * @shape: the shape
 *
 * Return: 0; -EINVAL where the segments do not fit the layout; -EOPNOTSUPP
 * where the page allocator has no such range.
 */
int dmalab_shape_check(const struct dmalab_shape *shape)
{
	bool one = shape->nr_segs == 1 && !shape->layout->every_other;

	if (!one && shape->nr_segs != shape_pages(shape))
		return -EINVAL;
	if (shape->layout->gapped && !fits_gapped(shape))
		return -EINVAL;
	if (!shape->layout->mmio &&
	    shape->layout->block_order(shape) > MAX_PAGE_ORDER)
		return -EOPNOTSUPP;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_shape_check);

static int alloc_blocks(struct dmalab_mem *mem,
			const struct dmalab_shape *shape)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN;
	unsigned int i;

	if (shape->node != NUMA_NO_NODE)
		gfp |= __GFP_THISNODE;
	for (i = 0; i < mem->nr_blocks; i++) {
		mem->blocks[i] = alloc_pages_node(shape->node, gfp, mem->order);
		if (!mem->blocks[i])
			return -ENOMEM;
	}
	return 0;
}

/*
 * There is no struct page behind a BAR: this one only stands for the address,
 * and nobody looks into it.  Nothing of the BAR is read or written.
 */
static int find_bar(struct dmalab_mem *mem, const struct dmalab_shape *shape,
		    struct device *dev)
{
	struct pci_dev *pdev;
	unsigned int i;

	if (!dev_is_pci(dev))
		return -EOPNOTSUPP;
	pdev = to_pci_dev(dev);
	for (i = 0; i < PCI_STD_NUM_BARS; i++) {
		if (!(pci_resource_flags(pdev, i) & IORESOURCE_MEM) ||
		    pci_resource_len(pdev, i) < shape->offset + shape->bytes)
			continue;
		mem->blocks[0] =
			pfn_to_page(PHYS_PFN(pci_resource_start(pdev, i)));
		return 0;
	}
	return -EOPNOTSUPP;
}

static unsigned int pages_per_block(const struct dmalab_shape *shape)
{
	unsigned int pages = 1U << shape->layout->block_order(shape);

	return shape->layout->every_other ? pages / 2 : pages;
}

static void cut_segments(struct dmalab_mem *mem,
			 const struct dmalab_shape *shape)
{
	unsigned int per_block = pages_per_block(shape);
	unsigned int stride = shape->layout->every_other ? 2 : 1;
	unsigned int offset = shape->offset;
	size_t left = shape->bytes;
	unsigned int i;

	for (i = 0; i < mem->nr_segs; i++) {
		struct dmalab_seg *seg = &mem->segs[i];

		seg->page = mem->blocks[i / per_block] + i % per_block * stride;
		seg->offset = offset;
		seg->len = left;
		if (shape->layout->gapped)
			seg->len = gapped_len(shape);
		else if (mem->nr_segs > 1)
			seg->len = min_t(size_t, left, PAGE_SIZE - offset);
		left -= seg->len;
		if (!shape->layout->gapped)
			offset = 0;
	}
}

/**
 * dmalab_mem_alloc - get memory of a shape
 * @mem: what to fill in
 * @shape: what dmalab_shape_check() found possible
 * @dev: the device, whose own memory may be asked for
 *
 * Return: 0; -ENOMEM; -EOPNOTSUPP when it has no BAR that is so large.  After
 * an error there is nothing to free.
 */
int dmalab_mem_alloc(struct dmalab_mem *mem, const struct dmalab_shape *shape,
		     struct device *dev)
{
	int err = -ENOMEM;

	*mem = (struct dmalab_mem){
		.nr_segs = shape->nr_segs,
		.bytes = shape->bytes,
		.order = shape->layout->block_order(shape),
		.mmio = shape->layout->mmio,
	};
	mem->nr_blocks = DIV_ROUND_UP(shape_pages(shape),
				      pages_per_block(shape));
	mem->segs = kvcalloc(mem->nr_segs, sizeof(*mem->segs), GFP_KERNEL);
	mem->blocks = kvcalloc(mem->nr_blocks, sizeof(*mem->blocks),
			       GFP_KERNEL);
	if (mem->segs && mem->blocks)
		err = mem->mmio ? find_bar(mem, shape, dev) :
				  alloc_blocks(mem, shape);
	if (err) {
		dmalab_mem_free(mem);
		return err;
	}
	cut_segments(mem, shape);
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_mem_alloc);

/**
 * dmalab_mem_free - give memory back
 * @mem: what dmalab_mem_alloc() filled in
 */
void dmalab_mem_free(struct dmalab_mem *mem)
{
	unsigned int nr = mem->blocks && !mem->mmio ? mem->nr_blocks : 0;
	unsigned int i;

	for (i = 0; i < nr && mem->blocks[i]; i++)
		__free_pages(mem->blocks[i], mem->order);
	kvfree(mem->blocks);
	kvfree(mem->segs);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_mem_free);
