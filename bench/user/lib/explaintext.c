// SPDX-License-Identifier: GPL-2.0-only
/* The explanation of a case as a table, as tab separated values, as JSON. */
#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <string.h>

#include "json.h"
#include "explain.h"
#include "report/view.h"

#define WIDTH		80
#define NAME_WIDTH	32
/* what reading the counter adds to or takes from a counted operation */
#define READING_INSNS	64

/* ---- the table */

static const char *number(uint64_t v, char *text)
{
	return report_number((double)v, text);
}

/* from @a to @b, with its sign */
static const char *difference(double a, double b, char *text)
{
	char plain[REPORT_NUMBER_LEN];

	snprintf(text, REPORT_NUMBER_LEN, "%s%s", b > a ? "+" : "",
		 report_number(b - a, plain));
	return text;
}

static void rule(FILE *f)
{
	for (int i = 0; i < WIDTH; i++)
		fputc('-', f);
	fputc('\n', f);
}

/* A name that is too long for its column has a line of its own. */
static void put_name(FILE *f, const char *phase, const char *name)
{
	int room = WIDTH - 6;

	if (strlen(name) <= NAME_WIDTH)
		fprintf(f, "%-5s %-*s", phase, NAME_WIDTH, name);
	else
		fprintf(f, "%-5s %.*s\n%*s", phase, room, name, 6 + NAME_WIDTH,
			"");
}

/* @calls: what stands last in the line, or "" */
static void put_pair(FILE *f, const char *phase, const char *name, double a,
		     double b, const char *calls)
{
	char ta[REPORT_NUMBER_LEN], tb[REPORT_NUMBER_LEN],
		diff[REPORT_NUMBER_LEN];

	put_name(f, phase, name);
	fprintf(f, " %9s %9s %9s", report_number(a, ta), report_number(b, tb),
		difference(a, b, diff));
	if (*calls)
		fprintf(f, " %11s", calls);
	fputc('\n', f);
}

/* @whole: what a share is of */
static void put_single(FILE *f, const char *phase, const char *name,
		       uint64_t insns, uint64_t whole, const char *calls)
{
	char text[REPORT_NUMBER_LEN];

	put_name(f, phase, name);
	fprintf(f, " %9s %8.1f%%", number(insns, text),
		whole ? 100.0 * (double)insns / (double)whole : 0);
	if (*calls)
		fprintf(f, " %9s", calls);
	fputc('\n', f);
}

static void put_change(FILE *f, const struct dlab_explanation *e,
		       const struct dlab_function_change *c)
{
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN],
		both[2 * REPORT_NUMBER_LEN + 8];

	number(c->calls_a, a);
	if (e->nr_sides == 1) {
		put_single(f, dlab_phase_name(c->phase), c->function,
			   c->insns_a,
			   dlab_functions_total(&e->side[0].functions), a);
		return;
	}
	if (c->calls_a == c->calls_b)
		strcpy(both, a);
	else
		snprintf(both, sizeof(both), "%s -> %s", a,
			 number(c->calls_b, b));
	put_pair(f, dlab_phase_name(c->phase), c->function, (double)c->insns_a,
		 (double)c->insns_b, both);
}

/* What is not shown one by one. */
static void put_rest(FILE *f, const struct dlab_explanation *e, size_t from)
{
	const struct dlab_function_changes *c = &e->changes;
	size_t nr = c->nr - from;
	uint64_t a = 0, b = 0;
	char name[64];

	if (!nr)
		return;
	for (size_t i = from; i < c->nr; i++) {
		a += c->v[i].insns_a;
		b += c->v[i].insns_b;
	}
	snprintf(name, sizeof(name), "%zu %s function%s", nr,
		 e->nr_sides == 2 && from >= c->nr_changed ? "unchanged" :
							     "more",
		 nr == 1 ? "" : "s");
	if (e->nr_sides == 2)
		put_pair(f, "", name, (double)a, (double)b, "");
	else
		put_single(f, "", name, a,
			   dlab_functions_total(&e->side[0].functions), "");
}

