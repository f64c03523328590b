/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which functions of the kernel do which suites run, and which does none?  Of
 * those nothing is known, whatever a verdict says.
 */
#ifndef DLAB_COVERAGE_H
#define DLAB_COVERAGE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "err.h"
#include "kernelcode.h"
#include "report/doc.h"

/* More suites than that make no table. */
#define DLAB_COVERAGE_SUITES 32

/* The DMA path, as the source's files: shell patterns, separated by spaces. */
extern const char dlab_coverage_files[];

/**
 * struct dlab_covered - one function
 * @file: of the source
 * @name: without what the compiler appends
 * @namesakes: how many files have a function of that name, this one included
 * @suites: for each way in which it is or is not known to have run, a bit for each
 *          suite of which that is known
 */
struct dlab_covered {
	char *file;
	char *name;
	size_t namesakes;
	uint32_t suites[DLAB_NR_RAN];
};

/**
 * struct dlab_coverage - functions by suite
 * @v: sorted by file and name, each once
 * @nr: how many
 * @suites: names, in the order in which their runs were added
 * @nr_suites: how many
 * @counted_by: the workload whose I/O is counted and not stepped, or NULL
 */
struct dlab_coverage {
	struct dlab_covered *v;
	size_t nr;
	char *suites[DLAB_COVERAGE_SUITES];
	size_t nr_suites;
	char *counted_by;
};

/**
 * dlab_coverage_add - the functions of one more run's kernel, and what it ran
 * @dir: of the run
 * @files: patterns of the source's files that count
 *
 * Return: 0; -ENOENT where the run has no list of its kernel's functions, or none
 * of those that it ran; or -errno.
 */
int dlab_coverage_add(struct dlab_coverage *c, const char *dir,
		      const char *files, struct dlab_err *err);

/* A table of files by suites, then the functions that none was seen to run. */
void dlab_coverage_doc(const struct dlab_coverage *c, struct doc *d);

/* A line for each function: file, function, suites or "-", how that is known. */
void dlab_coverage_tsv(const struct dlab_coverage *c, FILE *f);
void dlab_coverage_free(struct dlab_coverage *c);

#endif
