// SPDX-License-Identifier: GPL-2.0-only
/* What changed from A to B: the page and the mail of `dlab compare`. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "report/commands.h"
#include "report/compare.h"
#include "report/figure.h"
#include "verdict/judge.h"
#include "verdict/lists.h"

/* Rows of a list that are seen without asking. */
#define MAX_OPEN 40

void report_clean_comparison(struct dlab_comparison *c)
{
	struct dlab_notes *const notes[] = { &c->differs, &c->taints,
					     &c->missing };
	size_t i, j;

	for (i = 0; i < c->nr_figures; i++) {
		doc_clean(c->figures[i].id_a);
		if (c->figures[i].id_b != c->figures[i].id_a)
			doc_clean(c->figures[i].id_b);
		doc_clean(c->figures[i].note);
	}
	for (i = 0; i < c->nr_changes; i++) {
		doc_clean(c->changes[i].id);
		doc_clean(c->changes[i].reason);
	}
	for (i = 0; i < c->b.nr_boots; i++) {
		doc_clean(c->b.boots[i].name);
		doc_clean(c->b.boots[i].reason);
	}
	for (i = 0; i < sizeof(notes) / sizeof(notes[0]); i++)
		for (j = 0; j < notes[i]->nr; j++)
			doc_clean(notes[i]->v[j]);
}

/* ---- what was compared, and the result */

#define SIDE_LEN 64

/* What tells the sides apart in a word each: values, commits, or else runs. */
static void name_sides(const struct dlab_comparison *c, char *a, char *b)
{
	const char *x = c->axis.from, *y = c->axis.to;
	int length = SIDE_LEN - 1;

	if (!x || !y) {
		length = 12;
		x = dlab_kvs_find(&c->a.fingerprint, "kernel_commit");
		y = dlab_kvs_find(&c->b.fingerprint, "kernel_commit");
	}
	if (!x || !y || !strcmp(x, y)) {
		length = SIDE_LEN - 1;
		x = c->a.name;
		y = c->b.name;
	}
	snprintf(a, SIDE_LEN, "%.*s", length, x);
	snprintf(b, SIDE_LEN, "%.*s", length, y);
}

static void say_run(struct doc *d, const char *side, const struct dlab_run *r,
		    const struct dlab_axis *axis, const char *value)
{
	const char *release = dlab_kvs_find(&r->fingerprint, "kernel_release");
	const char *commit = dlab_kvs_find(&r->fingerprint, "kernel_commit");

	doc_item(d, "**%s**: `%s`, Linux %s%s%.12s%s%s%s%s", side, r->name,
		 release ? release : "(not recorded)", commit ? " at " : "",
		 commit ? commit : "", value ? ", " : "",
		 value ? axis->name : "", value ? " " : "", value ? value : "");
}

static void say_result(struct doc *d, const struct dlab_comparison *c)
{
	static const enum doc_tone tones[] = {
		[DLAB_RESULT_OK] = DOC_GOOD,
		[DLAB_RESULT_REGRESSION] = DOC_BAD,
		[DLAB_RESULT_LAB_FAILURE] = DOC_BAD,
		[DLAB_RESULT_INCONCLUSIVE] = DOC_WARN,
	};
	char text[512];
	size_t i;

	say_run(d, "A", &c->a, &c->axis, c->axis.from);
	say_run(d, "B", &c->b, &c->axis, c->axis.to);
	doc_note(d, tones[dlab_comparison_result(c)], "%s",
		 dlab_result_words(c, text, sizeof(text)));
	for (i = 0; i < c->taints.nr; i++)
		doc_note(d, DOC_WARN,
			 "Tainted on both sides (%s): these figures compare "
			 "with each other, and mean nothing else",
			 c->taints.v[i]);
}

/* ---- lists of cases */

static void put_diff(FILE *f, double diff)
{
	char number[REPORT_NUMBER_LEN];

	fprintf(f, "%s%s", diff > 0 ? "+" : "", report_number(diff, number));
}

