// SPDX-License-Identifier: GPL-2.0-only
/* Is the time that is left told rightly, from whatever is known? */
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
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

/* a boot of 10 cases: 4 s until the first, 2 s for each, half of that expected */
static double one[] = { 1, 1, 1, 1, 1, 1, 1, 1, 1, 1 };
#define TEN .boot_s = 2, .case_s = one, .cases = 10
#define ENDED                                                           \
	{ TEN, .state = DLAB_ENDED, .done = 10, .spent_s = 24, .booted_s = 4 }
#define RUNNING(n)                                                      \
	{ TEN, .state = DLAB_RUNS, .done = n, .spent_s = 5 + 2 * (n),   \
	  .booted_s = 4, .at_s = 1 }
#define WAITING { TEN }

static void nothing_is_told_before_anything_is_known(void)
{
	CHECK(isnan(ETA(2, { TEN, .state = DLAB_RUNS, .spent_s = 1 }, WAITING)));
	CHECK_NUM(ETA(2, ENDED, ENDED), 0);
}

static void cases_are_counted_from_the_first_one_on(void)
{
	/* the time until the guest is up is no case's */
	CHECK_NEAR(ETA(1, RUNNING(2)), 15, 0.01);
	CHECK_NEAR(ETA(1, ENDED, WAITING), 24, 0.01);
	CHECK_NEAR(ETA(1, RUNNING(5), WAITING, WAITING), 9 + 24 + 24, 0.01);
}

static void boots_side_by_side_are_counted_once(void)
{
	CHECK_NEAR(ETA(2, ENDED, WAITING, WAITING), 24, 0.01);
	CHECK_NEAR(ETA(2, ENDED, WAITING, WAITING, WAITING), 48, 0.01);
	CHECK_NEAR(ETA(2, RUNNING(5), RUNNING(0), WAITING), 9 + 24, 0.01);
}

static void one_that_runs_alone_waits_and_is_waited_for(void)
{
	struct dlab_eta_boot alone = { TEN, .alone = true };

	CHECK_NEAR(ETA(2, ENDED, WAITING, alone, WAITING), 3 * 24, 0.01);
}

static void kinds_have_their_own_times(void)
{
	/* of kind time a case takes ten times what is expected */
	struct dlab_eta_boot dear = { TEN, .kind = DLAB_TIME,
				      .state = DLAB_ENDED, .done = 10,
				      .spent_s = 104, .booted_s = 4 };
	struct dlab_eta_boot waits = { TEN, .kind = DLAB_TIME };

	CHECK_NEAR(ETA(1, ENDED, dear, waits), 4 + 100, 0.01);
	CHECK_NEAR(ETA(1, ENDED, dear, WAITING), 24, 0.01);
	/* of what there was none yet what is usual, at the pace of the others */
	CHECK_NEAR(ETA(1, ENDED, waits), 24, 0.01);
}

static void what_an_earlier_run_took_is_told_at_once(void)
{
	struct dlab_eta_boot waits = { TEN, .known = true };
	struct dlab_eta_boot runs = { TEN, .known = true, .state = DLAB_RUNS };

	CHECK_NEAR(ETA(1, runs, waits), 24, 0.01);
}

static void at_the_pace_of_this_one(void)
{
	struct dlab_eta_boot ended = { TEN, .known = true, .state = DLAB_ENDED,
				       .done = 10, .spent_s = 36,
				       .booted_s = 6 };
	struct dlab_eta_boot waits = { TEN, .known = true };
	struct dlab_eta_boot resumed = ended;

	CHECK_NEAR(ETA(1, ended, waits), 36, 0.01);
	/* what ended before a run was resumed tells nothing of the pace */
	resumed.spent_s = 0;
	resumed.booted_s = 0;
	CHECK_NEAR(ETA(1, resumed, waits), 12, 0.01);
}

/* Nobody is told for minutes that it takes 20 seconds more. */
static void what_takes_longer_takes_longer(void)
{
	struct dlab_eta_boot last = { TEN, .known = true, .state = DLAB_RUNS,
				      .done = 9, .spent_s = 11, .booted_s = 2 };

	CHECK_NEAR(ETA(1, last), 1, 0.01);
	last.at_s = 100;
	last.spent_s += last.at_s;
	CHECK_NEAR(ETA(1, last), 50, 0.01);
}

/* ---- real runs, replayed */

#define JOBS 2
#define MAX_BOOTS 16
#define TENTH 0.1

