/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which kernel functions were a case's instructions spent in?  Reads
 * functions.tsv of a run's boots; compares a case of one run with that of
 * another.
 */
#ifndef DLAB_FUNCTIONS_H
#define DLAB_FUNCTIONS_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"

/* The phases of an operation, in their order. */
enum dlab_phase {
	DLAB_PHASE_MAP,
	DLAB_PHASE_FILL,
	DLAB_PHASE_UNMAP,
	DLAB_NR_PHASES,
};

/* "map", "fill", "unmap" */
const char *dlab_phase_name(enum dlab_phase phase);

/**
 * struct dlab_function - what one function did in one operation
 * @name: its symbol: "alloc_iova_fast", of a module "step_fn [dmalab]"
 * @insns: instructions, by phase
 * @calls: times that it was called or jumped to, by phase
 */
struct dlab_function {
	char *name;
	uint64_t insns[DLAB_NR_PHASES];
	uint64_t calls[DLAB_NR_PHASES];
};

/**
 * struct dlab_functions - all functions of one operation
 * @v: each name once
 * @nr: how many
 * @unnamed: instructions that are in none of them
 */
struct dlab_functions {
	struct dlab_function *v;
	size_t nr;
	uint64_t unnamed;
};

/**
 * dlab_functions_add - what was spent in a function
 * @insns, @calls: by phase; added to what is there under the same name
 *
 * Return: 0 or -ENOMEM.
 */
int dlab_functions_add(struct dlab_functions *f, const char *name,
		       const uint64_t insns[DLAB_NR_PHASES],
		       const uint64_t calls[DLAB_NR_PHASES],
		       struct dlab_err *err);

/* All instructions, @unnamed too. */
uint64_t dlab_functions_total(const struct dlab_functions *f);
uint64_t dlab_functions_of_phase(const struct dlab_functions *f,
				 enum dlab_phase phase);
void dlab_functions_free(struct dlab_functions *f);

/**
 * dlab_functions_load - read the functions of one case from a run
 * @dir: the run's directory
 * @id: case with its topology
 *
 * Return: 0, or -errno; -ENOENT where the run has functions but not of this
 * case, -ENODATA where it has none at all.
 */
int dlab_functions_load(const char *dir, const char *id,
			struct dlab_functions *out, struct dlab_err *err);

/**
 * struct dlab_function_names - names that a functions.tsv has introduced
 * @v: by number
 * @nr: how many
 */
struct dlab_function_names {
	char **v;
	size_t nr;
};

/**
 * dlab_functions_write - a row of functions.tsv
 * @f: where to
 * @names: introduced by the rows before; gains those that this row introduces
 *
 * Return: 0 or -ENOMEM.
 */
int dlab_functions_write(FILE *f, const char *case_id,
			 const struct dlab_functions *functions,
			 struct dlab_function_names *names);

/* Forget all names but the first @nr: the rows after did not come to be. */
void dlab_function_names_cut(struct dlab_function_names *names, size_t nr);

/* The header line of functions.tsv. */
extern const char dlab_functions_header[];

/**
 * struct dlab_case_functions - the functions of one case
 * @id: case with its topology
 * @functions: of one of its operations, in the first boot that has them
 */
struct dlab_case_functions {
	char *id;
	struct dlab_functions functions;
};

/**
 * struct dlab_profile - the functions of all cases of a run
 * @v: sorted by id, each once
 * @nr: how many; 0 for a run that was made without them
 */
struct dlab_profile {
	struct dlab_case_functions *v;
	size_t nr;
};

/**
 * dlab_profile_load - read functions.tsv of all boots of a run
 * @dir: the run's directory
 *
 * Boots that have no such file, as those of older runs, are passed over.
 *
 * Return: 0, or -errno.
 */
int dlab_profile_load(const char *dir, struct dlab_profile *out,
		      struct dlab_err *err);

/* Of one file's text; @topology completes the ids.  After an error free @out. */
int dlab_profile_parse(const char *name, const char *text, size_t len,
		       const char *topology, struct dlab_profile *out,
		       struct dlab_err *err);
void dlab_profile_free(struct dlab_profile *p);

/* The functions of a case, or NULL. */
const struct dlab_functions *dlab_profile_find(const struct dlab_profile *p,
					       const char *id);

/**
 * struct dlab_function_change - a function in a phase of two operations
 * @phase: of the operation
 * @function: its name; where the compiler's suffixes (.isra.0, .part.0, .cold)
 *            differ between A and B, the name without: all such parts together
 * @insns_a, @insns_b: instructions; 0: it was not there
 * @calls_a, @calls_b: the same
 */
struct dlab_function_change {
	enum dlab_phase phase;
	char *function;
	uint64_t insns_a;
	uint64_t insns_b;
	uint64_t calls_a;
	uint64_t calls_b;
};

/**
 * struct dlab_function_changes - all functions of both
 * @v: largest difference in instructions first, those without one last
 * @nr: how many
 * @nr_changed: of them, whose instructions or calls differ: the first ones
 */
struct dlab_function_changes {
	struct dlab_function_change *v;
	size_t nr;
	size_t nr_changed;
};

/**
 * dlab_functions_diff - where one operation's instructions differ from another's
 * Return: 0 or -ENOMEM.
 */
int dlab_functions_diff(const struct dlab_functions *a,
			const struct dlab_functions *b,
			struct dlab_function_changes *out,
			struct dlab_err *err);
void dlab_function_changes_free(struct dlab_function_changes *c);

#endif