/* "map_insns -5,538.9, kmalloc_calls -1" */
static void why_cell(struct doc *d, struct doc_table *t,
		     const struct dlab_pair *p)
{
	struct report_words w;
	size_t i, n = 0;

	if (!report_fig_open(&w, d))
		return;
	for (i = 0; i < p->nr; i++) {
		const struct dlab_figure *g = p->figures[i];

		if (g == p->main || dlab_figure_diff(g) == 0 ||
		    g->verdict == DLAB_EMULATED)
			continue;
		fprintf(w.f, "%s%s ", n++ ? ", " : "", g->metric->name);
		put_diff(w.f, dlab_figure_diff(g));
	}
	if (*p->main->note)
		fprintf(w.f, "%s%s", n ? "; " : "", p->main->note);
	else if (p->main->verdict == DLAB_INCONCLUSIVE)
		fprintf(w.f, "%sneeds %u boots", n ? "; " : "",
			p->main->boots_needed);
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_cell(d, t, *w.text ? 0 : DOC_CELL_MISSING, "%s", w.text);
	free(w.text);
}

/* What makes a case one of a list of which the whole operation says nothing. */
static void words_cell(struct doc *d, struct doc_table *t,
		       const struct dlab_pair *p, enum dlab_list list)
{
	char text[256], a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN];
	struct report_words w;
	size_t i, n = 0;

	if (list == DLAB_LIST_MOVED) {
		doc_cell(d, t, 0, "%s", dlab_phases(p, text, sizeof(text)));
		return;
	}
	if (!report_fig_open(&w, d))
		return;
	for (i = 0; i < p->nr; i++) {
		double from, to;

		if (!dlab_figure_is_unseen(p->figures[i]))
			continue;
		dlab_figure_values(p->figures[i], &from, &to);
		fprintf(w.f, "%s%s %s → %s", n++ ? ", " : "",
			p->figures[i]->metric->name, report_number(from, a),
			report_number(to, b));
	}
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_cell(d, t, 0, "%s", w.text);
	free(w.text);
}

/* The words of such a list say all of its cases. */
static bool is_in_words(enum dlab_list list)
{
	return list == DLAB_LIST_MOVED || list == DLAB_LIST_UNSEEN;
}

static void pair_row(struct doc *d, struct doc_table *t,
		     const struct dlab_pair *p, enum dlab_list list, bool why)
{
	const struct dlab_figure *g = p->main;
	double relative = 100 * dlab_figure_relative(g), a, b;
	char number[REPORT_NUMBER_LEN];

	dlab_figure_values(g, &a, &b);
	report_case_row(d, t, p->id_a);
	if (is_in_words(list)) {
		words_cell(d, t, p, list);
		return;
	}
	if (isinf(relative))
		doc_cell(d, t, 0, "from 0");
	else
		doc_cell(d, t, 0, "%+.2f %%", relative);
	doc_cell(d, t, 0, "%s%s", dlab_figure_diff(g) > 0 ? "+" : "",
		 report_number(dlab_figure_diff(g), number));
	doc_cell(d, t, 0, "%s", report_number(a, number));
	doc_cell(d, t, 0, "%s", report_number(b, number));
	if (why)
		why_cell(d, t, p);
}

/* Workloads on a topology as headings, their cases by effect below each. */
static void pair_rows(struct doc *d, struct doc_table *t,
		      const struct dlab_pair *const *v, size_t nr,
		      enum dlab_list list, bool why)
{
	size_t i;

	for (i = 0; i < nr; i++) {
		pair_row(d, t, v[i], list, why);
		if (is_in_words(list))
			doc_row_under(d, t, "%.*s",
				      (int)strcspn(v[i]->id_a, "["),
				      v[i]->id_a);
		else
			report_row_under(d, t, v[i]->id_a, v[i]->main->metric,
					 dlab_is_of_total(v[i]->main));
	}
}

