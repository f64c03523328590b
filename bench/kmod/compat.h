/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is the processor's own, and what differs between the kernels that the
 * module builds on.  The only file that may ask for LINUX_VERSION_CODE; each
 * such block names the commit and the version that made it necessary.
 */
#ifndef DMALAB_COMPAT_H
#define DMALAB_COMPAT_H

#include <linux/blk-mq.h>
#include <linux/hardirq.h>
#include <linux/iommu.h>
#include <linux/kernel_stat.h>
#include <linux/types.h>
#include <linux/version.h>

#include <asm/msr.h>
#include <asm/tsc.h>

/* the time-stamp counter, read after everything before it has finished */
static __always_inline u64 dmalab_ticks(void)
{
	return rdtsc_ordered();
}

/* a performance counter; written out, for the kernel's own macro was renamed */
static __always_inline u64 dmalab_rdpmc(int counter)
{
	u32 low, high;

	asm volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(counter));
	return (u64)high << 32 | low;
}

/*
 * A number that has changed when this CPU has taken an interrupt.  Those of
 * devices are in irqs_sum; the local timer's and other CPUs' are in counters of
 * the architecture, whose names differ from kernel to kernel, so their words
 * are summed up.
 */
static inline u64 dmalab_irqs(void)
{
	const unsigned int *stat = (void *)this_cpu_ptr(&irq_stat);
	u64 sum = kstat_cpu_irqs_sum(raw_smp_processor_id());
	unsigned int i;

	for (i = 0; i < sizeof(irq_stat) / sizeof(*stat); i++)
		sum += stat[i];
	return sum;
}

/*
 * "iommupt: Directly call iommupt's unmap_range()" and its companion for map
 * (7.1): a domain with a generic page table is not mapped through map_pages()
 * of its operations, but through the table's own.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 1, 0)
#include <linux/generic_pt/iommu.h>

/* true, and the addresses of the two functions, for such a domain */
static inline bool dmalab_domain_table_ops(struct iommu_domain *domain,
					   unsigned long *map_range,
					   unsigned long *unmap_range)
{
	struct pt_iommu *table = iommupt_from_domain(domain);

	if (!table)
		return false;
	*map_range = (unsigned long)table->ops->map_range;
	*unmap_range = (unsigned long)table->ops->unmap_range;
	return true;
}

/* the domain of such a table, which is what the two functions are given */
static inline struct iommu_domain *dmalab_table_domain(void *table)
{
	return &((struct pt_iommu *)table)->domain;
}
#else
static inline bool dmalab_domain_table_ops(struct iommu_domain *domain,
					   unsigned long *map_range,
					   unsigned long *unmap_range)
{
	return false;
}

static inline struct iommu_domain *dmalab_table_domain(void *table)
{
	return NULL;
}
#endif

/*
 * "block: remove unused parameter 'q' parameter in __blk_rq_map_sg()" (6.15):
 * the request knows its queue.
 */
static inline int dmalab_blk_rq_map_sg(struct request *rq,
				       struct scatterlist *sgl)
{
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
	return blk_rq_map_sg(rq, sgl);
#else
	return blk_rq_map_sg(rq->q, rq, sgl);
#endif
}

/*
 * "dma-mapping: introduce new DMA attribute to indicate MMIO memory" (6.18), and
 * our series.  Without it there is no path that takes it.
 */
#ifdef DMA_ATTR_MMIO
#define DMALAB_ATTR_MMIO	DMA_ATTR_MMIO
#define DMALAB_HAS_MMIO		true
#else
#define DMALAB_ATTR_MMIO	0
#define DMALAB_HAS_MMIO		false
#endif

/*
 * Our series: a domain may map arrays of ranges, and single ones so as well.
 * Return: where; 0 for a domain that does not
 */
static inline unsigned long dmalab_domain_map_vecs(struct iommu_domain *domain)
{
#ifdef DMALAB_HAS_MAP_VECS
	return (unsigned long)domain->ops->map_vecs;
#else
	return 0;
#endif
}

/*
 * "kunit: Pass parameterized test context to generate_params()" (6.18): the
 * function that generates a test's parameters is given the test, too.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define dmalab_generate_params(name) \
	const void *(name)(struct kunit *test, const void *prev, char *desc)
#else
#define dmalab_generate_params(name) \
	const void *(name)(const void *prev, char *desc)
#endif

#endif