static void put_sum(FILE *f, const struct dlab_explanation *e,
		    const char *phase, const char *name, uint64_t a, uint64_t b)
{
	if (e->nr_sides == 2)
		put_pair(f, phase, name, (double)a, (double)b, "");
	else
		put_single(f, phase, name, a,
			   dlab_functions_total(&e->side[0].functions), "");
}

static void put_sums(FILE *f, const struct dlab_explanation *e)
{
	const struct dlab_functions *a = &e->side[0].functions;
	const struct dlab_functions *b = &e->side[1].functions;

	for (int i = 0; i < DLAB_NR_PHASES; i++) {
		enum dlab_phase p = (enum dlab_phase)i;

		put_sum(f, e, dlab_phase_name(p), "all functions",
			dlab_functions_of_phase(a, p),
			dlab_functions_of_phase(b, p));
	}
	if (a->unnamed || b->unnamed)
		put_sum(f, e, "", "no function, or no room for it", a->unnamed,
			b->unnamed);
	put_sum(f, e, "", "stepped, in all", dlab_functions_total(a),
		dlab_functions_total(b));
}

static void put_counted(FILE *f, const struct dlab_explanation *e,
			const char *name, double a, double b)
{
	char text[REPORT_NUMBER_LEN];

	if (isnan(a) || (e->nr_sides == 2 && isnan(b)))
		return;
	if (e->nr_sides == 2) {
		put_pair(f, "", name, a, b, "");
		return;
	}
	put_name(f, "", name);
	fprintf(f, " %9s\n", report_number(a, text));
}

static double stepped(const struct dlab_explained *side)
{
	return (double)dlab_functions_total(&side->functions);
}

/* Does the one operation stand for the many?  Says so where it does not. */
static void put_doubts(FILE *f, const struct dlab_explanation *e)
{
	const struct dlab_explained *a = &e->side[0], *b = &e->side[1];
	double diff = stepped(b) - stepped(a);
	char text[2][REPORT_NUMBER_LEN];

	if (e->differs)
		fprintf(f, "\nMore than the source differs, so functions may be others than their names say:\n%s\n",
			e->differs);
	if (isnan(a->median) || (e->nr_sides == 2 && isnan(b->median))) {
		fputs("\nop_insns was not counted, so nothing says whether this operation is like most.\n",
		      f);
		return;
	}
	if (e->nr_sides == 1) {
		if (fabs(stepped(a) - a->median) > READING_INSNS)
			fprintf(f, "\nThis operation took %s, most take %s: it was not like most.\n",
				report_number(stepped(a), text[0]),
				report_number(a->median, text[1]));
		return;
	}
	if (diff != b->median - a->median)
		fprintf(f, "\nThe operations that were stepped differ by %s, most of those counted by %s:\nsome of the difference is not in this table, or is of these two only.\n",
			difference(0, diff, text[0]),
			difference(a->median, b->median, text[1]));
	else if (fabs(b->mean - a->mean - diff) >= 0.5)
		fprintf(f, "\nThe operations that were stepped differ by %s, those counted by %s in the\nmean: some operations cost more than the one that was stepped.\n",
			difference(0, diff, text[0]),
			difference(a->mean, b->mean, text[1]));
}

static void put_head(FILE *f, const struct dlab_explanation *e)
{
	fprintf(f, "%s\n", e->id);
	if (e->nr_sides == 1) {
		fprintf(f, "%s; instructions of one operation\n\n",
			e->side[0].run);
		put_name(f, "phase", "function");
		fprintf(f, " %9s %9s %9s\n", "insns", "share", "calls");
	} else {
		fprintf(f, "A %s\nB %s; instructions of one operation\n\n",
			e->side[0].run, e->side[1].run);
		put_name(f, "phase", "function");
		fprintf(f, " %9s %9s %9s %11s\n", "A", "B", "diff", "calls");
	}
	rule(f);
}

