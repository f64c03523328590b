// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the lab itself cost?  Reads the clock around nothing, through the
 * same stages as every other driver, and needs neither module nor VM.
 */
#include <errno.h>
#include <stdlib.h>
#include <time.h>

#include "driver.h"

static const struct dlab_key keys[] = {
	{ "ops", DLAB_KEY_UINT, "1000", "readings" },
	{ 0 },
};

static double now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC_RAW, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	uint64_t ops;
	double *v;

	if (dlab_case_uint(c, "ops", 1, 1 << 20, &ops, err))
		return DLAB_FAIL;
	v = malloc(ops * sizeof(*v));
	if (!v) {
		dlab_fail(err, ENOMEM, "out of memory");
		return DLAB_FAIL;
	}
	for (uint64_t i = 0; i < ops; i++) {
		double start = now_ns();

		v[i] = now_ns() - start;
	}
	dlab_out_samples(out, "harness_ns", v, ops);
	free(v);
	return DLAB_OK;
}

const struct dlab_driver dlab_driver_null = {
	.name = "null",
	.about = "the lab's own cost: the clock read around nothing",
	.keys = keys,
	.run = run,
};
