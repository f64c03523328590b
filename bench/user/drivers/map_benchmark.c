// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the kernel's own DMA_MAP_BENCHMARK say of the same device?  A
 * second opinion on the path `page`: contiguous memory, dma_map_single, mean
 * only, in steps of 100 ns (of 100 instructions under qemu -icount).
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/types.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "driver.h"
#include "pcibind.h"

/* include/linux/map_benchmark.h, which 6.12 does not export */
struct map_benchmark {
	__u64 avg_map_100ns;
	__u64 map_stddev;
	__u64 avg_unmap_100ns;
	__u64 unmap_stddev;
	__u32 threads;
	__u32 seconds;
	__s32 node;
	__u32 dma_bits;
	__u32 dma_dir;
	__u32 dma_trans_ns;
	__u32 granule;
	__u8 expansion[76];
};

#define DMA_MAP_BENCHMARK	_IOWR('d', 1, struct map_benchmark)
#define DMA_MAP_TO_DEVICE	1
#define DEBUGFS_FILE		"/sys/kernel/debug/dma_map_benchmark"

static const struct dlab_key keys[] = {
	{ "pages", DLAB_KEY_UINT, "1", "4K pages mapped at once, 1 to 1024" },
	{ "seconds", DLAB_KEY_UINT, "1", "how long, 1 to 300" },
	{ 0 },
};

static struct dlab_pcibind binding;

static int setup(const struct dlab_machine *machine, struct dlab_err *err)
{
	return dlab_pcibind_take(&binding, machine->dma_device,
				 "dma_map_benchmark", err);
}

static void teardown(void)
{
	dlab_pcibind_give(&binding);
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	struct map_benchmark b = {
		.threads = 1,
		.node = -1,
		.dma_bits = 64,
		.dma_dir = DMA_MAP_TO_DEVICE,
	};
	uint64_t pages, seconds;
	int fd, ret;

	if (dlab_case_uint(c, "pages", 1, 1024, &pages, err) ||
	    dlab_case_uint(c, "seconds", 1, 300, &seconds, err))
		return DLAB_FAIL;
	b.granule = pages;
	b.seconds = seconds;
	fd = open(DEBUGFS_FILE, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		dlab_fail(err, errno,
			  "cannot open " DEBUGFS_FILE ": %s; the kernel needs CONFIG_DMA_MAP_BENCHMARK",
			  strerror(errno));
		return DLAB_SKIP;
	}
	ret = ioctl(fd, DMA_MAP_BENCHMARK, &b);
	if (ret)
		dlab_fail(err, errno, "DMA_MAP_BENCHMARK: %s", strerror(errno));
	close(fd);
	if (ret)
		return DLAB_FAIL;
	dlab_out_sample(out, "kernel_map_100ns", b.avg_map_100ns);
	dlab_out_sample(out, "kernel_unmap_100ns", b.avg_unmap_100ns);
	return DLAB_OK;
}

const struct dlab_driver dlab_driver_map_benchmark = {
	.name = "map_benchmark",
	.about = "the kernel's own DMA_MAP_BENCHMARK, as a second opinion",
	.keys = keys,
	.setup = setup,
	.run = run,
	.teardown = teardown,
};
