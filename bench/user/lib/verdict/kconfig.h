/* SPDX-License-Identifier: GPL-2.0-only */
/* In which symbols do the kernel configurations of two runs differ? */
#ifndef DLAB_KCONFIG_H
#define DLAB_KCONFIG_H

#include "err.h"

/**
 * typedef dlab_kconfig_fn - called for a symbol that differs
 * @symbol: "CONFIG_IOMMU_DMA"
 * @a: its value, "n" where it is not set, NULL where A does not know it
 * @b: the same of B
 *
 * Return: 0 to go on, or -errno.
 */
typedef int (*dlab_kconfig_fn)(void *user, const char *symbol, const char *a,
			       const char *b);

/**
 * dlab_kconfig_diff - compare kernel.config of two runs
 * @dir_a: the runs' directories
 *
 * Return: 0, or -errno; -ENOENT where a run has not kept its kernel.config.
 */
int dlab_kconfig_diff(const char *dir_a, const char *dir_b, dlab_kconfig_fn fn,
		      void *user, struct dlab_err *err);

#endif
