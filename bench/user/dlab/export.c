// SPDX-License-Identifier: GPL-2.0-only
/* `dlab export`: a run or a history in the formats of other tools. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "history/calibration.h"
#include "history/export.h"
#include "report/junit.h"

static const char help[] =
	"usage: dlab export [OPTION...] RUN|HISTORY\n"
	"\n"
	"Prints a run or a history as other tools read it.  RUN is a run's name, `latest`\n"
	"or a directory; HISTORY a history's name or directory.\n"
	"\n"
	"  --format FORMAT   json (default): for CI; of a run its figures\n"
	"                    (results/schema/export.json), of a history what\n"
	"                    each commit changed (results/schema/history.json)\n"
	"                    junit: JUnit's XML, for CI; of a run a test for each\n"
	"                    case, of a history one for each commit\n"
	"                    gbench: Google Benchmark's JSON, for its compare.py; of a\n"
	"                    history all commits, named COMMIT/case/metric\n"
	"                    otava: CSV for Apache Otava; of a history only\n"
	"                    otava-config: otava.yaml for that, saved as history.csv\n"
	"  --metrics FILE    default: workloads/metrics.ini\n"
	"  --results DIR     default: results\n"
	"\n"
	"In gbench a count of instructions is a time in \"ns\" with the label `insns`:\n"
	"Time is the median, CPU the mean of consecutive operations.  Times of an\n"
	"emulated CPU are left out.\n"
	"\n"
	"  dlab export latest --format gbench >new.json\n"
	"  compare.py benchmarks old.json new.json\n"
	"  compare.py filters 6.12-series.json 0123456789ab ba9876543210\n"
	"  dlab export latest --format junit >junit.xml\n"
	"  dlab export 6.12-series --format otava >history.csv\n"
	"  dlab export 6.12-series --format otava-config >otava.yaml\n"
	"  otava analyze dmalab --since 2020-01-01\n"
	"\n"
	"Exit status: 0 printed, 2 bad use or refused, 3 it cannot be read.\n";

/* What a format prints; NULL: it is not for that. */
struct format {
	const char *name;
	int (*run)(const struct dlab_run *run, const struct dlab_metrics *m,
		   struct dlab_err *err);
	int (*history)(struct dlab_history *h, const struct dlab_metrics *m,
		       struct dlab_err *err);
	bool changes; /* of a history, what each commit changed */
};

/* The command line. */
struct args {
	const struct format *format;
	const char *metrics;
	const char *results;
	const char *word;
};

static int bad(const char *text)
{
	fprintf(stderr, "dlab export: %s\n", text);
	return -EINVAL;
}

static int print_run_json(const struct dlab_run *run,
			  const struct dlab_metrics *m, struct dlab_err *err)
{
	return dlab_export_run(run, m, stdout, err);
}

static int print_history_json(struct dlab_history *h,
			      const struct dlab_metrics *m,
			      struct dlab_err *err)
{
	(void)m;
	(void)err;
	dlab_history_json(h, stdout);
	return 0;
}

static int print_run_junit(const struct dlab_run *run,
			   const struct dlab_metrics *m, struct dlab_err *err)
{
	return dlab_junit_run(run, m, stdout, err);
}

static int print_history_junit(struct dlab_history *h,
			       const struct dlab_metrics *m,
			       struct dlab_err *err)
{
	int ret = dlab_junit_history(h, stdout);

	(void)m;
	return ret ? dlab_fail(err, -ret, "%s: out of memory", h->dir) : 0;
}

static void print_gbench(const struct dlab_gbench *g)
{
	if (dlab_gbench_left_out(g))
		fprintf(stderr,
			"dlab export: %zu cases left out: they have neither instructions nor nanoseconds to compare\n",
			dlab_gbench_left_out(g));
	dlab_gbench_print(g, stdout);
}

static int print_run_gbench(const struct dlab_run *run,
			    const struct dlab_metrics *m, struct dlab_err *err)
{
	struct dlab_gbench *g = dlab_gbench_new();
	int ret = g ? dlab_gbench_add(g, run, "", m, err) :
		      dlab_fail(err, ENOMEM, "out of memory");

	if (!ret)
		print_gbench(g);
	dlab_gbench_free(g);
	return ret;
}

