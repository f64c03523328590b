// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does one mapping operation cost?  Runs a case in dmalab.ko: instruction
 * counts and structure counts, times, or data through an NVMe controller.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "../../kmod/uapi/dmalab.h"
#include "casestate.h"
#include "driver.h"
#include "kmod.h"
#include "kmodcase.h"
#include "pcibind.h"

static const struct dlab_key keys[] = {
	{ "path", DLAB_KEY_WORD, NULL, "mapping API under test" },
	{ "desc", DLAB_KEY_WORD, NULL,
	  "hardware structure that the addresses are streamed into" },
	{ "mem", DLAB_KEY_WORD, NULL,
	  "where the memory comes from: scattered, contig, huge, gapped or mmio" },
	{ "size", DLAB_KEY_SIZE, NULL, "bytes of one transfer" },
	{ "segs", DLAB_KEY_WORD, "pages",
	  "segments it is handed over as: `pages`, one a page, or 1; of mem = gapped any number" },
	{ "offset", DLAB_KEY_UINT, "0",
	  "offset of the first byte in its page; of each segment of mem = gapped" },
	{ "dir", DLAB_KEY_WORD, "to-device", "to-device or from-device" },
	{ "ops", DLAB_KEY_WORD, "auto",
	  "operations measured; auto: 16384 / segments, 64 to 512" },
	{ "warmup", DLAB_KEY_WORD, "auto",
	  "operations before those; auto: 32768 / segments, 64 to 1024; 0: caches of IOVAs are empty" },
	{ "batch", DLAB_KEY_UINT, "16",
	  "kind=time: operations between two readings of the clock" },
	{ "threads", DLAB_KEY_UINT, "1", "kind=time: threads, one a CPU" },
	{ "node", DLAB_KEY_WORD, "any", "NUMA node of memory and threads" },
	{ "lba", DLAB_KEY_UINT, "0", "kind=devio: first block written" },
	{ 0 },
};

#define WATCHED_WARMUP		64
#define MAX_STEPPED_SEGS	33
/* several times as many as an operation was seen to call */
#define MAX_FUNCTIONS		512

static struct dlab_kmod *kmod;
static struct dlab_pcibind binding;
/* which every case gets in the same state; NULL: that cannot be had here */
static const char *renewed;

static int start_case(struct dlab_err *err)
{
	int ret;

	if (!renewed)
		return 0;
	ret = dlab_case_state_set(renewed, err);
	return ret ? ret : dlab_kmod_attach(kmod, renewed, false, err);
}

static int setup(const struct dlab_machine *machine, struct dlab_err *err)
{
	int ret = dlab_kmod_take(&kmod, &binding, machine, err);

	renewed = machine->borrow ? NULL : machine->dma_device;
	/* as machine.c found it when it described the machine */
	if (!ret && start_case(NULL)) {
		renewed = NULL;
		ret = dlab_kmod_attach(kmod, machine->dma_device, false, err);
	}
	return ret;
}

static void teardown(void)
{
	dlab_kmod_give(kmod, &binding);
}

static enum dlab_status status_of(int ret)
{
	return ret == -EOPNOTSUPP || ret == -ENOENT ? DLAB_SKIP : DLAB_FAIL;
}

/* the readings of @pass, as four metrics named by @names */
static enum dlab_status run_readings(struct dmalab_run *r, unsigned int pass,
				     const char *const names[],
				     struct dlab_out *out, struct dlab_err *err)
{
	size_t n = (size_t)r->ops * DMALAB_NR_READINGS;
	uint64_t *samples = calloc(n, sizeof(*samples));
	double *column = calloc(r->ops, sizeof(*column));
	enum dlab_status status = DLAB_OK;
	int ret;

	r->pass = pass;
	r->samples = (uintptr_t)samples;
	r->nr_samples = n;
	ret = samples && column ? dlab_kmod_run(kmod, r, err) :
				  dlab_fail(err, ENOMEM, "out of memory");
	if (ret) {
		status = status_of(ret);
		goto out;
	}
	n = r->nr_samples / DMALAB_NR_READINGS;
	for (int i = 0; n && i < DMALAB_NR_READINGS; i++) {
		for (size_t j = 0; j < n; j++)
			column[j] = samples[j * DMALAB_NR_READINGS + i];
		dlab_out_samples(out, names[i], column, n);
	}
	dlab_out_sample(out, "desc_bytes", r->desc_bytes);
	dlab_out_sample(out, "dma_segs", r->dma_segs);
out:
	free(samples);
	free(column);
	return status;
}

static enum dlab_status run_counts(struct dmalab_run *r, bool steps,
				   struct dlab_out *out, struct dlab_err *err)
{
	unsigned int nr = dlab_kmod_nr_counts(kmod, steps);
	uint64_t *sums = calloc(nr + 1, sizeof(*sums));
	enum dlab_status status = DLAB_OK;
	int ret;

	r->pass = steps ? DMALAB_PASS_STEPS : DMALAB_PASS_COUNTERS;
	r->samples = (uintptr_t)sums;
	r->nr_samples = nr;
	ret = sums ? dlab_kmod_run(kmod, r, err) :
		     dlab_fail(err, ENOMEM, "out of memory");
	if (ret) {
		status = status_of(ret);
		nr = 0;
	}
	for (unsigned int i = 0; i < nr; i++) {
		const char *name = dlab_kmod_count_name(kmod, steps, i);

		if (name)
			dlab_out_sample(out, name, (double)sums[i] / r->ops);
	}
	free(sums);
	return status;
}

