// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does functions.tsv come back as it was written, is what is no such table
 * refused, and does the difference of two operations name what changed?
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "fakerun.h"
#include "functions.h"
#include "out.h"
#include "test.h"

#define HEAD "case\tunnamed\tmap\tfill\tunmap\n"

static char *tmp;

/* Adds a function; calls are 1 where there are instructions. */
static void add(struct dlab_functions *f, const char *name, uint64_t map,
		uint64_t fill, uint64_t unmap)
{
	const uint64_t insns[] = { map, fill, unmap };
	const uint64_t calls[] = { !!map, !!fill, !!unmap };

	CHECK(!dlab_functions_add(f, name, insns, calls, NULL));
}

static const struct dlab_function *named(const struct dlab_functions *f,
					 const char *name)
{
	static const struct dlab_function none;

	for (size_t i = 0; f && i < f->nr; i++)
		if (!strcmp(f->v[i].name, name))
			return &f->v[i];
	return &none;
}

static int parse(const char *text, struct dlab_profile *p,
		 struct dlab_err *err)
{
	return dlab_profile_parse("f.tsv", text, strlen(text), "vm", p, err);
}

static void names_are_written_once(void)
{
	struct dlab_function_names names = { 0 };
	struct dlab_functions f = { .unnamed = 3 }, g = { 0 };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	add(&f, "a", 10, 0, 1);
	add(&f, "b [dmalab]", 0, 20, 2);
	add(&g, "b [dmalab]", 7, 0, 0);
	add(&g, "c", 8, 0, 0);
	CHECK(!dlab_functions_write(out, "x", &f, &names));
	CHECK(!dlab_functions_write(out, "y", &g, &names));
	fclose(out);
	CHECK_STR(text, "x\t3\ta:10/1\tb [dmalab]:20/1\t0:1/1,1:2/1\n"
			"y\t0\t1:7/1,c:8/1\t-\t-\n");
	free(text);
	dlab_function_names_cut(&names, 0);
	dlab_functions_free(&f);
	dlab_functions_free(&g);
}

static void what_cannot_be_a_name_is_unnamed(void)
{
	struct dlab_function_names names = { 0 };
	struct dlab_functions f = { 0 };
	char *text;
	size_t len;
	FILE *out = open_memstream(&text, &len);

	add(&f, "0xffff", 1, 2, 3);
	add(&f, "a:b", 10, 0, 0);
	add(&f, "", 100, 0, 0);
	CHECK(!dlab_functions_write(out, "x", &f, &names));
	fclose(out);
	CHECK_STR(text, "x\t116\t-\t-\t-\n");
	free(text);
	dlab_functions_free(&f);
}

static void rows_are_read_by_phase(void)
{
	const struct dlab_function *f;
	struct dlab_profile p;

	CHECK(!parse(HEAD "m/x[a=1]\t0\ta:35/2,b:13\t-\t0:7/1,c.isra.0:9\n"
			  "m/w[a=2]\t12\t1:5/1\t2:1,d:2/3\t-\n",
		     &p, NULL));
	CHECK(p.nr == 2);
	CHECK(!dlab_profile_find(&p, "m/x[a=1]"));
	f = named(dlab_profile_find(&p, "m/x@vm[a=1]"), "a");
	CHECK(f->insns[DLAB_PHASE_MAP] == 35 && f->calls[DLAB_PHASE_MAP] == 2);
	CHECK(f->insns[DLAB_PHASE_FILL] == 0);
	CHECK(f->insns[DLAB_PHASE_UNMAP] == 7);
	f = named(dlab_profile_find(&p, "m/w@vm[a=2]"), "c.isra.0");
	CHECK(f->insns[DLAB_PHASE_FILL] == 1 && !f->calls[DLAB_PHASE_FILL]);
	CHECK(dlab_functions_total(dlab_profile_find(&p, "m/x@vm[a=1]")) == 64);
	CHECK(dlab_functions_total(dlab_profile_find(&p, "m/w@vm[a=2]")) == 20);
	dlab_profile_free(&p);
}

static void what_is_no_such_table_is_refused(void)
{
	static const struct {
		const char *rows;
		const char *says;
	} bad[] = {
		{ "x\t0\ta:1\t-\n", "4 fields" },
		{ "x\tno\ta:1\t-\t-\n", "`unnamed` is not a number" },
		{ "x\t-1\ta:1\t-\t-\n", "`unnamed` is not a number" },
		{ "x\t0\ta\t-\t-\n", "without instructions" },
		{ "x\t0\ta:\t-\t-\n", "without instructions" },
		{ "x\t0\ta:-1\t-\t-\n", "without instructions" },
		{ "x\t0\t\t-\t-\n", "without instructions" },
		{ "x\t0\t:1\t-\t-\n", "not a function's name" },
		{ "x\t0\ta,b:1\t-\t-\n", "not a function's name" },
		{ "x\t0\ta:1/\t-\t-\n", "calls are not a number" },
		{ "x\t0\ta:1/2/3\t-\t-\n", "behind a function" },
		{ "x\t0\ta:1,\t-\t-\n", "without instructions" },
		{ "x\t0\t0:1\t-\t-\n", "has no name" },
		{ "x\t0\ta:1,1:1\t-\t-\n", "has no name" },
		{ "x\t0\ta:1,a:1\t-\t-\n", "introduced twice" },
		{ "x\t0\ta:99999999999999999999\t-\t-\n", "without" },
		{ "x\t0\t-\t-\t-\nx\t0\t-\t-\t-\n", "there twice" },
	};
	struct dlab_profile p;
	struct dlab_err err;
	char text[256];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(text, sizeof(text), HEAD "%s", bad[i].rows);
		CHECK(parse(text, &p, &err) == -EINVAL);
		CHECK_SAYS(err.text, bad[i].says);
		CHECK_SAYS(err.text, "f.tsv");
		dlab_profile_free(&p);
	}
}

