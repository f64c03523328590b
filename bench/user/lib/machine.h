/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The machine that cases run on: which devices the user let the lab have
 * (config.local, or the job of a guest), and what is really in effect.
 */
#ifndef DLAB_MACHINE_H
#define DLAB_MACHINE_H

#include <jansson.h>

#include "driver.h"
#include "err.h"
#include "topology.h"

/**
 * struct dlab_machine_file - a machine file
 * @machine: what is named there; the strings are owned by this structure
 * @expect: what the topology promises
 * @nr_expect: how many
 */
struct dlab_machine_file {
	struct dlab_machine machine;
	struct dlab_expect expect[DLAB_MAX_EXPECT];
	size_t nr_expect;
};

/**
 * dlab_machine_load - read [machine] (dma_device, borrow, nvme_blk, nvme_char)
 * and [expect]
 */
int dlab_machine_load(const char *path, struct dlab_machine_file *out,
		      struct dlab_err *err);

/**
 * dlab_machine_find_devices - are the devices there that are named?
 *
 * Return: 0, or -EINVAL with a sentence that names the one that is not.
 */
int dlab_machine_find_devices(const struct dlab_machine *m,
			      struct dlab_err *err);
void dlab_machine_free(struct dlab_machine_file *m);

/**
 * dlab_machine_describe - what is in effect, read back from the machine
 * @m: devices that may be used; the one to map for is bound for a moment
 *
 * Return: a new object: kernel, command line, CPUs, and as far as they can be
 * known coherent_walks, nvme_sgl, device, domain, iommu, group_type,
 * aperture_bits, ats, loop_insns, loop_ticks; "taint" is an array of words.
 */
json_t *dlab_machine_describe(const struct dlab_machine *m);

/**
 * dlab_machine_check - does the machine keep what its topology promises?
 * @effective: from dlab_machine_describe()
 *
 * Return: 0; -EPROTO with a sentence that names the broken promise; -EOPNOTSUPP
 * where the kernel is not made for such a topology.
 */
int dlab_machine_check(const struct dlab_machine_file *m,
		       const json_t *effective, struct dlab_err *err);

#endif
