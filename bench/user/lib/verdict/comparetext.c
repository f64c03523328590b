// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison for people, 80 columns wide: the cases that moved, by effect,
 * with what explains them; then what could not be judged; the rest in a line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/compare.h"
#include "verdict/judge.h"
#include "verdict/layout.h"
#include "verdict/lists.h"

/* of a list that nobody reads to its end */
#define MAX_LISTED 20

static void print_interval(FILE *f, const struct dlab_figure *g)
{
	char low[32], high[32];

	fprintf(f,
		"        95 %% interval %s to %s, q = %.2g, %zu and %zu boots\n",
		dlab_format(g->low, low, sizeof(low), true),
		dlab_format(g->high, high, sizeof(high), true), g->q,
		g->a.boots, g->b.boots);
}

static void print_judged(FILE *f, const struct dlab_figure *g)
{
	char each[32];

	dlab_print_figure(f, "", g->metric->name, g->a.median, g->b.median,
			  g->diff);
	if (!isnan(g->diff_total) && g->diff_total != g->diff)
		fprintf(f, "        total of %llu: %.0f -> %.0f, %s each\n",
			(unsigned long long)g->a.n, g->a.total, g->b.total,
			dlab_format(g->diff_total, each, sizeof(each), true));
	if (!isnan(g->p))
		print_interval(f, g);
	if (*g->note)
		fprintf(f, "        %s\n", g->note);
	else if (g->verdict == DLAB_INCONCLUSIVE)
		fprintf(f, "        inconclusive: needs %u boots\n",
			g->boots_needed);
}

static void print_why(FILE *f, const struct dlab_figure *g)
{
	double a, b;
	char name[64];

	dlab_figure_values(g, &a, &b);
	snprintf(name, sizeof(name), "%s%s", g->metric->name,
		 dlab_is_of_total(g) ? "/op" : "");
	dlab_print_figure(f, "why", name, a, b, dlab_figure_diff(g));
}

/* What made the verdict; then what explains it, the phases first. */
static void print_pair(FILE *f, const struct dlab_pair *p)
{
	for (size_t i = 0; i < p->nr; i++)
		if (p->figures[i]->verdict == DLAB_WORSE ||
		    p->figures[i]->verdict == DLAB_BETTER ||
		    p->figures[i]->verdict == DLAB_INCONCLUSIVE)
			print_judged(f, p->figures[i]);
	for (size_t i = 0; i < p->nr; i++)
		if (dlab_figure_is_phase(p->figures[i]))
			print_why(f, p->figures[i]);
	for (size_t i = 0; i < p->nr; i++)
		if (p->figures[i]->metric->direction == DLAB_NEUTRAL &&
		    dlab_figure_diff(p->figures[i]) != 0)
			print_why(f, p->figures[i]);
}

/* ---- lists of cases */

/*
 * The cases of a list under a heading; @print prints one, @brief those beyond
 * the first so many, or NULL: they are counted.
 */
static void print_list(FILE *f, const struct dlab_comparison *c,
		       const char *heading, enum dlab_list list,
		       void (*print)(FILE *f, const struct dlab_pair *p),
		       void (*brief)(FILE *f, const struct dlab_pair *p))
{
	size_t nr;
	const struct dlab_pair **v = dlab_list_of(c, list, &nr);

	if (nr)
		fprintf(f, "\n%s\n", heading);
	for (size_t i = 0; v && i < nr && (brief || i < MAX_LISTED); i++) {
		dlab_print_id(f, v[i]->id_a);
		(i < MAX_LISTED ? print : brief)(f, v[i]);
	}
	if (!brief && nr > MAX_LISTED)
		fprintf(f, "  ... and %zu more, which --format tsv lists\n",
			nr - MAX_LISTED);
	free(v);
}

/* Beyond the first so many cases the figure that says most must do. */
static void print_main(FILE *f, const struct dlab_pair *p)
{
	print_judged(f, p->main);
}

static void print_phases(FILE *f, const struct dlab_pair *p)
{
	char text[256];

	fprintf(f, "    moved: %s\n", dlab_phases(p, text, sizeof(text)));
}

static void print_unseen(FILE *f, const struct dlab_pair *p)
{
	for (size_t i = 0; i < p->nr; i++)
		if (dlab_figure_is_unseen(p->figures[i]))
			print_why(f, p->figures[i]);
}

static void print_all_moved(FILE *f, const struct dlab_comparison *c)
{
	print_list(f, c, "WORSE", DLAB_LIST_WORSE, print_pair, print_main);
	print_list(f, c,
		   "MORE WORK THAT INSTRUCTIONS DO NOT SHOW: measure the time",
		   DLAB_LIST_UNSEEN, print_unseen, NULL);
	print_list(f, c, "BETTER", DLAB_LIST_BETTER, print_pair, print_main);
	print_list(f, c,
		   "MOVED from one phase to another, the whole being the same",
		   DLAB_LIST_MOVED, print_phases, NULL);
}

