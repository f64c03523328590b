// SPDX-License-Identifier: GPL-2.0-only
/* Rank statistics against brute force, published values and counted errors. */
#include <stdint.h>
#include <stdlib.h>

#include "fakerun.h"
#include "verdict/ranktest.h"
#include "test.h"

#define MAX 12

/* Midrank of the @i-th value, by comparing it with all. */
static double brute_rank(const double *v, size_t n, size_t i)
{
	double rank = 0.5;

	for (size_t j = 0; j < n; j++)
		rank += v[j] < v[i] ? 1 : v[j] == v[i] ? 0.5 : 0;
	return rank;
}

static double brute_sum(const double *v, size_t n, unsigned int mask)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		if (mask >> i & 1)
			sum += brute_rank(v, n, i);
	return sum;
}

/* The p-value by walking through every way to deal the values out. */
static double brute_p(const double *a, size_t na, const double *b, size_t nb)
{
	size_t n = na + nb;
	double v[MAX], mean = (double)na * ((double)n + 1) / 2, seen;
	unsigned int all = 0, beyond = 0;

	for (size_t i = 0; i < n; i++)
		v[i] = i < na ? a[i] : b[i - na];
	seen = fabs(brute_sum(v, n, (1U << na) - 1) - mean);
	for (unsigned int mask = 0; mask < 1U << n; mask++) {
		if ((size_t)__builtin_popcount(mask) != na)
			continue;
		all++;
		if (fabs(brute_sum(v, n, mask) - mean) >= seen - 1e-9)
			beyond++;
	}
	return (double)beyond / all;
}

static double p_of(const double *a, size_t na, const double *b, size_t nb)
{
	struct dlab_ranktest t;

	CHECK(!dlab_rank_test(a, na, b, nb, 0.05, &t));
	return t.p;
}

static void exact_p_is_that_of_enumeration(void)
{
	uint64_t seed = 20261120;
	double a[MAX], b[MAX];

	for (int rep = 0; rep < 300; rep++) {
		size_t na = 1 + fake_random(&seed) % 6;
		size_t nb = 1 + fake_random(&seed) % 6;
		/* few different values in every other one: many ties */
		uint64_t range = rep % 2 ? 4 : 1000000;

		for (size_t i = 0; i < na; i++)
			a[i] = (double)(fake_random(&seed) % range);
		for (size_t i = 0; i < nb; i++)
			b[i] = (double)(fake_random(&seed) % range);
		CHECK_NEAR(p_of(a, na, b, nb), brute_p(a, na, b, nb), 1e-12);
	}
}

static void exact_p_of_separated_samples(void)
{
	const double a[] = { 1, 2, 3, 4, 5 }, b[] = { 11, 12, 13, 14, 15 };

	/* 2 / C(6,3), 2 / C(8,4), 2 / C(10,5) */
	CHECK_NEAR(p_of(a, 3, b, 3), 2.0 / 20, 1e-15);
	CHECK_NEAR(p_of(a, 4, b, 4), 2.0 / 70, 1e-15);
	CHECK_NEAR(p_of(a, 5, b, 5), 2.0 / 252, 1e-15);
	CHECK_NEAR(p_of(a, 1, b, 1), 1, 1e-15);
}

static void critical_values_are_those_of_the_table(void)
{
	/*
	 * Critical U of the two-sided test at 0.05 (Mann & Whitney's table as
	 * reprinted in textbooks): n = 4: 0, 5: 2, 6: 5, 7: 8, 8: 13, 10: 23.
	 * U counts the pairs in the wrong order, so samples with that U reject
	 * and with one more do not.
	 */
	static const unsigned int table[][2] = {
		{ 4, 0 }, { 5, 2 }, { 6, 5 }, { 7, 8 }, { 8, 13 }, { 10, 23 }
	};

	for (size_t t = 0; t < sizeof(table) / sizeof(*table); t++) {
		size_t n = table[t][0];
		double a[10], b[10];

		for (unsigned int u = table[t][1]; u <= table[t][1] + 1; u++) {
			unsigned int left = u;

			for (size_t i = 0; i < n; i++) {
				a[i] = (double)i;
				b[i] = 100 + (double)i;
			}
			/* a value of b below j of a's adds j to U */
			for (size_t i = 0; left && i < n; i++) {
				unsigned int j = left < n ? left :
							    (unsigned int)n;

				b[i] = (double)(n - j) - 0.5 + 0.01 * (double)i;
				left -= j;
			}
			if (u == table[t][1])
				CHECK(p_of(a, n, b, n) <= 0.05);
			else
				CHECK(p_of(a, n, b, n) > 0.05);
		}
	}
}

