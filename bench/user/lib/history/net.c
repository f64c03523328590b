// SPDX-License-Identifier: GPL-2.0-only
/* What all commits together did to a case: the tip against the base. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history/net.h"
#include "history/steps.h"
#include "numbers.h"
#include "tsv.h"
#include "verdict/judge.h"

static int by_case(const void *x, const void *y)
{
	const struct dlab_track *a = *(const struct dlab_track *const *)x;
	const struct dlab_track *b = *(const struct dlab_track *const *)y;
	int d = strcmp(a->id, b->id);

	return d ? d : a < b ? -1 : a > b;
}

static bool of_exact(const struct dlab_history *h, size_t track,
		     struct dlab_net *out)
{
	const struct dlab_track *k = &h->tracks[track];
	struct dlab_figure f;

	if (isnan(k->median[h->net_base]) || isnan(k->median[h->net_tip]))
		return false;
	dlab_judge_ends(h, track, h->net_base, h->net_tip, &f);
	if (f.verdict == DLAB_EXPLAINS)
		return false;
	*out = (struct dlab_net){
		.track = track,
		.from = f.a.median,
		.to = f.b.median,
		.of_total = dlab_is_of_total(&f),
		.verdict = f.verdict,
	};
	if (out->of_total) {
		out->from = f.a.total / (double)f.a.n;
		out->to = out->from + f.diff_total;
	}
	return true;
}

/* From the level before its first change to that after its last one. */
static bool of_noisy(const struct dlab_history *h, size_t track,
		     struct dlab_net *out)
{
	const struct dlab_metric *m = h->tracks[track].metric;
	const struct dlab_step *first = NULL, *last = NULL;
	double diff;

	for (size_t i = 0; i < h->nr_steps; i++) {
		if (h->steps[i].track != track ||
		    dlab_step_verdict(&h->steps[i]) == DLAB_EXPLAINS)
			continue;
		first = first ? first : &h->steps[i];
		last = &h->steps[i];
	}
	if (!first)
		return false;
	diff = last->to - first->from;
	*out = (struct dlab_net){
		.track = track,
		.from = first->from,
		.to = last->to,
		.verdict = !dlab_is_effect(diff, first->min_effect) ?
				   DLAB_SAME :
			   dlab_is_worse(m, diff) ? DLAB_WORSE :
						    DLAB_BETTER,
	};
	return true;
}

double dlab_net_relative(const struct dlab_net *n)
{
	double diff = n->to - n->from;

	return n->from != 0 ? diff / fabs(n->from) :
	       diff != 0    ? copysign(INFINITY, diff) :
			      0;
}

/* Whether @a stands for a case rather than @b, whose verdict is the same. */
static bool says_more(const struct dlab_history *h, const struct dlab_net *a,
		      const struct dlab_net *b)
{
	bool whole_a = h->tracks[a->track].metric->is_whole;
	bool whole_b = h->tracks[b->track].metric->is_whole;

	if (whole_a != whole_b)
		return whole_a;
	return fabs(dlab_net_relative(a)) > fabs(dlab_net_relative(b));
}

/* Of the tracks of one case; into *@out. Return: whether there is anything. */
static bool find_one(const struct dlab_history *h,
		     const struct dlab_track *const *v, size_t nr,
		     struct dlab_net *out)
{
	struct dlab_net n;
	bool any = false;

	for (size_t i = 0; i < nr; i++) {
		size_t track = (size_t)(v[i] - h->tracks);

		if (v[i]->emulated ||
		    !(v[i]->metric->exact ? of_exact : of_noisy)(h, track, &n))
			continue;
		if (!any || (n.verdict == out->verdict ?
				     says_more(h, &n, out) :
				     dlab_worst_verdict(n.verdict,
							out->verdict) ==
					     n.verdict))
			*out = n;
		any = true;
	}
	return any;
}

static int order(enum dlab_verdict v)
{
	return v == DLAB_WORSE ? 0 : v == DLAB_BETTER ? 1 : v == DLAB_SAME ? 3 : 2;
}

static int by_effect(const void *x, const void *y, void *history)
{
	const struct dlab_history *h = history;
	const struct dlab_net *a = x, *b = y;
	double ea = fabs(dlab_net_relative(a));
	double eb = fabs(dlab_net_relative(b));

	if (a->verdict != b->verdict)
		return order(a->verdict) - order(b->verdict);
	if (ea != eb)
		return ea < eb ? 1 : -1;
	return strcmp(h->tracks[a->track].id, h->tracks[b->track].id);
}

bool dlab_history_ends(const struct dlab_history *h, size_t *base, size_t *tip)
{
	size_t measured = 0;

	for (size_t i = 0; i < h->nr_points; i++) {
		if (!dlab_point_is_measured(h, i))
			continue;
		if (!measured++)
			*base = i;
		*tip = i;
	}
	return measured > 1;
}

