/* SPDX-License-Identifier: GPL-2.0-only */
/* Files of one line, as sysfs and procfs have them. */
#ifndef DLAB_SYSFS_H
#define DLAB_SYSFS_H

#include <stddef.h>

/* The first line without its end, "" where it cannot be read. */
void dlab_sysfs_line(const char *path, char *out, size_t size);

/* Return: 0, or the -errno of opening or writing. */
int dlab_sysfs_put(const char *path, const char *text);

#endif
