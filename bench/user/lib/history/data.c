// SPDX-License-Identifier: GPL-2.0-only
/* A history for programs: TSV and JSON (results/schema/history.json). */
#include <math.h>
#include <string.h>

#include "json.h"
#include "history/history.h"
#include "numbers.h"

static const char *verdict_of(const struct dlab_step *s)
{
	return dlab_verdict_name(dlab_step_verdict(s));
}

/* ---- TSV: steps first, then cases that appeared or vanished (metric "-") */

static void put(FILE *f, double v)
{
	char text[DLAB_NUMBER_LEN];

	if (isinf(v))
		fprintf(f, "\t%sinf", v < 0 ? "-" : "");
	else
		fprintf(f, "\t%s", dlab_number(v, text));
}

static void tsv_step(const struct dlab_history *h, const struct dlab_step *s,
		     FILE *f)
{
	const struct dlab_track *k = &h->tracks[s->track];

	fprintf(f, "%zu\t%s\t%s\t%s\t%s\t%s\t%s", s->point,
		h->points[s->point].commit, h->points[s->before].commit, k->id,
		k->metric->name, k->metric->unit, verdict_of(s));
	put(f, s->from);
	put(f, s->to);
	put(f, s->to - s->from);
	put(f, dlab_step_relative(s));
	put(f, s->min_effect);
	put(f, s->p);
	fprintf(f, "\t%s\t%s\t%s\n", s->of_total ? "total" : "median",
		s->creeping ? h->points[s->since].commit : "-",
		h->points[s->point].subject);
}

static void tsv_appeared(const struct dlab_history *h,
			 const struct dlab_finding *found,
			 const struct dlab_case_change *c, FILE *f)
{
	fprintf(f, "%zu\t%s\t%s\t%s\t-\t-\t%s", found->point,
		h->points[found->point].commit, h->points[found->before].commit,
		c->id,
		c->now_measured ? "now measured" :
		c->broke	? "broke" :
				  "no longer measured");
	for (int i = 0; i < 6; i++)
		fputs("\t-", f);
	fprintf(f, "\t-\t-\t%s\n", h->points[found->point].subject);
}

void dlab_history_tsv(const struct dlab_history *h, FILE *f)
{
	fputs("n\tcommit\tbefore\tcase\tmetric\tunit\tverdict\tfrom\tto\tdiff\trel\tmin_effect\tp\tof\tcreeping_since\tsubject\n",
	      f);
	for (size_t i = 0; i < h->nr_steps; i++)
		tsv_step(h, &h->steps[i], f);
	for (size_t i = 0; i < h->nr_findings; i++)
		for (size_t k = 0; k < h->findings[i].nr_appeared; k++)
			tsv_appeared(h, &h->findings[i],
				     &h->findings[i].appeared[k], f);
}

/* ---- JSON: what is not known is null */

static json_t *names(const struct dlab_touched_names *n)
{
	json_t *list = json_array();

	for (size_t i = 0; i < n->nr; i++)
		json_array_append_new(list, json_string(n->v[i]));
	return list;
}

/* What of a commit's changes was run, or null. */
static json_t *touched(const struct dlab_history *h, size_t i)
{
	const struct dlab_touched *t = h->touched ? &h->touched[i] : NULL;

	if (!t || !t->known)
		return json_null();
	return json_pack("{s:I, s:o, s:o, s:o}", "changed", (json_int_t)t->nr,
			 "not_run", names(&t->names[DLAB_RAN_NOT]),
			 "not_stepped", names(&t->names[DLAB_RAN_UNSTEPPED]),
			 "one_of", names(&t->names[DLAB_RAN_ONE_OF]));
}

static json_t *point(const struct dlab_history *h, size_t i)
{
	const struct dlab_point *p = &h->points[i];

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:s, s:s?, s:b, s:o, s:o, s:o}", "commit",
		p->commit, "subject", p->subject, "date", p->date, "outcome",
		dlab_point_outcome_name(p->outcome), "reason", p->reason, "run",
		p->run, "measured", (int)dlab_point_is_measured(h, i),
		"build_s", dlab_json_real(p->build_s), "measure_s",
		dlab_json_real(p->measure_s), "functions", touched(h, i));
}

static json_t *step(const struct dlab_history *h, const struct dlab_step *s)
{
	const struct dlab_metric *m = h->tracks[s->track].metric;

	return json_pack(
		"{s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:s, s:s?}",
		"metric", m->name, "unit", m->unit, "direction",
		dlab_direction_name(m->direction), "verdict", verdict_of(s),
		"from", dlab_json_real(s->from), "to", dlab_json_real(s->to),
		"rel", dlab_json_real(dlab_step_relative(s)), "min_effect",
		dlab_json_real(s->min_effect), "p", dlab_json_real(s->p), "of",
		s->of_total ? "total" : "median", "creeping_since",
		s->creeping ? h->points[s->since].commit : NULL);
}