/* A run that was: what its boots and cases took, on the clock that it had. */
struct trace {
	struct dlab_planned boots[MAX_BOOTS];
	double start_s[MAX_BOOTS];
	double boot_s[MAX_BOOTS];
	double *case_s[MAX_BOOTS];
	size_t nr;
};

static enum dlab_kind kind_of(const char *boot)
{
	const char *const kinds[] = { "-count-", "-time-", "-devio-",
				      "-iocount-" };
	const enum dlab_kind kind[] = { DLAB_COUNT, DLAB_TIME, DLAB_DEVIO,
					DLAB_IOCOUNT };
	size_t i = 0;

	while (i < 3 && !strstr(boot, kinds[i]))
		i++;
	return kind[i];
}

/* "p28": one of path page, 2.8 s; m: of another path of the module; i: of none */
static void add_case(struct trace *t, const char *word)
{
	struct dlab_planned *boot = &t->boots[t->nr];
	size_t n = boot->cases.nr++;
	struct dlab_case *c;

	boot->cases.v = realloc(boot->cases.v, (n + 1) * sizeof(*c));
	t->case_s[t->nr] =
		realloc(t->case_s[t->nr], (n + 1) * sizeof(**t->case_s));
	t->case_s[t->nr][n] = TENTH * atoi(word + 1);
	c = &boot->cases.v[n];
	*c = (struct dlab_case){ .kind = boot->kind, .driver = strdup("null") };
	CHECK(asprintf(&c->id, "map/x[n=%zu]", n) > 0);
	if (*word == 'i')
		return;
	c->params = calloc(1, sizeof(*c->params));
	c->nr_params = 1;
	c->params->key = strdup("path");
	c->params->value = strdup(*word == 'p' ? "page" : "sg");
}

static void load_trace(struct trace *t, const char *name)
{
	char path[256], *line = NULL, *rest, *word;
	size_t size = 0;
	FILE *f;

	memset(t, 0, sizeof(*t));
	snprintf(path, sizeof(path), "bench/user/tests/data/eta/%s", name);
	f = fopen(path, "r");
	test_need(f != NULL, path);
	while (getline(&line, &size, f) > 0 && t->nr < MAX_BOOTS) {
		if (*line == '#')
			continue;
		rest = line;
		t->boots[t->nr].name = strdup(strsep(&rest, " "));
		t->boots[t->nr].kind = kind_of(t->boots[t->nr].name);
		t->start_s[t->nr] = TENTH * atoi(strsep(&rest, " "));
		t->boot_s[t->nr] = TENTH * atoi(strsep(&rest, " "));
		while ((word = strsep(&rest, " ")))
			add_case(t, word);
		t->nr++;
	}
	free(line);
	fclose(f);
}

static void free_trace(struct trace *t)
{
	for (size_t i = 0; i < t->nr; i++) {
		dlab_cases_free(&t->boots[i].cases);
		free(t->boots[i].name);
		free(t->case_s[i]);
	}
}

static double took_s(const struct trace *t, size_t boot)
{
	double s = t->boot_s[boot];

	for (size_t i = 0; i < t->boots[boot].cases.nr; i++)
		s += t->case_s[boot][i];
	return s;
}

/* What is known of a boot @now seconds after the run began. */
static void at(const struct trace *t, size_t boot, double now,
	       struct dlab_eta_boot *b)
{
	double end = t->start_s[boot] + t->boot_s[boot];

	b->state = now < t->start_s[boot] ? DLAB_WAITS : DLAB_RUNS;
	b->spent_s = b->booted_s = b->at_s = 0;
	b->done = 0;
	if (b->state == DLAB_WAITS)
		return;
	b->spent_s = now - t->start_s[boot];
	if (now < end)
		return;
	b->booted_s = t->boot_s[boot];
	while (b->done < b->cases && end + t->case_s[boot][b->done] <= now)
		end += t->case_s[boot][b->done++];
	b->at_s = now - end;
	if (b->done < b->cases)
		return;
	b->state = DLAB_ENDED;
	b->spent_s = took_s(t, boot);
	b->at_s = 0;
}

/*
 * For how much of the time, from a minute or a tenth of the run to 15 seconds before
 * its end, what is told is off by more than a third and 15 seconds; @worst: and by
 * how much of the truth at most.  @earlier: what is known from before.
 */
