// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the report of a history say which commit did what, and does it stay
 * readable with many commits and cases?
 *
 * Compares with tests/golden/; DLAB_UPDATE_GOLDEN=1 in the environment writes
 * those files anew instead.  DLAB_SAMPLES=DIR keeps reports of 5, 50 and 500
 * invented commits there, to be looked at in a browser.
 */
#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "../lib/fakehistory.h"
#include "../lib/fakerun.h"
#include "../lib/modelhistory.h"
#include "../lib/rendered.h"
#include "file.h"
#include "functions.h"
#include "report/history/parts.h"
#include "report/history/report.h"
#include "test.h"

/* There are no figures here: their numbers differ between gnuplot versions. */
#define NO_PLOTS "no-such-directory"

/* What ought to be so with 500 commits and 100 cases. */
#define MAX_BYTES (5 << 20)
#define MAX_SECONDS 20

static struct dlab_metrics metrics;
static char *tmp;

static size_t track(struct dlab_history *h, const char *id, const char *metric,
		    double value)
{
	return model_track(h, id, dlab_metrics_find(&metrics, metric), value);
}

#define PAGE "map/scattered@vm-vtd-strict[path=page,desc=nvme-prp,size=128k]"
#define SG "map/scattered@vm-vtd-strict[path=sg,desc=nvme-prp,size=128k]"
#define LAZY "map/scattered@vm-vtd-lazy[path=page,desc=nvme-prp,size=4k]"
#define IO "io/read@native[size=4k]"

/*
 * The base and 11 commits: #2 20 instructions in unmap; #3 a flush for each of
 * 32 segments, #5 does not build, #6 crashes, #7 an allocation (or #5, or #6),
 * #8 better, #9 a cost on every 64th operation only, #10 an rcache miss in every
 * 64th operation and nothing else.
 */
static struct dlab_history *small_history(void)
{
	struct dlab_history *h = model_new(12);
	size_t page = track(h, PAGE, "op_insns", 82998);
	size_t page_unmap = track(h, PAGE, "unmap_insns", 56800);
	size_t flush = track(h, PAGE, "iotlb_flush", 32);
	size_t sg = track(h, SG, "op_insns", 23239);
	size_t sg_map = track(h, SG, "map_insns", 9950);
	size_t page_map = track(h, PAGE, "map_insns", 30000);
	size_t alloc = track(h, SG, "kmalloc_calls", 1);
	size_t bytes = track(h, SG, "kmalloc_bytes", 1024);
	size_t lazy = track(h, LAZY, "op_insns", 2601);
	size_t lazy_unmap = track(h, LAZY, "unmap_insns", 1100);
	size_t miss = track(h, LAZY, "iova_rcache_miss", 0);
	size_t same =
		track(h, "map/huge@vm-vtd-strict[path=page]", "op_insns", 5000);

	model_step(h, lazy, 2, 20);
	model_step(h, lazy_unmap, 2, 20);
	model_step(h, page, 3, 7680);
	model_step(h, page_unmap, 3, 7680);
	model_step(h, flush, 3, 32);
	model_step(h, sg, 5, 130);
	model_step(h, sg_map, 5, 130);
	model_step(h, alloc, 5, 1);
	model_step(h, bytes, 5, 512);
	model_step(h, page, 8, -2000);
	model_rare(h, lazy, 9, 6400.0 / 64);
	model_rare(h, miss, 10, 1.0 / 64);
	model_step(h, same, 4, 2);
	/* from unmapping to mapping; and a flush that no instruction shows */
	model_step(h, page_unmap, 10, -40);
	model_step(h, page_map, 10, 40);
	model_step(h, flush, 11, 1);
	model_subject(h, 2, "iommu/dma: check | <twice> & `more`");
	model_outcome(h, 5, DLAB_POINT_NO_BUILD, "dma-iommu.c:7: error: 'x'");
	model_outcome(h, 6, DLAB_POINT_CRASH, "vm-vtd-lazy: panic: no root");
	model_unrun(h, 4, 5, "iommu_sva_bind", "qi_drain");
	model_finish(h);
	return h;
}

static struct dlab_history *empty_history(void)
{
	struct dlab_history *h = model_new(2);

	model_outcome(h, 0, DLAB_POINT_UNMEASURED, "");
	model_outcome(h, 1, DLAB_POINT_NO_BUILD, "Makefile:1: *** no");
	model_finish(h);
	return h;
}

