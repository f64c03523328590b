/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where does a noisy series change its level?  E-divisive means: splits that
 * separate the values most, each tested by permutation.
 *
 * Matteson & James, A Nonparametric Approach for Multiple Change Point Analysis
 * of Multivariate Data, JASA 109 (2014); here in one dimension with exponent 1,
 * and with clusters that reach to the end of their segment.
 */
#ifndef DLAB_EDIVISIVE_H
#define DLAB_EDIVISIVE_H

#include <stddef.h>

/* Shorter segments are not told from outliers. */
#define DLAB_EDIVISIVE_SEGMENT 3

/**
 * struct dlab_change_point - a split
 * @at: index of the first value behind it
 * @p: of its permutation test
 */
struct dlab_change_point {
	size_t at;
	double p;
};

/**
 * dlab_edivisive - find the changes of a series
 * @v: values in order
 * @n: how many
 * @alpha: a split whose p is above that is none, and ends the search
 * @permutations: at most so many for each test; the least p is 1 / (this + 1)
 * @most: at most so many changes, at most @n; with @alpha 1 and @most 1 this is
 *        the test of whether there is any
 * @out: room for @most changes; filled in order of @at
 * @nr: out: how many
 *
 * Permutes within the segments found so far and compares with the best split of
 * all of them.  A test that will not reject ends early (Besag & Clifford 1991),
 * which keeps its p valid.  The random numbers start from the same state every
 * time: the same series has the same changes.
 *
 * Assumes that without a change any order of the values is as likely as any
 * other.
 *
 * Return: 0, or -ENOMEM.
 */
int dlab_edivisive(const double *v, size_t n, double alpha,
		   unsigned int permutations, size_t most,
		   struct dlab_change_point *out, size_t *nr);

/* The least p that so many values can give, however far apart they are. */
double dlab_edivisive_least_p(size_t n);

/* How many values it takes to be able to reach @p (> 0). */
size_t dlab_edivisive_values_for(double p);

#endif
