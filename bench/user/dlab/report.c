// SPDX-License-Identifier: GPL-2.0-only
/* `dlab report`: what a run found, to read in a browser, a mail, a terminal. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "file.h"
#include "report.h"

static const char help[] =
	"usage: dlab report RUN [OPTION...]\n"
	"\n"
	"Writes report.html (one file, figures inside), report.md and report.txt\n"
	"(80 columns, to mail), prints the short table and where they are.  RUN is a\n"
	"run's name, its directory, or `latest`.  Like summary.tsv the files are\n"
	"derived: delete them and they can be made again.\n"
	"\n"
	"  --out DIR         where to (default: the run's directory)\n"
	"  --format FORMAT   print one format on standard output instead: html, md,\n"
	"                    text, or table (the short one)\n"
	"  --baseline PATH   what figures are given a ratio to (default: sg, or else\n"
	"                    blk-sg)\n"
	"  --plots DIR       scripts of the figures (default: plots)\n"
	"  --workloads DIR   where metrics.ini is (default: workloads)\n"
	"  --results DIR     default: results\n"
	"\n"
	"Without gnuplot the report has no figures and says so.\n"
	"\n"
	"  dlab report latest\n"
	"  dlab report latest --format text | mail -s 'DMA costs' me@example.org\n"
	"\n"
	"Exit status: 0 written, 2 bad use or no such run, 3 it cannot be read or\n"
	"written.\n";

static const struct {
	const char *name;
	const char *file;
	enum doc_format format;
} formats[] = {
	{ "html", "report.html", DOC_HTML },
	{ "md", "report.md", DOC_MD },
	{ "text", "report.txt", DOC_TEXT },
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

/**
 * struct request - the command line
 * @run: the word for the run
 * @out: directory, or NULL: the run's
 * @format: name of the only format, or NULL: all, into files
 * @baseline: path that figures are related to, or NULL: the usual one
 */
struct request {
	const char *run;
	const char *out;
	const char *format;
	const char *baseline;
	const char *plots;
	const char *workloads;
	const char *results;
};

static bool is_format(const char *name)
{
	size_t i;

	for (i = 0; i < NR_FORMATS; i++)
		if (!strcmp(formats[i].name, name))
			return true;
	return !strcmp(name, "table");
}

/* Return: whether to go on; if not, *@status is the exit status. */
static bool parse(int argc, char **argv, struct request *req, int *status)
{
	const struct dlab_option v[] = {
		{ "out", .word = &req->out },
		{ "format", .word = &req->format },
		{ "baseline", .word = &req->baseline },
		{ "plots", .word = &req->plots },
		{ "workloads", .word = &req->workloads },
		{ "results", .word = &req->results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .min_words = 1, .max_words = 1
	};

	if (!dlab_cmd_options(&o, argc, argv, status))
		return false;
	req->run = o.words[0];
	*status = DLAB_EXIT_USAGE;
	if (req->format && !is_format(req->format)) {
		fprintf(stderr,
			"dlab report: --format is `%s`, must be html, md, text or table\n",
			req->format);
		return false;
	}
	if (req->format && req->out) {
		fputs("dlab report: --format prints, --out writes files; give one of them\n",
		      stderr);
		return false;
	}
	return true;
}

static int write_file(struct doc *d, const char *dir, size_t which,
		      struct dlab_err *err)
{
	char path[PATH_MAX];
	struct dlab_file file;
	int ret;

	snprintf(path, sizeof(path), "%s/%s", dir, formats[which].file);
	ret = dlab_file_create(&file, path, err);
	if (ret)
		return ret;
	ret = doc_render(d, formats[which].format, file.f);
	if (ret) {
		dlab_file_abandon(&file);
		return dlab_fail(err, -ret, "write %s: %s", path,
				 strerror(-ret));
	}
	ret = dlab_file_commit(&file, err);
	if (!ret)
		printf("%s\n", path);
	return ret;
}

static int print(struct doc *d, const char *name, struct dlab_err *err)
{
	enum doc_format format = DOC_TEXT;
	size_t i;
	int ret;

	for (i = 0; i < NR_FORMATS; i++)
		if (!strcmp(formats[i].name, name))
			format = formats[i].format;
	ret = doc_render(d, format, stdout);
	return ret ? dlab_fail(err, -ret, "print the report: %s",
			       strerror(-ret)) :
		     0;
}

/* The short table, in which no figure is drawn. */
static int print_table(const struct report_view *v, struct dlab_err *err)
{
	struct doc doc;
	int ret;

	doc_init(&doc, v->run.name);
	report_build_table(&doc, v);
	ret = print(&doc, "text", err);
	doc_free(&doc);
	return ret;
}

static int deliver(const struct request *req, const struct report_view *v,
		   struct dlab_err *err)
{
	struct report_plotter plotter;
	struct doc doc;
	size_t i;
	int ret;

	doc_init(&doc, v->run.name);
	report_plotter_open(&plotter, req->plots);
	report_build(&doc, v, &plotter);
	if (*plotter.missing)
		fprintf(stderr, "dlab report: %s\n", plotter.missing);
	report_plotter_close(&plotter);
	ret = req->format ? print(&doc, req->format, err) : print_table(v, err);
	for (i = 0; !req->format && !ret && i < NR_FORMATS; i++)
		ret = write_file(&doc, req->out ? req->out : v->run.dir, i,
				 err);
	doc_free(&doc);
	return ret;
}

static int take_baseline(struct report_view *v, const char *path,
			 struct dlab_err *err)
{
	char known[256] = "";
	size_t i, len = 0;

	v->baseline = path;
	if (!path || report_names_find(&v->series, path) >= 0)
		return 0;
	for (i = 0; i < v->series.nr && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len,
					"%s%s", i ? ", " : "", v->series.v[i]);
	return dlab_fail(err, EPERM, "--baseline %s: %s has no such path%s%s",
			 path, v->run.name, i ? "; it has " : "", known);
}

static int report(const struct request *req, const char *dir,
		  struct dlab_err *err)
{
	struct dlab_metrics metrics;
	struct report_view view;
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%s/metrics.ini", req->workloads);
	ret = dlab_metrics_load(path, &metrics, err);
	if (ret)
		return ret;
	ret = report_view_load(&view, dir, &metrics, err);
	if (!ret)
		ret = take_baseline(&view, req->baseline, err);
	if (!ret && req->format && !strcmp(req->format, "table"))
		ret = print_table(&view, err);
	else if (!ret)
		ret = deliver(req, &view, err);
	report_view_free(&view);
	dlab_metrics_free(&metrics);
	return ret;
}

int dlab_cmd_report(int argc, char **argv)
{
	struct dlab_err err = { "" };
	struct request req = { .plots = "plots",
			       .workloads = "workloads",
			       .results = "results" };
	char *dir = NULL;
	int ret;

	if (!parse(argc, argv, &req, &ret))
		return ret;
	ret = dlab_run_find(req.results, req.run, &dir, &err);
	if (!ret)
		ret = report(&req, dir, &err);
	if (ret)
		fprintf(stderr, "dlab report: %s\n", err.text);
	if ((ret == -ENOENT && !dir) || ret == -EPERM)
		ret = DLAB_EXIT_USAGE;
	else
		ret = ret ? DLAB_EXIT_LAB : DLAB_EXIT_OK;
	free(dir);
	return ret;
}
