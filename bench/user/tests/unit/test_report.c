// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a report say what a run holds, in three formats, whatever is in it?
 *
 * Compares with tests/golden/; DLAB_UPDATE_GOLDEN=1 in the environment writes
 * those files anew instead (look at the difference before committing it).
 */
#include <glob.h>
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "../lib/fakerun.h"
#include "../lib/rendered.h"
#include "file.h"
#include "report.h"
#include "test.h"

/* There are no figures here: their numbers differ between gnuplot versions. */
#define NO_PLOTS "no-such-directory"

static struct dlab_metrics metrics;
static char *tmp;
static const char *baseline; /* as --baseline names it */

/* ---- runs to report on */

static void operation(struct fake_boot *b, const char *id, double map,
		      double fill, double unmap)
{
	double op[64];
	int i;

	fake_constant(b, id, "map_insns", map, 64);
	fake_constant(b, id, "fill_insns", fill, 64);
	fake_constant(b, id, "unmap_insns", unmap, 64);
	for (i = 0; i < 64; i++)
		op[i] = map + fill + unmap - 9;
	/* one in 64 pays for something that the others do not */
	op[63] += 6400;
	fake_samples(b, id, "op_insns", op, 64);
}

static void counts(struct fake_boot *b, const char *id, double segs,
		   double flushes)
{
	fake_constant(b, id, "iova_alloc", flushes > 0, 1);
	fake_constant(b, id, "pte_4k", segs, 1);
	fake_constant(b, id, "pte_2m", 0, 1);
	fake_constant(b, id, "iotlb_flush", flushes, 1);
	fake_constant(b, id, "dma_segs", segs, 1);
}

static void counting_boot(struct fake_run *r, const char *topology,
			  double flushes)
{
	struct fake_boot *b = fake_boot_add(r, topology, "count", 1);
	static const char *const sizes[] = { "4k", "64k", "128k" };
	static const double segs[] = { 1, 16, 32 };
	char id[128];
	int i;

	fake_boot_effective(b, "domain", flushes < 1 ? "DMA-FQ" : "DMA");
	fake_boot_effective(b, "ats", "0");
	for (i = 0; i < 3; i++) {
		snprintf(id, sizeof(id),
			 "map/scattered[path=sg,desc=nvme-prp,size=%s]",
			 sizes[i]);
		operation(b, id, 900 + 650 * segs[i], 11 * segs[i], 2000);
		counts(b, id, segs[i], flushes);
		snprintf(id, sizeof(id),
			 "map/scattered[path=page,desc=nvme-prp,size=%s]",
			 sizes[i]);
		operation(b, id, 826 * segs[i], 12 * segs[i], 1774 * segs[i]);
		counts(b, id, segs[i], segs[i] * flushes);
		snprintf(id, sizeof(id),
			 "map/scattered[path=null,desc=nvme-prp,size=%s]",
			 sizes[i]);
		operation(b, id, 20, 11 * segs[i], 18);
		/* a path that nobody has heard of yet */
		snprintf(
			id, sizeof(id),
			"map/scattered[path=warp,hint=natural,desc=mtt,size=%s]",
			sizes[i]);
		if (i < 2)
			operation(b, id, 300, 10 * segs[i], 400);
	}
	fake_outcome(b, "map/scattered[path=sg,desc=nvme-sgl,size=4k]", "skip",
		     "the controller has no SGL support | use another one");
	fake_outcome(b, "map/scattered[path=page,desc=nvme-sgl,size=4k]",
		     "fail", "map of segment 3: <b>-12</b> & \"nothing\" else");
}

static void declare_cases(const char *dir, const char *boot, const char *lines)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s/cases.tsv", dir, boot);
	f = fopen(path, "w");
	CHECK(f && fputs(lines, f) >= 0 && !fclose(f));
}

#define SCATTERED(path, size)                                           \
	"map/scattered[path=" path ",desc=nvme-prp,size=" size "]\t"    \
	"map/scattered\tkmod\tcount\tpath=" path "\tdesc=nvme-prp\tsize=" \
	size "\tmem=scattered\n"
#define EVERY_SIZE(path) \
	SCATTERED(path, "4k") SCATTERED(path, "64k") SCATTERED(path, "128k")

static const char scattered[] =
	EVERY_SIZE("null") EVERY_SIZE("page") EVERY_SIZE("sg");

static char *mixed_run(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-default-1a2b");
	struct fake_boot *b;
	char *dir;

	counting_boot(r, "vm-vtd-strict", 1);
	counting_boot(r, "vm-vtd-lazy", 1.0 / 256);
	b = fake_boot_add(r, "vm-vtd-strict", "time", 1);
	fake_boot_emulated(b);
	fake_boot_taint(b, "lockdep");
	fake_bucket(b, "map/time[path=page,size=4k]", "op_ns", 2600, 300);
	fake_bucket(b, "map/time[path=page,size=4k]", "op_ns", 5200, 3);
	fake_constant(b, "io/read[size=4k]", "iops", 24150, 1);
	fake_constant(b, "io/read[size=4k]", "cpu_ns_per_io", 9512.25, 1);
	b = fake_boot_add(r, "vm-vtd-lazy", "devio", 1);
	fake_constant(b, "map/devio[path=page,desc=nvme-prp,size=4k]",
		      "verified_bytes", 4096, 1);
	b = fake_boot_add(r, "vm-vtd-strict", "devio", 1);
	fake_boot_ended(b, "crash", "the guest panicked: VFS: no root");
	dir = fake_run_write(r);
	declare_cases(dir, "vm-vtd-strict-count-1", scattered);
	declare_cases(dir, "vm-vtd-lazy-count-1", scattered);
	return dir;
}

