/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does one operation of a case spend its instructions on, and where do
 * two runs differ?
 */
#ifndef DLAB_EXPLAIN_H
#define DLAB_EXPLAIN_H

#include <stdio.h>

#include "err.h"
#include "functions.h"
#include "metrics.h"

/**
 * struct dlab_explained - a case in one run
 * @run: its name
 * @functions: of the one operation that was stepped
 * @median: op_insns of the many that were counted; NAN where none were
 * @mean: the same
 */
struct dlab_explained {
	char *run;
	struct dlab_functions functions;
	double median;
	double mean;
};

/**
 * struct dlab_explanation - a case in one run, or in two
 * @id: case with its topology
 * @side: A, and B where there are two
 * @nr_sides: 1 or 2
 * @changes: from A to B; of one run what it spent is on side A
 * @differs: what else than the kernel differs from A to B, or NULL
 */
struct dlab_explanation {
	char *id;
	struct dlab_explained side[2];
	unsigned int nr_sides;
	struct dlab_function_changes changes;
	char *differs;
};

/**
 * dlab_explain - put together what is known of a case
 * @word: its id with the topology, or a pattern that only one matches
 * @dir_a: a run
 * @dir_b: another, or NULL
 *
 * Return: 0, or -errno; -ENOENT: a run has no such case, @err names those that
 * are near; -ENODATA: a run was made without functions.
 */
int dlab_explain(const char *word, const char *dir_a, const char *dir_b,
		 const struct dlab_metrics *metrics,
		 struct dlab_explanation *out, struct dlab_err *err);
void dlab_explanation_free(struct dlab_explanation *e);

/**
 * dlab_explain_text - for people, 80 columns wide
 * @limit: rows to show, the rest is one; 0: all
 */
void dlab_explain_text(const struct dlab_explanation *e, size_t limit, FILE *f);
void dlab_explain_tsv(const struct dlab_explanation *e, size_t limit, FILE *f);
void dlab_explain_json(const struct dlab_explanation *e, size_t limit, FILE *f);

#endif
