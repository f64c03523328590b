// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every change of a history by itself: the cases that it hit, what moved with
 * it, the series over the commits, and the command that shows it again.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "numbers.h"
#include "report/commands.h"
#include "report/history/moved.h"
#include "report/rows.h"
#include "report/view.h"
#include "shellword.h"

/* Cases in the table that is open from the start. */
#define MAX_OPEN 8

static void say_range(struct doc *d, const struct dlab_history *h,
		      const struct dlab_finding *f)
{
	char before[PART_TEXT], point[PART_TEXT];

	if (f->point - f->before == 1)
		return;
	doc_note(d, DOC_WARN,
		 "The change lies in one of %zu commits: after `%s`, up to and "
		 "with `%s`. Those between could not be measured.",
		 f->point - f->before, part_commit(h, f->before, before),
		 part_commit(h, f->point, point));
}

/* Cases that were measured before and end badly now. */
static void say_broken(struct doc *d, const struct dlab_finding *f)
{
	size_t i, n = part_broken(f);

	if (!n)
		return;
	doc_note(d, DOC_BAD, "%zu case%s broke:", n, dlab_s(n));
	for (i = 0; i < f->nr_appeared; i++)
		if (f->appeared[i].broke)
			doc_item(d, "`%s`: %s", f->appeared[i].id,
				 f->appeared[i].reason);
}

static void say_hit(struct doc *d, const struct part_view *v,
		    const struct dlab_finding *f, bool worse)
{
	const struct dlab_hit *hit = part_largest(v->h, f, worse);
	size_t n = worse ? f->nr_worse : f->nr_better;
	const struct dlab_step *s;
	char words[PART_TEXT];

	if (!hit)
		return;
	s = &v->h->steps[hit->main];
	doc_para(d, "**%zu of %zu cases %s.** Most of all `%s`: %s (`%s`).", n,
		 part_cases(v), worse ? "got worse" : "got better", hit->id,
		 part_step_words(v->h, s, words),
		 v->h->tracks[s->track].metric->name);
}

/* ---- the cases */

static void hit_columns(struct doc *d, struct doc_table *t, bool moved)
{
	doc_col(d, t, DOC_COL_KEY, -1, "case");
	doc_col(d, t, DOC_COL_NUM, -1, "before");
	doc_col(d, t, DOC_COL_NUM, -1, "after");
	doc_col(d, t, DOC_COL_NUM, -1, "diff");
	doc_col(d, t, DOC_COL_NUM, -1, "relative");
	if (moved)
		doc_col(d, t, DOC_COL_WRAP, -1, "moved with it");
}

static void put_moved(struct doc *d, struct doc_table *t,
		      const struct dlab_history *h, const struct dlab_hit *hit)
{
	char *text = NULL, diff[PART_TEXT];
	size_t i, len, n = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < hit->nr; i++) {
		const struct dlab_step *s = &h->steps[hit->steps[i]];

		if (hit->steps[i] == hit->main)
			continue;
		fprintf(f, "%s%s %s", n++ ? ", " : "",
			h->tracks[s->track].metric->name,
			part_diff(s->from, s->to, diff));
	}
	if (fclose(f))
		d->err = -ENOMEM;
	else
		doc_cell(d, t, 0, "%s", n ? text : "-");
	free(text);
}

static void hit_row(struct doc *d, struct doc_table *t,
		    const struct dlab_history *h, const struct dlab_hit *hit,
		    bool moved)
{
	const struct dlab_step *s = &h->steps[hit->main];
	char text[PART_TEXT], number[REPORT_NUMBER_LEN];

	report_case_row(d, t, hit->id);
	doc_cell(d, t, 0, "%s", report_number(s->from, number));
	doc_cell(d, t, 0, "%s", report_number(s->to, number));
	doc_cell(d, t, 0, "%s", part_diff(s->from, s->to, text));
	doc_cell(d, t, 0, "%s", part_percent(s->from, s->to, text));
	if (moved)
		put_moved(d, t, h, hit);
	report_row_under(d, t, hit->id, h->tracks[s->track].metric,
			 s->of_total);
}

/* @nr hits with a heading for each workload on a topology. */
static void hit_rows(struct doc *d, struct doc_table *t,
		     const struct dlab_history *h, const struct dlab_hit *hits,
		     size_t nr, bool moved)
{
	size_t i;

	for (i = 0; i < nr; i++)
		hit_row(d, t, h, &hits[i], moved);
}

