// SPDX-License-Identifier: GPL-2.0-only
/*
 * What of a history a reader may ignore, and why: structure counts that moved
 * alone, differences below the minimum effect, cases that came or went, commits
 * that could not be measured.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/history/parts.h"
#include "report/view.h"

/* ---- neutral counts */

static bool is_among(const char *id, const struct dlab_hit *hits, size_t nr)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (!strcmp(hits[i].id, id))
			return true;
	return false;
}

/* Whether a case was hit by a finding, so that its counts are told there. */
static bool is_told(const struct dlab_history *h, const struct dlab_step *s)
{
	const struct dlab_finding *f = dlab_history_finding(h, s->point);
	const char *id = h->tracks[s->track].id;

	return f && (is_among(id, f->hits, f->nr_hits) ||
		     is_among(id, f->told, f->nr_told));
}

static void neutral_counts(struct doc *d, const struct dlab_history *h)
{
	const struct dlab_step *first = NULL;
	size_t i, steps = 0, points = 0, last = PART_NONE;
	char name[PART_TEXT];

	for (i = 0; i < h->nr_steps; i++) {
		const struct dlab_step *s = &h->steps[i];

		if (!s->neutral || is_told(h, s))
			continue;
		first = first ? first : s;
		steps++;
		points += s->point != last;
		last = s->point;
	}
	if (!first)
		return;
	doc_item(
		d,
		"**Structure counts alone**: %zu count%s moved at %zu "
		"commit%s, the first at `%s` (`%s` of `%s`), in cases in which "
		"nothing that is judged moved. They explain differences; by "
		"themselves they are none.",
		steps, dlab_s(steps), points, dlab_s(points),
		part_commit(h, first->point, name),
		h->tracks[first->track].metric->name,
		h->tracks[first->track].id);
}

/* ---- below the minimum effect */

/**
 * struct small_moves - differences that are no changes
 * @moves: how many
 * @tracks: in how many tracks
 * @largest: the largest of them in instructions
 * @from: what it was before it
 * @track: of @largest
 * @point: of @largest
 */
struct small_moves {
	size_t moves;
	size_t tracks;
	double largest;
	double from;
	size_t track;
	size_t point;
};

/* For each track, the points at which it has a step, or could not be judged. */
static bool *mark_told(const struct dlab_history *h)
{
	bool *told = calloc(h->nr_tracks * h->nr_points + 1, 1);
	size_t i;

	for (i = 0; told && i < h->nr_steps; i++)
		told[h->steps[i].track * h->nr_points + h->steps[i].point] =
			true;
	for (i = 0; told && i < h->nr_doubts; i++)
		told[h->doubts[i].track * h->nr_points + h->doubts[i].point] =
			true;
	return told;
}

/* Whether the two points of a track were held against each other. */
static bool is_comparable(const struct dlab_track *t, size_t a, size_t b)
{
	return t->n[a] == t->n[b] && t->past[a] == t->past[b];
}

static void add_small_moves(const struct dlab_history *h, size_t track,
			    const bool *told, struct small_moves *m)
{
	const struct dlab_track *t = &h->tracks[track];
	size_t i, last = PART_NONE, n = 0;

	for (i = 0; i < h->nr_points; i++) {
		double diff;

		if (isnan(t->median[i]))
			continue;
		diff = last == PART_NONE || !is_comparable(t, last, i) ?
			       0 :
			       t->median[i] - t->median[last];
		last = i;
		if (diff == 0 || told[i])
			continue;
		n++;
		if (!strcmp(t->metric->unit, "insns") &&
		    fabs(diff) > fabs(m->largest)) {
			m->largest = diff;
			m->from = t->median[i] - diff;
			m->track = track;
			m->point = i;
		}
	}
	m->moves += n;
	m->tracks += n > 0;
}

