// SPDX-License-Identifier: GPL-2.0-only
/* From the boots of a series to one side of a comparison. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/side.h"

int dlab_series_figures(const struct dlab_series *s,
			const struct dlab_metrics *metrics, dlab_figures_fn fn,
			void *user)
{
	int ret = fn(user, s, s->metric, 0.5);

	for (size_t i = 0; s->cells[0].hist && i < metrics->nr; i++) {
		double q = dlab_metric_percentile(&metrics->v[i], s->metric);

		if (!ret && q > 0)
			ret = fn(user, s, &metrics->v[i], q);
	}
	return ret;
}

static void fill(const struct dlab_series *s, double quantile,
		 struct dlab_side *out)
{
	out->n = dlab_cell_count(&s->cells[0]);
	out->past = s->cells[0].past;
	for (size_t i = 0; i < s->nr; i++) {
		const struct dlab_cell *c = &s->cells[i];

		out->medians[i] = c->hist ? dlab_hist_quantile(c->hist,
							       c->nr_hist,
							       quantile) :
					    dlab_cell_median(c);
		if (out->totals)
			out->totals[i] = dlab_cell_total(c);
		if (dlab_cell_count(c) != out->n)
			out->n = 0;
		if (c->past != out->past)
			out->past = 0;
	}
}

int dlab_side_make(const struct dlab_series *s, double quantile,
		   struct dlab_side *out)
{
	bool totals = !s->cells[0].hist &&
		      !strcmp(s->metric->instrument, "count");

	memset(out, 0, sizeof(*out));
	out->boots = s->nr;
	out->medians = calloc(s->nr, sizeof(*out->medians));
	if (totals)
		out->totals = calloc(s->nr, sizeof(*out->totals));
	if (!out->medians || (totals && !out->totals)) {
		dlab_side_free(out);
		return -ENOMEM;
	}
	fill(s, quantile, out);
	out->median = dlab_median(out->medians, s->nr);
	out->total = totals ? dlab_median(out->totals, s->nr) : NAN;
	return 0;
}

void dlab_side_free(struct dlab_side *side)
{
	free(side->medians);
	free(side->totals);
	memset(side, 0, sizeof(*side));
}
