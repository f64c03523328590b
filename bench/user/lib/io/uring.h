/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Block I/O through io_uring, reduced to what the benchmark varies: which
 * interface (O_DIRECT on a block device or NVMe passthrough), which memory,
 * how large, how deep, in which order.
 */
#ifndef DLAB_URING_H
#define DLAB_URING_H

#include <stdbool.h>
#include <stdint.h>

#include "io/cpucost.h"
#include "err.h"
#include "hist.h"

/**
 * struct dlab_uring_setup - what stays the same for all passes of a case
 * @fd: block device or file opened with O_DIRECT, or an NVMe generic
 *      character device
 * @passthrough: @fd is the latter; commands go to namespace @nsid
 * @nsid: NVMe namespace
 * @block_bytes: size of a logical block
 * @region_bytes: I/O stays within the first @region_bytes of the device
 * @io_bytes: size of one I/O; a multiple of @block_bytes
 * @depth: I/Os in flight, at least 1
 * @batch: completions that are waited for, and so I/Os that are submitted, by
 *         one system call; 1 to @depth
 * @offset_bytes: distance of every buffer from the page before it
 * @fixed: buffers are registered
 */
struct dlab_uring_setup {
	int fd;
	bool passthrough;
	uint32_t nsid;
	uint32_t block_bytes;
	uint64_t region_bytes;
	uint32_t io_bytes;
	unsigned int depth;
	unsigned int batch;
	unsigned int offset_bytes;
	bool fixed;
};

struct dlab_uring;

int dlab_uring_open(struct dlab_uring **out,
		    const struct dlab_uring_setup *setup, struct dlab_err *err);
void dlab_uring_close(struct dlab_uring *u);

/* How many I/Os cover the region once. */
uint64_t dlab_uring_region_ios(const struct dlab_uring *u);

enum dlab_uring_order {
	/* from the first block on, and again */
	DLAB_URING_SEQUENTIAL,
	/* any place, whether it was visited or not */
	DLAB_URING_RANDOM,
	/* every place once before any a second time, far from its neighbour */
	DLAB_URING_SCATTERED,
};

/**
 * struct dlab_uring_pass - one series of I/Os
 * @write: write; else read
 * @order: where the I/Os go
 * @check: a write fills every buffer with the pattern of @seed, a read
 *         compares; else the buffers are left as they are
 * @seed: for @order and @check
 * @ios: how many, or 0 when @ns ends it
 * @ns: for how long, or 0 when @ios ends it
 * @lat_ns: takes the latency of every I/O, from before the system call that
 *          submits it to after the one that returned it; or NULL: then the
 *          loop reads no clock
 * @spin: if set, as many I/Os as may be in flight are submitted at once, all
 *        are waited for, and only then come the next; @spin keeps the account
 *        of the waiting, which is done without sleeping
 * @on_burst: with @spin: called after each such burst
 * @user: given to @on_burst
 * @done: out: how many were completed
 * @took_ns: out: from the first submission to the last completion
 */
struct dlab_uring_pass {
	bool write;
	enum dlab_uring_order order;
	bool check;
	uint64_t seed;
	uint64_t ios;
	uint64_t ns;
	struct dlab_hist *lat_ns;
	struct dlab_spin *spin;
	void (*on_burst)(void *user);
	void *user;
	uint64_t done;
	uint64_t took_ns;
};

/**
 * dlab_uring_run - do a pass
 *
 * Ends at the first error, when all that is in flight has come back.
 *
 * Return: 0; -EBADMSG when @check found wrong data; the I/O's -errno, or -EIO
 * for an NVMe status or a short transfer, which the sentence spells out.
 */
int dlab_uring_run(struct dlab_uring *u, struct dlab_uring_pass *pass,
		   struct dlab_err *err);

#endif
