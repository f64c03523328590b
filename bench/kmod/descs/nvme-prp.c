// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data pointer of an NVMe command as physical region pages, after the NVM
 * Express Base Specification, "Physical Region Page Entry and List".
 *
 * Built as nvme-pci builds it: a list comes from a DMA pool when the transfer
 * needs one, a small one (256 bytes) or whole pages, of which each full one
 * points to the next by its last entry.  Allocating it is part of filling,
 * giving it back part of unmapping.  The pools are stocked beforehand, so that
 * no measured operation has to grow them.
 */
#include <linux/dmapool.h>
#include <linux/slab.h>

#include "dmalab.h"

#define PRP_PAGE	4096U
#define PRP_PER_LIST	(PRP_PAGE / sizeof(__le64))
#define PRP_SMALL	256U

struct prp_list {
	__le64 *entries;
	dma_addr_t dma;
};

struct prp {
	struct dmalab_desc desc;
	struct dma_pool *pages;
	struct dma_pool *small;
	__le64 prp1;
	__le64 prp2;

	/* of the transfer that is being built */
	struct dma_pool *pool;
	size_t bytes;
	unsigned int nr_entries;	/* but for PRP1 */
	unsigned int used;		/* of the current list */
	bool started;
	bool ended;			/* inside a page: nothing may follow */
	unsigned int nr_lists;
	unsigned int max_lists;
	struct prp_list lists[];
};

static struct prp *to_prp(const struct dmalab_desc *desc)
{
	return container_of(desc, struct prp, desc);
}

static unsigned int max_lists(size_t bytes)
{
	/* an unaligned start touches one page more; a full list holds a link */
	return DIV_ROUND_UP(bytes / PRP_PAGE + 1, PRP_PER_LIST - 1);
}

static int add_list(struct prp *prp)
{
	struct prp_list *list = &prp->lists[prp->nr_lists];

	list->entries = dma_pool_alloc(prp->pool, GFP_ATOMIC, &list->dma);
	if (!list->entries)
		return -ENOMEM;
	prp->nr_lists++;
	prp->used = 0;
	return 0;
}

static void prp_release(struct dmalab_desc *desc)
{
	struct prp *prp = to_prp(desc);
	unsigned int i;

	for (i = 0; i < prp->nr_lists; i++)
		dma_pool_free(prp->pool, prp->lists[i].entries,
			      prp->lists[i].dma);
	prp->nr_lists = 0;
}

static int stock(struct prp *prp, struct dma_pool *pool, unsigned int n)
{
	int err = 0;

	prp->pool = pool;
	while (!err && prp->nr_lists < n)
		err = add_list(prp);
	prp_release(&prp->desc);
	return err;
}

static void prp_destroy(struct dmalab_desc *desc)
{
	struct prp *prp = to_prp(desc);

	dma_pool_destroy(prp->small);
	dma_pool_destroy(prp->pages);
	kvfree(prp);
}

static struct dmalab_desc *prp_create(struct device *dev, size_t bytes)
{
	unsigned int n = max_lists(bytes);
	struct prp *prp;
	int err = -ENOMEM;

	prp = kvzalloc(struct_size(prp, lists, n), GFP_KERNEL);
	if (!prp)
		return ERR_PTR(-ENOMEM);
	prp->desc.ops = &dmalab_desc_nvme_prp;
	prp->desc.dev = dev;
	prp->max_lists = n;
	prp->pages = dma_pool_create("dmalab prp page", dev, PRP_PAGE, PRP_PAGE,
				     0);
	prp->small = dma_pool_create("dmalab prp small", dev, PRP_SMALL,
				     PRP_SMALL, 0);
	if (prp->pages && prp->small)
		err = stock(prp, prp->pages, n) ?: stock(prp, prp->small, 1);
	if (err) {
		prp_destroy(&prp->desc);
		return ERR_PTR(err);
	}
	return &prp->desc;
}

static int prp_begin(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges)
{
	struct prp *prp = to_prp(desc);

	prp->bytes = bytes;
	prp->prp2 = 0;
	prp->nr_lists = 0;
	prp->started = false;
	prp->ended = false;
	return 0;
}

