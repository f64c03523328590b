// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where does the memory of a transfer come from, and which segments is it
 * handed over as?
 *
 * Nothing here is measured, but the layout decides what is: whether a range is
 * contiguous in physical memory, and how it is aligned.
 */
#include <linux/gfp.h>
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
 */
struct dmalab_layout {
	const char *name;
	int (*block_order)(const struct dmalab_shape *shape);
	bool every_other;
	bool gapped;
};

static int order_single(const struct dmalab_shape *shape)
{
	return 0;
}

static int order_whole(const struct dmalab_shape *shape)
{
	return get_order(shape->offset + shape->bytes);
}

static int order_huge(const struct dmalab_shape *shape)
{
	int huge = PMD_SHIFT - PAGE_SHIFT;

	return shape->nr_segs > 1 ? huge : max(huge, order_whole(shape));
}

static const struct dmalab_layout layouts[] = {
	{ "scattered", order_single, true },
	{ "contig", order_whole },
	{ "huge", order_huge },
	{ "gapped", order_single, true, true },
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
	if (shape->layout->block_order(shape) > MAX_PAGE_ORDER)
		return -EOPNOTSUPP;
	return 0;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_shape_check);

/*
 * Blocks of two pages are aligned to two pages, so the first pages of any two
 * are never neighbours.
 */
static struct page *alloc_page_apart(gfp_t gfp, int node)
{
	struct page *page = alloc_pages_node(node, gfp, 1);

	if (page) {
		split_page(page, 1);
		__free_page(page + 1);
	}
	return page;
}

static int alloc_blocks(struct dmalab_mem *mem,
			const struct dmalab_shape *shape)
{
	gfp_t gfp = GFP_KERNEL | __GFP_ZERO | __GFP_NOWARN;
	unsigned int i;

	if (shape->node != NUMA_NO_NODE)
		gfp |= __GFP_THISNODE;
	for (i = 0; i < mem->nr_blocks; i++) {
		if (shape->layout->every_other)
			mem->blocks[i] = alloc_page_apart(gfp, shape->node);
		else
			mem->blocks[i] = alloc_pages_node(shape->node, gfp,
							  mem->order);
		if (!mem->blocks[i])
			return -ENOMEM;
	}
	return 0;
}

static void cut_segments(struct dmalab_mem *mem,
			 const struct dmalab_shape *shape)
{
	unsigned int per_block = 1U << mem->order;
	unsigned int offset = shape->offset;
	size_t left = shape->bytes;
	unsigned int i;

	for (i = 0; i < mem->nr_segs; i++) {
		struct dmalab_seg *seg = &mem->segs[i];

		seg->page = mem->blocks[i / per_block] + i % per_block;
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
 *
 * Return: 0 or -ENOMEM; after an error there is nothing to free.
 */
int dmalab_mem_alloc(struct dmalab_mem *mem, const struct dmalab_shape *shape)
{
	int err = -ENOMEM;

	*mem = (struct dmalab_mem){
		.nr_segs = shape->nr_segs,
		.bytes = shape->bytes,
		.order = shape->layout->block_order(shape),
	};
	mem->nr_blocks = DIV_ROUND_UP(shape_pages(shape), 1U << mem->order);
	mem->segs = kvcalloc(mem->nr_segs, sizeof(*mem->segs), GFP_KERNEL);
	mem->blocks = kvcalloc(mem->nr_blocks, sizeof(*mem->blocks),
			       GFP_KERNEL);
	if (mem->segs && mem->blocks)
		err = alloc_blocks(mem, shape);
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
	unsigned int i;

	for (i = 0; mem->blocks && i < mem->nr_blocks && mem->blocks[i]; i++)
		__free_pages(mem->blocks[i], mem->order);
	kvfree(mem->blocks);
	kvfree(mem->segs);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_mem_free);
