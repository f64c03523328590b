// SPDX-License-Identifier: GPL-2.0-only
/* Does the counter count instructions?  Ask loops whose length is known. */
#include <stddef.h>
#include <time.h>

#include "io/ticks.h"

#define TURNS	100000UL
#define TRIES	8
/* what reading the counter and setting up the loop may cost */
#define SLACK	64

#if defined(__x86_64__)
#define LOOP(pad)                                                            \
	__asm__ volatile("1:\n" pad "dec %0\n"                               \
			 "jnz 1b\n"                                          \
			 : "+r"(turns)                                       \
			 :                                                   \
			 : "cc")
#elif defined(__aarch64__)
#define LOOP(pad)                                                            \
	__asm__ volatile("1:\n" pad "subs %0, %0, #1\n"                      \
			 "b.ne 1b\n"                                         \
			 : "+r"(turns)                                       \
			 :                                                   \
			 : "cc")
#endif

static void loop_of_2(unsigned long turns)
{
	LOOP("");
}

static void loop_of_5(unsigned long turns)
{
	LOOP("nop\nnop\nnop\n");
}

static uint64_t best_of(void (*loop)(unsigned long))
{
	uint64_t best = UINT64_MAX;
	size_t i;

	for (i = 0; i < TRIES; i++) {
		uint64_t start = dlab_ticks(), ticks;

		loop(TURNS);
		ticks = dlab_ticks() - start;
		if (ticks < best)
			best = ticks;
	}
	return best;
}

static bool close_to(uint64_t ticks, uint64_t insns)
{
	return ticks >= insns && ticks < insns + SLACK;
}

bool dlab_ticks_count_insns(void)
{
	return close_to(best_of(loop_of_2), 2 * TURNS) &&
	       close_to(best_of(loop_of_5), 5 * TURNS);
}

void dlab_ticks_mark(struct dlab_ticks_mark *mark)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	mark->ns = (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
	mark->ticks = dlab_ticks();
}

double dlab_ticks_unit(const struct dlab_ticks_mark *since)
{
	struct dlab_ticks_mark now;

	if (dlab_ticks_count_insns())
		return 1;
	dlab_ticks_mark(&now);
	return (double)(now.ns - since->ns) /
	       (double)(now.ticks - since->ticks);
}
