// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first screen of a history's report: what regressed, what improved, what
 * may be ignored and why.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/rows.h"
#include "report/view.h"

static size_t count_outcome(const struct dlab_history *h,
			    enum dlab_point_outcome outcome)
{
	size_t i, n = 0;

	for (i = 0; i < h->nr_points; i++)
		n += h->points[i].outcome == outcome;
	return n;
}

void part_say_verdict(struct doc *d, const struct dlab_history *h)
{
	size_t worse = dlab_count_findings(h, true);
	size_t better = dlab_count_findings(h, false);
	size_t bad = count_outcome(h, DLAB_POINT_NO_BUILD) +
		     count_outcome(h, DLAB_POINT_CRASH) +
		     count_outcome(h, DLAB_POINT_FAIL);
	size_t unseen = dlab_count_unseen(h);
	char more[PART_TEXT] = "";

	if (unseen)
		snprintf(more, sizeof(more),
			 " %zu made cases do more work that instructions do "
			 "not show.",
			 unseen);
	doc_note(d,
		 worse || bad					   ? DOC_BAD :
		 unseen || count_outcome(h, DLAB_POINT_UNMEASURED) ? DOC_WARN :
								     DOC_GOOD,
		 "%zu commit%s after the base: %zu made cases worse, %zu made "
		 "cases better. %zu ok, %zu with failed cases, %zu crashed, "
		 "%zu did not build, %zu not measured (the base included).%s",
		 h->nr_points ? h->nr_points - 1 : 0,
		 dlab_s(h->nr_points ? h->nr_points - 1 : 0), worse, better,
		 count_outcome(h, DLAB_POINT_OK),
		 count_outcome(h, DLAB_POINT_FAIL),
		 count_outcome(h, DLAB_POINT_CRASH),
		 count_outcome(h, DLAB_POINT_NO_BUILD),
		 count_outcome(h, DLAB_POINT_UNMEASURED), more);
}

void part_say_what(struct doc *d, const struct dlab_history *h)
{
	const struct dlab_point *last;

	if (!h->nr_points)
		return;
	last = &h->points[h->nr_points - 1];
	doc_para(d, "From `%.12s` (%s) to `%.12s` (%s)%s%s%s%s.",
		 h->points[0].commit, h->points[0].subject, last->commit,
		 last->subject, *h->suite ? ", suite " : "", h->suite,
		 *h->topologies ? ", topologies " : "", h->topologies);
}

static void put_effect(struct doc *d, struct doc_table *t,
		       const struct dlab_history *h, const struct dlab_step *s)
{
	const char *unit = h->tracks[s->track].metric->unit;
	char diff[PART_TEXT], percent[PART_TEXT];

	doc_cell(d, t, 0, "%s%s%s", part_diff(s->from, s->to, diff),
		 strcmp(unit, "insns") ? " " : "",
		 strcmp(unit, "insns") ? unit : "");
	doc_cell(d, t, 0, "%s", part_percent(s->from, s->to, percent));
}

/* A row: a commit and the most that it did in one direction. */
static void finding_row(struct doc *d, struct doc_table *t,
			const struct part_view *v, const struct dlab_finding *f,
			bool worse)
{
	const struct dlab_hit *hit = part_largest(v->h, f, worse);
	char commit[PART_TEXT], anchor[32];

	snprintf(anchor, sizeof(anchor), "c%zu", f->point);
	doc_row(d, t, -1);
	doc_row_link(d, t, anchor);
	doc_cell(d, t, 0, "%s", part_commit(v->h, f->point, commit));
	if (hit) {
		put_effect(d, t, v->h, &v->h->steps[hit->main]);
	} else {
		doc_cell(d, t, DOC_CELL_BAD, "%zu broke", part_broken(f));
		doc_cell(d, t, 0, "-");
	}
	doc_cell(d, t, 0, "%zu/%zu", worse ? f->nr_worse : f->nr_better,
		 part_cases(v));
	doc_cell(d, t, 0, "%s%s", v->h->points[f->point].subject,
		 f->point - f->before > 1 ?
			 " (or one of those before it that could not be "
			 "measured)" :
			 "");
}

void part_findings_table(struct doc *d, const struct part_view *v, bool worse,
			 size_t rows, const char *caption)
{
	struct doc_table *t = doc_table(d, "%s", caption);
	size_t i;

	doc_col(d, t, DOC_COL_KEY, -1, "commit");
	doc_col(d, t, DOC_COL_NUM, -1, "diff");
	doc_col(d, t, DOC_COL_NUM, -1, "relative");
	doc_col(d, t, DOC_COL_NUM, -1, "cases");
	doc_col(d, t, DOC_COL_WRAP, -1, "subject");
	for (i = 0; i < v->h->nr_findings; i++) {
		const struct dlab_finding *f =
			&v->h->findings[worse ? v->order[i] : v->improved[i]];

		if (dlab_finding_is(f, worse) && rows) {
			finding_row(d, t, v, f, worse);
			rows--;
		}
	}
}

