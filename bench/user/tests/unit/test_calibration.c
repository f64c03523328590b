// SPDX-License-Identifier: GPL-2.0-only
/* Are the lab's error rates counted right, and is what was not measured absent? */
#include <stdlib.h>
#include <string.h>

#include "../lib/fakehistory.h"
#include "../lib/fakerun.h"
#include "file.h"
#include "history/calibration.h"
#include "history/history.h"
#include "test.h"

static struct dlab_metrics metrics;
static struct dlab_err err;
static char *tmp;

#define CASE_A "map/a[path=page]"
#define CASE_B "map/b[path=page]"

static char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", tmp, name);
	return path;
}

static void add_boot(struct fake_run *r, const char *topology, unsigned int n,
		     double a, double b)
{
	struct fake_boot *boot = fake_boot_add(r, topology, "count", n);

	fake_constant(boot, CASE_A, "op_insns", a, 64);
	fake_constant(boot, CASE_B, "op_insns", b, 64);
	fake_constant(boot, CASE_B, "pt_map", b, 1);
}

/* ---- boots of the same binaries */

static void boots_that_agree_give_no_false_positive(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_run *r = fake_run_new(path_of("agree"), "20261120-1-a-1");
	const char *dirs[1];
	unsigned int n;
	char *dir;

	for (n = 1; n <= 20; n++)
		add_boot(r, "vm", n, 2601, 5000);
	dirs[0] = dir = fake_run_write(r);
	CHECK(!dlab_calibration_add_same(&c, dirs, 1, &metrics, &err));
	CHECK(c.same.nr == 1);
	if (c.same.nr == 1) {
		CHECK_STR(c.same.v[0].topology, "vm");
		CHECK(c.same.v[0].sides == 20);
		CHECK(c.same.v[0].pairs == 2 * 19);
		CHECK(c.same.v[0].identical == 2 * 19);
		CHECK(c.same.v[0].wrong == 0);
		CHECK(isnan(c.same.v[0].largest_abs));
	}
	CHECK_STR(c.kernel, "6.12.117");
	CHECK_STR(c.created, "2026-11-20T10:15:00Z");
	CHECK(!c.rebuilds.nr && !c.time.nr && !c.nr_plants);
	dlab_calibration_free(&c);
	free(dir);
}

static void boots_that_differ_are_counted_by_topology(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_run *r = fake_run_new(path_of("differ"), "20261120-1-a-1");
	struct fake_run *s = fake_run_new(path_of("differ"), "20261120-2-a-2");
	const char *dirs[2];
	char *a, *b;

	add_boot(r, "vm-x", 1, 2601, 5000);
	add_boot(r, "vm-y", 1, 2601, 5000);
	add_boot(s, "vm-x", 1, 2603, 5000);
	add_boot(s, "vm-y", 1, 2601, 5010);
	dirs[0] = a = fake_run_write(r);
	dirs[1] = b = fake_run_write(s);
	CHECK(!dlab_calibration_add_same(&c, dirs, 2, &metrics, &err));
	CHECK(c.same.nr == 2);
	if (c.same.nr == 2) {
		const struct dlab_calibration_rate *x = &c.same.v[0];
		const struct dlab_calibration_rate *y = &c.same.v[1];

		CHECK_STR(x->topology, "vm-x");
		CHECK(x->sides == 2 && x->pairs == 2 && x->identical == 1);
		/* 2 instructions are below the minimum effect */
		CHECK(x->wrong == 0 && x->wrong_sides == 0);
		CHECK_NUM(x->largest_abs, 2);
		CHECK(x->at[0] == 1 && x->at[1] == 0);
		CHECK(y->wrong == 1 && y->wrong_sides == 1);
		CHECK_NUM(y->largest_abs, 10);
		CHECK_NEAR(y->largest_rel, 0.002, 1e-12);
		CHECK(y->at[3] == 1 && y->at[4] == 0);
	}
	dlab_calibration_free(&c);
	free(a);
	free(b);
}

