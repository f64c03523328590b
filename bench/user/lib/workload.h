/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Workload files (workloads/<group>/<name>.ini): what they may say, and how a
 * matrix becomes atomic cases before anything runs.
 */
#ifndef DLAB_WORKLOAD_H
#define DLAB_WORKLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

struct dlab_driver;

/**
 * enum dlab_kind - which sort of boot a case needs
 * @DLAB_COUNT: under qemu -icount, nothing in the machine that completes in
 *              host time
 * @DLAB_TIME: KVM or a plain emulated machine, or lab hardware
 * @DLAB_DEVIO: moves data through a device that the user named
 * @DLAB_IOCOUNT: under qemu -icount with an NVMe that the case uses; its
 *                completions come in host time, so counts are not exact
 */
enum dlab_kind {
	DLAB_COUNT,
	DLAB_TIME,
	DLAB_DEVIO,
	DLAB_IOCOUNT,
	DLAB_NR_KINDS,
};

/* Whether guests for it run under qemu -icount. */
static inline bool dlab_kind_counts(enum dlab_kind kind)
{
	return kind == DLAB_COUNT || kind == DLAB_IOCOUNT;
}

/* Whether its cases use an NVMe with the kernel's own driver. */
static inline bool dlab_kind_does_io(enum dlab_kind kind)
{
	return kind == DLAB_TIME || kind == DLAB_IOCOUNT;
}

const char *dlab_kind_name(enum dlab_kind kind);
int dlab_kind_parse(const char *name, enum dlab_kind *kind);

/**
 * struct dlab_param - one key of a case and its value, both as written
 */
struct dlab_param {
	char *key;
	char *value;
};

/**
 * struct dlab_case - one atomic point of a matrix
 * @id: "map/scattered[path=page,size=4k]": the workload, then the matrix keys
 *      in the file's order
 * @workload: "map/scattered"
 * @driver: name of the driver that runs it
 * @kind: what boot it needs
 * @params: matrix keys first, then the fixed ones
 * @nr_params: how many
 */
struct dlab_case {
	char *id;
	char *workload;
	char *driver;
	enum dlab_kind kind;
	struct dlab_param *params;
	size_t nr_params;
};

struct dlab_cases {
	struct dlab_case *v;
	size_t nr;
};

/**
 * dlab_workload_load - read a workload file and expand its matrix
 * @dir: the workloads directory
 * @name: "map/scattered"
 * @out: the cases are appended here
 * @err: the sentence on failure: names file, line, key and the keys there are
 *
 * Return: 0, or -errno.
 */
int dlab_workload_load(const char *dir, const char *name,
		       struct dlab_cases *out, struct dlab_err *err);

/**
 * dlab_cases_write - write cases to a file that dlab_cases_read() takes
 * dlab_cases_read - the reverse
 *
 * One line a case: id, workload, driver, kind, then key=value fields; tabs
 * between them.
 */
int dlab_cases_write(const struct dlab_cases *cases, const char *path,
		     struct dlab_err *err);
int dlab_cases_read(const char *path, struct dlab_cases *out,
		    struct dlab_err *err);
void dlab_cases_free(struct dlab_cases *cases);

/* A deep copy; free it as a member of a struct dlab_cases. */
void dlab_case_copy(const struct dlab_case *from, struct dlab_case *to);

/**
 * dlab_case_word - the value of a key
 * Return: the value, the driver's default for it, or NULL if it has neither.
 */
const char *dlab_case_word(const struct dlab_case *c, const char *key);

/**
 * dlab_case_uint - the value of a key as a number in [@min, @max]
 * Return: 0, or -EINVAL with a sentence that names case, key and range.
 */
int dlab_case_uint(const struct dlab_case *c, const char *key, uint64_t min,
		   uint64_t max, uint64_t *out, struct dlab_err *err);

/**
 * dlab_parse_size - "4k", "1m", "512", "2g" (powers of 1024) as bytes
 * Return: 0, or -EINVAL; nothing but digits and one suffix is taken.
 */
int dlab_parse_size(const char *s, uint64_t *bytes);

#endif
