// SPDX-License-Identifier: GPL-2.0-only
/*
 * `dlab-gbench`: the module's cases as Google Benchmarks, for a person at a
 * terminal.  Every case of the workloads named becomes a benchmark whose times
 * come from the module's own clock (its pass TIME); beside them `null`, which
 * needs no module and shows what the harness itself costs.
 */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "gbench.h"
#include "kmodcase.h"
#include "machine.h"

/* readings of the module's clock, each of `batch` operations */
#define READINGS	256

static const char usage[] =
	"usage: dlab-gbench [--benchmark_...] [OPTION...] [WORKLOAD...]\n"
	"\n"
	"Runs each case of the workloads (map/scattered) that the driver kmod can run as\n"
	"a Google Benchmark, timed by dmalab.ko, and `null`: the clock read around\n"
	"nothing.  Figures to look at: `dlab run` is what stores and judges them.\n"
	"\n"
	"  --workloads=DIR  where the workloads are (default: workloads)\n"
	"  --machine=FILE   names the device to map for: [machine] dma_device, borrow\n"
	"\n"
	"  dlab-gbench --machine=config.local map/scattered \\\n"
	"    --benchmark_filter='path=(page|sg),.*size=4k' --benchmark_repetitions=9\n"
	"\n"
	"Exit status: 0, 1 nothing was run, 2 bad use, 3 no case could be measured.\n"
	"\n";

static void print_help(void)
{
	fputs(usage, stdout);
	gb_help();
}

/**
 * struct session - the module, opened when the first case needs it
 * @opened: it was tried
 * @ret: how that went
 * @err: why it failed
 * @measured: calls of a case that gave figures
 * @failed: calls that gave none
 * @why: of the first of them
 */
static struct session {
	bool opened;
	int ret;
	struct dlab_err err;
	size_t measured;
	size_t failed;
	struct dlab_err why;
	struct dlab_machine_file machine;
	struct dlab_kmod *kmod;
	struct dlab_pcibind binding;
} session;

static int session_open(void)
{
	if (!session.opened)
		session.ret = dlab_kmod_take(&session.kmod, &session.binding,
					     &session.machine.machine,
					     &session.err);
	session.opened = true;
	return session.ret;
}

static void session_close(void)
{
	if (session.opened && !session.ret)
		dlab_kmod_give(session.kmod, &session.binding);
	dlab_machine_free(&session.machine);
}

/* The middle of a bucket, in nanoseconds. */
static double bucket_ns(unsigned int b)
{
	return (dlab_kmod_bucket_ps(b) + dlab_kmod_bucket_ps(b + 1)) / 2e3;
}

static uint64_t hist_total(const uint64_t *hist)
{
	uint64_t n = 0;

	for (unsigned int b = 0; b < DMALAB_HIST_BUCKETS; b++)
		n += hist[b];
	return n;
}

static double hist_mean_ns(const uint64_t *hist)
{
	double sum = 0;

	for (unsigned int b = 0; b < DMALAB_HIST_BUCKETS; b++)
		sum += hist[b] * bucket_ns(b);
	return sum / hist_total(hist);
}

/*
 * Hand over the readings as iterations.  There are as many as iterations, or,
 * with several threads, a multiple; then every so manieth is taken.
 */
static void replay(struct gb_state *s, const uint64_t *hist)
{
	double step = (double)hist_total(hist) / gb_max_iterations(s);
	double seen = hist[0], at = step / 2;
	unsigned int b = 0;

	while (gb_keep_running(s)) {
		while (seen <= at && b + 1 < DMALAB_HIST_BUCKETS)
			seen += hist[++b];
		gb_set_iteration_time(s, bucket_ns(b) * 1e-9);
		at += step;
	}
}

static void report(struct gb_state *s, const struct dmalab_run *r,
		   const uint64_t *hist)
{
	static const char *const names[] = { "map_ns", "fill_ns", "unmap_ns" };
	const struct dmalab_info *info = dlab_kmod_info(session.kmod);
	char label[2 * DMALAB_NAME_LEN + 2];

	for (int i = DMALAB_READ_MAP; i <= DMALAB_READ_UNMAP; i++)
		if (hist_total(hist + i * DMALAB_HIST_BUCKETS))
			gb_counter(s, names[i],
				   hist_mean_ns(hist + i * DMALAB_HIST_BUCKETS),
				   GB_PLAIN);
	gb_counter(s, "desc_bytes", r->desc_bytes, GB_PLAIN);
	gb_counter(s, "dma_segs", r->dma_segs, GB_PLAIN);
	snprintf(label, sizeof(label), "%s %s", info->iommu, info->domain);
	gb_label(s, label);
}

