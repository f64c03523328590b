// SPDX-License-Identifier: GPL-2.0-only
/* Puts one metric of several runs together, and refuses what does not match. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "match.h"
#include "table.h"

/*
 * One table, while it is made; @workloads: those with figures in some run,
 * @used: of each run, the boots that figures are taken from.
 */
struct work {
	const struct dlab_table_request *req;
	struct dlab_table *out;
	struct report_names workloads;
	bool **used;
	struct dlab_err *err;
};

static int no_memory(const struct work *w)
{
	return dlab_fail(w->err, ENOMEM, "out of memory");
}

const char *dlab_table_kernel(const struct dlab_run *run)
{
	const char *release =
		dlab_kvs_find(&run->fingerprint, "kernel_release");

	/* a machine that was measured as it is booted */
	for (size_t i = 0; !release && i < run->nr_boots; i++)
		release = dlab_kvs_find(&run->boots[i].effective,
					"kernel_release");
	return release ? release : "unknown";
}

const char *dlab_table_series(const struct dlab_run *run)
{
	return dlab_kvs_find(&run->fingerprint, "kernel_series");
}

/* ---- may the runs stand side by side */

static bool is_wanted(const struct work *w, const char *id)
{
	return !w->req->cases || dlab_case_matches(w->req->cases, id);
}

/* The boots of a run that figures are taken from. */
static bool *boots_used(const struct work *w, const struct report_view *v)
{
	const struct dlab_metric *m = w->out->metric;
	bool *used = calloc(v->run.nr_boots + 1, sizeof(*used));

	for (size_t i = 0; used && i < v->data.nr_series; i++) {
		const struct dlab_series *s = &v->data.series[i];

		if (!is_wanted(w, s->id) ||
		    (s->metric != m && !dlab_metric_percentile(m, s->metric)))
			continue;
		for (size_t j = 0; j < s->nr; j++)
			used[s->cells[j].boot] = true;
	}
	return used;
}

static int find_used(struct work *w)
{
	w->used = calloc(w->out->nr_runs + 1, sizeof(*w->used));
	for (size_t i = 0; w->used && i < w->out->nr_runs; i++) {
		w->used[i] = boots_used(w, &w->out->runs[i]);
		if (!w->used[i])
			return no_memory(w);
	}
	return w->used ? 0 : no_memory(w);
}

/*
 * The run with these boots alone: what was effective in a boot all of whose
 * cases were skipped, for what its kernel lacks, is nobody's figure.  Its boots
 * are to be freed, NULL when out of memory.
 */
static struct dlab_run used_part(const struct work *w, size_t run)
{
	struct dlab_run part = w->out->runs[run].run;
	const struct dlab_boot *boots = part.boots;
	size_t nr = part.nr_boots;

	part.boots = calloc(nr + 1, sizeof(*part.boots));
	part.nr_boots = 0;
	for (size_t i = 0; part.boots && i < nr; i++)
		if (w->used[run][i])
			part.boots[part.nr_boots++] = boots[i];
	return part;
}

static const char *version_of(const struct dlab_run *run)
{
	const char *base = dlab_kvs_find(&run->fingerprint, "base");

	return base ? base : "";
}

/* The run that another is held against: the first of its version, or of all. */
static size_t partner_of(const struct dlab_table *t, size_t run)
{
	for (size_t i = 0; i < run; i++)
		if (!strcmp(version_of(&t->runs[i].run),
			    version_of(&t->runs[run].run)))
			return i;
	return 0;
}

/* One sentence of the symbols among the notes, if there are any. */
static int note_configs(struct work *w, size_t a, size_t b,
			const struct dlab_notes *differs)
{
	char *text = NULL;
	size_t len, nr = 0;
	FILE *f = open_memstream(&text, &len);
	int ret = 0;

	if (!f)
		return no_memory(w);
	for (size_t i = 0; i < differs->nr; i++)
		if (!strncmp(differs->v[i], "CONFIG_", 7))
			fprintf(f, "%s%s", nr++ ? "; " : "", differs->v[i]);
	if (fclose(f))
		ret = -ENOMEM;
	else if (nr)
		ret = dlab_notes_add(&w->out->configs, "%c and %c: %s",
				     (char)('A' + a), (char)('A' + b), text);
	free(text);
	return ret ? no_memory(w) : 0;
}