static void other_binaries_are_refused_by_name(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_run *r = fake_run_new(path_of("other"), "20261120-1-a-1");
	struct fake_run *s = fake_run_new(path_of("other"), "20261120-2-a-2");
	const char *dirs[2];
	char *a, *b;

	add_boot(r, "vm", 1, 1, 1);
	add_boot(s, "vm", 1, 1, 1);
	fake_run_fingerprint(s, "kernel_config_sha256", "other");
	dirs[0] = a = fake_run_write(r);
	dirs[1] = b = fake_run_write(s);
	CHECK(dlab_calibration_add_same(&c, dirs, 2, &metrics, &err) == -EPERM);
	CHECK_SAYS(err.text, "20261120-2-a-2");
	CHECK_SAYS(err.text, "kernel_config_sha256 differs");
	dlab_calibration_free(&c);
	free(a);
	free(b);
}

static void what_ran_after_other_cases_is_not_judged(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_run *r = fake_run_new(path_of("past"), "20261120-1-a-1");
	struct fake_boot *boot;
	const char *dirs[1];
	char *dir;

	add_boot(r, "vm", 1, 100, 200);
	boot = fake_boot_add(r, "vm", "count", 2);
	fake_constant(boot, CASE_B, "op_insns", 300, 64);
	dirs[0] = dir = fake_run_write(r);
	CHECK(dlab_calibration_add_same(&c, dirs, 1, &metrics, &err) ==
	      -EINVAL);
	CHECK_SAYS(err.text, "no two boots");
	CHECK(!c.same.nr);
	dlab_calibration_free(&c);
	free(dir);
}

/* ---- histories */

static void commit(struct fake_history *h, double a, double b)
{
	struct fake_run *r = fake_commit_run(h);

	add_boot(r, "vm", 1, a, b);
	fake_commit(h, "ok", "", r);
}

static void rebuilds_are_held_against_their_base(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_history *h = fake_history_new(path_of("rebuilds"));
	char *dir;

	commit(h, 2601, 5000);
	commit(h, 2601, 5002);
	fake_commit(h, "no-build", "an error", NULL);
	commit(h, 2611, 4970);
	commit(h, 2611, 4970);
	dir = fake_history_write(h);
	CHECK(!dlab_calibration_add_rebuilds(&c, dir, tmp, &metrics, &err));
	CHECK(c.rebuilds.nr == 1);
	if (c.rebuilds.nr == 1) {
		const struct dlab_calibration_rate *r = &c.rebuilds.v[0];

		CHECK(r->sides == 3 && r->wrong_sides == 2);
		CHECK(r->pairs == 6 && r->identical == 1 && r->wrong == 4);
		CHECK_NUM(r->largest_abs, 30);
		CHECK(r->at[0] == 5 && r->at[1] == 4 && r->at[4] == 2);
	}
	/* no times: not measured */
	CHECK(!c.time.nr);
	dlab_calibration_free(&c);
	free(dir);
}

/* "commit 1" becomes "plant <n>"; the writer of histories numbers them. */
static void plant(const char *dir, const char *from, const char *to)
{
	char path[4096], *text, *at;
	struct dlab_file file;
	size_t len;

	snprintf(path, sizeof(path), "%s/commits.tsv", dir);
	CHECK(!dlab_file_read(path, &text, &len, &err));
	at = strstr(text, from);
	CHECK(at && !dlab_file_create(&file, path, &err));
	fprintf(file.f, "%.*s%s%s", (int)(at - text), text, to,
		at + strlen(from));
	CHECK(!dlab_file_commit(&file, &err));
	free(text);
}

