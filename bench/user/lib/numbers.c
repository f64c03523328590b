// SPDX-License-Identifier: GPL-2.0-only
/* Order statistics of samples and of log-linear histograms. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"

static int number_order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

void dlab_sort(double *v, size_t n)
{
	qsort(v, n, sizeof(*v), number_order);
}

double dlab_median_sorted(const double *sorted, size_t n)
{
	if (n % 2)
		return sorted[n / 2];
	return sorted[n / 2 - 1] + (sorted[n / 2] - sorted[n / 2 - 1]) / 2;
}

double dlab_median(const double *v, size_t n)
{
	double *copy = malloc(n * sizeof(*copy));
	double m = NAN;

	if (copy) {
		memcpy(copy, v, n * sizeof(*copy));
		dlab_sort(copy, n);
		m = dlab_median_sorted(copy, n);
	}
	free(copy);
	return m;
}

double dlab_mad(const double *v, size_t n, double centre)
{
	double *dev = malloc(n * sizeof(*dev));
	double m = NAN;

	if (dev) {
		for (size_t i = 0; i < n; i++)
			dev[i] = fabs(v[i] - centre);
		dlab_sort(dev, n);
		m = dlab_median_sorted(dev, n);
	}
	free(dev);
	return m;
}

static int bucket_order(const void *a, const void *b)
{
	const struct dlab_bucket *x = a, *y = b;

	return (x->low > y->low) - (x->low < y->low);
}

size_t dlab_hist_merge(struct dlab_bucket *b, size_t n)
{
	size_t out = 0;

	if (n)
		qsort(b, n, sizeof(*b), bucket_order);
	for (size_t i = 0; i < n; i++) {
		if (out && b[out - 1].low == b[i].low)
			b[out - 1].count += b[i].count;
		else
			b[out++] = b[i];
	}
	return out;
}

uint64_t dlab_hist_count(const struct dlab_bucket *b, size_t n)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += b[i].count;
	return sum;
}

double dlab_hist_quantile(const struct dlab_bucket *b, size_t n, double q)
{
	uint64_t total = dlab_hist_count(b, n);
	double rank = ceil(q * (double)total);
	uint64_t seen = 0;

	for (size_t i = 0; i < n; i++) {
		seen += b[i].count;
		if ((double)seen >= rank)
			return b[i].low;
	}
	return b[n - 1].low;
}

double dlab_hist_mad(const struct dlab_bucket *b, size_t n, double centre)
{
	struct dlab_bucket *dev = malloc(n * sizeof(*dev));
	double m = NAN;

	if (dev) {
		for (size_t i = 0; i < n; i++) {
			dev[i].low = fabs(b[i].low - centre);
			dev[i].count = b[i].count;
		}
		m = dlab_hist_quantile(dev, dlab_hist_merge(dev, n), 0.5);
	}
	free(dev);
	return m;
}

const char *dlab_number(double v, char *text)
{
	if (isnan(v))
		return strcpy(text, "-");
	/* 2^53: up to there every integer is a double */
	if (v == nearbyint(v) && fabs(v) <= 9007199254740992.0)
		snprintf(text, DLAB_NUMBER_LEN, "%.0f", v == 0 ? 0.0 : v);
	else
		snprintf(text, DLAB_NUMBER_LEN, "%.17g", v);
	return text;
}

int dlab_number_parse(const char *text, double *v)
{
	char *end;

	/* strtod() also takes blanks, hexadecimals, "inf" and "nan" */
	if (!*text || text[strspn(text, "0123456789+-.eE")])
		return -EINVAL;
	*v = strtod(text, &end);
	if (*end || end == text || !isfinite(*v))
		return -EINVAL;
	return 0;
}
