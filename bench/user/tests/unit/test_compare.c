// SPDX-License-Identifier: GPL-2.0-only
/*
 * Verdicts with known answers: identical runs, planted shifts, what must be
 * refused, what cannot be known yet, and how often A/A is called a regression.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "verdict/compare.h"
#include "fakerun.h"
#include "verdict/judge.h"
#include "verdict/lists.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"
#define SG "map/scattered[path=sg,size=4k]"
#define ID "map/scattered@vm-vtd-strict[path=page,size=4k]"

/* Of their own, so that these tests do not depend on what is tuned. */
static const char metrics_ini[] =
	"[op_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\nabout = x\n"
	"[map_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\npart_of = op_insns\nabout = x\n"
	"[unmap_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\npart_of = op_insns\nabout = x\n"
	FAKE_METRICS;

static struct dlab_metrics metrics;
static struct dlab_comparison c;
static struct dlab_err err;
static char *tmp;
static const char *noise[2];

static struct fake_run *new_run(const char *name)
{
	if (!tmp)
		tmp = fake_tmpdir();
	return fake_run_new(tmp, name);
}

/* Writes both runs and compares them; *@ret is dlab_compare()'s. */
static int compare_with(struct dlab_compare_request *req, struct fake_run *a,
			struct fake_run *b)
{
	char *dir_a = fake_run_write(a);
	char *dir_b = b ? fake_run_write(b) : strdup(dir_a);
	int ret;

	req->dir_a = dir_a;
	req->dir_b = dir_b;
	ret = dlab_compare(req, &metrics, &c, &err);
	if (ret)
		memset(&c, 0, sizeof(c));
	free(dir_a);
	free(dir_b);
	return ret;
}

static int compare_along(const char *axis, struct fake_run *a,
			 struct fake_run *b)
{
	struct dlab_compare_request req = { 0 };

	CHECK(!dlab_axis_parse(axis, NULL, NULL, &req.axis, &err));
	return compare_with(&req, a, b);
}

static int compare(struct fake_run *a, struct fake_run *b)
{
	return compare_along("kernel", a, b);
}

static int compare_key(const char *axis, const char *from, const char *to,
		       struct fake_run *a, struct fake_run *b)
{
	struct dlab_compare_request req = { 0 };

	CHECK(!dlab_axis_parse(axis, from, to, &req.axis, &err));
	return compare_with(&req, a, b);
}

static void done(void)
{
	dlab_comparison_free(&c);
	fake_rmdir(tmp);
	tmp = NULL;
}

static const struct dlab_figure *figure(const char *id, const char *metric)
{
	static const struct dlab_metric no_metric;
	static const struct dlab_figure none = { .metric = &no_metric };

	for (size_t i = 0; i < c.nr_figures; i++)
		if (!strcmp(c.figures[i].id_a, id) &&
		    !strcmp(c.figures[i].metric->name, metric))
			return &c.figures[i];
	test_bad = true;
	TEST_NOTE("there is no figure %s of %s", metric, id);
	return &none;
}

/* A run with one counting boot and one case. */
static struct fake_run *counted(const char *name, double op, double flushes)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", op, 300);
	fake_constant(b, CASE, "iotlb_flush", flushes, 1);
	return r;
}

/* A run with one timing boot for each of the medians. */
static struct fake_run *timed(const char *name, const double *v, size_t boots)
{
	struct fake_run *r = new_run(name);

	for (size_t i = 0; i < boots; i++)
		fake_constant(fake_boot_add(r, "vm-vtd-strict", "time",
					    (unsigned int)i + 1),
			      CASE, "iops", v[i], 3);
	return r;
}

/* ---- exact metrics */

