// SPDX-License-Identifier: GPL-2.0-only
/* From the samples of boots to summary.tsv and back: known answers. */
#include <dirent.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "data.h"
#include "fakerun.h"
#include "run.h"
#include "summary.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"
#define ID "map/scattered@vm-vtd-strict[path=page,size=4k]"

static struct dlab_metrics metrics;
static struct dlab_summary s;
static struct dlab_err err;
static char *tmp;

static struct fake_run *new_run(void)
{
	tmp = fake_tmpdir();
	return fake_run_new(tmp, "20261120-101500-default-0001");
}

static int stat_run(struct fake_run *r)
{
	char *dir = fake_run_write(r);
	int ret = dlab_stat(dir, &metrics, &s, &err);

	if (ret)
		memset(&s, 0, sizeof(s));
	free(dir);
	return ret;
}

static void done(void)
{
	dlab_summary_free(&s);
	fake_rmdir(tmp);
}

static unsigned int count_entries(const char *dir)
{
	unsigned int nr = 0;
	DIR *d = opendir(dir);

	for (struct dirent *e; d && (e = readdir(d));)
		nr += *e->d_name != '.' || strlen(e->d_name) > 2;
	if (d)
		closedir(d);
	return nr;
}

static const struct dlab_row *row(const char *id, const char *metric)
{
	static const struct dlab_row none = { .id = "", .reason = "" };

	for (size_t i = 0; i < s.nr; i++)
		if (!strcmp(s.v[i].id, id) && !strcmp(s.v[i].metric, metric))
			return &s.v[i];
	return &none;
}

static void topology_goes_before_the_bracket(void)
{
	char *a = dlab_qualified_id("map/x[a=b]", "vm");
	char *b = dlab_qualified_id("map/x", "vm");

	CHECK_STR(a, "map/x@vm[a=b]");
	CHECK_STR(b, "map/x@vm");
	free(a);
	free(b);
}

static void two_boots_one_row(void)
{
	const double a[] = { 2601, 2601, 2603, 2700 };
	const double b[] = { 2601, 2601, 2601, 2601 };
	struct fake_run *r = new_run();

	fake_samples(fake_boot_add(r, "vm-vtd-strict", "count", 1), CASE,
		     "op_insns", a, 4);
	fake_samples(fake_boot_add(r, "vm-vtd-strict", "count", 2), CASE,
		     "op_insns", b, 4);
	CHECK(!stat_run(r));
	CHECK(s.nr == 1 && row(ID, "op_insns")->n == 8);
	CHECK(row(ID, "op_insns")->boots == 2);
	CHECK_NUM(row(ID, "op_insns")->median, 2601);
	CHECK_NUM(row(ID, "op_insns")->min, 2601);
	CHECK_NUM(row(ID, "op_insns")->mad, 0);
	/* the middle of 10505 and 10404 */
	CHECK_NUM(row(ID, "op_insns")->total, 10454.5);
	CHECK(row(ID, "op_insns")->status == DLAB_OK);
	CHECK(!row(ID, "op_insns")->emulated);
	done();
}

static void histograms_give_percentiles(void)
{
	struct fake_run *r = new_run();
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "time", 1);

	fake_boot_emulated(b);
	fake_bucket(b, CASE, "op_ns", 1024, 98);
	fake_bucket(b, CASE, "op_ns", 1056, 1);
	fake_bucket(b, CASE, "op_ns", 4096, 1);
	CHECK(!stat_run(r));
	CHECK_NUM(row(ID, "op_ns")->median, 1024);
	CHECK_NUM(row(ID, "op_ns")->min, 1024);
	CHECK_NUM(row(ID, "op_ns")->total, NAN);
	CHECK_NUM(row(ID, "op_ns_p99")->median, 1056);
	CHECK(row(ID, "op_ns")->n == 100 && row(ID, "op_ns")->emulated);
	done();
}

static void statuses_are_not_merged(void)
{
	struct fake_run *r = new_run();
	struct fake_boot *b1 = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	struct fake_boot *b2 = fake_boot_add(r, "vm-vtd-strict", "count", 2);

	fake_constant(b1, CASE, "op_insns", 2601, 10);
	fake_outcome(b2, CASE, "crash", "kernel panic");
	fake_boot_ended(b2, "crash", "kernel panic");
	fake_outcome(b1, "map/huge", "skip", "no 2M pages");
	fake_outcome(b2, "map/huge", "skip", "no 2M pages");
	CHECK(!stat_run(r));
	CHECK(row(ID, "op_insns")->status == DLAB_OK);
	CHECK(row(ID, "op_insns")->n == 10);
	CHECK(row(ID, "-")->status == DLAB_CRASH);
	CHECK_STR(row(ID, "-")->reason, "kernel panic");
	CHECK_NUM(row(ID, "-")->median, NAN);
	CHECK(row("map/huge@vm-vtd-strict", "-")->status == DLAB_SKIP);
	CHECK(row("map/huge@vm-vtd-strict", "-")->boots == 2);
	CHECK(s.nr == 3);
	done();
}

