// SPDX-License-Identifier: GPL-2.0-only
/* Which of the names there are was meant by one that there is not? */
#include <ctype.h>
#include <glob.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"

#define MAX_LETTERS 64

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

static bool same(char a, char b)
{
	return tolower((unsigned char)a) == tolower((unsigned char)b);
}

unsigned int dlab_edits(const char *a, const char *b)
{
	/* row i: from the first i letters of a to the first j of b */
	unsigned int d[MAX_LETTERS + 1][MAX_LETTERS + 1];
	size_t na = strlen(a), nb = strlen(b);

	if (na > MAX_LETTERS || nb > MAX_LETTERS)
		return UINT_MAX;
	for (size_t j = 0; j <= nb; j++)
		d[0][j] = j;
	for (size_t i = 1; i <= na; i++) {
		d[i][0] = i;
		for (size_t j = 1; j <= nb; j++) {
			d[i][j] = min(min(d[i - 1][j], d[i][j - 1]) + 1,
				      d[i - 1][j - 1] +
					      !same(a[i - 1], b[j - 1]));
			if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
			    same(a[i - 2], b[j - 1]))
				d[i][j] = min(d[i][j], d[i - 2][j - 2] + 1);
		}
	}
	return d[na][nb];
}

void dlab_nearest_begin(struct dlab_nearest *n, const char *word,
			const char *otherwise)
{
	snprintf(n->text, sizeof(n->text), "%s", otherwise);
	n->word = word;
	n->cost = UINT_MAX;
}

void dlab_nearest_offer(struct dlab_nearest *n, const char *name)
{
	unsigned int edits = dlab_edits(n->word, name), cost;
	size_t len = strlen(n->word);

	/* a third of the letters may be wrong: three of `vm-vtd-strict` */
	if (edits > (len < 3 ? 1 : len > 9 ? 3 : len / 3) || edits >= len)
		return;
	/* of two that are as near, the one that begins alike */
	cost = 2 * edits + !same(*n->word, *name);
	if (cost >= n->cost)
		return;
	n->cost = cost;
	snprintf(n->text, sizeof(n->text), "; did you mean `%s`?", name);
}

void dlab_nearest_offer_files(struct dlab_nearest *n, const char *dir,
			      const char *pattern)
{
	size_t before = strlen(dir) + 1 + strcspn(pattern, "*");
	size_t after = strlen(strrchr(pattern, '*') + 1);
	char path[PATH_MAX];
	glob_t g;

	snprintf(path, sizeof(path), "%s/%s", dir, pattern);
	if (glob(path, 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char *name = g.gl_pathv[i];

		name[strlen(name) - after] = '\0';
		dlab_nearest_offer(n, name + before);
	}
	globfree(&g);
}