static const struct dlab_calibration *calibration(void)
{
	static struct dlab_calibration_rate rebuilds[] = {
		{ "vm-vtd-strict",
		  8,
		  1,
		  5120,
		  5011,
		  2,
		  12,
		  0.0007,
		  { 109, 14, 2, 2, 0, 0 } },
	};
	static struct dlab_calibration_rate same[] = {
		{ "vm-vtd-strict", 20, 0, 12160, 12160, 0, NAN, NAN, { 0 } },
	};
	static struct dlab_calibration_plant plants[] = {
		{ "vm-vtd-strict", 1, 60, 0 },
		{ "vm-vtd-strict", 3, 60, 55 },
		{ "vm-vtd-strict", 5, 60, 55 },
	};
	static struct dlab_calibration c = {
		.created = "2026-11-20T10:15:00Z",
		.kernel = "6.12.117",
		.config = "c0ffee",
		.compiler = "gcc (Debian 12.2.0-14) 12.2.0",
		.qemu = "QEMU emulator version 7.2.22",
		.module = "0123456789ABCDEF0123456",
		.same = { same, 1 },
		.rebuilds = { rebuilds, 1 },
		.plants = plants,
		.nr_plants = 3,
	};

	return &c;
}

static char *render(struct dlab_history *h, const struct dlab_calibration *c,
		    const char *plots, enum doc_format format)
{
	struct report_plotter p;
	struct doc d;
	char *text;

	report_plotter_open(&p, plots);
	doc_init(&d, h->title);
	dlab_history_report_build(&d, h, c, &p);
	text = rendered(&d, format);
	doc_free(&d);
	report_plotter_close(&p);
	return text;
}

static char *mail(struct dlab_history *h)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f && !dlab_history_mail(h, f) && !fclose(f));
	return text;
}

/* ---- golden files */

static void golden(struct dlab_history *h, const struct dlab_calibration *c,
		   const char *name)
{
	static const struct {
		const char *suffix;
		enum doc_format format;
	} files[] = {
		{ "html", DOC_HTML },
		{ "md", DOC_MD },
	};
	char file[64], said[256], *text;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(file, sizeof(file), "%s.%s", name, files[i].suffix);
		text = render(h, c, NO_PLOTS, files[i].format);
		if (!golden_is(text, file, said, sizeof(said))) {
			test_bad = true;
			TEST_NOTE("%s", said);
		}
		free(text);
	}
	snprintf(file, sizeof(file), "%s.txt", name);
	text = mail(h);
	if (!golden_is(text, file, said, sizeof(said))) {
		test_bad = true;
		TEST_NOTE("%s", said);
	}
	free(text);
	model_free(h);
}

static void small_history_reads_as_before(void)
{
	golden(small_history(), calibration(), "history-small");
}

static void empty_history_reads_as_before(void)
{
	golden(empty_history(), NULL, "history-empty");
}

/* ---- what it must say */

static void check_says(enum doc_format format, const char *const *parts)
{
	struct dlab_history *h = small_history();
	char *text = format == DOC_MAIL ? mail(h) :
					  render(h, NULL, NO_PLOTS, format);

	for (; *parts; parts++)
		CHECK_SAYS(text, *parts);
	free(text);
	model_free(h);
}

static void every_change_is_at_its_commit(void)
{
	static const char *const parts[] = {
		"11 commits after the base: 4 made cases worse, 1 made",
		"10 ok, 0 with failed cases, 1 crashed, 1 did not build",
		"+7,680   +9.25 %",
		"+20   +0.77 %",
		NULL,
	};

	check_says(DOC_MAIL, parts);
}

static void counts_are_told_in_words(void)
{
	static const char *const parts[] = {
		"**32 more IOTLB invalidations**, in one case",
		"**a second allocation**, in one case",
		"**unmapping**: +20 instructions, in one case",
		NULL,
	};

	check_says(DOC_MD, parts);
}

static void what_moved_without_a_cost_is_told(void)
{
	static const char *const parts[] = {
		"4 made cases worse, 1 made cases better",
		"## What moved, and what instructions do not show",
		"unmap -40, map +40",
		"iotlb_flush +1",
		"included). 1 made cases do more work that instructions do not",
		"**Cost moved from one phase to another in 1 case**",
		"became neither worse nor better in instructions and does more "
		"work whose cost instructions do not show",
		NULL,
	};

	check_says(DOC_MD, parts);
}

