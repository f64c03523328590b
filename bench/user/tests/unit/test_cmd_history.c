// SPDX-License-Identifier: GPL-2.0-only
/* Does `dlab history` exit as its help says, and write what it should? */
#include "../../dlab/history.c"

#include <unistd.h>

#include "cmdstatus.h"
#include "fakehistory.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static char *tmp;

/* A commit for each of the figures; 0: it crashed. */
static void make(const char *name, const double *op, size_t n,
		 const char *compiler)
{
	char dir[4096];
	struct fake_history *h;

	snprintf(dir, sizeof(dir), "%s/history/%s", tmp, name);
	h = fake_history_new(dir);
	for (size_t i = 0; i < n; i++) {
		struct fake_run *r;

		if (op[i] <= 0) {
			fake_commit(h, "crash", "panic", NULL);
			continue;
		}
		r = fake_commit_run(h);
		if (i == n - 1 && compiler)
			fake_run_fingerprint(r, "compiler", compiler);
		fake_constant(fake_boot_add(r, "vm-vtd-strict", "count", 1),
			      CASE, "op_insns", op[i], 300);
		fake_commit(h, "ok", "", r);
	}
	free(fake_history_write(h));
}

static void make_histories(void)
{
	char path[4096];

	tmp = fake_tmpdir();
	snprintf(path, sizeof(path), "%s/history", tmp);
	free(fake_history_write(fake_history_new(path)));
	make("same", (double[]){ 2601, 2601 }, 2, NULL);
	make("slow", (double[]){ 2601, 2621 }, 2, NULL);
	make("fast", (double[]){ 2621, 2601 }, 2, NULL);
	make("crash", (double[]){ 2601, 0 }, 2, NULL);
	make("slow-crash", (double[]){ 2601, 2621, 0 }, 3, NULL);
	make("one", (double[]){ 2601 }, 1, NULL);
	make("other", (double[]){ 2601, 2601 }, 2, "gcc 13");
}

#define status(...) cmd_status(dlab_cmd_history, "history", tmp, __VA_ARGS__)

static void results_have_their_status(void)
{
	CHECK(status("same", NULL) == DLAB_EXIT_OK);
	CHECK(status("fast", NULL) == DLAB_EXIT_OK);
	CHECK(status("slow", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("slow-crash", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("crash", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("one", NULL) == DLAB_EXIT_INCONCLUSIVE);
	CHECK(status("--format", "tsv", "slow", NULL) == DLAB_EXIT_REGRESSION);
	CHECK(status("--cases", "map/*", "slow", NULL) == DLAB_EXIT_REGRESSION);
}

static void refusals_and_bad_use_are_2(void)
{
	CHECK(status("other", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("none", NULL) == DLAB_EXIT_USAGE);
	CHECK(status(NULL) == DLAB_EXIT_USAGE);
	CHECK(status("same", "slow", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--format", "xml", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--frobnicate", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--cases", "io/*", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--metrics", "/no/such", "same", NULL) == DLAB_EXIT_USAGE);
	CHECK(status("--help", NULL) == DLAB_EXIT_OK);
}

static bool has_changes(const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/history/%s/changes.json", tmp, name);
	return !access(path, R_OK);
}

static void only_the_whole_text_writes_files(void)
{
	make("written", (double[]){ 2601, 2621 }, 2, NULL);
	status("--format", "json", "written", NULL);
	status("--cases", "*", "written", NULL);
	CHECK(!has_changes("written"));
	status("written", NULL);
	CHECK(has_changes("written"));
}

/* Eight rebuilds moved by up to 20 instructions of 2601. */
static const char calibration[] =
	"{\"schema\":1,\"created\":\"2026\",\"kernel\":\"6.12.117\","
	"\"config\":\"c0ffee\",\"compiler\":\"gcc (Debian 12.2.0-14) 12.2.0\","
	"\"qemu\":\"QEMU emulator version 7.2.22\",\"module\":\"\","
	"\"same_binaries\":[],\"planted\":[],\"time\":\"not measured\","
	"\"neutral_rebuilds\":[{\"topology\":\"vm-vtd-strict\",\"sides\":8,"
	"\"wrong_sides\":1,\"pairs\":8,\"identical\":7,\"wrong\":1,"
	"\"rate_below\":0.5,\"largest_insns\":20,\"largest_relative\":0.01,"
	"\"at\":[{\"insns\":1,\"pairs\":1},{\"insns\":3,\"pairs\":1},"
	"{\"insns\":5,\"pairs\":1},{\"insns\":10,\"pairs\":1},"
	"{\"insns\":20,\"pairs\":1},{\"insns\":50,\"pairs\":0}]}]}";

static void the_lab_s_calibration_counts(void)
{
	char path[4096];
	FILE *f;

	snprintf(path, sizeof(path), "%s/calibration.json", tmp);
	f = fopen(path, "w");
	CHECK(f && fputs(calibration, f) >= 0 && !fclose(f));
	CHECK(status("slow", NULL) == DLAB_EXIT_OK);
	CHECK(!truncate(path, 100));
	CHECK(status("slow", NULL) == DLAB_EXIT_LAB);
	CHECK(!unlink(path));
	CHECK(status("slow", NULL) == DLAB_EXIT_REGRESSION);
}

static void an_unreadable_run_is_the_lab_s(void)
{
	char dir[4096];

	snprintf(dir, sizeof(dir),
		 "%s/history/same/runs/20261120-101501-commits-0001", tmp);
	fake_damage(dir);
	CHECK(status("same", NULL) == DLAB_EXIT_LAB);
}

int main(void)
{
	make_histories();
	RUN(results_have_their_status);
	RUN(refusals_and_bad_use_are_2);
	RUN(only_the_whole_text_writes_files);
	RUN(the_lab_s_calibration_counts);
	RUN(an_unreadable_run_is_the_lab_s);
	fake_rmdir(tmp);
	return test_end();
}
