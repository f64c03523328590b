/* SPDX-License-Identifier: GPL-2.0-only */
/* How long does the rest of a run take? */
#ifndef DLAB_ETA_H
#define DLAB_ETA_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "plan.h"

enum dlab_eta_state { DLAB_WAITS, DLAB_RUNS, DLAB_ENDED };

/**
 * struct dlab_eta_boot - a boot, as far as the rest of the run depends on it
 * @kind: cases of one kind cost alike
 * @alone: no other runs beside it
 * @known: what is expected is what an earlier run took
 * @boot_s: what is expected until the first case
 * @case_s: what is expected of each case
 * @cases: how many it has
 * @state: of those that wait, the first starts next
 * @done: how many cases have ended
 * @spent_s: how long it runs, or ran in this run
 * @booted_s: of that, before its first case; 0 as long as that has not begun
 * @at_s: of that, at the case that it is at
 */
struct dlab_eta_boot {
	enum dlab_kind kind;
	bool alone;
	bool known;
	double boot_s;
	double *case_s;
	size_t cases;
	enum dlab_eta_state state;
	size_t done;
	double spent_s;
	double booted_s;
	double at_s;
};

/**
 * dlab_eta_s - how long it takes until all have ended
 * @jobs: how many run side by side
 *
 * What is expected, at the pace of this run: where an earlier run is known, that of
 * all that was done since, which counts whole after a tenth of the work; otherwise
 * that of each kind's boots and cases.
 *
 * Return: seconds, or NAN as long as nothing is known.
 */
double dlab_eta_s(const struct dlab_eta_boot *boots, size_t nr,
		  unsigned int jobs);

/**
 * struct dlab_eta_earlier - earlier runs of the same suite
 * @v: their boots, those of the newest run first
 */
struct dlab_eta_earlier {
	struct dlab_eta_past {
		char *name;
		size_t run;
		double boot_s;
		struct dlab_eta_took {
			char *id;
			double s;
		} *cases;
		size_t nr;
	} *v;
	size_t nr;
};

/**
 * dlab_eta_read - what the boots of the newest earlier runs took
 * @results: the results directory
 * @suite: suite or workload, as in the run's name
 *
 * Where there are none, or none that can be read, nothing is known.
 */
void dlab_eta_read(const char *results, const char *suite,
		   struct dlab_eta_earlier *out);
void dlab_eta_forget(struct dlab_eta_earlier *e);

/**
 * dlab_eta_expect - what a boot is expected to take
 * @out: @kind, @known, @boot_s, @case_s (malloc()ed) and @cases are set
 *
 * That is what its cases took in an earlier run, in the boot of its topology and
 * kind that had most of them, at least half; otherwise what is usual.
 *
 * Return: 0 or -ENOMEM.
 */
int dlab_eta_expect(const struct dlab_eta_earlier *e,
		    const struct dlab_planned *boot, struct dlab_eta_boot *out);

#endif
