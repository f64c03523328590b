// SPDX-License-Identifier: GPL-2.0-only
/* What is counted of a trace that was written by hand. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/listmem.h"
#include "test.h"

static const char trace[] =
	"# tracer: nop\n"
	"  dlab-70 [000] ..... 1.1: kmalloc: call_site=mempool_alloc_noprof+0x5f/0x130 ptr=1 bytes_req=4096 bytes_alloc=4096 gfp_flags=GFP_ATOMIC node=-1 accounted=false\n"
	"  dlab-70 [000] ..... 1.2: kmalloc: call_site=io_submit_one+0x5f/0x130 ptr=1 bytes_req=64 bytes_alloc=64 gfp_flags=GFP_ATOMIC node=-1 accounted=false\n"
	"  dlab-70 [000] ..... 1.3: kmalloc: call_site=mempool_kmalloc+0x5f/0x130 ptr=1 bytes_req=512 bytes_alloc=512 gfp_flags=GFP_ATOMIC node=-1 accounted=false\n"
	"  dlab-70 [000] ..... 1.3: kfree: call_site=mempool_kfree+0x5f/0x130 ptr=1\n";

static void make(const char *root, const char *name, const char *text)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (!text) {
		mkdir(path, 0700);
		return;
	}
	f = fopen(path, "we");
	fputs(text, f);
	fclose(f);
}

static char root[] = "/tmp/dlab-listmem-XXXXXX";

static void kernel_without_tracing_is_not_watched(void)
{
	CHECK(!dlab_listmem_begin(root));
}

static void mempools_are_counted(void)
{
	struct dlab_listmem sum;

	make(root, "instances", NULL);
	make(root, "instances/dmalab", NULL);
	make(root, "instances/dmalab/trace", trace);
	CHECK(dlab_listmem_end(root, &sum));
	CHECK(sum.allocs == 2);
	CHECK(sum.bytes == 4096 + 512);
	CHECK(!sum.lost);
}

static void lost_events_are_told(void)
{
	struct dlab_listmem sum;

	make(root, "instances/dmalab/trace", "CPU:0 [LOST 7 EVENTS]\n");
	CHECK(dlab_listmem_end(root, &sum));
	CHECK(sum.lost && !sum.allocs);
}

int main(void)
{
	char command[64];

	if (!mkdtemp(root))
		return 1;
	RUN(kernel_without_tracing_is_not_watched);
	RUN(mempools_are_counted);
	RUN(lost_events_are_told);
	snprintf(command, sizeof(command), "rm -r %s", root);
	return test_end() || system(command);
}
