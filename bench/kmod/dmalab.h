/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The words that the parts of the module share: memory to transfer, a path that
 * maps it, a descriptor that takes the addresses, and the operation that brings
 * the three together for one device.
 */
#ifndef DMALAB_H
#define DMALAB_H

#include <linux/device.h>
#include <linux/dma-mapping.h>
#include <linux/mm.h>
#include <linux/types.h>

#include "uapi/dmalab.h"

#include "compat.h"

struct dmalab_op;
struct dmalab_desc;
struct perf_event;

/* ---- memory (mem.c) ---- */

/**
 * struct dmalab_seg - one segment, as a driver is handed it
 * @page: first page; the segment is contiguous in physical memory
 * @offset: first byte in @page
 * @len: bytes; more than a page where the segment spans several
 *
 * In the form that dma_map_page() and sg_set_page() take.
 */
struct dmalab_seg {
	struct page *page;
	unsigned int offset;
	unsigned int len;
};

static inline phys_addr_t dmalab_seg_phys(const struct dmalab_seg *seg)
{
	return page_to_phys(seg->page) + seg->offset;
}

struct dmalab_layout;

/**
 * struct dmalab_shape - what a transfer looks like
 * @layout: where its pages come from
 * @bytes: its length
 * @nr_segs: segments that it is handed over as
 * @offset: of the first byte in the first page
 * @node: NUMA node, or NUMA_NO_NODE
 */
struct dmalab_shape {
	const struct dmalab_layout *layout;
	size_t bytes;
	unsigned int nr_segs;
	unsigned int offset;
	int node;
};

/**
 * struct dmalab_mem - memory of one shape
 * @segs: its segments
 * @nr_segs: how many
 * @bytes: sum of their lengths
 * @blocks: pages as they were allocated; NULL beyond a failed allocation
 * @nr_blocks: how many
 * @order: of each block
 * @mmio: it is a device's, and was not allocated
 */
struct dmalab_mem {
	struct dmalab_seg *segs;
	unsigned int nr_segs;
	size_t bytes;
	struct page **blocks;
	unsigned int nr_blocks;
	unsigned int order;
	bool mmio;
};

const struct dmalab_layout *dmalab_layout_at(unsigned int i);
const struct dmalab_layout *dmalab_layout_find(const char *name);
const char *dmalab_layout_name(const struct dmalab_layout *layout);
int dmalab_shape_check(const struct dmalab_shape *shape);
bool dmalab_layout_is_mmio(const struct dmalab_layout *layout);
int dmalab_mem_alloc(struct dmalab_mem *mem, const struct dmalab_shape *shape,
		     struct device *dev);
void dmalab_mem_free(struct dmalab_mem *mem);

/* ---- descriptors (descs/) ---- */

/**
 * typedef dmalab_range_fn - takes one range that a descriptor names
 * @arg: the caller's
 * @addr: first DMA address
 * @len: bytes
 *
 * Return: 0, or an error that ends the walk.
 */
typedef int (*dmalab_range_fn)(void *arg, dma_addr_t addr, size_t len);

/**
 * struct dmalab_desc_ops - a hardware structure that takes DMA addresses
 * @name: as in the results
 * @model: no hardware here reads it, so it is only translated back
 * @is_sgl: its @data_ptr is an SGL descriptor, not two PRPs
 * @open: what the descriptors of one device share; optional
 * @close: undoes @open; optional
 * @create: one descriptor, for transfers of up to @bytes in up to @max_ranges
 *	ranges; @shared is what @open returned, or NULL
 * @destroy: undoes @create
 * @begin: a transfer of @bytes in @nr_ranges ranges starts
 * @push: the next range; -EOPNOTSUPP when the structure cannot express it
 * @finish: all ranges are pushed; optional
 * @release: the transfer is over, or @begin, @push or @finish failed; gives
 *	back what they took
 * @walk: reads the structure as the device would and names its ranges in
 *	order
 * @size: bytes of the structure that was built, chained lists too
 * @data_ptr: data pointer of an NVMe command; optional
 *
 * @begin, @push, @finish and @release are what is measured: they may not
 * sleep.
 */