static void a_range_is_said_to_be_one(void)
{
	static const char *const parts[] = {
		"The change lies in one of 3 commits: after",
		"CASES='map/scattered[path=sg,desc=nvme-prp,size=128k]'",
		NULL,
	};

	check_says(DOC_MD, parts);
}

static char *printed(const struct dlab_history *h)
{
	char *text;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	dlab_history_text(h, f);
	fclose(f);
	return text;
}

/* A commit that only broke a case is one that made something worse. */
static void report_and_terminal_count_alike(void)
{
	struct dlab_history *h = small_history();
	struct dlab_finding *better =
		(struct dlab_finding *)dlab_history_finding(h, 8);
	char *text, *md;

	free(better->appeared);
	better->appeared = calloc(1, sizeof(*better->appeared));
	better->appeared[0] = (struct dlab_case_change){
		.id = strdup(SG), .broke = true, .reason = strdup("no address")
	};
	better->nr_appeared = 1;
	text = printed(h);
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK_SAYS(md, "5 made cases worse, 1 made cases better");
	CHECK_SAYS(text, "5 made something worse and 1");
	free(text);
	free(md);
	model_free(h);
}

/* What could not be judged is not small. */
static void doubts_are_not_below_the_minimum_effect(void)
{
	struct dlab_history *h = model_new(3);
	size_t op = track(h, SG, "op_insns", 23239);
	char *md;

	model_step(h, op, 1, 500);
	model_step(h, op, 2, 2);
	h->tracks[op].past[1] = h->tracks[op].past[2] = 77;
	model_finish(h);
	CHECK(h->nr_doubts == 1);
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK_SAYS(md, "minimum effect**: 1 difference in 1 figure. "
		       "The largest is +2 ");
	free(md);
	model_free(h);
}

/* Whether @a stands in @text, and @b after it. */
static bool comes_before(const char *text, const char *a, const char *b)
{
	const char *at = strstr(text, a);

	return at && strstr(at, b);
}

/* What also got worse somewhere is no larger an improvement for that. */
static void improvements_are_ordered_by_what_they_improve(void)
{
	struct dlab_history *h = model_new(3);
	size_t sg = track(h, SG, "op_insns", 10000);
	size_t page = track(h, PAGE, "op_insns", 10000);
	char *md;

	model_step(h, sg, 1, 2000);
	model_step(h, page, 1, -200);
	model_step(h, page, 2, -500);
	model_finish(h);
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK(comes_before(strstr(md, "## What improved"), "| #2 ", "| #1 "));
	CHECK_SAYS(md, "The case that became worse");
	CHECK_SAYS(md, "The case that became better");
	/* 10,000 to 9,300 */
	CHECK_SAYS(md, "Base to tip: of 2 cases 1 worse, 1 better, 0 the same");
	CHECK_SAYS(md, "| -7.00 % | -700 | 10,000 | 9,300 |");
	free(md);
	model_free(h);
}

/* It is said where change points judge, and only there. */
static void what_change_points_cannot_see_is_said(void)
{
	struct dlab_history *h = model_synthetic(&metrics, 20, 20);
	char *md = render(h, NULL, NO_PLOTS, DOC_MD);

	CHECK(h->noisy);
	CHECK_SAYS(md, "do not see yet what one of the last two changed (`#18 ");
	free(md);
	model_free(h);
	h = small_history();
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK(!strstr(md, "do not see yet"));
	free(md);
	model_free(h);
}

static void configured(struct dlab_history *h, size_t i, const char *dir,
		       const char *text)
{
	struct dlab_kvs *kvs = &h->runs[i].fingerprint;
	char path[8192];
	FILE *f;

	free(h->run_dirs[i]);
	h->run_dirs[i] = strdup(dir);
	snprintf(path, sizeof(path), "%s/kernel.config", dir);
	f = fopen(path, "w");
	if (!f)
		abort();
	fputs(text, f);
	fclose(f);
	for (size_t k = 0; k < kvs->nr; k++) {
		if (strcmp(kvs->v[k].key, "kernel_commit"))
			continue;
		free(kvs->v[k].key);
		free(kvs->v[k].value);
		kvs->v[k].key = strdup("kernel_config_sha256");
		kvs->v[k].value = strdup(text);
	}
}

