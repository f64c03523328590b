// SPDX-License-Identifier: GPL-2.0-only
/* Does `dlab table` exit as its help says? */
#include "../../dlab/table.c"

#include "cmdstatus.h"
#include "fakerun.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static char *tmp;

static void make_run(const char *name, const char *qemu)
{
	char runs[4096];
	struct fake_run *r;

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, name);
	fake_run_fingerprint(r, "qemu", qemu);
	fake_constant(fake_boot_add(r, "vm-vtd-strict", "count", 1), CASE,
		      "op_insns", 2601, 300);
	free(fake_run_write(r));
}

#define status(...) cmd_status(dlab_cmd_table, "table", tmp, __VA_ARGS__)

static void one_run_or_more_are_printed_in_every_format(void)
{
	CHECK(status("old", NULL) == DLAB_EXIT_OK);
	CHECK(status("old", "same", "old", NULL) == DLAB_EXIT_OK);
	CHECK(status("--format", "text", "old", NULL) == DLAB_EXIT_OK);
	CHECK(status("--format", "tsv", "old", "same", NULL) == DLAB_EXIT_OK);
	CHECK(status("--format", "md", "old", "same", NULL) == DLAB_EXIT_OK);
	CHECK(status("--help", NULL) == DLAB_EXIT_OK);
}

static void refusals_and_bad_use_are_2(void)
{
	CHECK(status("old", "qemu", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("old", "none", NULL) == DLAB_EXIT_USAGE);
	CHECK(status(NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--format", "json", "old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--metric", "frobs", "old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--cases", "io/*", "old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--metrics", "/no/such", "old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--frobnicate", "old", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l",
		     "m", "n", "o", "p", "q", "r", "s", "t", "u", "v", "w", "x",
		     "y", "z", "old", NULL) == DLAB_EXIT_USAGE);
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
	tmp = fake_tmpdir();
	make_run("old", "QEMU emulator version 7.2.22");
	make_run("same", "QEMU emulator version 7.2.22");
	make_run("qemu", "QEMU emulator version 10.0.2");
	RUN(one_run_or_more_are_printed_in_every_format);
	RUN(refusals_and_bad_use_are_2);
	RUN(an_unreadable_run_is_the_lab_s);
	fake_rmdir(tmp);
	return test_end();
}
