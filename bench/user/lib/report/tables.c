// SPDX-License-Identifier: GPL-2.0-only
/*
 * The tables of a report: paths side by side for every transfer, what the
 * parts of an operation cost, and what it does to the structures behind it.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report.h"

static const char *const parts[] = { "map", "fill", "unmap", "op" };

#define NR_PARTS (sizeof(parts) / sizeof(parts[0]))

void report_put_number(struct doc *d, struct doc_table *t, double value,
		       bool tainted)
{
	char text[REPORT_NUMBER_LEN];

	if (isnan(value))
		doc_cell(d, t, DOC_CELL_MISSING, "%s", "");
	else
		doc_cell(d, t, tainted ? DOC_CELL_TAINTED : 0, "%s",
			 report_number(value, text));
}

void report_put_status(struct doc *d, struct doc_table *t,
		       enum dlab_status status)
{
	doc_cell(d, t,
		 status == DLAB_OK   ? 0 :
		 status == DLAB_SKIP ? DOC_CELL_SKIPPED :
				       DOC_CELL_BAD,
		 "%s", dlab_status_name(status));
}

void report_cell(struct doc *d, struct doc_table *t,
		 const struct report_case *c, const char *metric)
{
	const struct dlab_row *row = report_row(c, metric);

	if (row)
		report_put_number(d, t, row->median, row->tainted);
	else if (c && c->status != DLAB_OK)
		report_put_status(d, t, c->status);
	else
		doc_cell(d, t, DOC_CELL_MISSING, "%s", "");
}

void report_cell_ratio(struct doc *d, struct doc_table *t,
		       const struct report_view *v,
		       const struct report_case *c,
		       const struct report_case *base, const char *metric)
{
	char text[REPORT_NUMBER_LEN];

	report_cell(d, t, c, metric);
	if (report_ratio(v, c, base, metric, text))
		doc_cell_note(d, t, "%s", text);
}

/* The id of every case there, with the keys that vary left open. */
static char *spot_id(const struct report_view *v, const struct report_spot *s)
{
	const struct report_case *c = report_first_in(v, s);
	size_t i, len;
	char *text = NULL;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	fprintf(f, "%s@%s[", v->workloads.v[s->workload],
		v->topologies.v[s->topology]);
	for (i = 0; i < c->nr_keys; i++)
		fprintf(f, "%s%s=%s", i ? "," : "", c->keys[i].key,
			strcmp(c->keys[i].key, "desc") ? "\u2026" :
							 c->keys[i].value);
	fputc(']', f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* "300 operations in 1 boot" of the rows of a metric there */
static void put_sample_size(FILE *f, const struct report_view *v,
			    const struct report_spot *s, const char *metric)
{
	uint64_t least = UINT64_MAX, most = 0;
	unsigned int boots = 0;
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN];
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct dlab_row *r;

		if (!report_in_spot(&v->cases[i], s))
			continue;
		r = report_row(&v->cases[i], metric);
		if (!r)
			continue;
		if (r->n < least)
			least = r->n;
		if (r->n > most)
			most = r->n;
		if (r->boots > boots)
			boots = r->boots;
	}
	if (least < most)
		fprintf(f, "%s to ", report_number((double)least, a));
	fprintf(f, "%s in %u boot%s", report_number((double)most, b), boots,
		dlab_s(boots));
}

enum presence { ABSENT, ALL_ZERO, PRESENT };

static enum presence count_presence(const struct report_view *v,
				    const struct report_spot *s,
				    const char *metric)
{
	enum presence p = ABSENT;
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct dlab_row *r;

		if (!report_in_spot(&v->cases[i], s))
			continue;
		r = report_row(&v->cases[i], metric);
		if (r && r->median != 0)
			return PRESENT;
		if (r)
			p = ALL_ZERO;
	}
	return p;
}

/* A sentence that names the structure counts without a column. */
static void say_counts(struct doc *d, const struct report_view *v,
		       const struct report_spot *s, enum presence which,
		       const char *before)
{
	char *text = NULL;
	size_t i, len, nr = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < v->metrics->nr; i++) {
		const struct dlab_metric *m = &v->metrics->v[i];

		if (report_is_structure_count(m) &&
		    count_presence(v, s, m->name) == which)
			fprintf(f, "%s%c%s%c", nr++ ? ", " : "", DOC_CODE_ON,
				m->name, DOC_CODE_OFF);
	}
	if (fclose(f))
		d->err = -ENOMEM;
	else if (nr)
		doc_para(d, "%s %s.", before, text);
	free(text);
}

