/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Consecutive operations from a defined state, the way in which everything but
 * time is measured.
 */
#ifndef DMALAB_SEQUENCE_H
#define DMALAB_SEQUENCE_H

#include "dmalab.h"

struct perf_event;

/**
 * struct dmalab_sequence - what to do, and how far it has come
 * @op: the operation
 * @sample: does it once; @sample points to its readings, where there are any
 * @begin: called between the warm-up and the first sample; optional
 * @event: that @sample reads; optional
 * @samples: DMALAB_NR_READINGS values for each; optional
 * @warmup: operations before the first
 * @ops: operations
 * @done: of them
 * @discarded: samples that were taken again
 */
struct dmalab_sequence {
	struct dmalab_op *op;
	int (*sample)(struct dmalab_op *op, u64 *sample);
	void (*begin)(void);
	const struct perf_event *event;
	u64 *samples;
	unsigned int warmup;
	unsigned int ops;
	unsigned int done;
	unsigned int discarded;
};

int dmalab_sequence_run(struct dmalab_sequence *seq);

#endif