static void samples_of_a_case_that_failed_do_not_count(void)
{
	struct fake_run *r = new_run();
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", 2601, 10);
	fake_outcome(b, CASE, "fail", "wrong byte");
	CHECK(!stat_run(r));
	CHECK(s.nr == 1 && row(ID, "-")->status == DLAB_FAIL);
	done();
}

static void taint_is_a_flag_beside(void)
{
	struct fake_run *r = new_run();
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_boot_taint(b, "KASAN");
	fake_boot_taint(b, "lockdep");
	fake_constant(b, CASE, "op_insns", 2601, 10);
	CHECK(!stat_run(r));
	CHECK(row(ID, "op_insns")->tainted);
	CHECK(row(ID, "op_insns")->status == DLAB_OK);
	CHECK_STR(row(ID, "op_insns")->reason, "tainted: KASAN; lockdep");
	done();
}

static void an_undeclared_metric_is_named(void)
{
	struct fake_run *r = new_run();

	fake_constant(fake_boot_add(r, "vm", "count", 1), CASE, "op_insn", 1,
		      1);
	CHECK(stat_run(r) == -EINVAL);
	CHECK_SAYS(err.text, "metric \"op_insn\" is not declared");
	done();
}

/* Replaces a file of the one boot of the run that new_run() began. */
static int stat_with(const char *status, const char *file, const char *content)
{
	struct fake_run *r = new_run();
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	char path[4096], *dir;
	FILE *f;
	int ret;

	fake_constant(b, CASE, "op_insns", 2601, 2);
	if (strcmp(status, "ok"))
		fake_boot_ended(b, status, "guest died");
	dir = fake_run_write(r);
	snprintf(path, sizeof(path), "%s/vm-count-1/%s", dir, file);
	unlink(path);
	if (content) {
		f = fopen(path, "w");
		fputs(content, f);
		fclose(f);
	}
	ret = dlab_stat(dir, &metrics, &s, &err);
	if (ret)
		memset(&s, 0, sizeof(s));
	free(dir);
	return ret;
}

#define HEAD "case\tmetric\tvalues\n"

static void a_boot_that_died_may_end_in_mid_line(void)
{
	const char *cut = HEAD CASE "\top_insns\t2601x2\n" CASE "\tmap_ins";

	CHECK(!stat_with("crash", "samples.tsv", cut));
	CHECK(s.nr == 1 && s.v[0].n == 2);
	done();
	CHECK(stat_with("ok", "samples.tsv", cut) == -EINVAL);
	CHECK_SAYS(err.text, "ends in the middle of a line");
	done();
	CHECK(!stat_with("crash", "samples.tsv", NULL));
	CHECK(s.nr == 0);
	done();
	CHECK(stat_with("ok", "samples.tsv", NULL) == -ENOENT);
	done();
}

static void damaged_tables_are_refused(void)
{
	CHECK(stat_with("ok", "samples.tsv", HEAD CASE "\top_insns\n"));
	CHECK_SAYS(err.text, "2 fields under a header of 3");
	done();
	CHECK(stat_with("ok", "samples.tsv", "case\tmetric\n"));
	CHECK_SAYS(err.text, "no column \"values\"");
	done();
	CHECK(stat_with("ok", "samples.tsv", HEAD CASE "\top_insns\t1,x\n"));
	CHECK_SAYS(err.text, "samples.tsv:2: \"x\" is neither");
	done();
	CHECK(stat_with("ok", "outcomes.tsv",
			"case\tstatus\treason\n" CASE "\tgood\t\n"));
	CHECK_SAYS(err.text, "no such status: \"good\"");
	done();
	CHECK(stat_with("ok", "outcomes.tsv",
			"case\tstatus\treason\n" CASE "\tok\t\n" CASE
			"\tok\t\n"));
	CHECK_SAYS(err.text, "stands there twice");
	done();
	CHECK(stat_with("ok", "hist.tsv",
			"case\tmetric\tbucket_low\tcount\n" CASE
			"\top_ns\t32\t0\n"));
	CHECK_SAYS(err.text, "\"0\" is not a bucket's count");
	done();
}

