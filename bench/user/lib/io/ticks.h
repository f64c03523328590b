/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The CPU's own counter, readable from user space: nanoseconds in disguise on
 * hardware, retired instructions in a guest under qemu -icount shift=0.
 */
#ifndef DLAB_TICKS_H
#define DLAB_TICKS_H

#include <stdbool.h>
#include <stdint.h>

static inline uint64_t dlab_ticks(void)
{
#if defined(__x86_64__)
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi) : : "memory");
	return (uint64_t)hi << 32 | lo;
#elif defined(__aarch64__)
	uint64_t t;

	__asm__ volatile("isb; mrs %0, cntvct_el0" : "=r"(t) : : "memory");
	return t;
#else
#error "dlab_ticks: name this architecture's counter"
#endif
}

/**
 * dlab_ticks_count_insns - whether one tick is one retired instruction
 *
 * Two loops of different make and known length are timed, the best of several
 * times each; a counter of time may agree with one of them by chance, hardly
 * with both.
 *
 * Return: true where dlab_ticks() counts instructions.
 */
bool dlab_ticks_count_insns(void);

/**
 * struct dlab_ticks_mark - a moment by two clocks
 * @ticks: dlab_ticks()
 * @ns: CLOCK_MONOTONIC
 */
struct dlab_ticks_mark {
	uint64_t ticks;
	uint64_t ns;
};

void dlab_ticks_mark(struct dlab_ticks_mark *mark);

/**
 * dlab_ticks_unit - what one tick is
 * @since: some milliseconds ago or more
 *
 * Return: 1 where dlab_ticks_count_insns(), else its length in nanoseconds.
 */
double dlab_ticks_unit(const struct dlab_ticks_mark *since);

#endif
