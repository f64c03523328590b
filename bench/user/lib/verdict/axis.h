/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What may differ between two sides of a comparison?  Only what belongs to its
 * axis; anything else is refused by name.
 */
#ifndef DLAB_AXIS_H
#define DLAB_AXIS_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"
#include "run.h"

/**
 * enum dlab_axis_kind - where the two sides come from
 * @DLAB_AXIS_RUN: the same cases of two runs ("kernel", "qemu", ...)
 * @DLAB_AXIS_TOPOLOGY: the same cases on two topologies
 * @DLAB_AXIS_KEY: cases that differ in one key of their matrix ("path", ...)
 */
enum dlab_axis_kind {
	DLAB_AXIS_RUN,
	DLAB_AXIS_TOPOLOGY,
	DLAB_AXIS_KEY,
};

/**
 * struct dlab_axis - the axis of a comparison
 * @name: "kernel", "topology", "path"
 * @kind: where the two sides come from
 * @from: topology or value of the key on side A; NULL for DLAB_AXIS_RUN
 * @to: the same on side B
 * @keys: entries of the fingerprint that may differ (patterns, blanks
 *        between them)
 * @symbols: kernel config symbols that may differ in value (the same)
 */
struct dlab_axis {
	const char *name;
	enum dlab_axis_kind kind;
	const char *from;
	const char *to;
	const char *keys;
	const char *symbols;
};

/**
 * dlab_axis_parse - the axis that a user names
 * @from: NULL when not given; the strings must outlive @out
 *
 * Return: 0, or -EINVAL with a sentence that lists the axes.
 */
int dlab_axis_parse(const char *name, const char *from, const char *to,
		    struct dlab_axis *out, struct dlab_err *err);

/**
 * dlab_axis_pair - what the two halves of a pair have in common
 * @id: case with its topology
 * @side_b: the case is on side B
 * @key: out: malloc()ed; equal for the two halves; NULL when the case is not
 *       on this side of the axis
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_axis_pair(const struct dlab_axis *axis, const char *id, bool side_b,
		   char **key);

/**
 * struct dlab_notes - sentences, for example of what differs and may
 */
struct dlab_notes {
	char **v;
	size_t nr;
};

int dlab_notes_add(struct dlab_notes *notes, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void dlab_notes_free(struct dlab_notes *notes);

/**
 * dlab_axis_check - whether two runs may be compared along an axis
 * @notes: out: one sentence for each thing that differs and may; the lab's own
 *         version (dlab_*) always may
 *
 * Compares fingerprints, the kernels' configurations (kernel.config in the
 * runs' directories; a symbol that only one side knows may differ) and what was
 * effective on each topology.
 *
 * Return: 0; -EPERM when something else differs, @err names all of it; or
 * another -errno.
 */
int dlab_axis_check(const struct dlab_axis *axis, const struct dlab_run *a,
		    const struct dlab_run *b, struct dlab_notes *notes,
		    struct dlab_err *err);

/**
 * dlab_check_taint - whether both sides are tainted alike, or not at all
 * @used_a: by boot: figures are taken from it
 * @taints: out: what both are tainted with
 *
 * Figures under the same taint can be held against each other, no others.
 *
 * Return: 0; -EPERM when one side has a taint that the other has not; -ENOMEM.
 */
int dlab_check_taint(const struct dlab_run *a, const bool *used_a,
		     const struct dlab_run *b, const bool *used_b,
		     struct dlab_notes *taints, struct dlab_err *err);

/**
 * dlab_check_host - whether times of two runs may be compared
 * @advice: what to do otherwise, for the message
 *
 * Return: 0, or -EPERM: they are of two hosts.
 */
int dlab_check_host(const struct dlab_run *a, const struct dlab_run *b,
		    const char *advice, struct dlab_err *err);

#endif