/* The first address says how many pages the transfer touches. */
static int start(struct prp *prp, dma_addr_t addr)
{
	unsigned int offset = addr & (PRP_PAGE - 1);
	int err;

	prp->started = true;
	prp->prp1 = cpu_to_le64(addr);
	prp->nr_entries = DIV_ROUND_UP(offset + prp->bytes, PRP_PAGE) - 1;
	if (prp->nr_entries <= 1)
		return 0;
	prp->pool = prp->nr_entries <= PRP_SMALL / sizeof(__le64) ?
		    prp->small : prp->pages;
	err = add_list(prp);
	if (!err)
		prp->prp2 = cpu_to_le64(prp->lists[0].dma);
	return err;
}

/* The last entry of a full list moves to the next one and points there. */
static int chain(struct prp *prp)
{
	__le64 *full = prp->lists[prp->nr_lists - 1].entries;
	struct prp_list *next = &prp->lists[prp->nr_lists];
	int err;

	err = add_list(prp);
	if (err)
		return err;
	next->entries[prp->used++] = full[PRP_PER_LIST - 1];
	full[PRP_PER_LIST - 1] = cpu_to_le64(next->dma);
	return 0;
}

static int add_page(struct prp *prp, dma_addr_t addr)
{
	int err;

	if (prp->nr_entries <= 1) {
		prp->prp2 = cpu_to_le64(addr);
		return 0;
	}
	if (prp->used == PRP_PER_LIST) {
		err = chain(prp);
		if (err)
			return err;
	}
	prp->lists[prp->nr_lists - 1].entries[prp->used++] = cpu_to_le64(addr);
	return 0;
}

static int prp_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct prp *prp = to_prp(desc);
	dma_addr_t end = addr + len;
	int err;

	if (prp->ended)
		return -EOPNOTSUPP;
	if (!prp->started) {
		err = start(prp, addr);
		if (err)
			return err;
		addr = ALIGN(addr + 1, PRP_PAGE);
	} else if (addr & (PRP_PAGE - 1)) {
		return -EOPNOTSUPP;
	}
	for (; addr < end; addr += PRP_PAGE) {
		err = add_page(prp, addr);
		if (err)
			return err;
	}
	prp->ended = end & (PRP_PAGE - 1);
	return 0;
}

/* A list starts anywhere in a page, and goes on to the end of it. */
static const __le64 *list_at(struct prp *prp, u64 dma, unsigned int *i)
{
	*i = (dma & (PRP_PAGE - 1)) / sizeof(__le64);
	return dmalab_dma_to_virt(prp->desc.dev, dma & ~(u64)(PRP_PAGE - 1));
}

/* As the controller reads it: it knows the length and the two pointers. */
static int prp_walk(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg)
{
	struct prp *prp = to_prp(desc);
	u64 addr = le64_to_cpu(prp->prp1);
	size_t left = prp->bytes;
	size_t len = min_t(size_t, left, PRP_PAGE - (addr & (PRP_PAGE - 1)));
	const __le64 *list = &prp->prp2;
	unsigned int i = 0;
	int err;

	err = fn(arg, addr, len);
	left -= len;
	if (left > PRP_PAGE)
		list = list_at(prp, le64_to_cpu(prp->prp2), &i);
	while (!err && left) {
		if (i == PRP_PER_LIST - 1 && left > PRP_PAGE)
			list = list_at(prp, le64_to_cpu(list[i]), &i);
		if (!list)
			return -EBADMSG;
		addr = le64_to_cpu(list[i++]);
		if (addr & (PRP_PAGE - 1))
			return -EBADMSG;
		len = min_t(size_t, left, PRP_PAGE);
		err = fn(arg, addr, len);
		left -= len;
	}
	return err;
}

static size_t prp_size(const struct dmalab_desc *desc)
{
	const struct prp *prp = to_prp(desc);
	size_t entries = prp->nr_lists ? prp->nr_entries + prp->nr_lists - 1 : 0;

	return (2 + entries) * sizeof(__le64);
}

static void prp_data_ptr(const struct dmalab_desc *desc, __le64 dptr[2])
{
	const struct prp *prp = to_prp(desc);

	dptr[0] = prp->prp1;
	dptr[1] = prp->prp2;
}

const struct dmalab_desc_ops dmalab_desc_nvme_prp = {
	.name = "nvme-prp",
	.create = prp_create,
	.destroy = prp_destroy,
	.begin = prp_begin,
	.push = prp_push,
	.release = prp_release,
	.walk = prp_walk,
	.size = prp_size,
	.data_ptr = prp_data_ptr,
};
