// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does an explanation name the function that changed, fit its columns, and say
 * when the operation that was stepped does not stand for the others?
 */
#include <jansson.h>
#include <stdlib.h>

#include "explain.h"
#include "fakerun.h"
#include "test.h"

#define CASE	"map/scattered[path=sg,size=4k]"
#define ID	"map/scattered@vm[path=sg,size=4k]"
#define LONG	"a_function_whose_name_is_longer_than_its_column"

static char *tmp;
static struct dlab_metrics metrics;

static void add(struct dlab_functions *f, const char *name, uint64_t map,
		uint64_t unmap, uint64_t calls)
{
	const uint64_t insns[] = { map, 0, unmap };
	const uint64_t n[] = { map ? calls : 0, 0, unmap ? calls : 0 };

	CHECK(!dlab_functions_add(f, name, insns, n, NULL));
}

/* A run whose operations took @op; @f: freed; NULL: none */
static struct fake_run *begin_run(const char *name, const double *op, size_t nr,
				  struct dlab_functions *f)
{
	struct fake_boot *b;
	struct fake_run *r;
	char runs[4096];

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, name);
	b = fake_boot_add(r, "vm", "count", 1);
	if (nr)
		fake_samples(b, CASE, "op_insns", op, nr);
	else
		fake_constant(b, CASE, "lock_ops", 1, 1);
	if (f) {
		fake_functions(b, CASE, f);
		dlab_functions_free(f);
	}
	return r;
}

/* The directory of such a run. */
static char *make_run(const char *name, const double *op, size_t nr,
		      struct dlab_functions *f)
{
	return fake_run_write(begin_run(name, op, nr, f));
}

static struct dlab_functions spent(uint64_t unmap, uint64_t calls)
{
	struct dlab_functions f = { 0 };

	add(&f, "map_it", 1000, 0, 1);
	add(&f, "unmap_it", 0, unmap, calls);
	add(&f, LONG, 500, 0, 3);
	return f;
}

/* What @print writes of an explanation that must succeed; to be freed */
static char *shown(const char *dir_a, const char *dir_b, size_t limit,
		   void (*print)(const struct dlab_explanation *e, size_t limit,
				 FILE *f))
{
	struct dlab_explanation e;
	struct dlab_err err = { "" };
	char *text = NULL;
	size_t len;
	FILE *f;

	if (dlab_explain(ID, dir_a, dir_b, &metrics, &e, &err)) {
		CHECK_STR(err.text, "");
		return strdup("");
	}
	f = open_memstream(&text, &len);
	print(&e, limit, f);
	fclose(f);
	dlab_explanation_free(&e);
	return text;
}

static char *old, *slow;

static void make_runs(void)
{
	static const double before[] = { 1787, 1787, 1787 };
	static const double after[] = { 1807, 1807, 1807 };
	struct dlab_functions f = spent(300, 1), g = spent(320, 2);

	old = make_run("old", before, 3, &f);
	slow = make_run("slow", after, 3, &g);
}

static void two_runs_are_a_table_of_what_changed(void)
{
	char *text = shown(old, slow, 30, dlab_explain_text);

	CHECK_STR(
		text,
		ID "\n"
		   "A old\n"
		   "B slow; instructions of one operation\n"
		   "\n"
		   "phase function                                 A         B      diff       calls\n"
		   "--------------------------------------------------------------------------------\n"
		   "unmap unmap_it                               300       320       +20      1 -> 2\n"
		   "      2 unchanged functions                1,500     1,500         0\n"
		   "--------------------------------------------------------------------------------\n"
		   "map   all functions                        1,500     1,500         0\n"
		   "fill  all functions                            0         0         0\n"
		   "unmap all functions                          300       320       +20\n"
		   "      stepped, in all                      1,800     1,820       +20\n"
		   "      counted (op_insns), median           1,787     1,807       +20\n"
		   "      counted (op_insns), mean             1,787     1,807       +20\n");
	free(text);
}

static void one_run_is_a_table_of_shares(void)
{
	char *text = shown(old, NULL, 2, dlab_explain_text);

	CHECK_STR(
		text,
		ID "\n"
		   "old; instructions of one operation\n"
		   "\n"
		   "phase function                             insns     share     calls\n"
		   "--------------------------------------------------------------------------------\n"
		   "map   map_it                               1,000     55.6%         1\n"
		   "map   " LONG "\n"
		   "                                             500     27.8%         3\n"
		   "      1 more function                        300     16.7%\n"
		   "--------------------------------------------------------------------------------\n"
		   "map   all functions                        1,500     83.3%\n"
		   "fill  all functions                            0      0.0%\n"
		   "unmap all functions                          300     16.7%\n"
		   "      stepped, in all                      1,800    100.0%\n"
		   "      counted (op_insns), median           1,787\n"
		   "      counted (op_insns), mean             1,787\n");
	free(text);
}

static void tables_for_programs_have_all_functions(void)
{
	char *text = shown(old, slow, 1, dlab_explain_tsv);

	CHECK_STR(text,
		  "phase\tfunction\tinsns_a\tinsns_b\tdiff\tcalls_a\tcalls_b\n"
		  "unmap\tunmap_it\t300\t320\t20\t1\t2\n"
		  "map\tmap_it\t1000\t1000\t0\t1\t1\n"
		  "map\t" LONG "\t500\t500\t0\t3\t3\n");
	free(text);
	text = shown(slow, old, 1, dlab_explain_tsv);
	CHECK_SAYS(text, "unmap\tunmap_it\t320\t300\t-20\t2\t1\n");
	free(text);
	text = shown(old, NULL, 1, dlab_explain_tsv);
	CHECK_STR(text, "phase\tfunction\tinsns\tcalls\n"
			"map\tmap_it\t1000\t1\n"
			"map\t" LONG "\t500\t3\n"
			"unmap\tunmap_it\t300\t1\n");
	free(text);
}

