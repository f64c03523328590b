/* SPDX-License-Identifier: GPL-2.0-only WITH Linux-syscall-note */
/*
 * The interface of /dev/dmalab: what a program may ask of the module and what
 * it gets back.
 *
 * Every structure starts with its own size.  A shorter structure than the
 * module knows is taken with the missing tail as zero; a longer one is taken
 * only if the tail that the module does not know is zero (-E2BIG otherwise).
 * Reserved fields and unknown flags must be zero (-EINVAL otherwise).  Only a
 * process with CAP_SYS_ADMIN may open the device.  One run at a time: a second
 * caller gets -EBUSY.
 */
#ifndef _UAPI_DMALAB_H
#define _UAPI_DMALAB_H

#include <linux/ioctl.h>
#include <linux/types.h>

/* Raised when a field changes its meaning; adding fields at an end does not. */
#define DMALAB_UAPI_VERSION	1

#define DMALAB_NAME_LEN		32
#define DMALAB_FUNCTION_LEN	128

/* Limits, checked in the kernel (-EINVAL beyond them). */
#define DMALAB_MAX_BYTES	(64U << 20)
#define DMALAB_MAX_SEGS		16384U
#define DMALAB_MAX_OPS		0x100000U
#define DMALAB_MAX_THREADS	256U
#define DMALAB_MAX_FUNCTIONS	4096U

/**
 * struct dmalab_info - what the module is, and what it is attached to
 * @size: in: sizeof(struct dmalab_info)
 * @version: out: DMALAB_UAPI_VERSION
 * @nr_paths: out: number of paths; their names by DMALAB_IOC_NAME
 * @nr_descs: out: number of descriptor kinds
 * @nr_mems: out: number of memory layouts
 * @nr_counters: out: number of structure counts of DMALAB_PASS_COUNTERS
 * @device: out: PCI address of the attached device, "" when there is none
 * @driver: out: driver that the device stays with (borrowed), "" when bound
 * @domain: out: IOMMU domain type ("DMA", "DMA-FQ", "identity", "blocked",
 *          "unmanaged"), "none" without an IOMMU
 * @iommu: out: name of the IOMMU's operations ("intel-iommu", ...), or "none"
 * @aperture_bits: out: width of the largest IOVA of the domain, in bits; 0
 *          without a translating domain
 * @ats: out: 1 when ATS is enabled in the device, else 0
 * @pgsize_bitmap: out: page sizes of the domain; 0 without one
 * @dma_mask: out: the device's streaming DMA mask
 * @granule_bytes: out: smallest page of the domain; 0 without one
 * @cpus: out: CPUs that a run may use
 * @loop_insns: out: instructions in the calibration loop
 * @loop_ticks: out: time-stamp ticks that the loop took with interrupts off,
 *          best of several; equal to @loop_insns within a few dozen where the
 *          counter counts instructions (qemu -icount)
 * @tsc_khz: out: the kernel's idea of the counter's frequency
 * @taint: out: what the kernel was built with that moves figures, a
 *          combination of DMALAB_TAINT_*
 * @nr_steps: out: number of structure counts of DMALAB_PASS_STEPS
 * @resv: must be zero
 */
struct dmalab_info {
	__u32 size;
	__u32 version;
	__u32 nr_paths;
	__u32 nr_descs;
	__u32 nr_mems;
	__u32 nr_counters;
	char device[DMALAB_NAME_LEN];
	char driver[DMALAB_NAME_LEN];
	char domain[DMALAB_NAME_LEN];
	char iommu[DMALAB_NAME_LEN];
	__u32 aperture_bits;
	__u32 ats;
	__u64 pgsize_bitmap;
	__u64 dma_mask;
	__u32 granule_bytes;
	__u32 cpus;
	__u64 loop_insns;
	__u64 loop_ticks;
	__u32 tsc_khz;
	__u32 taint;
	__u32 nr_steps;
	__u32 resv[3];
};

#define DMALAB_TAINT_KASAN	0x1
#define DMALAB_TAINT_LOCKDEP	0x2
#define DMALAB_TAINT_DMA_DEBUG	0x4
#define DMALAB_TAINT_KCOV	0x8

enum dmalab_kind {
	DMALAB_KIND_PATH,
	DMALAB_KIND_DESC,
	DMALAB_KIND_MEM,
	DMALAB_KIND_COUNTER,
	DMALAB_KIND_STEP,
};

/**
 * struct dmalab_name - the name of the @index-th thing of a kind
 * @size: in: sizeof(struct dmalab_name)
 * @kind: in: enum dmalab_kind
 * @index: in: 0 <= index < the number in struct dmalab_info (-ERANGE beyond)
 * @flags: out: DMALAB_NAME_*
 * @name: out: its name, as used in struct dmalab_case and in the results
 * @lacks: out: what this kernel would need for a path that is
 *         DMALAB_NAME_MISSING, "" otherwise
 */
struct dmalab_name {
	__u32 size;
	__u32 kind;
	__u32 index;
	__u32 flags;
	char name[DMALAB_NAME_LEN];
	char lacks[DMALAB_NAME_LEN];
};

