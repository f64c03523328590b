// SPDX-License-Identifier: GPL-2.0-only
/*
 * Histories with known answers: which commit changed what, by how much, and
 * what must not be said of any.
 */
#include <stdlib.h>
#include <unistd.h>

#include "fakehistory.h"
#include "rendered.h"
#include "history/history.h"
#include "test.h"

#define TOPOLOGY "vm-vtd-strict"
#define CASE "map/scattered[path=page,size=4k]"
#define SG "map/scattered[path=sg,size=4k]"
#define ID "map/scattered@vm-vtd-strict[path=page,size=4k]"
#define ID_SG "map/scattered@vm-vtd-strict[path=sg,size=4k]"

/* Of their own, so that these tests do not depend on what is tuned. */
static const char metrics_ini[] =
	"[op_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\nmin_effect_rel = 0.0005\n"
	"about = x\n"
	"[unmap_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\npart_of = op_insns\nabout = x\n"
	"[map_insns]\nunit = insns\ninstrument = count\nexact = yes\n"
	"direction = lower\nmin_effect_abs = 3\npart_of = op_insns\nabout = x\n"
	FAKE_METRICS;

static struct dlab_metrics metrics;
static struct dlab_history h;
static struct dlab_err err;
static struct fake_history *fake;
static char *tmp;

static void begin(void)
{
	char dir[4096];

	tmp = fake_tmpdir();
	snprintf(dir, sizeof(dir), "%s/mine", tmp);
	fake = fake_history_new(dir);
}

static int load(void)
{
	char *dir = fake_history_write(fake);
	int ret = dlab_history_load(dir, tmp, &metrics, &h, &err);

	free(dir);
	return ret;
}

static void judge(void)
{
	*err.text = '\0';
	if (load() || dlab_history_find_changes(&h, &err)) {
		TEST_NOTE("%s", err.text);
		abort();
	}
}

static void done(void)
{
	dlab_history_free(&h);
	fake_rmdir(tmp);
}

static struct fake_boot *boot_of(struct fake_run *r)
{
	return fake_boot_add(r, TOPOLOGY, "count", 1);
}

/* A commit with one case. */
static void counted(double op, double flushes)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	fake_constant(b, CASE, "op_insns", op, 300);
	fake_constant(b, CASE, "iotlb_flush", flushes, 1);
	fake_commit(fake, "ok", "", r);
}

/* And one with two, in this order. */
static void counted_two(double op, double op_sg)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	fake_constant(b, CASE, "op_insns", op, 300);
	fake_constant(b, SG, "op_insns", op_sg, 300);
	fake_commit(fake, "ok", "", r);
}

/* The main step of a hit; the hit must be there. */
static const struct dlab_step *main_step(size_t finding, const char *id)
{
	static const struct dlab_step none;

	for (size_t i = 0;
	     finding < h.nr_findings && i < h.findings[finding].nr_hits; i++)
		if (!strcmp(h.findings[finding].hits[i].id, id))
			return &h.steps[h.findings[finding].hits[i].main];
	test_bad = true;
	TEST_NOTE("finding %zu of %zu has no hit of %s", finding, h.nr_findings,
		  id);
	return &none;
}

static char *printed(void (*print)(const struct dlab_history *h, FILE *f))
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	print(&h, f);
	fclose(f);
	return text;
}

/* ---- exact metrics */

static void equal_commits_change_nothing(void)
{
	begin();
	for (int i = 0; i < 5; i++)
		counted(2601, 1);
	judge();
	CHECK(!h.nr_steps && !h.nr_findings && !h.nr_doubts && !h.notes.nr);
	CHECK(h.judged == 1);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	done();
}

static void twenty_instructions_are_found_at_their_commit(void)
{
	const struct dlab_step *s;

	begin();
	counted(2601, 1);
	counted(2602, 1);
	counted(2621, 2);
	counted(2621, 2);
	judge();
	CHECK(h.nr_findings == 1);
	CHECK(h.findings[0].point == 2 && h.findings[0].before == 1);
	CHECK(h.findings[0].nr_worse == 1 && !h.findings[0].nr_better);
	s = main_step(0, ID);
	CHECK(s->worse && !s->neutral && !s->of_total && !s->creeping);
	/* what the commit itself did, not what crept in before it */
	CHECK_NUM(s->from, 2602);
	CHECK_NUM(s->to, 2621);
	CHECK_NUM(s->min_effect, 3);
	CHECK(isnan(s->p));
	CHECK(dlab_history_result(&h) == DLAB_RESULT_REGRESSION);
	done();
}

static void structure_counts_explain_and_are_not_judged(void)
{
	const struct dlab_hit *hit;

	begin();
	counted(2601, 3);
	counted(2601, 2);
	counted(2701, 1);
	judge();
	CHECK(h.nr_steps == 3);
	/* the flush that saved nothing is no finding */
	CHECK(h.nr_findings == 1 && h.findings[0].point == 2);
	hit = &h.findings[0].hits[0];
	CHECK(hit->nr == 2 && hit->worse);
	for (size_t i = 0; i < hit->nr; i++)
		if (hit->steps[i] != hit->main) {
			const struct dlab_step *s = &h.steps[hit->steps[i]];

			CHECK(s->neutral && !s->worse);
			CHECK_STR(h.tracks[s->track].metric->name,
				  "iotlb_flush");
			CHECK_NUM(s->from, 2);
			CHECK_NUM(s->to, 1);
		}
	done();
}

static void below_the_minimum_effect_is_no_step(void)
{
	begin();
	counted(2601, 1);
	counted(2603, 1);
	counted(2601, 1);
	counted(2603, 1);
	judge();
	CHECK(!h.nr_findings);
	done();
	/* 0.05 % of 20000 are 10 */
	begin();
	counted(20000, 1);
	counted(20009, 1);
	counted(20000, 1);
	counted(20010, 1);
	judge();
	CHECK(h.nr_findings == 1 && h.findings[0].point == 3);
	done();
}

static void better_is_no_regression(void)
{
	begin();
	counted(2601, 1);
	counted(2581, 1);
	judge();
	CHECK(h.nr_findings == 1 && h.findings[0].nr_better == 1);
	CHECK(!h.findings[0].hits[0].worse);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	done();
}

