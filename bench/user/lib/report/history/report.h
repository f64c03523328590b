/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The report of a history: which commit changed what, by how much, and what a
 * reader may ignore.
 */
#ifndef DLAB_HISTORY_REPORT_H
#define DLAB_HISTORY_REPORT_H

#include "err.h"
#include "history/calibration.h"
#include "history/history.h"
#include "report/doc.h"
#include "report/plot.h"

/**
 * dlab_history_report_build - the whole report
 * @d: doc_init()ed; its err says whether all went well
 * @h: with its changes found; its texts are made fit to print, in place
 * @c: the lab's error rates, or NULL: not measured
 * @p: opened
 */
void dlab_history_report_build(struct doc *d, struct dlab_history *h,
			       const struct dlab_calibration *c,
			       struct report_plotter *p);

/**
 * dlab_history_mail - the short of it: a subject, and text of at most 60 lines
 * @h: with its changes found; its texts are made fit to print, in place
 *
 * Return: 0, or -errno.
 */
int dlab_history_mail(struct dlab_history *h, FILE *f);

/**
 * dlab_history_report - write report.html, report.md and report.txt
 * @h: with its changes found; its texts are made fit to print, in place
 * @c: the lab's error rates, or NULL: not measured
 * @plots: directory of the .gp files
 * @out: directory, or NULL: the history's
 *
 * report.txt is the mail.  Says on standard error why there are no figures, if
 * there are none.
 *
 * Return: 0, or -errno.
 */
int dlab_history_report(struct dlab_history *h,
			const struct dlab_calibration *c, const char *plots,
			const char *out, struct dlab_err *err);

#endif
