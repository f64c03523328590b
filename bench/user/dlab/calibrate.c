// SPDX-License-Identifier: GPL-2.0-only
/* `dlab calibrate`: how often the lab is wrong, and what it can find. */
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "history/calibration.h"
#include "history/history.h"
#include "run.h"

static const char help[] =
	"usage: dlab calibrate [OPTION...]\n"
	"\n"
	"Measures the lab's own error rates with sides of which it is known whether they\n"
	"differ, judged by the rules of `dlab history`.  Writes calibration.json, which\n"
	"the report of every history carries from then on, and prints its figures.  What\n"
	"rebuilds move by is the minimum effect of every history of the same lab, and of\n"
	"what is planted.  `make calibrate` measures all that it asks for.\n"
	"\n"
	"  --same RUN         boots of the same binaries: a run with many boots, or one of\n"
	"                     several runs; may be repeated\n"
	"  --rebuilds DIR     a history whose commits change nothing, each is held against\n"
	"                     its base; may be repeated\n"
	"  --planted DIR      a history whose commits say \"plant N\" in their subject and\n"
	"                     cost N instructions more than its base; may be repeated\n"
	"  --out FILE         default: RESULTS/calibration.json\n"
	"  --results DIR      default: results\n"
	"  --metrics FILE     default: workloads/metrics.ini\n"
	"\n"
	"What is not given is not measured, and the file says so.  Times are judged where\n"
	"a history of rebuilds has some that were not taken on an emulated CPU.\n"
	"\n"
	"  dlab calibrate --same aa-20-boots --rebuilds neutral --planted plants\n"
	"\n"
	"Exit status: 0 written, 2 bad use, or what was given does not belong together,\n"
	"3 something cannot be read or written.\n";

/**
 * struct request - the command line
 */
struct request {
	struct dlab_words same;
	struct dlab_words rebuilds;
	struct dlab_words planted;
	const char *out;
	const char *results;
	const char *metrics;
};

static int add_same(const struct request *req,
		    const struct dlab_metrics *metrics,
		    struct dlab_calibration *c, struct dlab_err *err)
{
	char *dirs[DLAB_MAX_WORDS] = { NULL };
	size_t i;
	int ret = 0;

	for (i = 0; i < req->same.nr && !ret; i++)
		ret = dlab_run_find(req->results, req->same.v[i], &dirs[i],
				    err);
	if (!ret && req->same.nr)
		ret = dlab_calibration_add_same(c, (const char *const *)dirs,
						req->same.nr, metrics, err);
	for (i = 0; i < req->same.nr; i++)
		free(dirs[i]);
	return ret;
}

typedef int (*add_fn)(struct dlab_calibration *c, const char *dir,
		      const char *results, const struct dlab_metrics *metrics,
		      struct dlab_err *err);

static int add_histories(const struct request *req, const struct dlab_words *w,
			 add_fn add, const struct dlab_metrics *metrics,
			 struct dlab_calibration *c, struct dlab_err *err)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < w->nr && !ret; i++) {
		char *dir;

		ret = dlab_history_find(req->results, w->v[i], &dir, err);
		if (ret)
			break;
		ret = add(c, dir, req->results, metrics, err);
		free(dir);
	}
	return ret;
}

/* ---- what it says on the terminal */

static void print_rates(const char *what, const char *sides,
			const struct dlab_calibration_rates *r)
{
	size_t i;

	if (!r->nr) {
		printf("%s: not measured\n\n", what);
		return;
	}
	printf("%s\n%-22s %8s %8s %9s %5s %9s %8s\n", what, "topology", sides,
	       "judged", "identical", "wrong", "rate <", "largest");
	for (i = 0; i < r->nr; i++) {
		const struct dlab_calibration_rate *v = &r->v[i];

		printf("%-22s %8zu %8zu %9zu %5zu %7.3g %% ", v->topology,
		       v->sides, v->pairs, v->identical, v->wrong,
		       100 * dlab_calibration_upper(v->wrong, v->pairs));
		if (isnan(v->largest_abs))
			printf("%8s\n", "-");
		else
			printf("%8g\n", v->largest_abs);
	}
	putchar('\n');
}

static void print_plants(const struct dlab_calibration *c)
{
	size_t i;

	if (!c->nr_plants) {
		puts("planted regressions: not measured\n");
		return;
	}
	printf("planted regressions: cases called worse\n%-22s %8s %8s %8s %s\n",
	       "topology", "insns", "found", "cases",
	       "smallest found everywhere");
	for (i = 0; i < c->nr_plants; i++) {
		const struct dlab_calibration_plant *p = &c->plants[i];

		printf("%-22s %8u %8zu %8zu", p->topology, p->insns, p->found,
		       p->cases);
		if (p->insns == dlab_calibration_smallest(c, p->topology))
			fputs(" <-", stdout);
		putchar('\n');
	}
	putchar('\n');
}

static void print(const struct dlab_calibration *c)
{
	print_rates("neutral rebuilds", "rebuilds", &c->rebuilds);
	print_rates("boots of the same binaries", "boots", &c->same);
	print_plants(c);
	print_rates("times", "rebuilds", &c->time);
}

static int calibrate(const struct request *req, struct dlab_err *err)
{
	struct dlab_calibration c = { 0 };
	struct dlab_metrics metrics;
	char path[PATH_MAX];
	int ret = dlab_metrics_load(req->metrics, &metrics, err);

	if (ret)
		return ret;
	ret = add_same(req, &metrics, &c, err);
	if (!ret)
		ret = add_histories(req, &req->rebuilds,
				    dlab_calibration_add_rebuilds, &metrics, &c,
				    err);
	if (!ret)
		ret = add_histories(req, &req->planted,
				    dlab_calibration_add_plants, &metrics, &c,
				    err);
	snprintf(path, sizeof(path), "%s/calibration.json", req->results);
	if (!ret)
		ret = dlab_calibration_write(&c, req->out ? req->out : path,
					     err);
	if (!ret) {
		print(&c);
		puts(req->out ? req->out : path);
	}
	dlab_calibration_free(&c);
	dlab_metrics_free(&metrics);
	return ret;
}

int dlab_cmd_calibrate(int argc, char **argv)
{
	struct request req = { .results = "results",
			       .metrics = "workloads/metrics.ini" };
	const struct dlab_option v[] = {
		{ "same", .words = &req.same },
		{ "rebuilds", .words = &req.rebuilds },
		{ "planted", .words = &req.planted },
		{ "out", .word = &req.out },
		{ "results", .word = &req.results },
		{ "metrics", .word = &req.metrics },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v };
	struct dlab_err err = { "" };
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (!req.same.nr && !req.rebuilds.nr && !req.planted.nr) {
		fputs("dlab calibrate: give --same, --rebuilds or --planted\n",
		      stderr);
		return DLAB_EXIT_USAGE;
	}
	ret = calibrate(&req, &err);
	if (!ret)
		return DLAB_EXIT_OK;
	fprintf(stderr, "dlab calibrate: %s\n", err.text);
	return dlab_cmd_failed(ret);
}
