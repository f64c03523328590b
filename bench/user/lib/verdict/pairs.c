// SPDX-License-Identifier: GPL-2.0-only
/* From figures to cases: what belongs together, and the one verdict on it. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/judge.h"
#include "verdict/pairs.h"

static int by_case(const void *x, const void *y)
{
	const struct dlab_figure *a = *(const struct dlab_figure *const *)x;
	const struct dlab_figure *b = *(const struct dlab_figure *const *)y;
	int d = strcmp(a->id_a, b->id_a);

	return d ? d : a < b ? -1 : a > b;
}

static int by_first(const void *x, const void *y)
{
	const struct dlab_pair *a = x, *b = y;

	return a->figures[0] < b->figures[0] ? -1 :
					       a->figures[0] > b->figures[0];
}

static bool has_metric(const struct dlab_pair *p, const struct dlab_metric *m)
{
	for (size_t i = 0; i < p->nr; i++)
		if (p->figures[i]->metric == m)
			return true;
	return false;
}

/* What is judged in a figure's place, or instead of it. */
static void find_others(struct dlab_comparison *c, const struct dlab_pair *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		struct dlab_figure *f = &c->figures[p->figures[i] - c->figures];

		f->has_whole = f->metric->whole &&
			       has_metric(p, f->metric->whole);
		f->has_exact = f->metric->in_exact &&
			       has_metric(p, f->metric->in_exact);
	}
}

int dlab_pairs_make(struct dlab_comparison *c)
{
	size_t nr = c->nr_figures;

	c->by_pair = calloc(nr + 1, sizeof(*c->by_pair));
	c->pairs = calloc(nr + 1, sizeof(*c->pairs));
	if (!c->by_pair || !c->pairs)
		return -ENOMEM;
	for (size_t i = 0; i < nr; i++)
		c->by_pair[i] = &c->figures[i];
	qsort(c->by_pair, nr, sizeof(*c->by_pair), by_case);
	for (size_t i = 0, end; i < nr; i = end) {
		struct dlab_pair *p = &c->pairs[c->nr_pairs++];

		for (end = i + 1; end < nr; end++)
			if (strcmp(c->by_pair[end]->id_a, c->by_pair[i]->id_a))
				break;
		*p = (struct dlab_pair){
			.id_a = c->by_pair[i]->id_a,
			.id_b = c->by_pair[i]->id_b,
			.figures = c->by_pair + i,
			.nr = end - i,
		};
		find_others(c, p);
	}
	qsort(c->pairs, c->nr_pairs, sizeof(*c->pairs), by_first);
	return 0;
}

bool dlab_figure_is_phase(const struct dlab_figure *f)
{
	return f->verdict == DLAB_EXPLAINS && f->has_whole &&
	       dlab_figure_moved(f);
}

bool dlab_figure_is_unseen(const struct dlab_figure *f)
{
	return f->metric->unseen && dlab_figure_moved(f) &&
	       dlab_figure_diff(f) > 0;
}

/* Whether @a says more of its pair than @b, both with the pair's verdict. */
static bool says_more(const struct dlab_figure *a, const struct dlab_figure *b)
{
	if (a->metric->is_whole != b->metric->is_whole)
		return a->metric->is_whole;
	return fabs(dlab_figure_relative(a)) > fabs(dlab_figure_relative(b));
}

static void judge(struct dlab_pair *p)
{
	bool up = false, down = false;

	p->verdict = DLAB_EXPLAINS;
	for (size_t i = 0; i < p->nr; i++)
		p->verdict = dlab_worst_verdict(p->verdict,
						p->figures[i]->verdict);
	for (size_t i = 0; i < p->nr; i++) {
		const struct dlab_figure *f = p->figures[i];

		if (f->verdict == p->verdict &&
		    (!p->main || says_more(f, p->main)))
			p->main = f;
		up |= dlab_figure_is_phase(f) && dlab_figure_diff(f) > 0;
		down |= dlab_figure_is_phase(f) && dlab_figure_diff(f) < 0;
		p->unseen |= dlab_figure_is_unseen(f);
	}
	p->moved = up && down && p->verdict == DLAB_SAME;
}

void dlab_pairs_judge(struct dlab_comparison *c)
{
	for (size_t i = 0; i < c->nr_pairs; i++)
		judge(&c->pairs[i]);
}

void dlab_pairs_free(struct dlab_comparison *c)
{
	free(c->by_pair);
	free(c->pairs);
}

size_t dlab_count_pairs(const struct dlab_comparison *c, enum dlab_verdict v)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_pairs; i++)
		nr += c->pairs[i].verdict == v;
	return nr;
}
