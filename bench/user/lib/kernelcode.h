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

/* Whether @file matches one of the shell patterns, which spaces separate. */
bool dlab_is_among(const char *file, const char *patterns);

/**
 * struct dlab_names - functions that a run's cases executed
 * @v: sorted, each once, without what the compiler appends and without a module
 * @nr: how many; 0: the run has no functions.tsv
 * @unstepped: patterns of the source's files that counted I/O went through, of
 *             which no step says which functions; or NULL
 * @counted_by: the workload that did it
 */
struct dlab_names {
	char **v;
	size_t nr;
	const char *unstepped;
	char *counted_by;
};

int dlab_run_functions(const char *dir, struct dlab_names *out,
		       struct dlab_err *err);
bool dlab_names_have(const struct dlab_names *n, const char *name);

/**
 * enum dlab_ran - was a function executed?
 * @DLAB_RAN_NOT: by no case
 * @DLAB_RAN: by a case that was stepped
 * @DLAB_RAN_ONE_OF: one of its name was, and several files have that name
 * @DLAB_RAN_UNSTEPPED: it may have been, by I/O that was counted and not stepped
 */
enum dlab_ran {
	DLAB_RAN_NOT,
	DLAB_RAN,
	DLAB_RAN_ONE_OF,
	DLAB_RAN_UNSTEPPED,
	DLAB_NR_RAN
};

enum dlab_ran dlab_ran(const struct dlab_kernel_code *c, size_t function,
		       const struct dlab_names *run);

/* How many files have a function of that name. */
size_t dlab_namesakes(const struct dlab_kernel_code *c, const char *name);
void dlab_names_free(struct dlab_names *n);

/**
 * struct dlab_touched - functions that one kernel has otherwise than another
 * @known: both runs have kernel.functions, and the second its functions.tsv
 * @nr: functions that are new or have other code
 * @names: of them, those that are not known to have been executed by a case of the
 *         second run, by what is known (nothing of DLAB_RAN): those of files of
 *         which it executed another come first
 * @counted_by: the workload that counts those that were not stepped, or NULL
 */
struct dlab_touched {
	bool known;
	size_t nr;
	struct dlab_touched_names {
		char **v;
		size_t nr;
	} names[DLAB_NR_RAN];
	char *counted_by;
};

/**
 * dlab_touched_find - what of a kernel's changes was run?
 * @from: directory of the run of the kernel before
 * @to: of the run of the kernel that changed it
 *
 * A function that is not @known to be touched is not known to be left alone
 * either.
 *
 * Return: 0, or -errno.
 */
int dlab_touched_find(const char *from, const char *to,
		      struct dlab_touched *out, struct dlab_err *err);

/**
 * dlab_touched_say - "2 of 5 functions that it changes were not run: a(), b(); 1
 *                    was not stepped, the I/O of commits/nvme counts it: c()"
 * @most: names, at most; the others are counted
 *
 * Return: malloc()ed; "" where all were run or nothing is known; NULL when out of
 * memory.
 */
char *dlab_touched_say(const struct dlab_touched *t, size_t most);

/* How many are in its names. */
size_t dlab_touched_unseen(const struct dlab_touched *t);
void dlab_touched_free(struct dlab_touched *t);

#endif