static int check_pair(struct work *w, size_t a, size_t b)
{
	struct dlab_run x = used_part(w, a), y = used_part(w, b);
	struct dlab_notes differs = { 0 };
	struct dlab_axis axis;
	struct dlab_err why;
	int ret = dlab_axis_parse("kernel", NULL, NULL, &axis, w->err);

	if (strcmp(version_of(&x), version_of(&y)))
		axis.symbols = "*";
	if (!ret && (!x.boots || !y.boots))
		ret = no_memory(w);
	if (!ret) {
		ret = dlab_axis_check(&axis, &x, &y, &differs, &why);
		if (ret)
			dlab_fail(w->err, -ret, "%s and %s: %s", x.name, y.name,
				  why.text);
	}
	if (!ret)
		ret = note_configs(w, a, b, &differs);
	dlab_notes_free(&differs);
	free(x.boots);
	free(y.boots);
	return ret;
}

static bool is_timed(const struct work *w, size_t run)
{
	const struct dlab_run *r = &w->out->runs[run].run;

	for (size_t i = 0; i < r->nr_boots; i++)
		if (w->used[run][i] && !r->boots[i].emulated)
			return !strcmp(w->out->metric->instrument, "time");
	return false;
}

/* The same taint on all, and one host where its times are shown. */
static int check_figures(struct work *w, size_t run)
{
	const struct dlab_run *a = &w->out->runs[0].run;
	const struct dlab_run *b = &w->out->runs[run].run;
	int ret = dlab_check_taint(a, w->used[0], b, w->used[run],
				   &w->out->taints, w->err);

	if (!ret && is_timed(w, 0) && is_timed(w, run))
		ret = dlab_check_host(a, b, "counts do: --metric op_insns",
				      w->err);
	return ret;
}

static int check_runs(struct work *w)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < w->out->nr_runs; i++) {
		if (i)
			ret = check_pair(w, partner_of(w->out, i), i);
		if (!ret)
			ret = check_figures(w, i);
	}
	return ret;
}

/* ---- what stands where */

/* A key that has its place elsewhere in the table. */
static bool is_path_key(const char *key)
{
	return !strcmp(key, "path") || !strcmp(key, "hint");
}

static void put_id_keys(FILE *f, const struct report_case *c)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_keys; i++) {
		const struct report_key *k = &c->keys[i];

		if (!is_path_key(k->key))
			fprintf(f, "%s%s%s%s", nr++ ? "," : "[", k->key,
				*k->key ? "=" : "", k->value);
	}
	if (nr)
		fputc(']', f);
}

static void put_fixed_keys(FILE *f, const struct report_case *c)
{
	for (size_t i = 0; c->declared && i < c->declared->nr_params; i++) {
		const struct dlab_param *p = &c->declared->params[i];

		if (!is_path_key(p->key) && !report_value(c, p->key))
			fprintf(f, " %s=%s", p->key, p->value);
	}
}

/* "table/huge[segs=1] mem=huge size=2m"; NULL when out of memory. */
static char *row_label(const struct report_view *v, const struct report_case *c)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fputs(v->workloads.v[c->workload], f);
	put_id_keys(f, c);
	put_fixed_keys(f, c);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	doc_clean(text);
	return text;
}

static bool has_path(const struct work *w, const struct report_case *c)
{
	return c->series >= 0 && is_wanted(w, c->id);
}

static bool is_in(const struct work *w, const struct report_view *v,
		  const struct report_case *c)
{
	const char *workload = v->workloads.v[c->workload];

	return has_path(w, c) &&
	       report_names_find(&w->workloads, workload) >= 0;
}

static int find_workloads(struct work *w)
{
	for (size_t run = 0; run < w->out->nr_runs; run++) {
		const struct report_view *v = &w->out->runs[run];

		for (size_t i = 0; i < v->nr_cases; i++) {
			const struct report_case *c = &v->cases[i];

			if (has_path(w, c) &&
			    report_row(c, w->out->metric->name) &&
			    report_names_add(&w->workloads,
					     v->workloads.v[c->workload]) < 0)
				return no_memory(w);
		}
	}
	if (w->workloads.nr)
		return 0;
	return dlab_fail(
		w->err, ENOENT,
		"no run has %s of a case that has a path%s%s; `dlab show RUN --case '*'` lists what a run has",
		w->out->metric->name, w->req->cases ? " and matches " : "",
		w->req->cases ? w->req->cases : "");
}

/* Some case of the run is on that path, or (@path < 0) topology. */
static bool occurs(const struct work *w, const struct report_view *v, int path,
		   int topology)
{
	for (size_t i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		if (is_in(w, v, c) &&
		    (path < 0 ? c->topology == topology : c->series == path))
			return true;
	}
	return false;
}

static int name_rows(struct work *w, const struct report_view *v)
{
	for (size_t i = 0; i < v->nr_cases; i++) {
		char *label;
		int at;

		if (!is_in(w, v, &v->cases[i]))
			continue;
		label = row_label(v, &v->cases[i]);
		at = label ? report_names_add(&w->out->rows, label) : -ENOMEM;
		free(label);
		if (at < 0)
			return no_memory(w);
	}
	return 0;
}

