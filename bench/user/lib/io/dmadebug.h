/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does a kernel with CONFIG_DMA_API_DEBUG say of the mappings that there
 * are, and of the mistakes that were made with them?
 */
#ifndef DLAB_DMADEBUG_H
#define DLAB_DMADEBUG_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/**
 * struct dlab_dma_debug - a reading
 * @there: the kernel has it, and has not given up for lack of memory
 * @mappings: streaming mappings that there are, of all devices
 * @errors: mistakes seen since boot
 */
struct dlab_dma_debug {
	bool there;
	uint64_t mappings;
	uint64_t errors;
};

/**
 * dlab_dma_debug_read - a reading
 * @debugfs: where debugfs is: "/sys/kernel/debug"
 */
struct dlab_dma_debug dlab_dma_debug_read(const char *debugfs);

/**
 * dlab_dma_debug_judge - was everything unmapped that was mapped meanwhile?
 *
 * Return: 0 (also without a reading); -EBADE with a sentence that says what
 * was left or done wrong.
 */
int dlab_dma_debug_judge(const struct dlab_dma_debug *before,
			 const struct dlab_dma_debug *after,
			 struct dlab_err *err);

#endif
