/* SPDX-License-Identifier: GPL-2.0-only */
/* One way to read the lab's .ini files: libinih, with errors that name file and line. */
#ifndef DLAB_INIFILE_H
#define DLAB_INIFILE_H

#include "err.h"

/**
 * typedef dlab_ini_fn - takes one `key = value` of a file
 * Return: 0, or -errno with the sentence in @err; file and line are put
 * before it.
 */
typedef int (*dlab_ini_fn)(void *user, const char *section, const char *key,
			   const char *value, struct dlab_err *err);

/**
 * dlab_ini_read - read a whole file
 * Stops at the first line that the parser or @fn refuses.
 */
int dlab_ini_read(const char *path, dlab_ini_fn fn, void *user,
		  struct dlab_err *err);

/* The same from memory; @name stands for the file in messages. */
int dlab_ini_parse(const char *text, const char *name, dlab_ini_fn fn,
		   void *user, struct dlab_err *err);

#endif
