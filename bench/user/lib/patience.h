/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Has a silent process had its chance?  Patience runs down by what the process
 * itself spends: the CPU that it gets, and the time for which it asks for none.
 * A host that is loaded, stops it or keeps it waiting for a disk takes nothing
 * from it.
 */
#ifndef DLAB_PATIENCE_H
#define DLAB_PATIENCE_H

#include <sys/types.h>

/**
 * struct dlab_patience - since a process gave its last sign of life
 * @spent_s: of its patience
 * @wall_s: of the clock on the wall
 * @pid: the process
 * @looked_s: when it was looked at last, by the monotonic clock
 * @cpu_s: CPU that it had used by then, all its threads together
 */
struct dlab_patience {
	double spent_s;
	double wall_s;
	pid_t pid;
	double looked_s;
	double cpu_s;
};

/* A sign of life, and the first one: all of the patience is left. */
void dlab_patience_renew(struct dlab_patience *p, pid_t pid);

/**
 * dlab_patience_look - count what was spent since the last look
 *
 * Nobody knows what a process did while nobody looked: of a long time between
 * two looks no more than two seconds are counted.
 */
void dlab_patience_look(struct dlab_patience *p);

/* Seconds of the monotonic clock. */
double dlab_monotonic_s(void);

#endif
