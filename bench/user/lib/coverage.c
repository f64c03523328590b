// SPDX-License-Identifier: GPL-2.0-only
/* Functions by suite: what is run, what is never run. */
#include <errno.h>
#include <fnmatch.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "coverage.h"
#include "kernelcode.h"
#include "run.h"

const char dlab_coverage_files[] =
	"block/blk-merge.c block/blk-mq-dma.c drivers/iommu/* "
	"drivers/nvme/host/pci.c kernel/dma/* lib/scatterlist.c mm/dmapool.c";

/* ---- from runs */

static bool is_wanted(const char *files, const char *file)
{
	char *copy = strdup(files), *rest = copy, *pattern;
	bool is = false;

	while (!is && (pattern = strsep(&rest, " ")))
		is = !fnmatch(pattern, file, 0);
	free(copy);
	return is;
}

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
		c->v[n - 1].suites |= c->v[i].suites;
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

		if (!is_wanted(files, f->file))
			continue;
		v[c->nr] = (struct dlab_covered){
			.file = strdup(f->file),
			.name = strdup(f->name),
			.suites = dlab_names_have(run, f->name) ? 1U << suite :
								  0,
		};
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

/* Of these functions, those that a suite in @mask ran. */
static size_t count_run(const struct dlab_coverage *c, size_t from, size_t to,
			uint32_t mask)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		n += (c->v[i].suites & mask) != 0;
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
	size_t run = count_run(c, from, to, ~0U);

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", name);
	doc_cell(d, t, 0, "%zu", to - from);
	for (size_t i = 0; i < c->nr_suites; i++)
		put_count(d, t, count_run(c, from, to, 1U << i));
	put_count(d, t, to - from - run);
}

static void put_table(const struct dlab_coverage *c, struct doc *d)
{
	struct doc_table *t = doc_table(
		d, "How many functions each suite ran, by file; never: none did");
	size_t i, end;

	doc_col(d, t, DOC_COL_KEY, -1, "file");
	doc_col(d, t, DOC_COL_NUM, -1, "functions");
	for (i = 0; i < c->nr_suites; i++)
		doc_col(d, t, DOC_COL_NUM, -1, c->suites[i]);
	doc_col(d, t, DOC_COL_NUM, -1, "never");
	for (i = 0; i < c->nr; i = end) {
		end = end_of_file(c, i);
		put_row(c, d, t, c->v[i].file, i, end);
	}
	put_row(c, d, t, "all", 0, c->nr);
}

/* The functions of a file that nobody ran, in one text; NULL: all were run */
static char *never_run(const struct dlab_coverage *c, size_t from, size_t to)
{
	const char *between = "";
	char *text = NULL;
	size_t len;
	FILE *f;

	if (count_run(c, from, to, ~0U) == to - from)
		return NULL;
	f = open_memstream(&text, &len);
	for (size_t i = from; f && i < to; i++) {
		if (c->v[i].suites)
			continue;
		fprintf(f, "%s%s", between, c->v[i].name);
		between = ", ";
	}
	if (f)
		fclose(f);
	return text;
}

void dlab_coverage_doc(const struct dlab_coverage *c, struct doc *d)
{
	size_t run = count_run(c, 0, c->nr, ~0U);
	size_t i, end;

	doc_heading(d, 1, NULL, "Functions of the DMA path by suite");
	doc_para(d,
		 "%zu functions, of which %zu were run by a case and %zu by none. "
		 "A function is run where the operation of a case that was "
		 "stepped instruction by instruction came by; what is inlined is "
		 "part of those that it is inlined in. Functions of one name in "
		 "several files count as run together.",
		 c->nr, run, c->nr - run);
	put_table(c, d);
	doc_heading(d, 2, "never", "Never run");
	for (i = 0; i < c->nr; i = end) {
		char *text;

		end = end_of_file(c, i);
		text = never_run(c, i, end);
		if (text)
			doc_term(d, c->v[i].file, "%s", text);
		free(text);
	}
}

void dlab_coverage_tsv(const struct dlab_coverage *c, FILE *f)
{
	fputs("file\tfunction\tsuites\n", f);
	for (size_t i = 0; i < c->nr; i++) {
		const char *between = "";

		fprintf(f, "%s\t%s\t", c->v[i].file, c->v[i].name);
		for (size_t k = 0; k < c->nr_suites; k++) {
			if (!(c->v[i].suites & 1U << k))
				continue;
			fprintf(f, "%s%s", between, c->suites[k]);
			between = ",";
		}
		fputs(c->v[i].suites ? "\n" : "-\n", f);
	}
}
