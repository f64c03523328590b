// SPDX-License-Identifier: GPL-2.0-only
/*
 * Change points of synthetic series with known answers: how often one is found,
 * where, and how often where there is none.  The figures that are printed are
 * those of results/README.md; the bounds leave room for another order of sums,
 * not for another result.
 */
#include <stdlib.h>
#include <time.h>

#include "fakerun.h"
#include "history/edivisive.h"
#include "test.h"
#include "verdict/ranktest.h"

#define MAX_N 500
#define ALPHA 0.05
#define PERMUTATIONS 999

static struct dlab_change_point found[MAX_N];
static size_t nr_found;

static void search(const double *v, size_t n)
{
	CHECK(!dlab_edivisive(v, n, ALPHA, PERMUTATIONS, n, found, &nr_found));
}

/* @n values around 1000 with a deviation of @noise (a fraction). */
static void fill(double *v, size_t n, double noise, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		v[i] = 1000 * (1 + noise * fake_normal(state));
}

static void raise(double *v, size_t from, size_t n, double by)
{
	for (size_t i = from; i < n; i++)
		v[i] *= 1 + by;
}

/* One value in fifty is half as large again. */
static void add_outliers(double *v, size_t n, uint64_t *state)
{
	for (size_t i = 0; i < n; i++)
		if (fake_uniform(state) < 0.02)
			v[i] *= 1.5;
}

/* ---- by hand */

static void a_plain_step_is_found_where_it_is(void)
{
	double v[20];

	for (int i = 0; i < 20; i++)
		v[i] = i < 13 ? 10 + i % 3 : 20 + i % 3;
	search(v, 20);
	CHECK(nr_found == 1);
	CHECK(found[0].at == 13);
	CHECK(found[0].p <= 0.002);
}

static void several_steps_are_found_in_order(void)
{
	double v[60];

	for (int i = 0; i < 60; i++)
		v[i] = (i < 20 ? 100 : i < 40 ? 150 : 120) + i % 4;
	search(v, 60);
	CHECK(nr_found == 2);
	CHECK(found[0].at == 20 && found[1].at == 40);
}

static void equal_values_have_no_change(void)
{
	double v[50];

	for (int i = 0; i < 50; i++)
		v[i] = 4711;
	search(v, 50);
	CHECK(nr_found == 0);
}

static void few_values_have_no_change(void)
{
	double v[] = { 1, 1, 1, 100, 100, 100 };

	for (size_t n = 0; n <= 6; n++) {
		search(v, n);
		CHECK(nr_found == 0);
	}
}

static void the_same_series_has_the_same_changes(void)
{
	struct dlab_change_point first[MAX_N];
	uint64_t state = 4;
	double v[100];
	size_t nr;

	fill(v, 100, 0.02, &state);
	raise(v, 50, 100, 0.03);
	search(v, 100);
	nr = nr_found;
	memcpy(first, found, sizeof(first));
	search(v, 100);
	CHECK(nr == nr_found && nr > 0);
	for (size_t i = 0; i < nr; i++)
		CHECK(first[i].at == found[i].at && first[i].p == found[i].p);
}

/* As the definition has it, over all pairs. */
static double plain_energy(const double *v, size_t n, size_t at)
{
	double a = 0, b = 0, between = 0, m = (double)at, k = (double)(n - at);

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++) {
			double d = fabs(v[i] - v[j]);

			if (j < at)
				a += d;
			else if (i >= at)
				b += d;
			else
				between += d;
		}
	return m * k / (m + k) *
	       (2 / (m * k) * between - a / (m * (m - 1) / 2) -
		b / (k * (k - 1) / 2));
}

static void the_split_is_the_one_of_the_definition(void)
{
	uint64_t state = 17;

	for (int round = 0; round < 200; round++) {
		size_t n = 6 + fake_random(&state) % 30, best = 3;
		double v[36];

		for (size_t i = 0; i < n; i++)
			v[i] = floor(12 * fake_uniform(&state)) + (i > n / 2);
		for (size_t at = 3; at + 3 <= n; at++)
			if (plain_energy(v, n, at) >
			    plain_energy(v, n, best) + 1e-9)
				best = at;
		CHECK(!dlab_edivisive(v, n, 1, 19, 1, found, &nr_found));
		CHECK(!nr_found || fabs(plain_energy(v, n, found[0].at) -
					plain_energy(v, n, best)) < 1e-6);
		CHECK(nr_found || plain_energy(v, n, best) < 1e-6);
	}
}

