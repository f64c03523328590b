/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whole files: read into memory, and written so that a reader (or a power
 * cut) sees the old file or the new one, never half of one.
 */
#ifndef DLAB_FILE_H
#define DLAB_FILE_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"

/**
 * dlab_file_read - a whole regular file
 * @buf: out: malloc()ed, with a NUL after the last byte
 * @len: out: without that NUL
 *
 * Return: 0, or -errno (-EFBIG beyond 1 GiB).
 */
int dlab_file_read(const char *path, char **buf, size_t *len,
		   struct dlab_err *err);

/**
 * struct dlab_file - a file being written beside its final name
 * @f: where to write
 * @path: the final name
 * @tmp: the name until dlab_file_commit()
 */
struct dlab_file {
	FILE *f;
	char *path;
	char *tmp;
};

int dlab_file_create(struct dlab_file *file, const char *path,
		     struct dlab_err *err);

/* Flush, sync and rename; on failure nothing of the new file stays. */
int dlab_file_commit(struct dlab_file *file, struct dlab_err *err);

/**
 * dlab_file_room - could so much still be written into a directory?
 *
 * Tries it, so quotas and what is mounted read-only are seen too.
 *
 * Return: 0, or the -errno of trying, such as -ENOSPC.
 */
int dlab_file_room(const char *dir, long bytes, struct dlab_err *err);

/* Give up what was written so far. */
void dlab_file_abandon(struct dlab_file *file);

#endif
