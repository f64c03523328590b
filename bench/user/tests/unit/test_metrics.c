// SPDX-License-Identifier: GPL-2.0-only
/* Does metrics.ini say what it should, and are its mistakes named? */
#include "metrics.h"
#include "test.h"

static struct dlab_metrics m;
static struct dlab_err err;

static void the_lab_s_own_file_loads(void)
{
	int ret = dlab_metrics_load("workloads/metrics.ini", &m, &err);
	const struct dlab_metric *op;

	CHECK(!ret);
	if (ret) {
		TEST_NOTE("%s (run me at the top of the tree)", err.text);
		return;
	}
	op = dlab_metrics_find(&m, "op_insns");
	CHECK(op && op->exact && op->direction == DLAB_LOWER);
	CHECK_STR(op->unit, "insns");
	CHECK_STR(op->instrument, "count");
	CHECK(dlab_metrics_find(&m, "iotlb_flush")->direction == DLAB_NEUTRAL);
	CHECK(dlab_metrics_find(&m, "iops")->direction == DLAB_HIGHER);
	CHECK(!dlab_metrics_find(&m, "op_insn"));
	CHECK(op->is_whole && !op->whole);
	CHECK(dlab_metrics_find(&m, "unmap_insns")->whole == op);
	CHECK(dlab_metrics_find(&m, "iotlb_flush")->unseen);
	CHECK(!dlab_metrics_find(&m, "pt_map")->unseen);
	CHECK(dlab_metrics_find(&m, "cpu_insns_per_io")->in_exact ==
	      dlab_metrics_find(&m, "io_insns"));
	dlab_metrics_free(&m);
}

static void rejects(const char *text, const char *says)
{
	int ret = dlab_metrics_parse("m.ini", text, &m, &err);

	CHECK(ret == -EINVAL);
	if (!ret)
		dlab_metrics_free(&m);
	else
		CHECK_SAYS(err.text, says);
}

#define GOOD "[x]\nunit=ns\ninstrument=time\nabout=an x\n"

static void mistakes_are_named(void)
{
	rejects("unit = ns\n", "m.ini:1: `unit` stands under no [metric]");
	rejects("[a b]\nunit = ns\n", "m.ini:2: `unit` stands under no");
	rejects(GOOD "colour = red\n", "m.ini:5: unknown key `colour`");
	rejects(GOOD "direction = up\n", "`direction` is `up`");
	rejects(GOOD "exact = maybe\n", "`exact` takes yes or no");
	rejects(GOOD "unit = s\n", "`unit` is given twice");
	rejects(GOOD "min_effect_rel = -1\n", "takes a number >= 0, not `-1`");
	rejects(GOOD "min_effect_abs = nan\n", "takes a number >= 0");
	rejects(GOOD "exact = yes\n", "[x] is exact, which only counts can be");
	rejects(GOOD "unseen = perhaps\n", "`unseen` takes yes or no");
	rejects(GOOD "direction = lower\nunseen = yes\n", "[x] is unseen");
	rejects(GOOD "part_of = y\n", "part_of `y`, which is no whole");
	rejects(GOOD "part_of = x\n", "part_of `x`, which is no whole");
	rejects(GOOD "direction = lower\npart_of = y\n"
		     "[y]\nunit=s\ninstrument=time\nabout=y\n"
		     "direction = lower\n",
		"[x] and its whole [y] are judged alike");
	rejects(GOOD "exact_form = x\n", "the exact_form `x` of [x] is to be");
	rejects(GOOD "exact_form = y\n", "the exact_form `y` of [x] is to be");
	rejects("[x]\nunit=ns\nabout=y\n", "[x] needs unit, instrument");
	rejects("[x]\ninstrument=clock\n", "`instrument` is `clock`");
	rejects("[x]\nnonsense\n", "m.ini:2:");
}

static void defaults_judge_nothing(void)
{
	CHECK(!dlab_metrics_parse("m.ini", GOOD, &m, &err));
	CHECK(m.nr == 1 && m.v[0].direction == DLAB_NEUTRAL && !m.v[0].exact);
	CHECK_NUM(m.v[0].min_effect_abs, 0);
	dlab_metrics_free(&m);
}

static double percentile(char *name, char *base)
{
	const struct dlab_metric a = { .name = name }, b = { .name = base };

	return dlab_metric_percentile(&a, &b);
}

static void percentiles_go_by_name(void)
{
	CHECK_NEAR(percentile("op_ns_p99", "op_ns"), 0.99, 1e-12);
	CHECK_NEAR(percentile("op_ns_p999", "op_ns"), 0.999, 1e-12);
	CHECK_NEAR(percentile("op_ns_p50", "op_ns"), 0.5, 1e-12);
	CHECK_NUM(percentile("op_ns_p", "op_ns"), 0);
	CHECK_NUM(percentile("op_ns_pmu", "op_ns"), 0);
	CHECK_NUM(percentile("op_ns", "op_ns"), 0);
	CHECK_NUM(percentile("map_ns_p99", "op_ns"), 0);
}

int main(void)
{
	RUN(the_lab_s_own_file_loads);
	RUN(mistakes_are_named);
	RUN(defaults_judge_nothing);
	RUN(percentiles_go_by_name);
	return test_end();
}
