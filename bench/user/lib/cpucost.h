/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What did it cost the CPU, whoever ran it?  An I/O is paid for in the task
 * that submits it, in the interrupt that completes it (where it is unmapped),
 * in softirqs, in worker threads.  Adding these up from the kernel's own
 * accounts needs CONFIG_IRQ_TIME_ACCOUNTING and ends at its resolution of
 * 10 ms; here their sum is measured from the other side.
 *
 * A thread of the lowest priority (SCHED_IDLE) soaks up each CPU concerned: it
 * reads the time-stamp counter in a loop, and what is missing between two
 * readings was taken by somebody else.  So the CPU is never idle, and
 * everything that is not the soaker is work: the submitter, interrupts, softirqs,
 * workers, the switches between them.
 *
 * In a guest under qemu -icount the figure is in instructions and does not
 * depend on how long the device took, since a soaked CPU does not halt.
 * Elsewhere it is time; what a hypervisor steals looks like work.  Figures
 * taken while soaking say nothing about latency: the CPU need not wake up.
 * The timer's tick is in the figures, so take medians of short spans.
 */
#ifndef DLAB_CPUCOST_H
#define DLAB_CPUCOST_H

#include <sched.h>
#include <stdint.h>

#include "err.h"

struct dlab_cpucost;

/**
 * dlab_cpucost_start - begin to soak CPUs
 * @out: set on success
 * @cpus: every CPU that takes part: the submitter's and those that take the
 *        device's interrupts
 * @err: the sentence on failure
 *
 * Return: 0, or -errno.
 */
int dlab_cpucost_start(struct dlab_cpucost **out, const cpu_set_t *cpus,
		       struct dlab_err *err);

/* Ticks that all soaked CPUs together have worked since the start. */
uint64_t dlab_cpucost_busy(const struct dlab_cpucost *cost);

/* Ticks for which soaked CPU @cpu has had nothing to do since the start. */
uint64_t dlab_cpucost_idle(const struct dlab_cpucost *cost, int cpu);

/**
 * dlab_cpucost_tick - what one tick is
 *
 * Return: 1 where dlab_ticks_count_insns(), else its length in nanoseconds,
 * measured from the start until now.
 */
double dlab_cpucost_tick(const struct dlab_cpucost *cost);

void dlab_cpucost_stop(struct dlab_cpucost *cost);

#endif
