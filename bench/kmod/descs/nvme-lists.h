/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where do the lists of an NVMe data pointer live?  In two DMA pools for each
 * device, as in nvme-pci: one of pages, one of 256 bytes for short lists.
 *
 * A list is allocated while a descriptor is filled and freed when the transfer
 * is unmapped, as a driver has to.
 */
#ifndef DMALAB_DESCS_NVME_LISTS_H
#define DMALAB_DESCS_NVME_LISTS_H

#include <linux/dmapool.h>

#include "../dmalab.h"

#define NVME_LIST_BYTES		4096U
#define NVME_SMALL_BYTES	256U

/* what the descriptors of one device share */
struct nvme_pools {
	struct dma_pool *pages;
	struct dma_pool *small;
};

struct nvme_list {
	void *entries;
	dma_addr_t dma;
};

/**
 * struct nvme_lists - the chained lists of one descriptor
 * @pools: where they come from
 * @pool: the one that the present transfer uses
 * @nr: lists in use
 * @max: room in @list
 * @list: the lists, in the order of the chain
 */
struct nvme_lists {
	struct nvme_pools *pools;
	struct dma_pool *pool;
	unsigned int nr;
	unsigned int max;
	struct nvme_list list[];
};

void *dmalab_nvme_pools_open(struct device *dev);
void dmalab_nvme_pools_close(void *shared);
struct nvme_lists *dmalab_nvme_lists_alloc(struct nvme_pools *pools,
					   unsigned int max);
void dmalab_nvme_lists_free(struct nvme_lists *lists);
struct nvme_list *dmalab_nvme_lists_add(struct nvme_lists *lists);
void dmalab_nvme_lists_release(struct nvme_lists *lists);

/* The first list of a transfer decides the pool. */
static inline struct nvme_list *
dmalab_nvme_lists_first(struct nvme_lists *lists, size_t bytes)
{
	lists->pool = bytes <= NVME_SMALL_BYTES ? lists->pools->small :
						  lists->pools->pages;
	return dmalab_nvme_lists_add(lists);
}

#endif
