// SPDX-License-Identifier: GPL-2.0-only
/* Medians, deviations, histograms, numbers as text: known answers. */
#include <stdlib.h>

#include "numbers.h"
#include "summary.h"
#include "test.h"

static void median_of_odd_and_even(void)
{
	const double one[] = { 7 }, odd[] = { 3, 1, 2 },
		     even[] = { 4, 1, 3, 2 };

	CHECK_NUM(dlab_median(one, 1), 7);
	CHECK_NUM(dlab_median(odd, 3), 2);
	CHECK_NUM(dlab_median(even, 4), 2.5);
}

static void mad_of_a_known_set(void)
{
	/* the textbook example: median 2, deviations 1 1 0 0 2 4 7 */
	const double v[] = { 1, 1, 2, 2, 4, 6, 9 };

	CHECK_NUM(dlab_median(v, 7), 2);
	CHECK_NUM(dlab_mad(v, 7, 2), 1);
}

static void histogram_merges_and_ranks(void)
{
	struct dlab_bucket b[] = {
		{ 64, 50 }, { 32, 40 }, { 128, 9 }, { 32, 0 }, { 256, 1 }
	};
	size_t n = dlab_hist_merge(b, 5);

	CHECK(n == 4);
	CHECK(dlab_hist_count(b, n) == 100);
	CHECK_NUM(dlab_hist_quantile(b, n, 0.4), 32);
	CHECK_NUM(dlab_hist_quantile(b, n, 0.5), 64);
	CHECK_NUM(dlab_hist_quantile(b, n, 0.99), 128);
	CHECK_NUM(dlab_hist_quantile(b, n, 0.999), 256);
	CHECK_NUM(dlab_hist_quantile(b, n, 1), 256);
	/* deviations from 64: 32 (40), 0 (50), 64 (9), 192 (1) */
	CHECK_NUM(dlab_hist_mad(b, n, 64), 0);
}

static void quantile_is_within_its_bound(void)
{
	/* values in buckets of 32 an octave: the edge is low by < 1/32 */
	for (double v = 100; v < 1e6; v *= 1.37) {
		int e;
		double octave = ldexp(1, (frexp(v, &e), e - 1));
		struct dlab_bucket b = {
			.low = octave +
			       floor((v - octave) * 32 / octave) * octave / 32,
			.count = 1,
		};
		double q = dlab_hist_quantile(&b, 1, 0.5);

		CHECK(q <= v && v < q * (1 + 1.0 / 32));
	}
}

static void numbers_read_back_the_same(void)
{
	const double v[] = {
		0,	  -0.0,	   1,	  -3,	  2601,
		0.1,	  1.0 / 3, 1e300, 5e-324, 9007199254740993.0,
		12345.678
	};
	char text[DLAB_NUMBER_LEN];
	double back;

	for (size_t i = 0; i < sizeof(v) / sizeof(*v); i++) {
		CHECK(!dlab_number_parse(dlab_number(v[i], text), &back));
		CHECK_NUM(back, v[i]);
	}
	CHECK_STR(dlab_number(2601, text), "2601");
	CHECK_STR(dlab_number(-0.0, text), "0");
	CHECK_STR(dlab_number(2.5, text), "2.5");
	CHECK_STR(dlab_number(NAN, text), "-");
}

static void what_is_no_number_is_refused(void)
{
	const char *const bad[] = { "",	 " 1",	  "1 ",	   "0x10", "inf", "nan",
				    "-", "1e999", "1.2.3", "e5",   "+-1" };
	double v;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		CHECK(dlab_number_parse(bad[i], &v) == -EINVAL);
}

static void unrle_gives(const char *text, const double *want, size_t nr)
{
	struct dlab_err err;
	double *v;
	size_t n;

	CHECK(!dlab_unrle(text, &v, &n, &err));
	CHECK(n == nr);
	for (size_t i = 0; i < nr && i < n; i++)
		CHECK_NUM(v[i], want[i]);
	free(v);
}

static void run_lengths_are_taken_apart(void)
{
	const double a[] = { 2601, 2601, 2601, 2650 };
	const double zeros[] = { 0, 0, 0, 1.5 };
	const double one[] = { -1e20 };

	unrle_gives("2601x3,2650", a, 4);
	/* not the hexadecimal number 3 */
	unrle_gives("0x3,1.5", zeros, 4);
	unrle_gives("-1e+20", one, 1);
}

static void bad_run_lengths_are_refused(void)
{
	const char *const bad[] = {
		"",	",",	      "1,",	      "1x",
		"1x0",	"1x-1",	      "x3",	      "1x3x4",
		"1x+3", "1x3.0",      "0xff",	      "1,,2",
		"1;2",	"1x67108865", "1x67108864,1", "1x99999999999999999999"
	};
	struct dlab_err err;
	double *v;
	size_t n;

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		int ret = dlab_unrle(bad[i], &v, &n, &err);

		if (ret != -EINVAL)
			TEST_NOTE("\"%s\" was taken", bad[i]);
		CHECK(ret == -EINVAL);
		if (!ret)
			free(v);
	}
}

int main(void)
{
	RUN(median_of_odd_and_even);
	RUN(mad_of_a_known_set);
	RUN(histogram_merges_and_ranks);
	RUN(quantile_is_within_its_bound);
	RUN(numbers_read_back_the_same);
	RUN(what_is_no_number_is_refused);
	RUN(run_lengths_are_taken_apart);
	RUN(bad_run_lengths_are_refused);
	return test_end();
}
