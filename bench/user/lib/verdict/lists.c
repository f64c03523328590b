// SPDX-License-Identifier: GPL-2.0-only
/* Lists and sentences that all forms of a comparison have. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "verdict/judge.h"
#include "verdict/layout.h"
#include "verdict/lists.h"

static bool is_in(const struct dlab_pair *p, enum dlab_list list)
{
	switch (list) {
	case DLAB_LIST_WORSE:
		return p->verdict == DLAB_WORSE;
	case DLAB_LIST_UNSEEN:
		return p->unseen && p->verdict != DLAB_WORSE;
	case DLAB_LIST_BETTER:
		return p->verdict == DLAB_BETTER;
	case DLAB_LIST_MOVED:
		return p->moved;
	case DLAB_LIST_INCONCLUSIVE:
		return p->verdict == DLAB_INCONCLUSIVE;
	case DLAB_LIST_SAME:
		return p->verdict == DLAB_SAME;
	}
	return false;
}

static int by_effect(const void *x, const void *y)
{
	const struct dlab_pair *a = *(const struct dlab_pair *const *)x;
	const struct dlab_pair *b = *(const struct dlab_pair *const *)y;
	double ea = fabs(dlab_figure_relative(a->main));
	double eb = fabs(dlab_figure_relative(b->main));

	if (ea != eb)
		return ea < eb ? 1 : -1;
	return a < b ? -1 : a > b;
}

const struct dlab_pair **dlab_list_of(const struct dlab_comparison *c,
				      enum dlab_list list, size_t *nr)
{
	const struct dlab_pair **v = calloc(c->nr_pairs + 1, sizeof(*v));

	*nr = 0;
	for (size_t i = 0; v && i < c->nr_pairs; i++)
		if (is_in(&c->pairs[i], list))
			v[(*nr)++] = &c->pairs[i];
	if (v)
		qsort(v, *nr, sizeof(*v), by_effect);
	return v;
}

static size_t count(const struct dlab_comparison *c, enum dlab_list list)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_pairs; i++)
		nr += is_in(&c->pairs[i], list);
	return nr;
}

/* What makes the result, and no case has. */
static void put_beside_cases(const struct dlab_comparison *c, FILE *f)
{
	size_t n;

	for (int kind = 0; kind < DLAB_NR_CHANGES; kind++) {
		n = dlab_count_changes(c, (enum dlab_change_kind)kind);
		if (n)
			fprintf(f, ", %zu %s", n,
				dlab_change_name((enum dlab_change_kind)kind));
	}
	if (c->missing.nr)
		fprintf(f, ", %zu figure%s not measured in B", c->missing.nr,
			dlab_s(c->missing.nr));
	n = dlab_failed_boots(c);
	if (n)
		fprintf(f, ", %zu boot%s of B ended badly", n, dlab_s(n));
	if (!count(c, DLAB_LIST_SAME) && !count(c, DLAB_LIST_BETTER) &&
	    !count(c, DLAB_LIST_WORSE) && !count(c, DLAB_LIST_INCONCLUSIVE))
		fputs(", nothing that is judged", f);
}

const char *dlab_result_shout(enum dlab_result result)
{
	static const char *const words[] = {
		[DLAB_RESULT_OK] = "NO REGRESSION",
		[DLAB_RESULT_REGRESSION] = "REGRESSION",
		[DLAB_RESULT_LAB_FAILURE] = "CASES FAILED",
		[DLAB_RESULT_INCONCLUSIVE] = "INCONCLUSIVE",
	};

	return words[result];
}

const char *dlab_result_words(const struct dlab_comparison *c, char *text,
			      size_t size)
{
	size_t n;
	FILE *f = fmemopen(text, size, "w");

	if (!f)
		return "";
	n = count(c, DLAB_LIST_WORSE);
	fprintf(f, "%s: %zu case%s worse, %zu better, %zu inconclusive",
		dlab_result_shout(dlab_comparison_result(c)), n, dlab_s(n),
		count(c, DLAB_LIST_BETTER), count(c, DLAB_LIST_INCONCLUSIVE));
	n = count(c, DLAB_LIST_MOVED);
	if (n)
		fprintf(f, ", %zu with cost moved between phases", n);
	n = count(c, DLAB_LIST_UNSEEN);
	if (n)
		fprintf(f,
			", %zu with more work that instructions do not show",
			n);
	put_beside_cases(c, f);
	fclose(f);
	return text;
}