static int prepare(struct gb_state *s, const struct dlab_case *c,
		   struct dmalab_run *r, struct dlab_err *err)
{
	uint64_t batch, threads;

	if (session_open()) {
		*err = session.err;
		return session.ret;
	}
	if (dlab_kmod_fill_run(c, r, err) ||
	    dlab_case_uint(c, "batch", 1, DMALAB_MAX_OPS, &batch, err) ||
	    dlab_case_uint(c, "threads", 1, DMALAB_MAX_THREADS, &threads, err))
		return -EINVAL;
	r->pass = DMALAB_PASS_TIME;
	r->ops = gb_max_iterations(s);
	r->batch = batch;
	r->threads = threads;
	return 0;
}

static void run_case(struct gb_state *s, void *user)
{
	static uint64_t hist[DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS];
	const uint64_t *op = hist + DMALAB_READ_OP * DMALAB_HIST_BUCKETS;
	struct dmalab_run r;
	struct dlab_err err;
	int ret;

	ret = prepare(s, user, &r, &err);
	if (!ret) {
		memset(hist, 0, sizeof(hist));
		r.samples = (uintptr_t)hist;
		r.nr_samples = DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS;
		ret = dlab_kmod_run(session.kmod, &r, &err);
	}
	if (!ret && !hist_total(op))
		ret = dlab_fail(&err, EIO, "the module gave no reading");
	if (ret) {
		if (!session.failed++)
			session.why = err;
		gb_skip(s, err.text);
		return;
	}
	session.measured++;
	replay(s, op);
	report(s, &r, hist);
}

static void run_null(struct gb_state *s, void *user)
{
	struct timespec ts;

	(void)user;
	while (gb_keep_running(s))
		clock_gettime(CLOCK_MONOTONIC, &ts);
}

static int load_workloads(const char *dir, char **names,
			  struct dlab_cases *cases, struct dlab_err *err)
{
	int ret = 0;

	for (; !ret && *names; names++)
		ret = dlab_workload_load(dir, *names, cases, err);
	return ret;
}

/* After all are loaded: the cases do not move any more. */
static void register_all(struct dlab_cases *cases)
{
	gb_register("null", run_null, NULL);
	for (size_t i = 0; i < cases->nr; i++)
		if (!strcmp(cases->v[i].driver, "kmod"))
			gb_manual_time(gb_register(cases->v[i].id, run_case,
						   &cases->v[i]),
				       READINGS);
}

/* Our own options, when the library has taken its. */
static int parse_options(int argc, char **argv, const char **dir,
			 struct dlab_err *err)
{
	static const struct option options[] = {
		{ "workloads", required_argument, NULL, 'w' },
		{ "machine", required_argument, NULL, 'm' },
		{ 0 },
	};
	int opt;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (opt == 'w')
			*dir = optarg;
		else if (opt != 'm')
			return dlab_fail(err, EINVAL,
					 "see dlab-gbench --help");
		else if (dlab_machine_load(optarg, &session.machine, err))
			return -EINVAL;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct dlab_cases cases = { 0 };
	const char *dir = "workloads";
	struct dlab_err err = { "" };
	size_t ran = 0;
	int ret;

	gb_initialize(&argc, argv, print_help);
	ret = parse_options(argc, argv, &dir, &err);
	if (!ret)
		ret = load_workloads(dir, argv + optind, &cases, &err);
	if (ret) {
		fprintf(stderr, "dlab-gbench: %s\n", err.text);
	} else {
		register_all(&cases);
		ran = gb_run();
	}
	gb_shutdown();
	session_close();
	dlab_cases_free(&cases);
	if (ret)
		return 2;
	if (session.failed && !session.measured) {
		fprintf(stderr, "dlab-gbench: no case could be measured: %s\n",
			session.why.text);
		return 3;
	}
	return ran ? 0 : 1;
}
