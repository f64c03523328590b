// SPDX-License-Identifier: GPL-2.0-only
/* Does `dlab report` write what its help says, and tell bad use from the rest? */
#include "../../dlab/report.c"

#include <unistd.h>

#include "cmdstatus.h"
#include "fakerun.h"
#include "test.h"

static char *tmp;

static void make_run(void)
{
	char runs[4096];
	struct fake_boot *b;
	struct fake_run *r;

	tmp = fake_tmpdir();
	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, "run");
	b = fake_boot_add(r, "vm", "count", 1);
	fake_constant(b, "map/a[path=sg]", "op_insns", 200, 9);
	fake_constant(b, "map/a[path=iova-batch]", "op_insns", 100, 9);
	free(fake_run_write(r));
}

#define status(...) \
	cmd_status(dlab_cmd_report, "report", tmp, "--plots", "none", __VA_ARGS__)

static bool has_file(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/runs/run/%s", tmp, name);
	return !access(path, R_OK);
}

static void files_are_written_beside_the_run(void)
{
	CHECK(status("run", "--format", "mail", NULL) == DLAB_EXIT_OK);
	CHECK(!has_file("report.txt"));
	CHECK(status("run", NULL) == DLAB_EXIT_OK);
	CHECK(has_file("report.html"));
	CHECK(has_file("report.md"));
	CHECK(has_file("report.txt"));
}

static void every_format_is_printed(void)
{
	for (size_t i = 0; i < NR_FORMATS; i++)
		CHECK(status("run", "--format", formats[i].name, NULL) ==
		      DLAB_EXIT_OK);
	CHECK(status("run", "--format", "text", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("run", "--format", "md", "--out", tmp, NULL) ==
	      DLAB_EXIT_USAGE);
}

static void a_baseline_is_a_path_of_the_run(void)
{
	CHECK(status("run", "--baseline", "iova-batch", NULL) == DLAB_EXIT_OK);
	CHECK(status("run", "--baseline", "iova-bach", NULL) ==
	      DLAB_EXIT_USAGE);
}

static void a_run_that_is_not_there_is_bad_use(void)
{
	CHECK(status("none", NULL) == DLAB_EXIT_USAGE);
	CHECK(status(NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--help", NULL) == DLAB_EXIT_OK);
}

int main(void)
{
	make_run();
	RUN(files_are_written_beside_the_run);
	RUN(every_format_is_printed);
	RUN(a_baseline_is_a_path_of_the_run);
	RUN(a_run_that_is_not_there_is_bad_use);
	fake_rmdir(tmp);
	return test_end();
}
