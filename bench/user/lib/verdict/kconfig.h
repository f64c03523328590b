/* SPDX-License-Identifier: GPL-2.0-only */
/* In which symbols do the kernel configurations of two runs differ? */
#ifndef DLAB_KCONFIG_H
#define DLAB_KCONFIG_H

#include <stdbool.h>

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
 * dlab_kconfig_read - kernel.config of a run
 * @dir: the run's directory
 * @text: out: malloc()ed; NULL on error
 *
 * Return: 0, or -errno; -ENOENT where the run has not kept it.
 */
int dlab_kconfig_read(const char *dir, char **text, struct dlab_err *err);

/**
 * dlab_kconfig_diff - compare two configurations, symbol by symbol
 * @a: the text of one
 *
 * Return: 0, what @fn returned, or -ENOMEM.
 */
int dlab_kconfig_diff(const char *a, const char *b, dlab_kconfig_fn fn,
		      void *user);

/*
 * Whether two values of a symbol make the same kernel: one that is not set, and
 * one that the other's source does not know, are both not there.
 */
bool dlab_kconfig_is_same(const char *a, const char *b);

#endif