/* The first of @nr cases that became worse, or better: hit hardest first. */
static void hardest_table(struct doc *d, const struct dlab_history *h,
			  const struct dlab_hit *hits, size_t nr)
{
	const char *verdict = nr && hits->worse ? "worse" : "better";
	size_t open = nr < MAX_OPEN ? nr : MAX_OPEN;
	struct doc_table *t;

	if (!nr)
		return;
	if (nr == 1)
		t = doc_table(d, "The case that became %s", verdict);
	else if (open < nr)
		t = doc_table(d, "The %zu cases that became %s most", open,
			      verdict);
	else
		t = doc_table(d,
			      "The %zu cases that became %s, those hit hardest "
			      "first",
			      nr, verdict);
	hit_columns(d, t, false);
	hit_rows(d, t, h, hits, open, false);
}

/* Hits are in that order: worse ones, better ones, each by effect. */
static void hit_tables(struct doc *d, const struct dlab_history *h,
		       const struct dlab_finding *f)
{
	struct doc_table *t;

	hardest_table(d, h, f->hits, f->nr_worse);
	hardest_table(d, h, f->hits + f->nr_worse, f->nr_better);
	doc_fold(d, false, "Every figure that moved, in %zu case%s", f->nr_hits,
		 dlab_s(f->nr_hits));
	t = doc_table(d, "Cases that this commit changed");
	hit_columns(d, t, true);
	hit_rows(d, t, h, f->hits, f->nr_hits, true);
	doc_unfold(d);
}

/* ---- the command */

/* " NAME=value"; nothing where there is no value. */
static void put_variable(FILE *f, const char *name, const char *value)
{
	char *word;

	if (!value || !*value || asprintf(&word, "%s=%s", name, value) < 0)
		return;
	fputc(' ', f);
	dlab_put_make_word(f, word);
	free(word);
}

static void put_command(FILE *f, const struct dlab_history *h,
			const struct dlab_finding *finding, size_t from,
			const char *id)
{
	const struct dlab_run *run = &h->runs[finding->point];
	const char *base = dlab_kvs_find(&run->fingerprint, "base");
	char topology[PART_TEXT], pattern[PART_TEXT];
	int len;
	const char *at = part_topology(id, &len);

	snprintf(topology, sizeof(topology), "%.*s", len, at);
	/* the topology is chosen already: short lines can be mailed */
	snprintf(pattern, sizeof(pattern), "%.*s%s", (int)strcspn(id, "@"), id,
		 len ? at + len : "");
	fprintf(f, "make commits RANGE=%.12s..%.12s",
		h->points[from].commit, h->points[finding->point].commit);
	put_variable(f, "BASE", base);
	if (*h->kernel_src) {
		fputs(" \\\n   ", f);
		put_variable(f, "KERNEL_SRC", h->kernel_src);
	}
	fputs(" \\\n   ", f);
	/* with a slash it is a workload that was run without a suite */
	if (strcmp(h->suite, "commits") && !strchr(h->suite, '/'))
		put_variable(f, "SUITE", h->suite);
	put_variable(f, "TOPOLOGY", topology);
	put_variable(f, "BOOTS", h->boots);
	put_variable(f, "QEMU", dlab_run_made_with(run, "QEMU"));
	put_variable(f, "CC", dlab_run_made_with(run, "CC"));
	fputs(" \\\n   ", f);
	put_variable(f, "CASES", pattern);
}

/* The case that a finding is shown by again, and from which commit on. */
static const char *example(const struct dlab_history *h,
			   const struct dlab_finding *f, size_t *from)
{
	const struct dlab_hit *hit = f->nr_hits ? f->hits :
				     f->nr_told ? f->told :
						  NULL;
	size_t i;

	*from = f->before;
	if (hit && h->steps[hit->main].creeping)
		*from = h->steps[hit->main].since;
	if (hit)
		return hit->id;
	for (i = 0; !f->appeared[i].broke;)
		i++;
	return f->appeared[i].id;
}

