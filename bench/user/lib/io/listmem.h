/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How much memory do drivers allocate for lists of what an I/O maps: its
 * scatterlist, or an array of its ranges?  Such lists come from mempools, and
 * the kernel tells of each allocation by the tracepoint kmem:kmalloc.
 */
#ifndef DLAB_LISTMEM_H
#define DLAB_LISTMEM_H

#include <stdbool.h>
#include <stdint.h>

/**
 * struct dlab_listmem - what was allocated
 * @allocs: allocations
 * @bytes: what was asked for
 * @lost: events were lost, so the figures are too low
 */
struct dlab_listmem {
	uint64_t allocs;
	uint64_t bytes;
	bool lost;
};

/**
 * dlab_listmem_begin - start watching, in a trace instance of its own
 * @tracing: where tracefs is: "/sys/kernel/debug/tracing"
 *
 * Return: whether this kernel can be watched; if so, dlab_listmem_end() must
 * follow.
 */
bool dlab_listmem_begin(const char *tracing);

/**
 * dlab_listmem_end - stop watching, and remove the instance
 *
 * Return: whether @out was filled in.
 */
bool dlab_listmem_end(const char *tracing, struct dlab_listmem *out);

#endif
