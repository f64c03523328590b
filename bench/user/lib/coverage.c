// SPDX-License-Identifier: GPL-2.0-only
/* Functions by suite: what is run, what is never run. */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "run.h"

const char dlab_coverage_files[] =
	"block/blk-merge.c block/blk-mq-dma.c drivers/iommu/* "
	"drivers/nvme/host/pci.c kernel/dma/* lib/scatterlist.c mm/dmapool.c";

/* ---- from runs */

static int suite_of(struct dlab_coverage *c, const char *dir, size_t *suite,
		    struct dlab_err *err)
{
	struct dlab_run run;
	int ret = dlab_run_load(dir, &run, err);
	size_t i;

	if (ret)
		return ret;
	for (i = 0; i < c->nr_suites && strcmp(c->suites[i], run.suite); i++)
		;
	*suite = i;
	if (i == DLAB_COVERAGE_SUITES) {
		ret = dlab_fail(err, EINVAL, "more than %d suites",
				DLAB_COVERAGE_SUITES);
	} else if (i == c->nr_suites) {
		c->suites[i] = strdup(run.suite);
		if (c->suites[i])
			c->nr_suites++;
		else
			ret = dlab_fail(err, ENOMEM, "out of memory");
	}
	dlab_run_free(&run);
	return ret;
}

static int covered_order(const void *a, const void *b)
{
	const struct dlab_covered *x = a, *y = b;
	int d = strcmp(x->file, y->file);

	return d ? d : strcmp(x->name, y->name);
}

/* What several runs have is one function. */
static void join(struct dlab_coverage *c)
{
	size_t n = 0;

	if (c->nr)
		qsort(c->v, c->nr, sizeof(*c->v), covered_order);
	for (size_t i = 0; i < c->nr; i++) {
		if (!n || covered_order(&c->v[n - 1], &c->v[i])) {
			c->v[n++] = c->v[i];
			continue;
		}
		for (int ran = 0; ran < DLAB_NR_RAN; ran++)
			c->v[n - 1].suites[ran] |= c->v[i].suites[ran];
		free(c->v[i].file);
		free(c->v[i].name);
	}
	c->nr = n;
}

static int add_functions(struct dlab_coverage *c,
			 const struct dlab_kernel_code *code,
			 const struct dlab_names *run, size_t suite,
			 const char *files)
{
	struct dlab_covered *v =
		reallocarray(c->v, c->nr + code->nr + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	c->v = v;
	for (size_t i = 0; i < code->nr; i++) {
		const struct dlab_kernel_function *f = &code->v[i];

		if (!dlab_is_among(f->file, files))
			continue;
		v[c->nr] = (struct dlab_covered){
			.file = strdup(f->file),
			.name = strdup(f->name),
			.namesakes = dlab_namesakes(code, f->name),
		};
		v[c->nr].suites[dlab_ran(code, i, run)] = 1U << suite;
		c->nr++;
		if (!v[c->nr - 1].file || !v[c->nr - 1].name)
			return -ENOMEM;
	}
	join(c);
	return 0;
}

int dlab_coverage_add(struct dlab_coverage *c, const char *dir,
		      const char *files, struct dlab_err *err)
{
	struct dlab_kernel_code code = { 0 };
	struct dlab_names run = { 0 };
	size_t suite;
	int ret = dlab_kernel_code_load(dir, &code, err);

	if (ret == -ENOENT)
		return dlab_fail(err, ENOENT,
				 "%s has no kernel.functions: it was made before they were kept, or not in a guest of the lab",
				 dir);
	if (!ret)
		ret = dlab_run_functions(dir, &run, err);
	if (!ret && !run.nr)
		ret = dlab_fail(err, ENOENT,
				"%s has no functions.tsv: it counted nothing",
				dir);
	if (!ret)
		ret = suite_of(c, dir, &suite, err);
	if (!ret && add_functions(c, &code, &run, suite, files))
		ret = dlab_fail(err, ENOMEM, "out of memory");
	if (!ret && !c->counted_by) {
		c->counted_by = run.counted_by;
		run.counted_by = NULL;
	}
	dlab_names_free(&run);
	dlab_kernel_code_free(&code);
	return ret;
}

void dlab_coverage_free(struct dlab_coverage *c)
{
	for (size_t i = 0; i < c->nr; i++) {
		free(c->v[i].file);
		free(c->v[i].name);
	}
	for (size_t i = 0; i < c->nr_suites; i++)
		free(c->suites[i]);
	free(c->counted_by);
	free(c->v);
	*c = (struct dlab_coverage){ 0 };
}

/* ---- what is said */

/* The first function behind those of the file of @i. */
static size_t end_of_file(const struct dlab_coverage *c, size_t i)
{
	size_t end = i;

	while (end < c->nr && !strcmp(c->v[end].file, c->v[i].file))
		end++;
	return end;
}

/* What is known best of a function. */
static enum dlab_ran known(const struct dlab_covered *f)
{
	return f->suites[DLAB_RAN]	     ? DLAB_RAN :
	       f->suites[DLAB_RAN_UNSTEPPED] ? DLAB_RAN_UNSTEPPED :
	       f->suites[DLAB_RAN_ONE_OF]    ? DLAB_RAN_ONE_OF :
					       DLAB_RAN_NOT;
}

static bool is_perhaps(const struct dlab_covered *f)
{
	return known(f) != DLAB_RAN && known(f) != DLAB_RAN_NOT;
}

static bool is_never(const struct dlab_covered *f)
{
	return known(f) == DLAB_RAN_NOT;
}

static size_t count(const struct dlab_coverage *c, size_t from, size_t to,
		    bool (*is)(const struct dlab_covered *f))
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += is(&c->v[i]);
	return n;
}

