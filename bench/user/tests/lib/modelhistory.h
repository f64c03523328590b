/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes histories in memory without measuring anything: what tests of their
 * reports and of the lab's error rates look at.  Aborts when out of memory.
 */
#ifndef MODELHISTORY_H
#define MODELHISTORY_H

#include <stddef.h>

#include "history/history.h"

/**
 * model_new - commits that were measured and have no figures yet
 * @points: how many, the base included
 *
 * Title, base and subjects are plausible; every commit is ok, with times.
 */
struct dlab_history *model_new(size_t points);

/* How measuring a commit ended; figures of one that is not ok are forgotten. */
void model_outcome(struct dlab_history *h, size_t point,
		   enum dlab_point_outcome outcome, const char *reason);
void model_subject(struct dlab_history *h, size_t point, const char *subject);

/* A commit that changes @nr functions, of which no case ran these two. */
void model_unrun(struct dlab_history *h, size_t point, size_t nr,
		 const char *one, const char *other);

/**
 * model_track - a metric of a case, the same at every commit
 * Return: its index.
 */
size_t model_track(struct dlab_history *h, const char *id,
		   const struct dlab_metric *metric, double value);

/* From @point on the figure is larger by @diff; the total with it. */
void model_step(struct dlab_history *h, size_t track, size_t point,
		double diff);

/* From @point on only the total, for one operation, is larger by @diff. */
void model_rare(struct dlab_history *h, size_t track, size_t point,
		double diff);

/* Boots that do not agree: @sigma is a fraction of the figure. */
void model_noise(struct dlab_history *h, size_t track, double sigma,
		 uint64_t *state);

/* The changes are found; to be freed by model_free(). */
void model_finish(struct dlab_history *h);
void model_free(struct dlab_history *h);

/**
 * model_synthetic - a history of many commits and cases
 * @points: how many commits
 * @cases: how many cases, on several topologies, each with its phases and
 *	structure counts
 *
 * Every tenth commit or so changes something, some cannot be measured, one
 * case of ten is a time with noise.  The same for the same arguments.
 */
struct dlab_history *model_synthetic(const struct dlab_metrics *metrics,
				     size_t points, size_t cases);

#endif