static void pairs_table(struct doc *d, const struct dlab_pair *const *v,
			size_t nr, enum dlab_list list, bool why,
			const char *caption)
{
	struct doc_table *t = doc_table(d, "%s", caption);

	doc_col(d, t, DOC_COL_KEY, -1, "case");
	if (is_in_words(list)) {
		doc_col(d, t, DOC_COL_WRAP, -1, "what");
		pair_rows(d, t, v, nr, list, why);
		return;
	}
	doc_col(d, t, DOC_COL_NUM, -1, "relative");
	doc_col(d, t, DOC_COL_NUM, -1, "diff");
	doc_col(d, t, DOC_COL_NUM, -1, "A");
	doc_col(d, t, DOC_COL_NUM, -1, "B");
	if (why)
		doc_col(d, t, DOC_COL_WRAP, -1, "explained by");
	pair_rows(d, t, v, nr, list, why);
}

/* A section for a list; nothing where it is empty. */
static void list_section(struct doc *d, const struct dlab_comparison *c,
			 enum dlab_list list, const char *anchor,
			 const char *heading)
{
	size_t nr, open;
	const struct dlab_pair **v = dlab_list_of(c, list, &nr);

	if (!v)
		d->err = -ENOMEM;
	open = nr < MAX_OPEN ? nr : MAX_OPEN;
	if (nr) {
		doc_heading(d, 2, anchor, "%s", heading);
		pairs_table(d, (const struct dlab_pair *const *)v, open, list,
			    true, open > 1 ? "Largest effect first" : "The case");
	}
	if (open < nr) {
		doc_fold(d, false, "%zu more", nr - open);
		pairs_table(d, (const struct dlab_pair *const *)v + open,
			    nr - open, list, true, "Largest effect first");
		doc_unfold(d);
	}
	free(v);
}

static void put_boots(struct doc *d, const struct dlab_comparison *c,
		      size_t rows)
{
	char reason[4 * 120 + 1];
	size_t i, n = 0;

	for (i = 0; dlab_failed_boots(c) && i < c->b.nr_boots; i++)
		if (c->b.boots[i].status != DLAB_OK && n++ < rows)
			doc_item(d, "boot `%s` of B: %s, %s",
				 c->b.boots[i].name,
				 dlab_status_name(c->b.boots[i].status),
				 doc_short(c->b.boots[i].reason, 120, reason));
	report_say_more(d, rows, n);
}

/* What is a loss; what is a gain comes with what is the same. */
static void ended_section(struct doc *d, const struct dlab_comparison *c)
{
	size_t bad = dlab_changes_bad(c->changes, c->nr_changes);

	if (!bad && !dlab_failed_boots(c))
		return;
	doc_heading(d, 2, "ended", "Ended badly, or no longer measured");
	put_boots(d, c, c->b.nr_boots);
	if (bad)
		report_changes_table(d, c->changes, bad, dlab_change_name);
}

static void missing_section(struct doc *d, const struct dlab_comparison *c)
{
	size_t i;

	if (!c->missing.nr)
		return;
	doc_heading(d, 2, "missing", "Not measured in B");
	doc_fold(d, c->missing.nr <= MAX_OPEN, "%zu figure%s that A has",
		 c->missing.nr, dlab_s(c->missing.nr));
	for (i = 0; i < c->missing.nr; i++)
		doc_item(d, "%s", c->missing.v[i]);
	doc_unfold(d);
}

static void same_section(struct doc *d, const struct dlab_comparison *c)
{
	struct dlab_notes remarks = { 0 };
	size_t i, nr;
	const struct dlab_pair **v = dlab_list_of(c, DLAB_LIST_SAME, &nr);
	size_t bad = dlab_changes_bad(c->changes, c->nr_changes);
	char text[512];

	doc_heading(d, 2, "same", "The same");
	doc_para(d, "%s", dlab_same_words(c, text, sizeof(text)));
	if (dlab_remarks(c, &remarks))
		d->err = -ENOMEM;
	for (i = 0; i < remarks.nr; i++)
		doc_para(d, "%s", remarks.v[i]);
	dlab_notes_free(&remarks);
	if (nr) {
		doc_fold(d, false, "The %zu case%s", nr, dlab_s(nr));
		pairs_table(d, (const struct dlab_pair *const *)v, nr,
			    DLAB_LIST_SAME, false, "Differences below the minimum effect are none");
		doc_unfold(d);
	}
	report_changes_fold(d, c->changes + bad, c->nr_changes - bad,
			    dlab_change_name);
	free(v);
}