/* Of these functions, those that a suite ran. */
static size_t count_run(const struct dlab_coverage *c, size_t from, size_t to,
			size_t suite)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += (c->v[i].suites[DLAB_RAN] >> suite) & 1;
	return n;
}

static void put_count(struct doc *d, struct doc_table *t, size_t n)
{
	doc_cell(d, t, 0, n ? "%zu" : "-", n);
}

static void put_row(const struct dlab_coverage *c, struct doc *d,
		    struct doc_table *t, const char *name, size_t from,
		    size_t to)
{
	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", name);
	doc_cell(d, t, 0, "%zu", to - from);
	for (size_t i = 0; i < c->nr_suites; i++)
		put_count(d, t, count_run(c, from, to, i));
	put_count(d, t, count(c, from, to, is_perhaps));
	put_count(d, t, count(c, from, to, is_never));
}

static void put_table(const struct dlab_coverage *c, struct doc *d)
{
	struct doc_table *t = doc_table(
		d, "How many functions each suite ran, by file; perhaps: see below; never: none did");
	size_t i, end;

	doc_col(d, t, DOC_COL_KEY, -1, "file");
	doc_col(d, t, DOC_COL_NUM, -1, "functions");
	for (i = 0; i < c->nr_suites; i++)
		doc_col(d, t, DOC_COL_NUM, -1, c->suites[i]);
	doc_col(d, t, DOC_COL_NUM, -1, "perhaps");
	doc_col(d, t, DOC_COL_NUM, -1, "never");
	for (i = 0; i < c->nr; i = end) {
		end = end_of_file(c, i);
		put_row(c, d, t, c->v[i].file, i, end);
	}
	put_row(c, d, t, "all", 0, c->nr);
}

/* How it is known: "stepped", "one of 3", "-" */
static void put_why(const struct dlab_covered *f, FILE *out)
{
	if (known(f) == DLAB_RAN_ONE_OF)
		fprintf(out, "one of %zu", f->namesakes);
	else if (known(f) == DLAB_RAN_UNSTEPPED)
		fputs("not stepped", out);
	else
		fputs(known(f) == DLAB_RAN ? "stepped" : "-", out);
}

static void put_suites(const struct dlab_coverage *c,
		       const struct dlab_covered *f, const char *between,
		       FILE *out)
{
	bool any = false;

	for (size_t i = 0; i < c->nr_suites && !is_never(f); i++) {
		if (!(f->suites[known(f)] & 1U << i))
			continue;
		fprintf(out, "%s%s", any ? between : "", c->suites[i]);
		any = true;
	}
	if (!any)
		fputs("-", out);
}

/* Those of the functions of a file, in one text; NULL: there are none */
static char *list(const struct dlab_coverage *c, size_t from, size_t to,
		  bool (*is)(const struct dlab_covered *f))
{
	const char *between = "";
	char *text = NULL;
	size_t len;
	FILE *f;

	if (!count(c, from, to, is))
		return NULL;
	f = open_memstream(&text, &len);
	for (size_t i = from; f && i < to; i++) {
		if (!is(&c->v[i]))
			continue;
		fprintf(f, "%s%s", between, c->v[i].name);
		if (known(&c->v[i]) == DLAB_RAN_ONE_OF) {
			fputs(" (", f);
			put_why(&c->v[i], f);
			fputs(": ", f);
			put_suites(c, &c->v[i], ", ", f);
			fputs(")", f);
		}
		between = ", ";
	}
	if (f)
		fclose(f);
	return text;
}

static void put_lists(const struct dlab_coverage *c, struct doc *d,
		      bool (*is)(const struct dlab_covered *f))
{
	size_t i, end;

	for (i = 0; i < c->nr; i = end) {
		char *text;

		end = end_of_file(c, i);
		text = list(c, i, end, is);
		if (text)
			doc_term(d, c->v[i].file, "%s", text);
		free(text);
	}
}

void dlab_coverage_doc(const struct dlab_coverage *c, struct doc *d)
{
	size_t perhaps = count(c, 0, c->nr, is_perhaps);
	size_t never = count(c, 0, c->nr, is_never);

	doc_heading(d, 1, NULL, "Functions of the DMA path by suite");
	doc_para(d,
		 "%zu functions, of which %zu were run by a case, %zu perhaps "
		 "and %zu by none. "
		 "A function is run where the operation of a case that was "
		 "stepped instruction by instruction came by; what is inlined is "
		 "part of those that it is inlined in.",
		 c->nr, c->nr - perhaps - never, perhaps, never);
	put_table(c, d);
	if (perhaps) {
		doc_heading(d, 2, "perhaps", "Perhaps run");
		if (c->counted_by)
			doc_para(d,
				 "Not stepped; the I/O of %s goes through these "
				 "files, and what it runs of them is counted.",
				 c->counted_by);
		doc_para(d, "One of N: of as many functions of that name, each "
			    "in a file of its own, one was run.");
		put_lists(c, d, is_perhaps);
	}
	doc_heading(d, 2, "never", "Never run");
	put_lists(c, d, is_never);
}

void dlab_coverage_tsv(const struct dlab_coverage *c, FILE *f)
{
	fputs("file\tfunction\tsuites\thow\n", f);
	for (size_t i = 0; i < c->nr; i++) {
		fprintf(f, "%s\t%s\t", c->v[i].file, c->v[i].name);
		put_suites(c, &c->v[i], ",", f);
		fputc('\t', f);
		put_why(&c->v[i], f);
		fputc('\n', f);
	}
}