static void configurations_are_named_by_commit_and_symbol(void)
{
	struct dlab_history *h = model_new(2);
	char *a = fake_tmpdir(), *b = fake_tmpdir(), *md;

	model_step(h, track(h, SG, "op_insns", 10000), 1, 500);
	model_finish(h);
	configured(h, 0, a, "CONFIG_A=y\n");
	configured(h, 1, b,
		   "CONFIG_A=y\nCONFIG_B=m\n# CONFIG_C_TEST is not set\n");
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK(comes_before(md, "**Configuration** at `#1 ", "## What was measured"));
	CHECK_SAYS(md, "CONFIG_B (not there → m), CONFIG_C_TEST (not "
		       "there → not set)");
	free(md);
	model_free(h);
	fake_rmdir(a);
	fake_rmdir(b);
}

/* A path that a shell and make would take apart. */
static void a_command_is_quoted_for_shell_and_make(void)
{
	struct dlab_history *h = small_history();
	char *md;

	free(h->kernel_src);
	h->kernel_src = strdup("/home/me/it's my $(tree)");
	free(h->boots);
	h->boots = strdup("5");
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK_SAYS(md, "KERNEL_SRC='/home/me/it'\\''s my $$(tree)' \\\n");
	CHECK_SAYS(md, "TOPOLOGY=vm-vtd-strict BOOTS=5 \\\n");
	free(md);
	model_free(h);
}

static void a_cost_on_every_64th_operation_is_seen(void)
{
	static const char *const parts[] = {
		"2,621 → 2,721 instructions (+100, +3.82 %), in the total",
		"mean of consecutive operations",
		NULL,
	};

	check_says(DOC_MD, parts);
}

static void what_may_be_ignored_says_why(void)
{
	static const char *const parts[] = {
		"- **Structure counts alone**: 1 count moved at 1 commit",
		"iova_rcache_miss",
		"- **Below the minimum effect**: 1 difference in 1 figure. The largest is +2 instructions",
		"dma-iommu.c:7: error: 'x'",
		"vm-vtd-lazy: panic: no root",
		NULL,
	};

	check_says(DOC_MD, parts);
}

static void put_function(struct dlab_functions *f, const char *name,
			 uint64_t insns, uint64_t calls)
{
	const uint64_t i[DLAB_NR_PHASES] = { [DLAB_PHASE_UNMAP] = insns };
	const uint64_t c[DLAB_NR_PHASES] = { [DLAB_PHASE_UNMAP] = calls };
	struct dlab_err err;

	CHECK(!dlab_functions_add(f, name, i, c, &err));
}

static void one_commit(struct fake_history *h, double insns, uint64_t flushes)
{
	struct fake_run *r = fake_commit_run(h);
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	struct dlab_functions f = { 0 };

	fake_constant(b, "map/a[path=page]", "op_insns", insns, 64);
	put_function(&f, "qi_flush_iotlb", 240 * flushes, flushes);
	put_function(&f, "__iommu_dma_unmap", 400, 1);
	fake_functions(b, "map/a[path=page]", &f);
	dlab_functions_free(&f);
	fake_commit(h, "ok", "", r);
}

static void the_function_that_grew_is_named(void)
{
	struct fake_history *fake;
	struct dlab_history h;
	struct dlab_err err;
	char dir[PATH_MAX], *path, *md;

	snprintf(dir, sizeof(dir), "%s/functions", tmp);
	fake = fake_history_new(dir);
	one_commit(fake, 2601, 1);
	one_commit(fake, 2841, 2);
	path = fake_history_write(fake);
	CHECK(!dlab_history_load(path, tmp, &metrics, &h, &err));
	CHECK(!dlab_history_find_changes(&h, &err));
	md = render(&h, NULL, NO_PLOTS, DOC_MD);
	CHECK_SAYS(md, "| qi_flush_iotlb | unmap | 240 | 480 | +240 | 1 → 2 |");
	CHECK(!strstr(md, "__iommu_dma_unmap"));
	/* and the command that shows the rest of them */
	CHECK_SAYS(md, "dlab explain \\\n    'map/a@vm[path=page]' \\\n    ");
	free(md);
	free(path);
	dlab_history_free(&h);
}