static void the_smallest_plant_is_found(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_history *h = fake_history_new(path_of("plants"));
	char *dir;

	/* B does not execute what is planted; A's minimum effect is 3 */
	commit(h, 2601, 5000);
	commit(h, 2621, 5000);
	commit(h, 2602, 5000);
	commit(h, 2604, 5000);
	commit(h, 2601, 5000);
	dir = fake_history_write(h);
	CHECK(dlab_calibration_add_plants(&c, dir, tmp, &metrics, &err) ==
	      -EINVAL);
	CHECK_SAYS(err.text, "plant N");
	plant(dir, "commit 1", "dma: plant 20");
	plant(dir, "commit 2", "plant 1 instruction");
	plant(dir, "commit 3", "plant 3");
	CHECK(!dlab_calibration_add_plants(&c, dir, tmp, &metrics, &err));
	CHECK(c.nr_plants == 3);
	if (c.nr_plants == 3) {
		CHECK(c.plants[0].insns == 1 && c.plants[0].found == 0);
		CHECK(c.plants[1].insns == 3 && c.plants[1].found == 1);
		CHECK(c.plants[2].insns == 20 && c.plants[2].found == 1);
		CHECK(c.plants[2].cases == 2);
	}
	CHECK(dlab_calibration_smallest(&c, "vm") == 3);
	CHECK(dlab_calibration_smallest(&c, "another") == 0);
	dlab_calibration_free(&c);
	free(dir);
}

static void another_kernel_is_refused_by_name(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_run *r = fake_run_new(path_of("mix"), "20261120-1-a-1");
	struct fake_history *h = fake_history_new(path_of("mix-history"));
	const char *dirs[1];
	char *run, *dir;

	add_boot(r, "vm", 1, 1, 1);
	add_boot(r, "vm", 2, 1, 1);
	fake_run_fingerprint(r, "compiler", "tcc");
	dirs[0] = run = fake_run_write(r);
	commit(h, 1, 1);
	commit(h, 1, 1);
	dir = fake_history_write(h);
	CHECK(!dlab_calibration_add_same(&c, dirs, 1, &metrics, &err));
	CHECK(dlab_calibration_add_rebuilds(&c, dir, tmp, &metrics, &err) ==
	      -EPERM);
	CHECK_SAYS(err.text, "compiler of");
	CHECK_SAYS(err.text, "`tcc`");
	dlab_calibration_free(&c);
	free(run);
	free(dir);
}

static void a_cost_on_some_operations_is_a_difference(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_history *h = fake_history_new(path_of("rare"));
	struct fake_run *r;
	double rare[64];
	size_t i;
	char *dir;

	commit(h, 2601, 5000);
	for (i = 0; i < 64; i++)
		rare[i] = i % 8 ? 2601 : 2609;
	r = fake_commit_run(h);
	fake_samples(fake_boot_add(r, "vm", "count", 1), CASE_A, "op_insns",
		     rare, 64);
	fake_commit(h, "ok", "", r);
	dir = fake_history_write(h);
	CHECK(!dlab_calibration_add_rebuilds(&c, dir, tmp, &metrics, &err));
	CHECK(c.rebuilds.nr == 1 && c.rebuilds.v[0].identical == 0);
	/* the median is the same, the total one instruction an operation more */
	if (c.rebuilds.nr)
		CHECK_NUM(c.rebuilds.v[0].largest_abs, 1);
	dlab_calibration_free(&c);
	free(dir);
}

/* ---- the minimum effect */

/* Rebuilds that move A by 12 instructions of 2601, and B by 6 of 600. */
static void calibrate(struct dlab_calibration *c, const char *name)
{
	struct fake_history *h = fake_history_new(path_of(name));
	char *dir;

	commit(h, 2601, 600);
	commit(h, 2613, 606);
	dir = fake_history_write(h);
	CHECK(!dlab_calibration_add_rebuilds(c, dir, tmp, &metrics, &err));
	free(dir);
}

