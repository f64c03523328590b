// SPDX-License-Identifier: GPL-2.0-only
/* Does `dlab explain` exit as its help says? */
#include "../../dlab/explain.c"

#include "cmdstatus.h"
#include "fakerun.h"
#include "test.h"

#define ID "m/x@vm[a=1]"

static char *tmp;

static void make_run(const char *name, bool functions)
{
	const uint64_t insns[] = { 10, 20, 30 }, calls[] = { 1, 1, 1 };
	struct dlab_functions f = { 0 };
	struct fake_boot *b;
	struct fake_run *r;
	char runs[4096];

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, name);
	b = fake_boot_add(r, "vm", "count", 1);
	fake_constant(b, "m/x[a=1]", "op_insns", 60, 3);
	CHECK(!dlab_functions_add(&f, "f", insns, calls, NULL));
	if (functions)
		fake_functions(b, "m/x[a=1]", &f);
	dlab_functions_free(&f);
	free(fake_run_write(r));
}

#define status(...) cmd_status(dlab_cmd_explain, "explain", tmp, __VA_ARGS__)

static void one_run_or_two_are_explained(void)
{
	CHECK(status(ID, "a", NULL) == DLAB_EXIT_OK);
	CHECK(status(ID, "a", "b", NULL) == DLAB_EXIT_OK);
	CHECK(status("--limit", "0", "--format", "json", ID, "a", NULL) ==
	      DLAB_EXIT_OK);
	CHECK(status("--format", "tsv", "m/x*", "a", "b", NULL) ==
	      DLAB_EXIT_OK);
	CHECK(status("--help", NULL) == DLAB_EXIT_OK);
}

static void bad_use_is_2(void)
{
	CHECK(status(NULL) == DLAB_EXIT_USAGE);
	CHECK(status(ID, NULL) == DLAB_EXIT_USAGE);
	CHECK(status(ID, "a", "b", "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--format", "xml", ID, "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--limit", "-1", ID, "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--limit", "x", ID, "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--frobnicate", ID, "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--metrics", "/no/such", ID, "a", NULL) ==
	      DLAB_EXIT_USAGE);
	CHECK(status(ID, "none", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("m/y@vm[a=1]", "a", NULL) == DLAB_EXIT_USAGE);
	CHECK(status(ID, "older", NULL) == DLAB_EXIT_USAGE);
	CHECK(status(ID, "a", "older", NULL) == DLAB_EXIT_USAGE);
}

static void an_unreadable_table_is_the_lab_s(void)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/runs/b/vm-count-1/functions.tsv", tmp);
	f = fopen(path, "w");
	CHECK(f);
	if (f)
		fclose(f);
	CHECK(status(ID, "a", "b", NULL) == DLAB_EXIT_LAB);
}

int main(void)
{
	tmp = fake_tmpdir();
	make_run("a", true);
	make_run("b", true);
	make_run("older", false);
	RUN(one_run_or_two_are_explained);
	RUN(bad_use_is_2);
	RUN(an_unreadable_table_is_the_lab_s);
	fake_rmdir(tmp);
	return test_end();
}