/* 512 operations, every 64th of which costs more. */
static void every_64th(double extra)
{
	struct fake_run *r = fake_commit_run(fake);
	double v[512];

	for (int i = 0; i < 512; i++)
		v[i] = 1964 + (i % 64 == 63 ? extra : 0);
	fake_samples(boot_of(r), CASE, "op_insns", v, 512);
	fake_commit(fake, "ok", "", r);
}

static void a_cost_on_every_64th_operation_is_found(void)
{
	const struct dlab_step *s;

	begin();
	every_64th(0);
	every_64th(0);
	every_64th(640);
	judge();
	CHECK(h.nr_findings == 1 && h.findings[0].point == 2);
	s = main_step(0, ID);
	CHECK(s->worse && s->of_total);
	CHECK_NUM(s->from, 1964);
	CHECK_NUM(s->to, 1974);
	done();
}

static void what_creeps_in_is_reported_when_it_adds_up(void)
{
	const struct dlab_step *s;

	begin();
	for (int i = 0; i < 9; i++)
		counted(2601 + i, 1);
	judge();
	/* 2601, then 2604 and 2607 are 3 more */
	CHECK(h.nr_findings == 2);
	s = main_step(0, ID);
	CHECK(s->creeping && s->worse);
	CHECK(s->point == 3 && s->before == 2 && s->since == 0);
	CHECK_NUM(s->from, 2601);
	CHECK_NUM(s->to, 2604);
	s = main_step(1, ID);
	CHECK(s->creeping && s->point == 6 && s->since == 3);
	done();
}

static void there_and_back_is_two_findings(void)
{
	begin();
	counted(2601, 1);
	counted(2641, 1);
	counted(2601, 1);
	judge();
	CHECK(h.nr_findings == 2);
	CHECK(h.findings[0].nr_worse == 1 && h.findings[1].nr_better == 1);
	done();
}

static void commits_that_fail_are_bridged(void)
{
	begin();
	counted(2601, 1);
	fake_commit(fake, "no-build", "dma-iommu.c:1: error", NULL);
	fake_commit(fake, "crash", "panic", NULL);
	fake_commit(fake, "unmeasured", "", NULL);
	counted(2621, 1);
	counted(2621, 1);
	judge();
	CHECK(h.nr_findings == 1);
	CHECK(h.findings[0].before == 0 && h.findings[0].point == 4);
	CHECK(main_step(0, ID)->before == 0);
	CHECK(isnan(h.tracks[0].median[1]) && isnan(h.tracks[0].total[3]));
	CHECK_NUM(h.tracks[0].total[4], 2621);
	CHECK(h.tracks[0].boots[2] == 0 && h.tracks[0].boots[4] == 1);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_REGRESSION);
	done();
}

static void several_boots_give_their_median(void)
{
	begin();
	for (int i = 0; i < 2; i++) {
		struct fake_run *r = fake_commit_run(fake);

		for (unsigned int n = 1; n <= 3; n++)
			fake_constant(fake_boot_add(r, TOPOLOGY, "count", n),
				      CASE, "op_insns", 2600 + 2 * n + 20 * i,
				      300);
		fake_commit(fake, "ok", "", r);
	}
	judge();
	CHECK_NUM(h.tracks[0].median[0], 2604);
	CHECK_NUM(h.tracks[0].low[0], 2602);
	CHECK_NUM(h.tracks[0].high[0], 2606);
	CHECK(h.tracks[0].boots[1] == 3);
	CHECK(h.nr_findings == 1);
	CHECK(h.notes.nr == 1);
	CHECK_SAYS(h.notes.v[0], "not exact");
	done();
}

/* ---- what proves nothing */

static void with_another_past(double op, double op_sg, bool first_ok)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	if (first_ok)
		fake_constant(b, CASE, "op_insns", op, 300);
	else
		fake_outcome(b, CASE, "skip", "no path page");
	fake_constant(b, SG, "op_insns", op_sg, 300);
	fake_commit(fake, "ok", "", r);
}

static void another_past_proves_nothing(void)
{
	begin();
	counted_two(2601, 3001);
	with_another_past(0, 3031, false);
	with_another_past(0, 3031, false);
	counted_two(2601, 3001);
	judge();
	CHECK(h.nr_doubts == 1);
	CHECK(h.doubts[0].point == 1 && h.doubts[0].before == 0);
	CHECK_NUM(h.doubts[0].from, 3001);
	CHECK_NUM(h.doubts[0].to, 3031);
	CHECK_SAYS(h.doubts[0].why, "other cases ran before it");
	CHECK(!h.nr_steps);
	/* the case itself came and went */
	CHECK(h.nr_findings == 2 && !h.findings[0].nr_hits);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

static void a_step_under_another_past_is_reported_once(void)
{
	const struct dlab_step *s;

	begin();
	counted_two(2601, 3001);
	with_another_past(0, 3011, false);
	with_another_past(0, 3061, false);
	counted_two(2601, 3051);
	judge();
	s = main_step(1, ID_SG);
	CHECK(h.nr_steps == 1);
	CHECK(s->point == 2 && s->before == 1 && s->worse);
	CHECK_NUM(s->to - s->from, 50);
	done();
	/* without a commit under the other past to show it, it is bridged */
	begin();
	counted_two(2601, 3001);
	with_another_past(0, 3061, false);
	counted_two(2601, 3051);
	judge();
	s = main_step(1, ID_SG);
	CHECK(h.nr_steps == 1 && s->point == 2 && s->before == 0);
	CHECK_NUM(s->to - s->from, 50);
	done();
}

static void another_number_of_operations_proves_nothing(void)
{
	begin();
	for (int i = 0; i < 3; i++) {
		struct fake_run *r = fake_commit_run(fake);

		fake_constant(boot_of(r), CASE, "op_insns", 2601,
			      i == 1 ? 500 : 300);
		fake_commit(fake, "ok", "", r);
	}
	judge();
	CHECK(!h.nr_steps && h.nr_doubts == 1 && h.doubts[0].point == 1);
	CHECK_SAYS(h.doubts[0].why, "number of operations");
	done();
}

/* ---- findings */

static void a_commit_is_reported_once_for_all_cases(void)
{
	const struct dlab_finding *f;

	begin();
	counted_two(2600, 3000);
	counted_two(2500, 3030);
	counted_two(2550, 3330);
	judge();
	CHECK(h.nr_findings == 2);
	f = &h.findings[0];
	CHECK(f->nr_hits == 2 && f->nr_worse == 1 && f->nr_better == 1);
	/* worse first, though better is larger */
	CHECK_STR(f->hits[0].id, ID_SG);
	CHECK_STR(f->hits[1].id, ID);
	f = &h.findings[1];
	CHECK(f->nr_worse == 2);
	CHECK_STR(f->hits[0].id, ID_SG);
	CHECK(dlab_history_finding(&h, 1) == &h.findings[0]);
	CHECK(!dlab_history_finding(&h, 0));
	done();
}

/* A commit whose case is measured in phases; @op 0: not as a whole. */
static void phased(double op, double map, double unmap, double flushes)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	fake_constant(b, CASE, "map_insns", map, 300);
	fake_constant(b, CASE, "unmap_insns", unmap, 300);
	fake_constant(b, CASE, "iotlb_flush", flushes, 1);
	if (op > 0)
		fake_constant(b, CASE, "op_insns", op, 300);
	fake_commit(fake, "ok", "", r);
}

