// SPDX-License-Identifier: GPL-2.0-only
/*
 * A history for people, 80 columns wide: a line for each commit, then what each
 * one changed, with what explains it; then what could not be judged.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "history/history.h"
#include "numbers.h"
#include "verdict/layout.h"

/* of a list that nobody reads to its end */
#define MAX_HITS 8
#define MAX_LISTED 20
#define MAX_NAMES 8
#define WIDTH 80

/* Bytes of @s that take up to @columns; what is cut off ends in "..". */
static void print_cut(FILE *f, const char *s, int columns)
{
	int seen = 0, fits = 0, bytes = 0;

	for (int i = 0; s[i]; i++) {
		/* a byte that continues a UTF-8 sequence takes no column */
		seen += (s[i] & 0xc0) != 0x80;
		if (seen <= columns - 2)
			fits = i + 1;
		bytes = i + 1;
	}
	if (seen <= columns)
		fprintf(f, "%.*s", bytes, s);
	else
		fprintf(f, "%.*s..", fits, s);
}

/* ---- the table */

/* Cases that it broke are a regression, too. */
static size_t count_broken(const struct dlab_finding *found)
{
	size_t n = 0;

	for (size_t i = 0; i < found->nr_appeared; i++)
		n += found->appeared[i].broke;
	return n;
}

/* Of the case that heads its section: what broke and worse ones come first. */
static void print_largest(FILE *f, const struct dlab_history *h,
			  const struct dlab_finding *found)
{
	const struct dlab_step *s =
		found && found->nr_hits ? &h->steps[found->hits[0].main] : NULL;
	char text[32] = "";

	if (found && count_broken(found))
		snprintf(text, sizeof(text), "%zu broke", count_broken(found));
	else if (s && isfinite(dlab_step_relative(s)))
		snprintf(text, sizeof(text), "%+.2f %%",
			 100 * dlab_step_relative(s));
	else if (s)
		snprintf(text, sizeof(text), "from 0");
	fprintf(f, " %10s  ", text);
}

static void print_row(FILE *f, const struct dlab_history *h, size_t i)
{
	const struct dlab_finding *found = dlab_history_finding(h, i);
	const struct dlab_point *p = &h->points[i];

	fprintf(f, "%3zu  %.10s  %-10s", i, p->commit,
		dlab_point_outcome_name(p->outcome));
	if (dlab_point_is_measured(h, i)) {
		fprintf(f, " %5zu %6zu",
			found ? found->nr_worse + count_broken(found) : 0,
			found ? found->nr_better : 0);
	} else {
		fprintf(f, " %5s %6s", "", "");
	}
	print_largest(f, h, found);
	print_cut(f, p->subject, WIDTH - 53);
	fputc('\n', f);
}

/* ---- findings */

static void print_step(FILE *f, const struct dlab_history *h,
		       const struct dlab_step *s)
{
	const struct dlab_metric *m = h->tracks[s->track].metric;
	char name[64];

	snprintf(name, sizeof(name), "%s%s", m->name, s->of_total ? "/op" : "");
	dlab_print_figure(f,
			  dlab_step_verdict(s) == DLAB_EXPLAINS ? "why" : "",
			  name, s->from, s->to, s->to - s->from);
	if (s->of_total && dlab_step_verdict(s) != DLAB_EXPLAINS)
		fputs("        the total for one operation: not every one costs that\n",
		      f);
	if (s->creeping)
		fprintf(f,
			"        crept in since commit %zu, each below the minimum effect of %.3g\n",
			s->since, s->min_effect);
	if (!isnan(s->p))
		fprintf(f, "        p = %.2g by permutation\n", s->p);
}