/* One commit later A costs @a more and B @b; as dlab history judges it. */
static void judged(struct dlab_history *out, const struct dlab_calibration *c,
		   const char *name, double a, double b)
{
	struct fake_history *h = fake_history_new(path_of(name));
	char *dir;

	commit(h, 3000, 600);
	commit(h, 3000 + a, 600 + b);
	dir = fake_history_write(h);
	CHECK(!dlab_history_load(dir, tmp, &metrics, out, &err));
	CHECK(!dlab_history_calibrate(out, c, &err));
	CHECK(!dlab_history_find_changes(out, &err));
	free(dir);
}

static void what_rebuilds_move_by_is_no_effect(void)
{
	struct dlab_calibration c = { 0 };
	const struct dlab_metric *op = dlab_metrics_find(&metrics, "op_insns");
	const struct dlab_metric *flush =
		dlab_metrics_find(&metrics, "iotlb_flush");
	struct dlab_history h;

	calibrate(&c, "moved");
	CHECK_NEAR(dlab_calibration_min_effect(&c, op, "x@vm[k=v]", 3000), 12,
		   1e-6);
	CHECK_NEAR(dlab_calibration_min_effect(&c, op, "x@vm[k=v]", 600), 6,
		   1e-6);
	CHECK_NEAR(dlab_calibration_min_effect(&c, op, "x@vm", 0), 12, 1e-6);
	CHECK_NUM(dlab_calibration_min_effect(&c, op, "x@vm-y[k=v]", 600), 0);
	CHECK_NUM(dlab_calibration_min_effect(&c, flush, "x@vm", 600), 0);

	judged(&h, &c, "as-much", 12, 6);
	CHECK(!h.nr_findings);
	CHECK(h.notes.nr == 1);
	if (h.notes.nr == 1) {
		CHECK_SAYS(h.notes.v[0], "minimum effect on vm: ");
		CHECK_SAYS(h.notes.v[0], "more than 12 instructions");
		CHECK_SAYS(h.notes.v[0], "more than 1 %");
		CHECK_SAYS(h.notes.v[0], c.created);
	}
	dlab_history_free(&h);

	judged(&h, &c, "more", 13, 7);
	CHECK(h.nr_findings == 1 && h.findings[0].nr_worse == 2);
	dlab_history_free(&h);
	dlab_calibration_free(&c);
}

static void rebuilds_that_move_nothing_raise_nothing(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_history *still = fake_history_new(path_of("still"));
	struct dlab_history h;
	char *dir;

	commit(still, 3000, 600);
	commit(still, 3000, 600);
	dir = fake_history_write(still);
	CHECK(!dlab_calibration_add_rebuilds(&c, dir, tmp, &metrics, &err));
	judged(&h, &c, "plus-three", 3, 2);
	CHECK(h.nr_findings == 1 && h.findings[0].nr_worse == 1);
	CHECK(!h.notes.nr);
	dlab_history_free(&h);
	dlab_calibration_free(&c);
	free(dir);
}

static void another_lab_s_calibration_raises_nothing(void)
{
	struct dlab_calibration c = { 0 };
	struct dlab_history h;

	calibrate(&c, "theirs");
	free(c.compiler);
	c.compiler = strdup("tcc");
	judged(&h, &c, "mine", 12, 6);
	CHECK(h.nr_findings == 1 && h.findings[0].nr_worse == 2);
	CHECK(h.notes.nr == 1 && !h.calibration);
	if (h.notes.nr == 1) {
		CHECK_SAYS(h.notes.v[0], "compiler was `tcc`");
		CHECK_SAYS(h.notes.v[0], "is `gcc (Debian");
	}
	dlab_history_free(&h);
	dlab_calibration_free(&c);
}

/* The history of judged(), its kernel configured by @config. */
static void judged_with(struct dlab_history *out,
			const struct dlab_calibration *c, const char *name,
			const char *config)
{
	struct fake_history *h = fake_history_new(path_of(name));
	char *dir;

	for (int i = 0; i < 2; i++) {
		struct fake_run *r = fake_commit_run(h);

		fake_run_file(r, "kernel.config", config);
		fake_run_fingerprint(r, "kernel_config_sha256", name);
		add_boot(r, "vm", 1, 3000 + 12 * i, 600 + 6 * i);
		fake_commit(h, "ok", "", r);
	}
	dir = fake_history_write(h);
	CHECK(!dlab_history_load(dir, tmp, &metrics, out, &err));
	CHECK(!dlab_history_calibrate(out, c, &err));
	CHECK(!dlab_history_find_changes(out, &err));
	free(dir);
}