static void the_whole_operation_is_what_is_judged(void)
{
	begin();
	phased(2600, 500, 1000, 1);
	phased(2580, 500, 1050, 1);
	judge();
	CHECK(h.nr_findings == 1 && h.findings[0].nr_hits == 1);
	CHECK(h.findings[0].nr_better == 1 && h.findings[0].hits[0].nr == 2);
	CHECK_STR(h.tracks[main_step(0, ID)->track].metric->name, "op_insns");
	for (size_t i = 0; i < h.nr_steps; i++)
		CHECK(h.steps[i].part == (h.tracks[h.steps[i].track].whole != 0));
	CHECK(h.judged == 1);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	done();
	begin();
	phased(0, 500, 1000, 1);
	phased(0, 500, 1050, 1);
	judge();
	CHECK_STR(h.tracks[main_step(0, ID)->track].metric->name,
		  "unmap_insns");
	CHECK(dlab_history_result(&h) == DLAB_RESULT_REGRESSION);
	done();
}

static void cost_that_moved_between_phases_is_no_verdict(void)
{
	const struct dlab_finding *f;
	char *text;

	begin();
	phased(2600, 554, 1500, 1);
	phased(2600, 529, 1525, 1);
	judge();
	CHECK(h.nr_findings == 1);
	f = &h.findings[0];
	CHECK(!f->nr_hits && !f->nr_worse && !f->nr_better && f->nr_told == 1);
	CHECK(f->nr_told == 1 && f->told[0].moved && !f->told[0].unseen);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "MOVED from one phase to another");
	CHECK_SAYS(text, "why map_insns ");
	CHECK_SAYS(text, "0 made something worse and 0\nsomething better");
	free(text);
	done();
}

static void work_that_instructions_do_not_show_is_told(void)
{
	char *text;

	begin();
	phased(2600, 554, 1500, 1);
	phased(2600, 554, 1500, 2);
	phased(2500, 554, 1400, 3);
	judge();
	/* what makes it a finding is not told again as what explains it */
	text = printed(dlab_history_text);
	CHECK(count_of(text, "whyiotlb_flush") + count_of(text, "iotlb_flush  ") ==
	      2);
	free(text);
	CHECK(h.nr_findings == 2 && h.findings[0].nr_told == 1);
	CHECK(!h.findings[0].nr_hits && h.findings[0].told[0].unseen);
	CHECK(h.findings[1].nr_better == 1 && h.findings[1].hits[0].unseen);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "MORE WORK THAT INSTRUCTIONS DO NOT SHOW");
	CHECK_SAYS(text, "; 2 made cases do more");
	free(text);
	done();
}

/*
 * The same pair of runs, by `dlab compare` and as a history of two commits: the
 * verdict on the case, and the exit status, must be the same.
 */
static void a_history_of_two_and_a_comparison_agree(void)
{
	static const struct {
		double op, map, unmap, flushes;
	} a = { 2600, 554, 1500, 1 }, v[] = {
		{ 2600, 554, 1500, 1 }, { 2580, 900, 1134, 1 },
		{ 2620, 400, 1674, 1 }, { 2600, 529, 1525, 1 },
		{ 2600, 554, 1500, 2 }, { 3160, 554, 2060, 2 },
		{ 2500, 554, 1400, 2 }, { 2602, 554, 1502, 1 },
		{ 2602, 600, 1450, 0 }, { 2602, 554, 1505, 1 },
	};
	struct dlab_compare_request req = { 0 };
	struct dlab_comparison c;

	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err));
	for (size_t i = 0; i < 2 * sizeof(v) / sizeof(*v); i++) {
		bool whole = i % 2;
		const struct dlab_hit *hit = NULL;
		enum dlab_verdict said = DLAB_SAME;

		begin();
		phased(whole * a.op, a.map, a.unmap, a.flushes);
		phased(whole * v[i / 2].op, v[i / 2].map, v[i / 2].unmap,
		       v[i / 2].flushes);
		judge();
		req.dir_a = h.run_dirs[0];
		req.dir_b = h.run_dirs[1];
		CHECK(!dlab_compare(&req, &metrics, &c, &err));
		if (h.nr_findings && h.findings[0].nr_hits) {
			hit = h.findings[0].hits;
			said = hit->worse ? DLAB_WORSE : DLAB_BETTER;
		} else if (h.nr_findings && h.findings[0].nr_told) {
			hit = h.findings[0].told;
		}
		CHECK(c.nr_pairs == 1 && c.pairs[0].verdict == said);
		CHECK(h.nr_net == 1 && h.net[0].verdict == said);
		CHECK(c.pairs[0].moved == (hit && hit->moved));
		CHECK(c.pairs[0].unseen == (hit && hit->unseen));
		CHECK(dlab_comparison_result(&c) == dlab_history_result(&h));
		dlab_comparison_free(&c);
		done();
	}
}

static void with_status(const char *status, const char *reason)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	fake_constant(b, CASE, "op_insns", 2601, 300);
	if (!strcmp(status, "ok"))
		fake_constant(b, SG, "op_insns", 3001, 300);
	else if (*status)
		fake_outcome(b, SG, status, reason);
	fake_commit(fake, strcmp(status, "crash") ? "ok" : "fail", reason, r);
}