/* a path whose operations may sleep: measured with interrupts on, not exact */
#define DMALAB_NAME_MAY_SLEEP	0x1
/* a descriptor of which the device's hardware is not modelled: translation only */
#define DMALAB_NAME_MODEL	0x2
/*
 * a counter that this kernel cannot provide, which is absent from results; a
 * path that it cannot run, whose cases are -EOPNOTSUPP
 */
#define DMALAB_NAME_MISSING	0x4

/**
 * struct dmalab_attach - the device to map for
 * @size: in: sizeof(struct dmalab_attach)
 * @flags: in: DMALAB_ATTACH_BORROW: the device stays with its driver, only
 *         its DMA mappings are used; otherwise the device must be bound to
 *         the driver "dmalab" (by driver_override)
 * @device: in: PCI address, "0000:01:00.0"
 *
 * Errors: -ENODEV no such device, or it is bound to another driver and
 * DMALAB_ATTACH_BORROW is not set; -EBUSY a run is under way.
 */
struct dmalab_attach {
	__u32 size;
	__u32 flags;
	char device[DMALAB_NAME_LEN];
};

#define DMALAB_ATTACH_BORROW	0x1

/**
 * struct dmalab_case - one transfer, mapped one way into one structure
 * @path: mapping API under test, by name
 * @desc: hardware structure that the addresses are streamed into, by name
 * @mem: where the memory comes from, by name: "scattered" (4K pages, no two
 *       neighbours in physical memory), "contig" (one physical range),
 *       "huge" (2M-aligned 2M pages), "gapped" (segments of one length, each
 *       inside a page of its own, so that no IOMMU can join them), "mmio" (no
 *       memory: a BAR of the device; by paths that need no struct page)
 * @bytes: length of the transfer
 * @segs: how many segments it is handed over as; 1 or the number of pages
 *        touched for "contig", "huge" and "mmio", the number of pages for "scattered";
 *        for "gapped" any number that divides @bytes
 * @offset: offset of the first byte in its page, < 4096; for "gapped" of every
 *        segment in its page, and not 0
 * @dir: DMALAB_DIR_*
 * @resv: must be zero
 */
struct dmalab_case {
	char path[DMALAB_NAME_LEN];
	char desc[DMALAB_NAME_LEN];
	char mem[DMALAB_NAME_LEN];
	__u64 bytes;
	__u32 segs;
	__u32 offset;
	__u32 dir;
	__u32 resv;
};

#define DMALAB_DIR_TO_DEVICE	0
#define DMALAB_DIR_FROM_DEVICE	1

/* Readings of one operation, in this order, in struct dmalab_run.samples */
enum dmalab_reading {
	DMALAB_READ_MAP,	/* setting up and mapping */
	DMALAB_READ_FILL,	/* filling the descriptor */
	DMALAB_READ_UNMAP,	/* unmapping and giving back */
	DMALAB_READ_OP,		/* all of it, measured together in another pass */
	DMALAB_NR_READINGS,
};

/* The phases of an operation are the readings before that of all of it. */
#define DMALAB_NR_PHASES	DMALAB_READ_OP

enum dmalab_pass {
	/*
	 * Ticks of the time-stamp counter for each operation, interrupts off
	 * for the whole sequence; under -icount that is instructions.
	 * samples: @ops x DMALAB_NR_READINGS values, operation by operation.
	 */
	DMALAB_PASS_TICKS,
	/*
	 * Instructions from the CPU's performance counters, user space
	 * excluded; same samples.  -EOPNOTSUPP where there is no such counter.
	 */
	DMALAB_PASS_PMU,
	/*
	 * Nanoseconds: @batch operations between two readings of the clock,
	 * @ops readings for each thread, into a histogram.
	 * samples: DMALAB_NR_READINGS histograms of DMALAB_HIST_BUCKETS values.
	 */
	DMALAB_PASS_TIME,
	/*
	 * Structure counts, summed over @ops operations.
	 * samples: nr_counters values, named by DMALAB_KIND_COUNTER; what is
	 * DMALAB_NAME_MISSING reads 0 and means nothing.
	 */
	DMALAB_PASS_COUNTERS,
	/*
	 * The descriptor that the case builds is handed to the attached NVMe
	 * controller, which writes and reads back a known pattern through it,
	 * at @lba of namespace 1.  Overwrites what is there.  samples: none.
	 */
	DMALAB_PASS_NVME,
	/*
	 * Structure counts that only single-stepping shows, summed over @ops
	 * operations.  Each instruction then costs about a thousand: choose
	 * @ops small.
	 * samples: nr_steps values, named by DMALAB_KIND_STEP; what is
	 * DMALAB_NAME_MISSING is among the counters instead.
	 * functions: the same instructions by function, where @nr_functions
	 * asks for them.
	 */
	DMALAB_PASS_STEPS,
};

