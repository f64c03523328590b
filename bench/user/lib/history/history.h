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
#include <stdio.h>

#include "driver.h"
#include "err.h"
#include "kernelcode.h"
#include "metrics.h"
#include "run.h"
#include "verdict/axis.h"
#include "verdict/compare.h"

struct dlab_calibration;

/* How a commit's measurement ended. */
enum dlab_point_outcome {
	DLAB_POINT_OK,
	DLAB_POINT_NO_BUILD, /* kernel or module does not build */
	DLAB_POINT_CRASH, /* the guest panicked, hung or died */
	DLAB_POINT_FAIL, /* cases failed; what was measured counts */
	DLAB_POINT_UNMEASURED, /* not tried yet */
	DLAB_NR_POINT_OUTCOMES,
};

/* "ok", "no-build", "crash", "fail", "unmeasured" */
const char *dlab_point_outcome_name(enum dlab_point_outcome o);

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
 * @past: by point: what ran before it in the boot (struct dlab_side.past)
 * @n: by point: samples of one boot; 0 where its boots differ in that
 * @sum: by point: of one boot's consecutive operations, @total * @n; NAN where
 *       there is none
 * @emulated: a time that was measured on an emulated CPU: never judged
 * @whole: of a phase the track of the whole operation, where that was measured
 *         at all; set when changes are found
 * @exact: likewise the track that counts the same exactly
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
	uint64_t *n;
	double *sum;
	bool emulated;
	const struct dlab_track *whole;
	const struct dlab_track *exact;
};

/**
 * struct dlab_ending - how one case ended over the commits
 * @id: case with its topology
 * @status: by point: the worst of its boots (enum dlab_status), or -1 where the
 *          run has no such case
 * @reason: by point: why it is not ok, or NULL
 */
struct dlab_ending {
	char *id;
	signed char *status;
	char **reason;
};

/**
 * struct dlab_step - a track that changed at a commit
 * @track: index into struct dlab_history.tracks
 * @before: last point measured before it
 * @point: first point with the new level; points between could not be measured
 * @from: level before: median, or total where that is what moved more
 * @to: level after
 * @min_effect: what the difference was held against
 * @worse: by the metric's direction; of what explains always false
 * @neutral: moves with others and explains them; never judged
 * @part: of a phase, the whole of which was measured on both sides: explains,
 *        and is never judged
 * @of_total: @from and @to are totals for one operation
 * @creeping: no commit since @since moved it by @min_effect, all of them
 *            together did, and this one made up the measure
 * @since: with @creeping the point whose level @from is; else @before
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
	bool part;
	bool of_total;
	bool creeping;
	size_t since;
	double p;
};

/**
 * struct dlab_doubt - a difference of an exact metric that proves nothing
 * @track: index into struct dlab_history.tracks
 * @before: point that @point was held against
 * @point: where the difference shows
 * @from: median before
 * @to: median at @point
 * @why: what keeps the two from being compared
 */
struct dlab_doubt {
	size_t track;
	size_t before;
	size_t point;
	double from;
	double to;
	char *why;
};

/**
 * struct dlab_hit - what a commit did to one case: the metric that says most
 * @id: case with its topology
 * @main: index into struct dlab_history.steps: of those judged, and as the case
 *        is, the whole operation, or else the metric that moved most; where
 *        none is judged, what moved most
 * @worse: the verdict on the case, by dlab_worst_verdict(), as in `dlab compare`
 * @moved: nothing judged moved, but cost went from one phase to another
 * @unseen: something grew whose cost instructions do not show
 * @steps: indices of all steps of this case at this commit, judged or not
 * @nr: how many
 */
struct dlab_hit {
	const char *id;
	size_t main;
	bool worse;
	bool moved;
	bool unseen;
	size_t *steps;
	size_t nr;
};

/**
 * struct dlab_case_change - a case that began or ceased to be measured
 */
struct dlab_case_change {
	char *id;
	bool now_measured; /* else: no longer */
	bool broke; /* fails where it was measured: a regression */
	char *reason; /* why it is not (was not) */
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
 * @told: cases that it made neither worse nor better, but that moved between
 *        their phases, or do more of what instructions do not show
 * @nr_told: how many
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
	struct dlab_hit *told;
	size_t nr_told;
	struct dlab_case_change *appeared;
	size_t nr_appeared;
};

/**
 * struct dlab_net - what all commits together did to a case
 * @track: the figure that says most of it
 * @from, @to: at the base and at the tip: median, or total for one operation; of
 *	       a figure that is not exact, the first level and the last
 * @of_total: they are totals
 * @verdict: on the case, as of two runs
 */
struct dlab_net {
	size_t track;
	double from;
	double to;
	bool of_total;
	enum dlab_verdict verdict;
};

/**
 * struct dlab_history - all of it
 * @dir: its directory
 * @title, @base, @range, @suite, @cases, @topologies: from history.ini, "" if
 *	not given
 * @boots, @kernel_src: likewise: what BOOTS and KERNEL_SRC were, the latter as an
 *	absolute path
 * @points: oldest first; the first is the base
 * @runs: by point; run.dir is NULL where there is none
 * @run_dirs: by point: directory of the run or NULL
 * @touched: by point: the functions that it changes, against the last point
 *           measured before
 * @tracks: in the order in which they were first met
 * @endings: of each case, in the order in which they were first met
 * @taints: what all of its runs are tainted with; empty otherwise
 * @steps: in the order of points
 * @doubts: differences that could not be judged, in the order of points
 * @judged: tracks on which a change would have been found
 * @calibration: raises the minimum effect; NULL: none that is of this lab
 * @notes: what to know beside all that, in sentences
 * @findings: in the order of points; one for each commit that changed something
 * @net: cases that base and tip have: worse, better, not judged, the same; each
 *	 by its effect, the largest first
 * @net_changes: cases that did not end alike at base (A) and tip (B), or badly at
 *	 both: what dlab_change_is_bad() first
 * @net_base, @net_tip: the first and the last point that was measured
 * @noisy: of @judged those that are judged by change points
 * @few: that base and tip have, at too few commits for that, and nothing counts
 *	 the same exactly
 */