/* What came and went is no effect of all of it. */
static void the_net_effect_is_of_base_and_tip(void)
{
	char *text;

	begin();
	counted_two(2600, 3000);
	counted_two(2700, 2400);
	counted_two(2600, 2500);
	judge();
	CHECK(h.nr_findings == 2 && h.net_base == 0 && h.net_tip == 2);
	CHECK(h.nr_net == 2 && dlab_count_net(&h, DLAB_SAME) == 1);
	CHECK(h.net[0].verdict == DLAB_BETTER && h.net[0].to == 2500);
	CHECK_STR(h.tracks[h.net[0].track].id, ID_SG);
	CHECK_NEAR(dlab_net_relative(&h.net[0]), -1.0 / 6, 1e-12);
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "Base to tip: of 2 cases 0 worse, 1 better, 1 the same");
	free(text);
	done();
}

/* Another past between them, and every step from one to the other was judged. */
static void ends_with_another_past_are_judged_if_all_between_was(void)
{
	begin();
	counted_two(2600, 3000);
	counted_two(2600, 2900);
	with_another_past(0, 2900, false);
	judge();
	CHECK(!h.nr_doubts);
	CHECK(h.nr_net == 1 && h.net[0].verdict == DLAB_BETTER);
	done();
	begin();
	counted_two(2600, 3000);
	with_another_past(0, 2900, false);
	judge();
	CHECK(h.nr_doubts == 1);
	CHECK(h.nr_net == 1 && h.net[0].verdict == DLAB_INCONCLUSIVE);
	done();
}

static void cases_that_come_and_go_are_reported(void)
{
	const struct dlab_case_change *c;

	begin();
	with_status("skip", "no path sg");
	with_status("ok", "");
	with_status("ok", "");
	with_status("crash", "BUG: oops");
	with_status("ok", "");
	with_status("", "");
	judge();
	CHECK(h.nr_findings == 4);
	c = &h.findings[0].appeared[0];
	CHECK(h.findings[0].point == 1 && h.findings[0].nr_appeared == 1);
	CHECK(c->now_measured && !c->broke);
	CHECK_STR(c->id, ID_SG);
	CHECK_STR(c->reason, "no path sg");
	c = &h.findings[1].appeared[0];
	CHECK(h.findings[1].point == 3 && h.findings[1].before == 2);
	CHECK(!c->now_measured && c->broke);
	CHECK_STR(c->reason, "BUG: oops");
	c = &h.findings[2].appeared[0];
	CHECK(h.findings[2].point == 4 && c->now_measured && !c->broke);
	c = &h.findings[3].appeared[0];
	CHECK(h.findings[3].point == 5 && !c->now_measured && !c->broke);
	CHECK(dlab_history_result(&h) == DLAB_RESULT_REGRESSION);
	done();
}

/* Against the base the tip has one that broke, and lacks another. */
static void what_broke_or_is_gone_at_the_tip_is_told(void)
{
	struct fake_run *r;
	struct fake_boot *b;
	char *text;

	begin();
	r = fake_commit_run(fake);
	b = boot_of(r);
	fake_constant(b, CASE, "op_insns", 2601, 300);
	fake_constant(b, SG, "op_insns", 3001, 300);
	fake_constant(b, "gone", "op_insns", 10, 300);
	fake_commit(fake, "ok", "", r);
	with_status("crash", "BUG: oops");
	judge();
	CHECK(h.nr_net_changes == 2);
	CHECK(h.net_changes[0].kind == DLAB_BROKE);
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "of 1 case 0 worse, 0 better, 1 the same, 1 broke, 1 only at the\nbase\n");
	CHECK_SAYS(text, "  broke: " ID_SG ": BUG: oops\n  only at the base: gone@");
	CHECK_SAYS(text, "\n BROKE\n  " ID_SG "\n    BUG: oops\n");
	CHECK_SAYS(text, "\n NO LONGER MEASURED\n  gone@");
	CHECK_SAYS(text, "fail           1      0    1 broke  commit 1\n");
	free(text);
	text = printed(dlab_history_json);
	CHECK_SAYS(text, "\"net_ended\": [\n");
	CHECK_SAYS(text, "\"change\": \"only at the base\"");
	free(text);
	done();
}

static void patterns_choose_cases(void)
{
	begin();
	counted_two(2600, 3000);
	counted_two(2700, 3100);
	CHECK(!load());
	dlab_history_keep_cases(&h, "*path=sg,*");
	CHECK(!dlab_history_find_changes(&h, &err));
	CHECK(h.nr_tracks == 1 && h.nr_endings == 1);
	CHECK(h.nr_findings == 1 && h.findings[0].nr_hits == 1);
	CHECK_STR(h.findings[0].hits[0].id, ID_SG);
	done();
}

/* ---- in one word */

/* what is stored of it is its own, not the lab's */
static void a_newest_commit_that_does_not_run_is_a_regression(void)
{
	static const struct {
		const char *outcome;
		enum dlab_result result;
		const char *says;
	} ends[] = {
		{ "no-build", DLAB_RESULT_REGRESSION,
		  "REGRESSION: the newest commit does not build" },
		{ "crash", DLAB_RESULT_REGRESSION,
		  "REGRESSION: the newest commit crashes or hangs" },
		{ "unmeasured", DLAB_RESULT_INCONCLUSIVE, "INCONCLUSIVE: of" },
	};
	char *text;

	for (size_t i = 0; i < 3; i++) {
		begin();
		counted(2601, 1);
		counted(2601, 1);
		fake_commit(fake, ends[i].outcome, "why", NULL);
		judge();
		CHECK(dlab_history_result(&h) == ends[i].result);
		text = printed(dlab_history_text);
		CHECK_SAYS(text, ends[i].says);
		CHECK(!strstr(text, "LAB FAILURE"));
		free(text);
		done();
	}
	begin();
	counted(2601, 1);
	fake_commit(fake, "crash", "panic", NULL);
	counted(2601, 1);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	done();
}

static void nothing_to_judge_is_inconclusive(void)
{
	begin();
	counted(2601, 1);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_INCONCLUSIVE);
	done();
	begin();
	fake_commit(fake, "unmeasured", "", NULL);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_LAB_FAILURE);
	done();
	begin();
	fake_commit(fake, "crash", "the base", NULL);
	fake_commit(fake, "crash", "as that", NULL);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_LAB_FAILURE);
	done();
}

