// SPDX-License-Identifier: GPL-2.0-only
/*
 * What would a case find that others left behind?  The IOMMU domain: its tree
 * of IOVAs and their caches, its page tables, its flush queue.  And the slabs
 * that the mapping functions allocate from, some of whose objects are in use.
 * So the domain is made anew, and the slabs are brought into one order.
 */
#include <errno.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "casestate.h"
#include "pcibind.h"
#include "sysfs.h"

/* until the kernel has freed what it frees after a grace period, and later */
#define SETTLE_NS	100000000

/*
 * Gives back the CPU's own slabs and those that are empty, and sorts the others
 * by how full they are; adds what the CPU has counted of pages to the sums, as
 * it does when it has counted enough.  Where that cannot be had, figures are a
 * little less exact, no more.
 */
static void order_memory(void)
{
	glob_t g;

	dlab_sysfs_put("/proc/sys/vm/stat_refresh", "1");
	if (glob("/sys/kernel/slab/*/shrink", 0, NULL, &g))
		return;
	for (size_t i = 0; i < g.gl_pathc; i++)
		dlab_sysfs_put(g.gl_pathv[i], "1");
	globfree(&g);
}

/*
 * A group keeps its domain when it is told the type that it has, so the way to
 * another is by a third.  Identity has none of what a domain is made of: the
 * old one is gone before the new one is made, which then finds every slab as
 * the last one did.
 */
static int renew_domain(const char *device)
{
	char path[PATH_MAX], type[16];
	int ret = 0;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group/type",
		 device);
	dlab_sysfs_line(path, type, sizeof(type));
	/* an identity domain has no state, and without a group there is none */
	if (!strncmp(type, "DMA", 3))
		ret = dlab_sysfs_put(path, "identity");
	order_memory();
	if (!ret && *type)
		ret = dlab_sysfs_put(path, type);
	return ret;
}

int dlab_case_state_set(const char *device, struct dlab_err *err)
{
	const struct timespec settle = { .tv_nsec = SETTLE_NS };
	int ret;

	nanosleep(&settle, NULL);
	ret = dlab_pcibind_around(device, renew_domain);
	if (ret)
		return dlab_fail(err, -ret,
				 "cannot make the IOMMU domain of %s anew: %s",
				 device, strerror(-ret));
	/* what binding used is no part of it */
	order_memory();
	return 0;
}