/* Histograms have no total, and so no mean. */
static bool has_mean(const struct report_family *f)
{
	return strcmp(f->suffix, "_ns");
}

static void part_columns(struct doc *d, struct doc_table *t,
			 const struct report_family *f)
{
	size_t i;

	for (i = 0; i < NR_PARTS; i++)
		doc_col(d, t, DOC_COL_NUM, -1, parts[i]);
	if (has_mean(f))
		doc_col(d, t, DOC_COL_NUM, -1, "op mean");
}

/* The mean shows what a median hides: a cost on every k-th operation. */
static void mean_cell(struct doc *d, struct doc_table *t,
		      const struct report_case *c, const char *metric)
{
	const struct dlab_row *r = report_row(c, metric);

	report_put_number(d, t, r ? r->total * r->boots / (double)r->n : NAN,
			  r && r->tainted);
}

typedef void (*put_cells_fn)(struct doc *d, struct doc_table *t,
			     const struct report_view *v,
			     const struct report_spot *s,
			     const struct report_case *c, const void *arg);

/* A shape as a heading, paths below it. */
static void shape_rows(struct doc *d, struct doc_table *t,
		       const struct report_view *v, const struct report_spot *s,
		       int shape, put_cells_fn put_cells, const void *arg)
{
	char label[128];
	int series;

	doc_group(d, t, "%s",
		  report_shape_label(v, s, shape, label, sizeof(label)));
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c =
			report_find(v, s->topology, s->workload, s->desc, shape,
				    series);

		if (!c)
			continue;
		doc_row(d, t, report_colour_of(v, series));
		doc_cell(d, t, 0, "%s%s", v->series.v[series],
			 report_is_null(v, series) ? " (harness)" : "");
		put_cells(d, t, v, s, c, arg);
	}
}

static void part_cells(struct doc *d, struct doc_table *t,
		       const struct report_view *v,
		       const struct report_spot *s __attribute__((unused)),
		       const struct report_case *c, const void *arg)
{
	char name[REPORT_METRIC_LEN];
	size_t i;

	for (i = 0; i + 1 < NR_PARTS; i++)
		report_cell(d, t, c, report_metric(parts[i], arg, name));
	/* the whole comes last */
	report_metric(parts[i], arg, name);
	report_cell_ratio(d, t, v, c, report_baseline(v, c, name), name);
	if (has_mean(arg))
		mean_cell(d, t, c, name);
}

static void parts_table(struct doc *d, const struct report_view *v,
			const struct report_spot *s,
			const struct report_family *f)
{
	char name[REPORT_METRIC_LEN], *size = NULL;
	struct doc_table *t;
	size_t len;
	int shape;
	FILE *out = open_memstream(&size, &len);

	report_metric("op", f, name);
	if (!out) {
		d->err = -ENOMEM;
		return;
	}
	put_sample_size(out, v, s, name);
	if (fclose(out))
		d->err = -ENOMEM;
	t = doc_table(
		d,
		"Parts of an operation in %s (%s%s): medians of `map%s`, "
		"`fill%s`, `unmap%s` and, measured together in a pass of its "
		"own, `op%s`; n = %s.%s",
		f->what, f->means,
		!strcmp(f->suffix, "_ns") &&
				report_is_emulated(v, s->topology) ?
			" on an emulated CPU" :
			"",
		f->suffix, f->suffix, f->suffix, f->suffix, size,
		has_mean(f) ? " The mean is over all operations in a row, so "
			      "it holds what only some of them pay." :
			      "");
	free(size);
	doc_col(d, t, DOC_COL_KEY, -1, "path");
	part_columns(d, t, f);
	for (shape = 0; shape < (int)v->shapes.nr; shape++)
		if (report_shape_in(v, s, shape))
			shape_rows(d, t, v, s, shape, part_cells, f);
}

/* The count has a column there, and some case of the shape has it. */
static bool is_counted(const struct report_view *v, const struct report_spot *s,
		       int shape, const struct dlab_metric *m)
{
	size_t i;

	if (!report_is_structure_count(m) ||
	    count_presence(v, s, m->name) != PRESENT)
		return false;
	for (i = 0; i < v->nr_cases; i++)
		if (v->cases[i].shape == shape &&
		    report_in_spot(&v->cases[i], s) &&
		    report_row(&v->cases[i], m->name))
			return true;
	return false;
}