struct dmalab_desc_ops {
	const char *name;
	bool model;
	bool is_sgl;
	void *(*open)(struct device *dev);
	void (*close)(void *shared);
	struct dmalab_desc *(*create)(struct device *dev, void *shared,
				      size_t bytes, unsigned int max_ranges);
	void (*destroy)(struct dmalab_desc *desc);
	int (*begin)(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges);
	int (*push)(struct dmalab_desc *desc, dma_addr_t addr, size_t len);
	int (*finish)(struct dmalab_desc *desc);
	void (*release)(struct dmalab_desc *desc);
	int (*walk)(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg);
	size_t (*size)(const struct dmalab_desc *desc);
	void (*data_ptr)(const struct dmalab_desc *desc, __le64 dptr[2]);
};

/**
 * struct dmalab_desc - what every descriptor starts with
 * @ops: its kind
 * @dev: the device that reads it
 */
struct dmalab_desc {
	const struct dmalab_desc_ops *ops;
	struct device *dev;
};

#define DMALAB_DESC(x) extern const struct dmalab_desc_ops dmalab_desc_##x
#include "descs/list.h"
#undef DMALAB_DESC

const struct dmalab_desc_ops *dmalab_desc_at(unsigned int i);
const struct dmalab_desc_ops *dmalab_desc_find(const char *name);

/* ---- paths (paths/) ---- */

/**
 * struct dmalab_path - a way to map a transfer, the five steps of a driver
 * @name: as in the results
 * @may_sleep: @map or @unmap may sleep
 * @untranslated: the descriptor gets physical addresses; nothing is mapped
 * @mmio: @map takes physical addresses and the attributes of the operation, so
 *	it can map a device's own memory
 * @lacks: what the kernel would need for it; NULL where the path works.  Such
 *	a path has a name and nothing else
 * @prepare: what a driver sets up once; optional
 * @map: what it pays for each transfer to get addresses; sets op->nr_ranges.
 *	On an error nothing stays mapped or allocated
 * @fill: hands each DMA range to dmalab_push(), stops at an error
 * @unmap: undoes @map
 * @unprepare: undoes @prepare; optional
 */
struct dmalab_path {
	const char *name;
	bool may_sleep;
	bool untranslated;
	bool mmio;
	const char *lacks;
	int (*prepare)(struct dmalab_op *op);
	int (*map)(struct dmalab_op *op);
	int (*fill)(struct dmalab_op *op);
	void (*unmap)(struct dmalab_op *op);
	void (*unprepare)(struct dmalab_op *op);
};

#define DMALAB_PATH(x) extern const struct dmalab_path dmalab_path_##x
#include "paths/list.h"
#undef DMALAB_PATH

const struct dmalab_path *dmalab_path_at(unsigned int i);
const struct dmalab_path *dmalab_path_find(const char *name);

/* ---- one operation (op.c) ---- */

/**
 * struct dmalab_op - one transfer that can be mapped again and again
 * @dev: the device
 * @dir: direction
 * @path: how it is mapped
 * @desc: what takes the addresses
 * @mem: what is transferred
 * @attrs: DMA_ATTR_* that it is mapped with
 * @nr_ranges: DMA ranges that the path maps it to; valid while mapped
 * @priv: the path's
 */
struct dmalab_op {
	struct device *dev;
	enum dma_data_direction dir;
	const struct dmalab_path *path;
	struct dmalab_desc *desc;
	struct dmalab_mem mem;
	unsigned long attrs;
	unsigned int nr_ranges;
	void *priv;
};

/**
 * struct dmalab_plan - the parts of an operation, looked up
 * @path: how it is mapped
 * @desc: what takes the addresses
 * @shape: what is transferred
 * @dir: direction
 */
struct dmalab_plan {
	const struct dmalab_path *path;
	const struct dmalab_desc_ops *desc;
	struct dmalab_shape shape;
	enum dma_data_direction dir;
};

/**
 * struct dmalab_bench - a plan for one device, from which operations are made
 * @dev: the device
 * @plan: the plan
 * @shared: what the descriptors of the device share
 */