const char *dlab_same_words(const struct dlab_comparison *c, char *text,
			    size_t size)
{
	size_t exact = 0, identical = 0;
	const struct dlab_figure *largest = NULL;
	char diff[32];
	FILE *f = fmemopen(text, size, "w");

	if (!f)
		return "";
	for (size_t i = 0; i < c->nr_figures; i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (!g->metric->exact)
			continue;
		exact++;
		identical += g->identical;
		if (g->verdict == DLAB_SAME && !g->identical &&
		    (!largest || fabs(dlab_figure_relative(g)) >
				 fabs(dlab_figure_relative(largest))))
			largest = g;
	}
	fprintf(f, "Same: %zu case%s.", count(c, DLAB_LIST_SAME),
		dlab_s(count(c, DLAB_LIST_SAME)));
	if (exact)
		fprintf(f,
			" Of %zu exact figure%s, structure counts among them, %zu %s identical.",
			exact, dlab_s(exact), identical,
			identical == 1 ? "is" : "are");
	if (largest)
		fprintf(f,
			" The largest difference called same: %s %s of %s.",
			dlab_format(dlab_figure_diff(largest), diff,
				    sizeof(diff), true),
			largest->metric->unit, largest->metric->name);
	fclose(f);
	return text;
}

/* Figures of one sort: how many, and the first. */
struct sort {
	size_t nr;
	const struct dlab_figure *first;
};

static void sort_in(struct sort *s, const struct dlab_figure *g)
{
	if (!s->nr++)
		s->first = g;
}

int dlab_remarks(const struct dlab_comparison *c, struct dlab_notes *out)
{
	struct sort emulated = { 0 }, few = { 0 }, not_exact = { 0 };
	int ret = 0;

	for (size_t i = 0; i < c->nr_figures; i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (g->verdict == DLAB_EMULATED)
			sort_in(&emulated, g);
		if (g->verdict == DLAB_FEW_BOOTS)
			sort_in(&few, g);
		if (g->not_exact)
			sort_in(&not_exact, g);
	}
	if (few.nr)
		ret = dlab_notes_add(
			out,
			"Not judged: %s of %zu case%s, %s%s: %s. %s, which counts the same exactly, is judged.",
			few.first->metric->name, few.nr, dlab_s(few.nr),
			few.first->id_a, few.nr == 1 ? "" : " among them",
			few.first->note, few.first->metric->in_exact->name);
	if (!ret && not_exact.nr)
		ret = dlab_notes_add(
			out,
			"Not exact: boots of one side disagree on %zu figure%s, %s of %s%s.",
			not_exact.nr, dlab_s(not_exact.nr),
			not_exact.first->metric->name, not_exact.first->id_a,
			not_exact.nr == 1 ? "" : " among them");
	if (!ret && emulated.nr)
		ret = dlab_notes_add(
			out,
			"Not judged: %zu time%s measured on an emulated CPU.",
			emulated.nr, dlab_s(emulated.nr));
	return ret;
}

const char *dlab_phases(const struct dlab_pair *p, char *text, size_t size)
{
	const char *unit = "";
	FILE *f = fmemopen(text, size, "w");
	size_t n = 0;

	if (!f)
		return "";
	for (size_t i = 0; i < p->nr; i++) {
		const struct dlab_figure *g = p->figures[i];
		char diff[32];

		if (!g->has_whole || dlab_figure_diff(g) == 0)
			continue;
		fprintf(f, "%s%.*s %s", n++ ? ", " : "",
			(int)strcspn(g->metric->name, "_"), g->metric->name,
			dlab_format(dlab_figure_diff(g), diff, sizeof(diff),
				    true));
		unit = g->metric->unit;
	}
	fprintf(f, " %s", unit);
	fclose(f);
	return text;
}