/* Some are counted by stepping, which long transfers are not. */
static bool same_counts(const struct report_view *v,
			const struct report_spot *s, int a, int b)
{
	size_t i;

	for (i = 0; i < v->metrics->nr; i++)
		if (is_counted(v, s, a, &v->metrics->v[i]) !=
		    is_counted(v, s, b, &v->metrics->v[i]))
			return false;
	return true;
}

static void count_cells(struct doc *d, struct doc_table *t,
			const struct report_view *v,
			const struct report_spot *s,
			const struct report_case *c, const void *arg)
{
	const int *like = arg;
	size_t i;

	for (i = 0; i < v->metrics->nr; i++)
		if (is_counted(v, s, *like, &v->metrics->v[i]))
			report_cell(d, t, c, v->metrics->v[i].name);
}

/* Shapes of which the same is counted as @like's. */
static void counts_table(struct doc *d, struct doc_table *t,
			 const struct report_view *v,
			 const struct report_spot *s, int like)
{
	size_t i;
	int shape;

	doc_col(d, t, DOC_COL_KEY, -1, "path");
	for (i = 0; i < v->metrics->nr; i++)
		if (is_counted(v, s, like, &v->metrics->v[i]))
			doc_col(d, t, DOC_COL_NUM, -1, v->metrics->v[i].name);
	for (shape = like; shape < (int)v->shapes.nr; shape++)
		if (report_shape_in(v, s, shape) &&
		    same_counts(v, s, like, shape))
			shape_rows(d, t, v, s, shape, count_cells, &like);
}

static bool counts_nothing(const struct report_view *v,
			   const struct report_spot *s, int shape)
{
	size_t i;

	for (i = 0; i < v->metrics->nr; i++)
		if (is_counted(v, s, shape, &v->metrics->v[i]))
			return false;
	return true;
}

static void counts_tables(struct doc *d, const struct report_view *v,
			  const struct report_spot *s)
{
	bool any = false;
	int shape, before;

	for (shape = 0; shape < (int)v->shapes.nr; shape++) {
		if (!report_shape_in(v, s, shape) || counts_nothing(v, s, shape))
			continue;
		for (before = 0; before < shape; before++)
			if (report_shape_in(v, s, before) &&
			    same_counts(v, s, before, shape))
				break;
		if (before < shape)
			continue;
		counts_table(d,
			     doc_table(d, any ? "The same, of transfers of "
						"which less is counted" :
						"Structure counts per "
						"operation, taken in a pass of "
						"their own. They explain a "
						"difference and are never "
						"judged."),
			     v, s, shape);
		any = true;
	}
	say_counts(d, v, s, ALL_ZERO, "Counted, and 0 in every row:");
	if (any)
		say_counts(d, v, s, ABSENT, "Not measured here:");
}

static void id_list(struct doc *d, const struct report_view *v,
		    const struct report_spot *s)
{
	size_t i;

	doc_fold(d, false, "Case ids");
	for (i = 0; i < v->nr_cases; i++)
		if (report_in_spot(&v->cases[i], s))
			doc_item(d, "`%s`", v->cases[i].id);
	doc_unfold(d);
}

void report_spot_details(struct doc *d, const struct report_view *v,
			 const struct report_spot *s, bool open)
{
	const struct report_family *f;
	char label[256], name[REPORT_METRIC_LEN];
	char *id = spot_id(v, s);

	if (!id) {
		d->err = -ENOMEM;
		return;
	}
	doc_fold(d, open, "%s: parts and structure counts",
		 report_spot_label(v, s, label, sizeof(label)));
	doc_para(d, "Cases: `%s`", id);
	free(id);
	if (report_is_model(v->descs.v[s->desc]))
		doc_para(d,
			 "%s is a model of a hardware structure: no device "
			 "reads it, and it is verified by translating its "
			 "addresses back.",
			 v->descs.v[s->desc]);
	for (f = report_families; f->suffix; f++)
		if (report_spot_has(v, s, report_metric("op", f, name)))
			parts_table(d, v, s, f);
	counts_tables(d, v, s);
	id_list(d, v, s);
	doc_unfold(d);
}
