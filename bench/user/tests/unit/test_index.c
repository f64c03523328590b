// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the index follow the directory, survive its own loss, and list many runs
 * fast?  DLAB_TEST_RUNS=10000 makes the timed test as large as what is promised.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "fakerun.h"
#include "index.h"
#include "test.h"

static struct dlab_err err;
static char *tmp;
static char listed[4096];
static unsigned int nr_listed;

static char *in_tmp(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", tmp, name);
	return path;
}

static void add_run(const char *name, const char *created, bool taint)
{
	char *runs = strdup(in_tmp("runs"));
	struct fake_run *r = fake_run_new(runs, name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_run_created(r, created);
	if (taint)
		fake_boot_taint(b, "kasan");
	free(fake_run_write(r));
	free(runs);
}

static int note(void *user, const struct dlab_index_row *row)
{
	(void)user;
	nr_listed++;
	if (strlen(listed) < sizeof(listed) - 200)
		sprintf(listed + strlen(listed), "%s:%s:%s:%d/%d%s ", row->run,
			row->kernel, row->status, (int)row->boots_ok,
			(int)row->boots, row->tainted ? ":tainted" : "");
	return 0;
}

static const char *list(bool rebuild, unsigned int limit)
{
	struct dlab_index *x;

	*listed = '\0';
	nr_listed = 0;
	if (dlab_index_open(tmp, rebuild, &x, &err))
		return err.text;
	if (dlab_index_list(x, limit, note, NULL, &err))
		strcpy(listed, err.text);
	dlab_index_close(x);
	return listed;
}

static void start(void)
{
	tmp = fake_tmpdir();
	add_run("r1", "2026-11-20T10:00:00Z", false);
	add_run("r2", "2026-11-20T11:00:00Z", true);
}

#define R1 "r1:6.12.117:ok:1/1 "
#define R2 "r2:6.12.117:ok:1/1:tainted "
#define R3 "r3:6.12.117:ok:1/1 "

static void runs_are_listed_newest_first(void)
{
	start();
	CHECK_STR(list(false, 0), R2 R1);
	CHECK_STR(list(false, 1), R2);
	fake_rmdir(tmp);
}

static void the_index_follows_the_directory(void)
{
	start();
	CHECK_STR(list(false, 0), R2 R1);
	add_run("r3", "2026-11-20T10:30:00Z", false);
	CHECK_STR(list(false, 0), R2 R3 R1);
	fake_rmdir(strdup(in_tmp("runs/r2")));
	CHECK_STR(list(false, 0), R3 R1);
	fake_rmdir(tmp);
}

static void partial_runs_are_not_seen(void)
{
	start();
	add_run(".partial-r9", "2026-11-20T12:00:00Z", false);
	CHECK_STR(list(false, 0), R2 R1);
	fake_rmdir(tmp);
}

static void what_is_no_run_is_said_to_be_unreadable(void)
{
	char *dir;

	start();
	dir = strdup(in_tmp("runs/broken"));
	CHECK(!mkdir(dir, 0777));
	CHECK_STR(list(false, 0), R2 R1 "broken::unreadable:0/0 ");
	CHECK_STR(list(false, 0), R2 R1 "broken::unreadable:0/0 ");
	CHECK(!rmdir(dir));
	CHECK_STR(list(false, 0), R2 R1);
	free(dir);
	fake_rmdir(tmp);
}

static void overwrite_index(const char *mode, long at, const char *with)
{
	FILE *f = fopen(in_tmp("index.sqlite"), mode);

	CHECK(f);
	if (!f)
		return;
	fseek(f, at, SEEK_SET);
	fwrite(with, 1, strlen(with), f);
	fclose(f);
}

static void the_index_can_be_lost_or_damaged(void)
{
	char page[4096];

	start();
	CHECK_STR(list(false, 0), R2 R1);
	CHECK(!unlink(in_tmp("index.sqlite")));
	CHECK_STR(list(false, 0), R2 R1);
	overwrite_index("w", 0, "this is not a database, it is a sentence");
	CHECK_STR(list(false, 0), R2 R1);
	/* damage behind a header that is well */
	memset(page, 'x', sizeof(page) - 1);
	page[sizeof(page) - 1] = '\0';
	overwrite_index("r+", 4096, page);
	CHECK_STR(list(false, 0), R2 R1);
	CHECK_STR(list(true, 0), R2 R1);
	fake_rmdir(tmp);
}

static void without_a_place_to_write_it_is_made_in_memory(void)
{
	start();
	/* a directory of that name cannot be opened nor unlinked */
	CHECK(!mkdir(in_tmp("index.sqlite"), 0777));
	CHECK_STR(list(false, 0), R2 R1);
	fake_rmdir(tmp);
}

static void no_runs_is_no_error(void)
{
	tmp = fake_tmpdir();
	CHECK_STR(list(false, 0), "");
	fake_rmdir(tmp);
}

static double seconds(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void many_runs_are_listed_fast(void)
{
	const char *env = getenv("DLAB_TEST_RUNS");
	unsigned int runs = env ? (unsigned int)strtoul(env, NULL, 10) : 1000;
	double t0, t1, t2;

	tmp = fake_tmpdir();
	for (unsigned int i = 0; i < runs; i++) {
		char name[64], created[64];

		snprintf(name, sizeof(name), "2026-default-%05u", i);
		snprintf(created, sizeof(created), "2026-11-20T%05uZ", i);
		add_run(name, created, false);
	}
	t0 = seconds();
	list(false, 0);
	t1 = seconds();
	CHECK(nr_listed == runs);
	list(false, 0);
	t2 = seconds();
	CHECK(nr_listed == runs);
	TEST_NOTE("%u runs: %.3f s with a new index, %.3f s with the old one",
		  runs, t1 - t0, t2 - t1);
	CHECK(t2 - t1 < 1);
	fake_rmdir(tmp);
}

int main(void)
{
	RUN(runs_are_listed_newest_first);
	RUN(the_index_follows_the_directory);
	RUN(partial_runs_are_not_seen);
	RUN(what_is_no_run_is_said_to_be_unreadable);
	RUN(the_index_can_be_lost_or_damaged);
	RUN(without_a_place_to_write_it_is_made_in_memory);
	RUN(no_runs_is_no_error);
	RUN(many_runs_are_listed_fast);
	return test_end();
}
