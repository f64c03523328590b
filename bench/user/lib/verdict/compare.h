/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which cases became better or worse from A to B, by how much, and how sure is
 * that?
 *
 * Exact metrics are compared as numbers: median, and total of a fixed number of
 * operations.  The others are judged over boots: a Mann-Whitney test with
 * Benjamini-Hochberg over everything judged, and the Hodges-Lehmann shift with
 * its interval.  A difference below the minimum effect is no difference; the
 * minimum effect is the largest of what metrics.ini says and what A/A runs
 * showed to be noise.
 */
#ifndef DLAB_COMPARE_H
#define DLAB_COMPARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "verdict/axis.h"
#include "err.h"
#include "metrics.h"
#include "run.h"

/**
 * enum dlab_verdict - what is said of one metric of one pair of cases
 * @DLAB_SAME: the difference is below the minimum effect, which was shown
 * @DLAB_BETTER: B is better by at least the minimum effect
 * @DLAB_WORSE: B is worse by at least the minimum effect
 * @DLAB_INCONCLUSIVE: none of these could be shown
 * @DLAB_FEW_BOOTS: no difference could have been shown on so few boots, and the
 *                  exact form of the metric was measured: that is judged instead
 * @DLAB_EMULATED: a time on an emulated CPU: never judged
 * @DLAB_EXPLAINS: a structure count, or a phase of an operation that was
 *                 measured as a whole: moves with a difference, never judged
 */
enum dlab_verdict {
	DLAB_SAME,
	DLAB_BETTER,
	DLAB_WORSE,
	DLAB_INCONCLUSIVE,
	DLAB_FEW_BOOTS,
	DLAB_EMULATED,
	DLAB_EXPLAINS,
	DLAB_NR_VERDICTS,
};

const char *dlab_verdict_name(enum dlab_verdict v);

/**
 * struct dlab_side - one metric of one case on one side
 * @medians: of each boot
 * @totals: of each boot; NULL for histograms
 * @n: samples in each boot; 0 where boots differ in it
 * @boots: how many
 * @past: what ran before the case in its boots, as in struct dlab_cell; 0 where
 *        boots differ in it
 * @median: over @medians
 * @total: over @totals, NAN without
 */
struct dlab_side {
	double *medians;
	double *totals;
	uint64_t n;
	size_t boots;
	uint64_t past;
	double median;
	double total;
};

/**
 * struct dlab_figure - one metric of a pair of cases
 * @id_a: case with its topology
 * @id_b: the same as @id_a on axes between runs
 * @metric: its declaration
 * @a: the older side
 * @b: the newer side
 * @diff: b - a: of the medians for exact metrics, else the Hodges-Lehmann shift
 * @diff_total: difference of the totals, for one operation; NAN without
 * @min_effect: what @diff is held against, in the metric's unit
 * @min_effect_total: what @diff_total is held against
 * @low: interval of @diff at level 95 %; infinite where there are too few
 * @high: boots; NAN for exact metrics
 * @p: of the rank test; NAN for exact metrics
 * @q: @p after Benjamini-Hochberg
 * @has_whole: the operation of which it is a phase is a figure of the pair, too
 * @has_exact: the exact form of its metric is a figure of the pair, too
 * @emulated: a time on an emulated CPU
 * @other_past: on an axis between runs: other cases ran before it on one side
 * @identical: exact, and not the least difference
 * @not_exact: exact by its metric, and boots of one side disagree
 * @verdict: what is said of it
 * @boots_needed: with DLAB_INCONCLUSIVE and DLAB_FEW_BOOTS: how many boots a side
 *                can settle it; 0 where more boots would not help
 * @note: what to know of it beside the verdict; "" if nothing
 */
struct dlab_figure {
	char *id_a;
	char *id_b;
	const struct dlab_metric *metric;
	struct dlab_side a;
	struct dlab_side b;
	double diff;
	double diff_total;
	double min_effect;
	double min_effect_total;
	double low;
	double high;
	double p;
	double q;
	bool has_whole;
	bool has_exact;
	bool emulated;
	bool other_past;
	bool identical;
	bool not_exact;
	enum dlab_verdict verdict;
	unsigned int boots_needed;
	char note[160];
};

/**
 * struct dlab_pair - a case on both sides, and the one verdict on it
 * @id_a: case with its topology
 * @id_b: the same as @id_a on axes between runs
 * @verdict: the worst of those on its figures, by dlab_worst_verdict()
 * @main: of the figures with that verdict the whole operation, or else the one
 *        that moved most
 * @moved: judged the same, and one of its phases rose while another fell
 * @unseen: something grew whose cost instructions do not show
 * @figures: all of them, @main among them
 * @nr: how many
 */
struct dlab_pair {
	const char *id_a;
	const char *id_b;
	enum dlab_verdict verdict;
	const struct dlab_figure *main;
	bool moved;
	bool unseen;
	const struct dlab_figure **figures;
	size_t nr;
};

/* Whether a figure is one by which its pair is @moved; is @unseen. */
bool dlab_figure_is_phase(const struct dlab_figure *f);
bool dlab_figure_is_unseen(const struct dlab_figure *f);

/**
 * enum dlab_change_kind - how the end of a case changed
 * @DLAB_BROKE: fail, timeout or crash, and was not before: a regression
 * @DLAB_FIXED: the reverse
 * @DLAB_STILL_BROKEN: on both sides
 * @DLAB_NEW_BROKEN: fail, timeout or crash, and A has no such case
 * @DLAB_NOW_SKIPPED: was measured before
 * @DLAB_NOW_MEASURED: was skipped before
 * @DLAB_ONLY_A: B has no such case
 * @DLAB_ONLY_B: A has no such case, and in B it is not broken
 */