bool dlab_ending_is_known(const struct dlab_history *h,
			  const struct dlab_ending *e, size_t point)
{
	if (!dlab_point_is_measured(h, point))
		return false;
	/* of a run that is not whole, what is missing says nothing */
	return e->status[point] >= 0 || h->runs[point].ok;
}

const char *dlab_ending_reason(const struct dlab_ending *e, size_t point)
{
	if (e->status[point] < 0)
		return "the run has no such case";
	return e->reason[point] && *e->reason[point] ?
		       e->reason[point] :
		       dlab_status_name((enum dlab_status)e->status[point]);
}

/* What a case ended with stands where it did not end well, the tip first. */
static int add_change(struct dlab_history *h, const struct dlab_ending *e,
		      enum dlab_change_kind kind)
{
	struct dlab_change *c = &h->net_changes[h->nr_net_changes++];
	int a = e->status[h->net_base], b = e->status[h->net_tip];
	size_t bad = b != DLAB_OK ? h->net_tip : h->net_base;

	*c = (struct dlab_change){
		.id = strdup(e->id),
		.kind = kind,
		.a = a < 0 ? DLAB_OK : (enum dlab_status)a,
		.b = b < 0 ? DLAB_OK : (enum dlab_status)b,
		.reason = dlab_clean_copy(
			b < 0 || kind == DLAB_ONLY_B ?
				"" :
				dlab_ending_reason(e, bad)),
	};
	return c->id && c->reason ? 0 : -ENOMEM;
}

static int find_changes(struct dlab_history *h)
{
	enum dlab_change_kind kind;
	int ret = 0;

	h->net_changes = calloc(h->nr_endings + 1, sizeof(*h->net_changes));
	if (!h->net_changes)
		return -ENOMEM;
	for (size_t i = 0; !ret && i < h->nr_endings; i++) {
		const struct dlab_ending *e = &h->endings[i];

		if (dlab_ending_is_known(h, e, h->net_base) &&
		    dlab_ending_is_known(h, e, h->net_tip) &&
		    dlab_change_of(e->status[h->net_base],
				   e->status[h->net_tip], &kind))
			ret = add_change(h, e, kind);
	}
	if (!ret)
		dlab_changes_sort(h->net_changes, h->nr_net_changes);
	return ret;
}

const char *dlab_net_change_name(enum dlab_change_kind kind)
{
	return kind == DLAB_ONLY_A ? "only at the base" :
	       kind == DLAB_ONLY_B ? "only at the tip" :
				     dlab_change_name(kind);
}

const char *dlab_net_words(const struct dlab_history *h, char *text,
			   size_t size)
{
	size_t open = dlab_count_net(h, DLAB_INCONCLUSIVE);
	FILE *f = h->nr_net || h->nr_net_changes ? fmemopen(text, size, "w") :
						   NULL;

	*text = '\0';
	if (!f)
		return text;
	fprintf(f, "of %zu case%s %zu worse, %zu better, %zu the same",
		h->nr_net, dlab_s(h->nr_net), dlab_count_net(h, DLAB_WORSE),
		dlab_count_net(h, DLAB_BETTER), dlab_count_net(h, DLAB_SAME));
	if (open)
		fprintf(f, ", %zu not judged", open);
	for (int kind = 0; kind < DLAB_NR_CHANGES; kind++) {
		size_t n = 0;

		for (size_t i = 0; i < h->nr_net_changes; i++)
			n += (int)h->net_changes[i].kind == kind;
		if (n)
			fprintf(f, ", %zu %s", n,
				dlab_net_change_name(
					(enum dlab_change_kind)kind));
	}
	fclose(f);
	return text;
}

int dlab_history_find_net(struct dlab_history *h)
{
	const struct dlab_track **v;

	if (!dlab_history_ends(h, &h->net_base, &h->net_tip))
		return 0;
	if (find_changes(h))
		return -ENOMEM;
	if (!h->nr_tracks)
		return 0;
	v = calloc(h->nr_tracks, sizeof(*v));
	h->net = calloc(h->nr_tracks, sizeof(*h->net));
	if (!v || !h->net) {
		free(v);
		return -ENOMEM;
	}
	for (size_t i = 0; i < h->nr_tracks; i++)
		v[i] = &h->tracks[i];
	qsort(v, h->nr_tracks, sizeof(*v), by_case);
	for (size_t i = 0, end; i < h->nr_tracks; i = end) {
		for (end = i + 1; end < h->nr_tracks; end++)
			if (strcmp(v[end]->id, v[i]->id))
				break;
		h->nr_net += find_one(h, v + i, end - i, &h->net[h->nr_net]);
	}
	free(v);
	qsort_r(h->net, h->nr_net, sizeof(*h->net), by_effect, h);
	return 0;
}

size_t dlab_count_net(const struct dlab_history *h, enum dlab_verdict v)
{
	size_t nr = 0;

	for (size_t i = 0; i < h->nr_net; i++)
		nr += h->net[i].verdict == v;
	return nr;
}
