// SPDX-License-Identifier: GPL-2.0-only
/* Does any commits.tsv or history.ini break its reader? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "history/history.h"

#define HEAD                                                                   \
	"commit\ttree\tauthor\tdate\tsubject\toutcome\treason\trun\tbuild_s\t" \
	"measure_s\n"

const char *const fuzz_seeds[] = {
	HEAD
	"0123456789abcdef\tabc\tA. Author\t2026-11-20\tiommu: do\tok\t\t"
	"20261120-101500-x-0001\t31.5\t9\n"
	"fedcba9876543210\tabc\tJos\xc3\xa9\t2026-11-21\tx\tno-build\terror"
	"\t-\t-\t-\n"
	"fedcba9876543211\tabc\t\xe9\xff\t-\tx\tcrash\tpanic\t-\t1e1\t-\n"
	"fedcba9876543212\tabc\t\xf0\x90\x80\x80\t\tx\tunmeasured\t-\t-\t-\t-\n"
	"fedcba9876543213\tabc\tA\t\tx\tfail\toops\tr\t-\t-\n",
	"[history]\ntitle = a title\nbase = 6.12\nrange = a..b\nsuite = commits\n"
	"cases = map/*\ntopologies = vm-vtd-strict vm-vtd-lazy\n",
	NULL,
};

static void read_ini(const char *text)
{
	struct dlab_history h = { 0 };
	struct dlab_err err;

	if (!dlab_history_parse_ini("fuzz", text, &h, &err) &&
	    (!h.title || !h.base || !h.range || !h.suite || !h.cases ||
	     !h.topologies))
		abort();
	dlab_history_free(&h);
}

static void read_commits(const char *text, size_t size)
{
	struct dlab_history h = { 0 };
	struct dlab_err err;

	if (!dlab_history_parse_commits("fuzz", text, size, &h, &err)) {
		if (!h.nr_points)
			abort();
		for (size_t i = 0; i < h.nr_points; i++) {
			const struct dlab_point *p = &h.points[i];

			if (strlen(p->commit) < 7 || !p->subject ||
			    !p->reason || strchr(p->subject, '\033') ||
			    p->outcome >= DLAB_NR_POINT_OUTCOMES ||
			    p->build_s < 0 || (p->run && strchr(p->run, '/')))
				abort();
		}
	}
	dlab_history_free(&h);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = malloc(size + 1);

	if (!text)
		return 0;
	memcpy(text, data, size);
	text[size] = '\0';
	read_commits(text, size);
	read_ini(text);
	free(text);
	return 0;
}
