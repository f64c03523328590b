/* SPDX-License-Identifier: GPL-2.0-only */
/* Reproducible pseudo-random numbers: SplitMix64 (Steele, Lea, Flood 2014). */
#ifndef DLAB_PRNG_H
#define DLAB_PRNG_H

#include <stdint.h>

/* The finalizer: a bijection that spreads every bit of @x over the result. */
static inline uint64_t dlab_mix64(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9ULL;
	x = (x ^ x >> 27) * 0x94d049bb133111ebULL;
	return x ^ x >> 31;
}

static inline uint64_t dlab_random(uint64_t *state)
{
	*state += 0x9e3779b97f4a7c15ULL;
	return dlab_mix64(*state);
}

/* Uniform in [0, @n) to within n / 2^64. */
static inline uint64_t dlab_random_below(uint64_t *state, uint64_t n)
{
	return (uint64_t)((unsigned __int128)dlab_random(state) * n >> 64);
}

#endif
