// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does single-stepping see every instruction of a function exactly once, with
 * interrupts on and off, and does it say so when it could not?
 */
#include <kunit/test.h>
#include <linux/irqflags.h>
#include <linux/sched.h>

#include "../step.h"

/* two instructions for each round */
static void dec_jnz(void *arg)
{
	unsigned long rounds = *(unsigned long *)arg;

	asm volatile("1: dec %0\n\t"
		     "jnz 1b"
		     : "+r"(rounds) : : "cc");
}

static void saves_and_restores_flags(void *arg)
{
	unsigned long flags;

	local_irq_save(flags);
	dec_jnz(arg);
	local_irq_restore(flags);
}

static void sleeps(void *arg)
{
	schedule_timeout_uninterruptible(1);
}

static void count_insn(const struct pt_regs *regs, void *data)
{
	++*(unsigned long *)data;
}

static unsigned long insns_of(struct kunit *test, void (*fn)(void *arg),
			      unsigned long rounds)
{
	unsigned long insns = 0;
	int err = dmalab_step_run(fn, &rounds, count_insn, &insns);

	KUNIT_EXPECT_EQ(test, err, 0);
	return insns;
}

static void counts_every_instruction(struct kunit *test)
{
	unsigned long few = insns_of(test, dec_jnz, 10);

	KUNIT_EXPECT_GE(test, few, 2 * 10 + 1);
	KUNIT_EXPECT_EQ(test, insns_of(test, dec_jnz, 1010) - few, 2 * 1000);
}

static void counts_the_same_with_interrupts_off(struct kunit *test)
{
	unsigned long rounds = 5000, on = insns_of(test, dec_jnz, rounds);
	unsigned long off = 0, flags;
	int err;

	local_irq_save(flags);
	err = dmalab_step_run(dec_jnz, &rounds, count_insn, &off);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, err, 0);
	KUNIT_EXPECT_EQ(test, on, off);
}

static void steps_on_after_flags_are_restored(struct kunit *test)
{
	unsigned long few = insns_of(test, saves_and_restores_flags, 10);
	unsigned long many = insns_of(test, saves_and_restores_flags, 110);

	KUNIT_EXPECT_EQ(test, many - few, 2 * 100);
}

static void says_that_the_function_slept(struct kunit *test)
{
	unsigned long insns = 0;
	int err = dmalab_step_run(sleeps, NULL, count_insn, &insns);

	KUNIT_EXPECT_EQ(test, err, -EAGAIN);
	/* and leaves nothing behind */
	counts_every_instruction(test);
}

static void run_again(void *arg)
{
	*(int *)arg = dmalab_step_run(sleeps, NULL, count_insn, NULL);
}

static void refuses_a_second_run(struct kunit *test)
{
	unsigned long insns = 0;
	int inner = 0;
	int outer = dmalab_step_run(run_again, &inner, count_insn, &insns);

	KUNIT_EXPECT_EQ(test, outer, 0);
	KUNIT_EXPECT_EQ(test, inner, -EBUSY);
}

static struct kunit_case step_test_cases[] = {
	KUNIT_CASE(counts_every_instruction),
	KUNIT_CASE(counts_the_same_with_interrupts_off),
	KUNIT_CASE(steps_on_after_flags_are_restored),
	KUNIT_CASE(says_that_the_function_slept),
	KUNIT_CASE(refuses_a_second_run),
	{}
};

static struct kunit_suite step_suite = {
	.name = "dmalab_step",
	.test_cases = step_test_cases,
};

kunit_test_suite(step_suite);