/* Tests that a commit adds and nobody switches on make no other lab. */
static void configurations_are_compared_by_what_is_set(void)
{
	struct dlab_calibration c = { 0 }, kept;
	struct dlab_history h;
	char path[4096];

	calibrate(&c, "configured");
	c.config_text = strdup("# x\nCONFIG_A=y\n# CONFIG_B is not set\n");
	snprintf(path, sizeof(path), "%s/kept.json", tmp);
	CHECK(!dlab_calibration_write(&c, path, &err));
	CHECK(!dlab_calibration_load(path, &kept, &err));
	CHECK_STR(kept.config_text, c.config_text);

	judged_with(&h, &kept, "tests-added",
		    "CONFIG_A=y\n# CONFIG_X_KUNIT_TEST is not set\n");
	CHECK(h.calibration == &kept && !h.nr_findings);
	dlab_history_free(&h);
	judged_with(&h, &kept, "another", "CONFIG_A=m\nCONFIG_B=y\n");
	CHECK(!h.calibration && h.nr_findings == 1 && h.notes.nr == 1);
	if (h.notes.nr == 1)
		CHECK_SAYS(h.notes.v[0],
			   "another kernel configuration (CONFIG_A, CONFIG_B)");
	dlab_history_free(&h);
	dlab_calibration_free(&kept);
	dlab_calibration_free(&c);
}

static void a_plant_below_what_rebuilds_move_by_is_missed(void)
{
	struct dlab_calibration c = { 0 };
	struct fake_history *h = fake_history_new(path_of("hidden"));
	char *dir;

	calibrate(&c, "hiding");
	commit(h, 3000, 600);
	commit(h, 3010, 600);
	commit(h, 3020, 600);
	dir = fake_history_write(h);
	plant(dir, "commit 1", "plant 10");
	plant(dir, "commit 2", "plant 20");
	CHECK(!dlab_calibration_add_plants(&c, dir, tmp, &metrics, &err));
	CHECK(dlab_calibration_smallest(&c, "vm") == 20);
	dlab_calibration_free(&c);
	free(dir);
}

/* ---- figures and file */

static void the_interval_is_clopper_and_pearsons(void)
{
	/* 1 - 0.05^(1/100) */
	CHECK_NEAR(dlab_calibration_upper(0, 100), 0.029513, 1e-6);
	CHECK_NEAR(dlab_calibration_upper(0, 1), 0.95, 1e-9);
	/* R: binom.test(2, 100, alternative = "less")$conf.int */
	CHECK_NEAR(dlab_calibration_upper(2, 100), 0.0616, 5e-5);
	/* where GSL's inverse of the distribution does not converge */
	CHECK(dlab_calibration_upper(999999998, 1000000000) > 0.999);
	CHECK(dlab_calibration_upper(1, 1000000000) < 1e-8);
	CHECK_NUM(dlab_calibration_upper(5, 5), 1);
	CHECK_NUM(dlab_calibration_upper(0, 0), 1);
}

static void one_that_is_missed_ends_the_smallest(void)
{
	struct dlab_calibration_plant plants[] = {
		{ "vm", 1, 9, 6 },
		{ "vm", 3, 9, 5 },
		{ "vm", 5, 9, 6 },
		{ "vm", 9, 9, 6 },
	};
	struct dlab_calibration c = { .plants = plants, .nr_plants = 4 };

	CHECK(dlab_calibration_smallest(&c, "vm") == 5);
	plants[3].found = 0;
	CHECK(dlab_calibration_smallest(&c, "vm") == 0);
}

