/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is written to a device so that a read can tell whether it got the right
 * data: every logical block says where it belongs, who wrote it and what is in
 * it.  Return codes alone do not tell (a DMA that went elsewhere succeeds).
 */
#ifndef DLAB_PATTERN_H
#define DLAB_PATTERN_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"

/**
 * struct dlab_pattern_head - the first bytes of every logical block
 * @magic: DLAB_PATTERN_MAGIC
 * @lba: number of the block
 * @seed: of the run that wrote it; also seeds the rest of the block
 * @sum: checksum of the rest of the block
 *
 * In the byte order of the machine: it is read where it was written.
 */
struct dlab_pattern_head {
	uint64_t magic;
	uint64_t lba;
	uint64_t seed;
	uint64_t sum;
};

#define DLAB_PATTERN_MAGIC	0x31626c61626c6164ULL

/**
 * dlab_pattern_fill - fill a buffer for writing
 * @buf: 4-byte aligned is enough
 * @bytes: a multiple of @block_bytes
 * @lba: where the first block goes
 * @block_bytes: a multiple of 8, at least 512
 * @seed: other than that of what may be on the device already
 */
void dlab_pattern_fill(void *buf, size_t bytes, uint64_t lba,
		       uint32_t block_bytes, uint64_t seed);

/* Make sure that a read which moves nothing is seen. */
void dlab_pattern_poison(void *buf, size_t bytes);

/**
 * dlab_pattern_check - see whether a buffer holds what was written
 *
 * Return: 0, or -EBADMSG with a sentence that names the first wrong block and
 * tells apart: never arrived, never written, another run's, another block's,
 * damaged (from which byte on).
 */
int dlab_pattern_check(const void *buf, size_t bytes, uint64_t lba,
		       uint32_t block_bytes, uint64_t seed,
		       struct dlab_err *err);

#endif
