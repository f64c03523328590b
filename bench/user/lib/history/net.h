/* SPDX-License-Identifier: GPL-2.0-only */
/* What all commits together did to a case: the tip against the base. */
#ifndef DLAB_NET_H
#define DLAB_NET_H

#include "history/history.h"

/**
 * dlab_history_ends - the first and the last point that was measured
 * Return: whether these are two; otherwise at most one was.
 */
bool dlab_history_ends(const struct dlab_history *h, size_t *base, size_t *tip);

/* Whether a point says how the case ended there, were it that it has none. */
bool dlab_ending_is_known(const struct dlab_history *h,
			  const struct dlab_ending *e, size_t point);

/* Why it is not ok there. */
const char *dlab_ending_reason(const struct dlab_ending *e, size_t point);

/**
 * dlab_history_find_net - fill in struct dlab_history.net and .net_changes
 * @h: with its steps found
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_history_find_net(struct dlab_history *h);

#endif
