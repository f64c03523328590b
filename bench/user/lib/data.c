// SPDX-License-Identifier: GPL-2.0-only
/* Puts together what the boots of a run measured. */
#include <errno.h>
#include <math.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "summary.h"
#include "tsv.h"

/* One load: what is being read into what. */
struct loader {
	const struct dlab_run *run;
	const struct dlab_metrics *metrics;
	struct dlab_data *data;
	struct dlab_err *err;
	unsigned int boot;
	size_t first_outcome; /* of this boot; sorted by id once read */
	uint64_t past; /* of the boot so far */
	bool defined; /* cases start from one state: they have no past */
	size_t room_series;
	size_t room_outcomes;
};

static int no_memory(const struct loader *l)
{
	return dlab_fail(l->err, ENOMEM, "%s: out of memory", l->run->dir);
}

char *dlab_qualified_id(const char *id, const char *topology)
{
	size_t name = strcspn(id, "[");
	char *s;

	if (asprintf(&s, "%.*s@%s%s", (int)name, id, topology, id + name) < 0)
		return NULL;
	return s;
}

/* ---- the index: a tree of (id, metric), by place in the array */

struct node {
	const char *id;
	const char *metric;
	size_t at;
};

static int node_order(const void *a, const void *b)
{
	const struct node *x = a, *y = b;
	int d = strcmp(x->id, y->id);

	return d ? d : strcmp(x->metric, y->metric);
}

const struct dlab_series *dlab_data_find(const struct dlab_data *data,
					 const char *id, const char *metric)
{
	const struct node key = { .id = id, .metric = metric };
	void *const *found =
		tfind(&key, (void *const *)&data->index, node_order);

	return found ? &data->series[((struct node *)*found)->at] : NULL;
}

/* Takes over @id. */
static struct dlab_series *add_series(struct loader *l, char *id,
				      const struct dlab_metric *metric)
{
	struct dlab_data *d = l->data;
	struct node *node;

	if (d->nr_series == l->room_series) {
		size_t room = l->room_series ? 2 * l->room_series : 256;
		struct dlab_series *v =
			reallocarray(d->series, room, sizeof(*v));

		if (!v)
			goto err_free;
		d->series = v;
		l->room_series = room;
	}
	node = malloc(sizeof(*node));
	if (!node)
		goto err_free;
	*node = (struct node){ id, metric->name, d->nr_series };
	if (!tsearch(node, &d->index, node_order)) {
		free(node);
		goto err_free;
	}
	d->series[d->nr_series] =
		(struct dlab_series){ .id = id, .metric = metric };
	return &d->series[d->nr_series++];

err_free:
	free(id);
	return NULL;
}

/* The cell of this boot in the series of a case that is ok and @metric. */
static struct dlab_cell *get_cell(struct loader *l,
				  const struct dlab_outcome *o,
				  const struct dlab_metric *metric)
{
	char *id = strdup(o->id);
	struct dlab_series *s;
	struct dlab_cell *cells;

	if (!id)
		return NULL;
	s = (struct dlab_series *)dlab_data_find(l->data, id, metric->name);
	if (s)
		free(id);
	else
		s = add_series(l, id, metric);
	if (!s)
		return NULL;
	if (s->nr && s->cells[s->nr - 1].boot == l->boot)
		return &s->cells[s->nr - 1];
	cells = reallocarray(s->cells, s->nr + 1, sizeof(*cells));
	if (!cells)
		return NULL;
	s->cells = cells;
	cells[s->nr] = (struct dlab_cell){ .boot = l->boot, .past = o->past };
	return &cells[s->nr++];
}

/* ---- the three files of a boot */

/*
 * Return: 1 when open, 0 where the boot ended badly and left no such file,
 * or -errno.
 */
static int open_table(struct loader *l, struct dlab_tsv *t, const char *file,
		      const char *const *want, size_t nr_want, bool optional)
{
	const struct dlab_boot *b = &l->run->boots[l->boot];
	char *path;
	int ret;

	if (asprintf(&path, "%s/%s/%s", l->run->dir, b->name, file) < 0)
		return no_memory(l);
	ret = dlab_tsv_open(t, path, want, nr_want, l->err);
	free(path);
	if (!ret && t->cut && b->status == DLAB_OK) {
		ret = dlab_fail(l->err, EINVAL,
				"%s ends in the middle of a line", t->name);
		dlab_tsv_close(t);
		return ret;
	}
	if (!ret)
		return 1;
	/* a guest that died may have left the file empty, too */
	if (b->status != DLAB_OK || (optional && ret == -ENOENT))
		return 0;
	return ret;
}

static int outcome_order(const void *a, const void *b)
{
	const struct dlab_outcome *x = a, *y = b;

	return strcmp(x->id, y->id);
}

/* FNV-1a; the terminating NUL keeps words apart. */
static uint64_t hash_word(uint64_t hash, const char *word)
{
	do {
		hash = (hash ^ (unsigned char)*word) * 0x100000001b3ULL;
	} while (*word++);
	return hash;
}