/* It was measured: what failed at the base, too, is no commit's. */
static void cases_that_failed_all_along_have_their_word(void)
{
	char *text;

	begin();
	with_status("crash", "BUG: oops");
	with_status("crash", "BUG: oops");
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_LAB_FAILURE);
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "CASES FAILED: of 2 commits, 2 of them measured");
	CHECK_SAYS(text, "1 the same, 1 still broken\n");
	free(text);
	done();
}

/* ---- what was changed and not run */

/* A commit whose kernel has @code; its case ran alloc_iova(). */
static void of_code(const char *code)
{
	static const uint64_t insns[DLAB_NR_PHASES] = { 10 };
	struct dlab_functions f = { 0 };
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = fake_boot_add(r, TOPOLOGY, "count", 1);

	fake_constant(b, CASE, "op_insns", 2601, 4);
	dlab_functions_add(&f, "alloc_iova", insns, insns, &err);
	fake_functions(b, CASE, &f);
	dlab_functions_free(&f);
	if (code)
		fake_run_file(r, "kernel.functions", code);
	fake_commit(fake, "ok", "", r);
}

static void ok_is_said_without_what_no_case_ran(void)
{
	char *text;

	begin();
	of_code("file\tfunctions\niova.c\talloc_iova:1,free_iova:2\n");
	of_code("file\tfunctions\niova.c\talloc_iova:3,free_iova:2\n");
	fake_commit(fake, "crash", "panic", NULL);
	of_code("file\tfunctions\niova.c\talloc_iova:4,free_iova:5\n");
	judge();
	CHECK(!h.touched[1].names[DLAB_RAN_NOT].nr && h.touched[1].nr == 1);
	text = printed(dlab_history_text);
	CHECK_SAYS(text,
		   "CHANGED, AND NOT SEEN TO RUN\n  3 ok; 1 of 2 functions that it changes was not run: free_iova()\n");
	CHECK_SAYS(text, "1 changed functions that no case was seen to");
	CHECK(!strstr(text, "not known"));
	free(text);
	text = printed(dlab_history_json);
	CHECK_SAYS(text, "\"not_run\": [\n     \"free_iova\"");
	free(text);
	done();
}

static void what_runs_have_no_list_of_is_not_known(void)
{
	char *text;

	begin();
	of_code(NULL);
	of_code(NULL);
	judge();
	text = printed(dlab_history_text);
	CHECK_SAYS(text, "not known of 1 commit: the runs have no list");
	free(text);
	done();
}

/* ---- what must not be compared */

static void refused(const char *key, const char *value, const char *says)
{
	struct fake_run *r;

	begin();
	fake_commit(fake, "no-build", "error", NULL);
	counted(2601, 1);
	counted(2601, 1);
	r = fake_commit_run(fake);
	fake_constant(boot_of(r), CASE, "op_insns", 2601, 300);
	fake_run_fingerprint(r, key, value);
	fake_commit(fake, "ok", "", r);
	CHECK(load() == -EPERM);
	CHECK_SAYS(err.text, says);
	CHECK_SAYS(err.text, "commit 000000000000 (commit 3)");
	fake_rmdir(tmp);
}

static void runs_that_differ_in_more_than_the_kernel_are_refused(void)
{
	refused("compiler", "gcc 13", "compiler: gcc (Debian");
	refused("module_srcversion", "FFFF", "module_srcversion");
	refused("qemu", "QEMU 9", "qemu");
}

static void config_symbols_of_both_sides_must_agree(void)
{
	begin();
	for (int i = 0; i < 2; i++) {
		struct fake_run *r = fake_commit_run(fake);

		fake_constant(boot_of(r), CASE, "op_insns", 2601, 300);
		fake_run_fingerprint(r, "kernel_config_sha256", i ? "b" : "a");
		fake_run_file(
			r, "kernel.config",
			i ? "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_C=y\n" :
			    "CONFIG_A=y\nCONFIG_B=y\n");
		fake_commit(fake, "ok", "", r);
	}
	CHECK(load() == -EPERM);
	CHECK_SAYS(err.text, "CONFIG_B: y -> n");
	CHECK(!strstr(err.text, "CONFIG_C"));
	fake_rmdir(tmp);
}

static void a_tainted_run_compares_with_its_like_only(void)
{
	for (int both = 0; both < 2; both++) {
		begin();
		for (int i = 0; i < 2; i++) {
			struct fake_run *r = fake_commit_run(fake);
			struct fake_boot *b = boot_of(r);

			fake_constant(b, CASE, "op_insns", 2601, 300);
			if (i || both)
				fake_boot_taint(b, "kasan");
			fake_commit(fake, "ok", "", r);
		}
		CHECK(load() == (both ? 0 : -EPERM));
		if (both) {
			CHECK(h.taints.nr == 1);
			dlab_history_free(&h);
		} else {
			CHECK_SAYS(err.text, "tainted (kasan)");
		}
		fake_rmdir(tmp);
	}
}

/* ---- noisy metrics */

/* A commit with @boots timing boots around @iops. */
static void timed(double iops, unsigned int boots, bool emulated,
		  uint64_t *state)
{
	struct fake_run *r = fake_commit_run(fake);

	for (unsigned int n = 1; n <= boots; n++) {
		struct fake_boot *b = fake_boot_add(r, TOPOLOGY, "time", n);

		if (emulated)
			fake_boot_emulated(b);
		fake_constant(b, CASE, "iops",
			      iops * (1 + 0.01 * fake_normal(state)), 3);
		fake_bucket(b, CASE, "op_ns", floor(1e6 / iops), 90);
		fake_bucket(b, CASE, "op_ns", floor(3e6 / iops), 10);
	}
	fake_commit(fake, "ok", "", r);
}

