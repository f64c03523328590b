// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last level of a GPU's page table: one entry of 8 bytes for each 4K page,
 * with a fragment field as amdgpu has it.  A model: no hardware reads it here.
 *
 * A fragment of 2^f pages is contiguous, and begins at a multiple of its size
 * both in the GPU's address space (here: counted from the first page of the
 * transfer) and in the DMA address.  Every entry of it carries f, and the GPU
 * may translate all of it by any one entry.  Ranges are merged while they are
 * neighbours; entries are written when a run ends.
 */
#include <linux/bitops.h>
#include <linux/log2.h>
#include <linux/slab.h>

#include "../dmalab.h"

#define GPU_SHIFT	12
#define GPU_PAGE	BIT_ULL(GPU_SHIFT)
/* valid, system memory, snooped, readable, writeable */
#define GPU_FLAGS	(BIT_ULL(0) | BIT_ULL(1) | BIT_ULL(2) | BIT_ULL(5) | \
			 BIT_ULL(6))
#define GPU_FRAG_SHIFT	7
#define GPU_FRAG_MASK	(0x1fULL << GPU_FRAG_SHIFT)
#define GPU_ADDR_MASK	GENMASK_ULL(47, GPU_SHIFT)
/* 2M; beyond that a GPU uses the level above */
#define GPU_MAX_FRAG	9U

/**
 * struct gpu - one table
 * @desc: for everybody else
 * @nr: entries written; the GPU's page number of the next
 * @max: room
 * @bytes: of the transfer
 * @first: offset of the first byte in its page
 * @run: where the run that grows begins
 * @run_end: where it ends; 0 before the first range
 * @entries: the table
 */
struct gpu {
	struct dmalab_desc desc;
	unsigned int nr;
	unsigned int max;
	size_t bytes;
	unsigned int first;
	dma_addr_t run;
	dma_addr_t run_end;
	__le64 entries[];
};

static struct gpu *to_gpu(const struct dmalab_desc *desc)
{
	return container_of(desc, struct gpu, desc);
}

static struct dmalab_desc *gpu_create(struct device *dev, void *shared,
				      size_t bytes, unsigned int max_ranges)
{
	unsigned int max = bytes / GPU_PAGE + 2;
	struct gpu *gpu = kvzalloc(struct_size(gpu, entries, max), GFP_KERNEL);

	if (!gpu)
		return ERR_PTR(-ENOMEM);
	gpu->desc.ops = &dmalab_desc_gpu_pte;
	gpu->desc.dev = dev;
	gpu->max = max;
	return &gpu->desc;
}

static void gpu_destroy(struct dmalab_desc *desc)
{
	kvfree(to_gpu(desc));
}

static int gpu_begin(struct dmalab_desc *desc, size_t bytes,
		     unsigned int nr_ranges)
{
	struct gpu *gpu = to_gpu(desc);

	gpu->bytes = bytes;
	gpu->nr = 0;
	gpu->run = 0;
	gpu->run_end = 0;
	return 0;
}

static unsigned int fragment(unsigned int va_page, u64 page, unsigned int nr)
{
	unsigned int frag = min_t(unsigned int, ilog2(nr), GPU_MAX_FRAG);

	if (va_page)
		frag = min_t(unsigned int, frag, __ffs(va_page));
	if (page)
		frag = min_t(unsigned int, frag, __ffs64(page));
	return frag;
}

/* Writes the entries of a run that grows no more. */
static int gpu_flush(struct gpu *gpu)
{
	u64 page = gpu->run >> GPU_SHIFT;
	unsigned int nr = DIV_ROUND_UP(gpu->run_end, GPU_PAGE) - page;
	unsigned int frag, n;

	if (nr > gpu->max - gpu->nr)
		return -E2BIG;
	while (nr) {
		frag = fragment(gpu->nr, page, nr);
		nr -= 1U << frag;
		for (n = 1U << frag; n; n--, page++)
			gpu->entries[gpu->nr++] =
				cpu_to_le64(page << GPU_SHIFT | GPU_FLAGS |
					    (u64)frag << GPU_FRAG_SHIFT);
	}
	return 0;
}

static int gpu_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	struct gpu *gpu = to_gpu(desc);
	int err;

	if (gpu->run_end && addr == gpu->run_end) {
		gpu->run_end += len;
		return 0;
	}
	if (gpu->run_end) {
		if ((addr | gpu->run_end) & (GPU_PAGE - 1))
			return -EOPNOTSUPP;
		err = gpu_flush(gpu);
		if (err)
			return err;
	} else {
		gpu->first = addr & (GPU_PAGE - 1);
	}
	gpu->run = addr;
	gpu->run_end = addr + len;
	return 0;
}

static int gpu_finish(struct dmalab_desc *desc)
{
	return gpu_flush(to_gpu(desc));
}

static void gpu_release(struct dmalab_desc *desc)
{
}

/* All entries of a fragment must say what its first one says. */
static int check_fragment(const struct gpu *gpu, unsigned int i,
			  unsigned int frag)
{
	u64 first = le64_to_cpu(gpu->entries[i]);
	unsigned int n;

	if (i & ((1U << frag) - 1) || i + (1U << frag) > gpu->nr)
		return -EBADMSG;
	if (first & (((1ULL << frag) - 1) << GPU_SHIFT))
		return -EBADMSG;
	for (n = 1; n < 1U << frag; n++)
		if (le64_to_cpu(gpu->entries[i + n]) != first + n * GPU_PAGE)
			return -EBADMSG;
	return 0;
}

/* As the GPU reads it: fragment by fragment. */
static int gpu_walk(struct dmalab_desc *desc, dmalab_range_fn fn, void *arg)
{
	struct gpu *gpu = to_gpu(desc);
	unsigned int offset = gpu->first;
	size_t left = gpu->bytes;
	unsigned int i = 0, frag;
	int err = 0;

	while (!err && i < gpu->nr) {
		u64 pte = le64_to_cpu(gpu->entries[i]);
		size_t len;

		frag = (pte & GPU_FRAG_MASK) >> GPU_FRAG_SHIFT;
		if (!left || check_fragment(gpu, i, frag))
			return -EBADMSG;
		len = min_t(size_t, left, (GPU_PAGE << frag) - offset);
		err = fn(arg, (pte & GPU_ADDR_MASK) + offset, len);
		left -= len;
		offset = 0;
		i += 1U << frag;
	}
	return err;
}

static size_t gpu_size(const struct dmalab_desc *desc)
{
	return to_gpu(desc)->nr * sizeof(__le64);
}

const struct dmalab_desc_ops dmalab_desc_gpu_pte = {
	.name = "gpu-pte",
	.model = true,
	.create = gpu_create,
	.destroy = gpu_destroy,
	.begin = gpu_begin,
	.push = gpu_push,
	.finish = gpu_finish,
	.release = gpu_release,
	.walk = gpu_walk,
	.size = gpu_size,
};
