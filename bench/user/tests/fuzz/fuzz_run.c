// SPDX-License-Identifier: GPL-2.0-only
/* Does any run.json break its reader, or lead out of the run's directory? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "run.h"

const char *const fuzz_seeds[] = {
	"{\"schema\":1,\"run\":\"r\",\"suite\":\"s\",\"lab\":\"vm\",\"created\":"
	"\"2026-11-20T10:15:00Z\",\"status\":\"ok\",\"fingerprint\":{\"base\":"
	"\"6.12\",\"n\":3,\"x\":[1,{\"a\":null}]},\"host\":{},\"boots\":[{\"name"
	"\":\"b\",\"topology\":\"t\",\"kind\":\"count\",\"n\":1,\"status\":\"ok\","
	"\"reason\":\"\",\"taint\":[\"kasan\"],\"wall_s\":1.5,\"emulated\":false,"
	"\"effective\":{\"ats\":1}}]}",
	"{\"schema\":1,\"run\":\"r\",\"suite\":\"s\",\"lab\":\"native\",\"created"
	"\":\"\",\"status\":\"fail\",\"fingerprint\":{},\"boots\":[]}",
	NULL,
};

static void check(const struct dlab_run *run)
{
	for (size_t i = 0; i < run->nr_boots; i++) {
		const char *name = run->boots[i].name;

		if (!*name || *name == '.' || strchr(name, '/') ||
		    strchr(name, '\n'))
			abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_run run;
	struct dlab_err err;

	if (dlab_run_parse("fuzz", (const char *)data, size, &run, &err))
		return 0;
	check(&run);
	dlab_kvs_find(&run.fingerprint, "base");
	dlab_run_free(&run);
	return 0;
}
