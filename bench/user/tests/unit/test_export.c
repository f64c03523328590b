// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do other tools find in an export what was measured?  Google Benchmark's own
 * compare.py is asked where Debian's libbenchmark-tools is installed, or
 * DLAB_COMPARE_PY names it (with python3-scipy, which it needs); Otava's table is read back by Python's csv.
 */
#include "../../dlab/export.c"

#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakehistory.h"
#include "test.h"

#define CASE "map/scattered[path=page,size=4k]"
#define ID "map/scattered@vm-vtd-strict[path=page,size=4k]"

static char *tmp;

static char *path_of(const char *name)
{
	static char path[4096];

	snprintf(path, sizeof(path), "%s/%s", tmp, name);
	return path;
}

/* Two boots; every 50th of 300 operations costs 500 more. */
static void fill(struct fake_run *r, double op)
{
	for (unsigned int n = 1; n <= 2; n++) {
		struct fake_boot *b =
			fake_boot_add(r, "vm-vtd-strict", "count", n);
		double v[300];

		for (int i = 0; i < 300; i++)
			v[i] = op + (i % 50 ? 0 : 500);
		fake_samples(b, CASE, "op_insns", v, 300);
		fake_constant(b, CASE, "iotlb_flush", 2, 1);
		fake_constant(b, "null/harness", "checks_ok", 2, 1);
		b = fake_boot_add(r, "vm-vtd-strict", "time", n);
		fake_constant(b, CASE, "lat_ns", 1234.5, 3);
		fake_constant(b, CASE, "iops", 1e5, 3);
		b = fake_boot_add(r, "vm-vtd-lazy", "time", n);
		fake_boot_emulated(b);
		fake_constant(b, CASE, "lat_ns", 9999, 3);
	}
}

static void make(void)
{
	struct fake_history *h;
	struct fake_run *r;

	tmp = fake_tmpdir();
	mkdir(path_of("history"), 0777);
	for (int i = 0; i < 2; i++) {
		r = fake_run_new(path_of("runs"), i ? "new" : "old");
		fill(r, i ? 2620 : 2600);
		free(fake_run_write(r));
	}
	h = fake_history_new(path_of("history/mine"));
	for (int i = 0; i < 3; i++) {
		if (i == 1) {
			fake_commit(h, "crash", "panic", NULL);
			continue;
		}
		r = fake_commit_run(h);
		fill(r, i ? 2620 : 2600);
		if (i)
			fake_constant(fake_boot_add(r, "vm-x", "count", 1),
				      CASE, "op_insns", 1, 300);
		fake_commit(h, "ok", "", r);
	}
	free(fake_history_write(h));
}