static void summary_reads_back_the_same(void)
{
	struct fake_run *r = new_run();
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "time", 1);
	const double v[] = { 0.1, 0.25, 1e9 };
	struct dlab_summary back;
	char path[4096];

	fake_boot_emulated(b);
	fake_boot_taint(b, "noisy neighbour");
	fake_samples(b, CASE, "iops", v, 3);
	fake_outcome(b, "map/x", "timeout", "60 s");
	CHECK(!stat_run(r));
	snprintf(path, sizeof(path), "%s/summary.tsv", tmp);
	CHECK(!dlab_summary_write(&s, path, &err));
	CHECK(!dlab_summary_read(path, &back, &err));
	CHECK(back.nr == s.nr && s.nr == 2);
	for (size_t i = 0; i < back.nr && i < s.nr; i++) {
		CHECK_STR(back.v[i].id, s.v[i].id);
		CHECK_STR(back.v[i].metric, s.v[i].metric);
		CHECK_STR(back.v[i].unit, s.v[i].unit);
		CHECK_STR(back.v[i].direction, s.v[i].direction);
		CHECK_STR(back.v[i].instrument, s.v[i].instrument);
		CHECK_STR(back.v[i].reason, s.v[i].reason);
		CHECK_NUM(back.v[i].median, s.v[i].median);
		CHECK_NUM(back.v[i].min, s.v[i].min);
		CHECK_NUM(back.v[i].mad, s.v[i].mad);
		CHECK_NUM(back.v[i].total, s.v[i].total);
		CHECK(back.v[i].n == s.v[i].n);
		CHECK(back.v[i].boots == s.v[i].boots);
		CHECK(back.v[i].status == s.v[i].status);
		CHECK(back.v[i].tainted == s.v[i].tainted);
		CHECK(back.v[i].emulated == s.v[i].emulated);
	}
	dlab_summary_free(&back);
	done();
}

static void a_failed_write_leaves_the_old_file(void)
{
	const struct rlimit small = { 4096, RLIM_INFINITY };
	const double v[] = { 2601 };
	struct dlab_summary back;
	struct fake_run *r = new_run();
	char path[4096], *reason;
	struct rlimit old;

	CHECK(dlab_summary_write(&s, "/proc/no/such/summary.tsv", &err) < 0);
	CHECK_SAYS(err.text, "/proc/no/such/summary.tsv");
	fake_samples(fake_boot_add(r, "vm", "count", 1), CASE, "op_insns", v,
		     1);
	CHECK(!stat_run(r));
	snprintf(path, sizeof(path), "%s/summary.tsv", tmp);
	CHECK(!dlab_summary_write(&s, path, &err));

	/* a file may not grow beyond 4096 bytes: what a full disk does */
	reason = calloc(1, 100000);
	memset(reason, 'x', 99999);
	free(s.v[0].reason);
	s.v[0].reason = reason;
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &old);
	setrlimit(RLIMIT_FSIZE, &small);
	CHECK(dlab_summary_write(&s, path, &err) == -EFBIG);
	setrlimit(RLIMIT_FSIZE, &old);
	CHECK_SAYS(err.text, "summary.tsv");
	CHECK(!dlab_summary_read(path, &back, &err));
	CHECK_STR(back.v[0].reason, "");
	dlab_summary_free(&back);
	unlink(path);
	/* nothing but the run is left */
	CHECK(count_entries(tmp) == 1);
	done();
}

static const char *broken_run(const char *from, const char *to)
{
	static const char good[] =
		"{\"schema\":1,\"run\":\"r\",\"suite\":\"s\",\"lab\":\"vm\","
		"\"created\":\"2026\",\"status\":\"ok\",\"fingerprint\":{},"
		"\"host\":{\"cpus\":2},\"boots\":[{\"name\":\"b\","
		"\"topology\":\"t\",\"kind\":\"count\",\"n\":1,\"status\":"
		"\"ok\",\"reason\":\"\",\"taint\":[],\"wall_s\":1,"
		"\"emulated\":false,\"effective\":{\"ats\":true}}]}";
	static char text[2048];
	struct dlab_run run;
	const char *at = strstr(good, from);

	snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, to,
		 at + strlen(from));
	if (!dlab_run_parse("run.json", text, strlen(text), &run, &err)) {
		dlab_run_free(&run);
		return "taken";
	}
	return err.text;
}

