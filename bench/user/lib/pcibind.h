/* SPDX-License-Identifier: GPL-2.0-only */
/* Takes a PCI device from its driver for the lab, and gives it back. */
#ifndef DLAB_PCIBIND_H
#define DLAB_PCIBIND_H

#include "err.h"

/**
 * struct dlab_pcibind - what dlab_pcibind_give() needs to give back
 */
struct dlab_pcibind {
	char device[32];
	char driver[64];
};

/**
 * dlab_pcibind_take - bind @device to @driver by driver_override
 * The driver that had it is remembered.  Only ever called for a device that
 * the user or the topology named.
 *
 * Return: 0; -ENODEV when @device is NULL, since none was named; -errno.
 */
int dlab_pcibind_take(struct dlab_pcibind *b, const char *device,
		      const char *driver, struct dlab_err *err);

/**
 * dlab_pcibind_around - do what needs the device to have no driver
 * @device: it has the driver that its driver_override names
 * @fn: what; the device is bound again whatever it returns
 *
 * Return: what @fn returned, or -errno.
 */
int dlab_pcibind_around(const char *device, int (*fn)(const char *device));

/* Undo dlab_pcibind_take(); does nothing if nothing was taken. */
void dlab_pcibind_give(struct dlab_pcibind *b);

#endif
