// SPDX-License-Identifier: GPL-2.0-only
/*
 * What moved together with a change: the phases that it lies in and the
 * structure counts that explain it, over all cases that it hit.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/history/moved.h"
#include "report/view.h"

/* The commit is too long a story beyond this. */
#define MAX_SAID 8

static bool belongs(const struct part_moved *m, const struct dlab_history *h,
		    const struct dlab_step *s)
{
	return m->metric == h->tracks[s->track].metric &&
	       m->up == (s->to > s->from);
}

/* A neutral count of instructions says again what the judged ones say. */
static bool is_echo(const struct dlab_history *h, const struct dlab_step *s)
{
	return s->neutral && !strcmp(h->tracks[s->track].metric->unit, "insns");
}

static void add(struct part_moved *m, const struct dlab_step *s)
{
	m->cases++;
	if (fabs(s->to - s->from) < fabs(m->low->to - m->low->from))
		m->low = s;
	if (fabs(s->to - s->from) > fabs(m->high->to - m->high->from))
		m->high = s;
	m->alike = m->alike && s->from == m->low->from && s->to == m->low->to;
}

static int by_cases(const void *a, const void *b)
{
	const struct part_moved *x = a, *y = b;

	if (x->cases != y->cases)
		return x->cases < y->cases ? 1 : -1;
	return strcmp(x->metric->name, y->metric->name);
}

int part_moved_collect(const struct dlab_history *h,
		       const struct dlab_hit *hits, size_t nr_hits, bool neutral,
		       struct part_moved **out, size_t *nr)
{
	struct part_moved *v = NULL;
	size_t i, j, k, n = 0;

	for (i = 0; i < nr_hits; i++) {
		for (j = 0; j < hits[i].nr; j++) {
			const struct dlab_step *s =
				&h->steps[hits[i].steps[j]];
			struct part_moved *more;

			if (s->neutral != neutral || is_echo(h, s))
				continue;
			for (k = 0; k < n && !belongs(&v[k], h, s); k++)
				;
			if (k < n) {
				add(&v[k], s);
				continue;
			}
			more = reallocarray(v, n + 1, sizeof(*v));
			if (!more) {
				free(v);
				return -ENOMEM;
			}
			v = more;
			v[n++] =
				(struct part_moved){ h->tracks[s->track].metric,
						     s->to > s->from,
						     1,
						     s,
						     s,
						     true };
		}
	}
	if (n)
		qsort(v, n, sizeof(*v), by_cases);
	*out = v;
	*nr = n;
	return 0;
}

/* "in 60 cases" */
static const char *in_cases(size_t n, char *text)
{
	snprintf(text, PART_TEXT, n == 1 ? "in one case" : "in %zu cases", n);
	return text;
}

/* All by the same: "a second allocation" */
static void say_same(struct doc *d, const struct part_moved *m,
		     const char *where)
{
	double diff = m->low->to - m->low->from;
	/* the words of the second one of something are of it alone */
	double from = m->alike ? m->low->from : m->low->from + 1e6;
	char text[PART_TEXT], words[PART_TEXT];

	part_diff(0, diff, text);
	if (part_count_words(m->metric->name, from, from + diff, words))
		doc_item(d, "**%s**, %s (`%s` %s)", words, where,
			 m->metric->name, text);
	else
		doc_item(d, "`%s` %s, %s: %s", m->metric->name, text, where,
			 m->metric->about);
}

/* "1 to 32 more IOTLB invalidations" */
static void say_range(struct doc *d, const struct part_moved *m,
		      const char *where)
{
	const char *noun = part_count_noun(m->metric->name);
	char low[REPORT_NUMBER_LEN], high[REPORT_NUMBER_LEN];

	report_number(fabs(m->low->to - m->low->from), low);
	report_number(fabs(m->high->to - m->high->from), high);
	doc_item(d, "**%s to %s %s%s%s**, %s (`%s`)", low, high,
		 m->up ? "more" : "fewer", noun ? " " : "", noun ? noun : "",
		 where, m->metric->name);
}

static bool is_same(const struct part_moved *m)
{
	return fabs(m->low->to - m->low->from) ==
	       fabs(m->high->to - m->high->from);
}

