// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do the readers and results/schema agree on what is a run.json, and does the
 * JSON of compare, history, calibrate and export keep to its own schemas?
 * Needs python3-jsonschema; skipped without.
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "verdict/compare.h"
#include "fakehistory.h"
#include "history/calibration.h"
#include "history/export.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"

static struct dlab_metrics metrics;
static struct dlab_err err;
static char *tmp;

/* Prints, for each file, whether it is valid. */
static const char validate[] =
	"import json, sys, jsonschema as j\n"
	"s = json.load(open(sys.argv[1]))\n"
	"j.Draft202012Validator.check_schema(s)\n"
	"v = j.Draft202012Validator(s)\n"
	"for f in sys.argv[2:]:\n"
	"    print('yn'[not v.is_valid(json.load(open(f)))], end='')\n";

/* One letter for each of the @files (names with blanks between), 'y' or 'n'. */
static const char *verdicts(const char *schema, const char *files)
{
	static char out[256];
	char cmd[16384];
	FILE *f;

	*out = '\0';
	snprintf(cmd, sizeof(cmd),
		 "python3 -W ignore -c \"%s\" results/schema/%s %s", validate,
		 schema, files);
	f = popen(cmd, "r");
	if (!f || !fgets(out, sizeof(out), f))
		TEST_NOTE("%s could not be checked", schema);
	if (f)
		pclose(f);
	return out;
}

static void write_text(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	if (!f)
		abort();
	fputs(text, f);
	fclose(f);
}

static struct fake_run *new_run(const char *name)
{
	struct fake_run *r = fake_run_new(tmp, name);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	fake_constant(b, CASE, "op_insns", 2601, 300);
	fake_constant(b, CASE, "cpu_insns_per_io", 9000, 3);
	fake_boot_taint(b, "kasan");
	fake_boot_effective(b, "domain", "DMA");
	return r;
}

#define BOOT                                                                        \
	"{\"name\":\"b\",\"topology\":\"t\",\"kind\":\"count\",\"n\":1,\"status\":" \
	"\"ok\",\"reason\":\"\",\"taint\":[],\"wall_s\":1,\"emulated\":false,"      \
	"\"effective\":{\"ats\":1}}"
#define GOOD                                                                      \
	"{\"schema\":1,\"run\":\"r\",\"suite\":\"s\",\"lab\":\"vm\",\"created\":" \
	"\"2026-11-20T10:15:00Z\",\"status\":\"ok\",\"fingerprint\":{\"base\":"   \
	"\"6.12\"},\"boots\":[" BOOT "]}"

/* In GOOD, @from becomes @to; is it still good? */
static const struct {
	const char *from;
	const char *to;
	char good;
} variants[] = {
	{ "{", "{", 'y' },
	{ "\"6.12\"", "[1,{\"a\":null}]", 'y' },
	{ "\"boots\"", "\"host\":{\"cpu\":\"x\"},\"boots\"", 'y' },
	{ "\"schema\":1", "\"schema\":2", 'n' },
	{ "\"suite\":\"s\",", "", 'n' },
	{ "\"lab\":\"vm\"", "\"lab\":7", 'n' },
	{ "\"ok\",\"finger", "\"partial\",\"finger", 'n' },
	{ "\"name\":\"b\"", "\"name\":\"../b\"", 'n' },
	{ "\"name\":\"b\"", "\"name\":\".b\"", 'n' },
	{ "\"name\":\"b\"", "\"name\":\"\"", 'n' },
	{ "\"topology\":\"t\"", "\"topology\":\"a\\tb\"", 'n' },
	{ "\"count\"", "\"counts\"", 'n' },
	{ "\"n\":1", "\"n\":-1", 'n' },
	{ "\"n\":1", "\"n\":1.5", 'n' },
	{ "\"wall_s\":1", "\"wall_s\":-1", 'n' },
	{ "[]", "[3]", 'n' },
	{ "false", "0", 'n' },
	{ "{\"ats\":1}", "[]", 'n' },
};

#define NR_VARIANTS (sizeof(variants) / sizeof(*variants))

static bool reads(const char *text)
{
	struct dlab_run run;

	if (dlab_run_parse("run.json", text, strlen(text), &run, &err))
		return false;
	dlab_run_free(&run);
	return true;
}

static void reader_and_schema_agree(void)
{
	char files[8192] = "", want[NR_VARIANTS + 1] = "";

	tmp = fake_tmpdir();
	for (size_t i = 0; i < NR_VARIANTS; i++) {
		const char *at = strstr(GOOD, variants[i].from);
		char path[256], text[2048];

		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - GOOD), GOOD,
			 variants[i].to, at + strlen(variants[i].from));
		snprintf(path, sizeof(path), "%s/%zu.json", tmp, i);
		write_text(path, text);
		strcat(strcat(files, " "), path);
		want[i] = variants[i].good;
		if (reads(text) != (want[i] == 'y'))
			TEST_NOTE("with %s", variants[i].to);
		CHECK(reads(text) == (want[i] == 'y'));
	}
	CHECK_STR(verdicts("run.json", files), want);
	fake_rmdir(tmp);
}

static void a_run_keeps_to_its_schema(void)
{
	char path[4096], *dir;

	tmp = fake_tmpdir();
	dir = fake_run_write(new_run("a"));
	snprintf(path, sizeof(path), "%s/run.json", dir);
	CHECK_STR(verdicts("run.json", path), "y");
	free(dir);
	fake_rmdir(tmp);
}