void dlab_explain_text(const struct dlab_explanation *e, size_t limit, FILE *f)
{
	const struct dlab_explained *a = &e->side[0], *b = &e->side[1];
	size_t nr = e->nr_sides == 2 ? e->changes.nr_changed : e->changes.nr;

	put_head(f, e);
	if (limit && nr > limit)
		nr = limit;
	for (size_t i = 0; i < nr; i++)
		put_change(f, e, &e->changes.v[i]);
	put_rest(f, e, nr);
	rule(f);
	put_sums(f, e);
	put_counted(f, e, "counted (op_insns), median", a->median, b->median);
	put_counted(f, e, "counted (op_insns), mean", a->mean, b->mean);
	put_doubts(f, e);
}

/* ---- for programs */

void dlab_explain_tsv(const struct dlab_explanation *e, size_t limit, FILE *f)
{
	(void)limit;
	fputs(e->nr_sides == 2 ?
		      "phase\tfunction\tinsns_a\tinsns_b\tdiff\tcalls_a\tcalls_b\n" :
		      "phase\tfunction\tinsns\tcalls\n",
	      f);
	for (size_t i = 0; i < e->changes.nr; i++) {
		const struct dlab_function_change *c = &e->changes.v[i];

		fprintf(f, "%s\t%s\t%" PRIu64, dlab_phase_name(c->phase),
			c->function, c->insns_a);
		if (e->nr_sides == 2)
			fprintf(f, "\t%" PRIu64 "\t%" PRId64, c->insns_b,
				(int64_t)(c->insns_b - c->insns_a));
		fprintf(f, "\t%" PRIu64, c->calls_a);
		if (e->nr_sides == 2)
			fprintf(f, "\t%" PRIu64, c->calls_b);
		fputc('\n', f);
	}
}

static json_t *side_json(const struct dlab_explained *side)
{
	return json_pack("{s:s, s:I, s:I, s:o, s:o}", "run", side->run,
			 "stepped",
			 (json_int_t)dlab_functions_total(&side->functions),
			 "unnamed", (json_int_t)side->functions.unnamed,
			 "op_insns_median", dlab_json_real(side->median),
			 "op_insns_mean", dlab_json_real(side->mean));
}

static json_t *change_json(const struct dlab_function_change *c, bool pair)
{
	json_t *o = json_pack("{s:s, s:s, s:I, s:I}", "phase",
			      dlab_phase_name(c->phase), "function",
			      c->function, pair ? "insns_a" : "insns",
			      (json_int_t)c->insns_a,
			      pair ? "calls_a" : "calls",
			      (json_int_t)c->calls_a);

	if (o && pair) {
		json_object_set_new(o, "insns_b",
				    json_integer((json_int_t)c->insns_b));
		json_object_set_new(o, "calls_b",
				    json_integer((json_int_t)c->calls_b));
	}
	return o;
}

void dlab_explain_json(const struct dlab_explanation *e, size_t limit, FILE *f)
{
	json_t *functions = json_array(), *root;
	bool pair = e->nr_sides == 2;

	(void)limit;
	for (size_t i = 0; i < e->changes.nr; i++)
		json_array_append_new(functions,
				      change_json(&e->changes.v[i], pair));
	root = json_pack("{s:s, s:o, s:o}", "case", e->id, "a",
			 side_json(&e->side[0]), "functions", functions);
	if (root && pair) {
		json_object_set_new(root, "b", side_json(&e->side[1]));
		json_object_set_new(root, "differs",
				    e->differs ? json_string(e->differs) :
						 json_null());
	}
	if (root)
		json_dumpf(root, f, JSON_INDENT(1) | JSON_SORT_KEYS);
	fputc('\n', f);
	json_decref(root);
}
