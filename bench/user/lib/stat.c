// SPDX-License-Identifier: GPL-2.0-only
/*
 * Derives the summary of a run: for each case and metric, over all boots, the
 * median, the least, the median absolute deviation and the total.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "summary.h"

/* One derivation: from what into what. */
struct deriver {
	const struct dlab_run *run;
	const struct dlab_metrics *metrics;
	const struct dlab_data *data;
	struct dlab_summary *out;
	struct dlab_err *err;
	size_t room;
};

static int no_memory(const struct deriver *d)
{
	return dlab_fail(d->err, ENOMEM, "%s: out of memory", d->run->dir);
}

static struct dlab_row *add_row(struct deriver *d, const char *id,
				const char *metric, const char *unit,
				const char *direction, const char *instrument)
{
	struct dlab_summary *s = d->out;
	struct dlab_row *r;

	if (s->nr == d->room) {
		size_t room = d->room ? 2 * d->room : 256;

		r = reallocarray(s->v, room, sizeof(*r));
		if (!r)
			return NULL;
		s->v = r;
		d->room = room;
	}
	r = &s->v[s->nr++];
	*r = (struct dlab_row){
		.id = strdup(id),
		.metric = strdup(metric),
		.unit = strdup(unit),
		.direction = strdup(direction),
		.instrument = strdup(instrument),
		.median = NAN,
		.min = NAN,
		.mad = NAN,
		.total = NAN,
	};
	if (!r->id || !r->metric || !r->unit || !r->direction || !r->instrument)
		return NULL;
	return r;
}

/* Whether a boot before the @c-th of the series has the same taint. */
static bool is_known_taint(const struct deriver *d, const struct dlab_series *s,
			   size_t c, const char *taint)
{
	for (size_t i = 0; i < c; i++) {
		const struct dlab_boot *b = &d->run->boots[s->cells[i].boot];

		for (size_t t = 0; t < b->nr_taint; t++)
			if (!strcmp(b->taint[t], taint))
				return true;
	}
	return false;
}

/* All taints of the boots that gave samples, each once. */
static char *taints_of(const struct deriver *d, const struct dlab_series *s)
{
	char *text = strdup("");

	for (size_t c = 0; c < s->nr; c++) {
		const struct dlab_boot *b = &d->run->boots[s->cells[c].boot];

		for (size_t t = 0; text && t < b->nr_taint; t++) {
			char *more;

			if (is_known_taint(d, s, c, b->taint[t]))
				continue;
			if (asprintf(&more, "%s%s%s", text,
				     *text ? "; " : "tainted: ", b->taint[t]) <
			    0)
				more = NULL;
			free(text);
			text = more;
		}
	}
	return text;
}

static struct dlab_row *add_series_row(struct deriver *d,
				       const struct dlab_series *s,
				       const struct dlab_metric *m)
{
	struct dlab_row *r = add_row(d, s->id, m->name, m->unit,
				     dlab_direction_name(m->direction),
				     m->instrument);

	if (!r)
		return NULL;
	r->reason = taints_of(d, s);
	if (!r->reason)
		return NULL;
	r->tainted = *r->reason;
	r->status = DLAB_OK;
	r->boots = (unsigned int)s->nr;
	for (size_t c = 0; c < s->nr; c++) {
		r->n += dlab_cell_count(&s->cells[c]);
		if (d->run->boots[s->cells[c].boot].emulated &&
		    !strcmp(m->instrument, "time"))
			r->emulated = true;
	}
	return r;
}

/* The total of one boot's operations; over several boots, their median. */
static double total_of(const struct dlab_series *s)
{
	double *totals = malloc(s->nr * sizeof(*totals));
	double total = NAN;

	for (size_t c = 0; totals && c < s->nr; c++)
		totals[c] = dlab_cell_total(&s->cells[c]);
	if (totals)
		total = dlab_median(totals, s->nr);
	free(totals);
	return total;
}

static int derive_samples(struct deriver *d, const struct dlab_series *s)
{
	struct dlab_row *r = add_series_row(d, s, s->metric);
	size_t n = 0;
	double *all;

	if (!r)
		return no_memory(d);
	all = malloc(r->n * sizeof(*all));
	if (!all)
		return no_memory(d);
	for (size_t c = 0; c < s->nr; c++) {
		memcpy(all + n, s->cells[c].v, s->cells[c].n * sizeof(*all));
		n += s->cells[c].n;
	}
	dlab_sort(all, n);
	r->median = dlab_median_sorted(all, n);
	r->min = all[0];
	r->mad = dlab_mad(all, n, r->median);
	if (!strcmp(s->metric->instrument, "count"))
		r->total = total_of(s);
	free(all);
	return 0;
}