/* Runs the verb, its output in the file @out; the exit status. */
static int export(const char *out, const char *format, const char *word)
{
	char *argv[] = {
		(char *)"export", (char *)"--results", tmp, (char *)"--format",
		(char *)format,	  (char *)word,	       NULL
	};
	int saved = dup(STDOUT_FILENO), saved_err = dup(STDERR_FILENO);
	int fd = open(path_of(out), O_WRONLY | O_CREAT | O_TRUNC, 0644);
	int null = open("/dev/null", O_WRONLY), ret;

	fflush(stdout);
	dup2(fd, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	optind = 0;
	ret = dlab_cmd_export(6, argv);
	fflush(stdout);
	dup2(saved, STDOUT_FILENO);
	dup2(saved_err, STDERR_FILENO);
	close(fd);
	close(null);
	close(saved);
	close(saved_err);
	return ret;
}

/* The @nr-th benchmark of that name, or NULL. */
static json_t *benchmark(json_t *root, const char *name, int nr)
{
	json_t *b;
	size_t i;

	json_array_foreach(
		json_object_get(root, "benchmarks"), i,
		b) if (!strcmp(json_string_value(json_object_get(b, "name")),
			       name) &&
		       !nr--) return b;
	return NULL;
}

static double number(json_t *b, const char *key)
{
	return json_number_value(json_object_get(b, key));
}

static void boots_are_repetitions(void)
{
	json_t *root, *b;

	CHECK(!export("new.json", "gbench", "new"));
	root = json_load_file(path_of("new.json"), 0, NULL);
	b = benchmark(root, ID "/op_insns", 1);
	CHECK(b);
	CHECK_NUM(number(b, "real_time"), 2620);
	CHECK_NUM(number(b, "cpu_time"), 2630);
	CHECK_NUM(number(b, "iterations"), 300);
	CHECK_NUM(number(b, "repetitions"), 2);
	CHECK_NUM(number(b, "repetition_index"), 1);
	CHECK_STR(json_string_value(json_object_get(b, "time_unit")), "ns");
	CHECK_STR(json_string_value(json_object_get(b, "label")), "insns");
	CHECK_STR(json_string_value(json_object_get(b, "run_type")),
		  "iteration");
	CHECK(!benchmark(root, ID "/op_insns", 2));
	json_decref(root);
}

static void the_rest_of_a_case_is_counters_of_its_first_benchmark(void)
{
	json_t *root, *b;

	CHECK(!export("new.json", "gbench", "new"));
	root = json_load_file(path_of("new.json"), 0, NULL);
	b = benchmark(root, ID "/op_insns", 0);
	CHECK_NUM(number(b, "iotlb_flush"), 2);
	CHECK_NUM(number(b, "iops"), 1e5);
	b = benchmark(root, ID "/lat_ns", 0);
	CHECK_NUM(number(b, "real_time"), 1234.5);
	CHECK_NUM(number(b, "cpu_time"), 1234.5);
	CHECK(!json_object_get(b, "iops") && !json_object_get(b, "label"));
	/* time is emulated there, and that has nothing to compare */
	CHECK(!benchmark(root,
			 "map/scattered@vm-vtd-lazy[path=page,size=4k]/lat_ns",
			 0));
	CHECK(json_array_size(json_object_get(root, "benchmarks")) == 4);
	json_decref(root);
}

static void commits_of_a_history_are_prefixes(void)
{
	json_t *root;

	CHECK(!export("h.json", "gbench", "mine"));
	root = json_load_file(path_of("h.json"), 0, NULL);
	/* the first twelve digits of all three are zeros */
	CHECK_NUM(number(benchmark(root, "000000000000/" ID "/op_insns", 0),
			 "real_time"),
		  2600);
	CHECK_NUM(number(benchmark(root, "000000000000/" ID "/op_insns", 2),
			 "real_time"),
		  2620);
	json_decref(root);
}

static const char *compare_py(void)
{
	const char *other = getenv("DLAB_COMPARE_PY");

	return other ? other : "/usr/share/benchmark/compare.py";
}

static void compare_py_finds_the_twenty_instructions(void)
{
	char cmd[8192], line[512];
	bool found = false;
	FILE *f;

	export("old.json", "gbench", "old");
	export("new.json", "gbench", "new");
	snprintf(cmd, sizeof(cmd),
		 "%s --no-color benchmarks %s/old.json %s/new.json",
		 compare_py(), tmp, tmp);
	f = popen(cmd, "r");
	while (f && fgets(line, sizeof(line), f)) {
		/* relative, time and CPU; old and new, time and CPU */
		if (strncmp(line, ID "/op_insns ", strlen(ID "/op_insns ")))
			continue;
		found |= strstr(line, "+0.0077") && strstr(line, "2600") &&
			 strstr(line, "2620") && strstr(line, "2610") &&
			 strstr(line, "2630");
	}
	CHECK(f && !pclose(f));
	CHECK(found);
}

static bool can_compare(void)
{
	return !access(compare_py(), X_OK) &&
	       !system("python3 -c 'import scipy' 2>/dev/null");
}

static const char read_csv[] =
	"import csv, sys\n"
	"r = list(csv.reader(open(sys.argv[1], newline=''), delimiter=',', quotechar='\\\"'))\n"
	"c = r[0].index('" ID ":op_insns')\n"
	"assert r[0][:2] == ['time', 'commit'], r[0]\n"
	"assert len(r) == 3 and all(len(x) == len(r[0]) for x in r)\n"
	"assert [float(x[c]) for x in r[1:]] == [2610, 2630]\n"
	"assert r[2][1].endswith('2')\n"
	"assert [float(x[r[0].index('" ID
	":iops')]) for x in r[1:]] == [1e5, 1e5]\n"
	"assert not any('iotlb' in x or 'lazy' in x or 'vm-x' in x for x in r[0])\n";

static void otava_s_table_has_no_gaps(void)
{
	char cmd[8192];

	CHECK(!export("history.csv", "otava", "mine"));
	snprintf(cmd, sizeof(cmd), "python3 -c \"%s\" %s", read_csv,
		 path_of("history.csv"));
	CHECK(!system(cmd));
}

static void otava_is_told_which_way_is_better(void)
{
	char text[4096] = "";
	FILE *f;

	CHECK(!export("otava.yaml", "otava-config", "mine"));
	f = fopen(path_of("otava.yaml"), "r");
	CHECK(f && fread(text, 1, sizeof(text) - 1, f) > 0);
	if (f)
		fclose(f);
	CHECK_SAYS(text, "'" ID ":op_insns': {direction: -1}");
	CHECK_SAYS(text, "'" ID ":iops': {direction: 1}");
	CHECK(!strstr(text, "vm-x"));
}

static void json_is_of_both(void)
{
	json_t *root;

	CHECK(!export("run.json", "json", "new"));
	root = json_load_file(path_of("run.json"), 0, NULL);
	CHECK(json_array_size(json_object_get(root, "cases")) == 3);
	json_decref(root);
	CHECK(!export("h.json", "json", "mine"));
	root = json_load_file(path_of("h.json"), 0, NULL);
	CHECK(json_array_size(json_object_get(root, "findings")) == 1);
	json_decref(root);
}

static void bad_use_is_2(void)
{
	CHECK(export("x", "otava", "new") == DLAB_EXIT_USAGE);
	CHECK(export("x", "xml", "new") == DLAB_EXIT_USAGE);
	CHECK(export("x", "json", "none") == DLAB_EXIT_USAGE);
}

int main(void)
{
	make();
	RUN(boots_are_repetitions);
	RUN(the_rest_of_a_case_is_counters_of_its_first_benchmark);
	RUN(commits_of_a_history_are_prefixes);
	if (can_compare())
		RUN(compare_py_finds_the_twenty_instructions);
	else
		SKIP(compare_py_finds_the_twenty_instructions,
		     "libbenchmark-tools and python3-scipy are not installed");
	RUN(otava_s_table_has_no_gaps);
	RUN(otava_is_told_which_way_is_better);
	RUN(json_is_of_both);
	RUN(bad_use_is_2);
	fake_rmdir(tmp);
	return test_end();
}
