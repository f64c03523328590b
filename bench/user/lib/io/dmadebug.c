// SPDX-License-Identifier: GPL-2.0-only
/* The files of dma-api in debugfs: kernel/dma/debug.c. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>

#include "io/dmadebug.h"

static bool number(const char *debugfs, const char *name, uint64_t *out)
{
	char path[PATH_MAX];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/dma-api/%s", debugfs, name);
	f = fopen(path, "re");
	if (!f)
		return false;
	ok = fscanf(f, "%" SCNu64, out) == 1;
	fclose(f);
	return ok;
}

static bool is_disabled(const char *debugfs)
{
	char path[PATH_MAX];
	int c;
	FILE *f;

	snprintf(path, sizeof(path), "%s/dma-api/disabled", debugfs);
	f = fopen(path, "re");
	if (!f)
		return true;
	c = fgetc(f);
	fclose(f);
	return c != 'N';
}

struct dlab_dma_debug dlab_dma_debug_read(const char *debugfs)
{
	struct dlab_dma_debug d = { .there = false };
	uint64_t total, unused;

	if (is_disabled(debugfs) ||
	    !number(debugfs, "nr_total_entries", &total) ||
	    !number(debugfs, "num_free_entries", &unused) ||
	    !number(debugfs, "error_count", &d.errors))
		return d;
	d.entries = total - unused;
	d.there = true;
	return d;
}

int dlab_dma_debug_judge(const struct dlab_dma_debug *before,
			 const struct dlab_dma_debug *after,
			 struct dlab_err *err)
{
	if (!before->there)
		return 0;
	if (!after->there)
		return dlab_fail(err, EBADE,
				 "DMA debugging has switched itself off meanwhile");
	if (after->errors > before->errors)
		return dlab_fail(err, EBADE,
				 "DMA debugging saw %" PRIu64 " mistakes, see the console",
				 after->errors - before->errors);
	if (after->entries > before->entries)
		return dlab_fail(err, EBADE,
				 "%" PRIu64 " mappings before, %" PRIu64 " after: not all were undone",
				 before->entries, after->entries);
	return 0;
}
