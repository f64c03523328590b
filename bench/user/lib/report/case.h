/* SPDX-License-Identifier: GPL-2.0-only */
/* What a case id says: private to the files that build a view. */
#ifndef DLAB_REPORT_CASE_H
#define DLAB_REPORT_CASE_H

#include "report/view.h"

/* "a=b,c=d]" into keys; what does not look like it becomes a nameless key. */
int report_case_parse_keys(struct report_case *c, const char *text);

/* malloc()ed; "one shape" when a workload has no key for it */
char *report_case_shape_label(const struct report_case *c);

/**
 * report_case_transfer - which transfer it is, so that equal ones compare equal
 * @fallback: what to tell it by when the case's keys are not all known
 *
 * Return: malloc()ed, or NULL when out of memory.
 */
char *report_case_transfer(const struct report_case *c, const char *fallback);

/* The descriptor, "" for none. */
const char *report_case_desc(const struct report_case *c);

/* malloc()ed; NULL with *@none set when the case has no path */
char *report_case_series_label(const struct report_case *c, bool *none);

/* A key's value as a number; 0 when there is none or it is a word. */
double report_case_number(const struct report_case *c, const char *key);

/* By size, then segments, then whatever else there is. */
int report_case_shape_order(const struct report_shape *a,
			    const struct report_shape *b);

#endif
