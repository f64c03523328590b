// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does one operation cost?  Runs a case: looks up its parts, verifies it,
 * and hands it to the pass that was asked for.
 */
#include <linux/delay.h>
#include <linux/irqflags.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "dmalab.h"

/* two instructions a turn */
#define LOOP_TURNS	1000000UL
#define LOOP_INSNS	(2 * LOOP_TURNS)
/* what a counter of instructions may read beyond that: the reading itself */
#define LOOP_SLACK	64

static u64 loop_ticks = U64_MAX;

static noinline u64 time_loop(void)
{
	unsigned long n = LOOP_TURNS, flags;
	u64 t;

	local_irq_save(flags);
	t = dmalab_ticks();
	asm volatile("1: dec %0\n\tjnz 1b" : "+r"(n) : : "cc");
	t = dmalab_ticks() - t;
	local_irq_restore(flags);
	return t;
}

/**
 * dmalab_calibrate - find out what the time-stamp counter counts
 */
void dmalab_calibrate(void)
{
	int i;

	for (i = 0; i < 5; i++)
		loop_ticks = min(loop_ticks, time_loop());
}

void dmalab_calibration(u64 *insns, u64 *ticks)
{
	*insns = LOOP_INSNS;
	*ticks = loop_ticks;
}

static bool ticks_are_insns(void)
{
	return loop_ticks >= LOOP_INSNS && loop_ticks < LOOP_INSNS + LOOP_SLACK;
}

/*
 * How long interrupts may stay off.  Where the counter counts instructions
 * nobody waits for an interrupt, and one section for all operations is what
 * makes two runs the same; elsewhere 10 ms.
 */
static u64 section_ticks(void)
{
	return ticks_are_insns() ? U64_MAX : (u64)tsc_khz * 10;
}

/*
 * The state that a sequence starts from: flush queues, which a timer of 10 ms
 * drains, are empty.
 */
static void settle(void)
{
	msleep(40);
}

static int must_stop(void)
{
	if (dmalab_device_gone())
		return -ENODEV;
	return signal_pending(current) ? -EINTR : 0;
}

static __always_inline int whole_op(struct dmalab_op *op)
{
	int err;

	err = dmalab_op_map(op);
	if (err)
		return err;
	err = dmalab_op_fill(op);
	dmalab_op_unmap(op);
	return err;
}

static int warm_up(struct dmalab_op *op, unsigned int n)
{
	int err = 0;

	while (!err && n--)
		err = whole_op(op);
	return err;
}

typedef int (*dmalab_sample_fn)(struct dmalab_op *op, u64 *sample);

static int sample_phases(struct dmalab_op *op, u64 *sample)
{
	u64 t0, t1, t2, t3;
	int err;

	t0 = dmalab_ticks();
	err = dmalab_op_map(op);
	t1 = dmalab_ticks();
	if (err)
		return err;
	err = dmalab_op_fill(op);
	t2 = dmalab_ticks();
	dmalab_op_unmap(op);
	t3 = dmalab_ticks();
	sample[DMALAB_READ_MAP] = t1 - t0;
	sample[DMALAB_READ_FILL] = t2 - t1;
	sample[DMALAB_READ_UNMAP] = t3 - t2;
	return err;
}

static int sample_together(struct dmalab_op *op, u64 *sample)
{
	u64 t0, t1;
	int err;

	t0 = dmalab_ticks();
	err = whole_op(op);
	t1 = dmalab_ticks();
	sample[DMALAB_READ_OP] = t1 - t0;
	return err;
}

/* Samples until all are taken or interrupts were off for long enough. */
static int sample_section(struct dmalab_op *op, dmalab_sample_fn fn,
			  u64 *samples, unsigned int *done, unsigned int n)
{
	u64 limit = section_ticks();
	u64 start = dmalab_ticks();
	int err = 0;

	while (!err && *done < n && dmalab_ticks() - start < limit) {
		err = fn(op, samples + *done * DMALAB_NR_READINGS);
		++*done;
	}
	return err;
}

static int sample_sequence(struct dmalab_op *op, const struct dmalab_run *run,
			   dmalab_sample_fn fn, u64 *samples)
{
	unsigned int done = 0;
	unsigned long flags;
	int err;

	settle();
	local_irq_save(flags);
	err = warm_up(op, run->warmup);
	while (!err && done < run->ops) {
		err = sample_section(op, fn, samples, &done, run->ops);
		local_irq_restore(flags);
		err = err ?: must_stop();
		cond_resched();
		local_irq_save(flags);
	}
	local_irq_restore(flags);
	return err;
}

static int pass_ticks(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples)
{
	int err;

	err = sample_sequence(op, run, sample_phases, samples);
	if (!err)
		err = sample_sequence(op, run, sample_together, samples);
	return err;
}

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

static int room_for(const struct dmalab_run *run, u64 *n)
{
	switch (run->pass) {
	case DMALAB_PASS_TICKS:
		*n = (u64)run->ops * DMALAB_NR_READINGS;
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

static int run_on(struct device *dev, const struct dmalab_plan *plan,
		  struct dmalab_run *run, u64 *samples)
{
	struct dmalab_op op;
	int err;

	err = dmalab_op_init(&op, dev, plan);
	if (err)
		return err;
	err = verify(&op, run);
	if (!err)
		err = pass_ticks(&op, run, samples);
	dmalab_op_exit(&op);
	return err;
}

/**
 * dmalab_run - run one case
 * @run: its fields are within their bounds; the results go here, and to the
 *	user address that it holds
 *
 * Return: 0 or -errno as in struct dmalab_run.
 */
int dmalab_run(struct dmalab_run *run)
{
	u64 room = run->nr_samples;
	struct dmalab_plan plan;
	struct device *dev;
	u64 *samples;
	int err;

	err = make_plan(run, &plan) ?: room_for(run, &run->nr_samples);
	if (err)
		return err;
	if (room < run->nr_samples)
		return -ENOSPC;
	samples = kvcalloc(run->nr_samples, sizeof(*samples), GFP_KERNEL);
	if (!samples)
		return -ENOMEM;
	dev = dmalab_device_acquire();
	if (IS_ERR(dev)) {
		err = PTR_ERR(dev);
		goto out;
	}
	err = run_on(dev, &plan, run, samples);
	dmalab_device_release();
	if (!err && copy_to_user(u64_to_user_ptr(run->samples), samples,
				 run->nr_samples * sizeof(*samples)))
		err = -EFAULT;
out:
	kvfree(samples);
	return err;
}