static void print_boots(FILE *f, const struct dlab_comparison *c)
{
	char text[1024];

	for (size_t i = 0; dlab_failed_boots(c) && i < c->b.nr_boots; i++) {
		const struct dlab_boot *b = &c->b.boots[i];

		if (b->status == DLAB_OK)
			continue;
		snprintf(text, sizeof(text), "boot %s of B: %s, %s", b->name,
			 dlab_status_name(b->status), b->reason);
		dlab_print_wrapped(f, 2, text);
	}
}

static void print_change(FILE *f, const struct dlab_change *g)
{
	dlab_print_id(f, g->id);
	fprintf(f, "    %s", dlab_change_name(g->kind));
	if (g->kind != DLAB_ONLY_A && !dlab_change_is_new(g->kind))
		fprintf(f, ": %s -> %s", dlab_status_name(g->a),
			dlab_status_name(g->b));
	fputc('\n', f);
	if (*g->reason)
		dlab_print_wrapped(f, 4, g->reason);
}

/* They stand in the order of their kinds. */
static void print_changes(FILE *f, const struct dlab_comparison *c)
{
	if (c->nr_changes || dlab_failed_boots(c))
		fputs("\nENDED DIFFERENTLY, OR BADLY\n", f);
	print_boots(f, c);
	for (size_t i = 0, n = 0; i < c->nr_changes; i++) {
		const struct dlab_change *g = &c->changes[i];

		n = i && g->kind == g[-1].kind ? n + 1 : 0;
		if (n < MAX_LISTED)
			print_change(f, g);
		if (n == MAX_LISTED)
			fprintf(f, "  ... %zu in all are \"%s\"\n",
				dlab_count_changes(c, g->kind),
				dlab_change_name(g->kind));
	}
}

static void print_missing(FILE *f, const struct dlab_comparison *c)
{
	if (c->missing.nr && !dlab_count_pairs(c, DLAB_INCONCLUSIVE))
		fputs("\nINCONCLUSIVE\n", f);
	for (size_t i = 0; i < c->missing.nr && i < MAX_LISTED; i++) {
		char text[512];

		snprintf(text, sizeof(text), "not measured in B: %s",
			 c->missing.v[i]);
		dlab_print_wrapped(f, 2, text);
	}
}

static void print_run(FILE *f, const char *side, const struct dlab_run *r,
		      const struct dlab_axis *axis, const char *value)
{
	const char *release = dlab_kvs_find(&r->fingerprint, "kernel_release");
	const char *commit = dlab_kvs_find(&r->fingerprint, "kernel_commit");
	const char *local =
		dlab_kvs_find(&r->fingerprint, "kernel_local_changes");
	char text[512];
	int len;

	len = snprintf(text, sizeof(text), "%s  %s", side, r->name);
	if (release)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"  Linux %s", release);
	if (commit)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" (%.12s%s%s)", commit,
				local ? ", with local changes " : "",
				local ? local : "");
	if (value)
		snprintf(text + len, sizeof(text) - (size_t)len, "  %s=%s",
			 axis->name, value);
	dlab_print_wrapped(f, 0, text);
}

static void print_head(FILE *f, const struct dlab_comparison *c)
{
	char text[512];

	print_run(f, "A", &c->a, &c->axis, c->axis.from);
	print_run(f, "B", &c->b, &c->axis, c->axis.to);
	snprintf(text, sizeof(text), "Axis %s%s", c->axis.name,
		 c->axis.from  ? "; cases are named as on side A" :
		 c->differs.nr ? "; these may differ, and do:" :
				 "; A and B do not differ in anything known");
	dlab_print_wrapped(f, 0, text);
	for (size_t i = 0; i < c->differs.nr; i++)
		dlab_print_wrapped(f, 3, c->differs.v[i]);
	for (size_t i = 0; i < c->taints.nr; i++) {
		snprintf(
			text, sizeof(text),
			"TAINTED on both sides (%s): these figures compare with each other, and mean nothing else",
			c->taints.v[i]);
		dlab_print_wrapped(f, 0, text);
	}
	if (c->nr_noise)
		fprintf(f, "Noise floor from %zu A/A runs\n", c->nr_noise);
}

static void print_remarks(FILE *f, const struct dlab_comparison *c)
{
	struct dlab_notes remarks = { 0 };

	/* what there is no memory for is missing from every list */
	dlab_remarks(c, &remarks);
	for (size_t i = 0; i < remarks.nr; i++)
		dlab_print_wrapped(f, 0, remarks.v[i]);
	dlab_notes_free(&remarks);
}

void dlab_compare_text(const struct dlab_comparison *c, FILE *f)
{
	char text[512];

	print_head(f, c);
	fputc('\n', f);
	dlab_print_wrapped(f, 0, dlab_result_words(c, text, sizeof(text)));
	print_all_moved(f, c);
	print_changes(f, c);
	print_list(f, c, "INCONCLUSIVE", DLAB_LIST_INCONCLUSIVE, print_pair,
		   NULL);
	print_missing(f, c);
	fputc('\n', f);
	dlab_print_wrapped(f, 0, dlab_same_words(c, text, sizeof(text)));
	print_remarks(f, c);
}
