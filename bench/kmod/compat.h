/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What differs between the kernels that the module builds on, and what is the
 * processor's own.  The only file that asks for LINUX_VERSION_CODE; each block
 * names the commit and the version that made it necessary.
 */
#ifndef DMALAB_COMPAT_H
#define DMALAB_COMPAT_H

#include <linux/types.h>
#include <linux/version.h>

#include <asm/msr.h>
#include <asm/tsc.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 12, 0)
#error "dmalab needs Linux 6.12 or later"
#endif

/* the time-stamp counter, read after everything before it has finished */
static __always_inline u64 dmalab_ticks(void)
{
	return rdtsc_ordered();
}

#endif