/* All orders of seven values, against the test by chance. */
static double p_of_all_orders(const double *v)
{
	size_t as_good = 0, all = 0, c[7] = { 0 };
	double w[7], q = fmax(plain_energy(v, 7, 3), plain_energy(v, 7, 4));

	memcpy(w, v, sizeof(w));
	/* Heap's algorithm */
	for (size_t i = 0; i < 7;) {
		if (!i || c[i] < i) {
			if (i) {
				size_t j = i % 2 ? c[i] : 0;
				double t = w[j];

				w[j] = w[i];
				w[i] = t;
				c[i]++;
			}
			all++;
			as_good += fmax(plain_energy(w, 7, 3),
					plain_energy(w, 7, 4)) >= q - 1e-9;
			i = 1;
		} else {
			c[i++] = 0;
		}
	}
	CHECK(all == 5040);
	return (double)as_good / (double)all;
}

static void p_is_that_of_all_orders(void)
{
	double v[] = { 10, 11.5, 10.25, 17, 16, 18.5, 17.75 };

	CHECK(!dlab_edivisive(v, 7, 1, 20000, 1, found, &nr_found));
	CHECK(nr_found == 1 && found[0].at == 3);
	CHECK_NEAR(found[0].p, p_of_all_orders(v), 0.02);
	CHECK(found[0].p >= dlab_edivisive_least_p(7) - 0.01);
}

static void so_many_values_could_reject(void)
{
	size_t n = dlab_edivisive_values_for(ALPHA);
	double v[16];

	CHECK(n == 8);
	CHECK_NUM(dlab_edivisive_least_p(5), 1);
	CHECK(dlab_edivisive_least_p(n) <= ALPHA);
	CHECK(dlab_edivisive_least_p(n - 1) > ALPHA);
	for (size_t i = 0; i < n; i++)
		v[i] = i < n / 2 ? 1 + (double)i / 100 : 2 + (double)i / 100;
	search(v, n);
	CHECK(nr_found == 1);
	for (size_t i = 0; i < n - 1; i++)
		v[i] = i < (n - 1) / 2 ? 1 + (double)i / 100 :
					 2 + (double)i / 100;
	search(v, n - 1);
	CHECK(nr_found == 0);
}

/* ---- by number */

/* In how many of @series without a change one was found. */
static int false_alarms(int series, size_t n, bool outliers)
{
	uint64_t state = 0x1234567 + n;
	double v[MAX_N];
	int alarms = 0;

	for (int i = 0; i < series; i++) {
		fill(v, n, 0.01, &state);
		if (outliers)
			add_outliers(v, n, &state);
		search(v, n);
		alarms += nr_found > 0;
	}
	TEST_NOTE("%d of %d series of %zu without a change%s: a change found",
		  alarms, series, n, outliers ? ", with outliers" : "");
	return alarms;
}

/* 5 %, and three deviations of that share. */
static int allowed(int series)
{
	return (int)(series * ALPHA + 3 * sqrt(series * ALPHA * (1 - ALPHA)));
}

static void without_a_change_one_in_twenty_alarms(void)
{
	CHECK(false_alarms(1000, 12, false) <= allowed(1000));
	CHECK(false_alarms(1000, 50, false) <= allowed(1000));
	CHECK(false_alarms(500, 50, true) <= allowed(500));
	CHECK(false_alarms(100, 500, false) <= allowed(100));
	CHECK(false_alarms(50, 500, true) <= allowed(50));
}

/*
 * In how many per cent of the series with a step of @by, noise 1 %, it was found
 * within @off values of its place.
 */
static int hits(size_t n, size_t at, double by, bool outliers, size_t off)
{
	uint64_t state = 0x9876543 + n;
	int series = n < 500 ? 100 : 50, nr = 0;
	double v[MAX_N];

	for (int i = 0; i < series; i++) {
		bool hit = false;

		fill(v, n, 0.01, &state);
		raise(v, at, n, by);
		if (outliers)
			add_outliers(v, n, &state);
		search(v, n);
		for (size_t k = 0; k < nr_found; k++)
			hit |= found[k].at + off >= at &&
			       found[k].at <= at + off;
		nr += hit;
	}
	TEST_NOTE(
		"%3d of %3d: %.0f %% in the middle of %3zu, noise 1 %%%s, found within %zu",
		nr, series, 100 * by, n, outliers ? " and outliers" : "", off);
	return 100 * nr / series;
}