struct dmalab_bench {
	struct device *dev;
	struct dmalab_plan plan;
	void *shared;
};

int dmalab_bench_open(struct dmalab_bench *bench, struct device *dev,
		      const struct dmalab_plan *plan);
void dmalab_bench_close(struct dmalab_bench *bench);
int dmalab_op_init(struct dmalab_op *op, const struct dmalab_bench *bench);
void dmalab_op_exit(struct dmalab_op *op);

static inline int dmalab_push(struct dmalab_op *op, dma_addr_t addr, size_t len)
{
	return op->desc->ops->push(op->desc, addr, len);
}

/* The three phases that are measured. */
static __always_inline int dmalab_op_map(struct dmalab_op *op)
{
	return op->path->map(op);
}

static __always_inline int dmalab_op_fill(struct dmalab_op *op)
{
	const struct dmalab_desc_ops *ops = op->desc->ops;
	int err;

	err = ops->begin(op->desc, op->mem.bytes, op->nr_ranges);
	if (!err)
		err = op->path->fill(op);
	if (!err && ops->finish)
		err = ops->finish(op->desc);
	return err;
}

/* also right after a dmalab_op_fill() that failed half-way */
static __always_inline void dmalab_op_unmap(struct dmalab_op *op)
{
	op->path->unmap(op);
	op->desc->ops->release(op->desc);
}

static __always_inline int dmalab_op_whole(struct dmalab_op *op)
{
	int err;

	err = dmalab_op_map(op);
	if (err)
		return err;
	err = dmalab_op_fill(op);
	dmalab_op_unmap(op);
	return err;
}

/* ---- verification (verify.c) ---- */

/**
 * struct dmalab_verdict - what dmalab_verify() saw
 * @bytes: bytes that translated back right
 * @desc_bytes: size of the descriptor
 * @nr_ranges: DMA ranges that the path handed over
 */
struct dmalab_verdict {
	size_t bytes;
	size_t desc_bytes;
	unsigned int nr_ranges;
};

bool dmalab_translates(struct device *dev);
phys_addr_t dmalab_dma_to_phys(struct device *dev, dma_addr_t addr);
void *dmalab_dma_to_virt(struct device *dev, dma_addr_t addr);
int dmalab_verify(struct dmalab_op *op, struct dmalab_verdict *verdict);

/* ---- the device (device.c) ---- */

int dmalab_device_init(void);
void dmalab_device_exit(void);
int dmalab_device_attach(const char *name, bool borrow);
int dmalab_device_detach(void);
void dmalab_device_info(struct dmalab_info *info);
struct device *dmalab_device_acquire(void);
void dmalab_device_release(void);
bool dmalab_device_gone(void);
int dmalab_must_stop(void);
bool dmalab_device_bound(void);

/* ---- runs (run.c); passes (ticks.c, time.c, count.c, data.c) ---- */

int dmalab_run(struct dmalab_run *run);

void dmalab_calibrate(void);
void dmalab_calibration(u64 *insns, u64 *ticks);
bool dmalab_ticks_are_insns(void);
int dmalab_pmc_select(const struct perf_event *event);
int dmalab_pass_ticks(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples);
int dmalab_pass_pmu(struct dmalab_op *op, struct dmalab_run *run, u64 *samples);
int dmalab_pass_counters(struct dmalab_op *op, const struct dmalab_run *run,
			 u64 *samples);
int dmalab_pass_steps(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples, struct dmalab_function *functions);
int dmalab_pass_nvme(const struct dmalab_bench *bench, struct dmalab_run *run);
int dmalab_pass_time(const struct dmalab_bench *bench,
		     const struct dmalab_run *run, u64 *samples);

/* ---- structure counts (count.c) ---- */

unsigned int dmalab_nr_counts(bool stepped);
const char *dmalab_count_name(bool stepped, unsigned int i);
bool dmalab_count_missing(bool stepped, unsigned int i);

/* ---- histogram (hist.c) ---- */

unsigned int dmalab_hist_bucket(u64 value);
u64 dmalab_hist_low(unsigned int bucket);

#endif
