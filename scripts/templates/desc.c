// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which hardware structure is "@NAME@", and which specification has it?  Say so
 * here, in two to six lines.
 *
 * As it stands it is a flat list of address and length, read by no hardware.
 * What each operation may do is in bench/kmod/dmalab.h, struct dmalab_desc_ops.
 */
#include <linux/slab.h>

#include "../dmalab.h"

struct flat_entry {
	__le64 addr;
	__le32 len;
	__le32 resv;
};

/**
 * struct flat - one list
 * @desc: for everybody else
 * @nr: entries in use
 * @max: room
 * @entries: the list, as the device would read it
 */
struct flat {
	struct dmalab_desc desc;
	unsigned int nr;
	unsigned int max;
	struct flat_entry entries[];
};

static struct flat *to_flat(const struct dmalab_desc *desc)
{
	return container_of(desc, struct flat, desc);
}

/* Room for the largest transfer; not measured. */
static struct dmalab_desc *flat_create(struct device *dev, void *shared,
				       size_t bytes, unsigned int max_ranges)
{
	struct flat *flat = kvzalloc(struct_size(flat, entries, max_ranges),
				     GFP_KERNEL);

	if (!flat)
		return ERR_PTR(-ENOMEM);
	flat->desc.ops = &dmalab_desc_@SYM@;
	flat->desc.dev = dev;
	flat->max = max_ranges;
	return &flat->desc;
}

static void flat_destroy(struct dmalab_desc *desc)
{
	kvfree(to_flat(desc));
}

/* From here to release: what is measured.  It may not sleep. */
static int flat_begin(struct dmalab_desc *desc, size_t bytes,
		      unsigned int nr_ranges)
{
	to_flat(desc)->nr = 0;
	return 0;
}

/* -EOPNOTSUPP when the structure has no words for the range: a skip. */
static int flat_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct flat *flat = to_flat(desc);

	if (flat->nr == flat->max)
		return -E2BIG;
	flat->entries[flat->nr++] = (struct flat_entry){
		.addr = cpu_to_le64(addr),
		.len = cpu_to_le32(len),
	};
	return 0;
}

/* Gives back what begin, push and finish took for this transfer. */
static void flat_release(struct dmalab_desc *desc)
{
}

/* Reads the structure as the device would, by nothing but its own words. */
static int flat_walk(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg)
{
	const struct flat *flat = to_flat(desc);
	const struct flat_entry *entry = flat->entries;
	int err = 0;

	for (; !err && entry < flat->entries + flat->nr; entry++)
		err = fn(arg, le64_to_cpu(entry->addr),
			 le32_to_cpu(entry->len));
	return err;
}

static size_t flat_size(const struct dmalab_desc *desc)
{
	return to_flat(desc)->nr * sizeof(struct flat_entry);
}

const struct dmalab_desc_ops dmalab_desc_@SYM@ = {
	.name = "@NAME@",
	.model = true,
	.create = flat_create,
	.destroy = flat_destroy,
	.begin = flat_begin,
	.push = flat_push,
	.release = flat_release,
	.walk = flat_walk,
	.size = flat_size,
};