static void noisy_changes_are_found_over_the_commits(void)
{
	const struct dlab_step *s;
	uint64_t state = 7;

	begin();
	for (int i = 0; i < 12; i++) {
		if (i == 5)
			fake_commit(fake, "crash", "panic", NULL);
		timed(i < 6 ? 1000 : 900, 3, false, &state);
	}
	judge();
	CHECK(h.nr_findings == 1 && h.findings[0].point == 7);
	/* op_ns and its percentile are tracks, too */
	CHECK(h.findings[0].hits[0].nr == 3);
	CHECK(h.nr_tracks == 3 && h.judged == 3);
	for (size_t i = 0; i < h.nr_steps; i++) {
		s = &h.steps[i];
		CHECK(s->worse && s->p < 0.05 && s->before == 6);
		if (strcmp(h.tracks[s->track].metric->name, "iops"))
			continue;
		CHECK_NEAR(s->from, 1000, 10);
		CHECK_NEAR(s->to, 900, 10);
		CHECK_NEAR(s->min_effect, 0.03 * s->from, 1e-9);
	}
	CHECK(dlab_history_result(&h) == DLAB_RESULT_REGRESSION);
	done();
}

static void a_shift_below_the_minimum_effect_is_none(void)
{
	uint64_t state = 8;

	begin();
	for (int i = 0; i < 40; i++)
		timed(i < 20 ? 1000 : 980, 3, false, &state);
	judge();
	CHECK(!h.nr_steps && !h.nr_findings);
	done();
}

static void times_of_an_emulated_cpu_are_not_judged(void)
{
	uint64_t state = 9;

	begin();
	for (int i = 0; i < 12; i++)
		timed(i < 6 ? 1000 : 500, 3, true, &state);
	judge();
	CHECK(!h.nr_steps && !h.judged);
	CHECK(h.tracks[0].emulated && h.notes.nr == 1);
	CHECK_SAYS(h.notes.v[0], "emulated");
	CHECK(dlab_history_result(&h) == DLAB_RESULT_INCONCLUSIVE);
	done();
}

static void too_few_commits_say_so(void)
{
	uint64_t state = 10;

	begin();
	for (int i = 0; i < 7; i++)
		timed(i < 4 ? 1000 : 500, 3, false, &state);
	judge();
	CHECK(!h.nr_steps && h.notes.nr == 1);
	CHECK_SAYS(h.notes.v[0], "inconclusive: 3 noisy figures");
	CHECK_SAYS(h.notes.v[0], "fewer than 8 commits");
	done();
}

/* A commit that was measured exactly, and by what is not. */
static void of_io(bool exact_form)
{
	struct fake_run *r = fake_commit_run(fake);
	struct fake_boot *b = boot_of(r);

	fake_constant(b, CASE, "op_insns", 2601, 300);
	fake_constant(b, "io", "cpu_insns_per_io", 9000, 100);
	if (exact_form)
		fake_constant(b, "io", "io_insns", 8000, 1);
	fake_commit(fake, "ok", "", r);
}

/* The same pairs get the same result by `dlab compare`, see test_compare.c. */
static void too_few_commits_are_left_to_the_exact_form(void)
{
	begin();
	of_io(true);
	of_io(true);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	CHECK(h.notes.nr == 1);
	CHECK_SAYS(h.notes.v[0], "not judged: 1 noisy figure was measured at");
	done();
	begin();
	of_io(false);
	of_io(false);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_INCONCLUSIVE);
	CHECK_SAYS(h.notes.v[0], "inconclusive: 1 noisy figure was");
	done();
	/* it stands in for the other where base and tip have it */
	for (int base = 0; base < 2; base++) {
		begin();
		of_io(base);
		of_io(!base);
		judge();
		CHECK(dlab_history_result(&h) == DLAB_RESULT_INCONCLUSIVE);
		done();
	}
}

/* Before it was measured there is nothing to hold it against. */
static void a_new_case_with_few_commits_is_not_held_against_the_rest(void)
{
	begin();
	counted(2601, 1);
	of_io(false);
	judge();
	CHECK(dlab_history_result(&h) == DLAB_RESULT_OK);
	done();
}

static void times_of_two_hosts_are_refused(void)
{
	uint64_t state = 11;
	struct fake_run *r;

	begin();
	timed(1000, 1, false, &state);
	r = fake_commit_run(fake);
	fake_constant(fake_boot_add(r, TOPOLOGY, "time", 1), CASE, "iops", 1,
		      3);
	fake_run_host(r, "cpu", "another");
	fake_commit(fake, "ok", "", r);
	CHECK(load() == -EPERM);
	CHECK_SAYS(err.text, "two hosts");
	fake_rmdir(tmp);
}

/* ---- noisy metrics by number, without files */

static const struct dlab_metric noisy = {
	.name = (char *)"iops",
	.unit = (char *)"1/s",
	.instrument = (char *)"time",
	.about = (char *)"",
	.direction = DLAB_HIGHER,
	.min_effect_rel = 0.001,
};

static double *numbers(size_t n)
{
	return calloc(n, sizeof(double));
}

/* @tracks tracks over @n points around 1000, noise 1 %. */
static void invent(size_t tracks, size_t n, uint64_t *state)
{
	h = (struct dlab_history){
		.dir = strdup("x"),
		.points = calloc(n, sizeof(*h.points)),
		.nr_points = n,
		.runs = calloc(n, sizeof(*h.runs)),
		.tracks = calloc(tracks, sizeof(*h.tracks)),
		.nr_tracks = tracks,
	};
	for (size_t i = 0; i < tracks; i++) {
		struct dlab_track *k = &h.tracks[i];

		*k = (struct dlab_track){ .id = strdup("x"),
					  .metric = &noisy,
					  .median = numbers(n),
					  .low = numbers(n),
					  .high = numbers(n) };
		for (size_t p = 0; p < n; p++)
			k->median[p] = 1000 * (1 + 0.01 * fake_normal(state));
	}
}

/* The least minimum effect there is: noise alone must not get through. */
static int alarms(size_t tracks, size_t n, int histories)
{
	uint64_t state = 0xabcdef;
	int nr = 0;

	for (int i = 0; i < histories; i++) {
		invent(tracks, n, &state);
		CHECK(!dlab_history_find_changes(&h, &err));
		nr += h.nr_steps > 0;
		dlab_history_free(&h);
	}
	TEST_NOTE(
		"%d of %d histories of %zu commits without a change: a change found in one of %zu tracks",
		nr, histories, n, tracks);
	return nr;
}

static void tracks_are_one_family(void)
{
	/* 5 %, and three deviations of that share */
	CHECK(alarms(40, 12, 100) <= 11);
	CHECK(alarms(40, 50, 100) <= 11);
	CHECK(alarms(1, 20, 1000) <= 70);
}