static void print_hit(FILE *f, const struct dlab_history *h,
		      const struct dlab_finding *found,
		      const struct dlab_hit *hit)
{
	const struct dlab_step *main = &h->steps[hit->main];

	dlab_print_id(f, hit->id);
	print_step(f, h, main);
	if (main->before != found->before)
		fprintf(f,
			"        held against commit %zu, the last one that it compares with\n",
			main->before);
	for (size_t i = 0; i < hit->nr; i++)
		if (hit->steps[i] != hit->main &&
		    !h->steps[hit->steps[i]].neutral)
			print_step(f, h, &h->steps[hit->steps[i]]);
	for (size_t i = 0; i < hit->nr; i++)
		if (hit->steps[i] != hit->main &&
		    h->steps[hit->steps[i]].neutral)
			print_step(f, h, &h->steps[hit->steps[i]]);
}

static void print_more(FILE *f, size_t nr)
{
	if (nr > MAX_HITS)
		fprintf(f,
			"  ... and %zu more cases, which --format tsv lists\n",
			nr - MAX_HITS);
}

static void print_hits(FILE *f, const struct dlab_history *h,
		       const struct dlab_finding *found, bool worse)
{
	size_t nr = worse ? found->nr_worse : found->nr_better, left = MAX_HITS;

	if (nr)
		fprintf(f, "%s\n", worse ? " WORSE" : " BETTER");
	for (size_t i = 0; i < found->nr_hits && left; i++) {
		if (found->hits[i].worse != worse)
			continue;
		print_hit(f, h, found, &found->hits[i]);
		left--;
	}
	print_more(f, nr);
}

/* Cost that went from one phase to another, or that instructions do not show. */
static void print_told(FILE *f, const struct dlab_history *h,
		       const struct dlab_finding *found, bool unseen)
{
	size_t nr = 0;

	for (size_t i = 0; i < found->nr_told; i++) {
		if (found->told[i].unseen != unseen)
			continue;
		if (!nr)
			fprintf(f, " %s\n",
				unseen ?
					"MORE WORK THAT INSTRUCTIONS DO NOT SHOW: measure the time" :
					"MOVED from one phase to another, the whole being the same");
		if (nr++ < MAX_HITS)
			print_hit(f, h, found, &found->told[i]);
	}
	print_more(f, nr);
}

enum appeared { BROKE, LOST, NEW };

static void print_appeared(FILE *f, const struct dlab_finding *found,
			   enum appeared which)
{
	static const char *const headings[] = {
		[BROKE] = "BROKE",
		[LOST] = "NO LONGER MEASURED",
		[NEW] = "MEASURED FROM HERE ON",
	};
	size_t nr = 0;

	for (size_t i = 0; i < found->nr_appeared; i++) {
		const struct dlab_case_change *c = &found->appeared[i];

		if (which != (c->broke ? BROKE : c->now_measured ? NEW : LOST))
			continue;
		if (!nr)
			fprintf(f, " %s\n", headings[which]);
		if (nr++ >= MAX_HITS)
			continue;
		dlab_print_id(f, c->id);
		if (which != NEW)
			dlab_print_wrapped(f, 4, c->reason);
	}
	print_more(f, nr);
}

static void print_finding(FILE *f, const struct dlab_history *h,
			  const struct dlab_finding *found)
{
	const struct dlab_point *p = &h->points[found->point];
	char text[512];

	fprintf(f, "\n%zu  %.12s  ", found->point, p->commit);
	print_cut(f, p->subject, WIDTH - 20);
	fputc('\n', f);
	if (found->point - found->before > 1) {
		snprintf(
			text, sizeof(text),
			"Somewhere in %zu to %zu: the commits between could not be measured.",
			found->before + 1, found->point);
		dlab_print_wrapped(f, 1, text);
	}
	print_appeared(f, found, BROKE);
	print_hits(f, h, found, true);
	print_told(f, h, found, true);
	print_hits(f, h, found, false);
	print_told(f, h, found, false);
	print_appeared(f, found, LOST);
	print_appeared(f, found, NEW);
}

/* ---- the rest */

