/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine ended before its cases had: did the host do that to it?  What the
 * host did is an outcome of nobody's: the run stays unfinished.
 */
#ifndef DLAB_HOSTFAULT_H
#define DLAB_HOSTFAULT_H

#include <stdbool.h>

#include "err.h"

/* Without so much room where a boot writes, nothing that happens to it counts. */
#define DLAB_ROOM_BYTES (16L << 20)

/**
 * struct dlab_ended - what is known of a machine that ended
 * @what: "QEMU", or "dlab measure" for this machine itself
 * @dir: of the boot: where it wrote, and where qemu.log is
 * @guest: it was a guest
 * @wstatus: of wait()
 * @panicked: its kernel said so
 * @shipped: it said that all of its results had left it
 */
struct dlab_ended {
	const char *what;
	const char *dir;
	bool guest;
	int wstatus;
	bool panicked;
	bool shipped;
};

/**
 * dlab_hostfault - was it the host?
 *
 * It was where there is no room left, where a signal came from outside (all but
 * those with which a program itself ends, such as SIGSEGV), where QEMU gave up by
 * itself, and where results left the guest and did not arrive.  A kernel that
 * panicked did so by itself.
 *
 * Return: 0: no, the machine itself ended so; else -errno, and @err says what
 * the host did.
 */
int dlab_hostfault(const struct dlab_ended *e, struct dlab_err *err);

#endif
