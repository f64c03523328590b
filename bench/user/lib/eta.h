/* SPDX-License-Identifier: GPL-2.0-only */
/* How long does the rest of a run take? */
#ifndef DLAB_ETA_H
#define DLAB_ETA_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "workload.h"

enum dlab_eta_state { DLAB_WAITS, DLAB_RUNS, DLAB_ENDED };

/**
 * struct dlab_eta_boot - a boot, as far as the rest of the run depends on it
 * @kind: cases of one kind cost alike
 * @alone: no other runs beside it
 * @state: of those that wait, the first starts next
 * @cases: how many it has
 * @done: how many of them have ended
 * @spent_s: how long it runs, or ran
 * @booted_s: of that, before its first case; 0 as long as that has not begun
 * @before_s: what the like of it took in an earlier run, 0 where none is known
 */
struct dlab_eta_boot {
	enum dlab_kind kind;
	bool alone;
	enum dlab_eta_state state;
	size_t cases;
	size_t done;
	double spent_s;
	double booted_s;
	double before_s;
};

/**
 * dlab_eta_s - how long it takes until all have ended
 * @jobs: how many run side by side
 *
 * What an earlier run took counts most, at the pace of this one; then what the
 * cases of a kind took so far in this one.
 *
 * Return: seconds, or NAN as long as nothing is known.
 */
double dlab_eta_s(const struct dlab_eta_boot *boots, size_t nr,
		  unsigned int jobs);

/**
 * struct dlab_eta_earlier - an earlier run of the same suite
 */
struct dlab_eta_earlier {
	struct dlab_eta_past {
		char name[96];
		double wall_s;
		size_t cases;
	} *v;
	size_t nr;
};

/**
 * dlab_eta_read - what the boots of the newest earlier run took
 * @results: the results directory
 * @suite: suite or workload, as in the run's name
 *
 * Where there is no such run, or none that can be read, nothing is known.
 */
void dlab_eta_read(const char *results, const char *suite,
		   struct dlab_eta_earlier *out);
void dlab_eta_forget(struct dlab_eta_earlier *e);

/**
 * dlab_eta_before - what a boot is to take according to that run
 * @name: "vm-vtd-strict-count-3"; the first of its topology and kind will do
 * @cases: how many it has now
 *
 * Return: seconds, or 0.
 */
double dlab_eta_before(const struct dlab_eta_earlier *e, const char *name,
		       size_t cases);

#endif