/* The writer of a boot: a case that failed introduces nothing. */
static void a_failed_case_leaves_no_names(void)
{
	struct dlab_functions f = { 0 };
	struct dlab_out *out;
	char path[4096], line[256];
	FILE *file;

	add(&f, "a", 1, 0, 0);
	snprintf(path, sizeof(path), "%s/boot", tmp);
	mkdir(path, 0777);
	CHECK(!dlab_out_open(&out, path, NULL));
	dlab_out_begin(out, "x");
	CHECK(!dlab_out_functions(out, &f, NULL));
	CHECK(!dlab_out_end(out, "fail", "broke", NULL));
	dlab_out_begin(out, "y");
	CHECK(!dlab_out_functions(out, &f, NULL));
	CHECK(!dlab_out_end(out, "ok", "", NULL));
	CHECK(!dlab_out_close(out, NULL));
	snprintf(path, sizeof(path), "%s/boot/functions.tsv", tmp);
	file = fopen(path, "r");
	CHECK(file && fgets(line, sizeof(line), file));
	CHECK_STR(line, HEAD);
	CHECK(fgets(line, sizeof(line), file));
	CHECK_STR(line, "y\t0\ta:1/1\t-\t-\n");
	CHECK(!fgets(line, sizeof(line), file));
	fclose(file);
	dlab_functions_free(&f);
}

/* @map: of function a; 0: the boot has no functions */
static void fake_boot(struct fake_run *r, const char *topology, unsigned int n,
		      uint64_t map)
{
	struct fake_boot *b = fake_boot_add(r, topology, "count", n);
	struct dlab_functions f = { 0 };

	fake_constant(b, "m/x[a=1]", "op_insns", 100, 3);
	if (!map)
		return;
	add(&f, "a", map, 0, 0);
	fake_functions(b, "m/x[a=1]", &f);
	dlab_functions_free(&f);
}

static void the_first_boot_that_has_a_case_counts(void)
{
	struct dlab_functions f;
	struct dlab_profile p;
	struct fake_run *r;
	struct dlab_err err;
	char runs[4096];
	char *dir;

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, "many");
	fake_boot(r, "vm-a", 1, 0);
	fake_boot(r, "vm-a", 2, 12);
	fake_boot(r, "vm-a", 3, 13);
	fake_boot(r, "vm-b", 1, 21);
	dir = fake_run_write(r);
	CHECK(!dlab_profile_load(dir, &p, &err));
	CHECK(p.nr == 2);
	CHECK(named(dlab_profile_find(&p, "m/x@vm-a[a=1]"), "a")->insns[0] == 12);
	CHECK(named(dlab_profile_find(&p, "m/x@vm-b[a=1]"), "a")->insns[0] == 21);
	dlab_profile_free(&p);
	CHECK(!dlab_functions_load(dir, "m/x@vm-b[a=1]", &f, &err));
	CHECK(f.nr == 1 && f.v[0].insns[0] == 21);
	dlab_functions_free(&f);
	CHECK(dlab_functions_load(dir, "m/x@vm-c[a=1]", &f, &err) == -ENOENT);
	CHECK_SAYS(err.text, "m/x@vm-c[a=1]");
	free(dir);
}

static void an_older_run_has_none(void)
{
	struct dlab_functions f;
	struct dlab_profile p;
	struct fake_run *r;
	struct dlab_err err;
	char runs[4096];
	char *dir;

	snprintf(runs, sizeof(runs), "%s/runs", tmp);
	r = fake_run_new(runs, "older");
	fake_boot(r, "vm-a", 1, 0);
	dir = fake_run_write(r);
	CHECK(!dlab_profile_load(dir, &p, &err));
	CHECK(!p.nr && !dlab_profile_find(&p, "m/x@vm-a[a=1]"));
	dlab_profile_free(&p);
	CHECK(dlab_functions_load(dir, "m/x@vm-a[a=1]", &f, &err) == -ENODATA);
	CHECK_SAYS(err.text, "has no functions");
	free(dir);
}

/* ---- the difference */

struct row {
	enum dlab_phase phase;
	const char *function;
	uint64_t a, b;
};