/* A step of @by at commit 30 of 50 in each of 40 tracks, or in one of them. */
static size_t hit_tracks(double by, size_t moved, size_t *others)
{
	uint64_t state = 0x5eed;
	size_t nr = 0;

	invent(40, 50, &state);
	for (size_t i = 0; i < moved; i++)
		for (size_t p = 30; p < 50; p++)
			h.tracks[i].median[p] *= 1 - by;
	CHECK(!dlab_history_find_changes(&h, &err));
	*others = 0;
	for (size_t i = 0; i < h.nr_steps; i++) {
		const struct dlab_step *s = &h.steps[i];
		bool hit = s->track < moved && s->worse && s->point >= 29 &&
			   s->point <= 31;

		nr += hit;
		*others += !hit;
	}
	TEST_NOTE(
		"%.0f %% in %zu of 40 tracks of 50, noise 1 %%: found within 1 in %zu; elsewhere %zu",
		100 * by, moved, nr, *others);
	dlab_history_free(&h);
	return nr;
}

static void a_step_in_one_track_of_forty_is_found(void)
{
	size_t others;

	CHECK(hit_tracks(0.05, 1, &others) == 1 && !others);
	CHECK(hit_tracks(0.05, 40, &others) >= 39 && others <= 4);
	CHECK(hit_tracks(0.02, 40, &others) >= 30);
}

/* ---- files */

static void own_runs_come_before_the_others(void)
{
	char path[4096], results[4096], *dir;
	struct fake_run *r;

	begin();
	counted(2601, 1);
	counted(2601, 1);
	dir = fake_history_write(fake);
	snprintf(path, sizeof(path), "%s/runs", dir);
	snprintf(results, sizeof(results), "%s/runs", tmp);
	/* not its own any longer, but where runs are kept */
	CHECK(!rename(path, results));
	CHECK(!dlab_history_load(dir, tmp, &metrics, &h, &err));
	CHECK_SAYS(h.run_dirs[1], "/runs/20261120-101501-commits-0001");
	dlab_history_free(&h);
	/* its own: with other figures */
	r = fake_run_new(path, "20261120-101501-commits-0001");
	fake_constant(boot_of(r), CASE, "op_insns", 1, 300);
	free(fake_run_write(r));
	CHECK(!dlab_history_load(dir, tmp, &metrics, &h, &err));
	CHECK_NUM(h.tracks[0].median[1], 1);
	CHECK_SAYS(h.run_dirs[1], "/mine/runs/");
	dlab_history_free(&h);
	free(dir);
	fake_rmdir(tmp);
}

static void a_run_that_is_missing_is_named(void)
{
	char path[4096], *dir;

	begin();
	counted(2601, 1);
	dir = fake_history_write(fake);
	snprintf(path, sizeof(path), "%s/gone", tmp);
	CHECK(!rename(dir, path));
	CHECK(dlab_history_load(dir, tmp, &metrics, &h, &err) == -ENOENT);
	snprintf(path, sizeof(path), "%s/gone/runs", tmp);
	CHECK(!rename(path, dir));
	snprintf(path, sizeof(path), "%s/gone", tmp);
	CHECK(dlab_history_load(path, tmp, &metrics, &h, &err) == -ENOENT);
	CHECK_SAYS(err.text, "no run \"20261120-101500-commits-0000\"");
	free(dir);
	fake_rmdir(tmp);
}

static void histories_are_found_by_name(void)
{
	char path[4096], *dir;

	tmp = fake_tmpdir();
	snprintf(path, sizeof(path), "%s/history", tmp);
	free(fake_history_write(fake_history_new(path)));
	snprintf(path, sizeof(path), "%s/history/mine", tmp);
	free(fake_history_write(fake_history_new(path)));
	CHECK(!dlab_history_find(tmp, "mine", &dir, &err));
	CHECK_STR(dir, path);
	free(dir);
	CHECK(!dlab_history_find("/nowhere", path, &dir, &err));
	CHECK_STR(dir, path);
	free(dir);
	CHECK(dlab_history_find(tmp, "other", &dir, &err) == -ENOENT);
	CHECK_SAYS(err.text, "no history \"other\"");
	fake_rmdir(tmp);
}

#define HEAD \
	"commit\ttree\tauthor\tdate\tsubject\toutcome\treason\trun\tbuild_s\tmeasure_s\n"
#define ROW(outcome, run, build) \
	"0123456789ab\tt\tA\td\ts\t" outcome "\t\t" run "\t" build "\t-\n"

static int parse_commits(const char *text)
{
	int ret;

	memset(&h, 0, sizeof(h));
	ret = dlab_history_parse_commits("commits.tsv", text, strlen(text), &h,
					 &err);
	if (ret)
		dlab_history_free(&h);
	return ret;
}

static void bad_commits_are_refused_by_line(void)
{
	static const struct {
		const char *text;
		const char *says;
	} bad[] = {
		{ "commit\n", "no column \"tree\"" },
		{ HEAD, "no commits" },
		{ HEAD ROW("great", "-", "-"), "commits.tsv:2: outcome" },
		{ HEAD ROW("ok", "-", "-"), "name of a run where" },
		{ HEAD ROW("ok", "../x", "-"), "name of a run" },
		{ HEAD ROW("crash", "-", "soon"), "build_s is \"soon\"" },
		{ HEAD ROW("crash", "-", "-1"), "build_s" },
		{ HEAD ROW("crash", "-", "1,234,5"), "build_s" },
		{ HEAD "zzz\tt\tA\td\ts\tcrash\t\t-\t-\t-\n", "hash" },
		{ HEAD ROW("crash", "-", "-") "0123", "middle of a line" },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(parse_commits(bad[i].text) == -EINVAL);
		CHECK_SAYS(err.text, bad[i].says);
	}
}

static void strings_are_made_fit_to_print(void)
{
	CHECK(!parse_commits(
		HEAD
		"0123456789ab\tt\tJos\xc3\xa9 \xe9\td\tred \033[31m\tcrash\t-\t-\t1.5\t-\n"));
	CHECK_STR(h.points[0].author, "Jos\xc3\xa9 ?");
	CHECK_STR(h.points[0].subject, "red ?[31m");
	CHECK_STR(h.points[0].reason, "");
	CHECK_NUM(h.points[0].build_s, 1.5);
	CHECK(isnan(h.points[0].measure_s) && !h.points[0].run);
	dlab_history_free(&h);
}

