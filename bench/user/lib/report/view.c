// SPDX-License-Identifier: GPL-2.0-only
/* Loads a run and finds in it what belongs side by side. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/doc.h"
#include "report/order.h"
#include "report/view.h"

static int add_word(struct report_names *n, const char *text, size_t len)
{
	char *word = strndup(text, len);
	int i;

	if (!word)
		return -ENOMEM;
	i = report_names_add(n, word);
	free(word);
	return i;
}

static int classify_series(struct report_view *v, struct report_case *c)
{
	bool none;
	char *label = report_case_series_label(c, &none);

	c->series = -1;
	if (none)
		return 0;
	if (!label)
		return -ENOMEM;
	c->series = report_names_add(&v->series, label);
	free(label);
	return c->series < 0 ? c->series : 0;
}

/* What is not known by its keys is known by its workload and its label. */
static int classify_transfer(struct report_view *v, struct report_case *c)
{
	char *fallback, *word;

	if (c->workload < 0 || c->shape < 0 ||
	    asprintf(&fallback, "%s %s", v->workloads.v[c->workload],
		     v->shapes.v[c->shape]) < 0)
		return -ENOMEM;
	word = report_case_transfer(c, fallback);
	c->transfer = word ? report_names_add(&v->transfers, word) : -ENOMEM;
	free(fallback);
	free(word);
	return c->transfer < 0 ? c->transfer : 0;
}

/* "group/name@topology[keys]" */
static int classify(struct report_view *v, struct report_case *c)
{
	const char *at = strchrnul(c->id, '@');
	const char *open = strchrnul(at, '[');
	char *label;
	int ret;

	ret = report_case_parse_keys(c, *open ? open + 1 : open);
	if (ret)
		return ret;
	c->workload = add_word(&v->workloads, c->id, (size_t)(at - c->id));
	c->topology = *at ? add_word(&v->topologies, at + 1,
				     (size_t)(open - at - 1)) :
			    report_names_add(&v->topologies, "");
	c->desc = report_names_add(&v->descs, report_case_desc(c));
	label = report_case_shape_label(c);
	if (!label)
		return -ENOMEM;
	c->shape = report_names_add(&v->shapes, label);
	free(label);
	ret = classify_transfer(v, c);
	if (ret)
		return ret;
	if (c->workload < 0 || c->topology < 0 || c->desc < 0 || c->shape < 0)
		return -ENOMEM;
	return classify_series(v, c);
}

static int row_order(const void *a, const void *b)
{
	const struct dlab_row *x = *(const struct dlab_row *const *)a;
	const struct dlab_row *y = *(const struct dlab_row *const *)b;
	int d = strcmp(x->id, y->id);

	/* as they stand in the summary */
	return d ? d : (x > y) - (x < y);
}

static int case_order(const void *a, const void *b)
{
	const struct report_case *x = a, *y = b;

	return (x->rows[0] > y->rows[0]) - (x->rows[0] < y->rows[0]);
}

static void add_row_to_case(struct report_case *c, const struct dlab_row **row)
{
	if (!c->nr_rows)
		c->rows = row;
	c->nr_rows++;
	if ((*row)->status > c->status)
		c->status = (*row)->status;
	c->tainted = c->tainted || (*row)->tainted;
}

/* The case with this id; cases.tsv has them in about the summary's order. */
static struct report_case *case_by_id(struct report_view *v, const char *id,
				      size_t *from)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		struct report_case *c = &v->cases[(*from + i) % v->nr_cases];

		if (!strcmp(c->id, id)) {
			*from = (*from + i + 1) % v->nr_cases;
			return c;
		}
	}
	return NULL;
}

static int link_declared(struct report_view *v, const char *topology,
			 size_t first, size_t last)
{
	size_t i, from = 0;

	for (i = first; i < last; i++) {
		char *id = dlab_qualified_id(v->declared.v[i].id, topology);
		struct report_case *c;

		if (!id)
			return -ENOMEM;
		c = case_by_id(v, id, &from);
		free(id);
		if (c)
			c->declared = &v->declared.v[i];
	}
	return 0;
}

/*
 * What each boot was asked to run, all keys and not only those in the ids.  A
 * boot without the list (made by hand, or long ago) is reported all the same.
 */
static int find_declared(struct report_view *v)
{
	size_t *ends = calloc(v->run.nr_boots + 1, sizeof(*ends));
	char path[PATH_MAX];
	size_t i;
	int ret = 0;

	if (!ends)
		return -ENOMEM;
	for (i = 0; i < v->run.nr_boots; i++) {
		snprintf(path, sizeof(path), "%s/%s/cases.tsv", v->run.dir,
			 v->run.boots[i].name);
		dlab_cases_read(path, &v->declared, NULL);
		ends[i] = v->declared.nr;
	}
	/* the list does not move any more */
	for (i = 0; !ret && i < v->run.nr_boots; i++)
		ret = link_declared(v, v->run.boots[i].topology,
				    i ? ends[i - 1] : 0, ends[i]);
	free(ends);
	return ret;
}