static void identical_runs_are_the_same(void)
{
	CHECK(!compare(counted("a", 2601, 1), counted("b", 2601, 1)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_SAME);
	CHECK(figure(ID, "op_insns")->identical);
	CHECK(figure(ID, "iotlb_flush")->verdict == DLAB_EXPLAINS);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	CHECK(!c.differs.nr);
	done();
}

static void twenty_instructions_are_found_exactly(void)
{
	CHECK(!compare(counted("a", 2601, 1), counted("b", 2621, 2)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	CHECK_NUM(figure(ID, "op_insns")->diff, 20);
	CHECK_NUM(figure(ID, "op_insns")->diff_total, 20);
	CHECK(figure(ID, "iotlb_flush")->verdict == DLAB_EXPLAINS);
	CHECK_NUM(figure(ID, "iotlb_flush")->diff, 1);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
	CHECK(!compare(counted("a", 2621, 1), counted("b", 2601, 1)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_BETTER);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	done();
}

static void below_the_minimum_effect_is_the_same(void)
{
	CHECK(!compare(counted("a", 2601, 1), counted("b", 2603, 1)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_SAME);
	CHECK(!figure(ID, "op_insns")->identical);
	done();
	CHECK(!compare(counted("a", 2601, 1), counted("b", 2604, 1)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	done();
}

/* Every 256th of 512 operations drains a queue. */
static struct fake_run *draining(const char *name, double drain)
{
	struct fake_run *r = new_run(name);
	double v[512];

	for (int i = 0; i < 512; i++)
		v[i] = 1964 + (i % 256 == 255 ? drain : 0);
	fake_samples(fake_boot_add(r, "vm-vtd-strict", "count", 1), CASE,
		     "op_insns", v, 512);
	return r;
}

static void a_cost_on_every_kth_call_is_seen_in_the_total(void)
{
	CHECK(!compare(draining("a", 30000), draining("b", 34096)));
	CHECK_NUM(figure(ID, "op_insns")->diff, 0);
	CHECK_NUM(figure(ID, "op_insns")->diff_total, 16);
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	done();
}

static void boots_that_disagree_are_reported(void)
{
	struct fake_run *a = new_run("a");

	fake_constant(fake_boot_add(a, "vm-vtd-strict", "count", 1), CASE,
		      "op_insns", 2601, 300);
	fake_constant(fake_boot_add(a, "vm-vtd-strict", "count", 2), CASE,
		      "op_insns", 2605, 300);
	CHECK(!compare(a, counted("b", 2603, 1)));
	CHECK_SAYS(figure(ID, "op_insns")->note, "not exact: boots of A");
	CHECK(figure(ID, "op_insns")->verdict == DLAB_SAME);
	CHECK(!figure(ID, "op_insns")->identical);
	done();
}

static void another_number_of_operations_is_no_verdict(void)
{
	struct fake_run *a = new_run("a");

	fake_constant(fake_boot_add(a, "vm-vtd-strict", "count", 1), CASE,
		      "op_insns", 2601, 200);
	CHECK(!compare(a, counted("b", 2601, 1)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_INCONCLUSIVE);
	CHECK_SAYS(figure(ID, "op_insns")->note, "number of operations");
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

/* Two cases, the first of which runs only in some runs. */
static struct fake_run *after(const char *name, const char *before, double op)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	if (before)
		fake_outcome(b, SG, before, "");
	fake_constant(b, CASE, "op_insns", op, 300);
	return r;
}

/* The same where every case starts from one state. */
static struct fake_run *in_state(const char *name, const char *before, double op)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_boot_effective(b, "case_state", "1");
	if (before)
		fake_outcome(b, SG, before, "");
	fake_constant(b, CASE, "op_insns", op, 300);
	return r;
}

static void from_a_defined_state_nothing_that_ran_before_counts(void)
{
	CHECK(!compare(in_state("a", NULL, 2601), in_state("b", "ok", 2641)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	done();
	CHECK(!compare(in_state("a", "skip", 2641), in_state("b", "ok", 2601)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_BETTER);
	done();
}

static void what_ran_before_is_part_of_an_exact_figure(void)
{
	CHECK(!compare(after("a", NULL, 2601), after("b", "ok", 2641)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_INCONCLUSIVE);
	CHECK_SAYS(figure(ID, "op_insns")->note, "other cases ran before");
	done();
	CHECK(!compare(after("a", "ok", 2601), after("b", "skip", 2641)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_INCONCLUSIVE);
	done();
	CHECK(!compare(after("a", "ok", 2601), after("b", "ok", 2641)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	done();
	/* it did no harm */
	CHECK(!compare(after("a", NULL, 2601), after("b", "ok", 2601)));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_SAME);
	done();
}

/* ---- cases */

static const struct dlab_pair *pair(const char *id)
{
	static const struct dlab_metric no_metric = { .name = "none" };
	static const struct dlab_figure no_figure = { .metric = &no_metric };
	static const struct dlab_pair none = { .main = &no_figure };

	for (size_t i = 0; i < c.nr_pairs; i++)
		if (!strcmp(c.pairs[i].id_a, id))
			return &c.pairs[i];
	test_bad = true;
	TEST_NOTE("there is no case %s", id);
	return &none;
}

/* A run with a case that is measured in phases; @op 0: not as a whole. */
static struct fake_run *phases(const char *name, double op, double map,
			       double unmap)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "map_insns", map, 300);
	fake_constant(b, CASE, "unmap_insns", unmap, 300);
	if (op > 0)
		fake_constant(b, CASE, "op_insns", op, 300);
	return r;
}

static char *text_of(void (*print)(const struct dlab_comparison *, FILE *))
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	print(&c, f);
	fclose(f);
	return text;
}

/* One phase became dearer, and the operation cheaper: path sg to iova-batch. */
static void the_whole_operation_is_what_is_judged(void)
{
	char *text;

	CHECK(!compare(phases("a", 11916, 1464, 2000),
		       phases("b", 6784, 3879, 1000)));
	CHECK(pair(ID)->verdict == DLAB_BETTER && !pair(ID)->moved);
	CHECK_STR(pair(ID)->main->metric->name, "op_insns");
	CHECK(figure(ID, "map_insns")->verdict == DLAB_EXPLAINS);
	CHECK_NUM(figure(ID, "map_insns")->diff, 2415);
	CHECK(dlab_count_pairs(&c, DLAB_WORSE) == 0);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "NO REGRESSION: 0 cases worse, 1 better");
	CHECK_SAYS(text, "why map_insns ");
	free(text);
	done();
	/* and the reverse: a saving in one phase hides nothing */
	CHECK(!compare(phases("a", 6784, 3879, 1000),
		       phases("b", 11916, 1464, 2000)));
	CHECK(pair(ID)->verdict == DLAB_WORSE);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
}

static void cost_that_moved_between_phases_is_no_verdict(void)
{
	char *text;

	CHECK(!compare(phases("a", 2601, 554, 1500),
		       phases("b", 2602, 529, 1525)));
	CHECK(pair(ID)->verdict == DLAB_SAME && pair(ID)->moved);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "0 cases worse, 0 better, 0 inconclusive, 1 with cost");
	CHECK_SAYS(text, "moved: map -25, unmap +25 insns");
	free(text);
	done();
	CHECK(!compare(phases("a", 2601, 554, 1500),
		       phases("b", 2601, 553, 1501)));
	CHECK(!pair(ID)->moved);
	done();
	/* what came to a phase from nowhere did not move */
	CHECK(!compare(phases("a", 2601, 554, 1500),
		       phases("b", 2603, 554, 1505)));
	CHECK(pair(ID)->verdict == DLAB_SAME && !pair(ID)->moved);
	done();
}

static void phases_are_judged_where_the_whole_is_not_known(void)
{
	CHECK(!compare(phases("a", 0, 554, 1500), phases("b", 0, 529, 1525)));
	CHECK(figure(ID, "map_insns")->verdict == DLAB_BETTER);
	CHECK(figure(ID, "unmap_insns")->verdict == DLAB_WORSE);
	CHECK(pair(ID)->verdict == DLAB_WORSE);
	CHECK_STR(pair(ID)->main->metric->name, "unmap_insns");
	done();
	/* on one side is not on both */
	CHECK(!compare(phases("a", 0, 554, 1500),
		       phases("b", 2601, 554, 1525)));
	CHECK(pair(ID)->verdict == DLAB_WORSE);
	done();
}

static void phases_of_times_explain_and_take_no_part_in_the_correction(void)
{
	struct fake_run *run[2];

	/* 4 boots tell one figure; if its phase were tested, too, they do not */
	for (int side = 0; side < 2; side++) {
		run[side] = new_run(side ? "b" : "a");
		for (unsigned int n = 1; n <= 4; n++) {
			struct fake_boot *b = fake_boot_add(
				run[side], "vm-vtd-strict", "time", n);

			fake_bucket(b, CASE, "op_ns", side ? 800 + n : 1000 + n,
				    50);
			fake_bucket(b, CASE, "unmap_ns", 500 + n, 50);
		}
	}
	CHECK(!compare(run[0], run[1]));
	CHECK(figure(ID, "unmap_ns")->verdict == DLAB_EXPLAINS);
	CHECK(isnan(figure(ID, "unmap_ns")->q));
	CHECK_NUM(figure(ID, "op_ns")->q, figure(ID, "op_ns_p99")->q);
	done();
}

static void a_case_has_one_verdict(void)
{
	const double worse[] = { 900, 903, 898, 905, 901 };
	const double wide[] = { 900, 1100, 1000, 950, 1050 };
	struct fake_run *run[2];

	for (int side = 0; side < 2; side++) {
		run[side] = new_run(side ? "b" : "a");
		for (unsigned int n = 0; n < 5; n++) {
			struct fake_boot *b = fake_boot_add(
				run[side], "vm-vtd-strict", "time", n + 1);

			fake_constant(b, CASE, "iops",
				      side ? 2 * worse[n] : worse[n], 3);
			fake_constant(b, SG, "iops",
				      side ? 2 * worse[n] : worse[n], 3);
			fake_constant(b, CASE, "op_ns",
				      side ? 2 * worse[n] : worse[n], 3);
			fake_constant(b, SG, "op_ns", wide[n], 3);
		}
	}
	CHECK(!compare(run[0], run[1]));
	CHECK(figure(ID, "iops")->verdict == DLAB_BETTER);
	CHECK(pair(ID)->verdict == DLAB_WORSE);
	CHECK(pair("map/scattered@vm-vtd-strict[path=sg,size=4k]")->verdict ==
	      DLAB_INCONCLUSIVE);
	CHECK(dlab_count_pairs(&c, DLAB_BETTER) == 0);
	done();
}

/* Instructions do not count what it waits for the hardware. */
static void work_that_instructions_do_not_show_is_told(void)
{
	char *text;

	CHECK(!compare(counted("a", 2601, 1), counted("b", 2601, 2)));
	CHECK(pair(ID)->verdict == DLAB_SAME && pair(ID)->unseen);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, ", 1 with more work that");
	CHECK_SAYS(text, "MORE WORK THAT INSTRUCTIONS DO NOT SHOW");
	CHECK_SAYS(text, "why iotlb_flush ");
	free(text);
	done();
	CHECK(!compare(counted("a", 2601, 1), counted("b", 2501, 2)));
	CHECK(pair(ID)->verdict == DLAB_BETTER && pair(ID)->unseen);
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "MORE WORK THAT INSTRUCTIONS DO NOT SHOW");
	free(text);
	done();
	/* one that costs instructions is a regression as ever */
	CHECK(!compare(counted("a", 2601, 1), counted("b", 3161, 2)));
	CHECK(pair(ID)->verdict == DLAB_WORSE);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
	CHECK(!compare(counted("a", 2601, 2), counted("b", 2601, 1)));
	CHECK(!pair(ID)->unseen);
	done();
}

/* ---- over boots */

static void a_shift_over_boots_is_found(void)
{
	const double a[] = { 1000, 1005, 1010, 1002, 998 };
	const double b[] = { 900, 903, 898, 905, 901 };

	/* fewer IOPS are worse */
	CHECK(!compare(timed("a", a, 5), timed("b", b, 5)));
	CHECK(figure(ID, "iops")->verdict == DLAB_WORSE);
	CHECK_NEAR(figure(ID, "iops")->p, 2.0 / 252, 1e-12);
	CHECK(figure(ID, "iops")->diff < -90);
	done();
	CHECK(!compare(timed("a", b, 5), timed("b", a, 5)));
	CHECK(figure(ID, "iops")->verdict == DLAB_BETTER);
	done();
}

static void same_is_shown_by_the_interval(void)
{
	const double a[] = { 1000, 1005, 1010, 1002, 998 };
	const double b[] = { 1001, 1004, 1008, 999, 1003 };
	const double wide[] = { 900, 1100, 1000, 950, 1050 };

	CHECK(!compare(timed("a", a, 5), timed("b", b, 5)));
	CHECK(figure(ID, "iops")->verdict == DLAB_SAME);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	done();
	/* no difference found, but none excluded either */
	CHECK(!compare(timed("a", wide, 5), timed("b", wide, 5)));
	CHECK(figure(ID, "iops")->verdict == DLAB_INCONCLUSIVE);
	CHECK(figure(ID, "iops")->boots_needed > 5);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

static void too_few_boots_say_how_many_are_needed(void)
{
	const double a[] = { 1000, 1005, 1010 }, b[] = { 500, 503, 498 };

	CHECK(!compare(timed("a", a, 3), timed("b", b, 3)));
	CHECK(figure(ID, "iops")->verdict == DLAB_INCONCLUSIVE);
	CHECK(figure(ID, "iops")->boots_needed == 4);
	done();
	CHECK(!compare(timed("a", a, 1), timed("b", b, 1)));
	CHECK(figure(ID, "iops")->boots_needed == 4);
	done();
}

/* Whole I/Os, by both instruments, on so many boots. */
static struct fake_run *of_io(const char *name, unsigned int boots, double cpu,
			      double usual)
{
	struct fake_run *r = new_run(name);

	for (unsigned int n = 1; n <= boots; n++) {
		struct fake_boot *b =
			fake_boot_add(r, "vm-vtd-strict", "iocount", n);

		fake_constant(b, "io", "cpu_insns_per_io", cpu + n, 100);
		if (usual > 0)
			fake_constant(b, "io", "io_insns", usual, 1);
	}
	return r;
}

#define IO "io@vm-vtd-strict"

static void too_few_boots_are_left_to_the_exact_form(void)
{
	const struct dlab_figure *g;
	char *text;

	CHECK(!compare(of_io("a", 1, 9000, 8000), of_io("b", 1, 9900, 8000)));
	g = figure(IO, "cpu_insns_per_io");
	CHECK(g->verdict == DLAB_FEW_BOOTS && g->boots_needed == 4);
	CHECK_STR(g->note, "1 boot; needs 4");
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "NO REGRESSION: 0 cases worse, 0 better, 0 inconclusive\n");
	CHECK_SAYS(text, "Not judged: cpu_insns_per_io of 1 case, " IO
			 ": 1 boot; needs 4.\nio_insns, which counts");
	free(text);
	done();
	CHECK(!compare(of_io("a", 1, 9000, 8000), of_io("b", 1, 9000, 8400)));
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
}

static void enough_boots_are_judged_beside_the_exact_form(void)
{
	CHECK(!compare(of_io("a", 5, 9000, 8000), of_io("b", 5, 9900, 8000)));
	CHECK(figure(IO, "cpu_insns_per_io")->verdict == DLAB_WORSE);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
}

static void too_few_boots_without_the_exact_form_are_inconclusive(void)
{
	CHECK(!compare(of_io("a", 1, 9000, 0), of_io("b", 1, 9000, 0)));
	CHECK(figure(IO, "cpu_insns_per_io")->verdict == DLAB_INCONCLUSIVE);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

static void the_correction_counts_every_figure(void)
{
	struct fake_run *run[2];

	/* 100 cases, one of which differs: 4 boots cannot tell, 8 would */
	for (int side = 0; side < 2; side++) {
		run[side] = new_run(side ? "b" : "a");
		for (unsigned int boot = 1; boot <= 4; boot++) {
			struct fake_boot *b = fake_boot_add(
				run[side], "vm-vtd-strict", "time", boot);

			for (int i = 0; i < 100; i++) {
				char id[64];

				snprintf(id, sizeof(id), "io/x[n=%d]", i);
				fake_constant(b, id, "iops",
					      i || !side ? 1000 + boot :
							   500 + boot,
					      1);
			}
		}
	}
	CHECK(!compare(run[0], run[1]));
	CHECK(figure("io/x@vm-vtd-strict[n=0]", "iops")->verdict ==
	      DLAB_INCONCLUSIVE);
	/* 2 / C(14,7) > 0.05 / 100 >= 2 / C(16,8) */
	CHECK(figure("io/x@vm-vtd-strict[n=0]", "iops")->boots_needed == 8);
	CHECK(figure("io/x@vm-vtd-strict[n=1]", "iops")->verdict == DLAB_SAME);
	done();
}

static void emulated_times_are_never_judged(void)
{
	struct fake_run *run[2];

	for (int side = 0; side < 2; side++) {
		struct fake_boot *b;

		run[side] = new_run(side ? "b" : "a");
		b = fake_boot_add(run[side], "vm-vtd-strict", "time", 1);
		fake_boot_emulated(b);
		fake_bucket(b, CASE, "op_ns", side ? 2048 : 1024, 100);
	}
	CHECK(!compare(run[0], run[1]));
	CHECK(figure(ID, "op_ns")->verdict == DLAB_EMULATED);
	CHECK(figure(ID, "op_ns_p99")->verdict == DLAB_EMULATED);
	CHECK_NUM(figure(ID, "op_ns")->diff, 1024);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

/* ---- noise */

static int compare_noisy(double a, double b, double n1, double n2)
{
	struct dlab_compare_request req = { .noise = noise, .nr_noise = 2 };
	int ret;

	noise[0] = fake_run_write(counted("n1", n1, 1));
	noise[1] = fake_run_write(counted("n2", n2, 1));
	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err));
	ret = compare_with(&req, counted("a", a, 1), counted("b", b, 1));
	free((char *)noise[0]);
	free((char *)noise[1]);
	return ret;
}

static void what_a_a_runs_show_is_noise(void)
{
	CHECK(!compare_noisy(2601, 2641, 2600, 2640));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_SAME);
	CHECK(c.nr_noise == 2);
	done();
	CHECK(!compare_noisy(2601, 2642, 2600, 2640));
	CHECK(figure(ID, "op_insns")->verdict == DLAB_WORSE);
	done();
}

/* ---- what may differ */

static void only_the_axis_may_differ(void)
{
	struct fake_run *b = counted("b", 2601, 1);
	char *text;

	fake_run_fingerprint(b, "kernel_commit", "fedcba");
	CHECK(!compare(counted("a", 2601, 1), b));
	CHECK(c.differs.nr == 1);
	CHECK_SAYS(c.differs.v[0], "kernel_commit");
	done();

	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "kernel_local_changes", "since 01: 3 files");
	CHECK(!compare(counted("a", 2601, 1), b));
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "with local changes since 01: 3 files)");
	free(text);
	done();

	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "qemu", "QEMU emulator version 10.0.2");
	fake_run_fingerprint(b, "compiler", NULL);
	CHECK(compare(counted("a", 2601, 1), b) == -EPERM);
	CHECK_SAYS(err.text, "qemu: QEMU emulator version 7.2.22 -> QEMU");
	CHECK_SAYS(err.text,
		   "compiler: gcc (Debian 12.2.0-14) 12.2.0 -> (none)");
	done();

	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "module_source_sha256", "fedcba");
	CHECK(compare(counted("a", 2601, 1), b) == -EPERM);
	done();

	/* the module is built anew for each kernel; the lab only runs it */
	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "module_sha256", "fedcba");
	fake_run_fingerprint(b, "dlab_commit", "fedcba");
	CHECK(!compare(counted("a", 2601, 1), b));
	CHECK(c.differs.nr == 2);
	CHECK_SAYS(c.differs.v[0],
		   "dlab_commit: (none) -> fedcba (noted only)");
	done();

	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "kernel_commit", "fedcba");
	CHECK(compare_along("qemu", counted("a", 2601, 1), b) == -EPERM);
	CHECK_SAYS(err.text, "on axis qemu");
	done();
}

