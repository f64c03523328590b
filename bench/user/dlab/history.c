// SPDX-License-Identifier: GPL-2.0-only
/* `dlab history`: which commit changed what, and by how much. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "file.h"
#include "history/calibration.h"
#include "history/history.h"
#include "report/history/report.h"

static const char help[] =
	"usage: dlab history [OPTION...] DIR\n"
	"\n"
	"Says what each commit of a history made worse or better, and by how much.  DIR\n"
	"holds history.ini and commits.tsv, as `make commits` writes them: a directory,\n"
	"or the name of one in results/history or results/baseline.  Prints a line for\n"
	"each commit and what it changed; writes changes.json, report.html, report.md and\n"
	"report.txt (the short of it as a mail, at most 60 lines) beside commits.tsv.\n"
	"\n"
	"  --cases PATTERN   only cases whose id matches, * and ? are wild; prints, and\n"
	"                    writes nothing\n"
	"  --format FORMAT   text (default); tsv, json or mail print that, and write\n"
	"                    nothing\n"
	"  --metrics FILE    default: workloads/metrics.ini\n"
	"  --plots DIR       scripts of the report's figures; default: plots\n"
	"  --results DIR     where runs are that DIR does not hold; default: results\n"
	"\n"
	"Counts that repeat exactly are compared as numbers, commit by commit, median and\n"
	"total; what crept in by less than the minimum effect is reported when it adds up.\n"
	"What neutral rebuilds move by is none: RESULTS/calibration.json, where it is of\n"
	"this lab, raises the minimum effect of metrics.ini.  All else is judged by change\n"
	"points over the commits.  Times of an emulated CPU are not judged.  Only the\n"
	"kernel may differ; anything else that does is refused.\n"
	"\n"
	"  dlab history 6.12-series\n"
	"  dlab history 6.12-series --format mail | sendmail me@example.org\n"
	"  dlab history results/history/mine --cases 'map/scattered*' --format tsv\n"
	"\n"
	"Exit status: 0 no regression, 1 a commit made something worse or the newest does\n"
	"not build or boot, 2 bad use or refused, 3 nothing was measured or the newest has\n"
	"cases that failed all along, 4 something could not be judged.\n";

typedef void (*print_fn)(const struct dlab_history *h, FILE *f);

/* The command line. */
struct args {
	const char *cases;
	const char *metrics;
	const char *results;
	const char *plots;
	print_fn print; /* NULL: the mail */
};

static int bad(const char *text)
{
	fprintf(stderr, "dlab history: %s\n", text);
	return -EINVAL;
}

static int take_format(void *args, const char *word)
{
	static const print_fn printers[DLAB_CMD_NR_FORMATS] = {
		[DLAB_CMD_TEXT] = dlab_history_text,
		[DLAB_CMD_TSV] = dlab_history_tsv,
		[DLAB_CMD_JSON] = dlab_history_json,
	};
	int format = dlab_cmd_format(word);
	struct args *a = args;

	if (format < 0 && strcmp(word, "mail"))
		return bad("--format is text, tsv, json or mail");
	a->print = format < 0 ? NULL : printers[format];
	return 0;
}

static int write_changes(const struct dlab_history *h, struct dlab_err *err)
{
	struct dlab_file file;
	char *path;
	int ret;

	if (asprintf(&path, "%s/changes.json", h->dir) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	ret = dlab_file_create(&file, path, err);
	free(path);
	if (ret)
		return ret;
	dlab_history_json(h, file.f);
	return dlab_file_commit(&file, err);
}

/* What is derived from a history stands beside it. */
static int write_files(const struct args *a, struct dlab_history *h,
		       const struct dlab_calibration *c, struct dlab_err *err)
{
	int ret = write_changes(h, err);

	return ret ? ret : dlab_history_report(h, c, a->plots, NULL, err);
}

/* Bad use and refusals are the caller's; an unreadable run is the lab's. */
static int status_of(int ret)
{
	return ret == -EPERM ? DLAB_EXIT_USAGE : DLAB_EXIT_LAB;
}

static int print_mail(struct dlab_history *h, struct dlab_err *err)
{
	int ret = dlab_history_mail(h, stdout);

	return ret ? dlab_fail(err, -ret, "print the mail: %s",
			       strerror(-ret)) :
		     0;
}

static int judge(const struct args *a, struct dlab_history *h)
{
	struct dlab_calibration c;
	struct dlab_err err;
	int ret;

	if (a->cases)
		dlab_history_keep_cases(h, a->cases);
	if (a->cases && !h->nr_endings) {
		fprintf(stderr, "dlab history: no case of %s matches %s\n",
			h->dir, a->cases);
		return DLAB_EXIT_USAGE;
	}
	ret = dlab_history_judge(h, a->results, &c, &err);
	if (!ret) {
		/* first: whoever reads the text may not want all of it */
		if (a->print == dlab_history_text && !a->cases)
			ret = write_files(a, h, c.created ? &c : NULL, &err);
		if (a->print)
			a->print(h, stdout);
		else
			ret = print_mail(h, &err);
	}
	dlab_calibration_free(&c);
	if (ret) {
		bad(err.text);
		return DLAB_EXIT_LAB;
	}
	return (int)dlab_history_result(h);
}

static int load_and_judge(const struct args *a, const char *dir)
{
	struct dlab_metrics metrics;
	struct dlab_history h;
	struct dlab_err err;
	int ret = dlab_metrics_load(a->metrics, &metrics, &err);

	if (ret) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = dlab_history_load(dir, a->results, &metrics, &h, &err);
	if (ret) {
		bad(err.text);
		ret = status_of(ret);
	} else {
		ret = judge(a, &h);
		dlab_history_free(&h);
	}
	dlab_metrics_free(&metrics);
	return ret;
}

int dlab_cmd_history(int argc, char **argv)
{
	struct args a = {
		.metrics = "workloads/metrics.ini",
		.results = "results",
		.plots = "plots",
		.print = dlab_history_text,
	};
	const struct dlab_option v[] = {
		{ "cases", .word = &a.cases },
		{ "format", .take = take_format },
		{ "metrics", .word = &a.metrics },
		{ "plots", .word = &a.plots },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .args = &a, .min_words = 1, .max_words = 1
	};
	struct dlab_err err;
	char *dir;
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (dlab_history_find(a.results, o.words[0], &dir, &err)) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = load_and_judge(&a, dir);
	free(dir);
	return ret;
}