static json_t *hit(const struct dlab_history *h, const struct dlab_hit *t)
{
	json_t *others = json_array();

	for (size_t i = 0; i < t->nr; i++)
		if (t->steps[i] != t->main)
			json_array_append_new(others,
					      step(h, &h->steps[t->steps[i]]));
	return json_pack("{s:s, s:s, s:b, s:b, s:o, s:o}", "case", t->id,
			 "verdict", verdict_of(&h->steps[t->main]), "moved",
			 t->moved, "unseen", t->unseen, "main",
			 step(h, &h->steps[t->main]), "others", others);
}

static json_t *finding(const struct dlab_history *h,
		       const struct dlab_finding *f)
{
	json_t *hits = json_array(), *appeared = json_array();
	json_t *told = json_array();

	for (size_t i = 0; i < f->nr_hits; i++)
		json_array_append_new(hits, hit(h, &f->hits[i]));
	for (size_t i = 0; i < f->nr_told; i++)
		json_array_append_new(told, hit(h, &f->told[i]));
	for (size_t i = 0; i < f->nr_appeared; i++) {
		const struct dlab_case_change *c = &f->appeared[i];

		json_array_append_new(
			appeared,
			json_pack("{s:s, s:b, s:b, s:s}", "case", c->id,
				  "now_measured", (int)c->now_measured, "broke",
				  (int)c->broke, "reason", c->reason));
	}
	return json_pack("{s:s, s:s, s:s, s:i, s:i, s:o, s:o, s:o}", "commit",
			 h->points[f->point].commit, "before",
			 h->points[f->before].commit, "subject",
			 h->points[f->point].subject, "worse", (int)f->nr_worse,
			 "better", (int)f->nr_better, "hits", hits, "told",
			 told, "appeared", appeared);
}

static json_t *doubt(const struct dlab_history *h, const struct dlab_doubt *d)
{
	const struct dlab_track *k = &h->tracks[d->track];

	return json_pack("{s:s, s:s, s:s, s:s, s:o, s:o, s:s}", "commit",
			 h->points[d->point].commit, "before",
			 h->points[d->before].commit, "case", k->id, "metric",
			 k->metric->name, "from", dlab_json_real(d->from), "to",
			 dlab_json_real(d->to), "why", d->why);
}

static json_t *net(const struct dlab_history *h, const struct dlab_net *n)
{
	const struct dlab_track *k = &h->tracks[n->track];

	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:s}", "case", k->id,
			 "metric", k->metric->name, "verdict",
			 dlab_verdict_name(n->verdict), "from",
			 dlab_json_real(n->from), "to", dlab_json_real(n->to),
			 "rel", dlab_json_real(dlab_net_relative(n)), "of",
			 n->of_total ? "total" : "median");
}

static json_t *net_change(const struct dlab_change *c)
{
	return json_pack("{s:s, s:s, s:s}", "case", c->id, "change",
			 dlab_net_change_name(c->kind), "reason", c->reason);
}

void dlab_history_json(const struct dlab_history *h, FILE *f)
{
	json_t *points = json_array(), *findings = json_array();
	json_t *doubts = json_array(), *cases = json_array();
	json_t *ended = json_array();
	json_t *root;

	for (size_t i = 0; i < h->nr_points; i++)
		json_array_append_new(points, point(h, i));
	for (size_t i = 0; i < h->nr_findings; i++)
		json_array_append_new(findings, finding(h, &h->findings[i]));
	for (size_t i = 0; i < h->nr_net; i++)
		json_array_append_new(cases, net(h, &h->net[i]));
	for (size_t i = 0; i < h->nr_net_changes; i++)
		json_array_append_new(ended, net_change(&h->net_changes[i]));
	for (size_t i = 0; i < h->nr_doubts; i++)
		json_array_append_new(doubts, doubt(h, &h->doubts[i]));
	root = json_pack(
		"{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:s, s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
		"schema", 1, "result", dlab_result_name(dlab_history_result(h)),
		"title", h->title, "base", h->base, "range", h->range, "suite",
		h->suite, "cases", h->cases, "topologies", h->topologies,
		"judged", (int)h->judged, "taint",
		dlab_json_strings(h->taints.v, h->taints.nr), "points", points,
		"net", cases, "net_ended", ended, "findings", findings,
		"doubts", doubts, "notes",
		dlab_json_strings(h->notes.v, h->notes.nr));
	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
}