static int name_all(struct work *w, const struct report_view *v)
{
	struct dlab_table *t = w->out;

	for (size_t i = 0; i < v->topologies.nr; i++)
		if (occurs(w, v, -1, (int)i) &&
		    report_names_add(&t->topologies, v->topologies.v[i]) < 0)
			return no_memory(w);
	for (size_t i = 0; i < v->series.nr; i++)
		if (occurs(w, v, (int)i, -1) &&
		    report_names_add(&t->paths, v->series.v[i]) < 0)
			return no_memory(w);
	return name_rows(w, v);
}

static size_t cell_index(const struct dlab_table *t, size_t run,
			 size_t topology, size_t row, size_t path)
{
	return ((run * t->topologies.nr + topology) * t->rows.nr + row) *
		       t->paths.nr +
	       path;
}

const struct report_case *dlab_table_cell(const struct dlab_table *t,
					  size_t run, size_t topology,
					  size_t row, size_t path)
{
	return t->cells[cell_index(t, run, topology, row, path)];
}

static int place_case(struct work *w, size_t run, const struct report_case *c)
{
	struct dlab_table *t = w->out;
	const struct report_view *v = &t->runs[run];
	char *label = row_label(v, c);
	int topology, row, path;

	if (!label)
		return no_memory(w);
	topology =
		report_names_find(&t->topologies, v->topologies.v[c->topology]);
	row = report_names_find(&t->rows, label);
	path = report_names_find(&t->paths, v->series.v[c->series]);
	free(label);
	t->cells[cell_index(t, run, (size_t)topology, (size_t)row,
			    (size_t)path)] = c;
	return 0;
}

static int place_cases(struct work *w)
{
	struct dlab_table *t = w->out;
	int ret = 0;

	t->cells = calloc(cell_index(t, t->nr_runs, 0, 0, 0) + 1,
			  sizeof(*t->cells));
	if (!t->cells)
		return no_memory(w);
	for (size_t run = 0; run < t->nr_runs; run++) {
		const struct report_view *v = &t->runs[run];

		for (size_t i = 0; !ret && i < v->nr_cases; i++)
			if (is_in(w, v, &v->cases[i]))
				ret = place_case(w, run, &v->cases[i]);
	}
	return ret;
}

/* ---- all of it */

static int load_runs(struct work *w, const struct dlab_metrics *metrics)
{
	struct dlab_table *t = w->out;
	int ret = 0;

	t->runs = calloc(w->req->nr + 1, sizeof(*t->runs));
	if (!t->runs)
		return no_memory(w);
	/* one that fails is to be freed, too */
	while (!ret && t->nr_runs < w->req->nr) {
		ret = report_view_load(&t->runs[t->nr_runs],
				       w->req->dirs[t->nr_runs], metrics,
				       w->err);
		t->nr_runs++;
	}
	return ret;
}

static int build(struct work *w, const struct dlab_metrics *metrics)
{
	struct dlab_table *t = w->out;
	int ret;

	t->metric = dlab_metrics_find(metrics, w->req->metric);
	if (!t->metric)
		return dlab_metrics_none(metrics, w->req->metric, w->err);
	ret = load_runs(w, metrics);
	if (!ret)
		ret = find_used(w);
	if (!ret)
		ret = check_runs(w);
	if (!ret)
		ret = find_workloads(w);
	for (size_t i = 0; !ret && i < t->nr_runs; i++)
		ret = name_all(w, &t->runs[i]);
	return ret ? ret : place_cases(w);
}

int dlab_table_load(const struct dlab_table_request *req,
		    const struct dlab_metrics *metrics, struct dlab_table *out,
		    struct dlab_err *err)
{
	struct work w = { .req = req, .out = out, .err = err };
	int ret;

	memset(out, 0, sizeof(*out));
	ret = build(&w, metrics);
	report_names_free(&w.workloads);
	for (size_t i = 0; w.used && i < out->nr_runs; i++)
		free(w.used[i]);
	free(w.used);
	if (ret)
		dlab_table_free(out);
	return ret;
}

void dlab_table_free(struct dlab_table *t)
{
	for (size_t i = 0; i < t->nr_runs; i++)
		report_view_free(&t->runs[i]);
	free(t->runs);
	free(t->cells);
	report_names_free(&t->topologies);
	report_names_free(&t->rows);
	report_names_free(&t->paths);
	dlab_notes_free(&t->configs);
	dlab_notes_free(&t->taints);
	memset(t, 0, sizeof(*t));
}