/* What all commits did together, in a line, and the case that shows it best. */
static void print_net(FILE *f, const struct dlab_history *h)
{
	const struct dlab_net *most = h->net;
	char text[1024], words[512];
	size_t bad = 0;
	int len;

	if (!*dlab_net_words(h, words, sizeof(words)))
		return;
	len = snprintf(text, sizeof(text), "Base to tip: %s", words);
	if (h->nr_net &&
	    (most->verdict == DLAB_WORSE || most->verdict == DLAB_BETTER)) {
		const struct dlab_track *k = &h->tracks[most->track];

		snprintf(text + len, sizeof(text) - (size_t)len,
			 "; most %s: %s of %s, %.6g -> %.6g (%+.2f %%)",
			 dlab_verdict_name(most->verdict), k->metric->name,
			 k->id, most->from, most->to,
			 100 * dlab_net_relative(most));
	}
	dlab_print_wrapped(f, 0, text);
	for (size_t i = 0; i < h->nr_net_changes; i++) {
		const struct dlab_change *c = &h->net_changes[i];

		if (!dlab_change_is_bad(c->kind) || bad++ >= MAX_HITS)
			continue;
		snprintf(text, sizeof(text), "%s: %s%s%s",
			 dlab_net_change_name(c->kind), c->id,
			 *c->reason ? ": " : "", c->reason);
		dlab_print_wrapped(f, 2, text);
	}
	print_more(f, bad);
}

static void print_blind(FILE *f, const struct dlab_history *h)
{
	char text[256];

	if (!h->noisy)
		return;
	snprintf(
		text, sizeof(text),
		"%zu figure%s judged by change points, which do not see yet what one of the last two commits changed",
		h->noisy, h->noisy == 1 ? " is" : "s are");
	dlab_print_wrapped(f, 0, text);
}

static void print_head(FILE *f, const struct dlab_history *h)
{
	const struct {
		const char *name;
		const char *value;
	} all[] = { { "base", h->base },
		    { "range", h->range },
		    { "suite", h->suite },
		    { "cases", h->cases },
		    { "topologies", h->topologies } };
	char text[1024] = "";
	size_t len = 0;

	if (*h->title)
		dlab_print_wrapped(f, 0, h->title);
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		if (*all[i].value && len < sizeof(text) - 1)
			len += (size_t)snprintf(text + len, sizeof(text) - len,
						"%s%s %s", len ? ", " : "",
						all[i].name, all[i].value);
	if (len)
		dlab_print_wrapped(f, 0, text);
	for (size_t i = 0; i < h->taints.nr; i++) {
		snprintf(
			text, sizeof(text),
			"TAINTED, all of it (%s): these figures compare with each other, and mean nothing else",
			h->taints.v[i]);
		dlab_print_wrapped(f, 0, text);
	}
	print_net(f, h);
	fputs("\n  n  commit      outcome    worse better    largest  subject\n",
	      f);
}

static void print_reasons(FILE *f, const struct dlab_history *h)
{
	size_t left = MAX_LISTED;
	char text[1024];

	for (size_t i = 0; i < h->nr_points && left; i++) {
		const struct dlab_point *p = &h->points[i];

		if (p->outcome == DLAB_POINT_OK || !*p->reason)
			continue;
		if (left-- == MAX_LISTED)
			fputs("\nNOT OK\n", f);
		snprintf(text, sizeof(text), "%zu %s: %s", i,
			 dlab_point_outcome_name(p->outcome), p->reason);
		dlab_print_wrapped(f, 2, text);
	}
}

static const char *verdict_on(const struct dlab_history *h, size_t i)
{
	const struct dlab_finding *found = dlab_history_finding(h, i);

	return found && dlab_finding_is(found, true)  ? "worse" :
	       found && dlab_finding_is(found, false) ? "better" :
							dlab_point_outcome_name(
								h->points[i].outcome);
}

