// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many ticks, or instructions, does each of many consecutive operations
 * take?
 *
 * Two sequences, each from the same state: one reads the counter between the
 * phases, one around the whole operation, so that the readings between do not
 * count into the whole.  Interrupts are off, so nothing else is counted; only
 * a path that may sleep leaves them on, and samples in which something else
 * ran are taken again.
 */
#include <linux/irqflags.h>
#include <linux/perf_event.h>
#include <linux/sched.h>
#include <kunit/visibility.h>

#include "dmalab.h"

/* two instructions a turn */
#define LOOP_TURNS	1000000UL
#define LOOP_INSNS	(2 * LOOP_TURNS)
/* what a counter of instructions may read beyond that: the reading itself */
#define LOOP_SLACK	64
/* a counter of the processor has at least so many bits */
#define PMC_BITS	40
/* longest time with interrupts off where somebody may wait for one */
#define SECTION_MS	10

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

/**
 * dmalab_calibration - what dmalab_calibrate() found
 * @insns: instructions in the loop
 * @ticks: ticks that it took, at best
 */
void dmalab_calibration(u64 *insns, u64 *ticks)
{
	*insns = LOOP_INSNS;
	*ticks = loop_ticks;
}

/*
 * Where the counter counts instructions, nobody waits for an interrupt, and
 * one section for all operations is what makes two runs the same.
 */
static u64 section_ticks(void)
{
	bool insns = loop_ticks >= LOOP_INSNS &&
		     loop_ticks < LOOP_INSNS + LOOP_SLACK;

	return insns ? U64_MAX : (u64)tsc_khz * SECTION_MS;
}

/* of the event that counts instructions, while it counts on this CPU */
static int pmc_index;

static __always_inline u64 read_pmc(void)
{
	return dmalab_rdpmc(pmc_index);
}

static __always_inline int sample_phases(struct dmalab_op *op, u64 *sample,
					 u64 (*read)(void))
{
	u64 t0, t1, t2, t3;
	int err;

	t0 = read();
	err = dmalab_op_map(op);
	t1 = read();
	if (err)
		return err;
	err = dmalab_op_fill(op);
	t2 = read();
	dmalab_op_unmap(op);
	t3 = read();
	sample[DMALAB_READ_MAP] = t1 - t0;
	sample[DMALAB_READ_FILL] = t2 - t1;
	sample[DMALAB_READ_UNMAP] = t3 - t2;
	return err;
}

static __always_inline int sample_whole(struct dmalab_op *op, u64 *sample,
					u64 (*read)(void))
{
	u64 t0, t1;
	int err;

	t0 = read();
	err = dmalab_op_whole(op);
	t1 = read();
	sample[DMALAB_READ_OP] = t1 - t0;
	return err;
}

/* A sampler of each kind: the reading must be inlined, it is in the figure. */
static int ticks_phases(struct dmalab_op *op, u64 *sample)
{
	return sample_phases(op, sample, dmalab_ticks);
}

static int ticks_whole(struct dmalab_op *op, u64 *sample)
{
	return sample_whole(op, sample, dmalab_ticks);
}

static int pmc_phases(struct dmalab_op *op, u64 *sample)
{
	return sample_phases(op, sample, read_pmc);
}

static int pmc_whole(struct dmalab_op *op, u64 *sample)
{
	return sample_whole(op, sample, read_pmc);
}

/**
 * struct sequence - consecutive operations, a sample for each
 * @op: the operation
 * @sample: takes one
 * @event: that it reads, or NULL
 * @samples: where they go
 * @warmup: operations before the first
 * @ops: operations
 * @done: of them
 * @discarded: samples that were taken again
 */
struct sequence {
	struct dmalab_op *op;
	int (*sample)(struct dmalab_op *op, u64 *sample);
	const struct perf_event *event;
	u64 *samples;
	unsigned int warmup;
	unsigned int ops;
	unsigned int done;
	unsigned int discarded;
};

static u64 *here(const struct sequence *seq)
{
	return seq->samples + (size_t)seq->done * DMALAB_NR_READINGS;
}

static int warm_up(const struct sequence *seq)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < seq->warmup; i++)
		err = dmalab_op_whole(seq->op);
	return err;
}

