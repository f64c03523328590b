/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Reads the tab separated files of a run: one header line, no quoting, columns
 * found by name so that a file may gain columns.
 */
#ifndef DLAB_TSV_H
#define DLAB_TSV_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define DLAB_TSV_MAX_COLUMNS 32

/**
 * struct dlab_tsv - a file being read
 * @name: for messages
 * @buf: the text; fields point into it
 * @pos: where the next line begins
 * @end: end of the last whole line
 * @line: number of the line read last, the header being 1
 * @columns: columns that the header has
 * @want: for each wanted column, its place in a line
 * @nr_want: how many were asked for
 * @cut: the file does not end with a newline; the unfinished line is left out
 */
struct dlab_tsv {
	char *name;
	char *buf;
	char *pos;
	char *end;
	unsigned int line;
	size_t columns;
	size_t want[DLAB_TSV_MAX_COLUMNS];
	size_t nr_want;
	bool cut;
};

/**
 * dlab_tsv_open - read a file and its header
 * @want: names of the columns that the caller needs
 * @nr_want: how many, at most DLAB_TSV_MAX_COLUMNS
 *
 * Return: 0, or -errno (-ENOENT when there is no such file; -EINVAL when it is
 * not such a table or lacks a column).
 */
int dlab_tsv_open(struct dlab_tsv *t, const char *path, const char *const *want,
		  size_t nr_want, struct dlab_err *err);

/* The same over a copy of @len bytes at @text, called @name in messages. */
int dlab_tsv_parse(struct dlab_tsv *t, const char *name, const char *text,
		   size_t len, const char *const *want, size_t nr_want,
		   struct dlab_err *err);

/**
 * dlab_tsv_next - the next line
 * @fields: out: the wanted columns, in the order they were asked for; valid
 *          until dlab_tsv_close()
 *
 * Return: 1 with @fields set, 0 at the end, or -EINVAL.
 */
int dlab_tsv_next(struct dlab_tsv *t, char **fields, struct dlab_err *err);
void dlab_tsv_close(struct dlab_tsv *t);

/**
 * dlab_clean_copy - a string that tables, terminals and JSON can take
 *
 * Control characters, and bytes that are not UTF-8, become question marks.
 *
 * Return: malloc()ed, or NULL when out of memory.
 */
char *dlab_clean_copy(const char *s);

#endif