static double wrong(const struct trace *t, const struct dlab_eta_earlier *earlier,
		    double *worst)
{
	struct dlab_eta_boot v[MAX_BOOTS] = { 0 };
	double all = 0, from, now;
	size_t i, told = 0, bad = 0;

	for (i = 0; i < t->nr; i++) {
		CHECK(!dlab_eta_expect(earlier, &t->boots[i], &v[i]));
		v[i].alone = v[i].kind == DLAB_TIME;
		all = fmax(all, t->start_s[i] + took_s(t, i));
	}
	from = fmax(60, all / 10);
	*worst = 0;
	for (now = from; now < all - 15; now++, told++) {
		double left, off;

		for (i = 0; i < t->nr; i++)
			at(t, i, now, &v[i]);
		left = dlab_eta_s(v, t->nr, JOBS);
		off = fabs(left - (all - now));
		if (getenv("DLAB_SHOW_ETA") && !((int)now % 10))
			TEST_NOTE("%.0f s: %.0f told, %.0f true", now, left,
				  all - now);
		if (off <= 15)
			continue;
		*worst = fmax(*worst, off / (all - now));
		bad += !(off <= (all - now) / 3);
	}
	for (i = 0; i < t->nr; i++)
		free(v[i].case_s);
	return told ? (double)bad / told : 0;
}

/* The run that was, as a run in r/runs. */
static void keep(const struct trace *t, const char *name)
{
	char path[256];
	FILE *run, *f;

	mkdir("r", 0755);
	mkdir("r/runs", 0755);
	snprintf(path, sizeof(path), "r/runs/%s", name);
	mkdir(path, 0755);
	snprintf(path, sizeof(path), "r/runs/%s/run.json", name);
	run = fopen(path, "w");
	test_need(run != NULL, path);
	fputs("{\"boots\": [", run);
	for (size_t i = 0; i < t->nr; i++) {
		fprintf(run, "%s{\"name\": \"%s\", \"wall_s\": %.2f}",
			i ? ", " : "", t->boots[i].name, took_s(t, i));
		snprintf(path, sizeof(path), "r/runs/%s/%s", name,
			 t->boots[i].name);
		mkdir(path, 0755);
		snprintf(path, sizeof(path), "r/runs/%s/%s/times.tsv", name,
			 t->boots[i].name);
		f = fopen(path, "w");
		test_need(f != NULL, path);
		fputs("case\twall_s\n", f);
		for (size_t k = 0; k < t->boots[i].cases.nr; k++)
			fprintf(f, "%s\t%.2f\n", t->boots[i].cases.v[k].id,
				t->case_s[i][k]);
		fclose(f);
	}
	fputs("]}", run);
	fclose(run);
}

static char tmp[] = "/tmp/dlab-eta-XXXXXX";
static int home;

static void enter(void)
{
	CHECK(!chdir(tmp));
}

static void leave(void)
{
	dlab_remove_tree("r");
	CHECK(!fchdir(home));
}

static void check_trace(const struct trace *t, const char *name,
			const struct dlab_eta_earlier *e, const char *known,
			double most)
{
	double worst, bad = wrong(t, e, &worst);

	printf("# %s, %s: off by more than a third for %.0f %% of the time, at most by %.0f %%\n",
	       name, known, 100 * bad, 100 * worst);
	CHECK(bad <= most);
	CHECK(worst < 1);
}

/*
 * While default-falling was recorded others left the machine: its first boot took
 * 44 s, the third 24 s.  Nobody can tell that beforehand.
 */
#define STEADY	0.1
#define FALLING	0.4

/* Nothing is known but what is usual. */
static void the_first_run_is_right_within_a_third(void)
{
	static const struct {
		const char *name;
		double most;
	} traces[] = {
		{ "default-steady", STEADY },
		{ "default-falling", FALLING },
		{ "commits", STEADY },
		{ "commits-2", STEADY },
	};
	struct dlab_eta_earlier none = { 0 };
	struct trace t;

	for (size_t i = 0; i < sizeof(traces) / sizeof(traces[0]); i++) {
		load_trace(&t, traces[i].name);
		check_trace(&t, traces[i].name, &none, "nothing known",
			    traces[i].most);
		free_trace(&t);
	}
}

static void second(const char *first, const char *name, double most)
{
	struct dlab_eta_earlier e;
	struct trace a, b;

	load_trace(&a, first);
	load_trace(&b, name);
	enter();
	keep(&a, "20260101-000000-x-0001");
	dlab_eta_read("r", "x", &e);
	leave();
	check_trace(&b, name, &e, first, most);
	dlab_eta_forget(&e);
	free_trace(&a);
	free_trace(&b);
}

/* Whatever the load was then. */
static void the_second_is_right_within_a_third(void)
{
	second("commits", "commits-2", STEADY);
	second("commits-2", "commits", STEADY);
	second("default-falling", "default-steady", FALLING / 2);
	second("default-steady", "default-falling", FALLING / 2);
}

/* ---- what is known of earlier runs */

