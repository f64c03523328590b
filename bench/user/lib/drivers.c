// SPDX-License-Identifier: GPL-2.0-only
/* Which drivers are there?  One line registers one. */
#include <string.h>

#include "driver.h"

extern const struct dlab_driver dlab_driver_fault;
extern const struct dlab_driver dlab_driver_fio;
extern const struct dlab_driver dlab_driver_kmod;
extern const struct dlab_driver dlab_driver_ktap;
extern const struct dlab_driver dlab_driver_map_benchmark;
extern const struct dlab_driver dlab_driver_null;
extern const struct dlab_driver dlab_driver_nvme_uring;

const struct dlab_driver *const dlab_drivers[] = {
	&dlab_driver_null,
	&dlab_driver_kmod,
	&dlab_driver_nvme_uring,
	&dlab_driver_fio,
	&dlab_driver_map_benchmark,
	&dlab_driver_ktap,
	&dlab_driver_fault,
	NULL,
};

const struct dlab_driver *dlab_driver_find(const char *name)
{
	for (const struct dlab_driver *const *d = dlab_drivers; *d; d++)
		if (!strcmp((*d)->name, name))
			return *d;
	return NULL;
}
