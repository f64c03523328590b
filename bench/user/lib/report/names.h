/* SPDX-License-Identifier: GPL-2.0-only */
/* Words, each once, in an order that can be changed. */
#ifndef DLAB_REPORT_NAMES_H
#define DLAB_REPORT_NAMES_H

#include <stddef.h>

/**
 * struct report_names - words in the order in which a report shows them
 */
struct report_names {
	char **v;
	size_t nr;
};

/* Return: the word's index, or -1. */
int report_names_find(const struct report_names *n, const char *word);

/* Add a word that is not there yet.  Return: its index, or -ENOMEM. */
int report_names_add(struct report_names *n, const char *word);

/**
 * report_names_reorder - sort by rank, equal ranks as they were
 * @rank: of each word
 * @to: out: for each old index, the new one
 */
int report_names_reorder(struct report_names *n, const double *rank, int *to);
void report_names_free(struct report_names *n);

#endif
