// SPDX-License-Identifier: GPL-2.0-only
/* Is the time that is left told rightly, from whatever is known? */
#include <sys/stat.h>
#include <unistd.h>

#include "bootrun.h"
#include "eta.h"
#include "test.h"

#define ETA(jobs, ...)                                                  \
	dlab_eta_s((struct dlab_eta_boot[]){ __VA_ARGS__ },             \
		   sizeof((struct dlab_eta_boot[]){ __VA_ARGS__ }) /    \
			   sizeof(struct dlab_eta_boot),                \
		   jobs)

/* a boot of 10 cases: 4 s until the first, 2 s for each */
#define ENDED                                                           \
	{ .state = DLAB_ENDED, .cases = 10, .done = 10, .spent_s = 24, \
	  .booted_s = 4 }
#define RUNNING(n)                                                      \
	{ .state = DLAB_RUNS, .cases = 10, .done = n,                   \
	  .spent_s = 5 + 2 * (n), .booted_s = 4 }
#define WAITING { .cases = 10 }

static void nothing_is_told_before_anything_is_known(void)
{
	CHECK(isnan(ETA(2, { .state = DLAB_RUNS, .cases = 10, .spent_s = 3 },
			WAITING)));
	CHECK_NUM(ETA(2, ENDED, ENDED), 0);
}

static void cases_are_counted_from_the_first_one_on(void)
{
	/* the time until the guest is up is no case's */
	CHECK_NEAR(ETA(1, RUNNING(2)), 16, 1);
	CHECK_NEAR(ETA(1, ENDED, WAITING), 24, 0.01);
	CHECK_NEAR(ETA(1, RUNNING(5), WAITING, WAITING), 10 + 24 + 24, 2);
}

static void boots_side_by_side_are_counted_once(void)
{
	CHECK_NEAR(ETA(2, ENDED, WAITING, WAITING), 24, 0.01);
	CHECK_NEAR(ETA(2, ENDED, WAITING, WAITING, WAITING), 48, 0.01);
	CHECK_NEAR(ETA(2, RUNNING(5), RUNNING(0), WAITING), 10 + 24, 2);
}

static void one_that_runs_alone_waits_and_is_waited_for(void)
{
	struct dlab_eta_boot alone = { .alone = true, .cases = 10 };

	CHECK_NEAR(ETA(2, ENDED, WAITING, alone, WAITING), 3 * 24, 0.01);
}

static void kinds_have_their_own_times(void)
{
	/* a case of kind time takes 10 s */
	struct dlab_eta_boot dear = { .kind = DLAB_TIME, .state = DLAB_ENDED,
				      .cases = 2, .done = 2, .spent_s = 24,
				      .booted_s = 4 };
	struct dlab_eta_boot waits = { .kind = DLAB_TIME, .cases = 3 };

	CHECK_NEAR(ETA(1, ENDED, dear, waits), 4 + 30, 0.01);
	CHECK_NEAR(ETA(1, ENDED, dear, WAITING), 24, 0.01);
}

static void an_earlier_run_counts_more(void)
{
	struct dlab_eta_boot waits = { .cases = 10, .before_s = 100 };
	struct dlab_eta_boot runs = { .state = DLAB_RUNS, .cases = 10,
				      .spent_s = 30, .before_s = 100 };

	CHECK_NEAR(ETA(1, runs, waits), 70 + 100, 0.01);
	/* over time, and not at its first case yet */
	runs.spent_s = 120;
	CHECK_NEAR(ETA(1, runs, waits), 50 + 100, 0.01);
	runs.done = 10;
	CHECK_NEAR(ETA(1, runs, waits), 100, 0.01);
}

static void at_the_pace_of_this_one(void)
{
	struct dlab_eta_boot ended = { .state = DLAB_ENDED, .cases = 10,
				       .done = 10, .spent_s = 150,
				       .before_s = 100 };
	struct dlab_eta_boot waits = { .cases = 10, .before_s = 100 };
	struct dlab_eta_boot resumed = ended;

	CHECK_NEAR(ETA(1, ended, waits), 150, 0.01);
	/* what ended before a run was resumed tells nothing of the pace */
	resumed.spent_s = 0;
	CHECK_NEAR(ETA(1, resumed, waits), 100, 0.01);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	CHECK(f != NULL);
	if (f) {
		fputs(text, f);
		fclose(f);
	}
}

/* A finished run of two cases, in one boot that took @wall_s. */
static void make_run(const char *name, const char *wall_s)
{
	char path[256], text[256];

	mkdir("r", 0755);
	mkdir("r/runs", 0755);
	snprintf(path, sizeof(path), "r/runs/%s", name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "r/runs/%s/run.json", name);
	snprintf(text, sizeof(text),
		 "{\"boots\": [{\"name\": \"vm-x-count-1\", \"wall_s\": %s}]}",
		 wall_s);
	put(path, text);
	snprintf(path, sizeof(path), "r/runs/%s/vm-x-count-1", name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "r/runs/%s/vm-x-count-1/outcomes.tsv",
		 name);
	put(path, "case\tstatus\treason\na\tok\t\nb\tok\t\n");
}

static void the_newest_run_of_the_suite_is_found(void)
{
	struct dlab_eta_earlier e;
	char dir[] = "/tmp/dlab-eta-XXXXXX";

	CHECK(mkdtemp(dir) && !chdir(dir));
	dlab_eta_read("r", "smoke", &e);
	CHECK(dlab_eta_before(&e, "vm-x-count-1", 2) == 0);
	dlab_eta_forget(&e);
	make_run("20260101-000000-smoke-0001", "10.0");
	make_run("20260102-000000-smoke-0001", "20.0");
	make_run("20260103-000000-map-smoke-0001", "30.0");
	make_run(".partial-20260104-000000-smoke-0001", "40.0");
	dlab_eta_read("r", "smoke", &e);
	CHECK_NUM(dlab_eta_before(&e, "vm-x-count-1", 2), 20);
	CHECK_NUM(dlab_eta_before(&e, "vm-x-count-7", 4), 40);
	CHECK_NUM(dlab_eta_before(&e, "vm-x-time-1", 2), 0);
	dlab_eta_forget(&e);
	dlab_eta_read("r", "map/smoke", &e);
	CHECK_NUM(dlab_eta_before(&e, "vm-x-count-1", 2), 30);
	dlab_eta_forget(&e);
	dlab_remove_tree("r");
	CHECK(!chdir("/") && !rmdir(dir));
}

int main(void)
{
	RUN(nothing_is_told_before_anything_is_known);
	RUN(cases_are_counted_from_the_first_one_on);
	RUN(boots_side_by_side_are_counted_once);
	RUN(one_that_runs_alone_waits_and_is_waited_for);
	RUN(kinds_have_their_own_times);
	RUN(an_earlier_run_counts_more);
	RUN(at_the_pace_of_this_one);
	RUN(the_newest_run_of_the_suite_is_found);
	return test_end();
}
