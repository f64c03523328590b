/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Do two sets of boots differ, by how much, and could so few boots have shown
 * it?  Rank statistics: nothing is assumed of how times are distributed.
 */
#ifndef DLAB_RANKTEST_H
#define DLAB_RANKTEST_H

#include <stdbool.h>
#include <stddef.h>

/**
 * struct dlab_ranktest - what two samples say about the shift between them
 * @p: two-sided p-value of the Mann-Whitney test; exact (the permutation
 *     distribution of the midranks, so ties are in it) up to 50 values
 *     together, beyond that the normal approximation with continuity and tie
 *     correction
 * @shift: Hodges-Lehmann estimate of b - a: the median of all differences
 * @low: rank interval of the shift; where so few values cannot give one of
 * @high: the level asked for, @bounded is false and these are infinite
 * @bounded: the interval has the level asked for
 */
struct dlab_ranktest {
	double p;
	double shift;
	double low;
	double high;
	bool bounded;
};

/**
 * dlab_rank_test - compare two samples
 * @alpha: 1 - level of the interval
 *
 * Mann & Whitney 1947; Hodges & Lehmann 1963; the interval as in Hollander &
 * Wolfe, Nonparametric Statistical Methods, 4.3.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_rank_test(const double *a, size_t na, const double *b, size_t nb,
		   double alpha, struct dlab_ranktest *out);

/* The least p-value that so many values can give: 2 / C(na + nb, na). */
double dlab_rank_least_p(size_t na, size_t nb);

/* How many values on each side it takes to be able to reach @p (> 0). */
unsigned int dlab_rank_boots_for(double p);

/**
 * dlab_bh - Benjamini-Hochberg
 * @p: p-values of one family
 * @q: out: adjusted p-values; q <= alpha rejects with false discovery rate
 *     alpha
 *
 * Benjamini & Hochberg 1995.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_bh(const double *p, double *q, size_t n);

#endif
