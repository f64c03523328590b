/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists and sentences that all forms of a comparison have. */
#ifndef DLAB_LISTS_H
#define DLAB_LISTS_H

#include "verdict/compare.h"

/**
 * enum dlab_list - cases that stand together
 * @DLAB_LIST_WORSE: by their verdict, as the others without a word here
 * @DLAB_LIST_UNSEEN: more work that instructions do not show; not worse, which
 *                    says it already
 * @DLAB_LIST_MOVED: cost went from one phase to another, the whole is the same
 */
enum dlab_list {
	DLAB_LIST_WORSE,
	DLAB_LIST_UNSEEN,
	DLAB_LIST_BETTER,
	DLAB_LIST_MOVED,
	DLAB_LIST_INCONCLUSIVE,
	DLAB_LIST_SAME,
};

/**
 * dlab_list_of - the cases of a list, largest effect first
 * @nr: out: how many
 *
 * Return: to be freed by the caller; NULL when out of memory, then @nr is 0.
 */
const struct dlab_pair **dlab_list_of(const struct dlab_comparison *c,
				      enum dlab_list list, size_t *nr);

/* "REGRESSION", which dlab_result_words() begins with */
const char *dlab_result_shout(enum dlab_result result);

/* "REGRESSION: 9 cases worse, 3 better, ..." */
const char *dlab_result_words(const struct dlab_comparison *c, char *text,
			      size_t size);

/* What is the same, and the largest difference that is called so. */
const char *dlab_same_words(const struct dlab_comparison *c, char *text,
			    size_t size);

/**
 * dlab_remarks - what to know of the figures beside the verdicts, in sentences
 * @out: added to: what is not judged and why, what is not exact
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_remarks(const struct dlab_comparison *c, struct dlab_notes *out);

/* "map -25, unmap +25 insns": all phases that differ, small as it may be. */
const char *dlab_phases(const struct dlab_pair *p, char *text, size_t size);

#endif
