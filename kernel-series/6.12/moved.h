/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What mainline's users of the DMA API take from other subsystems, and 6.12 has
 * under another name or not at all; in front of what make check-interface
 * compiles, which nobody runs.  Nothing of the DMA API may stand here.
 */
#ifndef __ASSEMBLY__
#include <linux/blk-mq.h>
#include <linux/dmapool.h>
#include <linux/gfp.h>
#include <linux/memremap.h>
#include <linux/skbuff.h>

/* options */
#define CONFIG_VFIO_PCI_DMABUF			1

#define __guarded_by(lock)
#define alloc_pages_bulk			alloc_pages_bulk_array
#define blk_mq_num_possible_queues(max)		min_not_zero(num_possible_cpus(), max)
#define dma_pool_create_node(name, dev, size, align, boundary, node) \
	dma_pool_create(name, dev, size, align, boundary)
#define dev_dma_skip_sync(dev)			((dev)->dma_skip_sync)
#define EXPORT_SYMBOL_FOR_MODULES		EXPORT_SYMBOL_GPL_FOR_MODULES
#define folio_zone_device_data(folio)		((folio)->page.zone_device_data)
#define skb_frag_phys(frag) \
	(page_to_phys(skb_frag_page(frag)) + skb_frag_off(frag))

extern bool mem_accounting;

static inline struct dev_pagemap *page_pgmap(const struct page *page)
{
	return page->pgmap;
}
#endif
