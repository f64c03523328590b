// SPDX-License-Identifier: GPL-2.0-only
/*
 * A comparison for people, 80 columns wide: the cases that moved, by effect,
 * with what explains them; then what could not be judged; the rest in a line.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/compare.h"
#include "verdict/layout.h"

/* of a list that nobody reads to its end */
#define MAX_LISTED 20

/*
 * One case that moved: its figures, from the @at-th on, stand together in the
 * comparison.
 */
struct moved {
	const char *id;
	size_t at;
	double effect;
	bool worse;
};

static double effect_of(const struct dlab_figure *f)
{
	double total = isnan(f->diff_total) ? 0 : f->diff_total;

	return fabs(
		dlab_relative(fmax(fabs(f->diff), fabs(total)), f->a.median));
}

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
}

/* Beyond the first so many cases the figure that moved most must do. */
static void print_briefly(FILE *f, const struct dlab_comparison *c,
			  const struct moved *m)
{
	const struct dlab_figure *most = NULL;

	for (size_t i = m->at;
	     i < c->nr_figures && !strcmp(c->figures[i].id_a, m->id); i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (g->verdict == (m->worse ? DLAB_WORSE : DLAB_BETTER) &&
		    (!most || effect_of(g) > effect_of(most)))
			most = g;
	}
	print_judged(f, most);
}

static void print_moved(FILE *f, const struct dlab_comparison *c,
			const struct moved *m)
{
	for (size_t i = m->at;
	     i < c->nr_figures && !strcmp(c->figures[i].id_a, m->id); i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (g->verdict == DLAB_WORSE || g->verdict == DLAB_BETTER)
			print_judged(f, g);
	}
	for (size_t i = 0; i < c->nr_figures; i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (g->verdict == DLAB_EXPLAINS && g->diff != 0 &&
		    !strcmp(g->id_a, m->id))
			dlab_print_figure(f, "why", g->metric->name,
					  g->a.median, g->b.median, g->diff);
	}
}

static int moved_order(const void *x, const void *y)
{
	const struct moved *a = x, *b = y;

	if (a->worse != b->worse)
		return b->worse - a->worse;
	if (a->effect != b->effect)
		return a->effect < b->effect ? 1 : -1;
	return a->at < b->at ? -1 : 1;
}

/* The cases with a figure that became better or worse, the worse ones first. */
static struct moved *find_moved(const struct dlab_comparison *c, size_t *nr)
{
	struct moved *m = calloc(c->nr_figures + 1, sizeof(*m));

	*nr = 0;
	for (size_t i = 0; m && i < c->nr_figures; i++) {
		const struct dlab_figure *f = &c->figures[i];
		struct moved *last = *nr ? &m[*nr - 1] : NULL;

		if (f->verdict != DLAB_WORSE && f->verdict != DLAB_BETTER)
			continue;
		if (!last || strcmp(last->id, f->id_a)) {
			last = &m[(*nr)++];
			last->id = f->id_a;
			last->at = i;
		}
		last->worse |= f->verdict == DLAB_WORSE;
		last->effect = fmax(last->effect, effect_of(f));
	}
	if (m)
		qsort(m, *nr, sizeof(*m), moved_order);
	return m;
}

static void print_all_moved(FILE *f, const struct dlab_comparison *c)
{
	size_t nr;
	struct moved *m = find_moved(c, &nr);

	for (size_t i = 0; m && i < nr; i++) {
		if (!i || m[i].worse != m[i - 1].worse)
			fprintf(f, "\n%s\n", m[i].worse ? "WORSE" : "BETTER");
		dlab_print_id(f, m[i].id);
		if (i < MAX_LISTED)
			print_moved(f, c, &m[i]);
		else
			print_briefly(f, c, &m[i]);
	}
	free(m);
}

static void print_changes(FILE *f, const struct dlab_comparison *c)
{
	if (c->nr_changes)
		fputs("\nENDED DIFFERENTLY\n", f);
	for (int kind = 0; kind < DLAB_NR_CHANGES; kind++) {
		size_t left = MAX_LISTED;

		for (size_t i = 0; i < c->nr_changes; i++) {
			const struct dlab_change *g = &c->changes[i];

			if ((int)g->kind != kind || !left)
				continue;
			dlab_print_id(f, g->id);
			fprintf(f, "    %s", dlab_change_name(g->kind));
			if (kind != DLAB_ONLY_A && kind != DLAB_ONLY_B)
				fprintf(f, ": %s -> %s", dlab_status_name(g->a),
					dlab_status_name(g->b));
			fputc('\n', f);
			if (*g->reason)
				dlab_print_wrapped(f, 4, g->reason);
			if (!--left)
				fprintf(f, "  ... %zu in all are \"%s\"\n",
					dlab_count_changes(c, g->kind),
					dlab_change_name(g->kind));
		}
	}
}

static void print_open(FILE *f, const struct dlab_figure *g)
{
	dlab_print_id(f, g->id_a);
	dlab_print_figure(f, "", g->metric->name, g->a.median, g->b.median,
			  g->diff);
	if (!isnan(g->p))
		print_interval(f, g);
	if (*g->note)
		fprintf(f, "        %s\n", g->note);
	else
		fprintf(f, "        inconclusive: needs %u boots\n",
			g->boots_needed);
}

