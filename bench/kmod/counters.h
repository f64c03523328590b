/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often did an operation do what costs time in hardware?  Counts IOVA
 * allocations, page-table entries, invalidations and their kin, to explain
 * why one path takes more instructions, or more time, than another.
 *
 * There is one set of counters: the callers see to it that one of them uses it
 * at a time.
 */
#ifndef _DMALAB_COUNTERS_H
#define _DMALAB_COUNTERS_H

#include <linux/types.h>

struct device;

/*
 * In the order of the results; workloads/metrics.ini declares each.  All count
 * what the armed task did itself, interrupts excluded.
 */
enum dmalab_counter {
	/* allocations and frees of IOVA ranges */
	DMALAB_COUNTER_IOVA_ALLOC,
	DMALAB_COUNTER_IOVA_FREE,
	/* allocations that the per-CPU caches could not serve */
	DMALAB_COUNTER_IOVA_RCACHE_MISS,
	/* calls of the domain's map and unmap operations */
	DMALAB_COUNTER_PT_MAP,
	DMALAB_COUNTER_PT_UNMAP,
	/* page-table entries installed, by the size of their page */
	DMALAB_COUNTER_PTE_4K,
	DMALAB_COUNTER_PTE_2M,
	DMALAB_COUNTER_PTE_1G,
	/* calls of the domain's iotlb_sync_map */
	DMALAB_COUNTER_IOTLB_SYNC_MAP,
	/* invalidation commands given to the IOMMU, strict or on a drain */
	DMALAB_COUNTER_IOTLB_FLUSH,
	/* invalidation commands for the device's own TLB (ATS) */
	DMALAB_COUNTER_DEVTLB_FLUSH,
	/* times that the CPU waited for the IOMMU to be done */
	DMALAB_COUNTER_IOTLB_WAIT,
	/* ranges put on the flush queue; drains of all of it */
	DMALAB_COUNTER_FQ_ADD,
	DMALAB_COUNTER_FQ_DRAIN,
	/* cache lines written back for an IOMMU that does not snoop */
	DMALAB_COUNTER_CACHE_LINES,
	/* slab allocations, and the bytes that were asked for */
	DMALAB_COUNTER_KMALLOC_CALLS,
	DMALAB_COUNTER_KMALLOC_BYTES,
	/* pages from the page allocator */
	DMALAB_COUNTER_PAGES_ALLOC,
	/* locked operations, see dmalab_insn_decode() */
	DMALAB_COUNTER_LOCK_OPS,
	/* stores to device memory */
	DMALAB_COUNTER_MMIO_WRITES,
	/* instructions, see dmalab_step_run() */
	DMALAB_COUNTER_INSNS_STEPPED,
	DMALAB_NR_COUNTERS
};

int dmalab_counters_init(void);
void dmalab_counters_exit(void);

/**
 * dmalab_counters_attach() - say whose mappings will be counted
 * @dev: device, or NULL when there is none any more
 *
 * What there is to count depends on the device's IOMMU and its driver, so
 * call this before dmalab_counter_missing() and dmalab_counters_arm(), and
 * again when the device's domain may have been replaced.
 *
 * Return: 0, or -EBUSY while armed.
 */
int dmalab_counters_attach(struct device *dev);

unsigned int dmalab_counters_nr(void);
const char *dmalab_counter_name(unsigned int i);

/**
 * dmalab_counter_missing() - can this kernel not provide a counter?
 * @i: 0 <= i < dmalab_counters_nr()
 *
 * True where a function that has to be watched is inlined, renamed or absent,
 * or where the IOMMU's driver is not known.  The counter then reads 0, which
 * means nothing.
 */
bool dmalab_counter_missing(unsigned int i);

/**
 * dmalab_counter_stepped() - is a counter taken by dmalab_counters_step()?
 * @i: 0 <= i < dmalab_counters_nr()
 *
 * All others are taken between dmalab_counters_arm() and
 * dmalab_counters_disarm().  cache_lines is taken both ways, and so checks
 * one against the other; this is true for it only where stepping is the only
 * way.
 */
bool dmalab_counter_stepped(unsigned int i);

/**
 * dmalab_counters_arm() - zero all counters and start counting
 *
 * Counts what the calling task does from here to dmalab_counters_disarm(),
 * with what that causes synchronously; what interrupts do meanwhile is left
 * out.  Changes the code of the functions watched, so no instruction count
 * may be taken while armed.  Sleeps, as dmalab_counters_disarm() does.
 *
 * Return: 0; -EBUSY when armed already; else what function tracing or the
 * tracepoints failed with.
 */
int dmalab_counters_arm(void);
void dmalab_counters_disarm(void);

/**
 * dmalab_counters_step() - single-step one operation for the stepped counters
 * @op: the operation
 * @arg: its argument
 *
 * Adds to the counters for which dmalab_counter_stepped() is true, and to
 * cache_lines; zero them first with dmalab_counters_zero().  Every instruction
 * goes to dmalab_functions_insn(), too.
 *
 * Return: 0; -EBUSY while armed; else as dmalab_step_run().
 */
int dmalab_counters_step(void (*op)(void *arg), void *arg);

void dmalab_counters_zero(void);

/**
 * dmalab_counters_read() - the sums since they were zeroed
 * @sum: dmalab_counters_nr() values
 */
void dmalab_counters_read(u64 *sum);

#endif
