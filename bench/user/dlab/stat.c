// SPDX-License-Identifier: GPL-2.0-only
/* `dlab stat`: derives a run's summary from its samples. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "metrics.h"
#include "run.h"
#include "summary.h"

static const char help[] =
	"usage: dlab stat [OPTION...] RUN\n"
	"\n"
	"Derives RUN's summary.tsv from the samples of its boots: median, minimum,\n"
	"median absolute deviation and total for every case and metric.  `dlab run`\n"
	"does it at its end; the file can be deleted and made again at any time.\n"
	"Prints the file's path.\n"
	"\n"
	"RUN is a run's name, `latest`, or the path of its directory.\n"
	"\n"
	"  --metrics FILE   default: workloads/metrics.ini\n"
	"  --results DIR    default: results\n"
	"\n"
	"Figures from histograms are the lower edge of a bucket: low by less than 1/32.\n"
	"\n"
	"Example:\n"
	"  dlab stat latest && column -t -s $'\\t' results/latest/summary.tsv\n"
	"\n"
	"Exit status: 0 done, 2 bad use, 3 the run cannot be read.\n";

static int stat_run(const char *dir, const char *metrics_path)
{
	struct dlab_summary summary = { 0 };
	struct dlab_metrics metrics;
	struct dlab_err err;
	char *path;
	int ret = dlab_metrics_load(metrics_path, &metrics, &err);

	if (ret) {
		fprintf(stderr, "dlab stat: %s\n", err.text);
		return DLAB_EXIT_USAGE;
	}
	if (asprintf(&path, "%s/summary.tsv", dir) < 0)
		abort();
	ret = dlab_stat(dir, &metrics, &summary, &err);
	if (!ret)
		ret = dlab_summary_write(&summary, path, &err);
	if (ret)
		fprintf(stderr, "dlab stat: %s\n", err.text);
	else
		puts(path);
	dlab_summary_free(&summary);
	dlab_metrics_free(&metrics);
	free(path);
	return ret ? DLAB_EXIT_LAB : DLAB_EXIT_OK;
}

int dlab_cmd_stat(int argc, char **argv)
{
	const char *metrics = "workloads/metrics.ini", *results = "results";
	struct dlab_err err;
	char *dir;
	const struct dlab_option v[] = {
		{ "metrics", .word = &metrics },
		{ "results", .word = &results },
		{ 0 },
	};
	struct dlab_options o = {
		.help = help, .v = v, .min_words = 1, .max_words = 1
	};
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (dlab_run_find(results, o.words[0], &dir, &err)) {
		fprintf(stderr, "dlab stat: %s\n", err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = stat_run(dir, metrics);
	free(dir);
	return ret;
}
