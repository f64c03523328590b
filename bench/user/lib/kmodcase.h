/* SPDX-License-Identifier: GPL-2.0-only */
/* Cases of the driver kmod, as the module takes them. */
#ifndef DLAB_KMODCASE_H
#define DLAB_KMODCASE_H

#include "driver.h"
#include "kmod.h"
#include "pcibind.h"

/**
 * dlab_kmod_take - open the module and attach it to the machine's device
 * @kmod: out
 * @binding: out: what dlab_kmod_give() gives back
 *
 * Return: 0; -ENODEV when there is no module or no device; -errno.
 */
int dlab_kmod_take(struct dlab_kmod **kmod, struct dlab_pcibind *binding,
		   const struct dlab_machine *machine, struct dlab_err *err);
void dlab_kmod_give(struct dlab_kmod *kmod, struct dlab_pcibind *binding);

/**
 * dlab_kmod_fill_run - the transfer, its number of operations and its node
 * @c: a case of the driver kmod
 * @r: out: all but the pass and what belongs to it
 *
 * Return: 0, or -EINVAL with a sentence that names the key.
 */
int dlab_kmod_fill_run(const struct dlab_case *c, struct dmalab_run *r,
		       struct dlab_err *err);

#endif
