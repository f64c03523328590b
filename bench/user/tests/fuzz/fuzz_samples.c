// SPDX-License-Identifier: GPL-2.0-only
/* Does any samples.tsv break what reads it: table, numbers, run lengths? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "numbers.h"
#include "summary.h"
#include "tsv.h"

const char *const fuzz_seeds[] = {
	"case\tmetric\tvalues\n"
	"map/scattered[path=page,size=4k]\top_insns\t2601x299,2650\n"
	"map/scattered[path=page,size=4k]\tiotlb_flush\t0x3,1.5,-1e+20\n",
	"case\tmetric\tbucket_low\tcount\nmap/x\top_ns\t1.024\t98\n",
	"values\tcase\tmetric\n1\t2\t3\n1,2",
	NULL,
};

/* Few enough values that what is tried is the parser, not the memory. */
static bool is_short(const char *text)
{
	double times;

	for (const char *x = strchr(text, 'x'); x; x = strchr(x + 1, 'x')) {
		times = strtod(x + 1, NULL);
		if (times > 100000)
			return false;
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const want[] = { "case", "metric", "values" };
	struct dlab_err err;
	struct dlab_tsv t;
	char *f[3];

	if (dlab_tsv_parse(&t, "fuzz", (const char *)data, size, want, 3, &err))
		return 0;
	while (dlab_tsv_next(&t, f, &err) > 0) {
		double *v = NULL;
		size_t n;

		if (!is_short(f[2]) || dlab_unrle(f[2], &v, &n, &err))
			continue;
		/* what was taken is numbers */
		if (!n || v[0] != v[0] ||
		    dlab_median(v, n) != dlab_median(v, n))
			abort();
		free(v);
	}
	dlab_tsv_close(&t);
	return 0;
}