static void make_dir(const char *path)
{
	CHECK(!mkdir(path, 0755) || errno == EEXIST);
}

/* A run of another base in @parents, each of which is in the one before. */
static struct fake_run *run_in(const char *parents, const char *base)
{
	struct fake_run *r;
	char dir[256];

	if (!tmp)
		tmp = fake_tmpdir();
	snprintf(dir, sizeof(dir), "%s/%s", tmp, parents);
	for (char *p = dir + strlen(tmp) + 1; (p = strchr(p, '/'));
	     *p++ = '/') {
		*p = '\0';
		make_dir(dir);
	}
	r = fake_run_new(dir, "a");
	fake_constant(fake_boot_add(r, "vm-vtd-strict", "count", 1), CASE,
		      "op_insns", 2601, 300);
	fake_run_fingerprint(r, "base", base);
	return r;
}

static struct fake_run *of_base(const char *base)
{
	struct fake_run *r = counted("b", 2601, 1);

	fake_run_fingerprint(r, "base", base);
	return r;
}

/* The directories @parents hold a history, which has its runs beside it. */
static struct fake_run *run_of_history(const char *parents, const char *base)
{
	char path[256];
	struct fake_run *r;
	FILE *f;

	snprintf(path, sizeof(path), "%s/runs", parents);
	r = run_in(path, base);
	snprintf(path, sizeof(path), "%s/%s/commits.tsv", tmp, parents);
	f = fopen(path, "w");
	CHECK(f && !fclose(f));
	return r;
}