static void rates_that_were_not_measured_are_not_invented(void)
{
	struct dlab_calibration none = {
		.created = "",
		.kernel = "",
		.config = "",
		.compiler = "",
		.qemu = "",
		.module = "",
	};
	struct dlab_history *h = small_history();
	char *text = render(h, NULL, NO_PLOTS, DOC_MD);

	CHECK_SAYS(text, "Not measured here: `dlab calibrate`");
	free(text);
	text = render(h, &none, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "**Neutral rebuilds**: not measured.");
	CHECK_SAYS(text, "**Boots of the same binaries**: not measured.");
	CHECK_SAYS(text, "**Planted regressions**: not measured.");
	CHECK_SAYS(text, "**Times**: not measured");
	free(text);
	model_free(h);
}

static void what_a_calibration_raises_is_told(void)
{
	struct dlab_calibration ours = *calibration();
	struct dlab_history *h = small_history();
	struct dlab_err err;
	char *text;

	CHECK(!dlab_history_calibrate(h, calibration(), &err));
	ours.module = ours.config = "";
	CHECK(!dlab_history_calibrate(h, &ours, &err));
	text = render(h, &ours, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "calibration.json of 2026-11-20T10:15:00Z is of "
			 "another lab, module_source_sha256 was");
	CHECK_SAYS(text, "minimum effect on vm-vtd-strict: that of "
			 "metrics.ini, and more than 12 instructions, or more "
			 "than 0.07 %");
	free(text);
	model_free(h);
}

static void words_of_counts(void)
{
	char t[256];

#define WORDS(m, a, b, w) CHECK_STR(part_count_words(m, a, b, t), w)
	WORDS("iotlb_flush", 0, 1,
	      "one IOTLB invalidation where there was none");
	WORDS("kmalloc_calls", 1, 2, "a second allocation");
	WORDS("kmalloc_calls", 2, 3, "a third allocation");
	WORDS("iotlb_flush", 7, 8, "one more IOTLB invalidation");
	WORDS("iotlb_flush", 8, 7, "one IOTLB invalidation fewer");
	WORDS("iotlb_flush", 1, 0, "no IOTLB invalidation any more");
	WORDS("pte_4k", 32, 1, "31 fewer 4 KiB page-table entries");
	WORDS("iova_rcache_miss", 0, 1.0 / 64,
	      "one more rcache miss in every 64 operations");
	WORDS("lock_ops", 1, 1.4, "0.4 more locked operations an operation");
	CHECK(!part_count_words("no_such_count", 1, 2, t));
}

static void percents_have_the_digits_they_need(void)
{
	char t[256];

	CHECK_STR(part_percent(100, 101, t), "+1.00 %");
	CHECK_STR(part_percent(100, 88, t), "-12.0 %");
	CHECK_STR(part_percent(100, 350, t), "+250 %");
	CHECK_STR(part_percent(1000000, 1000003, t), "+0.0003 %");
	CHECK_STR(part_percent(0, 3, t), "from 0");
}

/* ---- form */

static void the_forms_hold(void)
{
	struct dlab_history *h = model_synthetic(&metrics, 50, 100);
	char *html = render(h, calibration(), NO_PLOTS, DOC_HTML);
	char *text = mail(h);

	CHECK(is_well_formed(html));
	CHECK(!strstr(html, "<script"));
	CHECK(!widest_beyond(strchr(text, '\n'), 72));
	free(html);
	free(text);
	model_free(h);
}

static void a_mail_has_regressions_first_and_the_command(void)
{
	struct dlab_history *h = small_history();
	char *text = mail(h);
	const char *worse = strstr(text, "What regressed");
	const char *better = strstr(text, "What improved");
	const char *told = strstr(text, "What moved, and what instructions");
	const char *net = strstr(text, "!! Base to tip: of 4 cases");
	const char *all = strstr(text, "11 commits after the base");

	CHECK_SAYS(text, "Subject: [dmalab] tip 3 worse, 0 better; 4 of 11 commits "
			 "worse; The series ...\n\n");
	CHECK(net && all && worse && told && better);
	CHECK(net < all && all < worse && worse < told && told < better);
	CHECK_SAYS(text, "unmap -40, map +40");
	CHECK_SAYS(text, "iotlb_flush +1");
	CHECK_SAYS(text, ": does not build, dma-iommu.c:7: error: 'x'\n");
	CHECK_SAYS(text, "\n    make commits RANGE=");
	CHECK_SAYS(text, "report.html and report.md");
	free(text);
	model_free(h);
}