/* The p-value of 30 + 30 values by dealing them out at random. */
static double shuffled_p(const double *v, uint64_t *seed)
{
	double mean = 30 * 61 / 2.0, rank[60], seen;
	unsigned int beyond = 0, reps = 20000;

	for (size_t i = 0; i < 60; i++)
		rank[i] = brute_rank(v, 60, i);
	for (unsigned int rep = 0; rep <= reps; rep++) {
		double sum = 0;

		for (size_t i = 0; i < 30; i++)
			sum += rank[i];
		if (!rep)
			seen = fabs(sum - mean);
		else
			beyond += fabs(sum - mean) >= seen - 1e-9;
		for (size_t i = 59; i > 0; i--) {
			size_t j = fake_random(seed) % (i + 1);
			double t = rank[i];

			rank[i] = rank[j];
			rank[j] = t;
		}
	}
	return (double)beyond / reps;
}

static void large_samples_take_the_approximation(void)
{
	uint64_t seed = 7;
	double v[60];

	for (int rep = 0; rep < 10; rep++) {
		for (int i = 0; i < 60; i++) {
			v[i] = fake_normal(&seed) + (i < 30 ? 0 : 0.4);
			/* every other time with many ties */
			if (rep % 2)
				v[i] = floor(2 * v[i]);
		}
		CHECK_NEAR(p_of(v, 30, v + 30, 30), shuffled_p(v, &seed),
			   0.015);
	}
	for (int i = 0; i < 60; i++)
		v[i] = 3;
	CHECK_NUM(p_of(v, 60, v, 60), 1);
	CHECK_NUM(p_of(v, 20, v, 20), 1);
}

static void hodges_lehmann_of_a_known_example(void)
{
	/*
	 * Hollander & Wolfe, table 4.1: permeability of the human
	 * chorioamnion.  Published: W = 30 for the smaller sample, one-sided p
	 * 0.1272, estimate of the shift 0.305, 96 % interval (-0.15, 0.76).
	 */
	const double term[] = { 0.80, 0.83, 1.89, 1.04, 1.45,
				1.38, 1.91, 1.64, 0.73, 1.46 };
	const double early[] = { 1.15, 0.88, 0.90, 0.74, 1.21 };
	struct dlab_ranktest t;

	CHECK(!dlab_rank_test(early, 5, term, 10, 0.04, &t));
	CHECK_NEAR(t.shift, 0.305, 1e-9);
	CHECK_NEAR(t.p / 2, 0.1272, 5e-5);
	CHECK(t.bounded);
	CHECK_NEAR(t.low, -0.15, 1e-9);
	CHECK_NEAR(t.high, 0.76, 1e-9);
}

static void too_few_boots_give_no_interval(void)
{
	const double a[] = { 1, 2, 3, 4 }, b[] = { 5, 6, 7, 8 };
	struct dlab_ranktest t;

	CHECK(!dlab_rank_test(a, 3, b, 3, 0.05, &t));
	CHECK(!t.bounded && isinf(t.low) && isinf(t.high));
	CHECK_NUM(t.shift, 4);
	CHECK(!dlab_rank_test(a, 4, b, 4, 0.05, &t));
	CHECK(t.bounded);
	CHECK_NUM(t.low, 1);
	CHECK_NUM(t.high, 7);
}

