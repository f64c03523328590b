// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data pointer of an NVMe command as physical region pages, after the NVM
 * Express Base Specification, "Physical Region Page Entry and List".
 *
 * PRP1 may start anywhere in a page; everything after starts a page.  PRP2 is
 * the second page, or points to a list when there are more.  The last entry
 * of a list that fills its page points to the next list, unless it is the
 * last entry of all.
 */
#include <linux/slab.h>

#include "nvme-lists.h"

#define PRP_PAGE	4096U
#define PRP_PER_LIST	(NVME_LIST_BYTES / sizeof(__le64))

/**
 * struct prp - one data pointer
 * @desc: for everybody else
 * @lists: its chain
 * @prp1: first page
 * @prp2: second page or list
 * @next: where the next entry goes
 * @stop: where that list ends; @next == @stop sends a push the slow way
 * @bytes: of the transfer
 * @nr_entries: pages that the transfer touches, but for PRP1
 * @started: PRP1 is set
 * @ended: a range ended inside a page, so nothing may follow
 */
struct prp {
	struct dmalab_desc desc;
	struct nvme_lists *lists;
	__le64 prp1;
	__le64 prp2;
	__le64 *next;
	__le64 *stop;
	size_t bytes;
	unsigned int nr_entries;
	bool started;
	bool ended;
};

static struct prp *to_prp(const struct dmalab_desc *desc)
{
	return container_of(desc, struct prp, desc);
}

static struct dmalab_desc *prp_create(struct device *dev, void *shared,
				      size_t bytes, unsigned int max_ranges)
{
	/* an unaligned start touches one page more; a full list holds a link */
	unsigned int max = bytes / PRP_PAGE / (PRP_PER_LIST - 1) + 1;
	struct prp *prp = kzalloc(sizeof(*prp), GFP_KERNEL);

	if (!prp)
		return ERR_PTR(-ENOMEM);
	prp->desc.ops = &dmalab_desc_nvme_prp;
	prp->desc.dev = dev;
	prp->lists = dmalab_nvme_lists_alloc(shared, max);
	if (!prp->lists) {
		kfree(prp);
		return ERR_PTR(-ENOMEM);
	}
	return &prp->desc;
}

static void prp_destroy(struct dmalab_desc *desc)
{
	struct prp *prp = to_prp(desc);

	dmalab_nvme_lists_free(prp->lists);
	kfree(prp);
}

static int prp_begin(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges)
{
	struct prp *prp = to_prp(desc);

	prp->bytes = bytes;
	prp->prp2 = 0;
	prp->next = NULL;
	prp->stop = NULL;
	prp->started = false;
	prp->ended = false;
	return 0;
}

/* The first address says how many pages the transfer touches. */
static int prp_start(struct prp *prp, dma_addr_t addr)
{
	unsigned int offset = addr & (PRP_PAGE - 1);
	unsigned int n = DIV_ROUND_UP(offset + prp->bytes, PRP_PAGE) - 1;
	struct nvme_list *list;

	prp->started = true;
	prp->prp1 = cpu_to_le64(addr);
	prp->nr_entries = n;
	if (n <= 1) {
		prp->next = &prp->prp2;
		prp->stop = prp->next + n;
		return 0;
	}
	list = dmalab_nvme_lists_first(prp->lists, n * sizeof(__le64));
	if (!list)
		return -ENOMEM;
	prp->prp2 = cpu_to_le64(list->dma);
	prp->next = list->entries;
	prp->stop = prp->next + min_t(unsigned int, n, PRP_PER_LIST);
	return 0;
}

/* The last entry of a full list moves to the next one and points there. */
static int prp_chain(struct prp *prp)
{
	struct nvme_list *list;
	__le64 *last = prp->stop - 1;

	if (!prp->lists->nr)
		return -E2BIG;
	list = dmalab_nvme_lists_add(prp->lists);
	if (!list)
		return -ENOMEM;
	prp->next = list->entries;
	prp->stop = prp->next + PRP_PER_LIST;
	*prp->next++ = *last;
	*last = cpu_to_le64(list->dma);
	return 0;
}

static noinline int prp_push_slow(struct prp *prp, dma_addr_t addr, size_t len)
{
	dma_addr_t end = addr + len;
	int err = 0;

	if (prp->ended || (prp->started && (addr & (PRP_PAGE - 1))))
		return -EOPNOTSUPP;
	if (!prp->started) {
		err = prp_start(prp, addr);
		addr = ALIGN_DOWN(addr, PRP_PAGE) + PRP_PAGE;
	}
	while (!err && addr < end) {
		__le64 *next = prp->next, *stop;

		if (next == prp->stop) {
			err = prp_chain(prp);
			continue;
		}
		stop = next + min_t(size_t, prp->stop - next,
				    DIV_ROUND_UP(end - addr, PRP_PAGE));
		for (; next < stop; addr += PRP_PAGE)
			*next++ = cpu_to_le64(addr);
		prp->next = next;
	}
	if (end & (PRP_PAGE - 1)) {
		prp->ended = true;
		prp->stop = prp->next;
	}
	return err;
}

/* Whole pages that fit into the list at hand need no more than their entry. */
static int prp_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct prp *prp = to_prp(desc);
	size_t room = (char *)prp->stop - (char *)prp->next;
	__le64 *next = prp->next;

	if (unlikely((addr | len) & (PRP_PAGE - 1) ||
		     room < len / PRP_PAGE * sizeof(__le64)))
		return prp_push_slow(prp, addr, len);
	for (; len; len -= PRP_PAGE, addr += PRP_PAGE)
		*next++ = cpu_to_le64(addr);
	prp->next = next;
	return 0;
}

static void prp_release(struct dmalab_desc *desc)
{
	dmalab_nvme_lists_release(to_prp(desc)->lists);
}

/* A list starts anywhere in a page, and goes on to the end of it. */
static const __le64 *list_at(struct prp *prp, u64 dma, unsigned int *i)
{
	*i = (dma & (NVME_LIST_BYTES - 1)) / sizeof(__le64);
	return dmalab_dma_to_virt(prp->desc.dev,
				  dma & ~(u64)(NVME_LIST_BYTES - 1));
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
	size_t nr = 2;

	if (prp->lists->nr)
		nr += prp->nr_entries + prp->lists->nr - 1;
	return nr * sizeof(__le64);
}

static void prp_data_ptr(const struct dmalab_desc *desc, __le64 dptr[2])
{
	const struct prp *prp = to_prp(desc);

	dptr[0] = prp->prp1;
	dptr[1] = prp->prp2;
}

const struct dmalab_desc_ops dmalab_desc_nvme_prp = {
	.name = "nvme-prp",
	.open = dmalab_nvme_pools_open,
	.close = dmalab_nvme_pools_close,
	.create = prp_create,
	.destroy = prp_destroy,
	.begin = prp_begin,
	.push = prp_push,
	.release = prp_release,
	.walk = prp_walk,
	.size = prp_size,
	.data_ptr = prp_data_ptr,
};
