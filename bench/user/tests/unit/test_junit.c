// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the JUnit XML of runs, comparisons and histories what a CI system takes,
 * whatever stands in names and reasons?  xmllint or Python's parser is asked
 * where there is one.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "../lib/fakehistory.h"
#include "../lib/fakerun.h"
#include "../lib/modelhistory.h"
#include "../lib/rendered.h"
#include "report/junit.h"
#include "test.h"

static struct dlab_metrics metrics;
static char *tmp;

#define EVIL "<b>\"it's\" & ]]>\001\xc3\xa9 &amp;"

static void operation(struct fake_boot *b, const char *id, double op)
{
	fake_constant(b, id, "op_insns", op, 64);
}

static char *run(const char *name, double sg, const char *page)
{
	struct fake_run *r = fake_run_new(tmp, name);
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);

	operation(b, "map/a[path=sg,size=4k]", sg);
	operation(b, "map/a[path=null,size=4k]", 10);
	if (*page)
		fake_outcome(b, "map/a[path=page,size=4k]", page, EVIL);
	else
		operation(b, "map/a[path=page,size=4k]", 100);
	fake_outcome(b, "map/a[path=phys,size=4k]", "skip",
		     "no dma_map_phys() & so on");
	fake_boot_ended(fake_boot_add(r, "vm", "devio", 1), "crash",
			"the guest panicked");
	return fake_run_write(r);
}

