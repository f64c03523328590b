/* SPDX-License-Identifier: GPL-2.0-only */
/* Suites (workloads/suites/<name>.ini) and how they become boots. */
#ifndef DLAB_PLAN_H
#define DLAB_PLAN_H

#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "topology.h"
#include "workload.h"

/**
 * struct dlab_planned - one start of a kernel that a run needs
 * @name: "vm-vtd-strict-count-1": the directory in the run
 * @topology: index into the plan's topologies
 * @kind: what sort of boot
 * @n: 1-based number among the boots of that topology and kind
 * @cases: what to run in it
 */
struct dlab_planned {
	char *name;
	size_t topology;
	enum dlab_kind kind;
	unsigned int n;
	struct dlab_cases cases;
};

struct dlab_plan {
	struct dlab_topology *topologies;
	size_t nr_topologies;
	struct dlab_planned *boots;
	size_t nr_boots;
};

/**
 * struct dlab_plan_request - what the user asked for
 * @workloads_dir: the workloads directory
 * @suite: a file in suites/, or NULL when @workload is set
 * @workload: one workload instead of a suite
 * @topologies: names separated by blanks or commas; NULL: the suite's.  A
 *              name that the suite does not list gets its [any] workloads
 * @cases: patterns of which a case must match one (match.h), or NULL
 * @boots: boots for each topology and kind, 0: the suite's (default 1)
 */
struct dlab_plan_request {
	const char *workloads_dir;
	const char *suite;
	const char *workload;
	const char *topologies;
	const char *cases;
	unsigned int boots;
};

int dlab_plan_make(const struct dlab_plan_request *req, struct dlab_plan *out,
		   struct dlab_err *err);
/* The names of the boots, each with its cases below it. */
void dlab_plan_print(const struct dlab_plan *plan, FILE *f);
void dlab_plan_free(struct dlab_plan *plan);

#endif
