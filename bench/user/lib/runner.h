/* SPDX-License-Identifier: GPL-2.0-only */
/* A run: all boots of a plan, measured, stored, and put in place as a whole. */
#ifndef DLAB_RUNNER_H
#define DLAB_RUNNER_H

#include <limits.h>

#include "driver.h"
#include "err.h"
#include "plan.h"

/**
 * struct dlab_run_request - what to run and where
 * @plan: which suite, topologies and cases
 * @results: the results directory; runs go to its runs/
 * @kit: directory with kernel and images; NULL: this machine as it is booted
 * @qemu: QEMU's program
 * @machine: machine file for this machine, or NULL
 * @metrics: workloads/metrics.ini
 * @dlab: path of this program
 * @resume: name of an unfinished run to go on with, "last", or NULL
 * @make: what make was given, to be stored
 * @nr_make: how many words
 * @again: for the user to type, with the run's name behind it, when the run
 *         ended early and can be gone on with
 * @jobs: counting guests at a time; timing guests always run alone
 * @patience_s: a boot whose console says nothing new for so long hangs
 */
struct dlab_run_request {
	struct dlab_plan_request plan;
	const char *results;
	const char *kit;
	const char *qemu;
	const char *machine;
	const char *metrics;
	const char *dlab;
	const char *resume;
	const char *const *make;
	size_t nr_make;
	const char *again;
	unsigned int jobs;
	unsigned int patience_s;
};

/**
 * struct dlab_run_result - what became of it
 * @dir: the finished run
 * @cases: outcomes by status
 */
struct dlab_run_result {
	char dir[PATH_MAX];
	unsigned int cases[DLAB_NR_STATUS];
};

/**
 * dlab_run - measure
 *
 * Progress goes to standard error.  The run is built in runs/.partial-<name>
 * and renamed when it is whole; a boot is renamed into it when that is whole.
 * An interrupted run can be resumed.
 *
 * Return: 0 when the run is in place, whatever became of its cases; -EINTR
 * after a signal; -errno otherwise.
 */
int dlab_run(const struct dlab_run_request *req, struct dlab_run_result *res,
	     struct dlab_err *err);

#endif
