// SPDX-License-Identifier: GPL-2.0-only
/* How a history's report is to be read, and what its figures depend on. */
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"

void part_reading(struct doc *d, const struct part_view *v)
{
	doc_heading(d, 2, "reading", "How to read this report");
	doc_term(
		d, "change",
		"What one commit did, told once, however many cases it hit. "
		"Where commits before it could not be measured the change lies "
		"in one of them or in this one, and the report says so.");
	doc_term(d, "exact figures",
		 "Instructions and structure counts of a guest under `qemu "
		 "-icount` repeat on every boot of the same binaries. They are "
		 "compared as numbers with those of the commit before: a "
		 "difference of the minimum effect or more is a change. Median "
		 "and total are looked at, so that a cost on every k-th "
		 "operation is seen. What creeps in by less is reported at the "
		 "commit at which its sum reaches the minimum effect.");
	doc_term(d, "other figures",
		 "Times are judged over boots and commits: change points by "
		 "E-divisive means with a permutation test. A band in a chart "
		 "spans from the least boot to the largest.");
	doc_term(
		d, "minimum effect",
		"What workloads/metrics.ini declares. Inlining and the layout of "
		"code move counts, too: where neutral rebuilds moved by more, "
		"only what exceeds that is a change, and \"What may be ignored\" "
		"says so. How often it is taken for one stands under \"How "
		"often the lab is wrong\".");
	doc_term(d, "worse, better",
		 "A case is judged by its whole operation. Its phases (mapping, "
		 "filling the descriptor, unmapping) and structure counts "
		 "explain a difference and are never judged, unless the whole "
		 "was not measured: then the phases are.");
	doc_term(
		d, "charts",
		"Commits from left to right, 0 is the base. A triangle that "
		"points up is a change for the worse, one that points down for "
		"the better. At the bottom stand commits without figures: a "
		"cross crashed, a square did not build, an open triangle "
		"had cases that failed, a dot was not measured. A dotted line "
		"bridges them.");
	doc_term(d, "case",
		 "One point of a workload's matrix on one topology, "
		 "`workload@topology[keys]`. Its id is stable: quote it with "
		 "every figure.");
	doc_term(d, "not measured", "No sample exists. It is not zero.");
	if (v->h->nr_points > 1)
		doc_para(d, "What an instruction count does not see (device "
			    "latency, cache misses, contention) stands in the "
			    "report of each run: `dlab report RUN`.");
}

static const struct dlab_run *next_run(const struct dlab_history *h, size_t *i)
{
	for (; *i < h->nr_points; (*i)++)
		if (dlab_point_is_measured(h, *i))
			return &h->runs[(*i)++];
	return NULL;
}

static bool is_same_in_all(const struct dlab_history *h,
			   const struct dlab_kv *kv)
{
	const struct dlab_run *run;
	size_t i = 0;

	while ((run = next_run(h, &i))) {
		const char *other = dlab_kvs_find(&run->fingerprint, kv->key);

		if (!other || !kv->value || strcmp(other, kv->value))
			return false;
	}
	return true;
}

void part_fingerprint(struct doc *d, const struct part_view *v)
{
	const struct dlab_run *run;
	struct doc_table *t;
	size_t i = 0, j;

	doc_heading(d, 2, "fingerprint", "What was measured on what");
	run = next_run(v->h, &i);
	if (!run) {
		doc_para(d, "No commit has been measured.");
		return;
	}
	t = doc_table(d,
		      "What moves the counts: the same for all commits, save "
		      "where it says otherwise");
	doc_col(d, t, DOC_COL_KEY, -1, "what");
	doc_col(d, t, DOC_COL_WRAP, -1, "value");
	for (j = 0; j < run->fingerprint.nr; j++) {
		const struct dlab_kv *kv = &run->fingerprint.v[j];

		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", kv->key);
		if (is_same_in_all(v->h, kv))
			doc_cell(d, t, 0, "%s", kv->value);
		else
			doc_cell(d, t, 0, "differs between the commits");
	}
	part_config(d, v->h);
}
