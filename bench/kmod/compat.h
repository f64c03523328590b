/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is the processor's own, and what differs between the kernels that the
 * module builds on.  The only file that may ask for LINUX_VERSION_CODE; each
 * such block names the commit and the version that made it necessary.
 */
#ifndef DMALAB_COMPAT_H
#define DMALAB_COMPAT_H

#include <linux/hardirq.h>
#include <linux/kernel_stat.h>
#include <linux/types.h>

#include <asm/msr.h>
#include <asm/tsc.h>

/* the time-stamp counter, read after everything before it has finished */
static __always_inline u64 dmalab_ticks(void)
{
	return rdtsc_ordered();
}

/* a performance counter; written out, for the kernel's own macro was renamed */
static __always_inline u64 dmalab_rdpmc(int counter)
{
	u32 low, high;

	asm volatile("rdpmc" : "=a"(low), "=d"(high) : "c"(counter));
	return (u64)high << 32 | low;
}

/*
 * Interrupts that this CPU has taken.  Those of devices are in irqs_sum; the
 * local timer and the other CPUs' are in counters of the architecture.
 */
static inline u64 dmalab_irqs(void)
{
	const irq_cpustat_t *stat = this_cpu_ptr(&irq_stat);

	return kstat_cpu_irqs_sum(raw_smp_processor_id()) +
	       stat->apic_timer_irqs + stat->irq_resched_count +
	       stat->irq_call_count;
}

#endif