static void run_json_is_read_strictly(void)
{
	CHECK_STR(broken_run("{", "{"), "taken");
	CHECK_SAYS(broken_run("\"schema\":1", "\"schema\":2"), "a newer dlab");
	CHECK_SAYS(broken_run("\"suite\":\"s\"", "\"suite\":3"), "\"suite\"");
	CHECK_SAYS(broken_run("\"name\":\"b\"", "\"name\":\"../x\""),
		   "name of a directory");
	CHECK_SAYS(broken_run("\"name\":\"b\"", "\"name\":\"a\\tb\""),
		   "control characters");
	CHECK_SAYS(broken_run("count", "counts"), "\"kind\"");
	CHECK_SAYS(broken_run("\"n\":1", "\"n\":-1"), "\"n\"");
	CHECK_SAYS(broken_run("\"wall_s\":1,", ""), "\"wall_s\"");
	CHECK_SAYS(broken_run("[]", "[1]"), "\"taint\"");
	CHECK_SAYS(broken_run("false", "\"no\""), "\"emulated\"");
	CHECK_SAYS(broken_run("}]}", "}]"), "run.json:1:");
}

static void values_of_any_type_become_text(void)
{
	static const char text[] =
		"{\"schema\":1,\"run\":\"r\",\"suite\":\"s\",\"lab\":\"vm\","
		"\"created\":\"2026\",\"status\":\"ok\",\"boots\":[],"
		"\"host\":{},\"fingerprint\":{\"b\":2,\"a\":\"x\",\"c\":true}}";
	struct dlab_run run;

	CHECK(!dlab_run_parse("run.json", text, strlen(text), &run, &err));
	CHECK_STR(run.fingerprint.v[0].key, "a");
	CHECK_STR(dlab_kvs_find(&run.fingerprint, "b"), "2");
	CHECK_STR(dlab_kvs_find(&run.fingerprint, "c"), "true");
	CHECK(!dlab_kvs_find(&run.fingerprint, "d"));
	dlab_run_free(&run);
}

static void partial_runs_are_no_runs(void)
{
	CHECK(dlab_run_is_name("20261120-101500-default-0001"));
	CHECK(!dlab_run_is_name(".partial-20261120-101500-default-0001"));
	CHECK(!dlab_run_is_name("../x"));
	CHECK(!dlab_run_is_name(""));
}

static void found(const char *word, const char *want)
{
	char *dir = NULL;

	CHECK(!dlab_run_find(tmp, word, &dir, &err));
	CHECK(dir && strstr(dir, want));
	free(dir);
}

static void a_run_is_found_by_name_path_and_latest(void)
{
	char runs[4096], path[8192], *dir;

	tmp = fake_tmpdir();
	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	dir = fake_run_write(fake_run_new(runs, "r1"));
	snprintf(path, sizeof(path), "%s/latest", tmp);
	CHECK(!symlink("runs/r1", path));
	snprintf(path, sizeof(path), "%s/baseline", tmp);
	free(fake_run_write(fake_run_new(path, "b1")));
	snprintf(path, sizeof(path), "%s/baseline/history", tmp);
	CHECK(!mkdir(path, 0777));
	strcat(path, "/runs");
	free(fake_run_write(fake_run_new(path, "h1")));
	free(fake_run_write(fake_run_new(runs, ".partial-r2")));
	found("r1", "/runs/r1");
	found("b1", "/baseline/b1");
	found("h1", "/baseline/history/runs/h1");
	found("latest", "/latest");
	found(dir, "/runs/r1");
	free(dir);
	CHECK(dlab_run_find(tmp, "r2", &dir, &err) == -ENOENT);
	CHECK(dlab_run_find(tmp, ".partial-r2", &dir, &err) == -ENOENT);
	CHECK_SAYS(err.text, "`dlab show` lists what there is");
	fake_rmdir(tmp);
}

int main(void)
{
	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	RUN(topology_goes_before_the_bracket);
	RUN(two_boots_one_row);
	RUN(histograms_give_percentiles);
	RUN(statuses_are_not_merged);
	RUN(samples_of_a_case_that_failed_do_not_count);
	RUN(taint_is_a_flag_beside);
	RUN(an_undeclared_metric_is_named);
	RUN(a_boot_that_died_may_end_in_mid_line);
	RUN(damaged_tables_are_refused);
	RUN(summary_reads_back_the_same);
	RUN(a_failed_write_leaves_the_old_file);
	RUN(run_json_is_read_strictly);
	RUN(values_of_any_type_become_text);
	RUN(partial_runs_are_no_runs);
	RUN(a_run_is_found_by_name_path_and_latest);
	dlab_metrics_free(&metrics);
	return test_end();
}
