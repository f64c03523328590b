/* SPDX-License-Identifier: GPL-2.0-only */
/* Order statistics of samples and of log-linear histograms; numbers as text. */
#ifndef DLAB_NUMBERS_H
#define DLAB_NUMBERS_H

#include <stddef.h>
#include <stdint.h>

/**
 * struct dlab_bucket - one bucket of a histogram
 * @low: least value that falls in it
 * @count: how many did
 */
struct dlab_bucket {
	double low;
	uint64_t count;
};

/* Ascending; NANs are not allowed in. */
void dlab_sort(double *v, size_t n);

/* Middle value, or the mean of the two middle ones; @sorted, @n at least 1. */
double dlab_median_sorted(const double *sorted, size_t n);

/* The same of values in any order; @n at least 1.  NAN when out of memory. */
double dlab_median(const double *v, size_t n);

/**
 * dlab_mad - median absolute deviation from @centre, not scaled
 * Return: NAN when out of memory.
 */
double dlab_mad(const double *v, size_t n, double centre);

/**
 * dlab_hist_merge - sort buckets by their lower edge and add up equal ones
 * Return: how many are left.
 */
size_t dlab_hist_merge(struct dlab_bucket *b, size_t n);

/* How many values the buckets hold. */
uint64_t dlab_hist_count(const struct dlab_bucket *b, size_t n);

/**
 * dlab_hist_quantile - the @q-th quantile of a histogram, nearest rank
 * @b: merged, not empty
 *
 * Return: the lower edge of the bucket that holds it.  The true quantile is
 * that or above it by less than a bucket's width, which dlab's histograms keep
 * below 1/32 of the edge (3.2 %).
 */
double dlab_hist_quantile(const struct dlab_bucket *b, size_t n, double q);

/**
 * dlab_hist_mad - median absolute deviation of the bucket edges from @centre
 * Return: NAN when out of memory.
 */
double dlab_hist_mad(const struct dlab_bucket *b, size_t n, double centre);

/* The ending of a noun that so many are counted by: "", or "s". */
static inline const char *dlab_s(size_t n)
{
	return n == 1 ? "" : "s";
}

#define DLAB_NUMBER_LEN 32

/**
 * dlab_number - a number as results hold it
 * @text: at least DLAB_NUMBER_LEN bytes
 *
 * Integers without a point, anything else with 17 digits, which reads back as
 * the same double; "-" for NAN.
 *
 * Return: @text.
 */
const char *dlab_number(double v, char *text);

/**
 * dlab_number_parse - the reverse
 * Return: 0, or -EINVAL: signs, digits, point and exponent only, finite.
 */
int dlab_number_parse(const char *text, double *v);

#endif
