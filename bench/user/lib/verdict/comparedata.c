// SPDX-License-Identifier: GPL-2.0-only
/* A comparison for programs: TSV and JSON (results/schema/compare.json). */
#include <math.h>
#include <string.h>

#include "json.h"
#include "verdict/compare.h"
#include "numbers.h"

/* ---- TSV: figures first, then cases that ended differently (metric "-") */

static void put(FILE *f, double v)
{
	char text[DLAB_NUMBER_LEN];

	if (isinf(v))
		fprintf(f, "\t%sinf", v < 0 ? "-" : "");
	else
		fprintf(f, "\t%s", dlab_number(v, text));
}

static void tsv_figure(const struct dlab_figure *g, FILE *f)
{
	fprintf(f, "%s\t%s\t%s\t%s\t%s\t%s", g->id_a, g->id_b, g->metric->name,
		g->metric->unit, dlab_direction_name(g->metric->direction),
		dlab_verdict_name(g->verdict));
	put(f, g->a.median);
	put(f, g->b.median);
	put(f, g->diff);
	put(f, g->a.median != 0 ? g->diff / fabs(g->a.median) : NAN);
	put(f, g->a.total);
	put(f, g->b.total);
	put(f, g->min_effect);
	put(f, g->low);
	put(f, g->high);
	put(f, g->p);
	put(f, g->q);
	fprintf(f, "\t%zu\t%zu\t%u\t%s\n", g->a.boots, g->b.boots,
		g->boots_needed, g->note);
}

static void tsv_change(const struct dlab_change *g, FILE *f)
{
	bool new = dlab_change_is_new(g->kind);
	bool only = new || g->kind == DLAB_ONLY_A;

	fprintf(f, "%s\t%s\t-\t-\t-\t%s", new ? "-" : g->id,
		g->kind == DLAB_ONLY_A ? "-" : g->id,
		dlab_change_name(g->kind));
	for (int i = 0; i < 11; i++)
		fputs("\t-", f);
	fprintf(f, "\t0\t0\t0\t%s%s%s%s%s\n",
		only ? "" : dlab_status_name(g->a), only ? "" : " -> ",
		only ? "" : dlab_status_name(g->b), *g->reason ? ": " : "",
		g->reason);
}

void dlab_compare_tsv(const struct dlab_comparison *c, FILE *f)
{
	fputs("case_a\tcase_b\tmetric\tunit\tdirection\tverdict\ta\tb\tdiff\trel\ttotal_a\ttotal_b\tmin_effect\tlow\thigh\tp\tq\tboots_a\tboots_b\tboots_needed\tnote\n",
	      f);
	for (size_t i = 0; i < c->nr_figures; i++)
		tsv_figure(&c->figures[i], f);
	for (size_t i = 0; i < c->nr_changes; i++)
		tsv_change(&c->changes[i], f);
}

/* ---- JSON: what is not known is null */

static json_t *side(const struct dlab_side *s)
{
	json_t *medians = json_array();

	for (size_t i = 0; i < s->boots; i++)
		json_array_append_new(medians, json_real(s->medians[i]));
	return json_pack("{s:o, s:o, s:o, s:I}", "median",
			 dlab_json_real(s->median), "total",
			 dlab_json_real(s->total), "boots", medians, "samples",
			 (json_int_t)s->n);
}

static json_t *figure(const struct dlab_figure *g)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:b, s:i, s:s}",
		"case_a", g->id_a, "case_b", g->id_b, "metric", g->metric->name,
		"unit", g->metric->unit, "direction",
		dlab_direction_name(g->metric->direction), "exact",
		g->metric->exact, "verdict", dlab_verdict_name(g->verdict), "a",
		side(&g->a), "b", side(&g->b), "diff", dlab_json_real(g->diff),
		"diff_total", dlab_json_real(g->diff_total), "min_effect",
		dlab_json_real(g->min_effect), "low", dlab_json_real(g->low),
		"high", dlab_json_real(g->high), "p", dlab_json_real(g->p), "q",
		dlab_json_real(g->q), "identical", g->identical, "boots_needed",
		(int)g->boots_needed, "note", g->note);
}

static json_t *pair(const struct dlab_pair *p)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:b, s:b}", "case_a", p->id_a,
			 "case_b", p->id_b, "verdict",
			 dlab_verdict_name(p->verdict), "metric",
			 p->main->metric->name, "moved", p->moved, "unseen",
			 p->unseen);
}

static json_t *change(const struct dlab_change *g)
{
	bool a = !dlab_change_is_new(g->kind), b = g->kind != DLAB_ONLY_A;

	return json_pack("{s:s, s:s, s:s?, s:s?, s:s}", "case", g->id, "change",
			 dlab_change_name(g->kind), "a",
			 a ? dlab_status_name(g->a) : NULL, "b",
			 b ? dlab_status_name(g->b) : NULL, "reason",
			 g->reason);
}

static json_t *counts(const struct dlab_comparison *c)
{
	json_t *o = json_object();

	for (int v = 0; v < DLAB_NR_VERDICTS; v++)
		json_object_set_new(
			o, dlab_verdict_name((enum dlab_verdict)v),
			json_integer((json_int_t)dlab_count_pairs(
				c, (enum dlab_verdict)v)));
	return o;
}

void dlab_compare_json(const struct dlab_comparison *c, FILE *f)
{
	json_t *figures = json_array(), *changes = json_array();
	json_t *cases = json_array(), *root;

	for (size_t i = 0; i < c->nr_pairs; i++)
		json_array_append_new(cases, pair(&c->pairs[i]));

	for (size_t i = 0; i < c->nr_figures; i++)
		json_array_append_new(figures, figure(&c->figures[i]));
	for (size_t i = 0; i < c->nr_changes; i++)
		json_array_append_new(changes, change(&c->changes[i]));
	root = json_pack(
		"{s:i, s:s, s:s, s:s, s:{s:s, s:s?, s:s?}, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "result",
		dlab_result_name(dlab_comparison_result(c)), "a", c->a.name,
		"b", c->b.name, "axis", "name", c->axis.name, "from",
		c->axis.from, "to", c->axis.to, "noise_runs", (int)c->nr_noise,
		"differs", dlab_json_strings(c->differs.v, c->differs.nr),
		"taint", dlab_json_strings(c->taints.v, c->taints.nr),
		"missing", dlab_json_strings(c->missing.v, c->missing.nr),
		"counts", counts(c), "cases", cases, "figures", figures,
		"changes", changes);
	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
}