/* "map -25, unmap +25"; and what grew unseen. */
static void put_told(struct doc *d, struct doc_table *t,
		     const struct dlab_history *h, const struct dlab_hit *hit)
{
	char text[PART_TEXT] = "", diff[PART_TEXT];
	size_t i, len = 0;

	for (i = 0; i < hit->nr && len < sizeof(text); i++) {
		const struct dlab_step *s = &h->steps[hit->steps[i]];
		const char *name = h->tracks[s->track].metric->name;
		bool phase = hit->moved && s->part;

		if (phase || dlab_step_is_unseen(h, s))
			len += (size_t)snprintf(
				text + len, sizeof(text) - len, "%s%.*s %s",
				len ? ", " : "",
				(int)strcspn(name, phase ? "_" : ""), name,
				part_diff(s->from, s->to, diff));
	}
	doc_cell(d, t, 0, "%s", text);
}

/* The first of the cases that are told of without a verdict; how many. */
static const struct dlab_hit *told_of(const struct dlab_finding *f, size_t *nr)
{
	const struct dlab_hit *first = f->nr_told ? f->told : NULL;
	size_t i;

	*nr = f->nr_told;
	for (i = 0; i < f->nr_hits; i++) {
		if (!f->hits[i].unseen || f->hits[i].worse)
			continue;
		first = first ? first : &f->hits[i];
		++*nr;
	}
	return first;
}

static struct doc_table *begin_told(struct doc *d, bool mail)
{
	static const char heading[] =
		"What moved, and what instructions do not show";
	struct doc_table *t;

	if (!mail)
		doc_heading(d, 2, "told", "%s", heading);
	t = doc_table(d, "%s",
		      mail ? heading :
			     "Cost that went from one phase to another, the "
			     "whole being the same, and more work that "
			     "instructions do not show, in cases that are not "
			     "worse; of one of them");
	doc_col(d, t, DOC_COL_KEY, -1, "commit");
	doc_col(d, t, DOC_COL_WRAP, -1, "moved");
	doc_col(d, t, DOC_COL_NUM, -1, "cases");
	doc_col(d, t, DOC_COL_WRAP, -1, "subject");
	return t;
}

void part_told_table(struct doc *d, const struct part_view *v, bool mail,
		     size_t rows)
{
	struct doc_table *t = NULL;
	char text[PART_TEXT];
	size_t i, n, nr = 0;

	for (i = 0; rows && i < v->h->nr_findings; i++) {
		const struct dlab_finding *f = &v->h->findings[i];
		const struct dlab_hit *first = told_of(f, &n);

		if (!first || nr++ >= rows)
			continue;
		if (!t)
			t = begin_told(d, mail);
		doc_row(d, t, -1);
		snprintf(text, sizeof(text), "c%zu", f->point);
		doc_row_link(d, t, text);
		doc_cell(d, t, 0, "%s", part_commit(v->h, f->point, text));
		put_told(d, t, v->h, first);
		doc_cell(d, t, 0, "%zu/%zu", n, part_cases(v));
		doc_cell(d, t, 0, "%s", v->h->points[f->point].subject);
	}
	report_say_rows(d, rows, nr);
}

static void say_taints(struct doc *d, const struct dlab_history *h)
{
	size_t i;

	for (i = 0; i < h->taints.nr; i++)
		doc_note(d, DOC_WARN, "Every figure is tainted: %s",
			 h->taints.v[i]);
}

/* What E-divisive cannot see; said only where something is judged by it. */
static void say_blind(struct doc *d, const struct dlab_history *h)
{
	char from[PART_TEXT];

	if (!h->noisy || h->nr_points < 3)
		return;
	doc_note(d, DOC_WARN,
		 "%zu figure%s judged by change points over the commits, which "
		 "do not see yet what one of the last two changed (`%s` and "
		 "the one after it): `dlab compare` judges those over their "
		 "boots.",
		 h->noisy, h->noisy == 1 ? " is" : "s are",
		 part_commit(h, h->nr_points - 2, from));
}

static void findings_section(struct doc *d, const struct part_view *v,
			     bool worse)
{
	doc_heading(d, 2, worse ? "regressed" : "improved",
		    worse ? "What regressed" : "What improved");
	if (dlab_count_findings(v->h, worse))
		part_findings_table(
			d, v, worse, v->h->nr_findings,
			"Largest effect first; the difference is that of the "
			"case hit hardest, in instructions where no unit is "
			"given");
	else
		doc_para(d, "Nothing that was measured.");
}

void part_top(struct doc *d, const struct part_view *v)
{
	const struct dlab_history *h = v->h;

	doc_heading(d, 1, NULL, "%s",
		    *h->title ? h->title :
				"Which commit changed the cost of DMA mapping");
	part_say_what(d, h);
	part_say_net(d, h);
	part_say_verdict(d, h);
	say_taints(d, h);
	say_blind(d, h);
	part_net(d, h);
	findings_section(d, v, true);
	findings_section(d, v, false);
	part_told_table(d, v, false, h->nr_findings);
}