/* Nothing at all came out of it. */
static char *empty_run(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-smoke-0000");
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_run_suite(r, "smoke");
	fake_boot_ended(b, "timeout", "the console stayed silent for 180 s");
	fake_outcome(b, "map/smoke[path=page,size=4k]", "timeout",
		     "the console stayed silent for 180 s");
	return fake_run_write(r);
}

/* ---- rendering */

typedef void (*build_fn)(struct doc *d, const struct report_view *v,
			 struct report_plotter *p);

static void build_table(struct doc *d, const struct report_view *v,
			struct report_plotter *p __attribute__((unused)))
{
	report_build_table(d, v);
}

/* Without the directory that tests make anew. */
static char *less_tmp(char *text)
{
	for (char *at = text; (at = strstr(at, tmp));)
		memmove(at, at + strlen(tmp), strlen(at + strlen(tmp)) + 1);
	return text;
}

static char *render(const char *dir, build_fn build, const char *plots,
		    enum doc_format format)
{
	struct dlab_err err = { "" };
	struct report_plotter p;
	struct report_view v;
	struct doc d;
	char *text;

	test_need(!report_view_load(&v, dir, &metrics, &err), err.text);
	CHECK(!report_set_baseline(&v, baseline));
	report_plotter_open(&p, plots);
	doc_init(&d, v.run.name);
	build(&d, &v, &p);
	text = rendered(&d, format);
	doc_free(&d);
	report_plotter_close(&p);
	report_view_free(&v);
	return less_tmp(text);
}

/* The mail about a run. */
static char *mail(const char *dir)
{
	struct dlab_err err = { "" };
	struct report_view v;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	test_need(f && !report_view_load(&v, dir, &metrics, &err), err.text);
	CHECK(!report_set_baseline(&v, baseline));
	CHECK(!doc_mail(report_build_mail, &v, f) && !fclose(f));
	report_view_free(&v);
	return less_tmp(text);
}

/* ---- comparing with golden files */

static void golden(char *dir, const char *name)
{
	static const struct {
		const char *suffix;
		build_fn build;
		enum doc_format format;
	} files[] = {
		{ "html", report_build, DOC_HTML },
		{ "md", report_build, DOC_MD },
		{ "table.txt", build_table, DOC_TEXT },
	};
	char file[64], said[256], *text;
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(file, sizeof(file), "%s.%s", name, files[i].suffix);
		text = render(dir, files[i].build, NO_PLOTS, files[i].format);
		if (!golden_is(text, file, said, sizeof(said))) {
			test_bad = true;
			TEST_NOTE("%s", said);
		}
		free(text);
	}
	snprintf(file, sizeof(file), "%s.txt", name);
	text = mail(dir);
	if (!golden_is(text, file, said, sizeof(said))) {
		test_bad = true;
		TEST_NOTE("%s", said);
	}
	free(text);
	fake_rmdir(dir);
}

static void mixed_run_reads_as_before(void)
{
	golden(mixed_run(), "report-mixed");
}

static void empty_run_reads_as_before(void)
{
	golden(empty_run(), "report-empty");
}

/* ---- well-formedness */

static void html_is_well_formed(void)
{
	char *dir = mixed_run();
	char *html = render(dir, report_build, NO_PLOTS, DOC_HTML);

	CHECK(is_well_formed(html));
	CHECK(!is_well_formed("<html><p></html>"));
	CHECK(!is_well_formed("<html><p a=\"<\"></p>"));
	free(html);
	fake_rmdir(dir);
}

static void the_short_table_fits_80_columns(void)
{
	char *dir = mixed_run();
	char *table = render(dir, build_table, NO_PLOTS, DOC_TEXT);

	CHECK(!widest_beyond(table, 80));
	free(table);
	fake_rmdir(dir);
}

static unsigned int lines(const char *text)
{
	return count_of(text, "\n");
}

static void a_mail_has_subject_command_and_where_the_rest_is(void)
{
	char *dir = mixed_run();
	char *text = mail(dir);

	CHECK(!strncmp(text, "Subject: [dmalab] 25 of 29 cases ok: default, "
			     "DMA mapping in Linux 6.12.117\n\n",
		       77));
	CHECK_SAYS(text, "\n    make bench SUITE=default BASE=6.12\n");
	CHECK_SAYS(text, "Every figure: report.html and report.md in\n\n"
			 "    /20261120-101500-default-1a2b\n");
	CHECK(!widest_beyond(strchr(text, '\n'), 72));
	free(text);
	fake_rmdir(dir);
}

/* Worse than any run: everything in it is long, and there is much of it. */
static char *large_run(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-large-0001");
	char name[64], id[200], reason[200];
	int i, j;

	for (i = 0; i < 30; i++) {
		struct fake_boot *b;

		snprintf(name, sizeof(name), "a-topology-of-many-words-%d", i);
		b = fake_boot_add(r, name, "count", 1);
		for (j = 0; j < 30; j++) {
			snprintf(id, sizeof(id),
				 "map/scattered[path=a-path-of-many-words-%d,"
				 "desc=nvme-prp,size=128k]",
				 j);
			operation(b, id, 100 + j, 10, 50);
		}
		snprintf(id, sizeof(id), "map/fails[path=%0100d]", i);
		snprintf(reason, sizeof(reason), "because %0150d", i);
		fake_outcome(b, id, "fail", reason);
		if (i % 2)
			fake_boot_ended(b, "crash", reason);
	}
	return fake_run_write(r);
}

