/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How does the kernel's NVMe driver map its data?  One that has the lab's
 * parameter `dma_path` does it either way: `sg`, through a scatterlist, or
 * `stream`, address by address into PRP list or SGL.
 */
#ifndef DLAB_NVMEPATH_H
#define DLAB_NVMEPATH_H

#include <limits.h>
#include <stdbool.h>

#include "err.h"

#define DLAB_NVME_PATH_ABOUT \
	"how the NVMe driver maps: sg, a scatterlist; stream, without one; default: as it is set"

/**
 * struct dlab_nvme_path - what was changed
 * @changed: anything was
 * @parameter: the file of the parameter
 * @driver: the directory of the PCI driver
 * @pci: the controller's PCI address
 * @device: the namespace, which is there again when it has been probed
 * @old: what to set it back to
 */
struct dlab_nvme_path {
	bool changed;
	char parameter[PATH_MAX];
	char driver[PATH_MAX];
	char pci[32];
	char device[PATH_MAX];
	char old[32];
};

/**
 * dlab_nvme_path_check - is it a value of the key `nvme_path`?
 */
int dlab_nvme_path_check(const char *want, struct dlab_err *err);

/**
 * dlab_nvme_path_take - have the NVMe driver map by this path
 * @p: out: for dlab_nvme_path_give()
 * @sysfs: where sysfs is: "/sys"
 * @device: namespace, "/dev/nvme0n1" or "/dev/ng0n1".  The driver decides when
 *          it probes, so its controller is unbound and bound again; not one
 *          that has other namespaces, or is in use
 * @want: sg, stream or default
 *
 * Return: 0, or -errno; -EOPNOTSUPP when this kernel's driver has no choice.
 */
int dlab_nvme_path_take(struct dlab_nvme_path *p, const char *sysfs,
			const char *device, const char *want,
			struct dlab_err *err);

/**
 * dlab_nvme_path_give - set back what was changed
 *
 * Return: 0, or -errno.
 */
int dlab_nvme_path_give(struct dlab_nvme_path *p, struct dlab_err *err);

#endif