#define CHECK_DIFF(x, y, changed, ...)                                      \
	do {                                                                \
		const struct row want[] = { __VA_ARGS__ };                  \
		check_diff(x, y, changed, want,                             \
			   sizeof(want) / sizeof(*want));                   \
	} while (0)

static void check_diff(struct dlab_functions *a, struct dlab_functions *b,
		       size_t changed, const struct row *want, size_t nr)
{
	struct dlab_function_changes c;

	CHECK(!dlab_functions_diff(a, b, &c, NULL));
	CHECK(c.nr == nr);
	CHECK(c.nr_changed == changed);
	for (size_t i = 0; i < c.nr && i < nr; i++) {
		CHECK(c.v[i].phase == want[i].phase);
		CHECK_STR(c.v[i].function, want[i].function);
		CHECK(c.v[i].insns_a == want[i].a);
		CHECK(c.v[i].insns_b == want[i].b);
	}
	dlab_function_changes_free(&c);
	dlab_functions_free(a);
	dlab_functions_free(b);
}

static void largest_differences_come_first(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };

	add(&a, "same", 50, 0, 0);
	add(&a, "gone", 0, 30, 0);
	add(&a, "grew", 10, 0, 100);
	add(&b, "grew", 10, 0, 120);
	add(&b, "new", 5, 0, 0);
	add(&b, "same", 50, 0, 0);
	CHECK_DIFF(&a, &b, 3, { DLAB_PHASE_FILL, "gone", 30, 0 },
		   { DLAB_PHASE_UNMAP, "grew", 100, 120 },
		   { DLAB_PHASE_MAP, "new", 0, 5 },
		   { DLAB_PHASE_MAP, "same", 50, 50 },
		   { DLAB_PHASE_MAP, "grew", 10, 10 });
}

static void more_calls_are_a_change(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };
	const uint64_t insns[] = { 6, 0, 0 }, calls[] = { 2, 0, 0 };

	add(&a, "f", 6, 0, 0);
	CHECK(!dlab_functions_add(&b, "f", insns, calls, NULL));
	CHECK_DIFF(&a, &b, 1, { DLAB_PHASE_MAP, "f", 6, 6 });
}

static void other_suffixes_are_the_same_function(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };

	add(&a, "f", 10, 0, 0);
	add(&b, "f.isra.0", 12, 0, 0);
	add(&a, "g.constprop.0 [dmalab]", 0, 7, 0);
	add(&b, "g.constprop.1 [dmalab]", 0, 7, 0);
	CHECK_DIFF(&a, &b, 1, { DLAB_PHASE_MAP, "f", 10, 12 },
		   { DLAB_PHASE_FILL, "g [dmalab]", 7, 7 });
}

static void parts_that_were_split_off_are_put_back(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };

	add(&a, "f", 30, 0, 0);
	add(&b, "f", 10, 0, 0);
	add(&b, "f.part.0", 18, 0, 0);
	add(&b, "f.cold", 2, 0, 0);
	CHECK_DIFF(&a, &b, 1, { DLAB_PHASE_MAP, "f", 30, 30 });
}

static void equal_suffixes_stay_apart(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };

	add(&a, "f", 30, 0, 0);
	add(&a, "f.part.0", 5, 0, 0);
	add(&b, "f", 31, 0, 0);
	add(&b, "f.part.0", 9, 0, 0);
	add(&b, "h.part.0", 1, 0, 0);
	CHECK_DIFF(&a, &b, 3, { DLAB_PHASE_MAP, "f.part.0", 5, 9 },
		   { DLAB_PHASE_MAP, "h.part.0", 0, 1 },
		   { DLAB_PHASE_MAP, "f", 30, 31 });
}

static void modules_are_told_apart(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };

	add(&a, "f [x]", 3, 0, 0);
	add(&b, "f [y]", 2, 0, 0);
	CHECK_DIFF(&a, &b, 2, { DLAB_PHASE_MAP, "f [x]", 3, 0 },
		   { DLAB_PHASE_MAP, "f [y]", 0, 2 });
}

static void nothing_differs_from_nothing(void)
{
	struct dlab_functions a = { 0 }, b = { 0 };
	struct dlab_function_changes c;

	CHECK(!dlab_functions_diff(&a, &b, &c, NULL));
	CHECK(!c.nr && !c.nr_changed);
	dlab_function_changes_free(&c);
}

int main(void)
{
	tmp = fake_tmpdir();
	RUN(names_are_written_once);
	RUN(what_cannot_be_a_name_is_unnamed);
	RUN(rows_are_read_by_phase);
	RUN(what_is_no_such_table_is_refused);
	RUN(a_failed_case_leaves_no_names);
	RUN(the_first_boot_that_has_a_case_counts);
	RUN(an_older_run_has_none);
	RUN(largest_differences_come_first);
	RUN(more_calls_are_a_change);
	RUN(other_suffixes_are_the_same_function);
	RUN(parts_that_were_split_off_are_put_back);
	RUN(equal_suffixes_stay_apart);
	RUN(modules_are_told_apart);
	RUN(nothing_differs_from_nothing);
	fake_rmdir(tmp);
	return test_end();
}