/* A commit with a case, and what becomes of another. */
static void commit_with(struct fake_history *h, const char *status,
			const char *more)
{
	struct fake_run *r = fake_commit_run(h);
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	struct fake_boot *second = fake_boot_add(r, "vm", "count", 2);

	fake_constant(b, "map/a", "op_insns", 2601, 4);
	fake_constant(second, "map/a", "op_insns", 2602, 4);
	if (!strcmp(status, "ok"))
		fake_constant(b, "map/b", "op_insns", 100, 4);
	else
		fake_outcome(b, "map/b", status, "no IOVA");
	fake_constant(b, more, "op_insns", 100, 4);
	fake_commit(h, "ok", "", r);
}

static void what_all_commits_broke_or_lost_is_named(void)
{
	static const char *const says[] = {
		"Base to tip: of 1 case 0 worse, 0 better, 1 the same, 1 broke, 1",
		"broke", "map/b@vm", ": no IOVA", "only at the base", "map/old@vm",
		/* and what boots do not agree on */
		"not exact: boots of one commit disagree on 1 figure",
	};
	struct fake_history *fake;
	struct dlab_history h;
	struct dlab_err err;
	char dir[PATH_MAX], *path, *text, *page;

	snprintf(dir, sizeof(dir), "%s/lost", tmp);
	fake = fake_history_new(dir);
	commit_with(fake, "ok", "map/old");
	commit_with(fake, "fail", "map/new");
	path = fake_history_write(fake);
	CHECK(!dlab_history_load(path, tmp, &metrics, &h, &err));
	CHECK(!dlab_history_find_changes(&h, &err));
	page = render(&h, NULL, NO_PLOTS, DOC_MD);
	text = mail(&h);
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		CHECK_SAYS(text, says[i]);
	CHECK_SAYS(text, "Subject: [dmalab] tip 0 worse, 0 better, 1 "
			 "broke; 1 of 1 commit worse; ");
	CHECK_SAYS(text, "- broke: map/b@vm: no IOVA\n- only at the base: map/old");
	CHECK_SAYS(page, "1 broke, 1 only at the base, 1 only at the tip.");
	CHECK_SAYS(page, "| broke | `map/b@vm` | no IOVA |");
	free(text);
	free(page);
	free(path);
	dlab_history_free(&h);
}

/* Whatever was measured before it, that is the news. */
static void the_subject_tells_of_a_newest_commit_that_broke(void)
{
	struct dlab_history *h = model_new(3);
	char *text;

	track(h, "map/a@vm", "op_insns", 100);
	model_outcome(h, 2, DLAB_POINT_NO_BUILD, "iova.c:1: error: x");
	model_finish(h);
	text = mail(h);
	CHECK_SAYS(text, "Subject: [dmalab] newest does not build; 0 of "
			 "2 commits worse;");
	free(text);
	model_free(h);
	h = empty_history();
	text = mail(h);
	CHECK_SAYS(text, "Subject: [dmalab] NOT MEASURED: 0 of 1 commit worse;");
	free(text);
	model_free(h);
}

static void a_mail_of_500_commits_has_60_lines(void)
{
	struct dlab_history *h = model_synthetic(&metrics, 500, 100);
	char *text = mail(h);
	unsigned int n = count_of(text, "\n");

	CHECK(n <= DOC_MAIL_LINES && n > DOC_MAIL_LINES - 6);
	CHECK_SAYS(text, "make commits RANGE=");
	free(text);
	model_free(h);
}

static void data_cannot_become_markup(void)
{
	static const char bad[] =
		"<script>\016x\017\001</script>&amp;\"`|**_x_**[a](b)\xff";
	struct dlab_history *h = model_new(3);
	char *html, *md;
	char id[512];

	snprintf(id, sizeof(id), "map/a@vm[path=%s]", bad);
	model_step(h, track(h, id, "op_insns", 100), 1, 50);
	model_subject(h, 1, bad);
	model_outcome(h, 2, DLAB_POINT_CRASH, bad);
	model_finish(h);
	html = render(h, NULL, "plots", DOC_HTML);
	md = render(h, NULL, NO_PLOTS, DOC_MD);
	CHECK(is_well_formed(html));
	CHECK(!strstr(html, "<script"));
	/* code spans are verbatim in Markdown */
	CHECK_SAYS(md, "&lt;script>");
	CHECK_SAYS(html, "&lt;script&gt;?x??&lt;/script&gt;&amp;amp;");
	/* nor leave the quotes of the command */
	CHECK_SAYS(md, "CASES='map/a[path=<script>?x");
	CHECK_SAYS(md, "_x_");
	free(html);
	free(md);
	model_free(h);
}

