/* SPDX-License-Identifier: GPL-2.0-only */
/* The module's character device from C; bench/kmod/uapi/dmalab.h has the ABI. */
#ifndef DLAB_KMOD_H
#define DLAB_KMOD_H

#include <stdbool.h>

#include "../../kmod/uapi/dmalab.h"
#include "err.h"

struct dlab_kmod;

/**
 * dlab_kmod_open - open /dev/dmalab and check its version
 * Return: 0; -ENODEV when the module is not loaded.
 */
int dlab_kmod_open(struct dlab_kmod **out, struct dlab_err *err);
void dlab_kmod_close(struct dlab_kmod *k);

/**
 * dlab_kmod_attach - choose the device to map for
 * @borrow: leave it with its driver; otherwise it must be bound to dmalab
 */
int dlab_kmod_attach(struct dlab_kmod *k, const char *device, bool borrow,
		     struct dlab_err *err);

/* What the module is and what it is attached to, as of the last attach. */
const struct dmalab_info *dlab_kmod_info(const struct dlab_kmod *k);

/**
 * dlab_kmod_counts_insns - does the time-stamp counter count instructions?
 * Proved by a loop of known length, not believed.
 */
bool dlab_kmod_counts_insns(const struct dlab_kmod *k);

/**
 * dlab_kmod_nr_counts - structure counts that a pass gives
 * @steps: of DMALAB_PASS_STEPS, else of DMALAB_PASS_COUNTERS
 */
unsigned int dlab_kmod_nr_counts(const struct dlab_kmod *k, bool steps);

/* The name of the @i-th of them, NULL when this kernel cannot give it. */
const char *dlab_kmod_count_name(const struct dlab_kmod *k, bool steps,
				 unsigned int i);

int dlab_kmod_run(struct dlab_kmod *k, struct dmalab_run *r,
		  struct dlab_err *err);

/* Lower edge of a bucket of DMALAB_PASS_TIME, in picoseconds. */
double dlab_kmod_bucket_ps(unsigned int bucket);

#endif
