/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device that a case does its I/O on: named by the user, claimed, and
 * mapped by the kernel in the way that the case asks for.
 */
#ifndef DLAB_IODEV_H
#define DLAB_IODEV_H

#include "driver.h"
#include "io/blkdev.h"
#include "io/nvmepath.h"

/**
 * struct dlab_iodev - a device that was taken
 * @blk: opened
 * @path: what was changed to have it mapped so
 */
struct dlab_iodev {
	struct dlab_blkdev blk;
	struct dlab_nvme_path path;
};

/**
 * dlab_iodev_take - take the device for overwriting
 * @d: out: for dlab_iodev_give()
 * @device: as the user named it, or NULL
 * @passthrough: it is an NVMe character device
 * @nvme_path: the case's key `nvme_path`
 *
 * Return: DLAB_OK; DLAB_SKIP if none was named, or if this kernel's driver has
 * no such way; DLAB_FAIL. Nothing is taken but with DLAB_OK.
 */
enum dlab_status dlab_iodev_take(struct dlab_iodev *d, const char *device,
				 bool passthrough, const char *nvme_path,
				 struct dlab_err *err);

/**
 * dlab_iodev_give - close it and set back what was changed
 * @ret: how the I/O ended: 0, or -errno with @err set
 *
 * Return: @ret, or if that is 0 what setting back gave.
 */
int dlab_iodev_give(struct dlab_iodev *d, int ret, struct dlab_err *err);

#endif