static void a_reference_is_of_one_base(void)
{
	CHECK(!compare(run_in("baseline", "6.12.117"), of_base("6.12.117")));
	done();
	CHECK(compare(run_in("baseline", "6.12.117"), of_base("6.12.120")) ==
	      -EPERM);
	CHECK_SAYS(err.text, "base: 6.12.117 -> 6.12.120 (one is a reference)");
	done();
	CHECK(compare(run_of_history("baseline/series", "6.12.117"),
		      of_base("6.12.120")) == -EPERM);
	CHECK_SAYS(err.text, "(one is a reference)");
	done();
	CHECK(!compare(counted("a", 2601, 1), of_base("6.12.120")));
	done();
}

static void a_checkout_called_baseline_is_no_reference(void)
{
	static const char *const parents[] = { "baseline/runs",
					       "baseline/results/runs",
					       "baseline/lab/results/runs" };

	for (size_t i = 0; i < sizeof(parents) / sizeof(*parents); i++) {
		CHECK(!compare(run_in(parents[i], "6.12.117"),
			       of_base("6.12.120")));
		done();
	}
	CHECK(!compare(run_of_history("baseline/lab/results/history/series",
				      "6.12.117"),
		       of_base("6.12.120")));
	done();
}

static void config_symbols_that_one_side_has_are_listed(void)
{
	struct fake_run *a = counted("a", 2601, 1), *b = counted("b", 2601, 1);

	fake_run_file(a, "kernel.config",
		      "CONFIG_A=y\n# CONFIG_B is not set\n");
	fake_run_file(b, "kernel.config",
		      "# CONFIG_B is not set\nCONFIG_A=y\nCONFIG_NEW=m\n");
	fake_run_fingerprint(b, "kernel_config_sha256", "decaf");
	CHECK(!compare(a, b));
	CHECK(c.differs.nr == 2);
	CHECK_STR(c.differs.v[1], "only B has CONFIG_NEW");
	done();

	a = counted("a", 2601, 1);
	b = counted("b", 2601, 1);
	fake_run_file(a, "kernel.config", "CONFIG_KASAN=y\n");
	fake_run_file(b, "kernel.config", "# CONFIG_KASAN is not set\n");
	fake_run_fingerprint(b, "kernel_config_sha256", "decaf");
	CHECK(compare(a, b) == -EPERM);
	CHECK_SAYS(err.text, "CONFIG_KASAN: y -> n");
	done();

	b = counted("b", 2601, 1);
	fake_run_fingerprint(b, "kernel_config_sha256", "decaf");
	CHECK(compare(counted("a", 2601, 1), b) == -ENOENT);
	CHECK_SAYS(err.text, "kernel.config");
	done();
}

