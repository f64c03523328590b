// SPDX-License-Identifier: GPL-2.0-only
/* Does `dlab compare` exit as its help says, and tell bad use from the rest? */
#include "../../dlab/compare.c"

#include "cmdstatus.h"
#include "fakerun.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static char *tmp;

/* One boot; @op <= 0: the case crashed. */
static void make_run(const char *name, double op, const char *commit)
{
	char runs[4096];
	struct fake_run *r;
	struct fake_boot *b;

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, name);
	b = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	fake_run_fingerprint(r, "kernel_commit", commit);
	if (op > 0)
		fake_constant(b, CASE, "op_insns", op, 300);
	else
		fake_outcome(b, CASE, "crash", "panic");
	free(fake_run_write(r));
}

/* One boot with a metric that takes more of them. */
static void make_inexact(const char *name)
{
	char runs[4096];
	struct fake_run *r;

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, name);
	fake_constant(fake_boot_add(r, "vm-vtd-strict", "time", 1), CASE,
		      "iops", 1000, 3);
	free(fake_run_write(r));
}

static void make_runs(void)
{
	tmp = fake_tmpdir();
	make_run("old", 2601, "aaaa");
	make_run("same", 2601, "bbbb");
	make_run("slow", 2621, "cccc");
	make_run("crash", 0, "dddd");
	make_run("crash2", 0, "dddd");
	make_inexact("inexact");
	make_inexact("inexact2");
}

#define status(...) cmd_status(dlab_cmd_compare, "compare", tmp, __VA_ARGS__)

static void results_have_their_status(void)
{
	static const char *const formats[] = { "json", "tsv",  "html",
					       "md",   "mail", "junit" };

	CHECK(status("old", "same", NULL) == DLAB_EXIT_OK);
	CHECK(status("slow", "old", NULL) == DLAB_EXIT_OK);
	CHECK(status("old", "slow", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("old", "crash", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("crash", "crash2", NULL) == DLAB_EXIT_LAB);
	CHECK(status("inexact", "inexact2", NULL) == DLAB_EXIT_INCONCLUSIVE);
	for (size_t i = 0; i < 6; i++)
		CHECK(status("--format", formats[i], "old", "slow", NULL) ==
		      DLAB_EXIT_REGRESSION);
}

static void refusals_and_bad_use_are_2(void)
{
	CHECK(status("--axis", "qemu", "old", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--axis", "path", "old", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("old", "none", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--format", "xml", "old", "same", NULL) ==
	      DLAB_EXIT_USAGE);
	CHECK(status("--frobnicate", "old", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--noise", "old", "old", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--cases", "io/*", "old", "same", NULL) ==
	      DLAB_EXIT_USAGE);
	CHECK(status("--metrics", "/no/such", "old", "same", NULL) ==
	      DLAB_EXIT_USAGE);
}

static void help_is_no_error(void)
{
	CHECK(status("--help", NULL) == DLAB_EXIT_OK);
}

static void an_unreadable_run_is_the_lab_s(void)
{
	char dir[4096];

	snprintf(dir, sizeof(dir), "%s/runs/same", tmp);
	fake_damage(dir);
	CHECK(status("old", "same", NULL) == DLAB_EXIT_LAB);
}

int main(void)
{
	make_runs();
	RUN(results_have_their_status);
	RUN(refusals_and_bad_use_are_2);
	RUN(help_is_no_error);
	RUN(an_unreadable_run_is_the_lab_s);
	fake_rmdir(tmp);
	return test_end();
}