static void a_mail_of_the_largest_run_has_60_lines(void)
{
	char *dir = large_run();
	char *text = mail(dir);

	CHECK(lines(text) <= DOC_MAIL_LINES);
	/* and makes use of them */
	CHECK(lines(text) > DOC_MAIL_LINES - 4);
	CHECK_SAYS(text, "and 30 more");
	CHECK_SAYS(text, " of 30 rows");
	CHECK_SAYS(text, "make bench");
	free(text);
	fake_rmdir(dir);
}

/* ---- what it must say */

static void nothing_is_fetched_and_no_script_runs(void)
{
	char *dir = mixed_run();
	char *html = render(dir, report_build, "plots", DOC_HTML);
	const char *p = html;

	CHECK(!strstr(html, "<script"));
	CHECK(!strstr(html, "<link"));
	CHECK(!strstr(html, "@import"));
	CHECK(!strstr(html, "url(http"));
	/* names of XML's vocabularies are never fetched */
	while ((p = strstr(p, "http"))) {
		CHECK(!strncmp(p, "http://www.w3.org/", 18));
		p++;
	}
	free(html);
	fake_rmdir(dir);
}

static void local_changes_are_told_at_the_top(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-w-0001");
	char *dir, *text;

	fake_run_fingerprint(r, "kernel_local_changes",
			     "since 0123456789ab: 3 files");
	dir = fake_run_write(r);
	text = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "**The kernel has local changes**, which no commit has: "
			 "since 0123456789ab: 3 files.");
	free(text);
	fake_rmdir(dir);
}

static void data_cannot_become_markup(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-evil-0001");
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	const char *bad = "<script>alert('1')</script>&amp;\"`|**_x_**[a](b)";
	char id[256], *dir, *html, *md;

	fake_run_fingerprint(r, "compiler", bad);
	fake_outcome(b, "map/a[path=page,size=4k]", "fail", bad);
	snprintf(id, sizeof(id), "map/a[path=%s,size=8k]", "<svg/onload=x>");
	operation(b, id, 1, 1, 1);
	operation(b, "map/a[path=sg,size=8k]", 2, 2, 2);
	dir = fake_run_write(r);
	html = render(dir, report_build, "plots", DOC_HTML);
	md = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK(is_well_formed(html));
	CHECK(!strstr(html, "<script"));
	CHECK(!strstr(html, "<svg/"));
	CHECK_SAYS(
		html,
		"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;amp;&quot;`|");
	CHECK(!strstr(md, "<script"));
	CHECK_SAYS(md, "&lt;script>");
	CHECK_SAYS(md, "\\`\\|\\*\\*");
	free(html);
	free(md);
	fake_rmdir(dir);
}

static void control_characters_do_not_reach_a_document(void)
{
	char text[] = "a\016b\tc\x7f\xc3\xa9\xff\xc2\x85z";

	doc_clean(text);
	CHECK_STR(text, "a?b?c?\xc3\xa9???z");
}

static void what_was_not_measured_is_not_zero(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-holes-0001");
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	char *dir, *html, *text;

	operation(b, "map/a[path=page,size=4k]", 10, 10, 10);
	fake_constant(b, "map/a[path=sg,size=4k]", "map_insns", 5, 4);
	fake_outcome(b, "map/a[path=sg,size=8k]", "skip", "no");
	fake_constant(b, "map/a[path=page,size=4k]", "pte_4k", 0, 1);
	dir = fake_run_write(r);
	html = render(dir, report_build, NO_PLOTS, DOC_HTML);
	text = render(dir, build_table, NO_PLOTS, DOC_TEXT);
	CHECK_SAYS(html, "<td class=\"n nm\">not measured</td>");
	CHECK_SAYS(html, "<td class=\"n sk\">skip</td>");
	CHECK(!strstr(html, "<td class=\"n\">0</td>"));
	CHECK_SAYS(html, "Counted, and 0 in every row: <code>pte_4k</code>.");
	CHECK_SAYS(text, "n/m: not measured");
	free(html);
	free(text);
	fake_rmdir(dir);
}

static void problems_stand_before_figures(void)
{
	char *dir = mixed_run();
	char *text = render(dir, report_build, NO_PLOTS, DOC_MD);
	const char *problems = strstr(text, "## Problems\n");
	const char *glance = strstr(text, "## What would I gain?\n");

	CHECK_SAYS(text, "29 cases: 25 ok, 2 skipped, 2 failed, 0 timed out");
	CHECK_SAYS(text, "the guest panicked: VFS: no root");
	CHECK(problems && glance && problems < glance);
	free(text);
	fake_rmdir(dir);
}

static void what_was_skipped_stands_behind_figures(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-skip-0001");
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	const char *skipped, *glance;
	char *dir, *text;

	operation(b, "map/a[path=sg,size=4k]", 10, 10, 10);
	fake_outcome(b, "map/a[path=page,size=4k]", "skip", "not here");
	dir = fake_run_write(r);
	text = render(dir, report_build, NO_PLOTS, DOC_MD);
	skipped = strstr(text, "## Skipped\n");
	glance = strstr(text, "## What would I gain?\n");
	CHECK(skipped && glance && glance < skipped);
	free(text);
	fake_rmdir(dir);
}