/* ---- figures, size, time */

static bool has_gnuplot(void)
{
	return !system("gnuplot --version >/dev/null 2>&1");
}

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void figures_are_drawn(void)
{
	struct dlab_history *h = small_history();
	char *html = render(h, NULL, "plots", DOC_HTML);

	/* all together; 4 for worse, 1 for better; 3 cases changed */
	CHECK(count_of(html, "<svg ") == 9);
	CHECK(count_of(html, "<figure>") == 9);
	CHECK(!strstr(html, "No figures"));
	CHECK(!strstr(html, "NaN"));
	/* axes have units, and their commits lead to what was said of them */
	CHECK(count_of(html, ">instructions</text>") == 5);
	CHECK(count_of(html, " insns</text>") == 3);
	CHECK_SAYS(html, "change of an operation</text>");
	CHECK_SAYS(html, "<a href=\"#c2\" tabindex=\"-1\"><title>#2 iommu/dma: "
			 "check | &lt;twice&gt; &amp; `more`</title>#2</a>");
	CHECK(!has_dead_link(html));
	free(html);
	model_free(h);
}

static void put_report(size_t points)
{
	struct dlab_history *h = model_synthetic(&metrics, points, 100);
	const char *samples = getenv("DLAB_SAMPLES");
	struct dlab_err err = { "" };
	double start = seconds();
	char dir[PATH_MAX], path[PATH_MAX + 16];
	struct stat st;

	snprintf(dir, sizeof(dir), "%s/%zu", samples ? samples : tmp, points);
	mkdir(dir, 0777);
	if (dlab_history_report(h, calibration(), "plots", dir, &err)) {
		test_bad = true;
		TEST_NOTE("%s", err.text);
	}
	snprintf(path, sizeof(path), "%s/report.html", dir);
	CHECK(!stat(path, &st) && st.st_size < MAX_BYTES);
	CHECK(seconds() - start < MAX_SECONDS);
	printf("# %zu commits, 100 cases: %.2f s, %.0f KiB of HTML\n", points,
	       seconds() - start, (double)st.st_size / 1024);
	snprintf(path, sizeof(path), "%s/report.txt", dir);
	CHECK(!stat(path, &st));
	snprintf(path, sizeof(path), "%s/report.md", dir);
	CHECK(!stat(path, &st));
	model_free(h);
}

static void five_fifty_and_five_hundred_commits_fit(void)
{
	put_report(5);
	put_report(50);
	put_report(500);
}

int main(void)
{
	struct dlab_err err;

	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(small_history_reads_as_before);
	RUN(empty_history_reads_as_before);
	RUN(every_change_is_at_its_commit);
	RUN(counts_are_told_in_words);
	RUN(what_moved_without_a_cost_is_told);
	RUN(a_range_is_said_to_be_one);
	RUN(report_and_terminal_count_alike);
	RUN(doubts_are_not_below_the_minimum_effect);
	RUN(improvements_are_ordered_by_what_they_improve);
	RUN(what_change_points_cannot_see_is_said);
	RUN(configurations_are_named_by_commit_and_symbol);
	RUN(a_command_is_quoted_for_shell_and_make);
	RUN(a_cost_on_every_64th_operation_is_seen);
	RUN(what_may_be_ignored_says_why);
	RUN(the_function_that_grew_is_named);
	RUN(rates_that_were_not_measured_are_not_invented);
	RUN(what_a_calibration_raises_is_told);
	RUN(words_of_counts);
	RUN(percents_have_the_digits_they_need);
	RUN(the_forms_hold);
	RUN(a_mail_has_regressions_first_and_the_command);
	RUN(what_all_commits_broke_or_lost_is_named);
	RUN(the_subject_tells_of_a_newest_commit_that_broke);
	RUN(a_mail_of_500_commits_has_60_lines);
	RUN(data_cannot_become_markup);
	if (has_gnuplot())
		RUN(figures_are_drawn);
	else
		SKIP(figures_are_drawn, "gnuplot is not installed");
	RUN(five_fifty_and_five_hundred_commits_fit);
	fake_rmdir(tmp);
	dlab_metrics_free(&metrics);
	return test_end();
}