static void intervals_cover_as_often_as_they_say(void)
{
	unsigned int missed = 0, reps = 4000;
	uint64_t seed = 99;
	double a[6], b[6];

	for (unsigned int rep = 0; rep < reps; rep++) {
		struct dlab_ranktest t;

		for (int i = 0; i < 6; i++) {
			a[i] = fake_normal(&seed);
			b[i] = fake_normal(&seed) + 1;
		}
		CHECK(!dlab_rank_test(a, 6, b, 6, 0.05, &t));
		missed += t.low > 1 || t.high < 1;
	}
	TEST_NOTE("a 95 %% interval missed in %u of %u", missed, reps);
	CHECK(missed <= reps * 5 / 100);
}

static void boots_needed_to_reject(void)
{
	CHECK_NEAR(dlab_rank_least_p(4, 4), 2.0 / 70, 1e-15);
	CHECK_NEAR(dlab_rank_least_p(3, 5), 2.0 / 56, 1e-15);
	CHECK_NUM(dlab_rank_least_p(1, 1), 1);
	CHECK(dlab_rank_boots_for(0.05) == 4);
	/* 2 / C(14,7) = 0.00058, 2 / C(16,8) = 0.00016 */
	CHECK(dlab_rank_boots_for(0.05 / 200) == 8);
	CHECK(dlab_rank_boots_for(1) == 1);
}

static void bh_of_the_paper_s_example(void)
{
	/*
	 * Benjamini & Hochberg 1995, section 4.1: 15 p-values, of which the
	 * procedure rejects the first four at 0.05 (Bonferroni three).
	 */
	const double p[] = { 0.0001, 0.0004, 0.0019, 0.0095, 0.0201,
			     0.0278, 0.0298, 0.0344, 0.0459, 0.3240,
			     0.4262, 0.5719, 0.6528, 0.7590, 1.0000 };
	double q[15];
	int rejected = 0;

	CHECK(!dlab_bh(p, q, 15));
	for (int i = 0; i < 15; i++)
		rejected += q[i] <= 0.05;
	CHECK(rejected == 4);
	CHECK_NEAR(q[0], 0.0015, 1e-12);
	CHECK_NEAR(q[3], 0.0095 * 15 / 4, 1e-12);
	/* 0.0201 * 3 = 0.0603, kept from exceeding 0.0344 * 15 / 8 = 0.0645 */
	CHECK_NEAR(q[4], 0.0603, 1e-12);
	CHECK_NEAR(q[5], 0.0298 * 15 / 7, 1e-12);
	CHECK_NUM(q[14], 1);
}

static void bh_does_not_mind_the_order(void)
{
	const double p[] = { 0.9, 0.001, 0.5, 0.012 };
	double q[4];

	CHECK(!dlab_bh(p, q, 4));
	CHECK_NEAR(q[1], 0.004, 1e-12);
	CHECK_NEAR(q[3], 0.024, 1e-12);
	CHECK_NEAR(q[0], 0.9, 1e-12);
	CHECK(!dlab_bh(p, q, 0));
}

static void false_positives_stay_below_nominal(void)
{
	unsigned int hits = 0, reps = 20000;
	uint64_t seed = 4711;
	double a[5], b[5];

	for (unsigned int rep = 0; rep < reps; rep++) {
		for (int i = 0; i < 5; i++) {
			/* skewed, as times are */
			a[i] = exp(fake_normal(&seed));
			b[i] = exp(fake_normal(&seed));
		}
		hits += p_of(a, 5, b, 5) <= 0.05;
	}
	TEST_NOTE("%u of %u A/A pairs rejected at 0.05", hits, reps);
	CHECK(hits <= reps * 5 / 100);
	CHECK(hits > 0);
}

int main(void)
{
	RUN(exact_p_is_that_of_enumeration);
	RUN(exact_p_of_separated_samples);
	RUN(critical_values_are_those_of_the_table);
	RUN(large_samples_take_the_approximation);
	RUN(hodges_lehmann_of_a_known_example);
	RUN(too_few_boots_give_no_interval);
	RUN(intervals_cover_as_often_as_they_say);
	RUN(boots_needed_to_reject);
	RUN(bh_of_the_paper_s_example);
	RUN(bh_does_not_mind_the_order);
	RUN(false_positives_stay_below_nominal);
	return test_end();
}
