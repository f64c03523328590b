/* SPDX-License-Identifier: GPL-2.0-only */
/* A comparison as a page, and as a mail. */
#ifndef DLAB_REPORT_COMPARE_H
#define DLAB_REPORT_COMPARE_H

#include "report/doc.h"
#include "verdict/compare.h"

/**
 * struct report_comparison - what its report needs to know
 * @c: the comparison
 * @command: that was given, to be given again
 */
struct report_comparison {
	struct dlab_comparison *c;
	const char *command;
};

/**
 * report_build_comparison - everything that was found
 * report_build_comparison_mail - the short of it, by doc_mail()
 * @comparison: a struct report_comparison, of which texts from files have been
 *              made fit to print by report_clean_comparison()
 */
void report_build_comparison(struct doc *d, const void *comparison);
void report_build_comparison_mail(struct doc *d, const void *comparison,
				  const size_t *rows);
void report_clean_comparison(struct dlab_comparison *c);

#endif
