/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which runs are there, newest first?  results/index.sqlite is derived from the
 * runs' directories: it can be deleted, and is brought up to date whenever it
 * is asked.
 */
#ifndef DLAB_INDEX_H
#define DLAB_INDEX_H

#include <stdbool.h>
#include <stdint.h>

#include "err.h"

struct dlab_index;

/**
 * struct dlab_index_row - one run
 * @run: its name
 * @created: when, ISO 8601 in UTC
 * @suite: which cases were asked for
 * @lab: "vm", "native"
 * @kernel: release, "" where the fingerprint does not say
 * @status: "ok", "fail", or "unreadable"
 * @boots: how many
 * @boots_ok: how many of them ended well
 * @tainted: a boot was
 */
struct dlab_index_row {
	const char *run;
	const char *created;
	const char *suite;
	const char *lab;
	const char *kernel;
	const char *status;
	int64_t boots;
	int64_t boots_ok;
	bool tainted;
};

/**
 * dlab_index_open - open the index and bring it up to date
 * @results: the results directory; its index is made where it is missing,
 *           damaged or from another version.  Where it cannot be written, it is
 *           made in memory.
 * @rebuild: forget what is in it
 *
 * Runs are immutable, so only directories that came or went are looked at.  A
 * directory whose run.json is not readable is listed as such.
 */
int dlab_index_open(const char *results, bool rebuild, struct dlab_index **out,
		    struct dlab_err *err);

/**
 * dlab_index_list - call @fn for every run, newest first
 * @limit: at most so many, 0 for all
 *
 * Return: 0, what @fn returned if not 0, or -errno.
 */
int dlab_index_list(struct dlab_index *index, unsigned int limit,
		    int (*fn)(void *user, const struct dlab_index_row *row),
		    void *user, struct dlab_err *err);
void dlab_index_close(struct dlab_index *index);

#endif
