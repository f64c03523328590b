// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do page and mail of a comparison say what its verdicts are?
 *
 * Compares with tests/golden/; DLAB_UPDATE_GOLDEN=1 in the environment writes
 * those files anew instead.
 */
#include <stdlib.h>

#include "../lib/fakerun.h"
#include "../lib/rendered.h"
#include "report/compare.h"
#include "test.h"

static struct dlab_metrics metrics;
static char *tmp;

#define SG "map/scattered[path=sg,desc=nvme-prp,size=128k]"
#define PAGE "map/scattered[path=page,desc=nvme-prp,size=128k]"
#define NULLS "map/scattered[path=null,desc=nvme-prp,size=128k]"
#define MOVED "map/contig[path=sg,desc=nvme-prp,size=128k]"
#define BROKE "map/huge[path=sg]"

static void operation(struct fake_boot *b, const char *id, double map,
		      double unmap)
{
	fake_constant(b, id, "map_insns", map, 64);
	fake_constant(b, id, "unmap_insns", unmap, 64);
	fake_constant(b, id, "op_insns", map + unmap, 64);
}

/* B: sg 100 worse in unmap, page 500 better, contig moved, huge crashed. */
static char *side(bool b)
{
	struct fake_run *r = fake_run_new(tmp, b ? "20261120-101600-default-b" :
						   "20261120-101500-default-a");
	struct fake_boot *boot = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_run_fingerprint(r, "kernel_commit",
			     b ? "bbbbbbbbbbbbbbbb" : "aaaaaaaaaaaaaaaa");
	operation(boot, SG, 7000, b ? 2600 : 2500);
	fake_constant(boot, SG, "kmalloc_calls", b ? 2 : 1, 1);
	operation(boot, PAGE, b ? 26000 : 26500, 56000);
	operation(boot, NULLS, 20, 18);
	operation(boot, MOVED, b ? 975 : 1000, b ? 1025 : 1000);
	if (b)
		fake_outcome(boot, BROKE, "crash", "panic: <no> & \"why\"");
	else
		operation(boot, BROKE, 100, 100);
	return fake_run_write(r);
}

typedef char *(*form_fn)(struct report_comparison *r);

static char *with_comparison(char *dir_a, char *dir_b, form_fn form)
{
	struct dlab_compare_request req = { .dir_a = dir_a, .dir_b = dir_b };
	struct report_comparison r = {
		.command = "dlab compare \\\n    20261120-101500-default-a \\\n"
			   "    20261120-101600-default-b",
	};
	struct dlab_comparison c;
	struct dlab_err err;
	char *text;

	test_need(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err),
		  err.text);
	test_need(!dlab_compare(&req, &metrics, &c, &err), err.text);
	report_clean_comparison(&c);
	r.c = &c;
	text = form(&r);
	dlab_comparison_free(&c);
	fake_rmdir(dir_a);
	fake_rmdir(dir_b);
	return text;
}

static char *page(struct report_comparison *r, enum doc_format format)
{
	struct doc d;
	char *text;

	doc_init(&d, "a comparison");
	report_build_comparison(&d, r);
	text = rendered(&d, format);
	doc_free(&d);
	return text;
}

static char *html(struct report_comparison *r)
{
	return page(r, DOC_HTML);
}

static char *md(struct report_comparison *r)
{
	return page(r, DOC_MD);
}

static char *mail(struct report_comparison *r)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	CHECK(f && !doc_mail(report_build_comparison_mail, r, f) && !fclose(f));
	return text;
}

static void comparisons_read_as_before(void)
{
	static const struct {
		const char *file;
		form_fn form;
	} files[] = {
		{ "compare-small.html", html },
		{ "compare-small.md", md },
		{ "compare-small.txt", mail },
	};
	char said[256];
	size_t i;

	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *text = with_comparison(side(false), side(true),
					     files[i].form);

		if (!golden_is(text, files[i].file, said, sizeof(said))) {
			test_bad = true;
			TEST_NOTE("%s", said);
		}
		free(text);
	}
}

