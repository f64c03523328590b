// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lists of an NVMe data pointer: pools, and the chain of one descriptor.
 */
#include <linux/slab.h>

#include "nvme-lists.h"

/**
 * dmalab_nvme_pools_open - make the pools of a device
 * @dev: the device
 *
 * Return: a struct nvme_pools, or ERR_PTR(-ENOMEM).
 */
void *dmalab_nvme_pools_open(struct device *dev)
{
	struct nvme_pools *pools = kzalloc(sizeof(*pools), GFP_KERNEL);

	if (!pools)
		return ERR_PTR(-ENOMEM);
	pools->pages = dma_pool_create("dmalab list page", dev, NVME_LIST_BYTES,
				       NVME_LIST_BYTES, 0);
	pools->small = dma_pool_create("dmalab list small", dev,
				       NVME_SMALL_BYTES, NVME_SMALL_BYTES, 0);
	if (!pools->pages || !pools->small) {
		dmalab_nvme_pools_close(pools);
		return ERR_PTR(-ENOMEM);
	}
	return pools;
}

void dmalab_nvme_pools_close(void *shared)
{
	struct nvme_pools *pools = shared;

	dma_pool_destroy(pools->small);
	dma_pool_destroy(pools->pages);
	kfree(pools);
}

struct nvme_lists *dmalab_nvme_lists_alloc(struct nvme_pools *pools,
					   unsigned int max)
{
	struct nvme_lists *lists;

	lists = kvzalloc(struct_size(lists, list, max), GFP_KERNEL);
	if (lists) {
		lists->pools = pools;
		lists->max = max;
	}
	return lists;
}

void dmalab_nvme_lists_free(struct nvme_lists *lists)
{
	kvfree(lists);
}

/**
 * dmalab_nvme_lists_add - one more list for the chain
 * @lists: the chain
 *
 * Return: the list; NULL without memory or beyond what the chain is made for.
 */
struct nvme_list *dmalab_nvme_lists_add(struct nvme_lists *lists)
{
	struct nvme_list *list = &lists->list[lists->nr];

	if (lists->nr == lists->max)
		return NULL;
	list->entries = dma_pool_alloc(lists->pool, GFP_ATOMIC, &list->dma);
	if (!list->entries)
		return NULL;
	lists->nr++;
	return list;
}

/**
 * dmalab_nvme_lists_release - give the whole chain back
 * @lists: the chain
 */
void dmalab_nvme_lists_release(struct nvme_lists *lists)
{
	unsigned int i;

	for (i = 0; i < lists->nr; i++)
		dma_pool_free(lists->pool, lists->list[i].entries,
			      lists->list[i].dma);
	lists->nr = 0;
}
