/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What does the instruction that is about to execute do to memory?  Enough of
 * an x86-64 decoder to tell locked operations, cache-line flushes and plain
 * stores apart, used by the single-stepping counters.
 */
#ifndef _DMALAB_INSN_H
#define _DMALAB_INSN_H

#include <linux/bits.h>
#include <linux/ptrace.h>
#include <linux/types.h>

/* a locked operation: LOCK prefix, or XCHG with memory, which implies it */
#define DMALAB_INSN_LOCK	BIT(0)
/* CLFLUSH, CLFLUSHOPT or CLWB: one cache line */
#define DMALAB_INSN_CLFLUSH	BIT(1)
/* a plain store; its address is known */
#define DMALAB_INSN_STORE	BIT(2)

/**
 * struct dmalab_insn - what one instruction does
 * @flags: DMALAB_INSN_*
 * @addr: address of the store, with DMALAB_INSN_STORE
 */
struct dmalab_insn {
	unsigned int flags;
	unsigned long addr;
};

/**
 * dmalab_insn_decode() - classify one kernel instruction
 * @code: its first byte; no byte beyond its end is read
 * @regs: registers before it executes, to compute addresses from
 *
 * A kernel that boots with one CPU overwrites its LOCK prefixes (F0) with DS
 * prefixes (3E).  Such an operation is reported as locked too: it is what the
 * same code executes on every machine that has two CPUs, and counts from
 * guests of one CPU stay comparable with others.
 *
 * Not followed: stores relative to the instruction pointer or to FS and GS,
 * and vector stores.  None of them reaches device memory in kernel code.
 *
 * Return: what it does; no flags for everything that is none of the above.
 */
struct dmalab_insn dmalab_insn_decode(const u8 *code,
				      const struct pt_regs *regs);

/* Is this address uncached or write-combined, as only device memory is? */
bool dmalab_is_device_memory(unsigned long addr);

#endif
