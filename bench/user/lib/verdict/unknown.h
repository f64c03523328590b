/* SPDX-License-Identifier: GPL-2.0-only */
/* Nothing could be compared: was something named that there is not? */
#ifndef DLAB_UNKNOWN_H
#define DLAB_UNKNOWN_H

#include "data.h"
#include "verdict/axis.h"

/**
 * dlab_unknown - find what a comparison names and its runs do not have
 * @cases: the pattern, or NULL
 * @err: out: what there is not, and what was probably meant
 *
 * Return: 0 where everything that was named is there, else -ENOENT.
 */
int dlab_unknown(const struct dlab_axis *axis, const struct dlab_data *a,
		 const struct dlab_data *b, const char *cases,
		 struct dlab_err *err);

#endif