static int add_outcome(struct loader *l, char **f, const char *name)
{
	struct dlab_data *d = l->data;
	struct dlab_outcome *o;

	if (d->nr_outcomes == l->room_outcomes) {
		size_t room = l->room_outcomes ? 2 * l->room_outcomes : 256;

		o = reallocarray(d->outcomes, room, sizeof(*o));
		if (!o)
			return no_memory(l);
		d->outcomes = o;
		l->room_outcomes = room;
	}
	o = &d->outcomes[d->nr_outcomes];
	o->boot = l->boot;
	o->past = l->past;
	if (!l->defined)
		l->past = hash_word(hash_word(l->past, f[0]), f[1]);
	if (dlab_status_parse(f[1], &o->status))
		return dlab_fail(l->err, EINVAL, "%s: no such status: \"%s\"",
				 name, f[1]);
	o->id = dlab_qualified_id(f[0], l->run->boots[l->boot].topology);
	o->reason = strdup(f[2]);
	if (!o->id || !o->reason) {
		free(o->id);
		free(o->reason);
		return no_memory(l);
	}
	d->nr_outcomes++;
	return 0;
}

static int load_outcomes(struct loader *l)
{
	static const char *const want[] = { "case", "status", "reason" };
	struct dlab_tsv t;
	char *f[3];
	int ret;

	l->first_outcome = l->data->nr_outcomes;
	l->past = 0xcbf29ce484222325ULL;
	l->defined = dlab_kvs_find(&l->run->boots[l->boot].effective,
				   "case_state");
	ret = open_table(l, &t, "outcomes.tsv", want, 3, false);
	if (ret <= 0)
		return ret;
	while ((ret = dlab_tsv_next(&t, f, l->err)) > 0) {
		ret = add_outcome(l, f, t.name);
		if (ret)
			break;
	}
	dlab_tsv_close(&t);
	return ret;
}

/*
 * The outcome of a case in this boot if it ended well, else NULL; all of the
 * boot's outcomes are read.
 */
static const struct dlab_outcome *find_ok(const struct loader *l,
					  const char *case_id)
{
	const struct dlab_data *d = l->data;
	struct dlab_outcome key = {
		.id = dlab_qualified_id(case_id,
					l->run->boots[l->boot].topology),
	};
	const struct dlab_outcome *o = NULL;

	if (key.id && d->nr_outcomes)
		o = bsearch(&key, d->outcomes + l->first_outcome,
			    d->nr_outcomes - l->first_outcome, sizeof(*o),
			    outcome_order);
	free(key.id);
	return o && o->status == DLAB_OK ? o : NULL;
}

static const struct dlab_metric *
declared(const struct loader *l, const struct dlab_tsv *t, const char *name)
{
	const struct dlab_metric *m = dlab_metrics_find(l->metrics, name);

	if (!m)
		dlab_fail(
			l->err, EINVAL,
			"%s:%u: metric \"%s\" is not declared in workloads/metrics.ini",
			t->name, t->line, name);
	return m;
}

static int add_samples(struct loader *l, const struct dlab_outcome *o,
		       const struct dlab_tsv *t, char **f)
{
	const struct dlab_metric *m = declared(l, t, f[1]);
	struct dlab_cell *cell;
	struct dlab_err why;
	double *v, *all;
	size_t n;
	int ret;

	if (!m)
		return -EINVAL;
	ret = dlab_unrle(f[2], &v, &n, &why);
	if (ret)
		return dlab_fail(l->err, -ret, "%s:%u: %s", t->name, t->line,
				 why.text);
	cell = get_cell(l, o, m);
	all = cell ? reallocarray(cell->v, cell->n + n, sizeof(*all)) : NULL;
	if (!all) {
		free(v);
		return no_memory(l);
	}
	memcpy(all + cell->n, v, n * sizeof(*v));
	free(v);
	cell->v = all;
	cell->n += n;
	return 0;
}

static int load_samples(struct loader *l)
{
	static const char *const want[] = { "case", "metric", "values" };
	struct dlab_tsv t;
	char *f[3];
	int ret;

	ret = open_table(l, &t, "samples.tsv", want, 3, false);
	if (ret <= 0)
		return ret;
	while ((ret = dlab_tsv_next(&t, f, l->err)) > 0) {
		const struct dlab_outcome *o = find_ok(l, f[0]);

		ret = o ? add_samples(l, o, &t, f) : 0;
		if (ret)
			break;
	}
	dlab_tsv_close(&t);
	return ret;
}

static int parse_bucket(const struct loader *l, const struct dlab_tsv *t,
			char **f, struct dlab_bucket *b)
{
	double count;

	if (dlab_number_parse(f[2], &b->low) || b->low < 0)
		return dlab_fail(l->err, EINVAL,
				 "%s:%u: \"%s\" is not a bucket's lower edge",
				 t->name, t->line, f[2]);
	/* 2^53: what a double counts exactly */
	if (dlab_number_parse(f[3], &count) || count < 1 ||
	    count > 9007199254740992.0 || count != floor(count))
		return dlab_fail(l->err, EINVAL,
				 "%s:%u: \"%s\" is not a bucket's count",
				 t->name, t->line, f[3]);
	b->count = (uint64_t)count;
	return 0;
}

