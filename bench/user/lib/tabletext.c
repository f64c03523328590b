// SPDX-License-Identifier: GPL-2.0-only
/* A table of several runs: for people, and as tab separated values. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "table.h"

static char letter(size_t run)
{
	return (char)('A' + run);
}

static const struct dlab_row *figure(const struct dlab_table *t,
				     const struct report_case *c)
{
	return report_row(c, t->metric->name);
}

/* ---- what there is on a topology */

/* Where a cell is; -1: anywhere. */
struct place {
	int run;
	int row;
	int path;
};

static bool is_at(int is, int want)
{
	return want < 0 || is == want;
}

/* The n-th cell of a topology, and where it is; false behind the last. */
static bool next_cell(const struct dlab_table *t, size_t topology, size_t n,
		      struct place *at, const struct report_case **c)
{
	size_t path = n % t->paths.nr, row = n / t->paths.nr % t->rows.nr;
	size_t run = n / t->paths.nr / t->rows.nr;

	if (run == t->nr_runs)
		return false;
	*at = (struct place){ (int)run, (int)row, (int)path };
	*c = dlab_table_cell(t, run, topology, row, path);
	return true;
}

enum presence { ABSENT, NO_FIGURES, FIGURES };

static enum presence presence(const struct dlab_table *t, size_t topology,
			      struct place want)
{
	enum presence p = ABSENT;
	const struct report_case *c;
	struct place at;

	for (size_t n = 0; next_cell(t, topology, n, &at, &c); n++) {
		if (!c || !is_at(at.run, want.run) ||
		    !is_at(at.row, want.row) || !is_at(at.path, want.path))
			continue;
		if (figure(t, c))
			return FIGURES;
		p = NO_FIGURES;
	}
	return p;
}

static bool is_emulated(const struct dlab_table *t, size_t topology)
{
	const struct report_case *c;
	struct place at;

	for (size_t n = 0; next_cell(t, topology, n, &at, &c); n++)
		if (figure(t, c) && figure(t, c)->emulated)
			return true;
	return false;
}

/* What the topology is, in a sentence; "" where no run says. */
static const char *about(const struct dlab_table *t, size_t topology)
{
	for (size_t i = 0; i < t->nr_runs; i++) {
		const struct dlab_run *run = &t->runs[i].run;

		for (size_t j = 0; j < run->nr_boots; j++)
			if (!strcmp(run->boots[j].topology,
				    t->topologies.v[topology]) &&
			    *run->boots[j].about)
				return run->boots[j].about;
	}
	return "";
}

/* ---- how cases ended */

/* The row that says how, of a case that is not ok; else NULL. */
static const struct dlab_row *ending(const struct report_case *c)
{
	for (size_t i = 0; c && c->status != DLAB_OK && i < c->nr_rows; i++)
		if (c->rows[i]->status == c->status)
			return c->rows[i];
	return NULL;
}

static bool is_like(const struct dlab_row *a, const struct dlab_row *b)
{
	return a && b && a->status == b->status &&
	       !strcmp(a->reason, b->reason);
}

/* Says of each reason once how many cases have it. */
static void say_endings(struct doc *d, const struct dlab_table *t, size_t run,
			size_t topology)
{
	size_t nr = t->rows.nr * t->paths.nr;
	const struct dlab_row **v = calloc(nr + 1, sizeof(*v));

	if (!v) {
		d->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < nr; i++)
		v[i] = ending(dlab_table_cell(t, run, topology, i / t->paths.nr,
					      i % t->paths.nr));
	for (size_t i = 0; i < nr; i++) {
		const struct dlab_row *r = v[i];
		unsigned int cases = 0;

		for (size_t j = i; r && j < nr; j++) {
			if (!is_like(r, v[j]))
				continue;
			cases++;
			v[j] = NULL;
		}
		if (cases)
			doc_note(d, r->status == DLAB_SKIP ? DOC_WARN : DOC_BAD,
				 "%c: %s, %u case%s: %s", letter(run),
				 dlab_status_name(r->status), cases,
				 cases == 1 ? "" : "s", r->reason);
	}
	free(v);
}

/* ---- for people */

static void put_run(struct doc *d, const struct dlab_table *t, size_t run)
{
	const struct dlab_run *r = &t->runs[run].run;
	const char *series = dlab_table_series(r);
	const char *commit = dlab_kvs_find(&r->fingerprint, "kernel_commit");
	bool local = dlab_kvs_find(&r->fingerprint, "kernel_local_changes");

	if (series)
		doc_item(d, "%c: Linux %s, %s%s, run %s", letter(run),
			 dlab_table_kernel(r), series,
			 local ? " with local changes" : "", r->name);
	else
		doc_item(d, "%c: Linux %s (%.12s), run %s", letter(run),
			 dlab_table_kernel(r), commit ? commit : "as booted",
			 r->name);
}

/* Half an instruction of thousands, of two in the middle, is for tsv. */
static double shown(double v)
{
	return fabs(v) < 1000 ? v : round(v);
}

static void put_cell(struct doc *d, struct doc_table *to,
		     const struct dlab_table *t, const struct report_case *c)
{
	const struct dlab_row *r = figure(t, c);
	char text[REPORT_NUMBER_LEN];

	if (r)
		doc_cell(d, to, 0, "%s", report_number(shown(r->median), text));
	else if (c && c->status > DLAB_SKIP)
		doc_cell(d, to, DOC_CELL_BAD, "%s",
			 dlab_status_name(c->status));
	else
		doc_cell(d, to, 0, "-");
}

