// SPDX-License-Identifier: GPL-2.0-only
/* Which functions a change lies in: one stepped operation against another. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "report/history/parts.h"
#include "report/view.h"

/* The rest is told in one row. */
#define MAX_SHOWN 8

static void put_count(struct doc *d, struct doc_table *t, uint64_t n)
{
	char number[REPORT_NUMBER_LEN];

	doc_cell(d, t, 0, "%s", report_number((double)n, number));
}

static void put_row(struct doc *d, struct doc_table *t,
		    const struct dlab_function_change *c)
{
	char diff[PART_TEXT];

	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%s", c->function);
	doc_cell(d, t, 0, "%s", dlab_phase_name(c->phase));
	put_count(d, t, c->insns_a);
	put_count(d, t, c->insns_b);
	doc_cell(d, t, 0, "%s",
		 part_diff((double)c->insns_a, (double)c->insns_b, diff));
	if (c->calls_a == c->calls_b)
		doc_cell(d, t, 0, "%llu", (unsigned long long)c->calls_b);
	else
		doc_cell(d, t, 0, "%llu → %llu", (unsigned long long)c->calls_a,
			 (unsigned long long)c->calls_b);
}

/* What is left of those that changed, together. */
static void put_rest(struct doc *d, struct doc_table *t,
		     const struct dlab_function_changes *c)
{
	uint64_t a = 0, b = 0;
	char diff[PART_TEXT];
	size_t i;

	if (c->nr_changed <= MAX_SHOWN)
		return;
	for (i = MAX_SHOWN; i < c->nr_changed; i++) {
		a += c->v[i].insns_a;
		b += c->v[i].insns_b;
	}
	doc_row(d, t, -1);
	doc_cell(d, t, 0, "%zu more", c->nr_changed - MAX_SHOWN);
	doc_cell(d, t, 0, "-");
	put_count(d, t, a);
	put_count(d, t, b);
	doc_cell(d, t, 0, "%s", part_diff((double)a, (double)b, diff));
	doc_cell(d, t, 0, "-");
}

static void put_table(struct doc *d, const char *id,
		      const struct dlab_function_changes *c)
{
	struct doc_table *t;
	size_t i;

	t = doc_table(d,
		      "Which functions changed: instructions of one operation "
		      "of `%s`, stepped one by one",
		      id);
	doc_col(d, t, DOC_COL_KEY, -1, "function");
	doc_col(d, t, 0, -1, "phase");
	doc_col(d, t, DOC_COL_NUM, -1, "before");
	doc_col(d, t, DOC_COL_NUM, -1, "after");
	doc_col(d, t, DOC_COL_NUM, -1, "diff");
	doc_col(d, t, DOC_COL_NUM, -1, "calls");
	for (i = 0; i < c->nr_changed && i < MAX_SHOWN; i++)
		put_row(d, t, &c->v[i]);
	put_rest(d, t, c);
}

static void clean(struct dlab_function_changes *c)
{
	size_t i;

	for (i = 0; i < c->nr; i++)
		doc_clean(c->v[i].function);
}

static void diff(struct doc *d, const char *id, const struct dlab_functions *a,
		 const struct dlab_functions *b)
{
	struct dlab_function_changes c;
	struct dlab_err err;

	if (dlab_functions_diff(a, b, &c, &err)) {
		d->err = -ENOMEM;
		return;
	}
	clean(&c);
	if (c.nr_changed)
		put_table(d, id, &c);
	else
		doc_para(d, "No function of the operation that was stepped "
			    "changed: it is another one that pays.");
	dlab_function_changes_free(&c);
}

/* Runs made before functions were counted, or with other cases, have none. */
static bool is_absent(int ret)
{
	return ret == -ENOENT || ret == -ENODATA;
}

void part_grew(struct doc *d, const struct dlab_history *h,
	       const struct dlab_hit *hit)
{
	const struct dlab_step *s = &h->steps[hit->main];
	struct dlab_functions a = { 0 }, b = { 0 };
	struct dlab_err err = { "" };
	int ret;

	if (!h->run_dirs[s->before] || !h->run_dirs[s->point])
		return;
	ret = dlab_functions_load(h->run_dirs[s->before], hit->id, &a, &err);
	if (!ret)
		ret = dlab_functions_load(h->run_dirs[s->point], hit->id, &b,
					  &err);
	if (!ret) {
		diff(d, hit->id, &a, &b);
	} else if (!is_absent(ret)) {
		doc_clean(err.text);
		doc_note(d, DOC_WARN,
			 "Which functions changed is not known: %s", err.text);
	}
	dlab_functions_free(&a);
	dlab_functions_free(&b);
}