static int collect_cases(struct report_view *v)
{
	const struct dlab_row **rows;
	size_t i;
	int ret;

	rows = calloc(v->summary.nr + 1, sizeof(*rows));
	v->cases = calloc(v->summary.nr + 1, sizeof(*v->cases));
	v->rows = rows;
	if (!rows || !v->cases)
		return -ENOMEM;
	for (i = 0; i < v->summary.nr; i++) {
		doc_clean(v->summary.v[i].id);
		doc_clean(v->summary.v[i].reason);
		rows[i] = &v->summary.v[i];
	}
	qsort(rows, v->summary.nr, sizeof(*rows), row_order);
	for (i = 0; i < v->summary.nr; i++) {
		if (!i || strcmp(rows[i]->id, rows[i - 1]->id))
			v->cases[v->nr_cases++].id = rows[i]->id;
		add_row_to_case(&v->cases[v->nr_cases - 1], &rows[i]);
	}
	qsort(v->cases, v->nr_cases, sizeof(*v->cases), case_order);
	ret = find_declared(v);
	if (ret)
		return ret;
	for (i = 0; i < v->nr_cases; i++) {
		ret = classify(v, &v->cases[i]);
		if (ret)
			return ret;
	}
	return 0;
}

const struct report_case *report_find(const struct report_view *v, int topology,
				      int workload, int desc, int shape,
				      int series)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		if (c->topology == topology && c->workload == workload &&
		    c->desc == desc && c->shape == shape && c->series == series)
			return c;
	}
	return NULL;
}

/* Counting, timing and moving data are not each other's replacement. */
static bool is_same_kind(const struct report_case *a,
			 const struct report_case *b)
{
	return a->declared && b->declared ?
		       a->declared->kind == b->declared->kind :
		       a->workload == b->workload;
}

const struct report_case *report_find_like(const struct report_view *v,
					   const struct report_case *like,
					   int topology, int series)
{
	const struct report_case *found = NULL;
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		if (c->topology != topology || c->series != series ||
		    c->desc != like->desc || c->transfer != like->transfer ||
		    !is_same_kind(c, like))
			continue;
		if (c->workload == like->workload)
			return c;
		if (!found)
			found = c;
	}
	return found;
}

const struct dlab_row *report_row(const struct report_case *c,
				  const char *metric)
{
	size_t i;

	for (i = 0; c && i < c->nr_rows; i++)
		if (c->rows[i]->n && !strcmp(c->rows[i]->metric, metric))
			return c->rows[i];
	return NULL;
}

bool report_is_null(const struct report_view *v, int series)
{
	return series >= 0 && !strcmp(v->series.v[series], "null");
}

static int describe_shapes(struct report_view *v)
{
	size_t i;

	v->shape_info = calloc(v->shapes.nr + 1, sizeof(*v->shape_info));
	if (!v->shape_info)
		return -ENOMEM;
	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];
		struct report_shape *s = &v->shape_info[c->shape];

		if (s->like)
			continue;
		s->like = c;
		s->bytes = report_case_number(c, "size");
		s->segs = report_case_number(c, "segs");
	}
	return 0;
}

static int build(struct report_view *v)
{
	int ret = collect_cases(v);

	if (!ret)
		ret = describe_shapes(v);
	if (!ret)
		ret = report_order(v);
	if (!ret)
		ret = report_set_baseline(v, NULL);
	return ret;
}

int report_view_load(struct report_view *v, const char *dir,
		     const struct dlab_metrics *metrics, struct dlab_err *err)
{
	int ret;

	memset(v, 0, sizeof(*v));
	v->metrics = metrics;
	v->headline = -1;
	ret = dlab_run_load(dir, &v->run, err);
	if (!ret)
		ret = dlab_data_load(&v->run, metrics, &v->data, err);
	if (!ret)
		ret = dlab_stat(dir, metrics, &v->summary, err);
	if (ret)
		return ret;
	ret = build(v);
	return ret ? dlab_fail(err, -ret, "report of %s: out of memory", dir) :
		     0;
}

void report_view_free(struct report_view *v)
{
	size_t i, j;

	for (i = 0; i < v->nr_cases; i++) {
		for (j = 0; j < v->cases[i].nr_keys; j++) {
			free(v->cases[i].keys[j].key);
			free(v->cases[i].keys[j].value);
		}
		free(v->cases[i].keys);
	}
	free(v->cases);
	free(v->rows);
	free(v->shape_info);
	free(v->columns);
	report_names_free(&v->topologies);
	report_names_free(&v->workloads);
	report_names_free(&v->descs);
	report_names_free(&v->shapes);
	report_names_free(&v->series);
	report_names_free(&v->transfers);
	dlab_cases_free(&v->declared);
	dlab_summary_free(&v->summary);
	dlab_data_free(&v->data);
	dlab_run_free(&v->run);
}