static void put_shape(struct doc *d, struct doc_table *to,
		      const struct dlab_table *t, size_t topology, size_t row)
{
	doc_group(d, to, "%s", t->rows.v[row]);
	for (size_t run = 0; run < t->nr_runs; run++) {
		/* where it has nothing at all, that is said above */
		if (presence(t, topology, (struct place){ (int)run, -1, -1 }) !=
		    FIGURES)
			continue;
		doc_row(d, to, -1);
		doc_cell(d, to, 0, "%c", letter(run));
		for (size_t path = 0; path < t->paths.nr; path++)
			if (presence(t, topology,
				     (struct place){ -1, -1, (int)path }))
				put_cell(d, to, t,
					 dlab_table_cell(t, run, topology, row,
							 path));
	}
}

static void put_shapes(struct doc *d, const struct dlab_table *t,
		       size_t topology)
{
	const struct dlab_metric *m = t->metric;
	struct doc_table *to = doc_table(
		d, "Median of `%s` (%s%s), whole from 1,000 on:", m->name,
		m->unit,
		m->direction == DLAB_LOWER  ? ", less is better" :
		m->direction == DLAB_HIGHER ? ", more is better" :
					      "");

	doc_col(d, to, DOC_COL_KEY, -1, "run");
	for (size_t path = 0; path < t->paths.nr; path++)
		if (presence(t, topology, (struct place){ -1, -1, (int)path }))
			doc_col(d, to, DOC_COL_NUM, -1, t->paths.v[path]);
	for (size_t row = 0; row < t->rows.nr; row++)
		if (presence(t, topology, (struct place){ -1, (int)row, -1 }))
			put_shape(d, to, t, topology, row);
}

static void put_topology(struct doc *d, const struct dlab_table *t,
			 size_t topology)
{
	const char *words = about(t, topology);

	doc_heading(d, 2, NULL, "%s%s%s", t->topologies.v[topology],
		    *words ? ": " : "", words);
	for (size_t run = 0; run < t->nr_runs; run++)
		put_run(d, t, run);
	for (size_t run = 0; run < t->nr_runs; run++)
		say_endings(d, t, run, topology);
	if (is_emulated(t, topology) && !strcmp(t->metric->instrument, "time"))
		doc_note(d, DOC_WARN,
			 "Times of an emulated CPU: nothing follows from them");
	if (presence(t, topology, (struct place){ -1, -1, -1 }) == FIGURES)
		put_shapes(d, t, topology);
}

/* What all runs have in common, as far as they say. */
static void put_setting(struct doc *d, const struct dlab_table *t)
{
	static const char *const keys[] = { "compiler", "qemu", "machine",
					    "cpu_model" };
	const struct dlab_kvs *kvs = &t->runs[0].run.fingerprint;
	char *text = NULL;
	size_t len, nr = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f) {
		d->err = -ENOMEM;
		return;
	}
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *value = dlab_kvs_find(kvs, keys[i]);

		if (value)
			fprintf(f, "%s%s", nr++ ? ", " : "", value);
	}
	if (fclose(f))
		d->err = -ENOMEM;
	else if (nr)
		doc_para(d, "%s.", text);
	free(text);
}

static void put_configs(struct doc *d, const struct dlab_table *t)
{
	if (!t->configs.nr)
		return;
	doc_heading(d, 2, NULL, "Configuration");
	doc_para(d, "Kernels of different versions cannot be configured alike. "
		    "Symbols that both know and that differ:");
	for (size_t i = 0; i < t->configs.nr; i++) {
		doc_clean(t->configs.v[i]);
		doc_item(d, "%s", t->configs.v[i]);
	}
}

void dlab_table_doc(const struct dlab_table *t, struct doc *d)
{
	doc_heading(d, 1, NULL, "%s by path, shape and kernel",
		    t->metric->name);
	doc_para(d, "`%s`: %s.", t->metric->name, t->metric->about);
	put_setting(d, t);
	for (size_t i = 0; i < t->taints.nr; i++)
		doc_note(d, DOC_BAD,
			 "Tainted, all of them (%s): these figures compare "
			 "with each other, and mean nothing else",
			 t->taints.v[i]);
	for (size_t i = 0; i < t->topologies.nr; i++)
		put_topology(d, t, i);
	put_configs(d, t);
}

/* ---- for programs */

static void print_case(FILE *f, const struct dlab_table *t, size_t topology,
		       struct place at, const struct report_case *c)
{
	const struct dlab_run *run = &t->runs[at.run].run;
	const struct dlab_row *r = figure(t, c);
	const char *series = dlab_table_series(run);

	fprintf(f, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t",
		t->topologies.v[topology], t->rows.v[at.row],
		t->paths.v[at.path], run->name, dlab_table_kernel(run),
		series ? series : "-", c->id, t->metric->name, t->metric->unit);
	if (r)
		fprintf(f, "%.15g", r->median);
	else
		fputc('-', f);
	fprintf(f, "\t%s\n", dlab_status_name(c->status));
}

void dlab_table_tsv(const struct dlab_table *t, FILE *f)
{
	const struct report_case *c;
	struct place at;

	fputs("topology\tshape\tpath\trun\tkernel\tseries\tcase\tmetric\tunit\tmedian\tstatus\n",
	      f);
	for (size_t i = 0; i < t->topologies.nr; i++)
		for (size_t n = 0; next_cell(t, i, n, &at, &c); n++)
			if (c)
				print_case(f, t, i, at, c);
}
