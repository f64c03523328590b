/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a driver (bench/user/drivers/<name>.c) is: it runs one case on the
 * machine it is on and hands over samples.  One line in drivers.c registers it.
 */
#ifndef DLAB_DRIVER_H
#define DLAB_DRIVER_H

#include "err.h"
#include "out.h"
#include "workload.h"

enum dlab_key_type { DLAB_KEY_WORD, DLAB_KEY_UINT, DLAB_KEY_SIZE };

/**
 * struct dlab_key - a key that a workload may give to a driver
 * @name: the key
 * @type: what its value may be; checked when a workload is loaded
 * @def: default as it would be written, or NULL: the key must be given
 * @about: one sentence for `dlab list --keys`
 */
struct dlab_key {
	const char *name;
	enum dlab_key_type type;
	const char *def;
	const char *about;
};

/**
 * enum dlab_status - how a case ended; never merged
 */
enum dlab_status {
	DLAB_OK,
	DLAB_SKIP,
	DLAB_FAIL,
	DLAB_TIMEOUT,
	DLAB_CRASH,
	DLAB_NR_STATUS,
};

const char *dlab_status_name(enum dlab_status status);
int dlab_status_parse(const char *name, enum dlab_status *status);

/**
 * struct dlab_machine - what the machine at hand offers to drivers
 * @dma_device: PCI address of the device that the module may bind, or NULL
 * @borrow: the module borrows it instead of binding it
 * @nvme_blk: block device that I/O drivers may overwrite ("/dev/nvme0n1"), or
 *            NULL; never guessed, always named by topology or config.local
 * @nvme_char: its generic character device ("/dev/ng0n1"), or NULL
 */
struct dlab_machine {
	const char *dma_device;
	bool borrow;
	const char *nvme_blk;
	const char *nvme_char;
};

/**
 * struct dlab_driver - a driver
 * @name: the `driver =` of a workload file
 * @about: one sentence
 * @keys: keys it takes, ended by an entry without name
 * @unstepped: files of the kernel's source that its counted I/O goes through, as
 *             shell patterns; no step says which of their functions.  May be NULL
 * @module: none of its cases can be measured without dmalab.ko
 * @setup: called before the first case of a boot, may be NULL; -errno fails
 *         all the driver's cases with @err's sentence (-ENODEV: skips them)
 * @run: one case.  Emits its samples into @out.  On any status but DLAB_OK
 *       @err holds the reason, and what was emitted for the case is dropped
 * @teardown: called after the last case when @setup succeeded, may be NULL
 */
struct dlab_driver {
	const char *name;
	const char *about;
	const struct dlab_key *keys;
	const char *unstepped;
	bool module;
	int (*setup)(const struct dlab_machine *machine, struct dlab_err *err);
	enum dlab_status (*run)(const struct dlab_case *c, struct dlab_out *out,
				struct dlab_err *err);
	void (*teardown)(void);
};

const struct dlab_driver *dlab_driver_find(const char *name);
/* all of them, ended by NULL */
extern const struct dlab_driver *const dlab_drivers[];

#endif
