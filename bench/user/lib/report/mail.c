// SPDX-License-Identifier: GPL-2.0-only
/* A run as a mail: what went wrong, what would be gained, how to see it again. */
#include <string.h>

#include "report/commands.h"
#include "report.h"

static void subject(struct doc *d, const struct report_view *v)
{
	const char *release =
		dlab_kvs_find(&v->run.fingerprint, "kernel_release");
	size_t i, ok = 0;
	char name[4 * 64 + 1], suite[4 * 24 + 1];

	for (i = 0; i < v->nr_cases; i++)
		ok += v->cases[i].status == DLAB_OK;
	doc_subject(d,
		    "[dmalab] %zu of %zu cases ok: %s, DMA mapping in Linux %s",
		    ok, v->nr_cases, doc_short(v->run.suite, 24, suite),
		    doc_short(release && *release ? release : "(unknown)", 64,
			      name));
}

/* Of each topology what the baseline costs, and the cheapest path. */
static void topologies_table(struct doc *d, const struct report_view *v,
			     const char *metric, size_t rows)
{
	char ratio[REPORT_NUMBER_LEN], title[64];
	int topology, series = report_baseline_series(v);
	struct doc_table *t;
	size_t nr = 0;

	t = doc_table(d, "The cheapest path on each topology");
	doc_col(d, t, DOC_COL_KEY, -1, "topology");
	snprintf(title, sizeof(title), "%s",
		 series < 0 ? "" : v->series.v[series]);
	doc_col(d, t, DOC_COL_NUM, -1, title);
	doc_col(d, t, 0, -1, "cheapest");
	doc_col(d, t, DOC_COL_NUM, -1, "costs");
	doc_col(d, t, DOC_COL_NUM, -1, "ratio");
	for (topology = 0; topology < (int)v->topologies.nr; topology++) {
		const struct report_case *base =
			report_glance_base(v, topology);
		const struct report_case *low =
			report_cheapest(v, topology, metric);

		if (!low || nr++ >= rows)
			continue;
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", v->topologies.v[topology]);
		report_cell(d, t, base, metric);
		doc_cell(d, t, 0, "%s", v->series.v[low->series]);
		report_cell(d, t, low, metric);
		if (report_ratio(v, low, base, metric, ratio))
			doc_cell(d, t, 0, "%s", ratio);
	}
	report_say_rows(d, rows, nr);
}

/* The lists of the mail, by what they matter. */
enum { PATHS, PROBLEMS, TOPOLOGIES };

static void gain(struct doc *d, const struct report_view *v, const size_t *rows)
{
	const struct report_family *f = report_headline_family(v);
	char metric[REPORT_METRIC_LEN];

	report_say_gain(d, v, f);
	report_paths_table(d, v, f, false, rows[PATHS]);
	report_metric("op", f, metric);
	if (v->topologies.nr > 1 && strcmp(f->suffix, "_ns"))
		topologies_table(d, v, metric, rows[TOPOLOGIES]);
}

void report_build_mail(struct doc *d, const void *view, const size_t *rows)
{
	const struct report_view *v = view;

	subject(d, v);
	report_outcomes(d, v);
	report_problem_items(d, v, rows[PROBLEMS]);
	if (v->headline >= 0)
		gain(d, v, rows);
	doc_para(d, "To see it again:");
	report_code_again(d, &v->run);
	report_explain(d, v);
	doc_para(d, "Every figure: report.html and report.md in");
	doc_code(d, "%s", v->run.dir);
}