static void a_comparison_keeps_to_its_schema(void)
{
	struct dlab_compare_request req = { 0 };
	struct dlab_comparison c;
	struct fake_run *b;
	char path[4096], *dir_a, *dir_b;
	FILE *f;

	tmp = fake_tmpdir();
	b = new_run("b");
	fake_outcome(fake_boot_add(b, "vm-vtd-strict", "count", 2), "map/huge",
		     "crash", "panic");
	dir_a = fake_run_write(new_run("a"));
	dir_b = fake_run_write(b);
	req.dir_a = dir_a;
	req.dir_b = dir_b;
	CHECK(!dlab_axis_parse("kernel", NULL, NULL, &req.axis, &err));
	CHECK(!dlab_compare(&req, &metrics, &c, &err));
	snprintf(path, sizeof(path), "%s/compare.json", tmp);
	f = fopen(path, "w");
	dlab_compare_json(&c, f);
	fclose(f);
	CHECK_STR(verdicts("compare.json", path), "y");
	dlab_comparison_free(&c);
	free(dir_a);
	free(dir_b);
	fake_rmdir(tmp);
}

/* Everything that a history can say: steps, doubts, cases that come and go. */
static void a_history_keeps_to_its_schema(void)
{
	struct fake_history *fake;
	struct dlab_history h;
	struct fake_run *r;
	struct fake_boot *b;
	char path[4096], *dir;
	FILE *f;

	tmp = fake_tmpdir();
	snprintf(path, sizeof(path), "%s/mine", tmp);
	fake = fake_history_new(path);
	for (int i = 0; i < 4; i++) {
		r = fake_commit_run(fake);
		b = fake_boot_add(r, "vm-vtd-strict", "count", 1);
		fake_constant(b, CASE, "op_insns", 2601 + 2 * i, 300);
		fake_constant(b, CASE, "iotlb_flush", i, 1);
		if (i == 1)
			fake_outcome(b, "map/a", "crash", "panic");
		else
			fake_constant(b, "map/a", "op_insns", 10, 300);
		fake_constant(b, "map/z", "op_insns", 3000 + 50 * i, 300);
		fake_constant(b, "map/z", "lat_ns", 1000, 3);
		fake_commit(fake, "ok", "", r);
	}
	fake_commit(fake, "no-build", "error", NULL);
	dir = fake_history_write(fake);
	CHECK(!dlab_history_load(dir, tmp, &metrics, &h, &err));
	CHECK(!dlab_history_find_changes(&h, &err));
	CHECK(h.nr_findings == 3 && h.nr_doubts && h.notes.nr == 1);
	snprintf(path, sizeof(path), "%s/changes.json", tmp);
	f = fopen(path, "w");
	dlab_history_json(&h, f);
	fclose(f);
	CHECK_STR(verdicts("history.json", path), "y");
	dlab_history_free(&h);
	free(dir);
	fake_rmdir(tmp);
}

static void an_exported_run_keeps_to_its_schema(void)
{
	struct fake_run *r;
	struct dlab_run run;
	char path[4096], *dir;
	FILE *f;

	tmp = fake_tmpdir();
	r = new_run("a");
	fake_outcome(fake_boot_add(r, "vm-vtd-strict", "count", 2), "map/huge",
		     "crash", "panic");
	dir = fake_run_write(r);
	CHECK(!dlab_run_load(dir, &run, &err));
	snprintf(path, sizeof(path), "%s/export.json", tmp);
	f = fopen(path, "w");
	CHECK(!dlab_export_run(&run, &metrics, f, &err));
	fclose(f);
	CHECK_STR(verdicts("export.json", path), "y");
	dlab_run_free(&run);
	free(dir);
	fake_rmdir(tmp);
}

static void calibrations_keep_to_their_schema(void)
{
	struct dlab_calibration_rate rates[] = {
		{ "vm", 8, 1, 160, 150, 2, 12, 0.003, { 10, 5, 2, 1, 0, 0 } },
		{ "vm2", 8, 0, 160, 160, 0, NAN, NAN, { 0 } },
	};
	struct dlab_calibration_plant plants[] = { { "vm", 3, 20, 15 } };
	struct dlab_calibration none = {
		.created = "",
		.kernel = "",
		.config = "",
		.compiler = "",
		.qemu = "",
		.module = "",
	};
	struct dlab_calibration all = none;
	char files[8192], a[4096], b[4096];

	tmp = fake_tmpdir();
	all.same = all.rebuilds = all.time =
		(struct dlab_calibration_rates){ rates, 2 };
	all.plants = plants;
	all.nr_plants = 1;
	snprintf(a, sizeof(a), "%s/none.json", tmp);
	snprintf(b, sizeof(b), "%s/all.json", tmp);
	snprintf(files, sizeof(files), "%s %s", a, b);
	CHECK(!dlab_calibration_write(&none, a, &err));
	CHECK(!dlab_calibration_write(&all, b, &err));
	CHECK_STR(verdicts("calibration.json", files), "yy");
	fake_rmdir(tmp);
}

int main(void)
{
	if (system("python3 -c 'import jsonschema' 2>/dev/null")) {
		printf("1..0 # SKIP python3-jsonschema is not installed\n");
		return 0;
	}
	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	RUN(reader_and_schema_agree);
	RUN(a_run_keeps_to_its_schema);
	RUN(a_comparison_keeps_to_its_schema);
	RUN(calibrations_keep_to_their_schema);
	RUN(a_history_keeps_to_its_schema);
	RUN(an_exported_run_keeps_to_its_schema);
	dlab_metrics_free(&metrics);
	return test_end();
}
