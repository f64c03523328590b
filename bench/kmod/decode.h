/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What do the commands that a driver gives its IOMMU mean, and which pages does
 * a mapping take?  Pure functions of the arguments of the watched functions.
 */
#ifndef _DMALAB_DECODE_H
#define _DMALAB_DECODE_H

#include <linux/align.h>
#include <linux/bits.h>
#include <linux/log2.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/types.h>
#include <linux/virtio_iommu.h>

enum dmalab_command {
	DMALAB_COMMAND_OTHER,
	DMALAB_COMMAND_IOTLB,	/* invalidates the IOMMU's TLB */
	DMALAB_COMMAND_DEVTLB,	/* invalidates the device's TLB (ATS) */
	DMALAB_COMMAND_WAIT,	/* the CPU will wait for its completion */
};

/* First quadword of a descriptor: VT-d specification, 6.5.2; type [11:9,3:0] */
static inline enum dmalab_command dmalab_vtd_command(u64 qw0)
{
	switch ((qw0 & GENMASK_ULL(3, 0)) | ((qw0 & GENMASK_ULL(11, 9)) >> 5)) {
	case 0x2:	/* IOTLB */
	case 0x6:	/* PASID-based IOTLB */
		return DMALAB_COMMAND_IOTLB;
	case 0x3:	/* device-TLB */
	case 0x8:	/* PASID-based device-TLB */
		return DMALAB_COMMAND_DEVTLB;
	case 0x5:
		return DMALAB_COMMAND_WAIT;
	}
	return DMALAB_COMMAND_OTHER;
}

/* Second word of a command: AMD I/O virtualization specification, 2.4 */
static inline enum dmalab_command dmalab_amd_command(u32 data1)
{
	switch (data1 >> 28) {
	case 0x1:	/* COMPLETION_WAIT */
		return DMALAB_COMMAND_WAIT;
	case 0x3:	/* INVALIDATE_IOMMU_PAGES */
	case 0x8:	/* INVALIDATE_IOMMU_ALL */
		return DMALAB_COMMAND_IOTLB;
	case 0x4:	/* INVALIDATE_IOTLB_PAGES */
		return DMALAB_COMMAND_DEVTLB;
	}
	return DMALAB_COMMAND_OTHER;
}

/* UNMAP invalidates what the host cached of the range (virtio 1.2, 5.13.6.6) */
static inline enum dmalab_command dmalab_virtio_command(u8 type)
{
	return type == VIRTIO_IOMMU_T_UNMAP ? DMALAB_COMMAND_IOTLB :
					      DMALAB_COMMAND_OTHER;
}

/**
 * struct dmalab_ptes - page-table entries by the size of their page
 * @nr_4k: 4 KiB
 * @nr_2m: 2 MiB
 * @nr_1g: 1 GiB
 */
struct dmalab_ptes {
	u64 nr_4k;
	u64 nr_2m;
	u64 nr_1g;
};

/**
 * dmalab_ptes_of() - the entries that a radix page table takes for a range
 * @iova: its first address
 * @phys: what that maps to
 * @len: bytes
 * @pgsizes: bitmap of the table's page sizes
 *
 * The largest page that fits address, physical address and rest at each step,
 * which is the rule of iommu_pgsize() and of the generic page table.
 */
static inline struct dmalab_ptes dmalab_ptes_of(u64 iova, u64 phys, u64 len,
						u64 pgsizes)
{
	struct dmalab_ptes ptes = {};

	for (u64 pgsize; len >= SZ_4K; len -= min(len, pgsize)) {
		pgsize = SZ_1G;
		while (pgsize > SZ_4K && (!(pgsizes & pgsize) || len < pgsize ||
					  (iova | phys) & (pgsize - 1)))
			pgsize >>= 9;
		ptes.nr_4k += pgsize == SZ_4K;
		ptes.nr_2m += pgsize == SZ_2M;
		ptes.nr_1g += pgsize == SZ_1G;
		iova += pgsize;
		phys += pgsize;
	}
	return ptes;
}

/* in the form of the kernel's struct phys_vec, which not every kernel has */
struct dmalab_vec {
	phys_addr_t paddr;
	size_t len;
};

/**
 * dmalab_ptes_of_vecs() - the entries that an array of ranges takes
 * @iova: first address
 * @vecs: the ranges; each takes whole pages, one behind the other
 * @nr: how many
 * @pgsizes: bitmap of the table's page sizes
 *
 * Neighbours in physical memory are taken as one range.
 */
static inline struct dmalab_ptes
dmalab_ptes_of_vecs(u64 iova, const struct dmalab_vec *vecs, unsigned int nr,
		    u64 pgsizes)
{
	struct dmalab_ptes sum = {};
	unsigned int i = 0;

	while (i < nr) {
		u64 start = ALIGN_DOWN(vecs[i].paddr, SZ_4K);
		u64 end = ALIGN(vecs[i].paddr + vecs[i].len, SZ_4K);
		struct dmalab_ptes ptes;

		while (++i < nr && ALIGN_DOWN(vecs[i].paddr, SZ_4K) == end)
			end = ALIGN(vecs[i].paddr + vecs[i].len, SZ_4K);
		ptes = dmalab_ptes_of(iova, start, end - start, pgsizes);
		sum.nr_4k += ptes.nr_4k;
		sum.nr_2m += ptes.nr_2m;
		sum.nr_1g += ptes.nr_1g;
		iova += end - start;
	}
	return sum;
}

#endif
