/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How often the lab is wrong: false positives on binaries that are the same and
 * on rebuilds that change nothing, and the smallest planted change that it
 * finds.  `dlab calibrate` measures it, every report of a history carries it, and
 * what rebuilds moved by is no effect from then on.
 */
#ifndef DLAB_CALIBRATION_H
#define DLAB_CALIBRATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "err.h"
#include "metrics.h"

struct dlab_history;

/* Differences in instructions at which the rate of rebuilds is told. */
extern const double dlab_calibration_at[];
#define DLAB_CALIBRATION_NR_AT 6

/**
 * struct dlab_calibration_rate - what sides that do not differ were called
 * @topology: where
 * @sides: boots, or commits beside the base
 * @wrong_sides: of them, with at least one false positive
 * @pairs: judged: one metric of one case on two sides
 * @identical: of them without the least difference
 * @wrong: of them called better or worse: false positives
 * @largest_abs: largest difference in instructions, of medians or of totals for
 *               one operation; NAN without any
 * @largest_rel: the largest as a fraction of the figure
 * @at: pairs that differ by dlab_calibration_at[] instructions or more
 */
struct dlab_calibration_rate {
	char *topology;
	size_t sides;
	size_t wrong_sides;
	size_t pairs;
	size_t identical;
	size_t wrong;
	double largest_abs;
	double largest_rel;
	size_t at[DLAB_CALIBRATION_NR_AT];
};

struct dlab_calibration_rates {
	struct dlab_calibration_rate *v;
	size_t nr;
};

/**
 * struct dlab_calibration_plant - a regression of known size
 * @topology: where
 * @insns: instructions that were planted
 * @cases: that were judged
 * @found: of them called worse
 */
struct dlab_calibration_plant {
	char *topology;
	unsigned int insns;
	size_t cases;
	size_t found;
};

/**
 * struct dlab_calibration - results/calibration.json
 * @created: when, ISO 8601 in UTC
 * @kernel: release of the kernel, "" where it is not recorded; as the rest
 * @config: of the kernel that the others are held against: its sha256
 * @config_text: it itself, calibration.config beside the file; NULL where it was
 *		 not kept
 * @compiler: of it
 * @qemu: that it ran in
 * @module: sources of the module
 * @same: boots of the same binaries
 * @rebuilds: neutral rebuilds against their base
 * @time: figures that are not exact, of neutral rebuilds: empty is not measured
 * @plants: sorted by topology, then by size
 * @nr_plants: how many
 */
struct dlab_calibration {
	char *created;
	char *kernel;
	char *config;
	char *config_text;
	char *compiler;
	char *qemu;
	char *module;
	struct dlab_calibration_rates same;
	struct dlab_calibration_rates rebuilds;
	struct dlab_calibration_rates time;
	struct dlab_calibration_plant *plants;
	size_t nr_plants;
};

/**
 * dlab_calibration_smallest - the smallest planted change that is found
 *
 * From it on every planted one is found in as many cases as the largest one:
 * what a case does not execute cannot be found in it.
 *
 * Return: instructions, or 0 where none was found or planted there.
 */
unsigned int dlab_calibration_smallest(const struct dlab_calibration *c,
				       const char *topology);

/**
 * dlab_calibration_upper - upper end of a rate's interval
 *
 * Clopper-Pearson, one-sided, 95 %: 0 of 100 is below 3 %.
 */
double dlab_calibration_upper(size_t wrong, size_t of);

/* ---- measuring: each adds to what is there */

/* Boots of one run or of several, in their order, all of the same binaries. */
int dlab_calibration_add_same(struct dlab_calibration *c,
			      const char *const *runs, size_t nr,
			      const struct dlab_metrics *metrics,
			      struct dlab_err *err);

/* A history whose commits change nothing; each against its base. */
int dlab_calibration_add_rebuilds(struct dlab_calibration *c, const char *dir,
				  const char *results,
				  const struct dlab_metrics *metrics,
				  struct dlab_err *err);

/* A history whose commits say "plant N": N more instructions than its base. */
int dlab_calibration_add_plants(struct dlab_calibration *c, const char *dir,
				const char *results,
				const struct dlab_metrics *metrics,
				struct dlab_err *err);

/* ---- using it */

/* Whether a case, whose id has its topology, ran on @topology. */
bool dlab_calibration_is_of(const char *topology, const char *id);

/**
 * dlab_calibration_min_effect - from which difference on a figure has changed
 * @metric: of the figure; of anything but exact instructions nothing is known
 * @id: case with its topology
 * @from: the figure before
 *
 * No rebuild on that topology moved a figure by more instructions than
 * @largest_abs, and none by a larger part of it than @largest_rel.  Whatever is
 * within both may be another rebuild.
 *
 * Return: the least difference that is not; 0 where no rebuild moved anything.
 */
double dlab_calibration_min_effect(const struct dlab_calibration *c,
				   const struct dlab_metric *metric,
				   const char *id, double from);

/**
 * dlab_history_calibrate - let a calibration raise a history's minimum effect
 * @h: its changes are not found yet
 * @c: must live as long as @h is judged
 *
 * One of another kernel, configuration, compiler, QEMU or module raises nothing.
 * (Configurations are the same if all that is set is: symbols that one kernel
 * knows and leaves out make no other.)  The history's notes say which one it is, and what it raises or why it does
 * not.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_history_calibrate(struct dlab_history *h,
			   const struct dlab_calibration *c,
			   struct dlab_err *err);

/**
 * dlab_history_judge - find a history's changes as this lab can
 * @results: where calibration.json is, if there is one
 * @c: out: what it says, all zero where there is none; to be freed after @h
 *
 * Return: 0, or -errno.
 */
int dlab_history_judge(struct dlab_history *h, const char *results,
		       struct dlab_calibration *c, struct dlab_err *err);

/* ---- the file */

/* And, beside @path, which ends in ".json", the configuration. */
int dlab_calibration_write(const struct dlab_calibration *c, const char *path,
			   struct dlab_err *err);

/**
 * dlab_calibration_load - read it
 * Return: 0, -ENOENT when there is none, or -EINVAL where it is not what
 * results/schema/calibration.json describes.
 */
int dlab_calibration_load(const char *path, struct dlab_calibration *out,
			  struct dlab_err *err);
int dlab_calibration_parse(const char *name, const char *text, size_t len,
			   struct dlab_calibration *out, struct dlab_err *err);
void dlab_calibration_free(struct dlab_calibration *c);

#endif