static int print_history_gbench(struct dlab_history *h,
				const struct dlab_metrics *m,
				struct dlab_err *err)
{
	struct dlab_gbench *g = dlab_gbench_new();
	int ret = g ? 0 : dlab_fail(err, ENOMEM, "out of memory");

	for (size_t i = 0; !ret && i < h->nr_points; i++) {
		char prefix[16];

		if (!dlab_point_is_measured(h, i))
			continue;
		snprintf(prefix, sizeof(prefix), "%.12s/", h->points[i].commit);
		ret = dlab_gbench_add(g, &h->runs[i], prefix, m, err);
	}
	if (!ret)
		print_gbench(g);
	dlab_gbench_free(g);
	return ret;
}

static int print_otava(struct dlab_history *h, const struct dlab_metrics *m,
		       struct dlab_err *err)
{
	size_t left_out = dlab_export_otava(h, stdout);

	(void)m;
	(void)err;
	if (left_out)
		fprintf(stderr,
			"dlab export: %zu figures left out: not measured at every commit, and Otava's table has no gaps\n",
			left_out);
	return 0;
}

static int print_otava_config(struct dlab_history *h,
			      const struct dlab_metrics *m,
			      struct dlab_err *err)
{
	(void)m;
	(void)err;
	dlab_export_otava_config(h, stdout);
	return 0;
}

static const struct format formats[] = {
	{ "json", print_run_json, print_history_json, true },
	{ "junit", print_run_junit, print_history_junit, true },
	{ "gbench", print_run_gbench, print_history_gbench, false },
	{ "otava", NULL, print_otava, false },
	{ "otava-config", NULL, print_otava_config, false },
};

static int take_format(void *args, const char *word)
{
	struct args *a = args;

	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		if (!strcmp(formats[i].name, word)) {
			a->format = &formats[i];
			return 0;
		}
	}
	return bad("--format is json, junit, gbench, otava or otava-config");
}

static int export_run(const struct args *a, const char *dir,
		      const struct dlab_metrics *m, struct dlab_err *err)
{
	struct dlab_run run;
	int ret;

	if (!a->format->run)
		return dlab_fail(err, EPERM,
				 "%s is a run; format %s is for histories", dir,
				 a->format->name);
	ret = dlab_run_load(dir, &run, err);
	if (ret)
		return ret;
	ret = a->format->run(&run, m, err);
	dlab_run_free(&run);
	return ret;
}

static int export_history(const struct args *a, const char *dir,
			  const struct dlab_metrics *m, struct dlab_err *err)
{
	struct dlab_calibration c = { 0 };
	struct dlab_history h;
	int ret = dlab_history_load(dir, a->results, m, &h, err);

	if (ret)
		return ret;
	if (a->format->changes)
		ret = dlab_history_judge(&h, a->results, &c, err);
	if (!ret)
		ret = a->format->history(&h, m, err);
	dlab_history_free(&h);
	dlab_calibration_free(&c);
	return ret;
}

/* A history, if there is one of that name; else a run. */
static int find_and_export(const struct args *a, const struct dlab_metrics *m)
{
	struct dlab_err err, no_history;
	char *dir;
	int ret;

	if (!dlab_history_find(a->results, a->word, &dir, &no_history)) {
		ret = export_history(a, dir, m, &err);
	} else if (!dlab_run_find(a->results, a->word, &dir, &err)) {
		ret = export_run(a, dir, m, &err);
	} else {
		fprintf(stderr, "dlab export: %s; and %s\n", err.text,
			no_history.text);
		return DLAB_EXIT_USAGE;
	}
	free(dir);
	if (!ret)
		return DLAB_EXIT_OK;
	bad(err.text);
	return ret == -EPERM ? DLAB_EXIT_USAGE : DLAB_EXIT_LAB;
}

int dlab_cmd_export(int argc, char **argv)
{
	struct args a = {
		.format = &formats[0],
		.metrics = "workloads/metrics.ini",
		.results = "results",
	};
	const struct dlab_option v[] = {
		{ "format", .take = take_format },
		{ "metrics", .word = &a.metrics },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .args = &a, .min_words = 1, .max_words = 1
	};
	struct dlab_metrics metrics;
	struct dlab_err err;
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	a.word = o.words[0];
	if (dlab_metrics_load(a.metrics, &metrics, &err)) {
		bad(err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = find_and_export(&a, &metrics);
	dlab_metrics_free(&metrics);
	return ret;
}
