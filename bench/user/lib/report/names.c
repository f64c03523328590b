// SPDX-License-Identifier: GPL-2.0-only
/* Words, each once, in an order that can be changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/names.h"

int report_names_find(const struct report_names *n, const char *word)
{
	size_t i;

	for (i = 0; i < n->nr; i++)
		if (!strcmp(n->v[i], word))
			return (int)i;
	return -1;
}

int report_names_add(struct report_names *n, const char *word)
{
	int i = report_names_find(n, word);
	char **v;

	if (i >= 0)
		return i;
	v = reallocarray(n->v, n->nr + 1, sizeof(*v));
	if (!v)
		return -ENOMEM;
	n->v = v;
	v[n->nr] = strdup(word);
	return v[n->nr] ? (int)n->nr++ : -ENOMEM;
}

void report_names_free(struct report_names *n)
{
	size_t i;

	for (i = 0; i < n->nr; i++)
		free(n->v[i]);
	free(n->v);
}

int report_names_reorder(struct report_names *n, const double *rank, int *to)
{
	char **v = calloc(n->nr + 1, sizeof(*v));
	size_t i, j;

	if (!v)
		return -ENOMEM;
	for (i = 0; i < n->nr; i++) {
		to[i] = 0;
		for (j = 0; j < n->nr; j++)
			if (rank[j] < rank[i] || (rank[j] == rank[i] && j < i))
				to[i]++;
		v[to[i]] = n->v[i];
	}
	free(n->v);
	n->v = v;
	return 0;
}
