// SPDX-License-Identifier: GPL-2.0-only
/*
 * How many ticks, or instructions, does each of many consecutive operations
 * take?
 *
 * Two sequences, each from the same state: one reads the counter between the
 * phases, one around the whole operation, so that the readings between do not
 * count into the whole.
 */
#include <linux/irqflags.h>
#include <linux/perf_event.h>
#include <kunit/visibility.h>

#include "sequence.h"

/* two instructions a turn */
#define LOOP_TURNS	1000000UL
#define LOOP_INSNS	(2 * LOOP_TURNS)
/* what a counter of instructions may read beyond that: the reading itself */
#define LOOP_SLACK	64
/* what the caches of a CPU lose while queues are drained is had again by then */
#define REWARM_OPS	64
/* a performance counter wraps, but at no less than 40 bits */
#define PMC_MASK	GENMASK_ULL(39, 0)

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

/**
 * dmalab_ticks_are_insns - is the time-stamp counter one of instructions?
 */
bool dmalab_ticks_are_insns(void)
{
	return loop_ticks >= LOOP_INSNS && loop_ticks < LOOP_INSNS + LOOP_SLACK;
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
	int err = sample_phases(op, sample, read_pmc);

	sample[DMALAB_READ_MAP] &= PMC_MASK;
	sample[DMALAB_READ_FILL] &= PMC_MASK;
	sample[DMALAB_READ_UNMAP] &= PMC_MASK;
	return err;
}

static int pmc_whole(struct dmalab_op *op, u64 *sample)
{
	int err = sample_whole(op, sample, read_pmc);

	sample[DMALAB_READ_OP] &= PMC_MASK;
	return err;
}

/**
 * dmalab_pmc_select - read this event from here on
 * @event: bound to this CPU
 *
 * Called with interrupts off; while they were on, the event may have moved to
 * another counter.
 *
 * Return: 0; -EOPNOTSUPP when it does not count.
 */
int dmalab_pmc_select(const struct perf_event *event)
{
	if (event->state != PERF_EVENT_STATE_ACTIVE)
		return -EOPNOTSUPP;
	pmc_index = event->hw.event_base_rdpmc;
	return 0;
}

static void sum_phases(const struct dmalab_sequence *seq)
{
	u64 *sample = seq->samples;

	for (unsigned int i = 0; i < seq->ops; i++, sample += DMALAB_NR_READINGS)
		sample[DMALAB_READ_OP] = sample[DMALAB_READ_MAP] +
					 sample[DMALAB_READ_FILL] +
					 sample[DMALAB_READ_UNMAP];
}

/*
 * One sequence reads between the phases, one around the whole operation.  With
 * no warm-up there is one, since a second would find what the first has warmed.
 */
static int run_both(const struct dmalab_sequence *phases,
		    int (*whole)(struct dmalab_op *op, u64 *sample),
		    struct dmalab_run *run)
{
	struct dmalab_sequence seq = *phases;
	int err;

	err = dmalab_sequence_run(&seq);
	run->discarded += seq.discarded;
	if (err)
		return err;
	if (!phases->warmup) {
		sum_phases(&seq);
		return 0;
	}
	seq = *phases;
	seq.sample = whole;
	seq.warmup = min(seq.warmup, REWARM_OPS);
	err = dmalab_sequence_run(&seq);
	run->discarded += seq.discarded;
	return err;
}

/**
 * dmalab_pass_ticks - DMALAB_PASS_TICKS
 * @op: a verified operation
 * @run: the request
 * @samples: room for all
 *
 * Return: 0 or -errno, as dmalab_sequence_run().
 */
int dmalab_pass_ticks(struct dmalab_op *op, struct dmalab_run *run,
		      u64 *samples)
{
	const struct dmalab_sequence seq = {
		.op = op,
		.sample = ticks_phases,
		.samples = samples,
		.warmup = run->warmup,
		.ops = run->ops,
	};

	return run_both(&seq, ticks_whole, run);
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
 * Return: 0 or -errno as in enum dmalab_pass.
 */
int dmalab_pass_pmu(struct dmalab_op *op, struct dmalab_run *run, u64 *samples)
{
	struct dmalab_sequence seq = {
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
	err = run_both(&seq, pmc_whole, run);
	perf_event_release_kernel(event);
	return err;
}