/* "ok" says nothing of code that no case was seen to run. */
static void print_unrun(FILE *f, const struct dlab_history *h)
{
	struct dlab_unrun c = dlab_history_unrun(h);
	char text[1024];

	if (c.commits || c.unknown)
		fputs("\nCHANGED, AND NOT SEEN TO RUN\n", f);
	for (size_t i = 0; c.commits && i < h->nr_points; i++) {
		char *said = dlab_touched_say(&h->touched[i], MAX_NAMES);

		if (said && *said) {
			snprintf(text, sizeof(text), "%zu %s; %s", i,
				 verdict_on(h, i), said);
			dlab_print_wrapped(f, 2, text);
		}
		free(said);
	}
	if (!c.unknown)
		return;
	snprintf(
		text, sizeof(text),
		"not known of %zu commit%s: the runs have no list of functions",
		c.unknown, dlab_s(c.unknown));
	dlab_print_wrapped(f, 2, text);
}

/* One line for each commit and reason: there may be hundreds of figures. */
static void print_doubts(FILE *f, const struct dlab_history *h)
{
	if (h->nr_doubts)
		fputs("\nINCONCLUSIVE\n", f);
	for (size_t i = 0, end; i < h->nr_doubts; i = end) {
		const struct dlab_doubt *d = &h->doubts[i];
		char text[1024];

		for (end = i + 1; end < h->nr_doubts; end++)
			if (h->doubts[end].point != d->point ||
			    strcmp(h->doubts[end].why, d->why))
				break;
		snprintf(
			text, sizeof(text),
			"%zu: %zu figure%s, such as %s of %s (%.6g -> %.6g): %s",
			d->point, end - i,
			end - i == 1 ? " differs" : "s differ",
			h->tracks[d->track].metric->name,
			h->tracks[d->track].id, d->from, d->to, d->why);
		dlab_print_wrapped(f, 2, text);
	}
}

static void print_result(FILE *f, const struct dlab_history *h)
{
	const struct dlab_point *newest = &h->points[h->nr_points - 1];
	size_t unrun = dlab_history_unrun(h).commits;
	size_t unseen = dlab_count_unseen(h);
	size_t measured = 0;
	char text[512];

	for (size_t i = 0; i < h->nr_points; i++)
		measured += dlab_point_is_measured(h, i);
	snprintf(
		text, sizeof(text),
		"%s: %sof %zu commit%s, %zu of them measured, %zu made something worse and %zu something better; %zu figure%s judged",
		dlab_history_shout(h),
		!dlab_history_newest_broke(h) ?
			"" :
		newest->outcome == DLAB_POINT_NO_BUILD ?
			"the newest commit does not build; " :
			"the newest commit crashes or hangs; ",
		h->nr_points, dlab_s(h->nr_points), measured,
		dlab_count_findings(h, true), dlab_count_findings(h, false),
		h->judged, dlab_s(h->judged));
	if (unseen)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "; %zu made cases do more work that instructions do not show",
			 unseen);
	if (unrun)
		snprintf(text + strlen(text), sizeof(text) - strlen(text),
			 "; %zu changed functions that no case was seen to run",
			 unrun);
	fputc('\n', f);
	dlab_print_wrapped(f, 0, text);
}

void dlab_history_text(const struct dlab_history *h, FILE *f)
{
	print_head(f, h);
	for (size_t i = 0; i < h->nr_points; i++)
		print_row(f, h, i);
	for (size_t i = 0; i < h->nr_findings; i++)
		print_finding(f, h, &h->findings[i]);
	print_reasons(f, h);
	print_unrun(f, h);
	print_doubts(f, h);
	if (h->notes.nr || h->noisy)
		fputs("\nNOTES\n", f);
	print_blind(f, h);
	for (size_t i = 0; i < h->notes.nr; i++)
		dlab_print_wrapped(f, 2, h->notes.v[i]);
	print_result(f, h);
}
