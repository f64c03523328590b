// SPDX-License-Identifier: GPL-2.0-only
/* What the boots of a run measured, as Google Benchmark would have said it. */
#include <errno.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "history/export.h"
#include "verdict/side.h"

struct dlab_gbench {
	json_t *context;
	json_t *benchmarks;
	size_t families;
	size_t left_out;
};

/*
 * One run, while it is added.
 * @first: by case ("case": first of its benchmarks); owns nothing
 * @counters: by case: what goes into it
 */
struct adding {
	struct dlab_gbench *g;
	const struct dlab_run *run;
	const char *prefix;
	json_t *first;
	json_t *counters;
};

static bool is_emulated(const struct adding *a, const struct dlab_series *s,
			const struct dlab_metric *m)
{
	bool emulated = false;

	for (size_t i = 0; i < s->nr; i++)
		emulated |= a->run->boots[s->cells[i].boot].emulated;
	return emulated && !strcmp(m->instrument, "time");
}

static bool is_benchmark(const struct dlab_metric *m)
{
	return m->direction == DLAB_LOWER &&
	       (!strcmp(m->unit, "insns") || !strcmp(m->unit, "ns"));
}

static double mean_of(const struct dlab_side *side, size_t boot, uint64_t n)
{
	return side->totals && n ? side->totals[boot] / (double)n :
				   side->medians[boot];
}

static json_t *repetition(const struct adding *a, const struct dlab_series *s,
			  const struct dlab_metric *m,
			  const struct dlab_side *side, size_t boot)
{
	uint64_t n = dlab_cell_count(&s->cells[boot]);
	json_t *o, *name = json_sprintf("%s%s/%s", a->prefix, s->id, m->name);

	o = json_pack(
		"{s:O, s:i, s:i, s:o, s:s, s:i, s:i, s:i, s:I, s:f, s:f, s:s}",
		"name", name, "family_index", (int)a->g->families,
		"per_family_instance_index", 0, "run_name", name, "run_type",
		"iteration", "repetitions", (int)side->boots,
		"repetition_index", (int)boot, "threads", 1, "iterations",
		(json_int_t)n, "real_time", side->medians[boot], "cpu_time",
		mean_of(side, boot, n), "time_unit", "ns");
	if (o && strcmp(m->unit, "ns"))
		json_object_set_new(o, "label", json_string(m->unit));
	return o;
}

static int add_benchmark(struct adding *a, const struct dlab_series *s,
			 const struct dlab_metric *m,
			 const struct dlab_side *side)
{
	for (size_t i = 0; i < side->boots; i++) {
		json_t *o = repetition(a, s, m, side, i);

		if (json_array_append_new(a->g->benchmarks, o))
			return -ENOMEM;
		if (!i && !json_object_get(a->first, s->id) &&
		    json_object_set(a->first, s->id, o))
			return -ENOMEM;
	}
	a->g->families++;
	return 0;
}

static int add_counter(struct adding *a, const struct dlab_series *s,
		       const struct dlab_metric *m,
		       const struct dlab_side *side)
{
	json_t *of_case = json_object_get(a->counters, s->id);

	if (!of_case) {
		of_case = json_object();
		if (json_object_set_new(a->counters, s->id, of_case))
			return -ENOMEM;
	}
	return json_object_set_new(of_case, m->name, json_real(side->median)) ?
		       -ENOMEM :
		       0;
}

static int take_figure(void *user, const struct dlab_series *s,
		       const struct dlab_metric *m, double quantile)
{
	struct adding *a = user;
	struct dlab_side side;
	int ret;

	if (is_emulated(a, s, m))
		return 0;
	if (dlab_side_make(s, quantile, &side))
		return -ENOMEM;
	ret = is_benchmark(m) ? add_benchmark(a, s, m, &side) :
				add_counter(a, s, m, &side);
	dlab_side_free(&side);
	return ret;
}

/* Counters are members of a benchmark like any other. */
static int attach_counters(struct adding *a)
{
	const char *id;
	json_t *v;

	json_object_foreach(a->counters, id, v)
	{
		json_t *to = json_object_get(a->first, id);

		if (!to)
			a->g->left_out++;
		else if (json_object_update_missing(to, v))
			return -ENOMEM;
	}
	return 0;
}

struct dlab_gbench *dlab_gbench_new(void)
{
	struct dlab_gbench *g = calloc(1, sizeof(*g));

	if (!g)
		return NULL;
	g->context = json_pack("{s:s}", "executable", "dlab");
	g->benchmarks = json_array();
	if (g->context && g->benchmarks)
		return g;
	dlab_gbench_free(g);
	return NULL;
}

/* Of several runs the newest is the one that the context is about. */
static int set_context(struct dlab_gbench *g, const struct dlab_run *run)
{
	const char *release =
		dlab_kvs_find(&run->fingerprint, "kernel_release");
	int bad = json_object_set_new(g->context, "date",
				      json_string(run->created));

	bad |= json_object_set_new(g->context, "dmalab_run",
				   json_string(run->name));
	if (release)
		bad |= json_object_set_new(g->context, "kernel_release",
					   json_string(release));
	return bad ? -ENOMEM : 0;
}

int dlab_gbench_add(struct dlab_gbench *g, const struct dlab_run *run,
		    const char *prefix, const struct dlab_metrics *metrics,
		    struct dlab_err *err)
{
	struct adding a = { .g = g,
			    .run = run,
			    .prefix = prefix,
			    .first = json_object(),
			    .counters = json_object() };
	struct dlab_data data;
	int ret = dlab_data_load(run, metrics, &data, err);

	if (ret)
		goto out;
	for (size_t i = 0; !ret && i < data.nr_series; i++)
		ret = dlab_series_figures(&data.series[i], metrics, take_figure,
					  &a);
	if (!ret)
		ret = attach_counters(&a);
	if (!ret)
		ret = set_context(g, run);
	if (ret)
		dlab_fail(err, ENOMEM, "%s: out of memory", run->dir);
	dlab_data_free(&data);
out:
	json_decref(a.first);
	json_decref(a.counters);
	return ret;
}

size_t dlab_gbench_left_out(const struct dlab_gbench *g)
{
	return g->left_out;
}

void dlab_gbench_print(const struct dlab_gbench *g, FILE *f)
{
	json_t *root = json_pack("{s:O, s:O}", "context", g->context,
				 "benchmarks", g->benchmarks);

	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
}

void dlab_gbench_free(struct dlab_gbench *g)
{
	if (!g)
		return;
	json_decref(g->context);
	json_decref(g->benchmarks);
	free(g);
}