static void verdicts_stand_under_their_headings(void)
{
	char *text = with_comparison(side(false), side(true), md);
	const char *worse = strstr(text, "## Worse");
	const char *better = strstr(text, "## Better");
	const char *moved = strstr(text, "## Moved");

	CHECK(worse && better && moved && worse < better && better < moved);
	CHECK_SAYS(text, "| path=sg,desc=nvme-prp,size=128k | +1.05 % | +100 "
			 "| 9,500 | 9,600 | unmap_insns +100, kmalloc_calls +1 |");
	CHECK_SAYS(text, "| -0.61 % | -500 | 82,500 | 82,000 |");
	CHECK_SAYS(text, "| broke | `map/huge@vm-vtd-strict[path=sg]` | panic: "
			 "&lt;no> &amp; \"why\" |");
	free(text);
}

static void a_page_is_well_formed(void)
{
	char *text = with_comparison(side(false), side(true), html);

	CHECK(is_well_formed(text));
	CHECK(!strstr(text, "<no>"));
	CHECK_SAYS(text, "<p class=\"note bad\" role=\"note\">REGRESSION: 1 case "
			 "worse, 1 better");
	free(text);
}

static void a_mail_has_regressions_first(void)
{
	char *text = with_comparison(side(false), side(true), mail);
	const char *broke = strstr(text, "- broke:");
	const char *worse = strstr(text, "Worse, largest");
	const char *better = strstr(text, "Better, largest");

	CHECK_SAYS(text, "Subject: [dmalab] REGRESSION: 1 worse, 1 better, "
			 "1 broke; aaaaaaaaaaaa -> b");
	CHECK(broke && worse && better && broke < worse && worse < better);
	CHECK_SAYS(text, "What else differs:\n\n- kernel_commit: aaaa");
	CHECK_SAYS(text, "\n    dlab compare \\\n        20261120-101500-default-a");
	CHECK(!widest_beyond(strchr(text, '\n'), 72));
	free(text);
}

static char *large_side(bool b)
{
	struct fake_run *r = fake_run_new(tmp, b ? "20261120-101600-large-b" :
						   "20261120-101500-large-a");
	struct fake_boot *boot = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	char id[256], reason[300];
	int i;

	for (i = 0; i < 500; i++) {
		snprintf(id, sizeof(id),
			 "map/w%d[path=%060d,desc=nvme-prp,size=128k]", i, i);
		operation(boot, id, 1000 + i, b ? 3000 - 8 * (i - 250) : 3000);
	}
	for (i = 0; b && i < 50; i++) {
		snprintf(id, sizeof(id), "map/b[path=%0120d]", i);
		snprintf(reason, sizeof(reason), "because %0250d", i);
		fake_outcome(boot, id, "fail", reason);
	}
	for (i = 0; !b && i < 50; i++) {
		snprintf(id, sizeof(id), "map/b[path=%0120d]", i);
		operation(boot, id, 10, 10);
	}
	for (i = 0; b && i < 40; i++)
		fake_boot_ended(fake_boot_add(r, "vm-vtd-lazy", "count",
					      (unsigned int)i + 1),
				"crash", "Kernel panic");
	return fake_run_write(r);
}

