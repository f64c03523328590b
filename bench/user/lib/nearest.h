/* SPDX-License-Identifier: GPL-2.0-only */
/* Which of the names there are was meant by one that there is not? */
#ifndef DLAB_NEAREST_H
#define DLAB_NEAREST_H

#include <stddef.h>

/**
 * struct dlab_nearest - the best of the names offered so far
 * @text: what to put behind the complaint: "; did you mean `NAME`?", or what
 *        dlab_nearest_begin() was given where no name is near enough
 * @word: what the user wrote
 * @cost: how far the name in @text is from @word
 */
struct dlab_nearest {
	char text[512];
	const char *word;
	unsigned int cost;
};

/**
 * dlab_nearest_begin - look for what was meant by @word
 * @otherwise: what to say when nothing is near, such as "; there are a and b"
 */
void dlab_nearest_begin(struct dlab_nearest *n, const char *word,
			const char *otherwise);

/* One of the names that there are; the first of equally near ones wins. */
void dlab_nearest_offer(struct dlab_nearest *n, const char *name);

/**
 * dlab_nearest_offer_files - the names of files
 * @dir: a directory
 * @pattern: of files below it, such as "suites/" with "*.ini" behind it
 *
 * What the first and the last `*` of @pattern enclose is the name.
 */
void dlab_nearest_offer_files(struct dlab_nearest *n, const char *dir,
			      const char *pattern);

/**
 * dlab_edits - how many letters must be added, taken away, replaced, or swapped
 * with their neighbour to make @b of @a; case does not count
 *
 * The optimal string alignment distance.  Return: UINT_MAX for words of more
 * than 64 letters.
 */
unsigned int dlab_edits(const char *a, const char *b);

#endif
