/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which instructions does one operation execute?  Runs a function under the
 * CPU's trap flag and shows every instruction to a callback.
 */
#ifndef _DMALAB_STEP_H
#define _DMALAB_STEP_H

#include <linux/types.h>

struct pt_regs;

/**
 * typedef dmalab_step_fn - sees one instruction before it executes
 * @regs: registers; regs->ip is the instruction
 * @data: as given to dmalab_step_run()
 *
 * Runs in the debug exception, which can come anywhere: treat it as an NMI.
 * It may take no lock, allocate nothing and print nothing.
 */
typedef void (*dmalab_step_fn)(const struct pt_regs *regs, void *data);

int dmalab_step_init(void);
void dmalab_step_exit(void);

/**
 * dmalab_step_run() - run a function, instruction by instruction
 * @fn: the function; from its first instruction to its return
 * @arg: its argument
 * @on_insn: called for each instruction
 * @data: for @on_insn
 *
 * Costs about a thousand instructions for each one; may be called with
 * interrupts on or off.  Interrupts that arrive are handled at full speed and
 * are not seen by @on_insn.  A repeated string instruction is seen once for
 * each iteration, as qemu -icount counts it; a performance counter of the CPU
 * counts it once.
 *
 * Must not be mixed with instrumentation that changes the code (kprobes,
 * function tracing) of the functions that @fn calls: its instructions would
 * be seen too.
 *
 * Return: 0 when all of @fn was seen.  -EBUSY: somebody else is stepping;
 * @fn was not run.  -EAGAIN: @fn was run, but it slept, and what came after
 * was not seen.
 */
int dmalab_step_run(void (*fn)(void *arg), void *arg, dmalab_step_fn on_insn,
		    void *data);

#endif