static struct fake_run *effective(const char *name, const char *key,
				  const char *value)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_boot_effective(b, "domain", "DMA");
	fake_boot_effective(b, key, value);
	fake_constant(b, CASE, "op_insns", 2601, 300);
	return r;
}

static struct fake_run *clocked(const char *name, const char *kind,
				bool emulated, const char *clock)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", 2601, 300);
	b = fake_boot_add(r, "vm-vtd-lazy", kind, 1);
	if (emulated)
		fake_boot_emulated(b);
	fake_boot_effective(b, "clocksource", clock);
	return r;
}

/* A busy host takes it away. */
static void the_clock_of_emulated_times_may_differ(void)
{
	CHECK(!compare(clocked("a", "time", true, "tsc"),
		       clocked("b", "time", true, "hpet")));
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	CHECK_SAYS(c.differs.v[0], "clocksource on vm-vtd-lazy: tsc -> hpet");
	done();
	CHECK(compare(clocked("a", "time", false, "tsc"),
		      clocked("b", "time", false, "hpet")) == -EPERM);
	done();
	CHECK(compare(clocked("a", "count", true, "tsc"),
		      clocked("b", "count", true, "hpet")) == -EPERM);
	done();
}

static void what_was_effective_must_agree(void)
{
	CHECK(compare(effective("a", "domain", "DMA"),
		      effective("b", "domain", "DMA-FQ")) == -EPERM);
	CHECK_SAYS(err.text, "domain on vm-vtd-strict: DMA -> DMA-FQ");
	done();
	/* these are measured, or belong to the kernel */
	CHECK(!compare(effective("a", "loop_ticks", "1000011"),
		       effective("b", "loop_ticks", "1000012")));
	done();
	CHECK(!compare(effective("a", "kernel_version", "#1 SMP"),
		       effective("b", "kernel_version", "#2 SMP")));
	done();
}

static struct fake_run *tainted(const char *name, const char *why)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	if (why)
		fake_boot_taint(b, why);
	fake_constant(b, CASE, "op_insns", 2601, 300);
	return r;
}

