// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which question does driver "@NAME@" answer?  Say so here, in two to six lines.
 *
 * As it stands it reads the clock around a loop that does nothing.  What each
 * operation may do is in bench/user/lib/driver.h, struct dlab_driver.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "driver.h"

/*
 * The keys that a workload may give.  The third field is the default; NULL: the
 * key must be given.  A workload with any other key is refused.
 */
static const struct dlab_key keys[] = {
	{ "ops", DLAB_KEY_UINT, "1000", "readings" },
	{ "turns", DLAB_KEY_UINT, "0", "turns of the loop in each" },
	{ 0 },
};

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void measured(uint64_t turns)
{
	while (turns--)
		__asm__ volatile("");
}

/*
 * One case.  Emits its samples, each metric being a section of
 * workloads/metrics.ini.  On anything but DLAB_OK err holds the reason and the
 * samples are dropped.  What a machine lacks is DLAB_SKIP, what goes wrong is
 * DLAB_FAIL.
 */
static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	uint64_t ops, turns;
	double *v;

	if (dlab_case_uint(c, "ops", 1, 1 << 20, &ops, err) ||
	    dlab_case_uint(c, "turns", 0, 1 << 20, &turns, err))
		return DLAB_FAIL;
	v = malloc(ops * sizeof(*v));
	if (!v) {
		dlab_fail(err, ENOMEM, "out of memory");
		return DLAB_FAIL;
	}
	for (uint64_t i = 0; i < ops; i++) {
		double start = now_ns();

		measured(turns);
		v[i] = now_ns() - start;
	}
	dlab_out_samples(out, "harness_ns", v, ops);
	free(v);
	return DLAB_OK;
}

/* .setup and .teardown stand around all cases of a boot; both are optional */
const struct dlab_driver dlab_driver_@SYM@ = {
	.name = "@NAME@",
	.about = "one sentence for `dlab list --keys`",
	.keys = keys,
	.run = run,
};
