// SPDX-License-Identifier: GPL-2.0-only
/* `dlab compare`: a verdict for every case between two runs. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "verdict/compare.h"
#include "match.h"
#include "metrics.h"
#include "report.h"
#include "report/commands.h"
#include "report/compare.h"
#include "report/junit.h"
#include "run.h"
#include "shellword.h"

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
	"  --cases PATTERN      only cases whose id matches: * and ? are wild\n"
	"  --metric PATTERN     only metrics whose name matches\n"
	"  --instrument WHICH   only counts (`count`) or only times (`time`)\n"
	"  --noise RUN          an A/A run; with two or more, no difference that is as\n"
	"                       large between them counts\n"
	"  --format FORMAT      text (default), tsv, json; html or md: the whole as a page;\n"
	"                       mail: the short of it, at most 60 lines, with its\n"
	"                       subject; junit: JUnit's XML, for CI\n"
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

static const char default_metrics[] = "workloads/metrics.ini";

struct args;

/* Return: 0, or -errno. */
typedef int (*put_fn)(const struct args *a, struct dlab_comparison *c);

/* The command line. */
struct args {
	const char *axis;
	const char *from;
	const char *to;
	const char *metrics;
	const char *results;
	const char *run_a;
	const char *run_b;
	struct dlab_words noise;
	put_fn put;
	struct dlab_compare_request req;
};

static int bad(const char *text)
{
	fprintf(stderr, "dlab compare: %s\n", text);
	return -EINVAL;
}

/* ---- formats */

static int put_text(const struct args *a, struct dlab_comparison *c)
{
	(void)a;
	dlab_compare_text(c, stdout);
	return 0;
}

static int put_tsv(const struct args *a, struct dlab_comparison *c)
{
	(void)a;
	dlab_compare_tsv(c, stdout);
	return 0;
}

static int put_json(const struct args *a, struct dlab_comparison *c)
{
	(void)a;
	dlab_compare_json(c, stdout);
	return 0;
}

static int put_junit(const struct args *a, struct dlab_comparison *c)
{
	(void)a;
	return dlab_junit_comparison(c, stdout);
}

static void put_option(FILE *f, const char *name, const char *value)
{
	if (!value)
		return;
	fprintf(f, " \\\n    --%s ", name);
	dlab_put_word(f, value);
}

/* A file, from wherever the command is given. */
static void put_file(FILE *f, const char *name, const char *path)
{
	char *real = realpath(path, NULL);

	put_option(f, name, real ? real : path);
	free(real);
}

/* `latest` is another run tomorrow, and a directory's name may be relative. */
static void put_noise(FILE *f, const char *dir)
{
	char *word = dlab_run_word(dir);

	put_option(f, "noise", word ? word : dir);
	free(word);
}

static void put_run(FILE *f, const struct dlab_run *run)
{
	fputs(" \\\n    ", f);
	report_put_run(f, run);
}

/* The command line, as it is to be given again.  malloc()ed. */
static char *command(const struct args *a, const struct dlab_comparison *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs(REPORT_DLAB " compare", f);
	if (strcmp(a->axis, "kernel"))
		put_option(f, "axis", a->axis);
	put_option(f, "from", a->from);
	put_option(f, "to", a->to);
	put_option(f, "cases", a->req.cases);
	put_option(f, "metric", a->req.metric);
	put_option(f, "instrument", a->req.instrument);
	for (size_t i = 0; i < a->noise.nr; i++)
		put_noise(f, a->req.noise[i]);
	if (strcmp(a->metrics, default_metrics))
		put_file(f, "metrics", a->metrics);
	put_run(f, &c->a);
	put_run(f, &c->b);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

static int put_document(const struct args *a, struct dlab_comparison *c,
			enum doc_format format)
{
	char *again = command(a, c);
	struct report_comparison r = { c, again };
	struct doc d;
	int ret;

	if (!again)
		return -ENOMEM;
	report_clean_comparison(c);
	if (format == DOC_MAIL) {
		ret = doc_mail(report_build_comparison_mail, &r, stdout);
	} else {
		doc_init(&d, "What changed from A to B");
		report_build_comparison(&d, &r);
		ret = doc_render(&d, format, stdout);
		doc_free(&d);
	}
	free(again);
	return ret;
}

static int put_html(const struct args *a, struct dlab_comparison *c)
{
	return put_document(a, c, DOC_HTML);
}

static int put_md(const struct args *a, struct dlab_comparison *c)
{
	return put_document(a, c, DOC_MD);
}

static int put_mail(const struct args *a, struct dlab_comparison *c)
{
	return put_document(a, c, DOC_MAIL);
}

static int take_format(void *args, const char *word)
{
	static const struct {
		const char *name;
		put_fn put;
	} formats[] = {
		{ "text", put_text }, { "tsv", put_tsv },   { "json", put_json },
		{ "html", put_html }, { "md", put_md },	    { "mail", put_mail },
		{ "junit", put_junit },
	};
	struct args *a = args;

	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (!strcmp(formats[i].name, word)) {
			a->put = formats[i].put;
			return 0;
		}
	}
	return bad("--format is text, tsv, json, html, md, mail or junit");
}

/* ---- */

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
		if (dlab_matches(pattern, m->v[i].name))
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
		ret = (int)dlab_comparison_result(&c);
		if (a->put(a, &c)) {
			bad("out of memory, or the output cannot be written");
			ret = DLAB_EXIT_LAB;
		}
		dlab_comparison_free(&c);
	}
	dlab_metrics_free(&metrics);
	return ret;
}

/* Finds the runs that were named, and compares. */
static int find_and_compare(struct args *a)
{
	char *dirs[2 + DLAB_MAX_WORDS] = { NULL };
	struct dlab_err err;
	size_t nr = 0;
	int ret = 0;

	ret = dlab_run_find(a->results, a->run_a, &dirs[nr++], &err);
	if (!ret)
		ret = dlab_run_find(a->results, a->run_b, &dirs[nr++], &err);
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
		.metrics = default_metrics,
		.results = "results",
		.put = put_text,
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
	a.run_a = o.words[0];
	a.run_b = o.words[1];
	return find_and_compare(&a);
}