/* what was stepped, as one operation's functions; they stand in @rows */
static int keep_functions(const struct dmalab_run *r,
			  const struct dmalab_function *rows,
			  struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_functions functions = { .unnamed = r->insns_unnamed };
	uint64_t insns[DLAB_NR_PHASES], calls[DLAB_NR_PHASES];
	char name[DMALAB_FUNCTION_LEN + 1] = "";
	int ret = 0;

	for (uint32_t i = 0; !ret && i < r->nr_functions; i++) {
		memcpy(name, rows[i].name, DMALAB_FUNCTION_LEN);
		for (int p = 0; p < DLAB_NR_PHASES; p++) {
			insns[p] = rows[i].insns[p];
			calls[p] = rows[i].calls[p];
		}
		ret = dlab_functions_add(&functions, name, insns, calls, err);
	}
	if (!ret)
		ret = dlab_out_functions(out, &functions, err);
	dlab_functions_free(&functions);
	return ret;
}

/* one operation, stepped: its structure counts, and its functions */
static enum dlab_status run_step(struct dmalab_run *r, struct dlab_out *out,
				 struct dlab_err *err)
{
	/* the same memory for every case: measuring is all that allocates */
	static struct dmalab_function rows[MAX_FUNCTIONS];
	enum dlab_status status;

	r->warmup = !!r->warmup;
	r->ops = 1;
	r->functions = (uintptr_t)rows;
	r->nr_functions = MAX_FUNCTIONS;
	r->function_bytes = sizeof(*rows);
	status = run_counts(r, true, out, err);
	if (status == DLAB_OK && keep_functions(r, rows, out, err))
		status = DLAB_FAIL;
	return status;
}

static enum dlab_status run_count(struct dmalab_run *r, struct dlab_out *out,
				  struct dlab_err *err)
{
	static const char *const insns[] = { "map_insns", "fill_insns",
					     "unmap_insns", "op_insns" };
	static const char *const pmu[] = { "map_pmu", "fill_pmu", "unmap_pmu",
					   "op_pmu" };
	bool exact = dlab_kmod_counts_insns(kmod), cold = !r->warmup;
	enum dlab_status status;

	/* where the time-stamp counter does not count instructions, the CPU may */
	status = run_readings(r, exact ? DMALAB_PASS_TICKS : DMALAB_PASS_PMU,
			      exact ? insns : pmu, out, err);
	/* all is warm now, unless it is not to be */
	r->warmup = cold ? 0 : WATCHED_WARMUP;
	if (status == DLAB_OK && cold && start_case(err))
		status = DLAB_FAIL;
	if (status == DLAB_OK)
		status = run_counts(r, false, out, err);
	if (status == DLAB_OK && cold && start_case(err))
		status = DLAB_FAIL;
	/* a step costs about 500 instructions: long operations are left out */
	if (status == DLAB_OK && exact && r->kase.segs <= MAX_STEPPED_SEGS)
		status = run_step(r, out, err);
	return status;
}

static enum dlab_status run_time(const struct dlab_case *c,
				 struct dmalab_run *r, struct dlab_out *out,
				 struct dlab_err *err)
{
	static const char *const names[] = { "map_ns", "fill_ns", "unmap_ns",
					     "op_ns" };
	size_t n = DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS;
	uint64_t *hist = calloc(n, sizeof(*hist));
	uint64_t v;
	int ret = hist ? 0 : dlab_fail(err, ENOMEM, "out of memory");

	if (!ret)
		ret = dlab_case_uint(c, "batch", 1, DMALAB_MAX_OPS, &v, err);
	if (!ret) {
		r->batch = v;
		ret = dlab_case_uint(c, "threads", 1, DMALAB_MAX_THREADS, &v,
				     err);
	}
	if (!ret) {
		r->threads = v;
		r->pass = DMALAB_PASS_TIME;
		r->samples = (uintptr_t)hist;
		r->nr_samples = n;
		ret = dlab_kmod_run(kmod, r, err);
	}
	for (int i = 0; !ret && i < DMALAB_NR_READINGS; i++) {
		const uint64_t *h = hist + i * DMALAB_HIST_BUCKETS;

		for (int b = 0; b < DMALAB_HIST_BUCKETS; b++)
			if (h[b])
				dlab_out_bucket(out, names[i],
						dlab_kmod_bucket_ps(b) / 1e3,
						h[b]);
	}
	free(hist);
	return ret ? status_of(ret) : DLAB_OK;
}

static enum dlab_status run_devio(const struct dlab_case *c,
				  struct dmalab_run *r, struct dlab_out *out,
				  struct dlab_err *err)
{
	uint64_t lba;
	int ret = dlab_case_uint(c, "lba", 0, UINT32_MAX, &lba, err);

	if (ret)
		return DLAB_FAIL;
	r->lba = lba;
	r->pass = DMALAB_PASS_NVME;
	r->ops = 1;
	r->warmup = 0;
	ret = dlab_kmod_run(kmod, r, err);
	if (ret)
		return status_of(ret);
	dlab_out_sample(out, "verified_bytes", r->verified_bytes);
	return DLAB_OK;
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	struct dmalab_run r;

	if (dlab_kmod_fill_run(c, &r, err) || start_case(err))
		return DLAB_FAIL;
	switch (c->kind) {
	case DLAB_COUNT:
		return run_count(&r, out, err);
	case DLAB_TIME:
		return run_time(c, &r, out, err);
	default:
		return run_devio(c, &r, out, err);
	}
}

const struct dlab_driver dlab_driver_kmod = {
	.name = "kmod",
	.about = "mapping operations, one by one, in dmalab.ko",
	.keys = keys,
	.module = true,
	.setup = setup,
	.run = run,
	.teardown = teardown,
};
