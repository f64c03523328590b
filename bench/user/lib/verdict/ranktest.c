// SPDX-License-Identifier: GPL-2.0-only
/* Mann-Whitney, Hodges-Lehmann, Benjamini-Hochberg. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "verdict/ranktest.h"

/* C(50, 25) is below 2^53: the counts of arrangements are exact as doubles. */
#define MAX_EXACT 50

struct ranked {
	double value;
	bool in_a;
	unsigned int rank2; /* twice the midrank, which makes it an integer */
};

static int ranked_order(const void *x, const void *y)
{
	const struct ranked *a = x, *b = y;

	return (a->value > b->value) - (a->value < b->value);
}

/* Sorted with midranks; *@ties is the sum of t^3 - t over groups of t equals. */
static struct ranked *rank_all(const double *a, size_t na, const double *b,
			       size_t nb, double *ties)
{
	size_t n = na + nb, end;
	struct ranked *r = malloc(n * sizeof(*r));

	if (!r)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		r[i].in_a = i < na;
		r[i].value = i < na ? a[i] : b[i - na];
	}
	qsort(r, n, sizeof(*r), ranked_order);
	*ties = 0;
	for (size_t i = 0; i < n; i = end) {
		double t;

		for (end = i + 1; end < n && r[end].value == r[i].value;)
			end++;
		for (size_t j = i; j < end; j++)
			r[j].rank2 = (unsigned int)(i + 1 + end);
		t = (double)(end - i);
		*ties += t * t * t - t;
	}
	return r;
}

/*
 * How many ways there are to choose @k of the @n doubled ranks so that their
 * sum is s, for s up to @max: the permutation distribution, by dynamic
 * programming over (chosen, sum).
 */
static double *arrangements(const struct ranked *r, size_t n, size_t k,
			    size_t max)
{
	double *ways = calloc((k + 1) * (max + 1), sizeof(*ways));
	double *row;

	if (!ways)
		return NULL;
	ways[0] = 1;
	for (size_t i = 0; i < n; i++) {
		size_t w = r[i].rank2;

		for (size_t c = i + 1 < k ? i + 1 : k; c > 0; c--)
			for (size_t s = w; s <= max; s++)
				ways[c * (max + 1) + s] +=
					ways[(c - 1) * (max + 1) + s - w];
	}
	row = malloc((max + 1) * sizeof(*row));
	if (row)
		memcpy(row, ways + k * (max + 1), (max + 1) * sizeof(*row));
	free(ways);
	return row;
}

/* The rank sum of a, doubled. */
static size_t rank_sum2(const struct ranked *r, size_t n)
{
	size_t sum = 0;

	for (size_t i = 0; i < n; i++)
		if (r[i].in_a)
			sum += r[i].rank2;
	return sum;
}

static int exact_p(const struct ranked *r, size_t na, size_t nb, double *p)
{
	size_t n = na + nb, max = n * (n + 1);
	double *ways = arrangements(r, n, na, max);
	/* twice the mean of the doubled sum: an integer, too */
	size_t mean2 = 2 * na * (n + 1);
	size_t seen = 2 * rank_sum2(r, n);
	size_t far = seen > mean2 ? seen - mean2 : mean2 - seen;
	double all = 0, beyond = 0;

	if (!ways)
		return -ENOMEM;
	for (size_t s = 0; s <= max; s++) {
		size_t d = 2 * s > mean2 ? 2 * s - mean2 : mean2 - 2 * s;

		all += ways[s];
		if (d >= far)
			beyond += ways[s];
	}
	free(ways);
	*p = beyond / all;
	return 0;
}

static double normal_p(const struct ranked *r, size_t na, size_t nb,
		       double ties)
{
	double n = (double)(na + nb), m = (double)na * (double)nb;
	double u = (double)rank_sum2(r, na + nb) / 2 -
		   (double)na * ((double)na + 1) / 2;
	double var = m / 12 * (n + 1 - ties / (n * (n - 1)));
	double z = fabs(u - m / 2) - 0.5;

	if (var <= 0 || z <= 0)
		return 1;
	return fmin(1, 2 * gsl_cdf_ugaussian_Q(z / sqrt(var)));
}

