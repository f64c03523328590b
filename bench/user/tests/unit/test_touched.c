// SPDX-License-Identifier: GPL-2.0-only
/* Which functions does a kernel change, and does the lab say that none ran them? */
#include <unistd.h>

#include "fakerun.h"
#include "kernelcode.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static const char before[] =
	"file\tfunctions\n"
	"drivers/iommu/iova.c\talloc_iova:1,free_iova:2,refill.part.0:3,refill.cold:4\n"
	"drivers/nvme/host/pci.c\tnvme_prep:5\n"
	"kernel/fork.c\tcopy_mm:6\n";

static struct dlab_err err;
static char *tmp;

/* A run whose case executed @functions, NULL for none, of the kernel @code. */
static char *run_of(const char *name, const char *code,
		    const char *const *functions)
{
	static const uint64_t insns[DLAB_NR_PHASES] = { 10 };
	struct dlab_functions f = { 0 };
	struct fake_run *r = fake_run_new(tmp, name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", 100, 3);
	if (code)
		fake_run_file(r, "kernel.functions", code);
	for (; functions && *functions; functions++)
		dlab_functions_add(&f, *functions, insns, insns, &err);
	if (f.nr)
		fake_functions(b, CASE, &f);
	dlab_functions_free(&f);
	return fake_run_write(r);
}

/* What is said of the kernel @after, of which a case ran @functions. */
static char *said_of(const char *after, const char *const *functions,
		     struct dlab_touched *t)
{
	char *a, *b, *said;

	tmp = fake_tmpdir();
	a = run_of("20261120-101500-commits-0001", before, NULL);
	b = run_of("20261120-101501-commits-0002", after, functions);
	CHECK(dlab_touched_find(a, b, t, &err) == 0);
	said = dlab_touched_say(t, 2);
	free(a);
	free(b);
	fake_rmdir(tmp);
	return said;
}

static void says(const char *after, const char *const *functions,
		 const char *want)
{
	struct dlab_touched t;
	char *said = said_of(after, functions, &t);

	CHECK(t.known);
	CHECK_STR(said, want);
	free(said);
	dlab_touched_free(&t);
}

static const char *const ran[] = { "alloc_iova", "refill.isra.0",
				   "nvme_prep [nvme]", NULL };

static void a_kernel_that_is_the_same_changes_nothing(void)
{
	says(before, ran, "");
}

static void changes_that_were_run_need_no_word(void)
{
	says("file\tfunctions\n"
	     "drivers/iommu/iova.c\talloc_iova:a,free_iova:2,refill.part.0:3,refill.cold:4\n"
	     "drivers/nvme/host/pci.c\tnvme_prep:b\n"
	     "kernel/fork.c\tcopy_mm:6\n",
	     ran, "");
}

static void functions_that_no_case_ran_are_named(void)
{
	says("file\tfunctions\n"
	     "block/blk.c\tblk_new:7,blk_newer:8\n"
	     "drivers/iommu/iova.c\talloc_iova:a,free_iova:b,refill.part.0:3,refill.cold:4\n"
	     "drivers/nvme/host/pci.c\tnvme_prep:5\n"
	     "kernel/fork.c\tcopy_mm:6\n",
	     ran,
	     /* those of a file that is run otherwise come first */
	     "3 of 4 functions that it changes were not run: free_iova(), blk_new() and 1 more");
}

/* The kernel @after, of whose nvme-pci nothing was stepped; @status: of the I/O. */
static void says_with_io(const char *status, const char *want)
{
	static const char after[] =
		"file\tfunctions\n"
		"drivers/iommu/iova.c\talloc_iova:1,free_iova:b\n"
		"drivers/nvme/host/pci.c\tnvme_prep:a,nvme_unmap:b\n";
	static const uint64_t insns[DLAB_NR_PHASES] = { 10 };
	struct dlab_functions f = { 0 };
	struct dlab_touched t;
	struct fake_run *r;
	struct fake_boot *b;
	char *from, *to, *said, *path;
	FILE *cases;

	tmp = fake_tmpdir();
	from = run_of("20261120-101500-commits-0001", before, NULL);
	r = fake_run_new(tmp, "20261120-101501-commits-0002");
	b = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	fake_run_file(r, "kernel.functions", after);
	fake_constant(b, CASE, "op_insns", 100, 3);
	dlab_functions_add(&f, "alloc_iova", insns, insns, &err);
	fake_functions(b, CASE, &f);
	dlab_functions_free(&f);
	b = fake_boot_add(r, "vm-vtd-strict", "iocount", 1);
	fake_outcome(b, "commits/nvme[rw=randread,size=16k]", status, "");
	to = fake_run_write(r);
	CHECK(asprintf(&path, "%s/vm-vtd-strict-iocount-1/cases.tsv", to) > 0);
	cases = fopen(path, "w");
	test_need(cases != NULL, path);
	fputs("commits/nvme[rw=randread,size=16k]\tcommits/nvme\tnvme_uring\tiocount\trw=randread\tsize=16k\n",
	      cases);
	fclose(cases);
	free(path);
	CHECK(dlab_touched_find(from, to, &t, &err) == 0);
	said = dlab_touched_say(&t, 3);
	CHECK_STR(said, want);
	free(said);
	dlab_touched_free(&t);
	free(from);
	free(to);
	fake_rmdir(tmp);
}

static void what_counted_io_goes_through_is_not_called_not_run(void)
{
	says_with_io("ok",
		     "1 of 3 functions that it changes was not run: free_iova(); 2 were not stepped, the I/O of commits/nvme counts them: nvme_prep(), nvme_unmap()");
	says_with_io("skip",
		     "3 of 3 functions that it changes were not run: free_iova(), nvme_prep(), nvme_unmap()");
}

static void one_of_several_of_a_name_is_not_called_run(void)
{
	says("file\tfunctions\n"
	     "drivers/iommu/iova.c\talloc_iova:a,free_iova:2,refill.part.0:3,refill.cold:4\n"
	     "drivers/iommu/other.c\talloc_iova:b\n"
	     "drivers/nvme/host/pci.c\tnvme_prep:5\n"
	     "kernel/fork.c\tcopy_mm:6\n",
	     ran,
	     "2 of 2 functions that it changes are each one of several of that name, of which one was run: alloc_iova(), alloc_iova()");
}

static void what_the_compiler_calls_a_part_is_not_looked_at(void)
{
	says("file\tfunctions\n"
	     "drivers/iommu/iova.c\trefill.constprop.0.cold:4,refill.part.2:3,alloc_iova:1,free_iova:2\n"
	     "drivers/nvme/host/pci.c\tnvme_prep:5\n"
	     "kernel/fork.c\tcopy_mm:6\n",
	     ran, "");
}

static void a_part_that_changes_changes_the_function(void)
{
	static const char *const others[] = { "alloc_iova", NULL };

	says("file\tfunctions\n"
	     "drivers/iommu/iova.c\talloc_iova:1,free_iova:2,refill.part.0:3,refill.cold:5\n",
	     others,
	     "1 of 1 function that it changes was not run: refill()");
}

static void what_no_run_has_is_not_known(void)
{
	struct dlab_touched t;
	char *said = said_of(NULL, ran, &t);

	CHECK(!t.known && !*said);
	free(said);
	said = said_of(before, NULL, &t);
	CHECK(!t.known && !*said);
	free(said);
}

static void tables_that_are_none_are_refused(void)
{
	static const struct {
		const char *text;
		const char *says;
	} bad[] = {
		{ "", "x:1: no such table" },
		{ "file\tfunctions\nf.c\n", "x:2: no file and functions" },
		{ "file\tfunctions\nf.c\ta\n", "x:2: a function without its code" },
		{ "file\tfunctions\nf.c\t:1\n", "x:2: a function without its code" },
		{ "file\tfunctions\nf.c\ta:z\n", "x:2: a function's code is not" },
		{ "file\tfunctions\nf.c\ta:1;b:2\n", "x:2: a function's code is not" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct dlab_kernel_code c;

		CHECK(dlab_kernel_code_parse("x", bad[i].text,
					     strlen(bad[i].text), &c,
					     &err) == -EINVAL);
		CHECK_SAYS(err.text, bad[i].says);
	}
}

int main(void)
{
	RUN(a_kernel_that_is_the_same_changes_nothing);
	RUN(changes_that_were_run_need_no_word);
	RUN(functions_that_no_case_ran_are_named);
	RUN(what_counted_io_goes_through_is_not_called_not_run);
	RUN(one_of_several_of_a_name_is_not_called_run);
	RUN(what_the_compiler_calls_a_part_is_not_looked_at);
	RUN(a_part_that_changes_changes_the_function);
	RUN(what_no_run_has_is_not_known);
	RUN(tables_that_are_none_are_refused);
	return test_end();
}
