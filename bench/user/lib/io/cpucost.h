/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What did it cost the CPU, whoever ran it?  An I/O is paid for in the task
 * that submits it, in the interrupt that completes it (where it is unmapped),
 * in softirqs, in worker threads.  Adding these up from the kernel's own
 * accounts needs CONFIG_IRQ_TIME_ACCOUNTING and ends at its resolution of
 * 10 ms; here their sum is measured from the other side.
 *
 * Whoever has nothing to do spins, reading the time-stamp counter: what is
 * missing between two readings was taken by somebody else, and everything
 * that is not spinning is work.  On its own CPU the submitter spins instead of
 * sleeping while it waits.  Every other CPU that takes part gets a thread of
 * the lowest priority (SCHED_IDLE) that soaks it up.
 *
 * In a guest under qemu -icount the figure is in instructions and does not
 * depend on how long the device took.  Elsewhere it is time; what a hypervisor
 * steals looks like work.  Nobody goes to sleep and is woken up, so what that
 * costs is not in it, and latencies taken meanwhile mean nothing.  The timer's
 * tick is in it: take medians of short spans.
 */
#ifndef DLAB_CPUCOST_H
#define DLAB_CPUCOST_H

#include <sched.h>
#include <stdint.h>

#include "err.h"
#include "io/ticks.h"

/**
 * struct dlab_spin - a waiting loop that knows what it was not given
 * @own: ticks that it spent waiting so far; all others were work
 * @last: its last reading of the counter
 * @typical: length of an undisturbed turn
 * @foreign: a turn of this length or more was not all its own
 */
struct dlab_spin {
	uint64_t own;
	uint64_t last;
	uint64_t typical;
	uint64_t foreign;
};

/* Measures what an undisturbed turn takes. */
void dlab_spin_init(struct dlab_spin *spin);

/* The waiting begins. */
static inline void dlab_spin_enter(struct dlab_spin *spin)
{
	spin->last = dlab_ticks();
}

/* One turn of it; in each, look for what is waited for. */
static inline void dlab_spin_turn(struct dlab_spin *spin)
{
	uint64_t now = dlab_ticks();
	uint64_t turn = now - spin->last;

	spin->own += turn < spin->foreign ? turn : spin->typical;
	spin->last = now;
}

struct dlab_soakers;

/**
 * dlab_soakers_start - soak up CPUs
 * @out: set on success
 * @cpus: those that take part, without the one whose user spins; may be empty
 * @err: the sentence on failure
 *
 * Return: 0, or -errno.
 */
int dlab_soakers_start(struct dlab_soakers **out, const cpu_set_t *cpus,
		       struct dlab_err *err);

/* Ticks that all soaked CPUs together have worked since the start. */
uint64_t dlab_soakers_busy(const struct dlab_soakers *s);

void dlab_soakers_stop(struct dlab_soakers *s);

#endif