static void emulated_times_are_labelled(void)
{
	char *dir = mixed_run();
	char *text = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK_SAYS(text, "Times of this topology are emulated");
	CHECK_SAYS(text, "timing, emulated");
	CHECK_SAYS(text, "Times and rates are emulated (TCG)");
	free(text);
	fake_rmdir(dir);
}

/* Lab hardware has no -icount: the CPU's counter and real time take its place. */
static void native_runs_are_counted_by_the_cpu(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-native-0001");
	struct fake_boot *b = fake_boot_add(r, "native", "time", 1);
	char *dir, *text;

	fake_run_lab(r, "native");
	fake_constant(b, "map/a[path=page,size=4k]", "op_pmu", 2601, 9);
	fake_constant(b, "map/a[path=sg,size=4k]", "op_pmu", 3100, 9);
	fake_bucket(b, "map/a[path=page,size=4k]", "op_ns", 850, 100);
	dir = fake_run_write(r);
	text = render(dir, report_build, NO_PLOTS, DOC_HTML);
	CHECK_SAYS(text, "costs <strong>3,100</strong> instructions by "
			 "<code>sg</code>; <strong>2,601</strong> instructions "
			 "by <code>page</code> (×0.84), the least");
	CHECK_SAYS(text, "counted by the CPU&#39;s performance counter");
	CHECK_SAYS(text, "median of <code>op_ns</code>, nanoseconds, timed.");
	CHECK_SAYS(text, "on this machine as it was booted");
	CHECK_SAYS(text, ">make bench SUITE=default LAB=native<");
	CHECK(!strstr(text, "are free under"));
	CHECK(!strstr(text, "op_insns"));
	free(text);
	fake_rmdir(dir);
}

static void models_are_labelled(void)
{
	char *dir = mixed_run();
	char *text = render(dir, report_build, NO_PLOTS, DOC_HTML);

	CHECK_SAYS(text, "map/scattered, mtt (model)");
	CHECK(!strstr(text, "nvme-prp (model)"));
	free(text);
	fake_rmdir(dir);
}

static void reproducing_takes_one_command(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-w-0001");
	char *dir, *text;

	fake_run_suite(r, "map/smoke");
	dir = fake_run_write(r);
	text = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "\nmake bench WORKLOAD=map/smoke BASE=6.12\n");
	CHECK_SAYS(text, "workload `map/smoke`, in virtual machines");
	CHECK_SAYS(text, "0 cases: 0 ok");
	free(text);
	fake_rmdir(dir);
	dir = mixed_run();
	text = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "\nmake bench SUITE=default BASE=6.12\n");
	free(text);
	fake_rmdir(dir);
}

/* What make was given is what is printed, but for what moves no figure. */
static void what_was_named_is_named_again(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-m-0001");
	char *dir, *text;

	fake_run_make(r, "bench");
	fake_run_make(r, "SUITE=smoke");
	fake_run_make(r, "CASES=map/smoke*path=sg,*");
	fake_run_make(r, "RESULTS=/my results");
	fake_run_make(r, "KERNEL_SRC=it's $HOME");
	fake_run_make(r, "DEPS=no");
	fake_run_make(r, "V=1");
	dir = fake_run_write(r);
	text = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK_SAYS(text, "\nmake bench SUITE=smoke CASES='map/smoke*path=sg,*' "
			 "RESULTS='/my results' \\\n"
			 "    KERNEL_SRC='it'\\''s $$HOME' BASE=6.12\n");
	CHECK_SAYS(text, "/dlab compare \\\n    /20261120-101500-m-0001 \\\n"
			 "    '/my results'/latest\n");
	free(text);
	fake_rmdir(dir);
}

/* ---- parts */

static void numbers_are_grouped(void)
{
	char t[REPORT_NUMBER_LEN];

	CHECK_STR(report_number(0, t), "0");
	CHECK_STR(report_number(999, t), "999");
	CHECK_STR(report_number(1000, t), "1,000");
	CHECK_STR(report_number(1328904, t), "1,328,904");
	CHECK_STR(report_number(2601.5, t), "2,601.5");
	CHECK_STR(report_number(-12345, t), "-12,345");
	CHECK_STR(report_number(1.0 / 256, t), "0.0039");
	CHECK_STR(report_number(12.346, t), "12.35");
	CHECK_STR(report_number(2.5, t), "2.5");
	CHECK_STR(report_number(1e-7, t), "1e-07");
	CHECK_STR(report_number(NAN, t), "not measured");
}

static void shapes_are_ordered_by_size(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-order-0001");
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	static const char *const sizes[] = { "2m", "4k", "128k", "512" };
	struct dlab_err err = { "" };
	struct report_view v;
	char id[64], *dir;
	size_t i;

	for (i = 0; i < 4; i++) {
		snprintf(id, sizeof(id), "map/a[path=page,size=%s]", sizes[i]);
		operation(b, id, 1, 1, 1);
	}
	dir = fake_run_write(r);
	CHECK(!report_view_load(&v, dir, &metrics, &err));
	CHECK(v.shapes.nr == 4);
	CHECK_STR(v.shapes.v[0], "512 B");
	CHECK_STR(v.shapes.v[1], "4K");
	CHECK_STR(v.shapes.v[2], "128K");
	CHECK_STR(v.shapes.v[3], "2M");
	report_view_free(&v);
	fake_rmdir(dir);
}

