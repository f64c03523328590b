/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Commands that reports print: each works as it stands there, where the checkout
 * is, wherever the runs are.
 */
#ifndef DLAB_REPORT_COMMANDS_H
#define DLAB_REPORT_COMMANDS_H

#include <stdio.h>

#include "report/doc.h"
#include "run.h"

/* What dlab is begun with. */
#define REPORT_DLAB "$(make -s dlab)/dlab"

/* The run as a word of such a command; errors are the stream's. */
void report_put_run(FILE *f, const struct dlab_run *run);

/* How the run is measured again, and then compared with the new one. */
void report_code_again(struct doc *d, const struct dlab_run *run);
void report_code_compare(struct doc *d, const struct dlab_run *run);

/**
 * report_code_explain - in which functions a case spends its instructions
 * @b: what they are compared with, or NULL
 */
void report_code_explain(struct doc *d, const char *id,
			 const struct dlab_run *a, const struct dlab_run *b);

#endif
