/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A history: commits in order, what each one measured, and which of them
 * changed something.
 */
#ifndef DLAB_HISTORY_H
#define DLAB_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "metrics.h"
#include "run.h"

/* How a commit's measurement ended. */
enum dlab_point_outcome {
	DLAB_POINT_OK,
	DLAB_POINT_NO_BUILD,	/* kernel or module does not build */
	DLAB_POINT_CRASH,	/* the guest panicked, hung or died */
	DLAB_POINT_FAIL,	/* cases failed; what was measured counts */
	DLAB_POINT_UNMEASURED,	/* not tried yet */
	DLAB_NR_POINT_OUTCOMES,
};

/**
 * struct dlab_point - one commit of a history
 * @commit: full hash
 * @tree: hash of its tree
 * @author: name
 * @date: ISO 8601
 * @subject: first line of its message
 * @outcome: how measuring it ended
 * @reason: why it is not ok; ""
 * @run: name of the run, or NULL
 * @build_s: seconds to build kernel, module and images; NAN
 * @measure_s: seconds to boot and measure; NAN
 */
struct dlab_point {
	char *commit;
	char *tree;
	char *author;
	char *date;
	char *subject;
	enum dlab_point_outcome outcome;
	char *reason;
	char *run;
	double build_s;
	double measure_s;
};

/**
 * struct dlab_track - one metric of one case over the commits
 * @id: case with its topology
 * @metric: its declaration
 * @median: by point; NAN where there is none
 * @total: of one operation (sum of the consecutive ones / how many), by point;
 *         NAN where there is none
 * @low, @high: by point: least and largest median of its boots
 * @boots: by point: how many boots
 * @past: by point: what ran before it in the boot (struct dlab_cell.past)
 */
struct dlab_track {
	char *id;
	const struct dlab_metric *metric;
	double *median;
	double *total;
	double *low;
	double *high;
	unsigned int *boots;
	uint64_t *past;
};

/**
 * struct dlab_step - a track that changed at a commit
 * @track: index into struct dlab_history.tracks
 * @before: last point measured before it
 * @point: first point with the new level; points between could not be measured
 * @from: level before: median, or total where that is what moved more
 * @to: level after
 * @min_effect: what the difference was held against
 * @worse: by the metric's direction; of neutral metrics always false
 * @neutral: moves with others and explains them; never judged
 * @of_total: @from and @to are totals for one operation
 * @p: of the permutation test; NAN for exact metrics
 */
struct dlab_step {
	size_t track;
	size_t before;
	size_t point;
	double from;
	double to;
	double min_effect;
	bool worse;
	bool neutral;
	bool of_total;
	double p;
};

/**
 * struct dlab_hit - what a commit did to one case: the metric that says most
 * @id: case with its topology
 * @main: index into struct dlab_history.steps: op_insns where that moved, else
 *        the judged metric that moved most
 * @worse: of @main
 * @steps: indices of all steps of this case at this commit, judged and neutral
 * @nr: how many
 */
struct dlab_hit {
	const char *id;
	size_t main;
	bool worse;
	size_t *steps;
	size_t nr;
};

/**
 * struct dlab_case_change - a case that began or ceased to be measured
 */
struct dlab_case_change {
	char *id;
	bool now_measured;	/* else: no longer */
	char *reason;		/* why it is not (was not) */
};

/**
 * struct dlab_finding - everything one commit changed, reported once
 * @before: last point measured before
 * @point: the commit; when @point - @before > 1 the change lies somewhere in
 *         (@before, @point], the ones between could not be measured
 * @hits: largest relative effect first; worse ones before better ones
 * @nr_hits: how many
 * @nr_worse: of them
 * @nr_better: of them
 * @appeared: cases that are measured from here on, or no longer
 * @nr_appeared: how many
 */
struct dlab_finding {
	size_t before;
	size_t point;
	struct dlab_hit *hits;
	size_t nr_hits;
	size_t nr_worse;
	size_t nr_better;
	struct dlab_case_change *appeared;
	size_t nr_appeared;
};

/**
 * struct dlab_history - all of it
 * @dir: its directory
 * @title, @base, @range, @suite, @cases, @topologies: from history.ini, "" if
 *	not given
 * @points: oldest first; the first is the base
 * @runs: by point; run.dir is NULL where there is none
 * @run_dirs: by point: directory of the run or NULL
 * @tracks: in the order in which they were first met
 * @steps: in the order of points
 * @findings: in the order of points; one for each commit that changed something
 */
struct dlab_history {
	char *dir;
	char *title;
	char *base;
	char *range;
	char *suite;
	char *cases;
	char *topologies;
	struct dlab_point *points;
	size_t nr_points;
	struct dlab_run *runs;
	char **run_dirs;
	struct dlab_track *tracks;
	size_t nr_tracks;
	struct dlab_step *steps;
	size_t nr_steps;
	struct dlab_finding *findings;
	size_t nr_findings;
};

/**
 * dlab_history_load - read a history and every run of it
 * @dir: holds history.ini and commits.tsv
 * @results: where runs are that the history does not hold itself
 * @metrics: must outlive @out
 *
 * Return: 0, or -errno; -EPERM when its runs must not be compared (base,
 * compiler, module, QEMU differ), @err names what differs and at which commit.
 */
int dlab_history_load(const char *dir, const char *results,
		      const struct dlab_metrics *metrics,
		      struct dlab_history *out, struct dlab_err *err);
void dlab_history_free(struct dlab_history *h);

/**
 * dlab_history_find_changes - fill in steps and findings
 * Return: 0, or -ENOMEM.
 */
int dlab_history_find_changes(struct dlab_history *h, struct dlab_err *err);

#endif