enum dlab_change_kind {
	DLAB_BROKE,
	DLAB_FIXED,
	DLAB_STILL_BROKEN,
	DLAB_NEW_BROKEN,
	DLAB_NOW_SKIPPED,
	DLAB_NOW_MEASURED,
	DLAB_ONLY_A,
	DLAB_ONLY_B,
	DLAB_NR_CHANGES,
};

const char *dlab_change_name(enum dlab_change_kind kind);

/* Whether only B has the case. */
bool dlab_change_is_new(enum dlab_change_kind kind);

/* Whether it keeps a comparison from being ok: broken, or no longer measured. */
bool dlab_change_is_bad(enum dlab_change_kind kind);

/**
 * dlab_change_of - how the end of a case changed
 * @a, @b: enum dlab_status; -1: that side has no such case
 * @kind: out
 *
 * Return: whether there is anything to say: not of a case that is ok, or skipped,
 * on both sides.
 */
bool dlab_change_of(int a, int b, enum dlab_change_kind *kind);

/**
 * struct dlab_change - a case whose end is not ok on both sides
 * @id: case with its topology, of side A where it has one
 * @kind: how it changed
 * @a: status on side A (the worst of its boots); not of one that is new
 * @b: status on side B; not for DLAB_ONLY_A
 * @reason: of the side that is not ok, B first; "" if none
 */
struct dlab_change {
	char *id;
	enum dlab_change_kind kind;
	enum dlab_status a;
	enum dlab_status b;
	char *reason;
};

/* What is bad first, what broke before all else; then by kind and case. */
void dlab_changes_sort(struct dlab_change *v, size_t nr);

/* How many of them are bad, which stand first. */
size_t dlab_changes_bad(const struct dlab_change *v, size_t nr);

/**
 * struct dlab_compare_request - what to compare
 * @dir_a: directory of the older run
 * @dir_b: directory of the newer run; the same is fine where the axis has
 *         --from and --to
 * @axis: from dlab_axis_parse()
 * @cases: patterns of which a case must match one (match.h), or NULL
 * @metric: patterns for metrics, or NULL
 * @instrument: "count" or "time", or NULL for both
 * @noise: directories of A/A runs, at least two or none
 * @nr_noise: how many
 */
struct dlab_compare_request {
	const char *dir_a;
	const char *dir_b;
	struct dlab_axis axis;
	const char *cases;
	const char *metric;
	const char *instrument;
	const char *const *noise;
	size_t nr_noise;
};

/**
 * struct dlab_comparison - what was found
 * @axis: as requested
 * @a: the older run
 * @b: the newer run
 * @differs: what of the fingerprint and configuration differs, on the axis
 * @taints: what both sides are tainted with; empty otherwise
 * @missing: metrics that side A has and side B has not, though the case is ok
 * @nr_noise: A/A runs that the noise floor comes from
 * @figures: in the order of side A
 * @nr_figures: how many
 * @pairs: the cases that these are of, in the order of their first figures
 * @nr_pairs: how many
 * @by_pair: what their figures point into; private
 * @changes: by dlab_changes_sort()
 * @nr_changes: how many
 */
struct dlab_comparison {
	struct dlab_axis axis;
	struct dlab_run a;
	struct dlab_run b;
	struct dlab_notes differs;
	struct dlab_notes taints;
	struct dlab_notes missing;
	size_t nr_noise;
	struct dlab_figure *figures;
	size_t nr_figures;
	struct dlab_pair *pairs;
	size_t nr_pairs;
	const struct dlab_figure **by_pair;
	struct dlab_change *changes;
	size_t nr_changes;
};

/**
 * dlab_compare - compare two runs, or two parts of runs
 * @metrics: must outlive @out
 *
 * Return: 0; -EPERM when the two must not be compared (fingerprint, taint),
 * -ENOENT when nothing of what was asked for is in both, -EIO when that is
 * because a run failed; another -errno when a run cannot be read.
 */
int dlab_compare(const struct dlab_compare_request *req,
		 const struct dlab_metrics *metrics,
		 struct dlab_comparison *out, struct dlab_err *err);
void dlab_comparison_free(struct dlab_comparison *c);

/* How many figures got a verdict, cases did, and changes are of a kind. */
size_t dlab_count_verdicts(const struct dlab_comparison *c,
			   enum dlab_verdict v);
size_t dlab_count_pairs(const struct dlab_comparison *c, enum dlab_verdict v);
size_t dlab_count_changes(const struct dlab_comparison *c,
			  enum dlab_change_kind kind);

/* How many boots of B ended badly, where B is another run than A. */
size_t dlab_failed_boots(const struct dlab_comparison *c);

/**
 * enum dlab_result - a comparison in one word; the command's exit status
 */
enum dlab_result {
	DLAB_RESULT_OK = 0,
	DLAB_RESULT_REGRESSION = 1,
	DLAB_RESULT_LAB_FAILURE = 3,
	DLAB_RESULT_INCONCLUSIVE = 4,
};

/* "regression", as JSON has it */
const char *dlab_result_name(enum dlab_result r);

/**
 * dlab_comparison_result - sum it up
 *
 * A case that became worse, or broke, is a regression and counts before
 * everything else; then what failed on both sides, or a boot of B that failed;
 * then anything that could not be judged (inconclusive, no longer measured, or
 * nothing that can be judged at all).
 */
enum dlab_result dlab_comparison_result(const struct dlab_comparison *c);

/* The three forms of `dlab compare`; errors are the stream's. */
void dlab_compare_text(const struct dlab_comparison *c, FILE *f);
void dlab_compare_tsv(const struct dlab_comparison *c, FILE *f);
void dlab_compare_json(const struct dlab_comparison *c, FILE *f);

#endif
