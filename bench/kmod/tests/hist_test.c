// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the histogram put every value where uapi/dmalab.h says?
 */
#include "test.h"

#define SUB	BIT(DMALAB_HIST_SUB_BITS)
#define LAST	(DMALAB_HIST_BUCKETS - 1)

static void small_values_have_a_bucket_each(struct kunit *test)
{
	u64 v;

	for (v = 0; v < 2 * SUB; v++)
		KUNIT_EXPECT_EQ(test, v, dmalab_hist_bucket(v));
}

static void lower_edges_are_in_their_bucket(struct kunit *test)
{
	unsigned int i;

	for (i = 0; i < DMALAB_HIST_BUCKETS; i++) {
		u64 low = dmalab_hist_low(i);

		KUNIT_EXPECT_EQ(test, i, dmalab_hist_bucket(low));
		if (i)
			KUNIT_EXPECT_EQ(test, i - 1,
					dmalab_hist_bucket(low - 1));
	}
}

static void width_is_bounded_by_the_edge(struct kunit *test)
{
	unsigned int i;

	for (i = SUB; i < LAST; i++) {
		u64 low = dmalab_hist_low(i);
		u64 width = dmalab_hist_low(i + 1) - low;

		KUNIT_EXPECT_LE(test, width * SUB, low);
	}
}

static void known_edges(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, 64, dmalab_hist_bucket(64));
	KUNIT_EXPECT_EQ(test, 64, dmalab_hist_bucket(65));
	KUNIT_EXPECT_EQ(test, 65, dmalab_hist_bucket(66));
	KUNIT_EXPECT_EQ(test, 191, dmalab_hist_bucket(1023));
	KUNIT_EXPECT_EQ(test, 192, dmalab_hist_bucket(1024));
	KUNIT_EXPECT_EQ(test, 1024, dmalab_hist_low(192));
}

static void last_bucket_takes_what_is_beyond(struct kunit *test)
{
	u64 top = 1ULL << DMALAB_HIST_TOP_BIT;

	KUNIT_EXPECT_EQ(test, LAST, dmalab_hist_bucket(top - 1));
	KUNIT_EXPECT_EQ(test, LAST, dmalab_hist_bucket(top));
	KUNIT_EXPECT_EQ(test, LAST, dmalab_hist_bucket(U64_MAX));
	KUNIT_EXPECT_EQ(test, top - (top >> (DMALAB_HIST_SUB_BITS + 1)),
			dmalab_hist_low(LAST));
}

static struct kunit_case hist_cases[] = {
	KUNIT_CASE(small_values_have_a_bucket_each),
	KUNIT_CASE(lower_edges_are_in_their_bucket),
	KUNIT_CASE(width_is_bounded_by_the_edge),
	KUNIT_CASE(known_edges),
	KUNIT_CASE(last_bucket_takes_what_is_beyond),
	{}
};

static struct kunit_suite hist_suite = {
	.name = "dmalab_hist",
	.test_cases = hist_cases,
};

kunit_test_suite(hist_suite);
