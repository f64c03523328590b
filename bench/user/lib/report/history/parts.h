/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files that write a history's report share. */
#ifndef DLAB_HISTORY_PARTS_H
#define DLAB_HISTORY_PARTS_H

#include "history/calibration.h"
#include "history/history.h"
#include "report/doc.h"
#include "report/plot.h"

/* No such point. */
#define PART_NONE ((size_t)-1)

/**
 * struct part_chart - one metric of one case over the commits, to be drawn
 * @track: index into the history's tracks
 * @of_total: draw the totals for one operation, not the medians
 * @before: with @point: the change that is pointed out
 * @point: PART_NONE where none is
 * @small: one of many
 * @svg: out: the picture, or NULL
 */
struct part_chart {
	size_t track;
	bool of_total;
	size_t before;
	size_t point;
	bool small;
	char *svg;
};

/**
 * struct part_charts - the charts of a report, drawn before it is written
 */
struct part_charts {
	struct part_chart *v;
	size_t nr;
};

/**
 * struct part_trend - a case whose judged figures changed
 * @id: the case with its topology
 * @track: the track that stands for it
 * @of_total: its totals do
 * @effect: largest step, relative
 * @changes: commits that changed it
 */
struct part_trend {
	const char *id;
	size_t track;
	bool of_total;
	double effect;
	size_t changes;
};

/**
 * struct part_view - a history as its report looks at it
 * @h: the history
 * @calibration: the lab's error rates, or NULL
 * @order: of findings: what broke or regressed, largest effect first; then what
 *         improved; then where cases came or went
 * @improved: of findings: those that improved something, largest effect first;
 *            then the rest
 * @changes: charts of changes: two for each finding, in the order of findings:
 *           what got worse, what got better
 * @trends: cases that changed, largest effect first
 * @nr_trends: how many
 * @small: their charts
 * @same: cases that were judged and did not change: the track of each
 * @nr_same: how many
 */
struct part_view {
	const struct dlab_history *h;
	const struct dlab_calibration *calibration;
	size_t *order;
	size_t *improved;
	struct part_charts changes;
	struct part_trend *trends;
	size_t nr_trends;
	struct part_charts small;
	size_t *same;
	size_t nr_same;
};

/* ---- words */

#define PART_TEXT 256

/* "#12 0123456789ab": how a commit is called in tables */
const char *part_commit(const struct dlab_history *h, size_t point, char *text);

/* "crash" */
const char *part_outcome(enum dlab_point_outcome outcome);

/* "+20", "-0.0156" */
const char *part_diff(double from, double to, char *text);

/* "+0.81 %", "from 0" */
const char *part_percent(double from, double to, char *text);

/* "2,601 → 2,650 instructions (+49, +1.88 %)" */
const char *part_step_words(const struct dlab_history *h,
			    const struct dlab_step *s, char *text);

/* "instructions" for "insns" */
const char *part_unit(const struct dlab_metric *m);

/* "one more IOTLB invalidation"; NULL for a count that has no name */
const char *part_count_words(const char *metric, double from, double to,
			     char *text);

/* "IOTLB invalidations", or NULL */
const char *part_count_noun(const char *metric);

/* The topology in a case's id, not ended: its length in @len. */
const char *part_topology(const char *id, int *len);

/* ---- figures */

/* |to - from| / |from|; INFINITY from 0 */
double part_effect(const struct dlab_step *s);

/* Its changes are for the better or the worse. */
bool part_is_judged(const struct dlab_track *t);

/* It stands under "Every change": cases were hit, broke, or moved. */
bool part_is_told(const struct dlab_finding *f);

/* Cases that a finding broke. */
size_t part_broken(const struct dlab_finding *f);

/* The values that a chart shows. */
const double *part_values(const struct dlab_history *h, size_t track,
			  bool of_total);

/* The hit of a finding with the largest effect for worse or better, or NULL. */
const struct dlab_hit *part_largest(const struct dlab_history *h,
				    const struct dlab_finding *f, bool worse);

/* Cases that were judged at a point or before it: what hits are a share of. */
size_t part_cases(const struct part_view *v);

/* ---- charts */

/**
 * part_put_commits - numbers of commits for an axis, as a block of data
 * @wanted: the most important first; those that would touch one are left out
 * @nr: how many
 * @room: what part of the axis a number takes
 * @y: where on the other axis
 *
 * Rows are x <TAB> y <TAB> "#x", which become links in the figure.
 */
void part_put_commits(const struct dlab_history *h, const size_t *wanted,
		      size_t nr, double room, double y, FILE *f);

/* Draw all that is in the view; out of memory becomes @d's error. */
void part_draw(struct part_view *v, struct doc *d, struct report_plotter *p);

/* All cases of a topology together, a line each, as a figure. */
void part_overview(struct doc *d, const struct part_view *v,
		   struct report_plotter *p);

/* The functions that a hit lies in; nothing where the runs have none. */
void part_grew(struct doc *d, const struct dlab_history *h,
	       const struct dlab_hit *hit);

/* ---- parts of the first screen, which the mail has, too */

void part_say_what(struct doc *d, const struct dlab_history *h);
void part_say_verdict(struct doc *d, const struct dlab_history *h);
void part_say_net(struct doc *d, const struct dlab_history *h);

/* Of those the first @rows, below @caption. */
void part_findings_table(struct doc *d, const struct part_view *v, bool worse,
			 size_t rows, const char *caption);

/* What moved without a verdict; nothing where nothing did. */
void part_told_table(struct doc *d, const struct part_view *v, bool mail,
		     size_t rows);

/* Differences that were not judged, by commit and reason, each in some lines. */
void part_doubts_mail(struct doc *d, const struct dlab_history *h, size_t rows);

/* The commands that show a finding again, and its functions. */
void part_reproduce(struct doc *d, const struct dlab_history *h,
		    const struct dlab_finding *f);

/* The whole mail, by doc_mail(): @view is a struct part_view. */
void part_mail(struct doc *d, const void *view, const size_t *rows);

/* Functions that were changed and not run, of @rows commits at most. */
void part_unrun_mail(struct doc *d, const struct dlab_history *h, size_t rows);

/* Where a commit configured another kernel: beside what it changed; all of them. */
void part_finding_config(struct doc *d, const struct dlab_history *h,
			 const struct dlab_finding *f);
void part_config(struct doc *d, const struct dlab_history *h);

/* ---- sections, in the order of the report */
void part_top(struct doc *d, const struct part_view *v);
void part_net(struct doc *d, const struct dlab_history *h);
void part_unrun(struct doc *d, const struct part_view *v);
void part_doubts(struct doc *d, const struct part_view *v);
void part_ignore(struct doc *d, const struct part_view *v);
void part_findings(struct doc *d, const struct part_view *v,
		   const struct report_plotter *p);
void part_commits(struct doc *d, const struct part_view *v);
void part_trends(struct doc *d, const struct part_view *v,
		 const struct report_plotter *p);
void part_reading(struct doc *d, const struct part_view *v);
void part_rates(struct doc *d, const struct dlab_calibration *c);
void part_fingerprint(struct doc *d, const struct part_view *v);

#endif
