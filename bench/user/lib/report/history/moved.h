/* SPDX-License-Identifier: GPL-2.0-only */
/* What moved together with a change, over all cases that it hit. */
#ifndef DLAB_HISTORY_MOVED_H
#define DLAB_HISTORY_MOVED_H

#include "report/history/parts.h"

/**
 * struct part_moved - steps of one metric in one direction at one commit
 * @metric: which
 * @up: it grew
 * @cases: in how many cases
 * @low: the smallest of these steps
 * @high: the largest
 * @alike: all went from the same figure to the same
 */
struct part_moved {
	const struct dlab_metric *metric;
	bool up;
	size_t cases;
	const struct dlab_step *low;
	const struct dlab_step *high;
	bool alike;
};

/**
 * part_moved_collect - what moved in cases of a finding, most cases first
 * @hits: the cases
 * @nr_hits: how many
 * @neutral: the structure counts; else operations and phases
 * @out: out: malloc()ed
 *
 * Return: 0, or -ENOMEM.
 */
int part_moved_collect(const struct dlab_history *h,
		       const struct dlab_hit *hits, size_t nr_hits, bool neutral,
		       struct part_moved **out, size_t *nr);

/* Structure counts, in words. */
void part_moved_say(struct doc *d, const struct dlab_history *h,
		    const struct dlab_finding *f);

/* Mapping, filling, unmapping: where the difference lies. */
void part_moved_say_phases(struct doc *d, const struct dlab_history *h,
			   const struct dlab_hit *hits, size_t nr_hits);

/* Cases that became neither worse nor better, and what is to be known of them. */
void part_moved_say_told(struct doc *d, const struct dlab_history *h,
			 const struct dlab_finding *f);

#endif