static int add_bucket(struct loader *l, const struct dlab_outcome *o,
		      const struct dlab_tsv *t, char **f)
{
	const struct dlab_metric *m = declared(l, t, f[1]);
	struct dlab_bucket b, *all;
	struct dlab_cell *cell;
	int ret;

	if (!m)
		return -EINVAL;
	ret = parse_bucket(l, t, f, &b);
	if (ret)
		return ret;
	cell = get_cell(l, o, m);
	if (!cell)
		return no_memory(l);
	if (cell->v)
		return dlab_fail(
			l->err, EINVAL,
			"%s:%u: metric \"%s\" of %s has samples and a histogram",
			t->name, t->line, f[1], f[0]);
	all = reallocarray(cell->hist, cell->nr_hist + 1, sizeof(*all));
	if (!all)
		return no_memory(l);
	cell->hist = all;
	all[cell->nr_hist++] = b;
	return 0;
}

static int load_hist(struct loader *l)
{
	static const char *const want[] = { "case", "metric", "bucket_low",
					    "count" };
	struct dlab_tsv t;
	char *f[4];
	int ret;

	ret = open_table(l, &t, "hist.tsv", want, 4, true);
	if (ret <= 0)
		return ret;
	while ((ret = dlab_tsv_next(&t, f, l->err)) > 0) {
		const struct dlab_outcome *o = find_ok(l, f[0]);

		ret = o ? add_bucket(l, o, &t, f) : 0;
		if (ret)
			break;
	}
	dlab_tsv_close(&t);
	return ret;
}

/* A case ends once in a boot. */
static int sort_outcomes(struct loader *l)
{
	struct dlab_outcome *o = l->data->outcomes + l->first_outcome;
	size_t nr = l->data->nr_outcomes - l->first_outcome;

	if (nr)
		qsort(o, nr, sizeof(*o), outcome_order);
	for (size_t i = 1; i < nr; i++)
		if (!strcmp(o[i - 1].id, o[i].id))
			return dlab_fail(
				l->err, EINVAL,
				"%s/%s/outcomes.tsv: %s stands there twice",
				l->run->dir, l->run->boots[l->boot].name,
				o[i].id);
	return 0;
}

static int load_boot(struct loader *l)
{
	int ret = load_outcomes(l);

	if (!ret)
		ret = sort_outcomes(l);
	if (!ret)
		ret = load_samples(l);
	if (!ret)
		ret = load_hist(l);
	return ret;
}

int dlab_data_load(const struct dlab_run *run,
		   const struct dlab_metrics *metrics, struct dlab_data *out,
		   struct dlab_err *err)
{
	struct loader l = {
		.run = run, .metrics = metrics, .data = out, .err = err
	};
	int ret = 0;

	memset(out, 0, sizeof(*out));
	for (l.boot = 0; !ret && l.boot < run->nr_boots; l.boot++)
		ret = load_boot(&l);
	if (ret) {
		dlab_data_free(out);
		return ret;
	}
	for (size_t i = 0; i < out->nr_series; i++) {
		struct dlab_series *s = &out->series[i];

		for (size_t c = 0; c < s->nr; c++)
			s->cells[c].nr_hist = dlab_hist_merge(
				s->cells[c].hist, s->cells[c].nr_hist);
	}
	return 0;
}

void dlab_data_free(struct dlab_data *data)
{
	tdestroy(data->index, free);
	for (size_t i = 0; i < data->nr_series; i++) {
		struct dlab_series *s = &data->series[i];

		for (size_t c = 0; c < s->nr; c++) {
			free(s->cells[c].v);
			free(s->cells[c].hist);
		}
		free(s->cells);
		free(s->id);
	}
	free(data->series);
	for (size_t i = 0; i < data->nr_outcomes; i++) {
		free(data->outcomes[i].id);
		free(data->outcomes[i].reason);
	}
	free(data->outcomes);
	memset(data, 0, sizeof(*data));
}

double dlab_cell_median(const struct dlab_cell *cell)
{
	if (cell->hist)
		return dlab_hist_quantile(cell->hist, cell->nr_hist, 0.5);
	return dlab_median(cell->v, cell->n);
}

double dlab_cell_total(const struct dlab_cell *cell)
{
	double sum = 0;

	if (cell->hist)
		return NAN;
	for (size_t i = 0; i < cell->n; i++)
		sum += cell->v[i];
	return sum;
}

uint64_t dlab_cell_count(const struct dlab_cell *cell)
{
	return cell->hist ? dlab_hist_count(cell->hist, cell->nr_hist) :
			    cell->n;
}