static void differs_section(struct doc *d, const struct dlab_comparison *c)
{
	size_t i;

	doc_heading(d, 2, "differs", "What else differs");
	if (!c->differs.nr)
		doc_para(d, "Nothing that is known.");
	for (i = 0; i < c->differs.nr; i++)
		doc_item(d, "%s", c->differs.v[i]);
}

/* ---- commands */

/* The case that says most, where both runs can tell its functions. */
static void explain_command(struct doc *d, const struct dlab_comparison *c)
{
	size_t i, nr;
	const struct dlab_pair **v = dlab_list_of(c, DLAB_LIST_WORSE, &nr);

	if (v && !nr) {
		free(v);
		v = dlab_list_of(c, DLAB_LIST_BETTER, &nr);
	}
	for (i = 0; v && c->axis.kind == DLAB_AXIS_RUN && i < nr; i++) {
		struct dlab_functions a = { 0 }, b = { 0 };
		struct dlab_err err;
		bool both = !dlab_functions_load(c->a.dir, v[i]->id_a, &a,
						 &err) &&
			    !dlab_functions_load(c->b.dir, v[i]->id_b, &b,
						 &err);

		dlab_functions_free(&a);
		dlab_functions_free(&b);
		if (!both)
			continue;
		doc_para(d, "In which functions they differ:");
		report_code_explain(d, v[i]->id_a, &c->a, &c->b);
		break;
	}
	free(v);
}

static void commands(struct doc *d, const struct report_comparison *r)
{
	doc_para(d, "To see it again:");
	doc_code(d, "%s", r->command);
	explain_command(d, r->c);
}

/* ---- the page and the mail */

void report_build_comparison(struct doc *d, const void *comparison)
{
	const struct report_comparison *r = comparison;
	const struct dlab_comparison *c = r->c;
	char a[SIDE_LEN], b[SIDE_LEN];

	name_sides(c, a, b);
	doc_heading(d, 1, NULL, "What changed from %s to %s", a, b);
	say_result(d, c);
	list_section(d, c, DLAB_LIST_WORSE, "worse", "Worse");
	ended_section(d, c);
	list_section(d, c, DLAB_LIST_UNSEEN, "unseen",
		     "More work that instructions do not show: measure the time");
	list_section(d, c, DLAB_LIST_BETTER, "better", "Better");
	list_section(d, c, DLAB_LIST_MOVED, "moved",
		     "Moved from one phase to another, the whole being the same");
	list_section(d, c, DLAB_LIST_INCONCLUSIVE, "inconclusive",
		     "Inconclusive");
	missing_section(d, c);
	same_section(d, c);
	differs_section(d, c);
	doc_heading(d, 2, "reproduce", "Reproduce");
	commands(d, r);
}

static void mail_list(struct doc *d, const struct dlab_comparison *c,
		      enum dlab_list list, const char *caption, size_t rows)
{
	size_t nr;
	const struct dlab_pair **v = dlab_list_of(c, list, &nr);

	if (v && nr && rows) {
		pairs_table(d, (const struct dlab_pair *const *)v,
			    nr < rows ? nr : rows, list, false, caption);
		report_say_rows(d, rows, nr);
	}
	free(v);
}

/* "`ID`: op_insns 9,500 → 9,600, needs 5 boots": a table has no room for why. */
static void mail_inconclusive(struct doc *d, const struct dlab_comparison *c,
			      size_t rows)
{
	size_t i, nr;
	const struct dlab_pair **v =
		dlab_list_of(c, DLAB_LIST_INCONCLUSIVE, &nr);
	char id[4 * 120 + 1], from[REPORT_NUMBER_LEN], to[REPORT_NUMBER_LEN];

	for (i = 0; v && i < nr && i < rows; i++) {
		const struct dlab_figure *g = v[i]->main;
		char needs[32];
		double a, b;

		dlab_figure_values(g, &a, &b);
		snprintf(needs, sizeof(needs), "needs %u boots",
			 g->boots_needed);
		doc_item(d, "inconclusive: `%s`: %s %s → %s, %s",
			 doc_short(v[i]->id_a, 120, id), g->metric->name,
			 report_number(a, from), report_number(b, to),
			 *g->note ? g->note : needs);
	}
	report_say_more(d, rows, nr);
	free(v);
}