static void paths_keep_their_colours(void)
{
	char *dir = mixed_run();
	struct dlab_err err = { "" };
	struct report_view v;
	unsigned int seen = 0;
	int i;

	CHECK(!report_view_load(&v, dir, &metrics, &err));
	CHECK_STR(v.series.v[0], "null");
	CHECK_STR(v.series.v[1], "page");
	CHECK(report_colour_of(&v, 0) == 0);
	CHECK(report_colour_of(&v, 1) == 1);
	CHECK_STR(v.series.v[v.series.nr - 1], "warp/natural");
	for (i = 0; i < (int)v.series.nr; i++) {
		CHECK(!(seen & 1U << report_colour_of(&v, i)));
		seen |= 1U << report_colour_of(&v, i);
	}
	report_view_free(&v);
	fake_rmdir(dir);
}

static void headline_is_a_familiar_transfer(void)
{
	char *dir = mixed_run();
	struct dlab_err err = { "" };
	struct report_view v;

	CHECK(!report_view_load(&v, dir, &metrics, &err));
	CHECK(v.headline >= 0);
	if (v.headline >= 0) {
		const struct report_case *c = &v.cases[v.headline];

		CHECK_STR(report_value(c, "size"), "128k");
		CHECK_STR(report_value(c, "desc"), "nvme-prp");
	}
	report_view_free(&v);
	fake_rmdir(dir);
}

/* "segs" is left to its default in one, and given in the other. */
static char *two_workloads_run(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-same-0001");
	struct fake_boot *a = fake_boot_add(r, "a", "count", 1);
	struct fake_boot *b = fake_boot_add(r, "b", "count", 1);
	char *dir;

	operation(a, "map/big[path=page,desc=mtt,size=4k]", 1, 1, 1);
	operation(b, "map/small[path=page,size=4k]", 2, 2, 2);
	operation(b, "map/other[path=page,size=4k]", 3, 3, 3);
	dir = fake_run_write(r);
	declare_cases(dir, "a-count-1",
		      "map/big[path=page,desc=mtt,size=4k]\tmap/big\tkmod\t"
		      "count\tpath=page\tdesc=mtt\tsize=4k\tmem=scattered\n");
	declare_cases(
		dir, "b-count-1",
		"map/small[path=page,size=4k]\tmap/small\tkmod\tcount\t"
		"path=page\tsize=4k\tsegs=pages\tmem=scattered\tdesc=mtt\t"
		"ops=7\n"
		"map/other[path=page,size=4k]\tmap/other\tkmod\tcount\t"
		"path=page\tsize=4k\tmem=contig\tdesc=mtt\n");
	return dir;
}

static void the_same_transfer_is_found_in_another_workload(void)
{
	char *dir = two_workloads_run();
	const struct report_case *like;
	struct dlab_err err = { "" };
	struct report_view v;

	CHECK(!report_view_load(&v, dir, &metrics, &err));
	CHECK(v.nr_cases == 3 && v.topologies.nr == 2);
	CHECK_STR(v.cases[0].id, "map/big@a[path=page,desc=mtt,size=4k]");
	like = report_find_like(&v, &v.cases[0], 1, 0);
	CHECK_STR(like ? like->id : NULL, "map/small@b[path=page,size=4k]");
	like = report_find_like(&v, &v.cases[0], 0, 0);
	CHECK(like == &v.cases[0]);
	report_view_free(&v);
	fake_rmdir(dir);
}

static void columns_without_a_figure_are_left_out(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-some-0001");
	struct fake_boot *a = fake_boot_add(r, "a", "count", 1);
	struct fake_boot *b = fake_boot_add(r, "b", "count", 1);
	char *dir, *text, *table;

	operation(a, "map/scattered[path=page,size=128k]", 10, 10, 10);
	operation(b, "map/scattered[path=sg,size=128k]", 10, 10, 10);
	operation(b, "map/contig[path=phys,size=4k]", 10, 10, 10);
	dir = fake_run_write(r);
	text = render(dir, build_table, NO_PLOTS, DOC_TEXT);
	table = strstr(text, "\ntopology");
	CHECK(table);
	if (table) {
		CHECK_SAYS(table, "page");
		CHECK_SAYS(table, "sg");
		CHECK(!strstr(table, "phys"));
	}
	free(text);
	fake_rmdir(dir);
}

/* Those of the block layer join segments, and have a scatterlist of their own. */
static char *blk_run(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-blk-0001");
	struct fake_boot *b = fake_boot_add(r, "a", "count", 1);
	static const char blk[] = "map/blk[path=blk-%s,desc=mtt,size=128k]";
	char id[64], *dir;

	operation(b, "map/scattered[path=sg,desc=mtt,size=128k]", 900, 50, 50);
	operation(b, "map/scattered[path=page,desc=mtt,size=128k]", 90, 5, 5);
	snprintf(id, sizeof(id), blk, "sg");
	operation(b, id, 2000, 0, 0);
	fake_constant(b, id, "dma_segs", 1, 1);
	snprintf(id, sizeof(id), blk, "iter");
	operation(b, id, 500, 0, 0);
	fake_constant(b, id, "dma_segs", 1, 1);
	dir = fake_run_write(r);
	declare_cases(dir, "a-count-1",
		      "map/blk[path=blk-sg,desc=mtt,size=128k]\tmap/blk\tkmod\t"
		      "count\tpath=blk-sg\tdesc=mtt\tsize=128k\tmem=scattered\n"
		      "map/blk[path=blk-iter,desc=mtt,size=128k]\tmap/blk\tkmod\t"
		      "count\tpath=blk-iter\tdesc=mtt\tsize=128k\t"
		      "mem=scattered\n");
	return dir;
}

