/* SPDX-License-Identifier: GPL-2.0-only */
/* From the runs of a history to one series of points for each case and metric. */
#ifndef DLAB_TRACKS_H
#define DLAB_TRACKS_H

#include "history/history.h"

struct dlab_tracker;

/* Return: NULL when out of memory. */
struct dlab_tracker *dlab_tracker_new(struct dlab_history *h,
				      const struct dlab_metrics *metrics);

/**
 * dlab_tracker_add - put what one point measured into tracks and endings
 * @point: is measured; points come in ascending order
 *
 * Return: 0, or -errno; -EPERM when it is tainted other than the points before
 * it, or has times of another host.
 */
int dlab_tracker_add(struct dlab_tracker *t, size_t point,
		     struct dlab_err *err);
void dlab_tracker_free(struct dlab_tracker *t);

/* What a track or an ending holds; not itself. */
void dlab_track_free(struct dlab_track *track);
void dlab_ending_free(struct dlab_ending *ending, size_t nr_points);

#endif