/* Where both runs have functions, the command that holds them side by side. */
static void explain(struct doc *d, const struct dlab_history *h, size_t from,
		    size_t point, const char *id)
{
	struct dlab_functions a = { 0 }, b = { 0 };
	struct dlab_err err;
	bool both = h->run_dirs[from] && h->run_dirs[point] &&
		    !dlab_functions_load(h->run_dirs[from], id, &a, &err) &&
		    !dlab_functions_load(h->run_dirs[point], id, &b, &err);

	dlab_functions_free(&a);
	dlab_functions_free(&b);
	if (!both) {
		doc_para(d, "These runs do not say in which functions; the "
			    "report of that command does (`dlab explain`).");
		return;
	}
	doc_para(d, "In which functions:");
	report_code_explain(d, id, &h->runs[from], &h->runs[point]);
}

void part_reproduce(struct doc *d, const struct dlab_history *h,
		    const struct dlab_finding *finding)
{
	size_t from;
	const char *id = example(h, finding, &from);
	char *command = NULL;
	size_t len;
	FILE *f = open_memstream(&command, &len);

	if (!f) {
		d->err = -ENOMEM;
		return;
	}
	put_command(f, h, finding, from, id);
	if (fclose(f)) {
		d->err = -ENOMEM;
		free(command);
		return;
	}
	doc_para(d, "To see it again:");
	doc_code(d, "%s", command);
	free(command);
	explain(d, h, from, finding->point, id);
}

/* ---- charts */

static void put_chart(struct doc *d, const struct dlab_history *h,
		      const struct dlab_finding *f, const struct part_chart *c,
		      const struct report_plotter *p)
{
	const struct dlab_hit *hit = NULL;
	char title[2 * PART_TEXT], alt[2 * PART_TEXT], words[PART_TEXT];
	size_t i;

	for (i = 0; i < f->nr_hits && !hit; i++)
		if (h->steps[f->hits[i].main].track == c->track)
			hit = &f->hits[i];
	if (!hit)
		return;
	snprintf(title, sizeof(title), "%s of %s%s",
		 h->tracks[c->track].metric->name, hit->id,
		 c->of_total ? " (total, for one operation)" : "");
	snprintf(alt, sizeof(alt), "At commit %zu, %.12s: %s.", f->point,
		 h->points[f->point].commit,
		 part_step_words(h, &h->steps[hit->main], words));
	doc_figure(d, title, alt, c->svg, p->missing);
}

/* ---- sections */

/* Of the case hit hardest in each direction. */
static void say_functions(struct doc *d, const struct dlab_history *h,
			  const struct dlab_finding *f)
{
	const struct dlab_hit *worse = part_largest(h, f, true);
	const struct dlab_hit *better = part_largest(h, f, false);

	if (worse)
		part_grew(d, h, worse);
	if (better)
		part_grew(d, h, better);
}

static void finding(struct doc *d, const struct part_view *v, size_t which,
		    const struct report_plotter *p)
{
	const struct dlab_history *h = v->h;
	const struct dlab_finding *f = &h->findings[which];
	const struct dlab_point *point = &h->points[f->point];
	char anchor[32], name[PART_TEXT];
	size_t i;

	snprintf(anchor, sizeof(anchor), "c%zu", f->point);
	doc_heading(d, 3, anchor, "%s %s", part_commit(h, f->point, name),
		    point->subject);
	doc_para(d, "%s, %s", point->author, point->date);
	say_range(d, h, f);
	say_broken(d, f);
	part_finding_config(d, h, f);
	part_moved_say_told(d, h, f);
	if (!f->nr_hits) {
		part_reproduce(d, h, f);
		return;
	}
	say_hit(d, v, f, true);
	say_hit(d, v, f, false);
	part_moved_say_phases(d, h, f->hits, f->nr_hits);
	part_moved_say(d, h, f);
	say_functions(d, h, f);
	for (i = 2 * which; i < 2 * which + 2; i++)
		if (v->changes.v[i].track != PART_NONE)
			put_chart(d, h, f, &v->changes.v[i], p);
	hit_tables(d, h, f);
	part_reproduce(d, h, f);
}

void part_findings(struct doc *d, const struct part_view *v,
		   const struct report_plotter *p)
{
	bool any = false;
	size_t i;

	for (i = 0; i < v->h->nr_findings; i++) {
		if (!part_is_told(&v->h->findings[v->order[i]]))
			continue;
		if (!any)
			doc_heading(d, 2, "changes", "Every change");
		any = true;
		finding(d, v, v->order[i], p);
	}
}
