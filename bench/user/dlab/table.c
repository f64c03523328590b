// SPDX-License-Identifier: GPL-2.0-only
/* `dlab table`: what every path costs by shape, kernels below each other. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "run.h"
#include "table.h"

static const char help[] =
	"usage: dlab table [OPTION...] RUN...\n"
	"\n"
	"Prints a table for each topology: a column for each path, and for each shape\n"
	"the runs below each other, so that kernels and paths can be read off one\n"
	"another.  RUN is a name, `latest`, or a directory; at most 26.\n"
	"\n"
	"  --metric NAME     what the cells show, its median (default: op_insns)\n"
	"  --cases PATTERN   only cases whose id matches: * and ? are wild\n"
	"  --format FORMAT   text (default), tsv or md\n"
	"  --metrics FILE    default: workloads/metrics.ini\n"
	"  --results DIR     default: results\n"
	"\n"
	"Only the kernel may differ between the runs; anything else that does is refused,\n"
	"as by `dlab compare`.  Kernels of different versions may be configured\n"
	"differently; the symbols stand under the tables.  `-` was not measured, and why\n"
	"is said above the table.  Nothing is judged: `dlab compare` does that.\n"
	"\n"
	"Examples:\n"
	"  dlab table 20261121-191055-table-ca0b latest\n"
	"  dlab table --cases '*@vm-vtd-strict[*' --metric unmap_insns latest\n"
	"\n"
	"`make table` measures the runs that it is made for.\n"
	"\n"
	"Exit status: 0 printed, 2 bad use, refused, or no such figures, 3 a run cannot\n"
	"be read.\n";

enum format { TEXT, TSV, MD, NR_FORMATS };

/* The command line. */
struct args {
	enum format format;
	const char *metrics;
	const char *results;
	struct dlab_table_request req;
};

static int bad(const char *text)
{
	fprintf(stderr, "dlab table: %s\n", text);
	return -EINVAL;
}

static int take_format(void *args, const char *word)
{
	static const char *const names[NR_FORMATS] = {
		[TEXT] = "text",
		[TSV] = "tsv",
		[MD] = "md",
	};
	int format = dlab_cmd_choose(names, NR_FORMATS, word);
	struct args *a = args;

	if (format < 0)
		return bad("--format is text, tsv or md");
	a->format = (enum format)format;
	return 0;
}

static int print(const struct args *a, const struct dlab_table *t)
{
	struct doc doc;
	int ret = 0;

	if (a->format == TSV) {
		dlab_table_tsv(t, stdout);
	} else {
		doc_init(&doc, t->metric->name);
		dlab_table_doc(t, &doc);
		ret = doc_render(&doc, a->format == MD ? DOC_MD : DOC_TEXT,
				 stdout);
		doc_free(&doc);
	}
	if (ret) {
		bad(strerror(-ret));
		return DLAB_EXIT_LAB;
	}
	return DLAB_EXIT_OK;
}

static int table(const struct args *a)
{
	struct dlab_metrics metrics;
	struct dlab_table t;
	struct dlab_err err;
	int ret = dlab_metrics_load(a->metrics, &metrics, &err);

	if (ret) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = dlab_table_load(&a->req, &metrics, &t, &err);
	if (ret) {
		bad(err.text);
		ret = dlab_cmd_failed(ret);
	} else {
		ret = print(a, &t);
		dlab_table_free(&t);
	}
	dlab_metrics_free(&metrics);
	return ret;
}

/* Finds the runs that were named. */
static int find_and_print(struct args *a, char **words, size_t nr)
{
	char *dirs[DLAB_TABLE_MAX_RUNS] = { NULL };
	struct dlab_err err;
	int ret = 0;

	for (size_t i = 0; !ret && i < nr; i++)
		ret = dlab_run_find(a->results, words[i], &dirs[i], &err);
	if (ret) {
		bad(err.text);
		ret = DLAB_EXIT_USAGE;
	} else {
		a->req.dirs = (const char *const *)dirs;
		a->req.nr = nr;
		ret = table(a);
	}
	for (size_t i = 0; i < nr; i++)
		free(dirs[i]);
	return ret;
}

int dlab_cmd_table(int argc, char **argv)
{
	struct args a = {
		.metrics = "workloads/metrics.ini",
		.results = "results",
		.req = { .metric = "op_insns" },
	};
	const struct dlab_option v[] = {
		{ "metric", .word = &a.req.metric },
		{ "cases", .word = &a.req.cases },
		{ "format", .take = take_format },
		{ "metrics", .word = &a.metrics },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = { .help = help,
				  .v = v,
				  .args = &a,
				  .min_words = 1,
				  .max_words = INT_MAX };
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (o.nr_words > DLAB_TABLE_MAX_RUNS) {
		bad("more than 26 runs; a letter stands for each");
		return DLAB_EXIT_USAGE;
	}
	return find_and_print(&a, o.words, (size_t)o.nr_words);
}
