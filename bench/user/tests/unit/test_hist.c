// SPDX-License-Identifier: GPL-2.0-only
/* Do log-linear buckets cover every value once, and as finely as they claim? */
#include "hist.h"
#include "test.h"

static void small_values_have_a_bucket_each(void)
{
	for (uint64_t v = 0; v < 64; v++) {
		CHECK(dlab_hist_bucket(v) == v);
		CHECK(dlab_hist_low(v) == v);
	}
	/* from here on two values share one */
	CHECK(dlab_hist_bucket(64) == dlab_hist_bucket(65));
	CHECK(dlab_hist_bucket(65) != dlab_hist_bucket(66));
}

static void buckets_are_adjacent(void)
{
	for (size_t b = 0; b + 1 < DLAB_HIST_BUCKETS; b++) {
		uint64_t low = dlab_hist_low(b), next = dlab_hist_low(b + 1);

		CHECK(low < next);
		CHECK(dlab_hist_bucket(low) == b);
		CHECK(dlab_hist_bucket(next - 1) == b);
	}
}

static void buckets_are_a_32nd_wide_at_most(void)
{
	for (size_t b = 32; b + 1 < DLAB_HIST_BUCKETS; b++) {
		uint64_t low = dlab_hist_low(b);

		CHECK((dlab_hist_low(b + 1) - low) * 32 <= low);
	}
}

static void last_bucket_takes_what_is_beyond(void)
{
	CHECK(dlab_hist_bucket((1ULL << 44) - 1) == DLAB_HIST_BUCKETS - 1);
	CHECK(dlab_hist_bucket(1ULL << 44) == DLAB_HIST_BUCKETS - 1);
	CHECK(dlab_hist_bucket(UINT64_MAX) == DLAB_HIST_BUCKETS - 1);
}

static void adding_and_merging_keep_counts(void)
{
	static struct dlab_hist a, b;

	dlab_hist_add(&a, 7);
	dlab_hist_add_n(&a, 1000, 3);
	dlab_hist_add(&b, 1001);
	dlab_hist_add_all(&a, &b);
	CHECK(a.n == 5);
	CHECK(a.count[7] == 1);
	CHECK(a.count[dlab_hist_bucket(1000)] == 4);
}

int main(void)
{
	RUN(small_values_have_a_bucket_each);
	RUN(buckets_are_adjacent);
	RUN(buckets_are_a_32nd_wide_at_most);
	RUN(last_bucket_takes_what_is_beyond);
	RUN(adding_and_merging_keep_counts);
	return test_end();
}