static void a_tainted_run_compares_with_its_like(void)
{
	CHECK(compare(tainted("a", NULL), tainted("b", "kasan")) == -EPERM);
	CHECK_SAYS(err.text, "only b is tainted (kasan)");
	done();
	CHECK(compare(tainted("a", "lockdep"), tainted("b", "kasan")) ==
	      -EPERM);
	done();
	CHECK(!compare(tainted("a", "kasan"), tainted("b", "kasan")));
	CHECK(c.taints.nr == 1);
	CHECK_STR(c.taints.v[0], "kasan");
	done();
}

static void times_of_two_hosts_do_not_compare(void)
{
	const double v[] = { 1000, 1001, 1002, 1003 };
	struct fake_run *b = timed("b", v, 4);

	fake_run_host(b, "cpu", "another");
	CHECK(compare(timed("a", v, 4), b) == -EPERM);
	CHECK_SAYS(err.text, "--instrument count");
	done();
	b = counted("b", 2601, 1);
	fake_run_host(b, "cpu", "another");
	CHECK(!compare(counted("a", 2601, 1), b));
	done();
}

/* ---- axes within a run */

static struct fake_run *two_paths(const char *name)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", 2616, 300);
	fake_constant(b, SG, "op_insns", 3221, 300);
	fake_constant(b, "map/scattered[path=null,size=4k]", "op_insns", 10,
		      300);
	fake_constant(b, "map/scattered[path=sg,size=64k]", "op_insns", 13132,
		      300);
	b = fake_boot_add(r, "vm-vtd-lazy", "count", 1);
	fake_constant(b, CASE, "op_insns", 1964, 300);
	return r;
}

static void paths_of_one_run_are_paired(void)
{
	CHECK(!compare_key("path", "sg", "page", two_paths("a"), NULL));
	CHECK(c.nr_figures == 1 && !c.nr_changes);
	CHECK_STR(c.figures[0].id_a,
		  "map/scattered@vm-vtd-strict[path=sg,size=4k]");
	CHECK_STR(c.figures[0].id_b, ID);
	CHECK_NUM(c.figures[0].diff, 2616 - 3221);
	CHECK(c.figures[0].verdict == DLAB_BETTER);
	done();
}

static void topologies_of_one_run_are_paired(void)
{
	CHECK(!compare_key("topology", "vm-vtd-lazy", "vm-vtd-strict",
			   two_paths("a"), NULL));
	CHECK(c.nr_figures == 1);
	CHECK_NUM(c.figures[0].diff, 2616 - 1964);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_REGRESSION);
	done();
}

static void a_key_must_match_whole(void)
{
	CHECK(compare_key("pat", "sg", "page", two_paths("a"), NULL) ==
	      -ENOENT);
	done();
	CHECK(compare_key("path", "s", "page", two_paths("a"), NULL) ==
	      -ENOENT);
	CHECK_SAYS(err.text, "nothing to compare on axis path");
	done();
}

static void a_hint_axis_refuses_another_kernel(void)
{
	struct fake_run *b = two_paths("b");

	fake_run_fingerprint(b, "kernel_commit", "fedcba");
	CHECK(compare_key("path", "sg", "page", two_paths("a"), b) == -EPERM);
	CHECK_SAYS(err.text, "on axis path these must agree");
	done();
}

static void axes_are_parsed(void)
{
	struct dlab_axis axis;

	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &axis, &err));
	CHECK(dlab_axis_parse("kernel", "a", "b", &axis, &err) == -EINVAL);
	CHECK(dlab_axis_parse("path", NULL, "b", &axis, &err) == -EINVAL);
	CHECK_SAYS(err.text, "--from and --to");
	CHECK(dlab_axis_parse("Kernel!", NULL, NULL, &axis, &err) == -EINVAL);
	CHECK_SAYS(err.text, "there are kernel, module");
}

/* ---- how cases ended */

static struct fake_run *ended(const char *name, const char *status,
			      const char *reason)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, SG, "op_insns", 3221, 300);
	if (strcmp(status, "ok"))
		fake_outcome(b, CASE, status, reason);
	else
		fake_constant(b, CASE, "op_insns", 2601, 300);
	return r;
}

static void change_is(const char *from, const char *to,
		      enum dlab_change_kind kind, enum dlab_result result)
{
	CHECK(!compare(ended("a", from, "why a"), ended("b", to, "why b")));
	CHECK(c.nr_changes == 1);
	if (c.nr_changes == 1) {
		CHECK(c.changes[0].kind == kind);
		CHECK_STR(c.changes[0].id, ID);
	}
	CHECK(dlab_comparison_result(&c) == result);
	done();
}

static void changes_of_status_have_their_words(void)
{
	change_is("ok", "crash", DLAB_BROKE, DLAB_RESULT_REGRESSION);
	change_is("ok", "timeout", DLAB_BROKE, DLAB_RESULT_REGRESSION);
	change_is("skip", "fail", DLAB_BROKE, DLAB_RESULT_REGRESSION);
	change_is("ok", "skip", DLAB_NOW_SKIPPED, DLAB_RESULT_INCONCLUSIVE);
	change_is("crash", "ok", DLAB_FIXED, DLAB_RESULT_OK);
	change_is("skip", "ok", DLAB_NOW_MEASURED, DLAB_RESULT_OK);
	change_is("fail", "timeout", DLAB_STILL_BROKEN,
		  DLAB_RESULT_LAB_FAILURE);
}

static void one_bad_boot_of_several_counts(void)
{
	struct fake_run *b = ended("b", "ok", "");

	fake_outcome(fake_boot_add(b, "vm-vtd-strict", "count", 2), CASE,
		     "crash", "panic");
	CHECK(!compare(ended("a", "ok", ""), b));
	CHECK(c.nr_changes == 1 && c.changes[0].kind == DLAB_BROKE);
	CHECK_STR(c.changes[0].reason, "panic");
	done();
}