static void print_inconclusive(FILE *f, const struct dlab_comparison *c)
{
	size_t nr = dlab_count_verdicts(c, DLAB_INCONCLUSIVE);
	size_t left = MAX_LISTED;

	if (!nr && !c->missing.nr)
		return;
	fputs("\nINCONCLUSIVE\n", f);
	for (size_t i = 0; left && i < c->nr_figures; i++) {
		if (c->figures[i].verdict != DLAB_INCONCLUSIVE)
			continue;
		print_open(f, &c->figures[i]);
		left--;
	}
	if (nr > MAX_LISTED)
		fprintf(f, "  ... and %zu more, which --format tsv lists\n",
			nr - MAX_LISTED);
	for (size_t i = 0; i < c->missing.nr && i < MAX_LISTED; i++) {
		char text[512];

		snprintf(text, sizeof(text), "not measured in B: %s",
			 c->missing.v[i]);
		dlab_print_wrapped(f, 2, text);
	}
}

static size_t cases_of(const struct dlab_comparison *c, enum dlab_verdict v)
{
	const char *last = "";
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_figures; i++) {
		const struct dlab_figure *f = &c->figures[i];

		if (f->verdict == v && strcmp(last, f->id_a)) {
			last = f->id_a;
			nr++;
		}
	}
	return nr;
}

/* How many exact figures there are, how many are identical, the largest rest. */
static void print_same(FILE *f, const struct dlab_comparison *c)
{
	size_t exact = 0, identical = 0;
	const struct dlab_figure *largest = NULL;
	char text[512], diff[32];
	int len;

	for (size_t i = 0; i < c->nr_figures; i++) {
		const struct dlab_figure *g = &c->figures[i];

		if (!g->metric->exact)
			continue;
		exact++;
		identical += g->identical;
		if (g->verdict == DLAB_SAME && !g->identical &&
		    (!largest || effect_of(g) > effect_of(largest)))
			largest = g;
	}
	fputc('\n', f);
	len = snprintf(text, sizeof(text), "Same: %zu figures of %zu cases.",
		       dlab_count_verdicts(c, DLAB_SAME),
		       cases_of(c, DLAB_SAME));
	if (exact)
		len += snprintf(
			text + len, sizeof(text) - (size_t)len,
			" Of %zu exact figures, structure counts among them, %zu are identical.",
			exact, identical);
	if (largest)
		snprintf(text + len, sizeof(text) - (size_t)len,
			 " The largest difference called same: %s %s of %s.",
			 dlab_format(largest->diff != 0 ? largest->diff :
							  largest->diff_total,
				     diff, sizeof(diff), true),
			 largest->metric->unit, largest->metric->name);
	dlab_print_wrapped(f, 0, text);
}

static void print_run(FILE *f, const char *side, const struct dlab_run *r,
		      const struct dlab_axis *axis, const char *value)
{
	const char *release = dlab_kvs_find(&r->fingerprint, "kernel_release");
	const char *commit = dlab_kvs_find(&r->fingerprint, "kernel_commit");
	char text[512];
	int len;

	len = snprintf(text, sizeof(text), "%s  %s", side, r->name);
	if (release)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				"  Linux %s", release);
	if (commit)
		len += snprintf(text + len, sizeof(text) - (size_t)len,
				" (%.12s)", commit);
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

static void print_result(FILE *f, const struct dlab_comparison *c)
{
	static const char *const words[] = {
		[DLAB_RESULT_OK] = "NO REGRESSION",
		[DLAB_RESULT_REGRESSION] = "REGRESSION",
		[DLAB_RESULT_LAB_FAILURE] = "LAB FAILURE",
		[DLAB_RESULT_INCONCLUSIVE] = "INCONCLUSIVE",
	};
	char text[512];
	size_t n;
	int len;

	len = snprintf(text, sizeof(text),
		       "%s: %zu cases worse, %zu better, %zu inconclusive",
		       words[dlab_comparison_result(c)],
		       cases_of(c, DLAB_WORSE), cases_of(c, DLAB_BETTER),
		       cases_of(c, DLAB_INCONCLUSIVE));
	for (int kind = 0; kind < DLAB_NR_CHANGES; kind++) {
		n = dlab_count_changes(c, (enum dlab_change_kind)kind);
		if (n)
			len += snprintf(
				text + len, sizeof(text) - (size_t)len,
				", %zu %s", n,
				dlab_change_name((enum dlab_change_kind)kind));
	}
	fputc('\n', f);
	dlab_print_wrapped(f, 0, text);
}

void dlab_compare_text(const struct dlab_comparison *c, FILE *f)
{
	size_t emulated = dlab_count_verdicts(c, DLAB_EMULATED);

	print_head(f, c);
	print_result(f, c);
	print_all_moved(f, c);
	print_changes(f, c);
	print_inconclusive(f, c);
	print_same(f, c);
	if (emulated)
		fprintf(f,
			"Not judged: %zu times measured on an emulated CPU.\n",
			emulated);
}
