/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What was found, as JUnit's XML: what CI systems show beside the tests of a
 * change.
 *
 * A regression is a failure, as is a case that ended in one; a case that hung or
 * took its guest down, and a boot that did not end well, is an error; what was
 * skipped, not measured or not judged is skipped, with the reason.
 */
#ifndef DLAB_REPORT_JUNIT_H
#define DLAB_REPORT_JUNIT_H

#include <stdio.h>

#include "err.h"
#include "history/history.h"
#include "metrics.h"
#include "run.h"
#include "verdict/compare.h"

/**
 * dlab_junit_run - a test for each case, and for each boot that ended badly
 * dlab_junit_history - a test for each commit
 * dlab_junit_comparison - a test for each case of both sides
 * @h: with its changes found
 *
 * Return: 0, or -errno.
 */
int dlab_junit_run(const struct dlab_run *run,
		   const struct dlab_metrics *metrics, FILE *f,
		   struct dlab_err *err);
int dlab_junit_history(const struct dlab_history *h, FILE *f);
int dlab_junit_comparison(const struct dlab_comparison *c, FILE *f);

#endif