static void a_label_has_the_segments_that_were_given(void)
{
	char *dir = blk_run();
	char *text = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK_SAYS(text, "128K (32 segments)");
	CHECK(!strstr(text, "(1 segment)"));
	free(text);
	fake_rmdir(dir);
}

static void figures_are_multiples_of_the_baseline(void)
{
	char *dir = blk_run();
	char *md = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK_SAYS(md, "| 128K | 991 (×1) | 91 (×0.092) |");
	CHECK_SAYS(md, "| 128K (32 segments) | 1,991 (×1) | 491 (×0.25) |");
	CHECK_SAYS(md, "; ×: ratio to sg, or to blk-sg where there is none");
	free(md);
	baseline = "page";
	md = render(dir, report_build, NO_PLOTS, DOC_MD);
	baseline = NULL;
	CHECK_SAYS(md, "| 128K | 91 (×1) | 991 (×10.9) |");
	CHECK_SAYS(md, "| 128K (32 segments) | 1,991 | 491 |");
	free(md);
	fake_rmdir(dir);
}

static void what_a_path_is_stands_where_it_is_named(void)
{
	char *dir = blk_run();
	char *md = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK_SAYS(md, "| sg | 991 | ×1 | a scatterlist, allocated, filled");
	CHECK_SAYS(md, "- **blk-iter**: a request of the block layer, by its");
	free(md);
	fake_rmdir(dir);
}

/* Workloads that are measured by other paths do not share a table. */
static void no_cell_is_empty_where_everything_was_measured(void)
{
	char *dir = blk_run();
	char *md = render(dir, report_build, NO_PLOTS, DOC_MD);
	const char *figures = strstr(md, "\n## a\n"), *end, *cell;

	end = figures ? strstr(figures, "<details") : NULL;
	cell = figures ? strstr(figures, "| not measured |") : NULL;
	CHECK(figures && end && (!cell || cell > end));
	CHECK_SAYS(md, "| transfer | sg | page |\n");
	CHECK_SAYS(md, "| transfer | blk-sg | blk-iter |\n");
	free(md);
	fake_rmdir(dir);
}

static void a_column_of_nothing_is_not_drawn(void)
{
	struct doc_table *t;
	struct doc d;
	char *md;

	doc_init(&d, "columns");
	t = doc_table(&d, "some");
	doc_col(&d, t, DOC_COL_KEY, -1, "key");
	doc_col(&d, t, DOC_COL_NUM, -1, "nothing");
	doc_col(&d, t, DOC_COL_NUM, -1, "half");
	doc_col(&d, t, DOC_COL_NUM, -1, "never");
	doc_group(&d, t, "all");
	doc_row(&d, t, -1);
	doc_cell(&d, t, 0, "a");
	doc_cell(&d, t, DOC_CELL_MISSING, "%s", "");
	doc_cell(&d, t, 0, "7");
	doc_row(&d, t, -1);
	doc_cell(&d, t, 0, "b");
	md = rendered(&d, DOC_MD);
	CHECK_SAYS(md, "| key | half |\n|---|---:|\n| **all** | |\n"
		       "| a | 7 |\n| b | not measured |");
	free(md);
	doc_free(&d);
}

/* Three lists of which there are so many. */
static void three_lists(struct doc *d, const void *arg, const size_t *rows)
{
	const size_t *nr = arg;

	doc_subject(d, "%0100d", 0);
	for (size_t list = 0; list < 3; list++)
		for (size_t i = 0; i < nr[list] && i < rows[list]; i++)
			doc_item(d, "of list %zu", list);
}

static char *mail_of(const size_t *nr)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f && !doc_mail(three_lists, nr, f) && !fclose(f));
	return text;
}

static void the_first_list_of_a_mail_is_cut_last(void)
{
	char *text = mail_of((size_t[]){ 100, 100, 100 });

	CHECK(count_of(text, "\n") == DOC_MAIL_LINES);
	CHECK(count_of(text, "of list 1") == 3);
	CHECK(count_of(text, "of list 2") == 3);
	CHECK(strcspn(text, "\n") == DOC_SUBJECT_WIDTH);
	free(text);
	text = mail_of((size_t[]){ 4, 2, 100 });
	CHECK(count_of(text, "\n") == DOC_MAIL_LINES);
	CHECK(count_of(text, "of list 0") == 4);
	CHECK(count_of(text, "of list 1") == 2);
	free(text);
}