static void small_differences(struct doc *d, const struct dlab_history *h)
{
	struct small_moves m = { 0 };
	char name[PART_TEXT], diff[PART_TEXT], percent[PART_TEXT];
	bool *told = mark_told(h);
	size_t i;

	if (!told) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < h->nr_tracks; i++)
		if (h->tracks[i].metric->exact && part_is_judged(&h->tracks[i]))
			add_small_moves(h, i, told + i * h->nr_points, &m);
	free(told);
	if (!m.moves)
		return;
	if (m.largest == 0) {
		doc_item(d,
			 "**Below the minimum effect**: %zu difference%s in "
			 "%zu figure%s.",
			 m.moves, dlab_s(m.moves), m.tracks, dlab_s(m.tracks));
		return;
	}
	doc_item(d,
		 "**Below the minimum effect**: %zu difference%s in %zu "
		 "figure%s. The largest is %s instructions (%s): `%s` of `%s` "
		 "at `%s`. Too little to be worth a verdict.",
		 m.moves, dlab_s(m.moves), m.tracks, dlab_s(m.tracks),
		 part_diff(0, m.largest, diff),
		 part_percent(m.from, m.from + m.largest, percent),
		 h->tracks[m.track].metric->name, h->tracks[m.track].id,
		 part_commit(h, m.point, name));
}

/* ---- cases that came or went */

/* A case that broke is a regression, and told there. */
static bool is_listed(const struct dlab_case_change *c, bool now_measured)
{
	return c->now_measured == now_measured && !c->broke;
}

static void list_appeared(struct doc *d, const struct dlab_history *h,
			  bool now_measured)
{
	char name[PART_TEXT];
	size_t i, j;

	for (i = 0; i < h->nr_findings; i++) {
		const struct dlab_finding *f = &h->findings[i];

		for (j = 0; j < f->nr_appeared; j++) {
			const struct dlab_case_change *c = &f->appeared[j];

			if (is_listed(c, now_measured))
				doc_item(d, "`%s`, at `%s`%s%s", c->id,
					 part_commit(h, f->point, name),
					 *c->reason ? ": " : "", c->reason);
		}
	}
}

static void appeared(struct doc *d, const struct dlab_history *h,
		     bool now_measured)
{
	size_t i, j, n = 0;

	for (i = 0; i < h->nr_findings; i++)
		for (j = 0; j < h->findings[i].nr_appeared; j++)
			n += is_listed(&h->findings[i].appeared[j],
				       now_measured);
	if (!n)
		return;
	doc_item(d,
		 now_measured ?
			 "**Cases that began to be measured**: %zu time%s. "
			 "There is nothing before them to compare with." :
			 "**Cases that ceased to be measured**: %zu time%s. "
			 "Nothing can be said of them from there on.",
		 n, dlab_s(n));
	doc_fold(d, n <= 8, "%s",
		 now_measured ? "Which began to be measured" :
				"Which ceased to be measured");
	list_appeared(d, h, now_measured);
	doc_unfold(d);
}

/* ---- commits without figures */

static void unmeasured(struct doc *d, const struct dlab_history *h)
{
	struct doc_table *t = NULL;
	char name[PART_TEXT];
	size_t i;

	for (i = 0; i < h->nr_points; i++) {
		const struct dlab_point *p = &h->points[i];

		if (p->outcome == DLAB_POINT_OK)
			continue;
		if (!t) {
			t = doc_table(
				d, "Commits without figures, or not with all "
				   "of them: what they changed is told at the "
				   "next one that was measured");
			doc_col(d, t, DOC_COL_KEY, -1, "commit");
			doc_col(d, t, 0, -1, "outcome");
			doc_col(d, t, DOC_COL_WRAP, -1, "why");
		}
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", part_commit(h, i, name));
		doc_cell(d, t,
			 p->outcome == DLAB_POINT_UNMEASURED ?
				 DOC_CELL_SKIPPED :
				 DOC_CELL_BAD,
			 "%s", part_outcome(p->outcome));
		doc_cell(d, t, 0, "%s", *p->reason ? p->reason : "-");
	}
}

void part_ignore(struct doc *d, const struct part_view *v)
{
	size_t before, i;

	doc_heading(d, 2, "ignore", "What may be ignored, and why");
	before = d->nr;
	neutral_counts(d, v->h);
	small_differences(d, v->h);
	for (i = 0; i < v->h->notes.nr; i++)
		doc_item(d, "%s", v->h->notes.v[i]);
	appeared(d, v->h, true);
	appeared(d, v->h, false);
	unmeasured(d, v->h);
	if (d->nr == before)
		doc_para(d,
			 "Nothing: every commit was measured, and beside "
			 "what stands above not a single instruction moved.");
}
