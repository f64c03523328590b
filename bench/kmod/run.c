// SPDX-License-Identifier: GPL-2.0-only
/*
 * Runs one case: looks up its parts, verifies it on the attached device, and
 * hands it to the pass that was asked for.
 */
#include <linux/cpumask.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/topology.h>
#include <linux/uaccess.h>

#include "dmalab.h"

/**
 * struct results - what a pass gives beside the request itself
 * @samples: as many as @run says
 * @functions: the same; NULL when that is none
 */
struct results {
	u64 *samples;
	struct dmalab_function *functions;
};

static int make_plan(const struct dmalab_run *run, struct dmalab_plan *plan)
{
	const struct dmalab_case *c = &run->kase;

	*plan = (struct dmalab_plan){
		.path = dmalab_path_find(c->path),
		.desc = dmalab_desc_find(c->desc),
		.shape = {
			.layout = dmalab_layout_find(c->mem),
			.bytes = c->bytes,
			.nr_segs = c->segs,
			.offset = c->offset,
			.node = run->node,
		},
		.dir = c->dir == DMALAB_DIR_TO_DEVICE ? DMA_TO_DEVICE :
							DMA_FROM_DEVICE,
	};
	if (!plan->path || !plan->desc || !plan->shape.layout)
		return -ENOENT;
	return dmalab_shape_check(&plan->shape);
}

static int samples_of(const struct dmalab_run *run, u64 *n)
{
	switch (run->pass) {
	case DMALAB_PASS_TICKS:
	case DMALAB_PASS_PMU:
		*n = (u64)run->ops * DMALAB_NR_READINGS;
		return 0;
	case DMALAB_PASS_TIME:
		*n = DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS;
		return 0;
	case DMALAB_PASS_COUNTERS:
		*n = dmalab_nr_counts(false);
		return 0;
	case DMALAB_PASS_STEPS:
		*n = dmalab_nr_counts(true);
		return 0;
	case DMALAB_PASS_NVME:
		*n = 0;
		return 0;
	default:
		return -EOPNOTSUPP;
	}
}

static int verify(struct dmalab_op *op, struct dmalab_run *run)
{
	struct dmalab_verdict verdict = {};
	int err;

	err = dmalab_verify(op, &verdict);
	run->verified_bytes = verdict.bytes;
	run->desc_bytes = verdict.desc_bytes;
	run->dma_segs = verdict.nr_ranges;
	return err;
}

static int run_pass(const struct dmalab_bench *bench, struct dmalab_op *op,
		    struct dmalab_run *run, struct results *results)
{
	switch (run->pass) {
	case DMALAB_PASS_TICKS:
		return dmalab_pass_ticks(op, run, results->samples);
	case DMALAB_PASS_PMU:
		return dmalab_pass_pmu(op, run, results->samples);
	case DMALAB_PASS_TIME:
		return dmalab_pass_time(bench, run, results->samples);
	case DMALAB_PASS_COUNTERS:
		return dmalab_pass_counters(op, run, results->samples);
	case DMALAB_PASS_STEPS:
		return dmalab_pass_steps(op, run, results->samples,
					 results->functions);
	case DMALAB_PASS_NVME:
		return dmalab_pass_nvme(bench, run);
	default:
		return -EOPNOTSUPP;
	}
}

static int run_verified(const struct dmalab_bench *bench,
			struct dmalab_run *run, struct results *results)
{
	struct dmalab_op op;
	int err;

	err = dmalab_op_init(&op, bench);
	if (err)
		return err;
	err = verify(&op, run);
	if (!err)
		err = run_pass(bench, &op, run, results);
	dmalab_op_exit(&op);
	return err;
}

/* Stays on one CPU, of the node that was asked for, and goes back after. */
static int run_pinned(const struct dmalab_bench *bench, struct dmalab_run *run,
		      struct results *results)
{
	unsigned int cpu = raw_smp_processor_id();
	cpumask_var_t before;
	int err;

	if (run->node != NUMA_NO_NODE)
		cpu = cpumask_any_and(cpumask_of_node(run->node),
				      cpu_online_mask);
	if (cpu >= nr_cpu_ids)
		return -EINVAL;
	if (!alloc_cpumask_var(&before, GFP_KERNEL))
		return -ENOMEM;
	cpumask_copy(before, current->cpus_ptr);
	err = set_cpus_allowed_ptr(current, cpumask_of(cpu));
	if (!err) {
		err = run_verified(bench, run, results);
		set_cpus_allowed_ptr(current, before);
	}
	free_cpumask_var(before);
	return err;
}

static int run_on_device(const struct dmalab_plan *plan, struct dmalab_run *run,
			 struct results *results)
{
	struct dmalab_bench bench;
	struct device *dev;
	int err;

	dev = dmalab_device_acquire();
	if (IS_ERR(dev))
		return PTR_ERR(dev);
	err = dmalab_bench_open(&bench, dev, plan);
	if (!err) {
		err = run_pinned(&bench, run, results);
		dmalab_bench_close(&bench);
	}
	dmalab_device_release();
	return err;
}

static int results_alloc(struct results *results, const struct dmalab_run *run)
{
	results->samples = kvcalloc(run->nr_samples, sizeof(*results->samples),
				    GFP_KERNEL);
	if (!results->samples)
		return -ENOMEM;
	if (!run->nr_functions)
		return 0;
	results->functions = kvcalloc(run->nr_functions,
				      sizeof(*results->functions), GFP_KERNEL);
	return results->functions ? 0 : -ENOMEM;
}

static void results_free(struct results *results)
{
	kvfree(results->functions);
	kvfree(results->samples);
}

/* Entries of the caller's size, which is no less than ours. */
static int give_functions(const struct dmalab_run *run,
			  const struct dmalab_function *functions)
{
	char __user *to = u64_to_user_ptr(run->functions);
	size_t ours = sizeof(*functions), theirs = run->function_bytes;

	for (u32 i = 0; i < run->nr_functions; i++, to += theirs)
		if (copy_to_user(to, &functions[i], ours) ||
		    clear_user(to + ours, theirs - ours))
			return -EFAULT;
	return 0;
}

static int results_give(const struct results *results,
			const struct dmalab_run *run)
{
	if (copy_to_user(u64_to_user_ptr(run->samples), results->samples,
			 run->nr_samples * sizeof(*results->samples)))
		return -EFAULT;
	return give_functions(run, results->functions);
}

/**
 * dmalab_run - run one case
 * @run: its fields are within their bounds; the results go here, and to the
 *	user addresses that it holds
 *
 * Return: 0 or -errno as in struct dmalab_run.
 */
int dmalab_run(struct dmalab_run *run)
{
	struct results results = {};
	u64 room = run->nr_samples;
	struct dmalab_plan plan;
	int err;

	run->verified_bytes = 0;
	run->desc_bytes = 0;
	run->discarded = 0;
	run->dma_segs = 0;
	run->insns_unnamed = 0;
	err = make_plan(run, &plan) ?: samples_of(run, &run->nr_samples);
	if (err)
		return err;
	if (room < run->nr_samples)
		return -ENOSPC;
	err = results_alloc(&results, run);
	if (!err)
		err = run_on_device(&plan, run, &results);
	if (!err)
		err = results_give(&results, run);
	results_free(&results);
	return err;
}
