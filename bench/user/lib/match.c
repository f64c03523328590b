// SPDX-License-Identifier: GPL-2.0-only
/*
 * Patterns for ids of cases.  fnmatch() would take the brackets in an id for a
 * set of characters.
 */
#include <stddef.h>
#include <string.h>

#include "match.h"

/* What is matched: @word, but of it [@gap, @end) is not there. */
struct text {
	const char *word;
	const char *gap;
	const char *end;
};

static char next(const struct text *t, const char **p)
{
	if (*p == t->gap)
		*p = t->end;
	return *(*p)++;
}

/* Goes back to the last `*` when stuck: no other choice can do better. */
static bool matches_one(const char *pattern, size_t len, const struct text *t)
{
	const char *end = pattern + len, *star = NULL, *at = t->word;
	const char *back = NULL;

	for (;;) {
		const char *before = at;
		char c = next(t, &at);

		if (pattern < end && *pattern == '*') {
			star = pattern++;
			back = at = before;
		} else if (!c && pattern == end) {
			return true;
		} else if (c && pattern < end &&
			   (*pattern == '?' || *pattern == c)) {
			pattern++;
		} else if (star && c) {
			pattern = star + 1;
			next(t, &back);
			at = back;
		} else {
			return false;
		}
	}
}

static bool matches_any(const char *patterns, const struct text *with,
			const struct text *without)
{
	while (patterns && *patterns) {
		size_t len = strcspn(patterns, " ");

		if (len && (matches_one(patterns, len, with) ||
			    (without && !memchr(patterns, '@', len) &&
			     matches_one(patterns, len, without))))
			return true;
		patterns += len + strspn(patterns + len, " ");
	}
	return false;
}

bool dlab_matches(const char *patterns, const char *word)
{
	const struct text with = { .word = word };

	return matches_any(patterns, &with, NULL);
}

bool dlab_case_matches(const char *patterns, const char *id)
{
	const struct text with = { .word = id };
	struct text without = { .word = id, .gap = strchr(id, '@') };

	if (without.gap)
		without.end = without.gap + strcspn(without.gap, "[");
	return matches_any(patterns, &with, without.gap ? &without : NULL);
}
