// SPDX-License-Identifier: GPL-2.0-only
/* Does any calibration.json break its reader? */
#include <stdlib.h>

#include "fuzz.h"
#include "history/calibration.h"

#define RATE                                                                 \
	"{\"topology\":\"vm\",\"sides\":8,\"wrong_sides\":1,\"pairs\":160,"  \
	"\"identical\":150,\"wrong\":2,\"rate_below\":0.03,"                 \
	"\"largest_insns\":12,\"largest_relative\":null,\"at\":[{\"insns\":" \
	"1,\"pairs\":9},{\"insns\":3,\"pairs\":2},{\"insns\":5,\"pairs\":2}" \
	",{\"insns\":10,\"pairs\":2},{\"insns\":20,\"pairs\":0},{\"insns\":" \
	"50,\"pairs\":0}]}"
#define HEAD                                                                \
	"{\"schema\":1,\"created\":\"2026\",\"kernel\":\"6\",\"config\":" \
	"\"c0\",\"compiler\":\"gcc\",\"qemu\":\"\",\"module\":\"0\","

const char *const fuzz_seeds[] = {
	HEAD "\"same_binaries\":[],\"neutral_rebuilds\":[" RATE
	     "],\"planted\":[{\"topology\":\"vm\",\"insns\":3,\"cases\":9,"
	     "\"found\":7}],\"time\":\"not measured\"}",
	HEAD "\"same_binaries\":[" RATE "],\"neutral_rebuilds\":[],"
	     "\"planted\":[],\"time\":[" RATE "]}",
	NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_calibration c;
	struct dlab_err err;

	if (dlab_calibration_parse("fuzz", (const char *)data, size, &c, &err))
		return 0;
	for (size_t i = 0; i < c.nr_plants; i++)
		if (dlab_calibration_smallest(&c, c.plants[i].topology) >
		    1000000)
			abort();
	for (size_t i = 0; i < c.rebuilds.nr; i++)
		if (!(dlab_calibration_upper(c.rebuilds.v[i].wrong,
					     c.rebuilds.v[i].pairs) <= 1))
			abort();
	dlab_calibration_free(&c);
	return 0;
}