/* Sentences, each in two lines at most. */
static void mail_notes(struct doc *d, const struct dlab_notes *notes,
		       const char *what, size_t rows)
{
	char note[4 * 140 + 1];
	size_t i;

	for (i = 0; i < notes->nr && i < rows; i++)
		doc_item(d, "%s%s", what, doc_short(notes->v[i], 140, note));
	report_say_more(d, rows, notes->nr);
}

static void mail_remarks(struct doc *d, const struct dlab_comparison *c,
			 size_t rows)
{
	struct dlab_notes remarks = { 0 };
	size_t i;

	if (dlab_remarks(c, &remarks))
		d->err = -ENOMEM;
	for (i = 0; i < remarks.nr && i < rows; i++)
		doc_item(d, "%s", remarks.v[i]);
	dlab_notes_free(&remarks);
}

/* "[dmalab] REGRESSION: 32 worse, 5 better, 1 broke; 6ebb03e8f5ff -> c603c795b1c0" */
static void mail_subject(struct doc *d, const struct dlab_comparison *c)
{
	size_t broke = dlab_count_changes(c, DLAB_BROKE);
	size_t open = dlab_count_pairs(c, DLAB_INCONCLUSIVE);
	char a[SIDE_LEN], b[SIDE_LEN], more[64] = "";

	name_sides(c, a, b);
	if (broke)
		snprintf(more, sizeof(more), ", %zu broke", broke);
	else if (open)
		snprintf(more, sizeof(more), ", %zu inconclusive", open);
	doc_subject(d, "[dmalab] %s: %zu worse, %zu better%s; %s → %s",
		    dlab_result_shout(dlab_comparison_result(c)),
		    dlab_count_pairs(c, DLAB_WORSE),
		    dlab_count_pairs(c, DLAB_BETTER), more, a, b);
}

/* The lists of the mail, by what they matter. */
enum {
	WORSE,
	BROKE,
	BOOTS,
	BAD,
	UNSEEN,
	BETTER,
	UNJUDGED,
	MOVED,
	REMARKS,
	DIFFERS,
};

void report_build_comparison_mail(struct doc *d, const void *comparison,
				  const size_t *rows)
{
	const struct report_comparison *r = comparison;
	const struct dlab_comparison *c = r->c;
	size_t broke = dlab_count_changes(c, DLAB_BROKE);
	size_t bad = dlab_changes_bad(c->changes, c->nr_changes);

	mail_subject(d, c);
	say_result(d, c);
	report_change_items(d, c->changes, broke, dlab_change_name,
			    rows[BROKE]);
	put_boots(d, c, rows[BOOTS]);
	mail_list(d, c, DLAB_LIST_WORSE, "Worse, largest effect first",
		  rows[WORSE]);
	report_change_items(d, c->changes + broke, bad - broke,
			    dlab_change_name, rows[BAD]);
	mail_list(d, c, DLAB_LIST_UNSEEN,
		  "More work that instructions do not show", rows[UNSEEN]);
	mail_inconclusive(d, c, rows[UNJUDGED]);
	mail_notes(d, &c->missing, "not measured in B: ", rows[UNJUDGED]);
	mail_list(d, c, DLAB_LIST_BETTER, "Better, largest effect first",
		  rows[BETTER]);
	mail_list(d, c, DLAB_LIST_MOVED,
		  "Moved from one phase to another, the whole being the same",
		  rows[MOVED]);
	mail_remarks(d, c, rows[REMARKS]);
	/* what the verdicts are said without: what else differs, what was not run */
	if (c->differs.nr && rows[DIFFERS])
		doc_para(d, "What else differs:");
	mail_notes(d, &c->differs, "", rows[DIFFERS]);
	commands(d, r);
	doc_para(d, "The whole: the same with `--format html` or `--format md`.");
}
