// SPDX-License-Identifier: GPL-2.0-only
/*
 * The data pointer of an NVMe command as a scatter gather list, after the NVM
 * Express Base Specification, "Scatter Gather List".
 *
 * One range is a data block descriptor in the command itself.  More of them
 * are in a segment, to which the command has a last segment descriptor; when
 * a page does not hold them, each segment ends in the descriptor of the next,
 * as the specification has it (nvme-pci never needs more than one).
 */
#include <linux/nvme.h>
#include <linux/slab.h>

#include "nvme-lists.h"

#define SGL_PER_LIST	(NVME_LIST_BYTES / sizeof(struct nvme_sgl_desc))

/**
 * struct sgl - one data pointer
 * @desc: for everybody else
 * @lists: its chain
 * @head: the descriptor in the command
 * @next: where the next data block goes
 * @stop: where that segment has room no more
 * @left: ranges that are not in the segments made so far
 * @nr_ranges: of the transfer
 */
struct sgl {
	struct dmalab_desc desc;
	struct nvme_lists *lists;
	struct nvme_sgl_desc head;
	struct nvme_sgl_desc *next;
	struct nvme_sgl_desc *stop;
	unsigned int left;
	unsigned int nr_ranges;
};

static struct sgl *to_sgl(const struct dmalab_desc *desc)
{
	return container_of(desc, struct sgl, desc);
}

static struct dmalab_desc *sgl_create(struct device *dev, void *shared,
				      size_t bytes, unsigned int max_ranges)
{
	unsigned int max = max_ranges / (SGL_PER_LIST - 1) + 1;
	struct sgl *sgl = kzalloc(sizeof(*sgl), GFP_KERNEL);

	if (!sgl)
		return ERR_PTR(-ENOMEM);
	sgl->desc.ops = &dmalab_desc_nvme_sgl;
	sgl->desc.dev = dev;
	sgl->lists = dmalab_nvme_lists_alloc(shared, max);
	if (!sgl->lists) {
		kfree(sgl);
		return ERR_PTR(-ENOMEM);
	}
	return &sgl->desc;
}

static void sgl_destroy(struct dmalab_desc *desc)
{
	struct sgl *sgl = to_sgl(desc);

	dmalab_nvme_lists_free(sgl->lists);
	kfree(sgl);
}

/* Puts the next segment into use, and its descriptor where @link is. */
static int sgl_segment(struct sgl *sgl, struct nvme_list *list,
		       struct nvme_sgl_desc *link)
{
	unsigned int nr = min_t(unsigned int, sgl->left, SGL_PER_LIST);
	bool last = nr == sgl->left;

	if (!list)
		return -ENOMEM;
	*link = (struct nvme_sgl_desc){
		.addr = cpu_to_le64(list->dma),
		.length = cpu_to_le32(nr * sizeof(*link)),
		.type = (last ? NVME_SGL_FMT_LAST_SEG_DESC :
				NVME_SGL_FMT_SEG_DESC) << 4,
	};
	sgl->next = list->entries;
	sgl->stop = sgl->next + nr - !last;
	sgl->left -= nr - !last;
	return 0;
}

static int sgl_begin(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges)
{
	struct sgl *sgl = to_sgl(desc);
	struct nvme_list *list;

	sgl->nr_ranges = nr_ranges;
	if (nr_ranges == 1) {
		sgl->left = 0;
		sgl->next = &sgl->head;
		sgl->stop = sgl->next + 1;
		return 0;
	}
	sgl->left = nr_ranges;
	list = dmalab_nvme_lists_first(sgl->lists,
				       nr_ranges * sizeof(sgl->head));
	return sgl_segment(sgl, list, &sgl->head);
}

/* The last descriptor of a full segment leads to the next. */
static noinline int sgl_chain(struct sgl *sgl)
{
	if (!sgl->left)
		return -E2BIG;
	return sgl_segment(sgl, dmalab_nvme_lists_add(sgl->lists), sgl->stop);
}

static int sgl_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct sgl *sgl = to_sgl(desc);
	int err;

	if (unlikely(sgl->next == sgl->stop)) {
		err = sgl_chain(sgl);
		if (err)
			return err;
	}
	*sgl->next++ = (struct nvme_sgl_desc){
		.addr = cpu_to_le64(addr),
		.length = cpu_to_le32(len),
		.type = NVME_SGL_FMT_DATA_DESC << 4,
	};
	return 0;
}

static void sgl_release(struct dmalab_desc *desc)
{
	dmalab_nvme_lists_release(to_sgl(desc)->lists);
}

static int walk_segment(struct sgl *sgl, struct nvme_sgl_desc *link,
			dmalab_range_fn fn, void *arg)
{
	unsigned int nr = le32_to_cpu(link->length) / sizeof(*link);
	bool last = link->type == NVME_SGL_FMT_LAST_SEG_DESC << 4;
	const struct nvme_sgl_desc *d;
	int err = 0;

	d = dmalab_dma_to_virt(sgl->desc.dev, le64_to_cpu(link->addr));
	if (!d || !nr)
		return -EBADMSG;
	*link = (struct nvme_sgl_desc){};
	for (; !err && nr; nr--, d++) {
		if (d->type == NVME_SGL_FMT_DATA_DESC << 4)
			err = fn(arg, le64_to_cpu(d->addr),
				 le32_to_cpu(d->length));
		else if (nr == 1 && !last)
			*link = *d;
		else
			err = -EBADMSG;
	}
	return err;
}

/* As the controller reads it: from the command on, segment by segment. */
static int sgl_walk(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg)
{
	struct sgl *sgl = to_sgl(desc);
	struct nvme_sgl_desc link = sgl->head;
	int err = 0;

	if (link.type == NVME_SGL_FMT_DATA_DESC << 4)
		return fn(arg, le64_to_cpu(link.addr),
			  le32_to_cpu(link.length));
	while (!err && link.length)
		err = walk_segment(sgl, &link, fn, arg);
	return err;
}

static size_t sgl_size(const struct dmalab_desc *desc)
{
	const struct sgl *sgl = to_sgl(desc);
	size_t nr = 1;

	/* every segment costs a descriptor that leads to it */
	if (sgl->lists->nr)
		nr = sgl->nr_ranges + sgl->lists->nr;
	return nr * sizeof(sgl->head);
}

static void sgl_data_ptr(const struct dmalab_desc *desc, __le64 dptr[2])
{
	memcpy(dptr, &to_sgl(desc)->head, sizeof(struct nvme_sgl_desc));
}

const struct dmalab_desc_ops dmalab_desc_nvme_sgl = {
	.name = "nvme-sgl",
	.is_sgl = true,
	.open = dmalab_nvme_pools_open,
	.close = dmalab_nvme_pools_close,
	.create = sgl_create,
	.destroy = sgl_destroy,
	.begin = sgl_begin,
	.push = sgl_push,
	.release = sgl_release,
	.walk = sgl_walk,
	.size = sgl_size,
	.data_ptr = sgl_data_ptr,
};
