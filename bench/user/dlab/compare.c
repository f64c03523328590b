// SPDX-License-Identifier: GPL-2.0-only
/* `dlab compare`: a verdict for every case between two runs. */
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "verdict/compare.h"
#include "metrics.h"
#include "run.h"

static const char help[] =
	"usage: dlab compare [OPTION...] A B\n"
	"\n"
	"Says for every case what became better or worse from A to B, by how much and\n"
	"how sure that is.  A and B are runs: a name, `latest`, or a directory.\n"
	"\n"
	"  --axis AXIS          what may differ; anything else that does is refused\n"
	"                       between runs: kernel (default), module, compiler,\n"
	"                       qemu, cpu; or, with --from and --to (A and B may be\n"
	"                       one run): topology, or a key of the cases (path, ...)\n"
	"  --from X, --to Y     topology, or value of the key, on side A and side B\n"
	"  --cases PATTERN      only cases whose id matches the shell pattern\n"
	"  --metric PATTERN     only metrics whose name matches\n"
	"  --instrument WHICH   only counts (`count`) or only times (`time`)\n"
	"  --noise RUN          an A/A run; with two or more, no difference that is as\n"
	"                       large between them counts\n"
	"  --format FORMAT      text (default), tsv or json\n"
	"  --metrics FILE       default: workloads/metrics.ini\n"
	"  --results DIR        default: results\n"
	"\n"
	"A case is judged by its whole operation; its phases and structure counts explain.\n"
	"Counts that repeat exactly are compared as numbers, median and total.  All else\n"
	"is judged over boots: rank test, corrected for their number; `same` means that\n"
	"the difference is shown to be below the minimum effect of metrics.ini.  Times\n"
	"of an emulated CPU are not judged.\n"
	"\n"
	"Examples:\n"
	"  dlab compare 20261120-101500-default-1a2b latest\n"
	"  dlab compare latest latest --axis path --from sg --to page\n"
	"  dlab compare latest latest --axis topology --from vm-vtd-strict \\\n"
	"               --to vm-vtd-lazy --cases 'map/scattered*'\n"
	"\n"
	"Exit status: 0 no regression, 1 regression, 2 bad use or refused, 3 something\n"
	"failed in a run, 4 inconclusive.\n";

typedef void (*print_fn)(const struct dlab_comparison *c, FILE *f);

/* The command line. */
struct args {
	const char *axis;
	const char *from;
	const char *to;
	const char *metrics;
	const char *results;
	struct dlab_words noise;
	print_fn print;
	struct dlab_compare_request req;
};

static int bad(const char *text)
{
	fprintf(stderr, "dlab compare: %s\n", text);
	return -EINVAL;
}

static int take_format(void *args, const char *word)
{
	static const print_fn printers[DLAB_CMD_NR_FORMATS] = {
		[DLAB_CMD_TEXT] = dlab_compare_text,
		[DLAB_CMD_TSV] = dlab_compare_tsv,
		[DLAB_CMD_JSON] = dlab_compare_json,
	};
	int format = dlab_cmd_format(word);
	struct args *a = args;

	if (format < 0)
		return bad("--format is text, tsv or json");
	a->print = printers[format];
	return 0;
}

static int take_instrument(void *args, const char *word)
{
	struct args *a = args;

	if (strcmp(word, "count") && strcmp(word, "time"))
		return bad("--instrument is count or time");
	a->req.instrument = word;
	return 0;
}

static int check_metric(const struct dlab_metrics *m, const char *pattern,
			struct dlab_err *err)
{
	for (size_t i = 0; pattern && i < m->nr; i++)
		if (!fnmatch(pattern, m->v[i].name, 0))
			return 0;
	return pattern ? dlab_metrics_none(m, pattern, err) : 0;
}

static int compare(const struct args *a)
{
	struct dlab_metrics metrics;
	struct dlab_comparison c;
	struct dlab_err err;
	int ret = dlab_metrics_load(a->metrics, &metrics, &err);

	if (ret) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = check_metric(&metrics, a->req.metric, &err);
	if (!ret)
		ret = dlab_compare(&a->req, &metrics, &c, &err);
	if (ret) {
		bad(err.text);
		ret = dlab_cmd_failed(ret);
	} else {
		a->print(&c, stdout);
		ret = (int)dlab_comparison_result(&c);
		dlab_comparison_free(&c);
	}
	dlab_metrics_free(&metrics);
	return ret;
}

/* Finds the runs that were named, and compares. */
static int find_and_compare(struct args *a, const char *run_a,
			    const char *run_b)
{
	char *dirs[2 + DLAB_MAX_WORDS] = { NULL };
	struct dlab_err err;
	size_t nr = 0;
	int ret = 0;

	ret = dlab_run_find(a->results, run_a, &dirs[nr++], &err);
	if (!ret)
		ret = dlab_run_find(a->results, run_b, &dirs[nr++], &err);
	for (size_t i = 0; !ret && i < a->noise.nr; i++)
		ret = dlab_run_find(a->results, a->noise.v[i], &dirs[nr++],
				    &err);
	if (ret) {
		bad(err.text);
		ret = DLAB_EXIT_USAGE;
	} else {
		a->req.dir_a = dirs[0];
		a->req.dir_b = dirs[1];
		a->req.noise = (const char *const *)dirs + 2;
		a->req.nr_noise = a->noise.nr;
		ret = compare(a);
	}
	for (size_t i = 0; i < nr; i++)
		free(dirs[i]);
	return ret;
}

int dlab_cmd_compare(int argc, char **argv)
{
	struct args a = {
		.axis = "kernel",
		.metrics = "workloads/metrics.ini",
		.results = "results",
		.print = dlab_compare_text,
	};
	const struct dlab_option v[] = {
		{ "axis", .word = &a.axis },
		{ "from", .word = &a.from },
		{ "to", .word = &a.to },
		{ "cases", .word = &a.req.cases },
		{ "metric", .word = &a.req.metric },
		{ "instrument", .take = take_instrument },
		{ "noise", .words = &a.noise },
		{ "format", .take = take_format },
		{ "metrics", .word = &a.metrics },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .args = &a, .min_words = 2, .max_words = 2
	};
	struct dlab_err err;
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (a.noise.nr == 1) {
		bad("one A/A run shows no noise; give --noise at least twice");
		return DLAB_EXIT_USAGE;
	}
	if (dlab_axis_parse(a.axis, a.from, a.to, &a.req.axis, &err)) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	return find_and_compare(&a, o.words[0], o.words[1]);
}
