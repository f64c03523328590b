// SPDX-License-Identifier: GPL-2.0-only
/* Which functions do which suites run, and are those named that none runs? */
#include <unistd.h>

#include "coverage.h"
#include "fakerun.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static const char code[] =
	"file\tfunctions\n"
	"drivers/iommu/iova.c\talloc_iova:1,free_iova:2,refill.part.0:3\n"
	"drivers/iommu/virtio-iommu.c\tput_pages:8\n"
	"drivers/tty/tty_io.c\ttty_read:5,put_pages:9\n"
	"kernel/dma/direct.c\tdma_direct_map_sg:6,dma_direct_free:7\n";

static struct dlab_err err;
static struct dlab_coverage c;
static char *tmp;

static char *run_of(const char *suite, const char *name, bool lists,
		    const char *const *functions)
{
	static const uint64_t insns[DLAB_NR_PHASES] = { 10 };
	struct dlab_functions f = { 0 };
	struct fake_run *r = fake_run_new(tmp, name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_run_suite(r, suite);
	fake_constant(b, CASE, "op_insns", 100, 3);
	if (lists)
		fake_run_file(r, "kernel.functions", code);
	for (; *functions; functions++)
		dlab_functions_add(&f, *functions, insns, insns, &err);
	if (f.nr)
		fake_functions(b, CASE, &f);
	dlab_functions_free(&f);
	return fake_run_write(r);
}

static int add(const char *suite, const char *name, bool lists,
	       const char *const *functions)
{
	char *dir = run_of(suite, name, lists, functions);
	int ret = dlab_coverage_add(&c, dir, dlab_coverage_files, &err);

	free(dir);
	return ret;
}

static const char *const one[] = { "alloc_iova", "tty_read", NULL };
static const char *const other[] = { "alloc_iova", "refill.isra.0",
				     "dma_direct_map_sg", "put_pages", NULL };
static const char *const nothing[] = { NULL };

/* Suite "commits" in two runs, suite "default" in one. */
static void three_runs(void)
{
	tmp = fake_tmpdir();
	CHECK(!add("commits", "20261120-101500-commits-0001", true, one));
	CHECK(!add("default", "20261120-101501-default-0002", true, other));
	CHECK(!add("commits", "20261120-101502-commits-0003", true, one));
}

static void done(void)
{
	dlab_coverage_free(&c);
	fake_rmdir(tmp);
}

static char *printed(enum doc_format format)
{
	struct doc d;
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	doc_init(&d, "x");
	dlab_coverage_doc(&c, &d);
	CHECK(!doc_render(&d, format, f));
	fclose(f);
	doc_free(&d);
	return text;
}

static void each_function_has_its_suites(void)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	three_runs();
	dlab_coverage_tsv(&c, f);
	fclose(f);
	CHECK_STR(text, "file\tfunction\tsuites\thow\n"
			"drivers/iommu/iova.c\talloc_iova\tcommits,default\tstepped\n"
			"drivers/iommu/iova.c\tfree_iova\t-\t-\n"
			"drivers/iommu/iova.c\trefill\tdefault\tstepped\n"
			"drivers/iommu/virtio-iommu.c\tput_pages\tdefault\tone of 2\n"
			"kernel/dma/direct.c\tdma_direct_free\t-\t-\n"
			"kernel/dma/direct.c\tdma_direct_map_sg\tdefault\tstepped\n");
	free(text);
	done();
}

static void what_none_runs_is_named_by_file(void)
{
	char *text;

	three_runs();
	text = printed(DOC_TEXT);
	CHECK_SAYS(text, "6 functions, of which 3 were run by a case, 1 perhaps");
	CHECK_SAYS(text, "file                          functions  commits  default  perhaps  never");
	CHECK_SAYS(text, "drivers/iommu/iova.c                  3        1        2        -      1");
	CHECK_SAYS(text, "drivers/iommu/virtio-iommu.c          1        -        -        1      -");
	CHECK_SAYS(text, "all                                   6        1        3        1      2");
	CHECK_SAYS(text, "put_pages (one of 2: default)");
	CHECK_SAYS(text, "free_iova");
	CHECK(!strstr(text, "tty_read"));
	free(text);
	text = printed(DOC_HTML);
	CHECK_SAYS(text, "dma_direct_free");
	free(text);
	done();
}

static void runs_without_lists_are_refused(void)
{
	tmp = fake_tmpdir();
	CHECK(add("commits", "20261120-101500-commits-0001", false, one) ==
	      -ENOENT);
	CHECK_SAYS(err.text, "has no kernel.functions");
	CHECK(add("commits", "20261120-101500-commits-0002", true, nothing) ==
	      -ENOENT);
	CHECK_SAYS(err.text, "has no functions.tsv");
	done();
}

int main(void)
{
	RUN(each_function_has_its_suites);
	RUN(what_none_runs_is_named_by_file);
	RUN(runs_without_lists_are_refused);
	return test_end();
}
