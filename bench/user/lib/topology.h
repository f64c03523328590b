/* SPDX-License-Identifier: GPL-2.0-only */
/* Topology files (workloads/topology/<name>.conf): a named machine. */
#ifndef DLAB_TOPOLOGY_H
#define DLAB_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "err.h"

#define DLAB_MAX_EXPECT	16

/**
 * struct dlab_expect - what a topology promises, checked on the running machine
 * @key: name of an effective property, see dlab_effective()
 * @value: what it must read
 */
struct dlab_expect {
	char *key;
	char *value;
};

/**
 * struct dlab_topology - a machine to measure on
 * @name: the file's name without ".conf"
 * @about: one sentence for the report
 * @native: this machine as it is booted; there is no [vm] section then
 * @iommu: QEMU -device string of the IOMMU, NULL for none
 * @device: QEMU -device string of the device to map for, without bus and ATS
 * @ats: "on" or "off" appended to @device, NULL: the device has no such key
 * @cmdline: what the guest kernel's command line gets for it
 * @expect: [expect] entries
 */
struct dlab_topology {
	char *name;
	char *about;
	bool native;
	char *iommu;
	char *device;
	char *ats;
	char *cmdline;
	struct dlab_expect expect[DLAB_MAX_EXPECT];
	size_t nr_expect;
};

int dlab_topology_load(const char *dir, const char *name,
		       struct dlab_topology *out, struct dlab_err *err);
void dlab_topology_free(struct dlab_topology *t);

#endif
