// SPDX-License-Identifier: GPL-2.0-only
/* `dlab show`: which runs are there; what is one and what did it find? */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "index.h"
#include "match.h"
#include "metrics.h"
#include "run.h"
#include "summary.h"

static const char help[] =
	"usage: dlab show [OPTION...] [RUN]\n"
	"\n"
	"Without RUN: the runs there are, newest first.  With RUN (a name, `latest`, or a\n"
	"directory): what was measured on what, how every boot ended, and every case that\n"
	"is not ok.\n"
	"\n"
	"  --case PATTERN   the figures of the cases whose id matches: * and ? are wild\n"
	"  --limit N        list at most N runs\n"
	"  --rebuild        forget results/index.sqlite and make it again\n"
	"  --metrics FILE   default: workloads/metrics.ini\n"
	"  --results DIR    default: results\n"
	"\n"
	"Examples:\n"
	"  dlab show --limit 10\n"
	"  dlab show latest\n"
	"  dlab show latest --case 'map/scattered@vm-vtd-strict*size=4k*'\n"
	"\n"
	"Exit status: 0 done, 2 bad use, 3 the run or the index cannot be read.\n";

/* ---- the list of runs */

static int print_run_row(void *user, const struct dlab_index_row *r)
{
	unsigned int *nr = user;

	if (!(*nr)++)
		printf("%-44s %-10s %-6s %7s  %s\n", "RUN", "KERNEL", "STATUS",
		       "BOOTS", "TAINT");
	printf("%-44s %-10s %-6s %3" PRId64 "/%-3" PRId64 "  %s\n", r->run,
	       r->kernel, r->status, r->boots_ok, r->boots,
	       r->tainted ? "tainted" : "");
	return 0;
}

static int list_runs(const char *results, bool rebuild, unsigned int limit)
{
	struct dlab_index *index;
	struct dlab_err err;
	unsigned int nr = 0;
	int ret = dlab_index_open(results, rebuild, &index, &err);

	if (!ret) {
		ret = dlab_index_list(index, limit, print_run_row, &nr, &err);
		dlab_index_close(index);
	}
	if (ret) {
		fprintf(stderr, "dlab show: %s\n", err.text);
		return DLAB_EXIT_LAB;
	}
	if (!nr)
		fprintf(stderr,
			"there is no run in %s/runs yet; `make bench` makes one\n",
			results);
	return DLAB_EXIT_OK;
}

/* ---- one run */

static void print_kvs(const char *title, const struct dlab_kvs *kvs)
{
	if (kvs->nr)
		printf("\n%s\n", title);
	for (size_t i = 0; i < kvs->nr; i++)
		printf("  %-22s %s\n", kvs->v[i].key, kvs->v[i].value);
}

static void print_boot(const struct dlab_boot *b)
{
	printf("  %-32s %-7s %6.1f s%s", b->name, dlab_status_name(b->status),
	       b->wall_s, b->emulated ? "  emulated time" : "");
	for (size_t t = 0; t < b->nr_taint; t++)
		printf("%s%s", t ? ", " : "  tainted: ", b->taint[t]);
	putchar('\n');
	if (*b->reason)
		printf("    %s\n", b->reason);
}

/* What the first good boot of a topology and kind found. */
static void print_effective(const struct dlab_run *run)
{
	for (size_t i = 0; i < run->nr_boots; i++) {
		const struct dlab_boot *b = &run->boots[i];
		bool first = b->status == DLAB_OK;
		char title[256];

		for (size_t j = 0; j < i; j++)
			first &= strcmp(b->topology, run->boots[j].topology) ||
				 b->kind != run->boots[j].kind ||
				 run->boots[j].status != DLAB_OK;
		snprintf(title, sizeof(title), "EFFECTIVE on %s, kind %s",
			 b->topology, dlab_kind_name(b->kind));
		if (first)
			print_kvs(title, &b->effective);
	}
}

static void print_counts(const struct dlab_summary *s)
{
	size_t nr[DLAB_NR_STATUS] = { 0 };
	size_t tainted = 0;
	const char *last = "";

	for (size_t i = 0; i < s->nr; i++) {
		const struct dlab_row *r = &s->v[i];

		/* the rows of a case stand together, one for each metric */
		if (r->status == DLAB_OK && !strcmp(last, r->id))
			continue;
		last = r->id;
		nr[r->status]++;
		tainted += r->tainted;
	}
	fputs("\nCASES  ", stdout);
	for (int st = 0; st < DLAB_NR_STATUS; st++)
		printf("%s%zu %s", st ? ", " : "", nr[st],
		       dlab_status_name((enum dlab_status)st));
	if (tainted)
		printf("; %zu tainted", tainted);
	putchar('\n');
}