/* The event may have moved to another counter since interrupts were on. */
static int find_pmc(const struct perf_event *event)
{
	if (!event)
		return 0;
	if (event->state != PERF_EVENT_STATE_ACTIVE)
		return -EOPNOTSUPP;
	pmc_index = event->hw.event_base_rdpmc;
	return 0;
}

/* Until all samples are taken, or interrupts were off for long enough. */
static int run_section(struct sequence *seq)
{
	u64 limit = section_ticks();
	u64 start = dmalab_ticks();
	int err;

	err = find_pmc(seq->event);
	while (!err && seq->done < seq->ops && dmalab_ticks() - start < limit) {
		err = seq->sample(seq->op, here(seq));
		seq->done++;
	}
	return err;
}

static int run_undisturbed(struct sequence *seq)
{
	unsigned long flags;
	int err;

	local_irq_save(flags);
	err = warm_up(seq);
	while (!err && seq->done < seq->ops) {
		err = run_section(seq);
		local_irq_restore(flags);
		cond_resched();
		err = err ?: dmalab_must_stop();
		local_irq_save(flags);
	}
	local_irq_restore(flags);
	return err;
}

/* What else has run on this CPU, or instead of this thread. */
static u64 disturbances(void)
{
	return dmalab_irqs() + current->nvcsw + current->nivcsw;
}

static int run_disturbed(struct sequence *seq)
{
	/* where every sample is disturbed there is nothing to wait for */
	u64 limit = 1000 + 10ULL * seq->ops;
	int err;

	err = warm_up(seq);
	while (!err && seq->done < seq->ops) {
		u64 before = disturbances();

		err = seq->sample(seq->op, here(seq));
		if (disturbances() == before)
			seq->done++;
		else if (++seq->discarded == limit)
			err = -EAGAIN;
		cond_resched();
		err = err ?: dmalab_must_stop();
	}
	return err;
}

static int run_sequence(struct sequence seq, struct dmalab_run *run)
{
	int err;

	dmalab_settle();
	if (seq.op->path->may_sleep)
		err = run_disturbed(&seq);
	else
		err = run_undisturbed(&seq);
	run->discarded += seq.discarded;
	return err;
}

/**
 * dmalab_pass_ticks - DMALAB_PASS_TICKS
 * @op: a verified operation
 * @run: the request
 * @samples: room for all
 *
 * Return: 0 or -errno; -EAGAIN when a path that may sleep was never left alone.
 */
int dmalab_pass_ticks(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples)
{
	struct sequence seq = {
		.op = op,
		.sample = ticks_phases,
		.samples = samples,
		.warmup = run->warmup,
		.ops = run->ops,
	};
	int err;

	err = run_sequence(seq, run);
	if (err)
		return err;
	seq.sample = ticks_whole;
	return run_sequence(seq, run);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_pass_ticks);

static struct perf_event *open_counter(void)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_HARDWARE,
		.config = PERF_COUNT_HW_INSTRUCTIONS,
		.size = sizeof(attr),
		.pinned = 1,
		.exclude_user = 1,
	};
	struct perf_event *event;

	event = perf_event_create_kernel_counter(&attr, raw_smp_processor_id(),
						 NULL, NULL, NULL);
	/* whatever the PMU's reason, to the caller there is no such counter */
	if (IS_ERR(event) && PTR_ERR(event) != -ENOMEM)
		return ERR_PTR(-EOPNOTSUPP);
	return event;
}

/**
 * dmalab_pass_pmu - DMALAB_PASS_PMU
 * @op: a verified operation
 * @run: the request
 * @samples: room for all
 *
 * The caller is bound to one CPU.
 *
 * Return: 0 or -errno as in enum dmalab_pass.
 */
int dmalab_pass_pmu(struct dmalab_op *op, struct dmalab_run *run, u64 *samples)
{
	struct sequence seq = {
		.op = op,
		.sample = pmc_phases,
		.samples = samples,
		.warmup = run->warmup,
		.ops = run->ops,
	};
	struct perf_event *event;
	int err;

	if (op->path->may_sleep)
		return -EOPNOTSUPP;
	event = open_counter();
	if (IS_ERR(event))
		return PTR_ERR(event);
	seq.event = event;
	err = run_sequence(seq, run);
	if (!err) {
		seq.sample = pmc_whole;
		err = run_sequence(seq, run);
	}
	perf_event_release_kernel(event);
	return err;
}