static void rows_stand_under_their_heading(void)
{
	static const char *const rows[][2] = {
		{ "x", "1" }, { "y", "2" }, { "x", "3" }, { "y", "4" }, { "y", "5" },
	};
	struct doc_table *t;
	struct doc d;
	char *md;

	doc_init(&d, "groups");
	t = doc_table(&d, "some");
	doc_col(&d, t, DOC_COL_KEY, -1, "key");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		doc_row(&d, t, -1);
		doc_cell(&d, t, 0, "%s", rows[i][1]);
		doc_row_under(&d, t, "of %s", rows[i][0]);
	}
	md = rendered(&d, DOC_MD);
	CHECK_SAYS(md, "| **of x** |\n| 1 |\n| 3 |\n"
		       "| **of y** |\n| 2 |\n| 4 |\n| 5 |\n");
	free(md);
	doc_free(&d);
}

static void sizes_are_not_repeated_as_figures(void)
{
	char *dir = mixed_run();
	char *md = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK(!strstr(md, "| 4,096 |"));
	CHECK_SAYS(md, "**Verified**: in 1 case a device moved data");
	free(md);
	fake_rmdir(dir);
}

static void exact_figures_have_no_distribution(void)
{
	char *dir = mixed_run();
	char *md = render(dir, report_build, NO_PLOTS, DOC_MD);

	CHECK_SAYS(md, "cost that much or more: map/time, 4K on vm-vtd-strict");
	CHECK(count_of(md, "cost that much or more") == 1);
	free(md);
	fake_rmdir(dir);
}

static void a_run_with_functions_says_how_to_see_them(void)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-f-0001");
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	const uint64_t insns[DLAB_NR_PHASES] = { 7, 7, 7 };
	struct dlab_functions f = { 0 };
	struct dlab_err err;
	char *dir, *md;

	operation(b, "map/a[path=page,size=4k]", 10, 10, 10);
	operation(b, "map/a[path=sg,size=4k]", 10, 10, 10);
	CHECK(!dlab_functions_add(&f, "dma_map", insns, insns, &err));
	fake_functions(b, "map/a[path=page,size=4k]", &f);
	fake_functions(b, "map/a[path=sg,size=4k]", &f);
	dlab_functions_free(&f);
	dir = fake_run_write(r);
	md = render(dir, report_build, NO_PLOTS, DOC_MD);
	CHECK(count_of(md, "dlab explain \\\n    'map/a@vm[path=sg,size=4k]' \\\n"
			   "    /20261120-101500-f-0001\n") == 2);
	free(md);
	fake_rmdir(dir);
}

static void svg_becomes_part_of_the_page(void)
{
	static const char svg[] =
		"<?xml version=\"1.0\"?>\n<svg \n width=\"5\" height=\"6\"\n"
		" viewBox=\"0 0 5 6\"\n xmlns=\"x\">\n"
		"<title>Gnuplot</title><desc>by</desc>\n"
		"<g fill=\"none\">\n</g>"
		"<defs><circle id='gpDot' r='1'/></defs>"
		"<use xlink:href='#gpDot' color='rgb(  0,  84, 159)'/>"
		"<text fill=\"#1c2128\">#1c2128 rgb(0,84,159)</text>"
		"<path stroke='rgb(1, 2, 3)' d='M1,2\n\t\tL3,4'/></svg>\n";
	char *got = report_svg_embed(svg, 7, NULL, 0);

	CHECK_STR(
		got,
		"<svg viewBox=\"0 0 5 6\" xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" aria-hidden=\"true\">\n"
		"\n\n"
		"<defs><circle id='f7-gpDot' r='1'/></defs>"
		"<use xlink:href='#f7-gpDot' color='var(--s2)'/>"
		"<text fill=\"var(--ink)\">#1c2128 rgb(0,84,159)</text>"
		"<path stroke='rgb(1, 2, 3)' d='M1,2   L3,4'/></svg>\n");
	free(got);
	CHECK(!report_svg_embed("no picture", 1, NULL, 0));
	CHECK(!report_svg_embed("<svg", 1, NULL, 0));
}

static void commits_in_a_figure_are_links(void)
{
	static const char *const titles[] = { "base", "a < b & \"c\"" };
	char *got = report_svg_embed("<svg viewBox=\"0 0 1 1\">"
				     "<text>#1</text><text>#2</text>"
				     "<text>#x</text></svg>",
				     1, titles, 2);

	CHECK_SAYS(got, "<text><a href=\"#c1\" tabindex=\"-1\"><title>#1 a "
			"&lt; b &amp; &quot;c&quot;</title>#1</a></text>"
			"<text>#2</text><text>#x</text>");
	free(got);
}

static bool has_gnuplot(void)
{
	return !system("gnuplot --version >/dev/null 2>&1");
}

/* Figures: bars, then sweep and counts for each topology; a distribution of times. */
static void figures_are_drawn(void)
{
	char *dir = mixed_run();
	char *html = render(dir, report_build, "plots", DOC_HTML);

	CHECK(is_well_formed(html));
	CHECK(!has_dead_link(html));
	if (has_gnuplot()) {
		CHECK(count_of(html, "<figure>") == 7);
		CHECK(count_of(html, "<svg ") == 7);
		CHECK(!strstr(html, "No figures"));
		CHECK_SAYS(html, "var(--s2)");
		CHECK_SAYS(html, "id='f7-gpDot'");
	} else {
		CHECK_SAYS(html, "gnuplot is not installed");
	}
	free(html);
	fake_rmdir(dir);
}