static void a_case_that_is_gone_is_named(void)
{
	struct fake_run *b = new_run("b");

	fake_constant(fake_boot_add(b, "vm-vtd-strict", "count", 1), SG,
		      "op_insns", 3221, 300);
	CHECK(!compare(ended("a", "ok", ""), b));
	CHECK(c.nr_changes == 1 && c.changes[0].kind == DLAB_ONLY_A);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

/* One that only B has is no news where it is ok, and none to pass over where not. */
static void a_new_case_that_is_broken_is_no_success(void)
{
	struct fake_run *a = new_run("a");

	fake_constant(fake_boot_add(a, "vm-vtd-strict", "count", 1), SG,
		      "op_insns", 3221, 300);
	CHECK(!compare(a, ended("b", "fail", "wrong address")));
	CHECK(c.nr_changes == 1 && c.changes[0].kind == DLAB_NEW_BROKEN);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_LAB_FAILURE);
	done();
	a = new_run("a");
	fake_constant(fake_boot_add(a, "vm-vtd-strict", "count", 1), SG,
		      "op_insns", 3221, 300);
	CHECK(!compare(a, ended("b", "ok", "")));
	CHECK(c.nr_changes == 1 && c.changes[0].kind == DLAB_ONLY_B);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	done();
}

static void a_metric_that_is_gone_is_named(void)
{
	struct fake_run *b = new_run("b");
	char words[512];

	fake_constant(fake_boot_add(b, "vm-vtd-strict", "count", 1), CASE,
		      "op_insns", 2601, 300);
	/* a structure count that B's kernel cannot provide is no loss */
	CHECK(!compare(counted("a", 2601, 1), b));
	CHECK(!c.missing.nr);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	done();

	b = new_run("b");
	fake_constant(fake_boot_add(b, "vm-vtd-strict", "count", 1), CASE,
		      "iotlb_flush", 1, 1);
	CHECK(!compare(counted("a", 2601, 1), b));
	CHECK(c.missing.nr == 1);
	CHECK_STR(c.missing.v[0], "op_insns of " ID);
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_INCONCLUSIVE);
	CHECK_SAYS(dlab_result_words(&c, words, sizeof(words)),
		   "0 inconclusive, 1 figure not measured in B, nothing that");
	done();
}

static void a_boot_that_failed_is_a_lab_failure(void)
{
	struct fake_run *b = counted("b", 2601, 1);
	char words[512];

	fake_boot_ended(fake_boot_add(b, "vm-vtd-lazy", "count", 1), "timeout",
			"console silent for 180 s");
	CHECK(!compare(counted("a", 2601, 1), b));
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_LAB_FAILURE);
	CHECK_SAYS(dlab_result_words(&c, words, sizeof(words)),
		   "0 inconclusive, 1 boot of B ended badly");
	done();
}

static void filters_leave_out_the_rest(void)
{
	struct dlab_compare_request req = { .metric = "op_*" };

	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err));
	CHECK(!compare_with(&req, counted("a", 2601, 1),
			    counted("b", 2621, 2)));
	CHECK(c.nr_figures == 1);
	done();
	req = (struct dlab_compare_request){ .cases = "io/*",
					     .axis = req.axis };
	CHECK(compare_with(&req, counted("a", 2601, 1),
			   counted("b", 2621, 2)) == -ENOENT);
	CHECK_SAYS(err.text, "matching io/*");
	done();
}

/* ---- error rates, counted */

/*
 * One family of @nr figures over @boots boots, B shifted by @shift; returns how
 * many were called different.
 */
static size_t count_different(uint64_t *seed, size_t nr, size_t boots,
			      double shift)
{
	const struct dlab_metric m = { .name = (char *)"t",
				       .direction = DLAB_LOWER,
				       .instrument = (char *)"time" };
	struct dlab_figure *f = calloc(nr, sizeof(*f));
	double *v = calloc(2 * nr * boots, sizeof(*v));
	size_t hits = 0;

	for (size_t i = 0; i < nr; i++) {
		f[i].metric = &m;
		f[i].min_effect = 0.01;
		f[i].a.medians = v + 2 * i * boots;
		f[i].b.medians = v + (2 * i + 1) * boots;
		f[i].a.boots = f[i].b.boots = boots;
		for (size_t k = 0; k < boots; k++) {
			/* skewed, as times are */
			f[i].a.medians[k] = exp(fake_normal(seed) / 4);
			f[i].b.medians[k] = exp(fake_normal(seed) / 4) + shift;
		}
	}
	CHECK(!dlab_judge(f, nr));
	for (size_t i = 0; i < nr; i++)
		hits += f[i].verdict == DLAB_WORSE ||
			f[i].verdict == DLAB_BETTER;
	free(f);
	free(v);
	return hits;
}

static void a_a_is_rarely_called_a_difference(void)
{
	unsigned int families = 1500, wrong = 0;
	uint64_t seed = 20261120;

	/* where nothing differs, the rate is that of comparisons with any hit */
	for (unsigned int i = 0; i < families; i++)
		wrong += count_different(&seed, 20, 8, 0) > 0;
	TEST_NOTE(
		"%u of %u A/A comparisons of 20 cases, 8 boots each, found a difference",
		wrong, families);
	CHECK(wrong <= families * 5 / 100);
}

static void a_planted_shift_is_mostly_found(void)
{
	uint64_t seed = 3;
	size_t found = 0;

	for (int i = 0; i < 50; i++)
		found += count_different(&seed, 20, 8, 0.75);
	TEST_NOTE("a shift of 3 deviations was found in %zu of 1000", found);
	CHECK(found >= 950);
}

/* ---- output */

static struct fake_run *everything(const char *name, bool b)
{
	struct fake_run *r = new_run(name);
	struct fake_boot *boot = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	char id[160];

	for (int i = 0; i < 30; i++) {
		snprintf(
			id, sizeof(id),
			"map/scattered-and-with-a-very-long-name[path=page,desc=nvme-prp,size=%dk,segs=%d,hint=pmd-congruent]",
			4 << i % 9, 1 << i % 9);
		if (i >= 9)
			snprintf(id, sizeof(id), "io/randread[qd=%d]", i);
		fake_constant(boot, id, "op_insns",
			      2601 * (i + 1) + (b && i < 20 ? 20 - i : 0), 300);
		fake_constant(boot, id, "iotlb_flush", b && i < 5 ? 2 : 1, 1);
		fake_constant(boot, id, "cpu_insns_per_io", 9000 + b * 100, 1);
	}
	if (b) {
		fake_outcome(
			boot, "map/huge", "crash",
			"the kernel panicked: unable to handle page fault for address 0xffff888012345678 in dma_map_page");
		fake_run_fingerprint(r, "kernel_commit", "fedcba9876543210");
	} else {
		fake_constant(boot, "map/huge", "op_insns", 8879, 300);
	}
	return r;
}