static int derive_percentiles(struct deriver *d, const struct dlab_series *s,
			      const struct dlab_bucket *hist, size_t nr)
{
	for (size_t i = 0; i < d->metrics->nr; i++) {
		const struct dlab_metric *m = &d->metrics->v[i];
		double q = dlab_metric_percentile(m, s->metric);
		struct dlab_row *r;

		if (q <= 0)
			continue;
		r = add_series_row(d, s, m);
		if (!r)
			return no_memory(d);
		r->median = dlab_hist_quantile(hist, nr, q);
	}
	return 0;
}

static int derive_hist(struct deriver *d, const struct dlab_series *s)
{
	struct dlab_bucket *all;
	struct dlab_row *r;
	size_t nr = 0;
	int ret;

	for (size_t c = 0; c < s->nr; c++)
		nr += s->cells[c].nr_hist;
	all = malloc(nr * sizeof(*all));
	r = add_series_row(d, s, s->metric);
	if (!all || !r) {
		free(all);
		return no_memory(d);
	}
	nr = 0;
	for (size_t c = 0; c < s->nr; c++) {
		memcpy(all + nr, s->cells[c].hist,
		       s->cells[c].nr_hist * sizeof(*all));
		nr += s->cells[c].nr_hist;
	}
	nr = dlab_hist_merge(all, nr);
	r->median = dlab_hist_quantile(all, nr, 0.5);
	r->min = all[0].low;
	r->mad = dlab_hist_mad(all, nr, r->median);
	ret = derive_percentiles(d, s, all, nr);
	free(all);
	return ret;
}

static int derive_series(struct deriver *d)
{
	for (size_t i = 0; i < d->data->nr_series; i++) {
		const struct dlab_series *s = &d->data->series[i];
		int ret;

		for (size_t c = 1; c < s->nr; c++)
			if (!s->cells[c].hist != !s->cells[0].hist)
				return dlab_fail(
					d->err, EINVAL,
					"%s: metric %s of %s is samples in one boot and a histogram in another",
					d->run->dir, s->metric->name, s->id);
		ret = s->cells[0].hist ? derive_hist(d, s) :
					 derive_samples(d, s);
		if (ret)
			return ret;
	}
	return 0;
}

static int outcome_order(const void *a, const void *b)
{
	const struct dlab_outcome *x = *(const struct dlab_outcome *const *)a;
	const struct dlab_outcome *y = *(const struct dlab_outcome *const *)b;
	int d = strcmp(x->id, y->id);

	if (!d)
		d = (int)x->status - (int)y->status;
	return d ? d : (int)x->boot - (int)y->boot;
}

/* One row for the @nr boots in which a case ended in the same way. */
static int add_outcome_row(struct deriver *d,
			   const struct dlab_outcome *const *o, size_t nr)
{
	struct dlab_row *r = add_row(d, o[0]->id, "-", "-", "neutral", "-");

	if (!r)
		return no_memory(d);
	r->status = o[0]->status;
	r->boots = (unsigned int)nr;
	r->reason = strdup(o[0]->reason);
	return r->reason ? 0 : no_memory(d);
}

static int derive_outcomes(struct deriver *d)
{
	const struct dlab_data *data = d->data;
	const struct dlab_outcome **o =
		calloc(data->nr_outcomes + 1, sizeof(*o));
	size_t nr = 0;
	int ret = 0;

	if (!o)
		return no_memory(d);
	for (size_t i = 0; i < data->nr_outcomes; i++)
		if (data->outcomes[i].status != DLAB_OK)
			o[nr++] = &data->outcomes[i];
	qsort(o, nr, sizeof(*o), outcome_order);
	for (size_t i = 0, end; !ret && i < nr; i = end) {
		for (end = i + 1; end < nr; end++)
			if (strcmp(o[i]->id, o[end]->id) ||
			    o[i]->status != o[end]->status)
				break;
		ret = add_outcome_row(d, o + i, end - i);
	}
	free(o);
	return ret;
}

int dlab_stat(const char *run_dir, const struct dlab_metrics *metrics,
	      struct dlab_summary *out, struct dlab_err *err)
{
	struct dlab_data data;
	struct dlab_run run;
	struct deriver d = { .run = &run,
			     .metrics = metrics,
			     .data = &data,
			     .out = out,
			     .err = err };
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_run_load(run_dir, &run, err);
	if (ret)
		return ret;
	ret = dlab_data_load(&run, metrics, &data, err);
	if (ret)
		goto out_run;
	ret = derive_series(&d);
	if (!ret)
		ret = derive_outcomes(&d);
	if (ret)
		dlab_summary_free(out);
	dlab_data_free(&data);

out_run:
	dlab_run_free(&run);
	return ret;
}
