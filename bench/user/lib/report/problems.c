// SPDX-License-Identifier: GPL-2.0-only
/*
 * What went wrong in a run, before anything else in its report: boots and
 * cases without figures, figures that are tainted, each with its reason.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report.h"

/**
 * struct problem - cases that ended alike, for the same reason
 */
struct problem {
	const struct dlab_row *row;
	const char *first;
	size_t cases;
};

static bool is_problem(const struct dlab_row *r)
{
	return r->status != DLAB_OK || r->tainted;
}

static bool is_alike(const struct problem *p, const struct dlab_row *r)
{
	return p->row->status == r->status && p->row->tainted == r->tainted &&
	       !strcmp(p->row->reason, r->reason);
}

/* Rows of one case that are alike count once. */
static void add_problem(struct problem *list, size_t *nr,
			const struct report_case *c, const struct dlab_row *r)
{
	size_t i;

	for (i = 0; i < *nr; i++)
		if (is_alike(&list[i], r))
			break;
	if (i == *nr) {
		list[(*nr)++] = (struct problem){ r, c->id, 1 };
		return;
	}
	list[i].cases++;
}

static bool seen_in_case(const struct report_case *c, size_t row)
{
	size_t i;

	for (i = 0; i < row; i++) {
		struct problem p = { c->rows[i], c->id, 1 };

		if (is_problem(c->rows[i]) && is_alike(&p, c->rows[row]))
			return true;
	}
	return false;
}

static int problem_order(const void *a, const void *b)
{
	const struct problem *x = a, *y = b;

	/* the worst first, taints last */
	if (x->row->status != y->row->status)
		return (int)y->row->status - (int)x->row->status;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t collect_problems(const struct report_view *v,
			       struct problem *list)
{
	size_t i, j, nr = 0;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		for (j = 0; j < c->nr_rows; j++)
			if (is_problem(c->rows[j]) && !seen_in_case(c, j))
				add_problem(list, &nr, c, c->rows[j]);
	}
	qsort(list, nr, sizeof(*list), problem_order);
	return nr;
}

static void problem_ids(struct doc *d, const struct report_view *v,
			const struct problem *p)
{
	size_t i, j;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		for (j = 0; j < c->nr_rows; j++)
			if (is_problem(c->rows[j]) && is_alike(p, c->rows[j]) &&
			    !seen_in_case(c, j))
				doc_item(d, "`%s`", c->id);
	}
}

static const char *problem_word(const struct problem *p)
{
	return p->row->status == DLAB_OK ? "tainted" :
					   dlab_status_name(p->row->status);
}

/* The summary's reason begins with the word that has a column here. */
static const char *problem_reason(const struct problem *p)
{
	const char *reason = p->row->reason;

	if (p->row->status == DLAB_OK && !strncmp(reason, "tainted: ", 9))
		reason += 9;
	return *reason ? reason : "no reason given";
}

static void problem_table(struct doc *d, const struct report_view *v,
			  const struct problem *list, size_t nr)
{
	struct doc_table *t;
	size_t i;

	t = doc_table(d,
		      "Cases without figures, and figures that a state of the "
		      "machine has moved (tainted), by reason");
	doc_col(d, t, DOC_COL_KEY, -1, "ended");
	doc_col(d, t, DOC_COL_NUM, -1, "cases");
	doc_col(d, t, DOC_COL_WRAP, -1, "reason");
	doc_col(d, t, DOC_COL_WRAP, -1, "for example");
	for (i = 0; i < nr; i++) {
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", problem_word(&list[i]));
		doc_cell(d, t, 0, "%zu", list[i].cases);
		doc_cell(d, t, 0, "%s", problem_reason(&list[i]));
		doc_cell(d, t, 0, "`%s`", list[i].first);
	}
	doc_fold(d, false, "Ids of these cases");
	for (i = 0; i < nr; i++) {
		doc_para(d, "**%s**: %s", problem_word(&list[i]),
			 problem_reason(&list[i]));
		problem_ids(d, v, &list[i]);
	}
	doc_unfold(d);
}

static bool boot_is_bad(const struct dlab_boot *b)
{
	return b->status != DLAB_OK;
}

static void bad_boots(struct doc *d, const struct report_view *v)
{
	struct doc_table *t = NULL;
	size_t i;

	for (i = 0; i < v->run.nr_boots; i++) {
		const struct dlab_boot *b = &v->run.boots[i];

		if (!boot_is_bad(b))
			continue;
		if (!t) {
			t = doc_table(
				d, "Boots that did not end well; their console "
				   "logs are in the run's directory");
			doc_col(d, t, DOC_COL_KEY, -1, "boot");
			doc_col(d, t, 0, -1, "ended");
			doc_col(d, t, DOC_COL_WRAP, -1, "reason");
		}
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", b->name);
		report_put_status(d, t, b->status);
		doc_cell(d, t, 0, "%s",
			 *b->reason ? b->reason : "no reason given");
	}
}

void report_problem_items(struct doc *d, const struct report_view *v,
			  size_t rows)
{
	struct problem *list = calloc(v->summary.nr + 1, sizeof(*list));
	char reason[4 * 120 + 1], id[4 * 120 + 1];
	size_t nr, i;

	if (!list) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < v->run.nr_boots && rows; i++) {
		const struct dlab_boot *b = &v->run.boots[i];

		if (!boot_is_bad(b))
			continue;
		doc_item(d, "boot %s: %s, %s", b->name,
			 dlab_status_name(b->status),
			 doc_short(b->reason, 120, reason));
		rows--;
	}
	nr = collect_problems(v, list);
	for (i = 0; i < nr && i < rows; i++)
		doc_item(d, "%s, %zu case%s: %s; `%s`", problem_word(&list[i]),
			 list[i].cases, dlab_s(list[i].cases),
			 doc_short(problem_reason(&list[i]), 120, reason),
			 doc_short(list[i].first, 120, id));
	if (nr > rows)
		doc_item(d, "and %zu more", nr - rows);
	free(list);
}

bool report_went_wrong(const struct report_view *v)
{
	size_t i;

	for (i = 0; i < v->run.nr_boots; i++)
		if (boot_is_bad(&v->run.boots[i]))
			return true;
	for (i = 0; i < v->summary.nr; i++)
		if (v->summary.v[i].tainted ||
		    v->summary.v[i].status > DLAB_SKIP)
			return true;
	return false;
}

void report_problems(struct doc *d, const struct report_view *v)
{
	struct problem *list = calloc(v->summary.nr + 1, sizeof(*list));
	size_t nr, i;
	bool boots = false;

	if (!list) {
		d->err = -ENOMEM;
		return;
	}
	nr = collect_problems(v, list);
	for (i = 0; i < v->run.nr_boots; i++)
		boots = boots || boot_is_bad(&v->run.boots[i]);
	if (nr || boots) {
		doc_heading(d, 2, "problems", "%s",
			    report_went_wrong(v) ? "Problems" : "Skipped");
		bad_boots(d, v);
		if (nr)
			problem_table(d, v, list, nr);
	}
	free(list);
}
