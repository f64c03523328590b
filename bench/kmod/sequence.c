// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are many operations measured so that nothing else is?
 *
 * Every sequence starts from empty flush queues, with pages at hand, and then
 * warms up.  Interrupts are off, so nothing else runs; only a path that may
 * sleep leaves them on, and its samples in which something else ran are taken
 * again.
 */
#include <linux/delay.h>
#include <linux/gfp.h>
#include <linux/irqflags.h>
#include <linux/list.h>
#include <linux/perf_event.h>
#include <linux/sched.h>

#include "sequence.h"

/* more than a sequence takes, and no more than a CPU keeps */
#define PAGES_AT_HAND	1024
/* longest time with interrupts off where somebody may wait for one */
#define SECTION_MS	10

/*
 * Where the counter counts instructions, nobody waits for an interrupt, and
 * one section for all operations is what makes two runs the same.
 */
static u64 section_ticks(void)
{
	return dmalab_ticks_are_insns() ? U64_MAX : (u64)tsc_khz * SECTION_MS;
}

static u64 *here(const struct dmalab_sequence *seq)
{
	if (!seq->samples)
		return NULL;
	return seq->samples + (size_t)seq->done * DMALAB_NR_READINGS;
}

static int warm_up(const struct dmalab_sequence *seq)
{
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < seq->warmup; i++)
		err = dmalab_op_whole(seq->op);
	if (!err && seq->begin)
		seq->begin();
	return err;
}

/* Until all samples are taken, or interrupts were off for long enough. */
static int run_section(struct dmalab_sequence *seq)
{
	u64 limit = section_ticks();
	u64 start = dmalab_ticks();
	int err = 0;

	if (seq->event)
		err = dmalab_pmc_select(seq->event);
	while (!err && seq->done < seq->ops && dmalab_ticks() - start < limit) {
		err = seq->sample(seq->op, here(seq));
		seq->done++;
	}
	return err;
}

static int run_undisturbed(struct dmalab_sequence *seq)
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

static int run_disturbed(struct dmalab_sequence *seq)
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

/*
 * Tables of pages that are unmapped wait in the flush queue, too, so lazy mode
 * takes page after page.  What it costs to get many at once is up to what
 * others left in the page allocator: let the CPU have as many at hand.
 */
static void have_pages_at_hand(void)
{
	struct page *page, *next;
	LIST_HEAD(pages);
	unsigned int i;

	for (i = 0; i < PAGES_AT_HAND; i++) {
		page = alloc_page(GFP_KERNEL | __GFP_NOWARN);
		if (!page)
			break;
		list_add(&page->lru, &pages);
	}
	list_for_each_entry_safe(page, next, &pages, lru)
		__free_page(page);
}

/* Until flush queues are empty: their timer, of 10 ms, empties them. */
static void settle(void)
{
	msleep(40);
	/* elsewhere figures are less exact than that by far */
	if (dmalab_ticks_are_insns())
		have_pages_at_hand();
}

/**
 * dmalab_sequence_run - settle, warm up, and take every sample
 * @seq: the sequence
 *
 * The caller is bound to one CPU.
 *
 * Return: 0; the error of an operation; -ENODEV or -EINTR when it had to end
 * early; -EAGAIN when an operation that may sleep was never left alone.
 */
int dmalab_sequence_run(struct dmalab_sequence *seq)
{
	settle();
	if (seq->op->path->may_sleep)
		return run_disturbed(seq);
	return run_undisturbed(seq);
}