static void seconds_with_a_decimal_comma_are_read(void)
{
	CHECK(!parse_commits(HEAD ROW("crash", "-", "413,9")));
	CHECK_NUM(h.points[0].build_s, 413.9);
	dlab_history_free(&h);
}

static void history_ini_is_strict(void)
{
	memset(&h, 0, sizeof(h));
	CHECK(!dlab_history_parse_ini("history.ini",
				      "[history]\ntitle = x y\nbase = 6.12\n",
				      &h, &err));
	CHECK_STR(h.title, "x y");
	CHECK_STR(h.range, "");
	dlab_history_free(&h);
	CHECK(dlab_history_parse_ini("history.ini", "[history]\ncolour = x\n",
				     &h, &err) == -EINVAL);
	CHECK_SAYS(err.text, "history.ini:2: no such key: \"colour\"");
	dlab_history_free(&h);
	CHECK(dlab_history_parse_ini("history.ini", "[x]\ntitle = x\n", &h,
				     &err) == -EINVAL);
	CHECK_SAYS(err.text, "there is only [history]");
	dlab_history_free(&h);
}

/* ---- what is printed */

/* Columns, that is; a word alone may be longer. */
static void fits(const char *text, size_t width)
{
	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n");

		if (len > width)
			TEST_NOTE("%.*s", (int)len, line);
		CHECK(len <= width);
		line += len + 1;
	}
}

static void the_text_fits_80_columns(void)
{
	char *text;

	begin();
	fake_history_set(
		fake, "title",
		"a title that is so long that it cannot possibly stand in one line of eighty");
	counted_two(2601, 3001);
	with_another_past(0, 3101, false);
	fake_commit(
		fake, "no-build",
		"drivers/iommu/dma-iommu.c:1234:56: error: expected something else before that token",
		NULL);
	counted_two(26210, 3021);
	counted(1, 1);
	judge();
	text = printed(dlab_history_text);
	fits(text, 80);
	CHECK_SAYS(text, "REGRESSION: of 5 commits, 4 of them measured");
	CHECK_SAYS(text, "  2  0000000000  no-build");
	CHECK_SAYS(text, "+907.69 %");
	CHECK_SAYS(text, "Somewhere in 2 to 3");
	CHECK_SAYS(text, "held against commit 0");
	CHECK_SAYS(text, "INCONCLUSIVE\n  1: 1 figure differs");
	free(text);
	done();
}

static void every_line_of_tsv_has_all_columns(void)
{
	size_t tabs = 0;
	char *text;

	begin();
	counted_two(2601, 3001);
	counted_two(2701, 3101);
	with_another_past(0, 3101, false);
	judge();
	text = printed(dlab_history_tsv);
	for (const char *line = text, *end; *line; line = end + 1) {
		size_t n = 0;

		end = strchr(line, '\n');
		for (const char *c = line; c < end; c++)
			n += *c == '\t';
		tabs = tabs ? tabs : n;
		CHECK(n == tabs);
	}
	CHECK_SAYS(text, "worse\t3001\t3101\t100\t");
	CHECK_SAYS(text, "no longer measured");
	free(text);
	done();
}

int main(void)
{
	test_need(!dlab_metrics_parse("metrics.ini", metrics_ini, &metrics, &err),
		  err.text);
	RUN(equal_commits_change_nothing);
	RUN(twenty_instructions_are_found_at_their_commit);
	RUN(structure_counts_explain_and_are_not_judged);
	RUN(below_the_minimum_effect_is_no_step);
	RUN(better_is_no_regression);
	RUN(a_cost_on_every_64th_operation_is_found);
	RUN(what_creeps_in_is_reported_when_it_adds_up);
	RUN(there_and_back_is_two_findings);
	RUN(commits_that_fail_are_bridged);
	RUN(several_boots_give_their_median);
	RUN(another_past_proves_nothing);
	RUN(a_step_under_another_past_is_reported_once);
	RUN(another_number_of_operations_proves_nothing);
	RUN(a_commit_is_reported_once_for_all_cases);
	RUN(the_whole_operation_is_what_is_judged);
	RUN(cost_that_moved_between_phases_is_no_verdict);
	RUN(work_that_instructions_do_not_show_is_told);
	RUN(a_history_of_two_and_a_comparison_agree);
	RUN(the_net_effect_is_of_base_and_tip);
	RUN(ends_with_another_past_are_judged_if_all_between_was);
	RUN(cases_that_come_and_go_are_reported);
	RUN(what_broke_or_is_gone_at_the_tip_is_told);
	RUN(patterns_choose_cases);
	RUN(a_newest_commit_that_does_not_run_is_a_regression);
	RUN(nothing_to_judge_is_inconclusive);
	RUN(cases_that_failed_all_along_have_their_word);
	RUN(ok_is_said_without_what_no_case_ran);
	RUN(what_runs_have_no_list_of_is_not_known);
	RUN(runs_that_differ_in_more_than_the_kernel_are_refused);
	RUN(config_symbols_of_both_sides_must_agree);
	RUN(a_tainted_run_compares_with_its_like_only);
	RUN(noisy_changes_are_found_over_the_commits);
	RUN(a_shift_below_the_minimum_effect_is_none);
	RUN(times_of_an_emulated_cpu_are_not_judged);
	RUN(too_few_commits_say_so);
	RUN(too_few_commits_are_left_to_the_exact_form);
	RUN(a_new_case_with_few_commits_is_not_held_against_the_rest);
	RUN(times_of_two_hosts_are_refused);
	RUN(tracks_are_one_family);
	RUN(a_step_in_one_track_of_forty_is_found);
	RUN(own_runs_come_before_the_others);
	RUN(a_run_that_is_missing_is_named);
	RUN(histories_are_found_by_name);
	RUN(bad_commits_are_refused_by_line);
	RUN(strings_are_made_fit_to_print);
	RUN(seconds_with_a_decimal_comma_are_read);
	RUN(history_ini_is_strict);
	RUN(the_text_fits_80_columns);
	RUN(every_line_of_tsv_has_all_columns);
	dlab_metrics_free(&metrics);
	return test_end();
}
