// SPDX-License-Identifier: GPL-2.0-only
/* The files of dma-api in debugfs: kernel/dma/debug.c. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

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

/*
 * Lines "driver device type ...".  What is allocated coherently stays: pools
 * grow with the first I/O that is larger than those before.
 */
static bool count_mappings(const char *debugfs, uint64_t *n)
{
	char path[PATH_MAX], line[512], type[32];
	FILE *f;

	snprintf(path, sizeof(path), "%s/dma-api/dump", debugfs);
	f = fopen(path, "re");
	if (!f)
		return false;
	*n = 0;
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%*s %*s %31s", type) == 1 &&
		    strcmp(type, "coherent"))
			(*n)++;
	fclose(f);
	return true;
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

	d.there = !is_disabled(debugfs) &&
		  count_mappings(debugfs, &d.mappings) &&
		  number(debugfs, "error_count", &d.errors);
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
	if (after->mappings > before->mappings)
		return dlab_fail(err, EBADE,
				 "%" PRIu64 " mappings before, %" PRIu64 " after: not all were undone",
				 before->mappings, after->mappings);
	return 0;
}
