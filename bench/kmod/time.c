// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long does an operation take, on one CPU or on several at once?
 *
 * Each thread has a batch of operations with memory of their own.  A reading
 * of "map" maps the whole batch between two readings of the clock; then the
 * batch is filled, then unmapped.  A reading of "op" does one operation of the
 * batch after the other from beginning to end.
 */
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/kthread.h>
#include <linux/math64.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/slab.h>
#include <linux/topology.h>

#include "dmalab.h"

typedef u64 dmalab_hist[DMALAB_HIST_BUCKETS];

/**
 * struct stage - what the threads of a run share
 * @run: the request
 * @go: they start together
 * @running: threads that have not finished
 * @done: none is left
 * @stop: they are to end early
 */
struct stage {
	const struct dmalab_run *run;
	struct completion go;
	atomic_t running;
	struct completion done;
	bool stop;
};

/**
 * struct worker - one thread
 * @stage: shared with the others
 * @task: the thread
 * @ops: its batch
 * @nr_ops: how many of them are ready
 * @hist: its histograms, one for each reading
 */
struct worker {
	struct stage *stage;
	struct task_struct *task;
	struct dmalab_op *ops;
	unsigned int nr_ops;
	dmalab_hist *hist;
};

static void note(struct worker *w, enum dmalab_reading what, u64 ns)
{
	u64 ps = div_u64(ns * 1000, w->nr_ops);

	w->hist[what][dmalab_hist_bucket(ps)]++;
}

static void unmap_first(struct worker *w, unsigned int n)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		dmalab_op_unmap(&w->ops[i]);
}

/* What fails on the way is unmapped before this returns. */
static int map_all(struct worker *w)
{
	unsigned int i;
	int err;

	for (i = 0; i < w->nr_ops; i++) {
		err = dmalab_op_map(&w->ops[i]);
		if (err) {
			unmap_first(w, i);
			return err;
		}
	}
	return 0;
}

static int fill_all(struct worker *w)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < w->nr_ops; i++)
		err = dmalab_op_fill(&w->ops[i]);
	return err;
}

static int time_phases(struct worker *w, u64 ns[3])
{
	u64 t0, t1, t2, t3;
	int err;

	t0 = ktime_get_ns();
	err = map_all(w);
	t1 = ktime_get_ns();
	if (err)
		return err;
	err = fill_all(w);
	t2 = ktime_get_ns();
	unmap_first(w, w->nr_ops);
	t3 = ktime_get_ns();
	ns[DMALAB_READ_MAP] = t1 - t0;
	ns[DMALAB_READ_FILL] = t2 - t1;
	ns[DMALAB_READ_UNMAP] = t3 - t2;
	return err;
}

static int time_whole(struct worker *w, u64 *ns)
{
	unsigned int i;
	int err = 0;
	u64 t;

	t = ktime_get_ns();
	for (i = 0; !err && i < w->nr_ops; i++)
		err = dmalab_op_whole(&w->ops[i]);
	*ns = ktime_get_ns() - t;
	return err;
}

static int take_reading(struct worker *w, bool keep)
{
	u64 ns[DMALAB_NR_READINGS];
	enum dmalab_reading what;
	int err;

	err = time_phases(w, ns);
	if (!err)
		err = time_whole(w, &ns[DMALAB_READ_OP]);
	if (err || !keep)
		return err;
	for (what = 0; what < DMALAB_NR_READINGS; what++)
		note(w, what, ns[what]);
	return 0;
}

static int work(struct worker *w)
{
	const struct dmalab_run *run = w->stage->run;
	/* a reading is two times the batch: phase by phase, and whole */
	unsigned int warmup = DIV_ROUND_UP(run->warmup, 2 * w->nr_ops);
	unsigned int i;
	int err;

	for (i = 0; i < warmup + run->ops; i++) {
		err = take_reading(w, i >= warmup);
		if (err)
			return err;
		if (READ_ONCE(w->stage->stop) || dmalab_device_gone())
			return -ECANCELED;
		cond_resched();
	}
	return 0;
}

static int worker_fn(void *data)
{
	struct worker *w = data;
	struct stage *stage = w->stage;
	int err;

	wait_for_completion(&stage->go);
	err = work(w);
	if (err)
		WRITE_ONCE(stage->stop, true);
	if (atomic_dec_and_test(&stage->running))
		complete(&stage->done);
	return err;
}

