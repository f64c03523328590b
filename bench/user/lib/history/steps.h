/* SPDX-License-Identifier: GPL-2.0-only */
/* At which commits did a track change its level? */
#ifndef DLAB_STEPS_H
#define DLAB_STEPS_H

#include "history/history.h"

/*
 * Append to struct dlab_history.steps; to .doubts (takes a copy of @why).
 * Return: 0, or -ENOMEM.
 */
int dlab_add_step(struct dlab_history *h, const struct dlab_step *s);
int dlab_add_doubt(struct dlab_history *h, const struct dlab_doubt *d,
		   const char *why);

/**
 * dlab_exact_steps - the steps of a track that repeats exactly
 * @track: index into struct dlab_history.tracks
 *
 * A commit is charged with what it adds to the point before it, if that is the
 * metric's minimum effect or more.  So that many small steps do not pass
 * unseen, each point is also held against the level that was reported last (at
 * first: the first point's): the commit at which the sum of what crept in since
 * then reaches the minimum effect is reported, marked as creeping, with the
 * whole of it and with the commit at which it began; then that is the level.
 *
 * A difference to a point at which other cases ran before this one proves
 * nothing.  Points are therefore held against the latest ones with the same
 * past; a step that was seen with one past is taken to have happened under the
 * others, too.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_exact_steps(struct dlab_history *h, size_t track);

/**
 * dlab_judge_ends - an exact track at two points, as dlab_judge_exact() does
 * @out: its sides have no figures of single boots
 *
 * Where other cases ran before it at one of them, commits between them led from
 * one past to the other; if all of these could be judged, so can the ends.
 */
void dlab_judge_ends(const struct dlab_history *h, size_t track, size_t a,
		     size_t b, struct dlab_figure *out);

/**
 * dlab_shifts - the steps of all tracks that are noisy
 *
 * Change points (E-divisive means) of the medians over the boots of each point.
 * The tracks are one family: Benjamini-Hochberg over whether each has a change
 * at all says how sure a change must be.  Phases of an operation that was
 * measured as a whole are none of the family, and explain what it finds.  Levels are the medians of the points
 * between two changes; where they differ by less than the minimum effect, there
 * is no change.  Sets struct dlab_history.judged and notes.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_shifts(struct dlab_history *h);

#endif
