/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The functions that a run's kernel is made of, as kernel.functions names them:
 * in which file of the source each is, and whether two kernels have the same code
 * for it.
 */
#ifndef DLAB_KERNELCODE_H
#define DLAB_KERNELCODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

/**
 * struct dlab_kernel_function - one function
 * @file: of the source that it was compiled from: "drivers/iommu/iova.c"
 * @name: without what the compiler appends (.isra.0, .part.0, .cold)
 * @code: the same number for the same code; of all parts of it together
 */
struct dlab_kernel_function {
	const char *file;
	const char *name;
	uint64_t code;
};

/**
 * struct dlab_kernel_code - all functions of a kernel
 * @v: sorted by file and name, each once
 * @nr: how many
 *
 * What is inlined everywhere is part of others and not among them.
 */
struct dlab_kernel_code {
	struct dlab_kernel_function *v;
	size_t nr;
	char *text;
};

/**
 * dlab_kernel_code_load - read kernel.functions of a run
 * @dir: the run's directory
 *
 * Return: 0, -ENOENT for a run that was made without, or -errno.
 */
int dlab_kernel_code_load(const char *dir, struct dlab_kernel_code *out,
			  struct dlab_err *err);
int dlab_kernel_code_parse(const char *name, const char *text, size_t len,
			   struct dlab_kernel_code *out, struct dlab_err *err);
void dlab_kernel_code_free(struct dlab_kernel_code *c);

/**
 * struct dlab_names - functions that a run's cases executed
 * @v: sorted, each once, without what the compiler appends and without a module
 * @nr: how many; 0: the run has no functions.tsv
 */
struct dlab_names {
	char **v;
	size_t nr;
};

int dlab_run_functions(const char *dir, struct dlab_names *out,
		       struct dlab_err *err);
bool dlab_names_have(const struct dlab_names *n, const char *name);
void dlab_names_free(struct dlab_names *n);

/**
 * struct dlab_touched - functions that one kernel has otherwise than another
 * @known: both runs have kernel.functions, and the second its functions.tsv
 * @nr: functions that are new or have other code
 * @unrun: of them, those that no case of the second run executed; first those of
 *         files of which it executed another
 * @nr_unrun: how many
 */
struct dlab_touched {
	bool known;
	size_t nr;
	char **unrun;
	size_t nr_unrun;
};

/**
 * dlab_touched_find - what of a kernel's changes was run?
 * @from: directory of the run of the kernel before
 * @to: of the run of the kernel that changed it
 *
 * A function that is not @known to be touched is not known to be left alone
 * either.  Functions of one name in several files count as run together.
 *
 * Return: 0, or -errno.
 */
int dlab_touched_find(const char *from, const char *to,
		      struct dlab_touched *out, struct dlab_err *err);

/**
 * dlab_touched_say - "2 of 5 functions that it changes were not run: a(), b()"
 * @most: names, at most; the others are counted
 *
 * Return: malloc()ed; "" where all were run or nothing is known; NULL when out of
 * memory.
 */
char *dlab_touched_say(const struct dlab_touched *t, size_t most);
void dlab_touched_free(struct dlab_touched *t);

#endif