static void the_file_holds_it_all(void)
{
	struct dlab_calibration_rate same[] = {
		{ "vm", 20, 0, 380, 380, 0, NAN, NAN, { 0 } },
	};
	struct dlab_calibration_rate rebuilds[] = {
		{ "vm", 8, 1, 160, 150, 2, 12, 0.003, { 10, 5, 2, 1, 0, 0 } },
	};
	struct dlab_calibration_plant plants[] = { { "vm", 3, 20, 15 } };
	struct dlab_calibration c = {
		.created = "2026-11-20T10:15:00Z",
		.kernel = "6.12.117",
		.config = "c0ffee",
		.compiler = "gcc",
		.qemu = "",
		.module = "0123",
		.same = { same, 1 },
		.rebuilds = { rebuilds, 1 },
		.plants = plants,
		.nr_plants = 1,
	};
	struct dlab_calibration back;
	char *path = path_of("calibration.json");

	CHECK(dlab_calibration_load(path, &back, &err) == -ENOENT);
	CHECK(!dlab_calibration_write(&c, path, &err));
	CHECK(!dlab_calibration_load(path, &back, &err));
	CHECK_STR(back.kernel, "6.12.117");
	CHECK_STR(back.config, "c0ffee");
	CHECK_STR(back.qemu, "");
	CHECK(back.same.nr == 1 && back.same.v[0].pairs == 380);
	CHECK(isnan(back.same.v[0].largest_abs));
	CHECK(back.rebuilds.nr == 1 && back.rebuilds.v[0].wrong == 2);
	CHECK_NUM(back.rebuilds.v[0].largest_rel, 0.003);
	CHECK(back.rebuilds.v[0].at[2] == 2);
	CHECK(!back.time.nr);
	CHECK(back.nr_plants == 1 && back.plants[0].found == 15);
	dlab_calibration_free(&back);
}

static void other_files_are_refused(void)
{
	static const char *const bad[] = {
		"",
		"[]",
		"{\"schema\":2}",
		"{\"schema\":1,\"created\":3}",
		"{\"schema\":1,\"created\":\"\",\"kernel\":\"\",\"config\":\"\","
		"\"compiler\":\"\",\"qemu\":\"\",\"module\":\"\",\"same_binaries\":[{}],"
		"\"neutral_rebuilds\":[],\"planted\":[],\"time\":[]}",
		"{\"schema\":1,\"created\":\"\",\"kernel\":\"\",\"config\":\"\","
		"\"compiler\":\"\",\"qemu\":\"\",\"module\":\"\",\"same_binaries\":[],"
		"\"neutral_rebuilds\":[],\"planted\":[],\"time\":\"never\"}",
	};
	struct dlab_calibration c;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(dlab_calibration_parse("x.json", bad[i], strlen(bad[i]),
					     &c, &err) == -EINVAL);
}

int main(void)
{
	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(boots_that_agree_give_no_false_positive);
	RUN(boots_that_differ_are_counted_by_topology);
	RUN(other_binaries_are_refused_by_name);
	RUN(what_ran_after_other_cases_is_not_judged);
	RUN(rebuilds_are_held_against_their_base);
	RUN(the_smallest_plant_is_found);
	RUN(another_kernel_is_refused_by_name);
	RUN(a_cost_on_some_operations_is_a_difference);
	RUN(what_rebuilds_move_by_is_no_effect);
	RUN(rebuilds_that_move_nothing_raise_nothing);
	RUN(another_lab_s_calibration_raises_nothing);
	RUN(configurations_are_compared_by_what_is_set);
	RUN(a_plant_below_what_rebuilds_move_by_is_missed);
	RUN(the_interval_is_clopper_and_pearsons);
	RUN(one_that_is_missed_ends_the_smallest);
	RUN(the_file_holds_it_all);
	RUN(other_files_are_refused);
	fake_rmdir(tmp);
	dlab_metrics_free(&metrics);
	return test_end();
}