static void json_has_both_sides(void)
{
	char *text = shown(old, slow, 1, dlab_explain_json);
	json_t *root = json_loads(text, 0, NULL);
	const char *id = "", *function = "";
	double median = 0;
	int stepped = 0, b = 0;

	CHECK(root && !json_unpack(root,
				   "{s:s, s:{s:i}, s:{s:F}, s:[{s:s, s:i}]}",
				   "case", &id, "a", "stepped", &stepped, "b",
				   "op_insns_median", &median, "functions",
				   "function", &function, "insns_b", &b));
	CHECK_STR(id, ID);
	CHECK(stepped == 1800);
	CHECK_NUM(median, 1807);
	CHECK_STR(function, "unmap_it");
	CHECK(b == 320);
	json_decref(root);
	free(text);
}

/* What an explanation against `old`, or of the run alone, has doubts about. */
static void check_doubts(const char *name, const double *op, size_t nr,
			 uint64_t unmap, bool alone, const char *says)
{
	struct dlab_functions f = spent(unmap, 1);
	char *dir = make_run(name, op, nr, &f);
	char *text = shown(alone ? dir : old, alone ? NULL : dir, 30,
			   dlab_explain_text);

	CHECK_SAYS(text, says);
	free(text);
	free(dir);
}

static void an_operation_that_is_not_like_most_is_told(void)
{
	static const double same[] = { 1787, 1787, 1787 };
	static const double third[] = { 1787, 1787, 1817 };

	check_doubts("odd", same, 3, 330, false,
		     "stepped differ by +30, most of those counted by 0");
	check_doubts("sometimes", third, 3, 300, false,
		     "stepped differ by 0, those counted by +10 in the\nmean");
	check_doubts("alone", same, 3, 900, true,
		     "took 2,400, most take 1,787: it was not like most");
	check_doubts("uncounted", NULL, 0, 300, false,
		     "op_insns was not counted");
}

static void what_else_differs_is_told(void)
{
	static const double op[] = { 1787 };
	struct dlab_functions f = spent(300, 1);
	struct fake_run *r = begin_run("compiler", op, 1, &f);
	char *dir, *text;

	fake_run_fingerprint(r, "compiler", "gcc 15");
	dir = fake_run_write(r);
	text = shown(old, dir, 30, dlab_explain_text);
	CHECK_SAYS(text, "\nMore than the source differs");
	CHECK_SAYS(text, "-> gcc 15\n");
	free(text);
	text = shown(old, dir, 30, dlab_explain_json);
	CHECK_SAYS(text, "-> gcc 15\"");
	free(text);
	text = shown(old, slow, 30, dlab_explain_json);
	CHECK_SAYS(text, "\"differs\": null");
	free(text);
	free(dir);
}

static void instructions_without_a_function_are_told(void)
{
	static const double op[] = { 1787 };
	struct dlab_functions f = spent(300, 1);
	char *dir, *text;

	f.unnamed = 77;
	dir = make_run("unnamed", op, 1, &f);
	text = shown(old, dir, 30, dlab_explain_text);
	CHECK_SAYS(text, "      no function, or no room for it           0        77       +77\n");
	CHECK_SAYS(text, "stepped, in all                      1,800     1,877       +77\n");
	free(text);
	free(dir);
}

static void a_pattern_may_name_a_case(void)
{
	struct dlab_explanation e;

	CHECK(!dlab_explain("*@vm*path=sg,*", old, NULL, &metrics, &e, NULL));
	CHECK_STR(e.id, ID);
	dlab_explanation_free(&e);
}

static void what_is_near_is_named(void)
{
	struct dlab_explanation e;
	struct dlab_err err;

	CHECK(dlab_explain("map/scattered@vm[path=sq,size=4k]", old, NULL,
			   &metrics, &e, &err) == -ENOENT);
	CHECK_SAYS(err.text, "no functions of map/scattered@vm[path=sq,size=4k]");
	CHECK_SAYS(err.text, "\n  " ID);
}

static void a_run_without_functions_says_so(void)
{
	static const double op[] = { 1787 };
	struct dlab_explanation e;
	struct dlab_err err;
	char *dir = make_run("older", op, 1, NULL);

	CHECK(dlab_explain(ID, old, dir, &metrics, &e, &err) == -ENODATA);
	CHECK_SAYS(err.text, "older has no functions");
	free(dir);
}

int main(void)
{
	struct dlab_err err;

	tmp = fake_tmpdir();
	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	make_runs();
	RUN(two_runs_are_a_table_of_what_changed);
	RUN(one_run_is_a_table_of_shares);
	RUN(tables_for_programs_have_all_functions);
	RUN(json_has_both_sides);
	RUN(an_operation_that_is_not_like_most_is_told);
	RUN(what_else_differs_is_told);
	RUN(instructions_without_a_function_are_told);
	RUN(a_pattern_may_name_a_case);
	RUN(what_is_near_is_named);
	RUN(a_run_without_functions_says_so);
	free(old);
	free(slow);
	dlab_metrics_free(&metrics);
	fake_rmdir(tmp);
	return test_end();
}
