/* SPDX-License-Identifier: GPL-2.0-only */
/* The metrics that workloads/metrics.ini declares: unit, direction, exactness. */
#ifndef DLAB_METRICS_H
#define DLAB_METRICS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

enum dlab_direction { DLAB_LOWER, DLAB_HIGHER, DLAB_NEUTRAL };

/**
 * struct dlab_metric - one named quantity
 * @name: section name, "op_insns"
 * @unit: "insns", "ns", "1/s", "count", "bytes"
 * @instrument: "count" or "time"
 * @about: one sentence for the report
 * @direction: which way is better; neutral explains and is never judged
 * @exact: repeats exactly on the same binaries: compared as a number
 * @min_effect_abs: smallest difference worth a verdict, in @unit
 * @min_effect_rel: the same as a fraction of the older median; the larger of
 *                  the two counts
 * @part_of: name of @whole, or NULL
 * @whole: the metric of the whole operation of which this is a phase, or NULL
 * @is_whole: it is that of others
 * @exact_form: name of @in_exact, or NULL
 * @in_exact: of a metric that is not exact, the exact one that counts the same;
 *            or NULL
 * @unseen: instructions do not show what it costs
 */
struct dlab_metric {
	char *name;
	char *unit;
	char *instrument;
	char *about;
	enum dlab_direction direction;
	bool exact;
	double min_effect_abs;
	double min_effect_rel;
	char *part_of;
	const struct dlab_metric *whole;
	bool is_whole;
	char *exact_form;
	const struct dlab_metric *in_exact;
	bool unseen;
};

struct dlab_metrics {
	struct dlab_metric *v;
	size_t nr;
};

int dlab_metrics_load(const char *path, struct dlab_metrics *out,
		      struct dlab_err *err);
/* The same from @text, called @name in messages. */
int dlab_metrics_parse(const char *name, const char *text,
		       struct dlab_metrics *out, struct dlab_err *err);
const struct dlab_metric *dlab_metrics_find(const struct dlab_metrics *m,
					    const char *name);

/**
 * dlab_metrics_none - complain of a name, or a pattern, that no metric has
 * Return: -ENOENT with the sentence, which says what was probably meant.
 */
int dlab_metrics_none(const struct dlab_metrics *m, const char *name,
		      struct dlab_err *err);

/**
 * dlab_metric_percentile - which percentile of another metric this one is
 *
 * By its name: "op_ns_p99" is 0.99 of "op_ns", "op_ns_p999" is 0.999.
 *
 * Return: 0 < fraction < 1, or 0 when it is none of @base's.
 */
double dlab_metric_percentile(const struct dlab_metric *m,
			      const struct dlab_metric *base);
void dlab_metrics_free(struct dlab_metrics *m);
const char *dlab_direction_name(enum dlab_direction d);

#endif
