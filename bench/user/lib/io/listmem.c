// SPDX-License-Identifier: GPL-2.0-only
/* The events of mempools in a trace instance: Documentation/trace/ftrace.rst. */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/listmem.h"

#define INSTANCE	"instances/dmalab"
#define EVENT		INSTANCE "/events/kmem/kmalloc/enable"

static bool put(const char *tracing, const char *name, const char *text)
{
	char path[PATH_MAX];
	bool ok;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", tracing, name);
	f = fopen(path, "we");
	if (!f)
		return false;
	ok = fputs(text, f) >= 0;
	return !fclose(f) && ok;
}

static void remove_instance(const char *tracing)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/" INSTANCE, tracing);
	rmdir(path);
}

bool dlab_listmem_begin(const char *tracing)
{
	char path[PATH_MAX];

	/* what a killed process left */
	remove_instance(tracing);
	snprintf(path, sizeof(path), "%s/" INSTANCE, tracing);
	if (mkdir(path, 0700))
		return false;
	if (put(tracing, INSTANCE "/buffer_size_kb", "2048") &&
	    put(tracing, EVENT, "1"))
		return true;
	remove_instance(tracing);
	return false;
}

/* "... kmalloc: call_site=mempool_alloc+0x1/0x2 ptr=... bytes_req=4096 ..." */
static void add_line(struct dlab_listmem *sum, const char *line)
{
	const char *bytes = strstr(line, " bytes_req=");
	uint64_t n;

	if (strstr(line, "EVENTS]"))
		sum->lost = true;
	if (!bytes || !strstr(line, " kmalloc: call_site=mempool_") ||
	    sscanf(bytes, " bytes_req=%" SCNu64, &n) != 1)
		return;
	sum->allocs++;
	sum->bytes += n;
}

bool dlab_listmem_end(const char *tracing, struct dlab_listmem *out)
{
	char path[PATH_MAX], line[1024];
	FILE *f;

	put(tracing, EVENT, "0");
	snprintf(path, sizeof(path), "%s/" INSTANCE "/trace", tracing);
	f = fopen(path, "re");
	*out = (struct dlab_listmem){ .allocs = 0 };
	while (f && fgets(line, sizeof(line), f))
		add_line(out, line);
	if (f)
		fclose(f);
	remove_instance(tracing);
	return f;
}
