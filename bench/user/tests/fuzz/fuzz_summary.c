// SPDX-License-Identifier: GPL-2.0-only
/* Does any summary.tsv break its reader? */
#include <stdlib.h>

#include "fuzz.h"
#include "summary.h"

#define HEAD                                                                    \
	"case\tmetric\tunit\tdirection\tinstrument\tn\tmedian\tmin\tmad\ttotal" \
	"\tstatus\ttaint\treason\tboots\temulated\n"

const char *const fuzz_seeds[] = {
	HEAD "map/x@vm[a=b]\top_insns\tinsns\tlower\tcount\t300\t2601\t2601\t0"
	     "\t780300\tok\tno\t\t1\tno\n",
	HEAD "map/x@vm\t-\t-\tneutral\t-\t0\t-\t-\t-\t-\tcrash\tyes\tpanic\t2"
	     "\tyes\n",
	NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_summary s;
	struct dlab_err err;

	if (dlab_summary_parse("fuzz", (const char *)data, size, &s, &err))
		return 0;
	for (size_t i = 0; i < s.nr; i++)
		if (!s.v[i].id || s.v[i].status >= DLAB_NR_STATUS)
			abort();
	dlab_summary_free(&s);
	return 0;
}