/*
 * The histogram of DMALAB_PASS_TIME is log-linear.  Values below
 * 2^DMALAB_HIST_SUB_BITS have a bucket each; above, every power of two is cut
 * into 2^DMALAB_HIST_SUB_BITS buckets, so a bucket is never wider than its
 * lower edge / 2^DMALAB_HIST_SUB_BITS (3.2 %).  Values are picoseconds per
 * operation; the last bucket takes what is beyond.
 */
#define DMALAB_HIST_SUB_BITS	5
#define DMALAB_HIST_TOP_BIT	44
#define DMALAB_HIST_BUCKETS \
	((DMALAB_HIST_TOP_BIT - DMALAB_HIST_SUB_BITS + 1) << DMALAB_HIST_SUB_BITS)

/**
 * struct dmalab_function - what was stepped through of one function
 * @name: its symbol, that of a module with the module: "f", "f [dmalab]"; cut
 *        after DMALAB_FUNCTION_LEN - 1 characters.  Different functions may
 *        have the same name
 * @insns: instructions, by phase: DMALAB_READ_MAP, _FILL, _UNMAP.  What the
 *         harness does between two phases counts to the first of them
 * @calls: of these, how often its first one: calls and jumps to the function
 */
struct dmalab_function {
	char name[DMALAB_FUNCTION_LEN];
	__u64 insns[DMALAB_NR_PHASES];
	__u64 calls[DMALAB_NR_PHASES];
};

/**
 * struct dmalab_run - run one case
 * @size: in: sizeof(struct dmalab_run)
 * @flags: in: must be zero
 * @kase: in: the case
 * @pass: in: enum dmalab_pass
 * @warmup: in: operations before the first that is measured; what a pass
 *         measures again has no more than 64 before it.  With 0 nothing is
 *         measured again: DMALAB_READ_OP is the sum of the phases
 * @ops: in: operations that are measured (readings, for DMALAB_PASS_TIME)
 * @batch: in: DMALAB_PASS_TIME: operations for each reading; 0 otherwise
 * @threads: in: DMALAB_PASS_TIME: kernel threads, one per CPU; 1 otherwise
 * @node: in: NUMA node of memory and threads, -1 for any
 * @lba: in: DMALAB_PASS_NVME: first block; 0 otherwise
 * @samples: in: user address of an array of __u64
 * @nr_samples: in: room there; out: what the pass has to give.  -ENOSPC with
 *         nr_samples set when the room is too small; nothing is run then
 * @verified_bytes: out: bytes that were translated back (or, by the NVMe pass,
 *         moved) and found right; always the whole transfer on success
 * @desc_bytes: out: size of the descriptor that was built, chained lists too
 * @discarded: out: samples left out because the CPU was interrupted
 * @dma_segs: out: DMA ranges that the descriptor was given
 * @resv: must be zero
 * @functions: in: user address of an array of struct dmalab_function, or 0
 * @nr_functions: in: room there, at most DMALAB_MAX_FUNCTIONS; only for
 *         DMALAB_PASS_STEPS, 0 otherwise; out: entries that were written
 * @function_bytes: in: sizeof(struct dmalab_function), the distance of two
 *         entries; what the module does not know of one is cleared; 0 where
 *         @nr_functions is
 * @insns_unnamed: out: instructions stepped that are in none of the entries:
 *         the module had no room for their addresses, the array none for their
 *         function, or no function has the address
 *
 * Every run first maps once, translates every address in the descriptor back
 * and compares; -EBADMSG when a byte would have gone elsewhere.
 *
 * Errors: -ENODEV no device, or it went away during the run; -ENOENT no such
 * path, descriptor or layout; -EOPNOTSUPP path, descriptor and shape do not
 * go together (a PRP cannot start a second segment inside a page), or the
 * kernel lacks what the path calls; -EINTR a signal came.  Whatever the error,
 * nothing stays mapped.
 */
struct dmalab_run {
	__u32 size;
	__u32 flags;
	struct dmalab_case kase;
	__u32 pass;
	__u32 warmup;
	__u32 ops;
	__u32 batch;
	__u32 threads;
	__s32 node;
	__u64 lba;
	__u64 samples;
	__u64 nr_samples;
	__u64 verified_bytes;
	__u32 desc_bytes;
	__u32 discarded;
	__u32 dma_segs;
	__u32 resv;
	__u64 functions;
	__u32 nr_functions;
	__u32 function_bytes;
	__u64 insns_unnamed;
};

#define DMALAB_IOC_MAGIC	0xD7
#define DMALAB_IOC_INFO		_IOWR(DMALAB_IOC_MAGIC, 0, __u32)
#define DMALAB_IOC_NAME		_IOWR(DMALAB_IOC_MAGIC, 1, __u32)
#define DMALAB_IOC_ATTACH	_IOWR(DMALAB_IOC_MAGIC, 2, __u32)
#define DMALAB_IOC_DETACH	_IO(DMALAB_IOC_MAGIC, 3)
#define DMALAB_IOC_RUN		_IOWR(DMALAB_IOC_MAGIC, 4, __u32)

#endif
