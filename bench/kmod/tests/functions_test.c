// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are stepped instructions summed by function and phase, with none lost and
 * none invented, and is it told when there was no room?
 */
#include <kunit/test.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "../functions.h"
#include "../step.h"

#define ROOM	64

static const unsigned long no_marks[DMALAB_NR_PHASES - 1];

/* These stay as they stand here, however the compiler would specialise them. */

/* two instructions for each round */
static noinline __noclone void spin(unsigned long rounds)
{
	asm volatile("1: dec %0\n\t"
		     "jnz 1b"
		     : "+r"(rounds) : : "cc");
}

/* what the phases of an operation are to it: called through pointers */
static noinline __noclone void first_of_fill(unsigned long rounds)
{
	spin(rounds);
}

static noinline __noclone void first_of_unmap(unsigned long rounds)
{
	spin(2 * rounds);
}

static void three_phases(void *arg)
{
	spin(10);
	spin(20);
	first_of_fill(100);
	first_of_unmap(500);
	spin(2000);
}

static void count_insn(const struct pt_regs *regs, void *data)
{
	++*(u64 *)data;
	dmalab_functions_insn(regs->ip);
}

/* Return: the instructions stepped */
static u64 step(struct kunit *test, const unsigned long *marks)
{
	u64 insns = 0;

	dmalab_functions_begin(marks);
	KUNIT_EXPECT_EQ(test,
			dmalab_step_run(three_phases, NULL, count_insn, &insns),
			0);
	return insns;
}

struct sums {
	struct dmalab_function rows[ROOM];
	unsigned int nr;
	u64 unnamed;
};

static struct sums *sums_alloc(struct kunit *test)
{
	struct sums *sums = kunit_kzalloc(test, sizeof(*sums), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, sums);
	return sums;
}

static void collect(struct sums *sums, unsigned int room)
{
	sums->nr = dmalab_functions_collect(sums->rows, room, &sums->unnamed);
}

/* the row of a function of this module */
static const struct dmalab_function *row(struct kunit *test,
					 const struct sums *sums,
					 const char *name)
{
	char full[DMALAB_FUNCTION_LEN];

	snprintf(full, sizeof(full), "%s [dmalab_test]", name);
	for (unsigned int i = 0; i < sums->nr; i++)
		if (!strcmp(sums->rows[i].name, full))
			return &sums->rows[i];
	KUNIT_FAIL(test, "%s is not among %u functions", full, sums->nr);
	return sums->rows;
}

static u64 insns_in(const struct sums *sums)
{
	u64 insns = 0;

	for (unsigned int i = 0; i < sums->nr; i++)
		for (unsigned int p = 0; p < DMALAB_NR_PHASES; p++)
			insns += sums->rows[i].insns[p];
	return insns;
}

static void sums_by_function_and_phase(struct kunit *test)
{
	const unsigned long marks[DMALAB_NR_PHASES - 1] = {
		(unsigned long)first_of_fill,
		(unsigned long)first_of_unmap,
	};
	struct sums *sums = sums_alloc(test);
	const struct dmalab_function *f;
	u64 insns, own;

	dmalab_functions_clear();
	insns = step(test, marks);
	collect(sums, ROOM);
	KUNIT_EXPECT_EQ(test, sums->unnamed, 0);
	KUNIT_EXPECT_EQ(test, insns_in(sums), insns);

	f = row(test, sums, "spin");
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_MAP], 2);
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_FILL], 1);
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_UNMAP], 2);
	/* the loop, and what is around it, the same for each call */
	own = f->insns[DMALAB_READ_FILL] - 2 * 100;
	KUNIT_EXPECT_LT(test, own, 2 * 100);
	KUNIT_EXPECT_EQ(test, f->insns[DMALAB_READ_MAP], 2 * 30 + 2 * own);
	KUNIT_EXPECT_EQ(test, f->insns[DMALAB_READ_UNMAP], 2 * 3000 + 2 * own);

	f = row(test, sums, "first_of_fill");
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_MAP], 0);
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_FILL], 1);
	KUNIT_EXPECT_EQ(test, f->insns[DMALAB_READ_MAP], 0);
	KUNIT_EXPECT_GT(test, f->insns[DMALAB_READ_FILL], 0);

	f = row(test, sums, "three_phases");
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_MAP], 1);
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_UNMAP], 0);
	KUNIT_EXPECT_GT(test, f->insns[DMALAB_READ_UNMAP], 0);
}

static void operations_add_up(struct kunit *test)
{
	struct sums *sums = sums_alloc(test);
	const struct dmalab_function *f;

	dmalab_functions_clear();
	for (int i = 0; i < 3; i++)
		step(test, no_marks);
	collect(sums, ROOM);
	f = row(test, sums, "spin");
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_MAP], 3 * 5);
	KUNIT_EXPECT_EQ(test, f->calls[DMALAB_READ_FILL], 0);
	/* and what was collected is gone */
	collect(sums, ROOM);
	KUNIT_EXPECT_EQ(test, sums->nr, 0);
	KUNIT_EXPECT_EQ(test, sums->unnamed, 0);
}

static void tells_what_had_no_row(struct kunit *test)
{
	struct sums *sums = sums_alloc(test);

	for (unsigned int room = 0; room < 3; room++) {
		u64 insns;

		dmalab_functions_clear();
		insns = step(test, no_marks);
		collect(sums, room);
		KUNIT_EXPECT_EQ(test, sums->nr, room);
		KUNIT_EXPECT_GT(test, sums->unnamed, 0);
		KUNIT_EXPECT_EQ(test, insns_in(sums) + sums->unnamed, insns);
	}
}

/* No function is at the addresses from 1 on. */
static void tells_what_had_no_slot(struct kunit *test)
{
	struct sums *sums = sums_alloc(test);

	dmalab_functions_clear();
	dmalab_functions_begin(no_marks);
	for (unsigned long ip = 1; ip <= DMALAB_MAX_ADDRESSES; ip++)
		dmalab_functions_insn(ip);
	for (int i = 0; i < 10; i++)
		dmalab_functions_insn((unsigned long)spin);
	collect(sums, ROOM);
	KUNIT_EXPECT_EQ(test, sums->nr, 0);
	KUNIT_EXPECT_EQ(test, sums->unnamed, DMALAB_MAX_ADDRESSES + 10);
}

static struct kunit_case functions_test_cases[] = {
	KUNIT_CASE(sums_by_function_and_phase),
	KUNIT_CASE(operations_add_up),
	KUNIT_CASE(tells_what_had_no_row),
	KUNIT_CASE(tells_what_had_no_slot),
	{}
};

static struct kunit_suite functions_suite = {
	.name = "dmalab_functions",
	.test_cases = functions_test_cases,
};

kunit_test_suite(functions_suite);
