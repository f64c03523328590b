/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every case starts from one state: what ran before it, or was left out, moves
 * none of its counts.
 */
#ifndef DLAB_CASESTATE_H
#define DLAB_CASESTATE_H

#include "err.h"

/* Which state; boot.json has it as `case_state` where it can be had. */
#define DLAB_CASE_STATE 1

/**
 * dlab_case_state_set - make the state that every case starts from
 * @device: PCI device, bound to the module by driver_override; it is bound
 *	again, so whoever is attached to it must attach once more
 *
 * Return: 0, or -errno with a sentence: some machines cannot have it, since
 * others are in the device's IOMMU group.  The device is bound either way.
 */
int dlab_case_state_set(const char *device, struct dlab_err *err);

#endif