/* A run of one boot of @nr cases: @boot_s until the first, then @case_s each. */
static void keep_simple(const char *name, size_t nr, double boot_s,
			double case_s)
{
	struct trace t = { .nr = 1 };

	t.boots[0].name = strdup("vm-x-count-1");
	t.boot_s[0] = boot_s;
	t.nr = 0;
	while (nr--) {
		add_case(&t, "m0");
		t.case_s[0][t.boots[0].cases.nr - 1] = case_s;
	}
	t.nr = 1;
	keep(&t, name);
	free_trace(&t);
}

/* What a boot of @nr such cases is expected to take; 0: nothing is known. */
static double expected(const char *suite, const char *boot, size_t nr)
{
	struct dlab_eta_boot v = { 0 };
	struct dlab_eta_earlier e;
	struct trace t = { 0 };
	double s;

	dlab_eta_read("r", suite, &e);
	t.boots[0].name = strdup(boot);
	while (nr--)
		add_case(&t, "m0");
	t.nr = 1;
	CHECK(!dlab_eta_expect(&e, &t.boots[0], &v));
	s = v.boot_s;
	for (size_t i = 0; i < v.cases; i++)
		s += v.case_s[i];
	s = v.known ? s : 0;
	free(v.case_s);
	dlab_eta_forget(&e);
	free_trace(&t);
	return s;
}

static void the_newest_run_of_the_suite_is_found(void)
{
	enter();
	CHECK(expected("smoke", "vm-x-count-1", 2) == 0);
	keep_simple("20260101-000000-smoke-0001", 2, 4, 3);
	keep_simple("20260102-000000-smoke-0001", 2, 8, 6);
	keep_simple("20260103-000000-map-smoke-0001", 2, 10, 10);
	keep_simple(".partial-20260104-000000-smoke-0001", 2, 1, 1);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 2), 20);
	CHECK_NUM(expected("smoke", "vm-x-count-7", 2), 20);
	/* of cases that it did not have, its mean */
	CHECK_NUM(expected("smoke", "vm-x-count-7", 4), 32);
	CHECK_NUM(expected("smoke", "vm-x-time-1", 2), 0);
	CHECK_NUM(expected("smoke", "vm-x-y-count-1", 2), 0);
	CHECK_NUM(expected("map/smoke", "vm-x-count-1", 2), 30);
	leave();
}

/* One with CASES= says nothing of the whole; one before it may. */
static void a_run_of_a_few_cases_is_not_one_of_all(void)
{
	enter();
	keep_simple("20260101-000000-smoke-0002", 1, 5, 1);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 55), 0);
	/* nor does one that broke before its first case */
	keep_simple("20260101-000000-smoke-0003", 0, 180, 0);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 55), 0);
	keep_simple("20260101-000000-smoke-0001", 55, 5, 0.5);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 55), 5 + 55 * 0.5);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 1), 5 + 1);
	leave();
}

/* Boots of one kind are alike until the first case; of another they are not. */
static void a_kind_is_not_the_end_of_another(void)
{
	static const char *const names[] = { "vm-x-count-1", "vm-x-iocount-1" };
	static const double boot_s[] = { 40, 10 };
	struct trace t = { .nr = 0 };

	enter();
	while (t.nr < 2) {
		t.boots[t.nr].name = strdup(names[t.nr]);
		t.boot_s[t.nr] = boot_s[t.nr];
		add_case(&t, "m0");
		t.case_s[t.nr++][0] = 1;
	}
	keep(&t, "20260101-000000-smoke-0001");
	free_trace(&t);
	CHECK_NUM(expected("smoke", "vm-x-count-1", 1), 41);
	leave();
}

int main(void)
{
	home = open(".", O_RDONLY);
	test_need(mkdtemp(tmp), "mkdtemp");
	RUN(nothing_is_told_before_anything_is_known);
	RUN(cases_are_counted_from_the_first_one_on);
	RUN(boots_side_by_side_are_counted_once);
	RUN(one_that_runs_alone_waits_and_is_waited_for);
	RUN(kinds_have_their_own_times);
	RUN(what_an_earlier_run_took_is_told_at_once);
	RUN(at_the_pace_of_this_one);
	RUN(what_takes_longer_takes_longer);
	RUN(the_first_run_is_right_within_a_third);
	RUN(the_second_is_right_within_a_third);
	RUN(the_newest_run_of_the_suite_is_found);
	RUN(a_run_of_a_few_cases_is_not_one_of_all);
	RUN(a_kind_is_not_the_end_of_another);
	rmdir(tmp);
	return test_end();
}