void part_moved_say(struct doc *d, const struct dlab_history *h,
		    const struct dlab_finding *f)
{
	struct part_moved *v;
	char where[PART_TEXT];
	size_t i, nr;

	if (part_moved_collect(h, f->hits, f->nr_hits, true, &v, &nr)) {
		d->err = -ENOMEM;
		return;
	}
	if (nr)
		doc_para(d, "What moved with it, in one operation:");
	else
		doc_para(d,
			 "No structure count moved with it: the same work is "
			 "done by %s code.",
			 f->nr_better && !f->nr_worse ? "less" :
			 f->nr_worse && !f->nr_better ? "more" :
							"other");
	for (i = 0; i < nr && i < MAX_SAID; i++)
		(is_same(&v[i]) ? say_same : say_range)(
			d, &v[i], in_cases(v[i].cases, where));
	if (nr > MAX_SAID)
		doc_item(d, "and %zu more kinds of counts", nr - MAX_SAID);
	free(v);
}

static const struct {
	const char *prefix;
	const char *words;
} phases[] = {
	{ "map_", "mapping" },
	{ "fill_", "filling the descriptor" },
	{ "unmap_", "unmapping" },
};

static const char *phase_of(const struct dlab_metric *m)
{
	size_t i;

	for (i = 0; i < sizeof(phases) / sizeof(phases[0]); i++)
		if (!strncmp(m->name, phases[i].prefix,
			     strlen(phases[i].prefix)))
			return phases[i].words;
	return NULL;
}

void part_moved_say_phases(struct doc *d, const struct dlab_history *h,
			   const struct dlab_hit *hits, size_t nr_hits)
{
	char low[PART_TEXT], high[PART_TEXT], where[PART_TEXT];
	struct part_moved *v;
	size_t i, nr;

	if (part_moved_collect(h, hits, nr_hits, false, &v, &nr)) {
		d->err = -ENOMEM;
		return;
	}
	for (i = 0; i < nr; i++) {
		const struct part_moved *m = &v[i];

		if (!phase_of(m->metric))
			continue;
		part_diff(m->low->from, m->low->to, low);
		part_diff(m->high->from, m->high->to, high);
		doc_item(d, "**%s**: %s%s%s %s, %s (`%s`)", phase_of(m->metric),
			 low, strcmp(low, high) ? " to " : "",
			 strcmp(low, high) ? high : "", part_unit(m->metric),
			 in_cases(m->cases, where), m->metric->name);
	}
	free(v);
}

/* Those that do more of what instructions do not show, and are not worse. */
static const struct dlab_hit *unseen_among(const struct dlab_hit *hits,
					   size_t nr_hits, size_t *nr)
{
	const struct dlab_hit *first = NULL;
	size_t i;

	*nr = 0;
	for (i = 0; i < nr_hits; i++) {
		if (!hits[i].unseen || hits[i].worse)
			continue;
		first = first ? first : &hits[i];
		(*nr)++;
	}
	return first;
}

static void say_unseen(struct doc *d, const struct dlab_history *h,
		       const struct dlab_hit *hits, size_t nr_hits,
		       const char *verdict)
{
	const struct dlab_hit *first;
	struct part_moved *v;
	char where[PART_TEXT];
	size_t i, n, nr;

	first = unseen_among(hits, nr_hits, &n);
	if (!first)
		return;
	if (part_moved_collect(h, hits, nr_hits, true, &v, &nr)) {
		d->err = -ENOMEM;
		return;
	}
	doc_note(d, DOC_WARN,
		 "%zu case%s, `%s`%s, became %s in instructions and do%s more "
		 "work whose cost instructions do not show: measure the time.",
		 n, dlab_s(n), first->id, n == 1 ? "" : " among them", verdict,
		 n == 1 ? "es" : "");
	for (i = 0; i < nr; i++)
		if (v[i].metric->unseen && v[i].up)
			(is_same(&v[i]) ? say_same : say_range)(
				d, &v[i], in_cases(v[i].cases, where));
	free(v);
}

void part_moved_say_told(struct doc *d, const struct dlab_history *h,
			 const struct dlab_finding *f)
{
	const struct dlab_hit *first = NULL;
	size_t i, n = 0;

	if (!f->nr_worse)
		say_unseen(d, h, f->hits, f->nr_hits, "better");
	say_unseen(d, h, f->told, f->nr_told, "neither worse nor better");
	for (i = 0; i < f->nr_told; i++) {
		if (!f->told[i].moved)
			continue;
		first = first ? first : &f->told[i];
		n++;
	}
	if (!n)
		return;
	doc_para(d,
		 "**Cost moved from one phase to another in %zu case%s**, "
		 "`%s`%s; the whole operation is the same.",
		 n, dlab_s(n), first->id, n == 1 ? "" : " among them");
	part_moved_say_phases(d, h, f->told, f->nr_told);
}