static void steps_of_five_percent_are_found(void)
{
	CHECK(hits(12, 6, 0.05, false, 0) >= 95);
	CHECK(hits(50, 25, 0.05, false, 0) >= 95);
	CHECK(hits(500, 250, 0.05, false, 0) >= 95);
	CHECK(hits(50, 25, 0.05, true, 1) >= 90);
	CHECK(hits(500, 250, 0.05, true, 1) >= 95);
}

static void steps_of_two_percent_are_found(void)
{
	CHECK(hits(12, 6, 0.02, false, 1) >= 50);
	CHECK(hits(50, 25, 0.02, false, 2) >= 90);
	CHECK(hits(500, 250, 0.02, false, 2) >= 85);
	CHECK(hits(50, 25, 0.02, true, 2) >= 70);
	CHECK(hits(500, 250, 0.02, true, 2) >= 90);
}

/* As large as the noise: the place is known to some values only. */
static void steps_of_one_percent_take_many_values(void)
{
	hits(12, 6, 0.01, false, 2);
	CHECK(hits(50, 25, 0.01, false, 5) >= 50);
	CHECK(hits(500, 250, 0.01, false, 5) >= 65);
}

static void a_bump_of_forty_in_500_is_found(void)
{
	uint64_t state = 31;
	double v[MAX_N];
	int both = 0;

	for (int i = 0; i < 30; i++) {
		bool up = false, down = false;

		fill(v, 500, 0.01, &state);
		raise(v, 200, 240, 0.05);
		search(v, 500);
		for (size_t k = 0; k < nr_found; k++) {
			up |= found[k].at >= 199 && found[k].at <= 201;
			down |= found[k].at >= 239 && found[k].at <= 241;
		}
		both += up && down;
	}
	TEST_NOTE(
		"%d of 30: 5 %% up at 200 and down at 240 of 500, noise 1 %%, both found within 1",
		both);
	CHECK(both >= 27);
}

static void a_drift_is_several_changes(void)
{
	uint64_t state = 32;
	double v[50];
	int drifts = 0;

	for (int i = 0; i < 30; i++) {
		fill(v, 50, 0.01, &state);
		for (int k = 0; k < 50; k++)
			v[k] *= 1 + 0.002 * k;
		search(v, 50);
		drifts += nr_found > 1;
	}
	TEST_NOTE("%d of 30: a drift by 10 %% over 50 found as several changes",
		  drifts);
	CHECK(drifts >= 28);
}

static void forty_series_of_500_take_seconds(void)
{
	uint64_t state = 33;
	clock_t start = clock();
	double v[MAX_N], s;

	for (int i = 0; i < 40; i++) {
		fill(v, 500, 0.01, &state);
		if (i % 2)
			raise(v, 100 + 5 * (size_t)i, 500, 0.03);
		search(v, 500);
	}
	s = (double)(clock() - start) / CLOCKS_PER_SEC;
	TEST_NOTE("40 series of 500, 20 of them with a change: %.1f s", s);
	/* under sanitizers, on whatever host */
	CHECK(s < 60);
}

int main(void)
{
	RUN(a_plain_step_is_found_where_it_is);
	RUN(several_steps_are_found_in_order);
	RUN(equal_values_have_no_change);
	RUN(few_values_have_no_change);
	RUN(the_same_series_has_the_same_changes);
	RUN(the_split_is_the_one_of_the_definition);
	RUN(p_is_that_of_all_orders);
	RUN(so_many_values_could_reject);
	RUN(without_a_change_one_in_twenty_alarms);
	RUN(steps_of_five_percent_are_found);
	RUN(steps_of_two_percent_are_found);
	RUN(steps_of_one_percent_take_many_values);
	RUN(a_bump_of_forty_in_500_is_found);
	RUN(a_drift_is_several_changes);
	RUN(forty_series_of_500_take_seconds);
	return test_end();
}
