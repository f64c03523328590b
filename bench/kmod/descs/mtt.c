// SPDX-License-Identifier: GPL-2.0-only
/*
 * A memory translation table, as an RDMA adapter reads it: entries of 8 bytes,
 * one for each device page, of one size for the whole region.  A model: no
 * hardware reads it here.
 *
 * The page size is the largest of 4K to 2G that fits every range, chosen as
 * ib_umem_find_best_pgsz() does for a region whose virtual address is the
 * offset of its first byte in the page (a zero-based region): address and
 * virtual address agree below the page size, and ranges meet only where pages
 * end.  That is known after the last range, so ranges are noted as they come
 * and the entries written at the end, the two walks of a driver.
 */
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "../dmalab.h"

#define MTT_MIN_SHIFT	12
#define MTT_MAX_SHIFT	31
/* the device may read and write, in the low bits as mlx5 has them */
#define MTT_ACCESS	3ULL

struct mtt_range {
	dma_addr_t addr;
	size_t len;
};

/**
 * struct mtt - one table
 * @desc: for everybody else
 * @entries: the table
 * @nr: entries in use
 * @max: room for entries and ranges
 * @shift: of the page size
 * @first: offset of the first byte in its page
 * @va: virtual address of the next range
 * @mask: bits in which addresses and virtual addresses differ, or ranges meet
 * @bytes: of the transfer
 * @ranges: as they were pushed, neighbours merged
 * @nr_ranges: how many
 */
struct mtt {
	struct dmalab_desc desc;
	__be64 *entries;
	unsigned int nr;
	unsigned int max;
	unsigned int shift;
	unsigned int first;
	u64 va;
	u64 mask;
	size_t bytes;
	unsigned int nr_ranges;
	struct mtt_range ranges[];
};

static struct mtt *to_mtt(const struct dmalab_desc *desc)
{
	return container_of(desc, struct mtt, desc);
}

static struct dmalab_desc *mtt_create(struct device *dev, void *shared,
				      size_t bytes, unsigned int max_ranges)
{
	unsigned int max = bytes / (1U << MTT_MIN_SHIFT) + 2;
	struct mtt *mtt = kvzalloc(struct_size(mtt, ranges, max_ranges),
				   GFP_KERNEL);

	if (!mtt)
		return ERR_PTR(-ENOMEM);
	mtt->desc.ops = &dmalab_desc_mtt;
	mtt->desc.dev = dev;
	mtt->max = max_ranges;
	mtt->entries = kvcalloc(max, sizeof(*mtt->entries), GFP_KERNEL);
	if (!mtt->entries) {
		kvfree(mtt);
		return ERR_PTR(-ENOMEM);
	}
	return &mtt->desc;
}

static void mtt_destroy(struct dmalab_desc *desc)
{
	struct mtt *mtt = to_mtt(desc);

	kvfree(mtt->entries);
	kvfree(mtt);
}

static int mtt_begin(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges)
{
	struct mtt *mtt = to_mtt(desc);

	mtt->bytes = bytes;
	mtt->mask = 0;
	mtt->nr_ranges = 0;
	mtt->nr = 0;
	return 0;
}

static int mtt_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct mtt *mtt = to_mtt(desc);
	struct mtt_range *range = &mtt->ranges[mtt->nr_ranges];

	if (mtt->nr_ranges && range[-1].addr + range[-1].len == addr) {
		range[-1].len += len;
		mtt->va += len;
		return 0;
	}
	if (mtt->nr_ranges == mtt->max)
		return -E2BIG;
	if (mtt->nr_ranges) {
		mtt->mask |= mtt->va;
	} else {
		mtt->first = addr & ((1U << MTT_MIN_SHIFT) - 1);
		mtt->va = mtt->first;
	}
	mtt->mask |= addr ^ mtt->va;
	mtt->va += len;
	*range = (struct mtt_range){ addr, len };
	mtt->nr_ranges++;
	return 0;
}

/* A page that is larger than the region saves nothing. */
static unsigned int best_shift(const struct mtt *mtt)
{
	unsigned int shift = max_t(unsigned int, order_base_2(mtt->va),
				   MTT_MIN_SHIFT);

	if (mtt->mask)
		shift = min_t(unsigned int, shift, __ffs64(mtt->mask));
	return min_t(unsigned int, shift, MTT_MAX_SHIFT);
}

static int mtt_finish(struct dmalab_desc *desc)
{
	struct mtt *mtt = to_mtt(desc);
	__be64 *entry = mtt->entries;
	const struct mtt_range *range;
	u64 page, addr;

	mtt->shift = best_shift(mtt);
	if (mtt->shift < MTT_MIN_SHIFT)
		return -EOPNOTSUPP;
	page = 1ULL << mtt->shift;
	for (range = mtt->ranges; range < mtt->ranges + mtt->nr_ranges; range++)
		for (addr = ALIGN_DOWN(range->addr, page);
		     addr < range->addr + range->len; addr += page)
			*entry++ = cpu_to_be64(addr | MTT_ACCESS);
	mtt->nr = entry - mtt->entries;
	return 0;
}

static void mtt_release(struct dmalab_desc *desc)
{
}

/* As the adapter reads it: page size, offset of the first byte, length. */
static int mtt_walk(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg)
{
	struct mtt *mtt = to_mtt(desc);
	unsigned int offset = mtt->first;
	u64 page = 1ULL << mtt->shift;
	size_t left = mtt->bytes;
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < mtt->nr; i++) {
		u64 addr = be64_to_cpu(mtt->entries[i]) & ~MTT_ACCESS;
		size_t len = min_t(u64, left, page - offset);

		if (addr & (page - 1) || !left)
			return -EBADMSG;
		err = fn(arg, addr + offset, len);
		left -= len;
		offset = 0;
	}
	return err;
}

static size_t mtt_size(const struct dmalab_desc *desc)
{
	return to_mtt(desc)->nr * sizeof(__be64);
}

const struct dmalab_desc_ops dmalab_desc_mtt = {
	.name = "mtt",
	.model = true,
	.create = mtt_create,
	.destroy = mtt_destroy,
	.begin = mtt_begin,
	.push = mtt_push,
	.finish = mtt_finish,
	.release = mtt_release,
	.walk = mtt_walk,
	.size = mtt_size,
};