/* Its own parser's word on it, where there is one. */
static bool parses(const char *xml)
{
	char path[PATH_MAX], command[2 * PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/junit.xml", tmp);
	f = fopen(path, "w");
	CHECK(f && fputs(xml, f) >= 0 && !fclose(f));
	snprintf(command, sizeof(command),
		 "if command -v xmllint; then xmllint --noout %s; "
		 "elif command -v python3; then python3 -c "
		 "'import sys,xml.dom.minidom as m; m.parse(sys.argv[1])' %s; "
		 "fi >/dev/null",
		 path, path);
	return !system(command);
}

static void check_form(const char *xml)
{
	CHECK(!strncmp(xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n", 39));
	CHECK(is_well_formed(strchr(xml, '\n') + 1));
	CHECK(parses(xml));
}

static void a_run_has_a_test_for_each_case(void)
{
	char *dir = run("20261120-101500-junit-1", 200, "fail"), *xml = NULL;
	struct dlab_run r;
	struct dlab_err err;
	size_t len;
	FILE *f = open_memstream(&xml, &len);

	CHECK(!dlab_run_load(dir, &r, &err));
	CHECK(!dlab_junit_run(&r, &metrics, f, &err) && !fclose(f));
	check_form(xml);
	CHECK_SAYS(xml, "<testsuite name=\"20261120-101500-junit-1\" "
			"timestamp=\"2026-11-20T10:15:00Z\" tests=\"5\" "
			"failures=\"1\" errors=\"1\" skipped=\"1\">");
	CHECK_SAYS(xml, "<testcase classname=\"map/a@vm\" "
			"name=\"map/a@vm[path=sg,size=4k]\"/>");
	CHECK_SAYS(xml, "<failure type=\"fail\" message=\"&lt;b&gt;&quot;it&#39;s"
			"&quot; &amp; ]]&gt;");
	CHECK_SAYS(xml, "<skipped message=\"no dma_map_phys() &amp; so on\"/>");
	CHECK_SAYS(xml, "<testcase classname=\"boot\" name=\"vm-devio-1\"><error "
			"type=\"crash\" message=\"the guest panicked\"/>");
	free(xml);
	dlab_run_free(&r);
	fake_rmdir(dir);
}

/* What is said of two runs, which are removed. */
static char *compared(char *a, char *b)
{
	struct dlab_compare_request req = { .dir_a = a, .dir_b = b };
	struct dlab_comparison c;
	struct dlab_err err;
	char *xml = NULL;
	size_t len;
	FILE *f = open_memstream(&xml, &len);

	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err));
	CHECK(!dlab_compare(&req, &metrics, &c, &err));
	CHECK(!dlab_junit_comparison(&c, f) && !fclose(f));
	check_form(xml);
	dlab_comparison_free(&c);
	fake_rmdir(a);
	fake_rmdir(b);
	return xml;
}

static void a_regression_is_a_failure(void)
{
	char *xml = compared(run("20261120-101500-junit-a", 200, ""),
			     run("20261120-101500-junit-b", 220, "crash"));

	CHECK_SAYS(xml, "failures=\"2\" errors=\"1\"");
	CHECK_SAYS(xml, "name=\"map/a@vm[path=sg,size=4k]\"><failure "
			"type=\"regression\" message=\"worse: op_insns 200 → 220 "
			"(+10.00 %)\"/>");
	CHECK_SAYS(xml, "name=\"map/a@vm[path=page,size=4k]\"><failure "
			"type=\"regression\" message=\"broke: &lt;b&gt;");
	CHECK_SAYS(xml, "name=\"map/a@vm[path=null,size=4k]\"/>");
	free(xml);
}

/* One boot of two in which a case broke, and one figure that is gone. */
static char *two_boots(bool b)
{
	struct fake_run *r = fake_run_new(tmp, b ? "20261120-101500-junit-b2" :
						   "20261120-101500-junit-a2");

	for (unsigned int n = 1; n <= 2; n++) {
		struct fake_boot *boot = fake_boot_add(r, "vm", "count", n);

		if (b && n == 2)
			fake_outcome(boot, "map/a[path=sg]", "fail", "no");
		else
			operation(boot, "map/a[path=sg]", 200);
		fake_constant(boot, "map/a[path=page]",
			      b ? "map_insns" : "op_insns", 100, 64);
	}
	return fake_run_write(r);
}

static void what_one_boot_measured_hides_nothing(void)
{
	char *xml = compared(two_boots(false), two_boots(true));

	CHECK_SAYS(xml, "tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\"");
	CHECK_SAYS(xml, "name=\"map/a@vm[path=sg]\"><failure "
			"type=\"regression\" message=\"broke: no\"/>");
	CHECK_SAYS(xml, "name=\"op_insns of map/a@vm[path=page]\"><skipped");
	free(xml);
}

/* A run of whole I/Os, and of an operation that costs more now and then. */
static char *rare(const char *name, double sixty_fourth)
{
	struct fake_run *r = fake_run_new(tmp, name);
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	double v[64];

	for (size_t i = 0; i < 64; i++)
		v[i] = i ? 200 : sixty_fourth;
	fake_samples(b, "map/a[path=sg]", "op_insns", v, 64);
	fake_constant(b, "io/a", "cpu_insns_per_io", 9000, 100);
	fake_constant(b, "io/a", "io_insns", 8000, 1);
	return fake_run_write(r);
}

static void figures_are_those_of_the_verdict(void)
{
	char *xml = compared(rare("20261120-101500-junit-a3", 200),
			     rare("20261120-101500-junit-b3", 840));

	CHECK_SAYS(xml, "message=\"worse: op_insns 200 → 210 (+5.00 %)\"/>");
	CHECK_SAYS(xml, "name=\"io/a@vm\"><system-out>cpu_insns_per_io: not "
			"judged, 1 boot; needs 4</system-out></testcase>");
	free(xml);
}

static void one_commit(struct fake_history *h, double op)
{
	struct fake_run *r = fake_commit_run(h);

	operation(fake_boot_add(r, "vm", "count", 1), "map/a[path=sg]", op);
	fake_commit(h, "ok", "", r);
}

static void a_history_has_a_test_for_each_commit(void)
{
	struct fake_history *fake;
	struct dlab_history h;
	struct dlab_err err;
	char dir[PATH_MAX], *path, *xml = NULL;
	size_t len;
	FILE *f = open_memstream(&xml, &len);

	snprintf(dir, sizeof(dir), "%s/junit", tmp);
	fake = fake_history_new(dir);
	one_commit(fake, 1000);
	one_commit(fake, 1100);
	fake_commit(fake, "no-build", "x.c:1: 'a' & \"b\"", NULL);
	fake_commit(fake, "unmeasured", "", NULL);
	one_commit(fake, 1100);
	path = fake_history_write(fake);
	CHECK(!dlab_history_load(path, tmp, &metrics, &h, &err));
	CHECK(!dlab_history_find_changes(&h, &err));
	CHECK(!dlab_junit_history(&h, f) && !fclose(f));
	check_form(xml);
	CHECK_SAYS(xml, "tests=\"5\" failures=\"2\" errors=\"0\" skipped=\"1\"");
	CHECK_SAYS(xml, "<failure type=\"regression\" message=\"1 case worse, 0 "
			"better, 0 broke; most of all map/a@vm[path=sg]: "
			"op_insns 1,000 → 1,100\"/>");
	CHECK_SAYS(xml, "<failure type=\"no-build\" message=\"x.c:1: "
			"&#39;a&#39; &amp; &quot;b&quot;\"/>");
	CHECK_SAYS(xml, "<skipped message=\"not measured\"/>");
	free(xml);
	dlab_history_free(&h);
	free(path);
}

static void what_was_not_run_is_said_of_a_commit_that_passed(void)
{
	struct dlab_history *h = model_new(2);
	char *xml = NULL;
	size_t len;
	FILE *f = open_memstream(&xml, &len);

	model_track(h, "map/a@vm[path=sg]",
		    dlab_metrics_find(&metrics, "op_insns"), 1000);
	model_unrun(h, 1, 5, "a<b", "qi_drain");
	model_finish(h);
	CHECK(!dlab_junit_history(h, f) && !fclose(f));
	check_form(xml);
	CHECK_SAYS(xml, "<system-out>2 of 5 functions that it changes were not "
			"run: a&lt;b(), qi_drain()</system-out></testcase>");
	free(xml);
	model_free(h);
}

int main(void)
{
	struct dlab_err err;

	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(a_run_has_a_test_for_each_case);
	RUN(a_regression_is_a_failure);
	RUN(figures_are_those_of_the_verdict);
	RUN(what_one_boot_measured_hides_nothing);
	RUN(a_history_has_a_test_for_each_commit);
	RUN(what_was_not_run_is_said_of_a_commit_that_passed);
	fake_rmdir(tmp);
	dlab_metrics_free(&metrics);
	return test_end();
}
