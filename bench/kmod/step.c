// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which instructions does one operation execute?
 *
 * The trap flag makes the CPU raise #DB after every instruction.  The kernel
 * enters that exception like an NMI (irqentry_nmi_enter), so it may come with
 * interrupts off, inside locks and inside lockdep itself; the trap flag is
 * off in handlers, so neither this one nor interrupts are stepped.  What the
 * kernel does not do is give the flag back to a task that slept: switching
 * tasks carries the flags register along.  Therefore a trap in another task
 * ends the stepping, and the caller is told.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/err.h>
#include <linux/kdebug.h>
#include <linux/notifier.h>
#include <linux/sched.h>
#include <kunit/visibility.h>
#include <asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/ptrace.h>

#include "step.h"

enum step_state {
	STEP_ARMED,	/* trap flag set, @fn not yet entered */
	STEP_INSIDE,
	STEP_RETURNED,
	STEP_LOST,	/* the operation slept */
};

struct step_run {
	struct task_struct *task;
	void (*fn)(void *arg);
	dmalab_step_fn on_insn;
	void *data;
	enum step_state state;
	unsigned long return_ip;
	unsigned long return_sp;
};

static atomic_t step_busy = ATOMIC_INIT(0);
static struct step_run *step_current;

static void step_trap(struct step_run *run, struct pt_regs *regs)
{
	if (run->task != current) {
		run->state = STEP_LOST;
		regs->flags &= ~X86_EFLAGS_TF;
		return;
	}

	/* entered with nothing but the return address pushed */
	if (run->state == STEP_ARMED && regs->ip == (unsigned long)run->fn) {
		run->state = STEP_INSIDE;
		run->return_ip = *(unsigned long *)regs->sp;
		run->return_sp = regs->sp + sizeof(unsigned long);
	}
	if (run->state != STEP_INSIDE)
		return;

	if (regs->ip == run->return_ip && regs->sp == run->return_sp) {
		run->state = STEP_RETURNED;
		regs->flags &= ~X86_EFLAGS_TF;
		return;
	}
	run->on_insn(regs, run->data);
}

static int step_notify(struct notifier_block *nb, unsigned long event,
		       void *data)
{
	struct step_run *run = READ_ONCE(step_current);
	struct die_args *args = data;
	/* arch/x86 passes the address of its copy of DR6 as the error */
	unsigned long *dr6 = (unsigned long *)args->err;

	if (event != DIE_DEBUG || !run || user_mode(args->regs) ||
	    !(*dr6 & DR_STEP))
		return NOTIFY_DONE;

	step_trap(run, args->regs);
	*dr6 &= ~DR_STEP;
	return *dr6 ? NOTIFY_DONE : NOTIFY_STOP;
}

static struct notifier_block step_nb = {
	.notifier_call = step_notify,
};

static __always_inline void set_trap_flag(void)
{
	asm volatile("pushfq\n\t"
		     "orq %[tf], (%%rsp)\n\t"
		     "popfq"
		     : : [tf] "i"(X86_EFLAGS_TF) : "memory", "cc");
}

static __always_inline void clear_trap_flag(void)
{
	asm volatile("pushfq\n\t"
		     "andq %[not_tf], (%%rsp)\n\t"
		     "popfq"
		     : : [not_tf] "i"(~X86_EFLAGS_TF) : "memory", "cc");
}

int dmalab_step_run(void (*fn)(void *arg), void *arg, dmalab_step_fn on_insn,
		    void *data)
{
	struct step_run run = {
		.task = current,
		.fn = fn,
		.on_insn = on_insn,
		.data = data,
		.state = STEP_ARMED,
	};

	if (atomic_cmpxchg(&step_busy, 0, 1))
		return -EBUSY;
	WRITE_ONCE(step_current, &run);

	set_trap_flag();
	fn(arg);
	clear_trap_flag();

	WRITE_ONCE(step_current, NULL);
	atomic_set_release(&step_busy, 0);
	return READ_ONCE(run.state) == STEP_RETURNED ? 0 : -EAGAIN;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_step_run);

int dmalab_step_init(void)
{
	return register_die_notifier(&step_nb);
}

void dmalab_step_exit(void)
{
	unregister_die_notifier(&step_nb);
}
