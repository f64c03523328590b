/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The block device that an I/O driver was given: opened so that nobody else
 * has it, and what is needed to know of it.
 */
#ifndef DLAB_BLKDEV_H
#define DLAB_BLKDEV_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

/**
 * struct dlab_blkdev - an opened device
 * @fd: for I/O: the block device (O_DIRECT), or the NVMe character device
 * @claim: keeps file systems and others off it while it is written to
 * @passthrough: @fd is the character device
 * @nsid: NVMe namespace, with @passthrough
 * @block_bytes: size of a logical block
 * @bytes: capacity
 */
struct dlab_blkdev {
	int fd;
	int claim;
	bool passthrough;
	uint32_t nsid;
	uint32_t block_bytes;
	uint64_t bytes;
};

/**
 * dlab_blkdev_open - open a block device for overwriting
 * @path: "/dev/nvme0n1"
 *
 * Return: 0, or -errno; -EBUSY when it is mounted or otherwise in use,
 * -ENOTBLK when it is no block device.
 */
int dlab_blkdev_open(struct dlab_blkdev *dev, const char *path,
		     struct dlab_err *err);

/**
 * dlab_blkdev_open_char - open an NVMe namespace for passthrough
 * @path: "/dev/ng0n1"; its block device is claimed, where there is one
 */
int dlab_blkdev_open_char(struct dlab_blkdev *dev, const char *path,
			  struct dlab_err *err);

void dlab_blkdev_close(struct dlab_blkdev *dev);

/**
 * dlab_nvme_format - logical block size and capacity of a namespace
 * @identify: the 4096 bytes of Identify Namespace (NVM Command Set
 *            Specification, 4.1.5.1)
 * @block_bytes: out
 * @bytes: out
 *
 * Return: 0, or -EOPNOTSUPP for a format that cannot be used: with metadata,
 * or with blocks of a size that nobody has.
 */
int dlab_nvme_format(const uint8_t identify[4096], uint32_t *block_bytes,
		     uint64_t *bytes, struct dlab_err *err);

#endif
