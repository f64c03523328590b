/* SPDX-License-Identifier: GPL-2.0-only */
/* Patterns for ids of cases, and for other words that have no blanks in them. */
#ifndef DLAB_MATCH_H
#define DLAB_MATCH_H

#include <stdbool.h>

/**
 * dlab_matches - whether a word is one of those that are meant
 * @patterns: one, or several with blanks between of which one must match.  `*`
 *	      is anything, `?` any one character; everything else is itself,
 *	      brackets too: ids of cases have them, and match themselves.  NULL
 *	      is no pattern
 * @word: all of it must match
 */
bool dlab_matches(const char *patterns, const char *word);

/**
 * dlab_case_matches - the same for a case
 * @patterns: a pattern without `@` stands for the case on every topology
 * @id: with its topology or without
 */
bool dlab_case_matches(const char *patterns, const char *id);

#endif