/* Lines are where the data wants them: within a plot a legend may cover some. */
static void legends_stand_outside_of_plots(void)
{
	char line[256];
	glob_t g = { 0 };
	size_t i, seen = 0;

	CHECK(!glob("plots/*.gp", 0, NULL, &g));
	for (i = 0; i < g.gl_pathc; i++) {
		FILE *f = fopen(g.gl_pathv[i], "r");

		while (f && fgets(line, sizeof(line), f)) {
			if (strncmp(line, "set key ", 8) ||
			    !strncmp(line + 8, "textcolor", 9))
				continue;
			seen++;
			CHECK_SAYS(line, " outside ");
		}
		CHECK(f && !fclose(f));
	}
	CHECK(seen > 4);
	globfree(&g);
}

static void a_report_is_made_without_gnuplot(void)
{
	char *path = strdup(getenv("PATH"));
	char *dir = mixed_run(), *html;

	setenv("PATH", "/nonexistent", 1);
	html = render(dir, report_build, "plots", DOC_HTML);
	setenv("PATH", path, 1);
	CHECK(is_well_formed(html));
	CHECK(!strstr(html, "<svg"));
	CHECK_SAYS(
		html,
		"No figures: gnuplot is not installed (apt install gnuplot-nox).");
	/* their findings are told in words */
	CHECK_SAYS(html, "page: median 2,600, 99th percentile 2,600, most");
	free(html);
	fake_rmdir(dir);
	free(path);
}

/* Whatever the names and reasons are, the formats hold. */
static char *random_word(uint64_t *state, char *word, size_t max)
{
	static const char letters[] = "abcxyz019-_.<>&\"'`|*=/\\ #~(){}$%;:!?";
	size_t i, n = fake_random(state) % max + 1;

	for (i = 0; i < n; i++)
		word[i] = letters[fake_random(state) % (sizeof(letters) - 1)];
	word[i] = '\0';
	return word;
}

static char *random_run(uint64_t *state)
{
	struct fake_run *r = fake_run_new(tmp, "20261120-101500-random-0001");
	char path[16], key[16], value[64], id[128], reason[256];
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	int i, n = (int)(fake_random(state) % 12);

	fake_run_host(r, "cpu", "some");
	for (i = 0; i < n; i++) {
		snprintf(id, sizeof(id), "map/r%d[path=%s,%s=%s]", i % 3,
			 random_word(state, path, 10),
			 random_word(state, key, 8),
			 random_word(state, value, 60));
		if (fake_random(state) % 3)
			operation(b, id, (double)(fake_random(state) % 100000),
				  1, (double)(fake_random(state) % 100));
		else
			fake_outcome(b, id, "fail",
				     random_word(state, reason, 200));
	}
	return fake_run_write(r);
}

static void any_run_has_a_report(void)
{
	uint64_t state = 20261120;
	int i;

	for (i = 0; i < 60 && !test_bad; i++) {
		char *dir = random_run(&state);
		char *html = render(dir, report_build, NO_PLOTS, DOC_HTML);
		char *text = render(dir, build_table, NO_PLOTS, DOC_TEXT);
		char *md = render(dir, report_build, NO_PLOTS, DOC_MD);

		CHECK(is_well_formed(html));
		CHECK(!widest_beyond(text, 80));
		free(html);
		free(text);
		free(md);
		fake_rmdir(dir);
	}
}

int main(void)
{
	struct dlab_err err;

	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(mixed_run_reads_as_before);
	RUN(empty_run_reads_as_before);
	RUN(html_is_well_formed);
	RUN(the_short_table_fits_80_columns);
	RUN(a_mail_has_subject_command_and_where_the_rest_is);
	RUN(a_mail_of_the_largest_run_has_60_lines);
	RUN(nothing_is_fetched_and_no_script_runs);
	RUN(local_changes_are_told_at_the_top);
	RUN(data_cannot_become_markup);
	RUN(control_characters_do_not_reach_a_document);
	RUN(what_was_not_measured_is_not_zero);
	RUN(problems_stand_before_figures);
	RUN(what_was_skipped_stands_behind_figures);
	RUN(emulated_times_are_labelled);
	RUN(native_runs_are_counted_by_the_cpu);
	RUN(models_are_labelled);
	RUN(reproducing_takes_one_command);
	RUN(what_was_named_is_named_again);
	RUN(numbers_are_grouped);
	RUN(shapes_are_ordered_by_size);
	RUN(paths_keep_their_colours);
	RUN(headline_is_a_familiar_transfer);
	RUN(the_same_transfer_is_found_in_another_workload);
	RUN(columns_without_a_figure_are_left_out);
	RUN(a_label_has_the_segments_that_were_given);
	RUN(figures_are_multiples_of_the_baseline);
	RUN(what_a_path_is_stands_where_it_is_named);
	RUN(no_cell_is_empty_where_everything_was_measured);
	RUN(a_column_of_nothing_is_not_drawn);
	RUN(the_first_list_of_a_mail_is_cut_last);
	RUN(rows_stand_under_their_heading);
	RUN(sizes_are_not_repeated_as_figures);
	RUN(exact_figures_have_no_distribution);
	RUN(a_run_with_functions_says_how_to_see_them);
	RUN(svg_becomes_part_of_the_page);
	RUN(commits_in_a_figure_are_links);
	RUN(figures_are_drawn);
	RUN(legends_stand_outside_of_plots);
	RUN(a_report_is_made_without_gnuplot);
	RUN(any_run_has_a_report);
	fake_rmdir(tmp);
	dlab_metrics_free(&metrics);
	return test_end();
}
