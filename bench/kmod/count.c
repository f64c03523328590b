// SPDX-License-Identifier: GPL-2.0-only
/*
 * What did the operations do to the IOMMU, to the allocators and to memory?
 * Two passes: one watches functions and tracepoints, one single-steps; a
 * counter belongs to one of them.
 */
#include "counters.h"
#include "functions.h"
#include "sequence.h"

static const enum dmalab_counter watched[] = {
	DMALAB_COUNTER_IOVA_ALLOC,
	DMALAB_COUNTER_IOVA_FREE,
	DMALAB_COUNTER_IOVA_RCACHE_MISS,
	DMALAB_COUNTER_PT_MAP,
	DMALAB_COUNTER_PT_UNMAP,
	DMALAB_COUNTER_PTE_4K,
	DMALAB_COUNTER_PTE_2M,
	DMALAB_COUNTER_PTE_1G,
	DMALAB_COUNTER_IOTLB_SYNC_MAP,
	DMALAB_COUNTER_IOTLB_FLUSH,
	DMALAB_COUNTER_DEVTLB_FLUSH,
	DMALAB_COUNTER_IOTLB_WAIT,
	DMALAB_COUNTER_FQ_ADD,
	DMALAB_COUNTER_FQ_DRAIN,
	DMALAB_COUNTER_CACHE_LINES,
	DMALAB_COUNTER_KMALLOC_CALLS,
	DMALAB_COUNTER_KMALLOC_BYTES,
	DMALAB_COUNTER_PAGES_ALLOC,
};

/* cache lines are stepped only where there is no function to watch */
static const enum dmalab_counter stepped[] = {
	DMALAB_COUNTER_INSNS_STEPPED,
	DMALAB_COUNTER_LOCK_OPS,
	DMALAB_COUNTER_MMIO_WRITES,
	DMALAB_COUNTER_CACHE_LINES,
};

/**
 * dmalab_nr_counts - how many values does a pass give?
 * @step: DMALAB_PASS_STEPS, else DMALAB_PASS_COUNTERS
 */
unsigned int dmalab_nr_counts(bool step)
{
	return step ? ARRAY_SIZE(stepped) : ARRAY_SIZE(watched);
}

static enum dmalab_counter counter_of(bool step, unsigned int i)
{
	return step ? stepped[i] : watched[i];
}

/**
 * dmalab_count_name - the name of a value
 * @step: of which pass
 * @i: less than dmalab_nr_counts()
 */
const char *dmalab_count_name(bool step, unsigned int i)
{
	return dmalab_counter_name(counter_of(step, i));
}

/**
 * dmalab_count_missing - is there no such value, for the attached device?
 * @step: of which pass
 * @i: less than dmalab_nr_counts()
 */
bool dmalab_count_missing(bool step, unsigned int i)
{
	enum dmalab_counter counter = counter_of(step, i);

	return dmalab_counter_missing(counter) ||
	       dmalab_counter_stepped(counter) != step;
}

static void pick_sums(bool step, u64 *samples)
{
	u64 sums[DMALAB_NR_COUNTERS];
	unsigned int i;

	dmalab_counters_read(sums);
	for (i = 0; i < dmalab_nr_counts(step); i++)
		if (!dmalab_count_missing(step, i))
			samples[i] = sums[counter_of(step, i)];
}

static int count_once(struct dmalab_op *op, u64 *sample)
{
	return dmalab_op_whole(op);
}

/**
 * dmalab_pass_counters - DMALAB_PASS_COUNTERS
 * @op: a verified operation
 * @run: the request
 * @samples: room for dmalab_nr_counts(false), cleared
 *
 * Return: 0 or -errno, as dmalab_sequence_run(); -EBUSY when the kernel's
 * function tracing cannot be had.
 */
int dmalab_pass_counters(struct dmalab_op *op, const struct dmalab_run *run,
			 u64 *samples)
{
	struct dmalab_sequence seq = {
		.op = op,
		.sample = count_once,
		.begin = dmalab_counters_zero,
		.warmup = run->warmup,
		.ops = run->ops,
	};
	int err;

	/* a sample that is taken again would be counted twice */
	if (op->path->may_sleep)
		return -EOPNOTSUPP;
	/* the domain may be another one than when the device was attached */
	err = dmalab_counters_attach(op->dev);
	if (!err)
		err = dmalab_counters_arm();
	if (err)
		return err;
	err = dmalab_sequence_run(&seq);
	dmalab_counters_disarm();
	if (!err)
		pick_sums(false, samples);
	return err;
}

struct step {
	struct dmalab_op *op;
	int err;
};

static void step_fn(void *arg)
{
	struct step *step = arg;

	step->err = dmalab_op_whole(step->op);
}

static int step_once(struct dmalab_op *op, u64 *sample)
{
	/* what filling and unmapping begin with, called through pointers */
	const unsigned long marks[DMALAB_NR_PHASES - 1] = {
		(unsigned long)op->desc->ops->begin,
		(unsigned long)op->path->unmap,
	};
	struct step step = { .op = op };

	dmalab_functions_begin(marks);
	return dmalab_counters_step(step_fn, &step) ?: step.err;
}

/**
 * dmalab_pass_steps - DMALAB_PASS_STEPS
 * @op: a verified operation
 * @run: the request
 * @samples: room for dmalab_nr_counts(true), cleared
 * @functions: room for as many as @run says; NULL when that is none
 *
 * Return: 0 or -errno, as dmalab_sequence_run().
 */
int dmalab_pass_steps(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples, struct dmalab_function *functions)
{
	struct dmalab_sequence seq = {
		.op = op,
		.sample = step_once,
		.begin = dmalab_counters_zero,
		.warmup = run->warmup,
		.ops = run->ops,
	};
	int err;

	if (op->path->may_sleep)
		return -EOPNOTSUPP;
	err = dmalab_counters_attach(op->dev);
	if (err)
		return err;
	dmalab_functions_clear();
	err = dmalab_sequence_run(&seq);
	if (err)
		return err;
	pick_sums(true, samples);
	if (functions)
		run->nr_functions =
			dmalab_functions_collect(functions, run->nr_functions,
						 &run->insns_unnamed);
	return 0;
}
