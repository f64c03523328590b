// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every address in a descriptor reach the byte that it should, and none
 * of them after the unmap?
 *
 * The descriptor is read back as the device would read it.  Each piece of it
 * is translated, by the IOMMU domain where there is one, and compared with the
 * memory of the transfer, in order.  Where every mapping is bounced, what the
 * device would read is a copy: there the bytes themselves are compared.
 */
#include <linux/dma-direct.h>
#include <linux/iommu.h>
#include <linux/slab.h>
#include <linux/swiotlb.h>
#include <kunit/visibility.h>

#include "dmalab.h"

/* no translation has smaller pages */
#define PIECE	4096U

/**
 * dmalab_translates - does an IOMMU translate what the device addresses?
 * @dev: the device
 */
bool dmalab_translates(struct device *dev)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	return domain && (domain->type & __IOMMU_DOMAIN_PAGING);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_translates);

/**
 * dmalab_dma_to_phys - where does a DMA address lead?
 * @dev: the device that uses it
 * @addr: the address
 *
 * Return: the physical address; 0 where nothing is mapped.
 */
phys_addr_t dmalab_dma_to_phys(struct device *dev, dma_addr_t addr)
{
	if (dmalab_translates(dev))
		return iommu_iova_to_phys(iommu_get_domain_for_dev(dev), addr);
	return dma_to_phys(dev, addr);
}

/**
 * dmalab_dma_to_virt - read what a device would read
 * @dev: the device
 * @addr: DMA address of memory of the kernel's own
 *
 * Return: its address, or NULL where nothing is mapped.
 */
void *dmalab_dma_to_virt(struct device *dev, dma_addr_t addr)
{
	phys_addr_t phys = dmalab_dma_to_phys(dev, addr);

	if (!phys || !pfn_valid(PHYS_PFN(phys)))
		return NULL;
	return phys_to_virt(phys);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_dma_to_virt);

struct piece {
	dma_addr_t addr;
	size_t len;
};

/* How far the comparison has come, and what it met. */
struct cursor {
	struct dmalab_op *op;
	unsigned int seg;
	unsigned int seg_done;
	size_t bytes;
	struct piece *pieces;
	unsigned int nr_pieces;
	unsigned int max_pieces;
};

static size_t phys_left(struct cursor *c)
{
	return c->op->mem.segs[c->seg].len - c->seg_done;
}

static phys_addr_t phys_here(struct cursor *c)
{
	return dmalab_seg_phys(&c->op->mem.segs[c->seg]) + c->seg_done;
}

static void advance(struct cursor *c, size_t len)
{
	c->bytes += len;
	c->seg_done += len;
	if (!phys_left(c)) {
		c->seg++;
		c->seg_done = 0;
	}
}

static phys_addr_t translate(struct cursor *c, dma_addr_t addr)
{
	if (c->op->path->untranslated)
		return addr;
	return dmalab_dma_to_phys(c->op->dev, addr);
}

/* Return: do the copies of a transfer take the place of its memory? */
static bool is_bounced(const struct dmalab_op *op)
{
	return !op->path->untranslated && is_swiotlb_force_bounce(op->dev);
}

/* No two words of a transfer are alike, so a copy can be told from another. */
static void number_words(struct dmalab_mem *mem)
{
	unsigned int i, j, n = 0;

	for (i = 0; i < mem->nr_segs; i++) {
		const struct dmalab_seg *seg = &mem->segs[i];
		u8 *bytes = page_address(seg->page) + seg->offset;

		for (j = 0; j < seg->len; j++, n++)
			bytes[j] = n >> 2 >> 8 * (n % 4);
	}
}

static bool is_copy(phys_addr_t got, phys_addr_t want, size_t len)
{
	return got && pfn_valid(PHYS_PFN(got)) &&
	       !memcmp(phys_to_virt(got), phys_to_virt(want), len);
}

static int check_piece(struct cursor *c, dma_addr_t addr, size_t len)
{
	phys_addr_t want = phys_here(c);
	phys_addr_t got = translate(c, addr);

	if (got != want &&
	    !(is_bounced(c->op) && is_copy(got, want, len))) {
		dev_err_ratelimited(c->op->dev,
				    "verify %s: byte %zu: %pad leads to %pap, not %pap\n",
				    c->op->path->name, c->bytes, &addr, &got,
				    &want);
		return -EBADMSG;
	}
	if (c->nr_pieces == c->max_pieces)
		return -E2BIG;
	c->pieces[c->nr_pieces++] = (struct piece){ addr, len };
	advance(c, len);
	return 0;
}

/* A piece ends with its page, its segment or its range. */
static int check_range(void *arg, dma_addr_t addr, size_t len)
{
	struct cursor *c = arg;
	int err = 0;

	while (!err && len) {
		size_t piece = min_t(size_t, len,
				     PIECE - (addr & (PIECE - 1)));

		if (c->seg == c->op->mem.nr_segs)
			return -EBADMSG;
		piece = min(piece, phys_left(c));
		err = check_piece(c, addr, piece);
		addr += piece;
		len -= piece;
	}
	return err;
}

/*
 * Another user of the domain may get a freed address again at once, so not
 * "maps nothing" but "does not reach our memory" is what can be asked.
 */
static int check_unmapped(struct cursor *c)
{
	struct dmalab_op *op = c->op;
	unsigned int i;

	if (op->path->untranslated || !dmalab_translates(op->dev))
		return 0;
	c->seg = 0;
	c->seg_done = 0;
	for (i = 0; i < c->nr_pieces; i++) {
		dma_addr_t addr = c->pieces[i].addr;

		if (dmalab_dma_to_phys(op->dev, addr) == phys_here(c)) {
			dev_err_ratelimited(op->dev,
					    "verify %s: %pad is still mapped after the unmap\n",
					    op->path->name, &addr);
			return -EBADMSG;
		}
		advance(c, c->pieces[i].len);
	}
	return 0;
}

static int map_and_check(struct cursor *c, struct dmalab_verdict *verdict)
{
	struct dmalab_op *op = c->op;
	int err;

	if (is_bounced(op) && !op->mem.mmio)
		number_words(&op->mem);
	err = dmalab_op_map(op);
	if (err)
		return err;
	err = dmalab_op_fill(op);
	if (!err)
		err = op->desc->ops->walk(op->desc, check_range, c);
	if (!err && c->bytes != op->mem.bytes)
		err = -EBADMSG;
	verdict->bytes = c->bytes;
	verdict->nr_ranges = op->nr_ranges;
	verdict->desc_bytes = op->desc->ops->size(op->desc);
	dmalab_op_unmap(op);
	return err;
}

/**
 * dmalab_verify - map once, and follow every address
 * @op: the operation
 * @verdict: what was seen
 *
 * Return: 0; -EBADMSG when a byte would have gone elsewhere, or is still
 * reached after the unmap; or the error of the path or the descriptor.
 */
int dmalab_verify(struct dmalab_op *op, struct dmalab_verdict *verdict)
{
	struct cursor c = {
		.op = op,
		/* a piece ends with its page, its segment or its range */
		.max_pieces = 4 * max_t(size_t, op->mem.bytes / PIECE + 2,
					op->mem.nr_segs),
	};
	int err;

	c.pieces = kvcalloc(c.max_pieces, sizeof(*c.pieces), GFP_KERNEL);
	if (!c.pieces)
		return -ENOMEM;
	err = map_and_check(&c, verdict);
	if (!err)
		err = check_unmapped(&c);
	kvfree(c.pieces);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_verify);