static void print_not_ok(const struct dlab_summary *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct dlab_row *r = &s->v[i];

		if (r->status != DLAB_OK)
			printf("  %s\n    %s in %u boots: %s\n", r->id,
			       dlab_status_name(r->status), r->boots,
			       r->reason);
	}
}

static void print_number(double v)
{
	if (isnan(v))
		printf(" %12s", "-");
	else if (v == nearbyint(v) || fabs(v) >= 1e5)
		printf(" %12.0f", v);
	else
		printf(" %12.6g", v);
}

/* Return: how many cases match. */
static size_t print_figures(const struct dlab_summary *s, const char *pattern)
{
	const char *last = "";
	size_t nr = 0;

	for (size_t i = 0; i < s->nr; i++) {
		const struct dlab_row *r = &s->v[i];

		if (!dlab_case_matches(pattern, r->id))
			continue;
		if (strcmp(last, r->id)) {
			last = r->id;
			printf("\n%s\n  %-18s %-8s %12s %12s %12s %7s\n", r->id,
			       "METRIC", "UNIT", "MEDIAN", "MIN", "MAD", "N");
			nr++;
		}
		if (r->status != DLAB_OK) {
			printf("  %s in %u boots: %s\n",
			       dlab_status_name(r->status), r->boots,
			       r->reason);
			continue;
		}
		printf("  %-18s %-8s", r->metric, r->unit);
		print_number(r->median);
		print_number(r->min);
		print_number(r->mad);
		printf(" %7" PRIu64 "%s%s\n", r->n,
		       r->emulated ? "  emulated" : "",
		       r->tainted ? "  tainted" : "");
	}
	return nr;
}

static void print_run(const struct dlab_run *run, const struct dlab_summary *s)
{
	printf("%s\n  suite %s, lab %s, created %s, status %s\n", run->name,
	       run->suite, run->lab, run->created, run->ok ? "ok" : "fail");
	print_kvs("FINGERPRINT", &run->fingerprint);
	print_kvs("HOST", &run->host);
	print_effective(run);
	puts("\nBOOTS");
	for (size_t i = 0; i < run->nr_boots; i++)
		print_boot(&run->boots[i]);
	print_counts(s);
	print_not_ok(s);
}

static int print_all(const char *dir, const struct dlab_summary *s,
		     const char *pattern, struct dlab_err *err)
{
	struct dlab_run run;
	int ret;

	if (pattern) {
		if (print_figures(s, pattern))
			return 0;
		return dlab_fail(err, ENOENT, "no case of %s matches %s", dir,
				 pattern);
	}
	ret = dlab_run_load(dir, &run, err);
	if (ret)
		return ret;
	print_run(&run, s);
	dlab_run_free(&run);
	return 0;
}

static int show_run(const char *dir, const char *metrics_path,
		    const char *pattern)
{
	struct dlab_summary summary = { 0 };
	struct dlab_metrics metrics;
	struct dlab_err err;
	int ret = dlab_metrics_load(metrics_path, &metrics, &err);

	if (ret) {
		fprintf(stderr, "dlab show: %s\n", err.text);
		return DLAB_EXIT_USAGE;
	}
	/* from the samples: summary.tsv may not be there, or be outdated */
	ret = dlab_stat(dir, &metrics, &summary, &err);
	if (!ret)
		ret = print_all(dir, &summary, pattern, &err);
	if (ret)
		fprintf(stderr, "dlab show: %s\n", err.text);
	dlab_summary_free(&summary);
	dlab_metrics_free(&metrics);
	return !ret			 ? DLAB_EXIT_OK :
	       pattern && ret == -ENOENT ? DLAB_EXIT_USAGE :
					   DLAB_EXIT_LAB;
}

static int find_and_show(const char *results, const char *word,
			 const char *metrics, const char *pattern)
{
	struct dlab_err err;
	char *dir;
	int ret;

	if (dlab_run_find(results, word, &dir, &err)) {
		fprintf(stderr, "dlab show: %s\n", err.text);
		return DLAB_EXIT_USAGE;
	}
	ret = show_run(dir, metrics, pattern);
	free(dir);
	return ret;
}

int dlab_cmd_show(int argc, char **argv)
{
	const char *metrics = "workloads/metrics.ini", *results = "results";
	const char *pattern = NULL;
	unsigned int limit = 0;
	bool rebuild = false;
	const struct dlab_option v[] = {
		{ "case", .word = &pattern },
		{ "limit", .number = &limit, .max = 1000000 },
		{ "rebuild", .flag = &rebuild },
		{ "metrics", .word = &metrics },
		{ "results", .word = &results },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v, .max_words = 1 };
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (o.nr_words)
		return find_and_show(results, o.words[0], metrics, pattern);
	if (!pattern)
		return list_runs(results, rebuild, limit);
	fputs("dlab show: --case needs a run, such as `latest`\n", stderr);
	return DLAB_EXIT_USAGE;
}
