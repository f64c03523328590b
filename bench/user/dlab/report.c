// SPDX-License-Identifier: GPL-2.0-only
/* `dlab report`: what a run found, to read in a browser, a mail, a terminal. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "file.h"
#include "nearest.h"
#include "report.h"

static const char help[] =
	"usage: dlab report RUN [OPTION...]\n"
	"\n"
	"Writes report.html (one file, figures inside), report.md, and report.txt: the\n"
	"short of it as a mail, at most 60 lines, with its subject.  Prints the short\n"
	"table and where they are.  RUN is a run's name, its directory, or `latest`.\n"
	"Like summary.tsv the files are derived: delete them and they can be made again.\n"
	"\n"
	"  --out DIR         where to (default: the run's directory)\n"
	"  --format FORMAT   print one format on standard output instead: html, md,\n"
	"                    mail, or table (the short one)\n"
	"  --baseline PATH   what figures are given a ratio to (default: sg, or else\n"
	"                    blk-sg)\n"
	"  --plots DIR       scripts of the figures (default: plots)\n"
	"  --workloads DIR   where metrics.ini is (default: workloads)\n"
	"  --results DIR     default: results\n"
	"\n"
	"Without gnuplot the report has no figures and says so.\n"
	"\n"
	"  dlab report latest\n"
	"  dlab report latest --format mail | sendmail me@example.org\n"
	"  dlab report latest --baseline page\n"
	"\n"
	"Exit status: 0 written, 2 bad use or no such run, 3 it cannot be read or\n"
	"written.\n";

static int put_html(const struct report_view *v, struct doc *whole, FILE *f)
{
	(void)v;
	return doc_render(whole, DOC_HTML, f);
}

static int put_md(const struct report_view *v, struct doc *whole, FILE *f)
{
	(void)v;
	return doc_render(whole, DOC_MD, f);
}

static int put_mail(const struct report_view *v, struct doc *whole, FILE *f)
{
	(void)whole;
	return doc_mail(report_build_mail, v, f);
}

static int put_table(const struct report_view *v, struct doc *whole, FILE *f)
{
	struct doc d;
	int ret;

	(void)whole;
	doc_init(&d, v->run.name);
	report_build_table(&d, v);
	ret = doc_render(&d, DOC_TEXT, f);
	doc_free(&d);
	return ret;
}

/**
 * struct format - a form of the report
 * @name: for --format
 * @file: in the run's directory; NULL: none
 * @whole: of the whole report, which takes time to draw
 * @put: writes it; -errno
 */
struct format {
	const char *name;
	const char *file;
	bool whole;
	int (*put)(const struct report_view *v, struct doc *whole, FILE *f);
};

static const struct format formats[] = {
	{ "table", NULL, false, put_table },
	{ "html", "report.html", true, put_html },
	{ "md", "report.md", true, put_md },
	{ "mail", "report.txt", false, put_mail },
};

#define NR_FORMATS (sizeof(formats) / sizeof(formats[0]))

/**
 * struct request - the command line
 * @run: the word for the run
 * @out: directory, or NULL: the run's
 * @format: the only one, or NULL: all, into files
 * @baseline: path that figures are related to, or NULL: the usual one
 */
struct request {
	const char *run;
	const char *out;
	const struct format *format;
	const char *baseline;
	const char *plots;
	const char *workloads;
	const char *results;
};

static int take_format(void *args, const char *word)
{
	struct request *req = args;

	for (size_t i = 0; i < NR_FORMATS; i++) {
		if (!strcmp(formats[i].name, word)) {
			req->format = &formats[i];
			return 0;
		}
	}
	fprintf(stderr,
		"dlab report: --format is `%s`, must be html, md, mail or table\n",
		word);
	return -EINVAL;
}

/* Return: whether to go on; if not, *@status is the exit status. */
static bool parse(int argc, char **argv, struct request *req, int *status)
{
	const struct dlab_option v[] = {
		{ "out", .word = &req->out },
		{ "format", .take = take_format },
		{ "baseline", .word = &req->baseline },
		{ "plots", .word = &req->plots },
		{ "workloads", .word = &req->workloads },
		{ "results", .word = &req->results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .args = req, .min_words = 1, .max_words = 1
	};

	if (!dlab_cmd_options(&o, argc, argv, status))
		return false;
	req->run = o.words[0];
	*status = DLAB_EXIT_USAGE;
	if (req->format && req->out) {
		fputs("dlab report: --format prints, --out writes files; give one of them\n",
		      stderr);
		return false;
	}
	return true;
}

static int write_file(const struct request *req, const struct report_view *v,
		      const struct format *format, struct doc *whole,
		      struct dlab_err *err)
{
	char path[PATH_MAX];
	struct dlab_file file;
	int ret;

	snprintf(path, sizeof(path), "%s/%s", req->out ? req->out : v->run.dir,
		 format->file);
	ret = dlab_file_create(&file, path, err);
	if (ret)
		return ret;
	ret = format->put(v, whole, file.f);
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

static int print(const struct report_view *v, const struct format *format,
		 struct doc *whole, struct dlab_err *err)
{
	int ret = format->put(v, whole, stdout);

	return ret ? dlab_fail(err, -ret, "print the report: %s",
			       strerror(-ret)) :
		     0;
}

/* One format, or the short table and all that have files. */
static int deliver(const struct request *req, const struct report_view *v,
		   struct dlab_err *err)
{
	struct report_plotter plotter;
	struct doc whole;
	size_t i;
	int ret;

	doc_init(&whole, v->run.name);
	if (!req->format || req->format->whole) {
		report_plotter_open(&plotter, req->plots);
		report_build(&whole, v, &plotter);
		if (*plotter.missing)
			fprintf(stderr, "dlab report: %s\n", plotter.missing);
		report_plotter_close(&plotter);
	}
	ret = print(v, req->format ? req->format : &formats[0], &whole, err);
	for (i = 0; !req->format && !ret && i < NR_FORMATS; i++)
		if (formats[i].file)
			ret = write_file(req, v, &formats[i], &whole, err);
	doc_free(&whole);
	return ret;
}

static int take_baseline(struct report_view *v, const char *path,
			 struct dlab_err *err)
{
	int ret = report_set_baseline(v, path);
	struct dlab_nearest n;
	char known[256] = "";
	size_t i, len = 0;

	if (ret != -ENOENT)
		return ret ? dlab_fail(err, -ret, "%s", strerror(-ret)) : 0;
	for (i = 0; i < v->series.nr && len < sizeof(known); i++)
		len += (size_t)snprintf(known + len, sizeof(known) - len,
					"%s%s", i ? ", " : "; there are ",
					v->series.v[i]);
	dlab_nearest_begin(&n, path, known);
	for (i = 0; i < v->series.nr; i++)
		dlab_nearest_offer(&n, v->series.v[i]);
	return dlab_fail(err, EPERM, "--baseline %s: no case of %s has that path%s",
			 path, v->run.name, n.text);
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
		ret = req->baseline ?
			      take_baseline(&view, req->baseline, err) :
			      0;
	if (!ret)
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
