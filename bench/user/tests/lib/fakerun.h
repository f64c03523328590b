/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes run directories without running anything: what tests of the later
 * stages (stat, compare, show, report) read.  Aborts on any error.
 */
#ifndef FAKERUN_H
#define FAKERUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "functions.h"

/**
 * FAKE_METRICS - what tests of verdicts judge beside op_insns and its phases
 *
 * Of their own, so that these tests do not depend on what is tuned.
 */
#define FAKE_METRICS \
	"[iotlb_flush]\nunit = count\ninstrument = count\nexact = yes\n" \
	"min_effect_abs = 0.01\nunseen = yes\nabout = x\n" \
	"[iops]\nunit = 1/s\ninstrument = time\ndirection = higher\n" \
	"min_effect_rel = 0.03\nabout = x\n" \
	"[op_ns]\nunit = ns\ninstrument = time\ndirection = lower\n" \
	"min_effect_rel = 0.05\nabout = x\n" \
	"[unmap_ns]\nunit = ns\ninstrument = time\ndirection = lower\n" \
	"min_effect_rel = 0.05\npart_of = op_ns\nabout = x\n" \
	"[op_ns_p99]\nunit = ns\ninstrument = time\ndirection = lower\n" \
	"min_effect_rel = 0.1\nabout = x\n" \
	"[cpu_insns_per_io]\nunit = insns\ninstrument = count\n" \
	"direction = lower\nmin_effect_rel = 0.02\nexact_form = io_insns\n" \
	"about = x\n" \
	"[io_insns]\nunit = insns\ninstrument = count\nexact = yes\n" \
	"direction = lower\nmin_effect_rel = 0.02\nabout = x\n"

struct fake_run;
struct fake_boot;

/**
 * fake_run_new - begin a run with a plausible fingerprint
 * @runs_dir: where its directory goes; made when missing
 * @name: "20261120-101500-default-0001"
 *
 * Suite "default", lab "vm", created at a fixed time, status ok.
 */
struct fake_run *fake_run_new(const char *runs_dir, const char *name);
void fake_run_suite(struct fake_run *r, const char *suite);
void fake_run_lab(struct fake_run *r, const char *lab);
void fake_run_created(struct fake_run *r, const char *iso);

/* One more word that make was given. */
void fake_run_make(struct fake_run *r, const char *word);

/* Set, replace or (with @value NULL) remove an entry. */
void fake_run_fingerprint(struct fake_run *r, const char *key,
			  const char *value);
void fake_run_host(struct fake_run *r, const char *key, const char *value);

/* A file of the run itself, beside run.json ("kernel.config"). */
void fake_run_file(struct fake_run *r, const char *name, const char *text);

/**
 * fake_boot_add - one more boot, named "<topology>-<kind>-<n>"
 * @kind: "count", "time", "devio" or "iocount"
 */
struct fake_boot *fake_boot_add(struct fake_run *r, const char *topology,
				const char *kind, unsigned int n);
void fake_boot_emulated(struct fake_boot *b);
void fake_boot_taint(struct fake_boot *b, const char *reason);
void fake_boot_effective(struct fake_boot *b, const char *key,
			 const char *value);

/* A boot that did not end well; the run's status becomes "fail". */
void fake_boot_ended(struct fake_boot *b, const char *status,
		     const char *reason);

/* The outcome of a case; one that is given samples is "ok" by itself. */
void fake_outcome(struct fake_boot *b, const char *case_id, const char *status,
		  const char *reason);
void fake_samples(struct fake_boot *b, const char *case_id, const char *metric,
		  const double *v, size_t n);

/* @n samples that are all @value */
void fake_constant(struct fake_boot *b, const char *case_id, const char *metric,
		   double value, size_t n);
void fake_bucket(struct fake_boot *b, const char *case_id, const char *metric,
		 double low, uint64_t count);

/* Where the instructions of a case went; a boot without has no such file. */
void fake_functions(struct fake_boot *b, const char *case_id,
		    const struct dlab_functions *functions);

/**
 * fake_run_write - write the directory and free @r
 * Return: its path, to be freed by the caller.
 */
char *fake_run_write(struct fake_run *r);

/* Cuts off what says what the run at @dir is of. */
void fake_damage(const char *dir);

/* ---- what tests need beside runs */

/* A new directory below $TMPDIR or /tmp; fake_rmdir() removes it whole. */
char *fake_tmpdir(void);
void fake_rmdir(char *path);

/* xorshift64*: the same numbers everywhere; the state must not be 0. */
uint64_t fake_random(uint64_t *state);

/* Uniform in [0, 1). */
double fake_uniform(uint64_t *state);

/* Normal with mean 0 and deviation 1 (Box-Muller). */
double fake_normal(uint64_t *state);

#endif