struct dlab_history {
	char *dir;
	char *title;
	char *base;
	char *range;
	char *suite;
	char *cases;
	char *topologies;
	char *boots;
	char *kernel_src;
	struct dlab_point *points;
	size_t nr_points;
	struct dlab_run *runs;
	char **run_dirs;
	struct dlab_touched *touched;
	struct dlab_track *tracks;
	size_t nr_tracks;
	struct dlab_ending *endings;
	size_t nr_endings;
	struct dlab_notes taints;
	struct dlab_step *steps;
	size_t nr_steps;
	struct dlab_doubt *doubts;
	size_t nr_doubts;
	size_t judged;
	const struct dlab_calibration *calibration;
	struct dlab_notes notes;
	struct dlab_finding *findings;
	size_t nr_findings;
	struct dlab_net *net;
	size_t nr_net;
	struct dlab_change *net_changes;
	size_t nr_net_changes;
	size_t net_base;
	size_t net_tip;
	size_t noisy;
	size_t few;
};

/**
 * dlab_history_find - the directory that a user means
 * @results: the results directory
 * @word: a history's name (in @results/history or @results/baseline), or the
 *        path of its directory
 * @dir: out: malloc()ed
 *
 * Return: 0, or -ENOENT with a sentence that says where was looked.
 */
int dlab_history_find(const char *results, const char *word, char **dir,
		      struct dlab_err *err);

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

/*
 * The two files of a history from memory, called @name in messages: history.ini
 * from @text, commits.tsv from @len bytes of it.
 */
int dlab_history_parse_ini(const char *name, const char *text,
			   struct dlab_history *h, struct dlab_err *err);
int dlab_history_parse_commits(const char *name, const char *text, size_t len,
			       struct dlab_history *h, struct dlab_err *err);

/* Whether a point has figures of its own. */
bool dlab_point_is_measured(const struct dlab_history *h, size_t point);

/* Keep only cases that match (see match.h); before changes are found. */
void dlab_history_keep_cases(struct dlab_history *h, const char *pattern);

/**
 * dlab_history_find_changes - fill in steps, doubts, findings and notes
 * Return: 0, or -ENOMEM.
 */
int dlab_history_find_changes(struct dlab_history *h, struct dlab_err *err);

/* Whether it made cases worse, or broke some; or made some better. */
bool dlab_finding_is(const struct dlab_finding *f, bool worse);

/* How many are so: what every form of a history says. */
size_t dlab_count_findings(const struct dlab_history *h, bool worse);

/**
 * struct dlab_unrun - was what commits change run?
 * @commits: those that change functions which no case was seen to run
 * @unknown: measured ones of which it is not known
 */
struct dlab_unrun {
	size_t commits;
	size_t unknown;
};

struct dlab_unrun dlab_history_unrun(const struct dlab_history *h);

/*
 * How many have cases that do more of what instructions do not show, and are not
 * worse anyway.
 */
size_t dlab_count_unseen(const struct dlab_history *h);

/* The finding of a point, or NULL. */
const struct dlab_finding *dlab_history_finding(const struct dlab_history *h,
						size_t point);

/* Difference of a step as a fraction of the level before. */
double dlab_step_relative(const struct dlab_step *s);

/*
 * Whether the newest commit does not build or boot, and one before it did: what is
 * stored as such an outcome is the commit's, never the lab's.
 */
bool dlab_history_newest_broke(const struct dlab_history *h);

/* The same of what all commits did; how many cases they made what. */
double dlab_net_relative(const struct dlab_net *n);
size_t dlab_count_net(const struct dlab_history *h, enum dlab_verdict v);

/* "only at the base": dlab_change_name() where A and B are base and tip. */
const char *dlab_net_change_name(enum dlab_change_kind kind);

/* "of 41 cases 3 worse, 2 better, 36 the same, 1 broke"; "" where nothing is. */
const char *dlab_net_words(const struct dlab_history *h, char *text,
			   size_t size);

/* What is said of a step by itself: worse, better, or explains. */
enum dlab_verdict dlab_step_verdict(const struct dlab_step *s);

/* Whether it is more of something whose cost instructions do not show. */
bool dlab_step_is_unseen(const struct dlab_history *h,
			 const struct dlab_step *s);

/**
 * dlab_history_result - sum it up; the command's exit status
 *
 * A case that some commit made worse, or broke, is a regression and counts before
 * everything else, as does a newest commit that broke all of it; then nothing
 * measured at all, and a newest commit with cases that failed before it, too; then
 * whatever could not be judged.
 */
enum dlab_result dlab_history_result(const struct dlab_history *h);

/* "REGRESSION"; not of cases where no commit was measured */
const char *dlab_history_shout(const struct dlab_history *h);

/* The three forms of `dlab history`; errors are the stream's. */
void dlab_history_text(const struct dlab_history *h, FILE *f);
void dlab_history_tsv(const struct dlab_history *h, FILE *f);
void dlab_history_json(const struct dlab_history *h, FILE *f);

#endif