static void text_fits_80_columns(void)
{
	char *text, *save = NULL;

	CHECK(!compare(everything("20261120-101500-default-0001", false),
		       everything("20261120-111500-default-0002", true)));
	text = text_of(dlab_compare_text);
	CHECK_SAYS(text, "REGRESSION: 18 cases worse");
	CHECK_SAYS(text, "kernel_commit");
	CHECK_SAYS(text, "broke: ok -> crash");
	CHECK_SAYS(text, "why iotlb_flush");
	for (char *l = strtok_r(text, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		if (strlen(l) > 80)
			TEST_NOTE("%zu columns: %s", strlen(l), l);
		CHECK(strlen(l) <= 80);
	}
	free(text);
	done();
}

static void tsv_is_a_table(void)
{
	char *text, *save = NULL;
	size_t rows = 0;

	CHECK(!compare(everything("a", false), everything("b", true)));
	text = text_of(dlab_compare_tsv);
	for (char *l = strtok_r(text, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		size_t tabs = 0;

		for (const char *p = l; *p; p++)
			tabs += *p == '\t';
		CHECK(tabs == 20);
		rows++;
	}
	CHECK(rows == 1 + c.nr_figures + c.nr_changes);
	free(text);
	done();
}

static void json_says_the_result(void)
{
	char *text;

	CHECK(!compare(everything("a", false), everything("b", true)));
	text = text_of(dlab_compare_json);
	CHECK_SAYS(text, "\"result\": \"regression\"");
	CHECK_SAYS(text, "\"change\": \"broke\"");
	free(text);
	done();
}

/* ---- what no case ran */

static struct fake_run *run_of_code(const char *name, const char *code)
{
	static const uint64_t insns[DLAB_NR_PHASES] = { 10 };
	struct dlab_functions f = { 0 };
	struct fake_run *r = new_run(name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, "map/x[path=page]", "op_insns", 2601, 4);
	dlab_functions_add(&f, "alloc_iova", insns, insns, &err);
	fake_functions(b, "map/x[path=page]", &f);
	dlab_functions_free(&f);
	fake_run_file(r, "kernel.functions", code);
	return r;
}

static void same_is_said_without_what_no_case_ran(void)
{
	CHECK(!compare(run_of_code("a", "file\tfunctions\n"
					"iova.c\talloc_iova:1,free_iova:2\n"),
		       run_of_code("b", "file\tfunctions\n"
					"iova.c\talloc_iova:3,free_iova:4\n")));
	CHECK(dlab_comparison_result(&c) == DLAB_RESULT_OK);
	CHECK(c.differs.nr == 1);
	CHECK_STR(c.differs.v[0],
		  "kernel: 1 of 2 functions that it changes was not run: free_iova()");
	done();
}

int main(void)
{
	test_need(!dlab_metrics_parse("metrics", metrics_ini, &metrics, &err),
		  err.text);
	RUN(identical_runs_are_the_same);
	RUN(twenty_instructions_are_found_exactly);
	RUN(below_the_minimum_effect_is_the_same);
	RUN(a_cost_on_every_kth_call_is_seen_in_the_total);
	RUN(boots_that_disagree_are_reported);
	RUN(another_number_of_operations_is_no_verdict);
	RUN(what_ran_before_is_part_of_an_exact_figure);
	RUN(from_a_defined_state_nothing_that_ran_before_counts);
	RUN(the_whole_operation_is_what_is_judged);
	RUN(cost_that_moved_between_phases_is_no_verdict);
	RUN(phases_are_judged_where_the_whole_is_not_known);
	RUN(phases_of_times_explain_and_take_no_part_in_the_correction);
	RUN(a_case_has_one_verdict);
	RUN(work_that_instructions_do_not_show_is_told);
	RUN(a_shift_over_boots_is_found);
	RUN(same_is_shown_by_the_interval);
	RUN(too_few_boots_say_how_many_are_needed);
	RUN(too_few_boots_are_left_to_the_exact_form);
	RUN(enough_boots_are_judged_beside_the_exact_form);
	RUN(too_few_boots_without_the_exact_form_are_inconclusive);
	RUN(the_correction_counts_every_figure);
	RUN(emulated_times_are_never_judged);
	RUN(what_a_a_runs_show_is_noise);
	RUN(only_the_axis_may_differ);
	RUN(a_reference_is_of_one_base);
	RUN(a_checkout_called_baseline_is_no_reference);
	RUN(config_symbols_that_one_side_has_are_listed);
	RUN(the_clock_of_emulated_times_may_differ);
	RUN(what_was_effective_must_agree);
	RUN(a_tainted_run_compares_with_its_like);
	RUN(times_of_two_hosts_do_not_compare);
	RUN(paths_of_one_run_are_paired);
	RUN(topologies_of_one_run_are_paired);
	RUN(a_key_must_match_whole);
	RUN(a_hint_axis_refuses_another_kernel);
	RUN(axes_are_parsed);
	RUN(changes_of_status_have_their_words);
	RUN(one_bad_boot_of_several_counts);
	RUN(a_case_that_is_gone_is_named);
	RUN(a_new_case_that_is_broken_is_no_success);
	RUN(a_metric_that_is_gone_is_named);
	RUN(a_boot_that_failed_is_a_lab_failure);
	RUN(filters_leave_out_the_rest);
	RUN(a_a_is_rarely_called_a_difference);
	RUN(a_planted_shift_is_mostly_found);
	RUN(same_is_said_without_what_no_case_ran);
	RUN(text_fits_80_columns);
	RUN(tsv_is_a_table);
	RUN(json_says_the_result);
	dlab_metrics_free(&metrics);
	return test_end();
}
