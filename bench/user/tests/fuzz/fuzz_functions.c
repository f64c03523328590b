// SPDX-License-Identifier: GPL-2.0-only
/* Does any functions.tsv break its reader, and is what it takes consistent? */
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "fuzz.h"

#define HEAD "case\tunnamed\tmap\tfill\tunmap\n"

const char *const fuzz_seeds[] = {
	HEAD "map/x[path=page]\t0\ta:35/1,b [dmalab]:13\t-\t0:7/1,c.isra.0:9\n"
	     "map/x[path=sg]\t12\t1:35/1\t2:1,d:2/3\t-\n",
	HEAD "map/x\t18446744073709551615\ta:1,0:2,0:3/4\t-\t-\nmap/y\t0",
	"unmap\tcase\tfill\tmap\tunnamed\n-\tc\tf:1/1\t-\t3\n",
	NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_function_changes changes;
	struct dlab_profile p;
	struct dlab_err err;

	if (dlab_profile_parse("fuzz", (const char *)data, size, "vm", &p,
			       &err)) {
		dlab_profile_free(&p);
		return 0;
	}
	for (size_t i = 0; i < p.nr; i++) {
		const struct dlab_functions *f = &p.v[i].functions;

		if (dlab_profile_find(&p, p.v[i].id) != f)
			abort();
		if (dlab_functions_diff(f, &p.v[0].functions, &changes, &err))
			abort();
		if (!i && changes.nr_changed)
			abort();
		dlab_function_changes_free(&changes);
	}
	dlab_profile_free(&p);
	return 0;
}
