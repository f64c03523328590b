// SPDX-License-Identifier: GPL-2.0-only
/* `dlab explain`: which functions does a case spend its instructions in? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "explain.h"
#include "run.h"

static const char help[] =
	"usage: dlab explain [OPTION...] CASE RUN [RUN_B]\n"
	"\n"
	"Where the instructions of one operation of CASE went, function by function, in\n"
	"RUN; with RUN_B: what changed from RUN to RUN_B.  The operation was stepped\n"
	"instruction by instruction, in a pass of its own after the ones that count.\n"
	"CASE is an id with its topology, or a pattern (* and ? are wild) that only one\n"
	"case matches.\n"
	"A run is a name, `latest`, or a directory.\n"
	"\n"
	"  --format FORMAT  text (default), tsv or json; the last two have all functions\n"
	"  --limit N        text: at most N functions, the rest in one line; 0: all\n"
	"                   (default 30)\n"
	"  --metrics FILE   default: workloads/metrics.ini\n"
	"  --results DIR    default: results\n"
	"\n"
	"Examples:\n"
	"  dlab explain 'map/scattered@vm-vtd-strict[path=sg,desc=nvme-prp,size=4k]' latest\n"
	"  dlab explain '*@vm-vtd-strict*path=sg,desc=nvme-prp,size=4k*' A B\n"
	"\n"
	"Exit status: 0 done, 2 bad use, no such case, or a run without functions; 3 a run\n"
	"cannot be read.\n";

typedef void (*print_fn)(const struct dlab_explanation *e, size_t limit,
			 FILE *f);

struct args {
	print_fn print;
	unsigned int limit;
	const char *metrics;
	const char *results;
};

static void complain(const char *text)
{
	fprintf(stderr, "dlab explain: %s\n", text);
}

static int take_format(void *args, const char *word)
{
	static const print_fn printers[DLAB_CMD_NR_FORMATS] = {
		[DLAB_CMD_TEXT] = dlab_explain_text,
		[DLAB_CMD_TSV] = dlab_explain_tsv,
		[DLAB_CMD_JSON] = dlab_explain_json,
	};
	int format = dlab_cmd_format(word);
	struct args *a = args;

	if (format >= 0) {
		a->print = printers[format];
		return 0;
	}
	fprintf(stderr,
		"dlab explain: no format `%s`; there are text, tsv and json\n",
		word);
	return -EINVAL;
}

static int explain(const struct args *a, const char *word, const char *dir_a,
		   const char *dir_b)
{
	struct dlab_explanation e;
	struct dlab_metrics metrics;
	struct dlab_err err;
	int ret = dlab_metrics_load(a->metrics, &metrics, &err);

	if (ret) {
		complain(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = dlab_explain(word, dir_a, dir_b, &metrics, &e, &err);
	dlab_metrics_free(&metrics);
	if (ret) {
		complain(err.text);
		return ret == -ENOENT || ret == -ENODATA ? DLAB_EXIT_USAGE :
							   DLAB_EXIT_LAB;
	}
	a->print(&e, a->limit, stdout);
	dlab_explanation_free(&e);
	return DLAB_EXIT_OK;
}

static int find_and_explain(const struct args *a, char **words, int nr)
{
	char *dirs[2] = { NULL };
	struct dlab_err err;
	int ret = 0;

	for (int i = 1; !ret && i < nr; i++)
		ret = dlab_run_find(a->results, words[i], &dirs[i - 1], &err);
	if (ret) {
		complain(err.text);
		ret = DLAB_EXIT_USAGE;
	} else {
		ret = explain(a, words[0], dirs[0], dirs[1]);
	}
	free(dirs[0]);
	free(dirs[1]);
	return ret;
}

int dlab_cmd_explain(int argc, char **argv)
{
	struct args a = {
		.print = dlab_explain_text,
		.limit = 30,
		.metrics = "workloads/metrics.ini",
		.results = "results",
	};
	const struct dlab_option v[] = {
		{ "format", .take = take_format },
		{ "limit", .number = &a.limit, .max = 1000000 },
		{ "metrics", .word = &a.metrics },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .args = &a, .min_words = 2, .max_words = 3
	};
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	return find_and_explain(&a, o.words, o.nr_words);
}