/* What keeps a comparison from being ok, a case of each kind. */
static char *open_side(bool b)
{
	struct fake_run *r = fake_run_new(tmp, b ? "20261120-101600-default-b" :
						   "20261120-101500-default-a");
	struct fake_boot *boot = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	struct fake_boot *second = fake_boot_add(r, "vm-vtd-strict", "count", 2);

	/* boots of B disagree on one that is the same */
	operation(boot, NULLS, 20, 18);
	operation(second, NULLS, 20, b ? 19 : 18);
	fake_constant(boot, "map/ops", "op_insns", 500, b ? 65 : 64);
	fake_constant(boot, "map/lost", "desc_bytes", 1, 1);
	if (!b)
		fake_constant(boot, "map/lost", "op_insns", 500, 64);
	fake_outcome(boot, "map/still", "fail", "no such device");
	if (b)
		fake_outcome(boot, "map/new", "fail", "wrong address");
	if (b)
		fake_outcome(boot, "map/skips", "skip", "too few pages");
	else
		operation(boot, "map/skips", 10, 10);
	if (!b)
		operation(boot, "map/gone", 10, 10);
	fake_constant(boot, "io/whole", "cpu_insns_per_io", 9000, 100);
	fake_constant(boot, "io/whole", "io_insns", 8000, 1);
	if (b)
		fake_boot_ended(fake_boot_add(r, "vm-vtd-lazy", "count", 1),
				"timeout", "silent for 180 s");
	return fake_run_write(r);
}

static void what_is_open_is_named_in_every_form(void)
{
	static const char *const mailed[] = {
		"Subject: [dmalab] CASES FAILED: 0 worse, 0 better, 1 "
		"inconclusive; ",
		"- still broken: map/still@vm-vtd-strict: no such device\n",
		"- new and broken: map/new@vm-vtd-strict: wrong address\n",
		"- now skipped: map/skips@vm-vtd-strict: too few pages\n",
		"- only in A: map/gone@vm-vtd-strict\n",
		"- inconclusive: map/ops@vm-vtd-strict: op_insns 500 -> 500, not "
		"the\n  same number of operations on both sides\n",
		"- not measured in B: op_insns of map/lost@vm-vtd-strict\n",
		"- boot vm-vtd-lazy-count-1 of B: timeout, silent for 180 s\n",
		"- Not judged: cpu_insns_per_io of 1 case, "
		"io/whole@vm-vtd-strict:",
		"- Not exact: boots of one side disagree on 2 figures, unmap_insns",
		NULL,
	};
	static const char *const paged[] = {
		"| still broken | `map/still@vm-vtd-strict` | no such device |",
		"## Not measured in B",
		"op_insns of map/lost@vm-vtd-strict",
		"boot `vm-vtd-lazy-count-1` of B: timeout, silent",
		"Not exact: boots of one side disagree on 2 figures",
		NULL,
	};
	char *text = with_comparison(open_side(false), open_side(true), mail);

	for (size_t i = 0; mailed[i]; i++)
		CHECK_SAYS(text, mailed[i]);
	CHECK(strcspn(text, "\n") <= DOC_SUBJECT_WIDTH);
	free(text);
	text = with_comparison(open_side(false), open_side(true), md);
	for (size_t i = 0; paged[i]; i++)
		CHECK_SAYS(text, paged[i]);
	free(text);
}

static void a_mail_of_many_verdicts_has_60_lines(void)
{
	char *text = with_comparison(large_side(false), large_side(true), mail);

	CHECK(count_of(text, "\n") <= DOC_MAIL_LINES);
	CHECK_SAYS(text, "40 boots of B ended badly");
	CHECK_SAYS(text, "- boot vm-vtd-lazy-count-1 of B: crash, Kernel panic");
	CHECK_SAYS(text, "and 48 more");
	CHECK_SAYS(text, "Better, largest effect first");
	CHECK_SAYS(text, "The first 3 of 250 rows.");
	CHECK_SAYS(text, "dlab compare");
	free(text);
}

int main(void)
{
	struct dlab_err err;

	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(comparisons_read_as_before);
	RUN(verdicts_stand_under_their_headings);
	RUN(a_page_is_well_formed);
	RUN(a_mail_has_regressions_first);
	RUN(what_is_open_is_named_in_every_form);
	RUN(a_mail_of_many_verdicts_has_60_lines);
	fake_rmdir(tmp);
	dlab_metrics_free(&metrics);
	return test_end();
}