/*
 * The largest k with P(U <= k - 1) <= @tail where there are no ties; 0 when
 * even k = 1 is too many.
 */
static int rank_cut(size_t na, size_t nb, double tail, size_t *k)
{
	size_t n = na + nb, max = n * (n + 1), least = na * (na + 1);
	struct ranked r[MAX_EXACT];
	double all = 0, below = 0;
	double *ways;

	*k = 0;
	if (n > MAX_EXACT) {
		double m = (double)na * (double)nb;
		double z = gsl_cdf_ugaussian_Qinv(tail);
		double cut = m / 2 - z * sqrt(m * ((double)n + 1) / 12);

		*k = cut < 1 ? 0 : (size_t)cut;
		return 0;
	}
	for (size_t i = 0; i < n; i++)
		r[i].rank2 = 2 * ((unsigned int)i + 1);
	ways = arrangements(r, n, na, max);
	if (!ways)
		return -ENOMEM;
	for (size_t s = 0; s <= max; s++)
		all += ways[s];
	/* U = rank sum - its least; the doubled sums come in steps of 2 */
	for (size_t s = least; s <= max; s += 2) {
		below += ways[s];
		if (below / all > tail)
			break;
		++*k;
	}
	free(ways);
	return 0;
}

static int hodges_lehmann(const double *a, size_t na, const double *b,
			  size_t nb, double alpha, struct dlab_ranktest *out)
{
	double *d = malloc(na * nb * sizeof(*d));
	size_t k;
	int ret;

	if (!d)
		return -ENOMEM;
	for (size_t i = 0; i < na; i++)
		for (size_t j = 0; j < nb; j++)
			d[i * nb + j] = b[j] - a[i];
	dlab_sort(d, na * nb);
	out->shift = dlab_median_sorted(d, na * nb);
	ret = rank_cut(na, nb, alpha / 2, &k);
	out->bounded = !ret && k;
	out->low = out->bounded ? d[k - 1] : -INFINITY;
	out->high = out->bounded ? d[na * nb - k] : INFINITY;
	free(d);
	return ret;
}

int dlab_rank_test(const double *a, size_t na, const double *b, size_t nb,
		   double alpha, struct dlab_ranktest *out)
{
	double ties;
	struct ranked *r = rank_all(a, na, b, nb, &ties);
	int ret = 0;

	if (!r)
		return -ENOMEM;
	if (na + nb <= MAX_EXACT)
		ret = exact_p(r, na, nb, &out->p);
	else
		out->p = normal_p(r, na, nb, ties);
	free(r);
	return ret ? ret : hodges_lehmann(a, na, b, nb, alpha, out);
}

double dlab_rank_least_p(size_t na, size_t nb)
{
	double p = 2;

	/* 2 / C(na + nb, na) */
	for (size_t i = 1; i <= na; i++)
		p *= (double)i / (double)(nb + i);
	return fmin(1, p);
}

unsigned int dlab_rank_boots_for(double p)
{
	unsigned int n = 1;

	while (dlab_rank_least_p(n, n) > p)
		n++;
	return n;
}

static int double_order(const void *a, const void *b)
{
	const double *x = *(const double *const *)a;
	const double *y = *(const double *const *)b;

	return (*x > *y) - (*x < *y);
}

int dlab_bh(const double *p, double *q, size_t n)
{
	const double **order = malloc((n + 1) * sizeof(*order));
	double least = 1;

	if (!order)
		return -ENOMEM;
	for (size_t i = 0; i < n; i++)
		order[i] = &p[i];
	if (n)
		qsort(order, n, sizeof(*order), double_order);
	for (size_t i = n; i > 0; i--) {
		least = fmin(least, *order[i - 1] * (double)n / (double)i);
		q[order[i - 1] - p] = least;
	}
	free(order);
	return 0;
}