static int worker_init(struct worker *w, const struct dmalab_bench *bench,
		       const struct dmalab_run *run)
{
	int err;

	w->hist = kvcalloc(DMALAB_NR_READINGS, sizeof(*w->hist), GFP_KERNEL);
	w->ops = kvcalloc(run->batch, sizeof(*w->ops), GFP_KERNEL);
	if (!w->hist || !w->ops)
		return -ENOMEM;
	for (; w->nr_ops < run->batch; w->nr_ops++) {
		err = dmalab_op_init(&w->ops[w->nr_ops], bench) ?:
		      dmalab_must_stop();
		if (err)
			return err;
	}
	return 0;
}

static void worker_exit(struct worker *w)
{
	while (w->nr_ops)
		dmalab_op_exit(&w->ops[--w->nr_ops]);
	kvfree(w->ops);
	kvfree(w->hist);
}

static int worker_start(struct worker *w, struct stage *stage, int cpu)
{
	struct task_struct *task;

	w->stage = stage;
	task = kthread_create_on_cpu(worker_fn, w, cpu, "dmalab/%u");
	if (IS_ERR(task))
		return PTR_ERR(task);
	/* so that kthread_stop() finds it, ended or not */
	w->task = get_task_struct(task);
	atomic_inc(&stage->running);
	wake_up_process(task);
	return 0;
}

static const struct cpumask *cpus_of(int node)
{
	return node == NUMA_NO_NODE ? cpu_online_mask : cpumask_of_node(node);
}

static int start_all(struct stage *stage, struct worker *w, unsigned int n)
{
	unsigned int i = 0;
	int cpu, err;

	for_each_cpu_and(cpu, cpus_of(stage->run->node), cpu_online_mask) {
		if (i == n)
			break;
		err = worker_start(&w[i++], stage, cpu);
		if (err)
			return err;
	}
	return 0;
}

/*
 * Lets the threads run, ends them early when the caller got a signal, and
 * returns the first error of any.  That the device goes they see themselves.
 */
static int run_all(struct stage *stage, struct worker *w, unsigned int n)
{
	unsigned int i;
	int err, ret;

	err = start_all(stage, w, n);
	if (err)
		WRITE_ONCE(stage->stop, true);
	complete_all(&stage->go);
	if (!err && wait_for_completion_interruptible(&stage->done)) {
		WRITE_ONCE(stage->stop, true);
		err = -EINTR;
	}
	for (i = 0; i < n && w[i].task; i++) {
		ret = kthread_stop_put(w[i].task);
		if (ret && (!err || err == -ECANCELED))
			err = ret;
	}
	if (dmalab_device_gone())
		err = -ENODEV;
	return err;
}

static void merge(const struct worker *w, u64 *samples)
{
	const u64 *hist = &w->hist[0][0];
	unsigned int i;

	for (i = 0; i < DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS; i++)
		samples[i] += hist[i];
}

/* The batch is one allocation after another: refuse what cannot end well. */
static bool fits_memory(const struct dmalab_run *run)
{
	u64 pages = DIV_ROUND_UP(run->kase.offset + run->kase.bytes, PAGE_SIZE);
	u64 want = pages * run->batch * run->threads;

	return want < si_mem_available() / 2;
}

/**
 * dmalab_pass_time - DMALAB_PASS_TIME
 * @bench: what the threads make their operations from
 * @run: the request
 * @samples: the histograms, cleared
 *
 * Return: 0 or -errno; -EINVAL for more threads than CPUs, -ENOMEM when all
 * batches together would take more than half of the memory that is left.
 */
int dmalab_pass_time(const struct dmalab_bench *bench,
		     const struct dmalab_run *run, u64 *samples)
{
	struct stage stage = { .run = run, .running = ATOMIC_INIT(0) };
	struct worker *w;
	unsigned int i;
	int err = 0;

	if (run->threads > cpumask_weight(cpus_of(run->node)))
		return -EINVAL;
	if (!fits_memory(run))
		return -ENOMEM;
	w = kvcalloc(run->threads, sizeof(*w), GFP_KERNEL);
	if (!w)
		return -ENOMEM;
	init_completion(&stage.go);
	init_completion(&stage.done);
	for (i = 0; !err && i < run->threads; i++)
		err = worker_init(&w[i], bench, run);
	if (!err)
		err = run_all(&stage, w, run->threads);
	for (i = 0; i < run->threads; i++) {
		if (!err)
			merge(&w[i], samples);
		worker_exit(&w[i]);
	}
	kvfree(w);
	return err;
}
