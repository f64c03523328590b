// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is memory what the name of its layout promises?
 */
#include "test.h"

struct mem_param {
	const char *mem;
	size_t bytes;
	unsigned int nr_segs;
	unsigned int offset;
};

static const struct mem_param mem_params[] = {
	{ "scattered", SZ_4K, 1, 0 },
	{ "scattered", 1, 1, 4095 },
	{ "scattered", SZ_128K, 32, 0 },
	{ "scattered", SZ_128K, 33, 512 },
	{ "scattered", SZ_2M, 512, 0 },
	{ "contig", SZ_4K, 1, 0 },
	{ "contig", SZ_128K, 1, 0 },
	{ "contig", SZ_128K, 32, 0 },
	{ "contig", SZ_128K, 1, 512 },
	{ "contig", SZ_128K, 33, 512 },
	{ "contig", 5000, 2, 100 },
	{ "huge", SZ_2M, 1, 0 },
	{ "huge", SZ_2M, 512, 0 },
	{ "huge", SZ_4K, 1, 0 },
	{ "huge", SZ_4M, 1024, 0 },
	{ "gapped", SZ_2K, 1, 512 },
	{ "gapped", SZ_64K, 32, 512 },
	{ "gapped", SZ_1M, 512, 1 },
	{ "gapped", 3 * 4094, 3, 1 },
};

static void mem_desc(const struct mem_param *p, char *desc)
{
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s-%zu/%u+%u", p->mem, p->bytes,
		 p->nr_segs, p->offset);
}

KUNIT_ARRAY_PARAM(mem, mem_params, mem_desc);

static void alloc(struct kunit *test, struct dmalab_mem *mem)
{
	const struct mem_param *p = test->param_value;
	struct dmalab_shape shape = dmalab_test_shape(p->mem, p->bytes,
						      p->nr_segs, p->offset);
	int err;

	KUNIT_ASSERT_EQ(test, 0, dmalab_shape_check(&shape));
	err = dmalab_mem_alloc(mem, &shape, NULL);
	if (err && shape.bytes >= SZ_2M)
		kunit_skip(test, "memory is too fragmented");
	KUNIT_ASSERT_EQ(test, 0, err);
}

static void segments_make_up_the_transfer(struct kunit *test)
{
	const struct mem_param *p = test->param_value;
	struct dmalab_mem mem;
	size_t sum = 0;
	unsigned int i;

	alloc(test, &mem);
	KUNIT_EXPECT_EQ(test, p->nr_segs, mem.nr_segs);
	for (i = 0; i < mem.nr_segs; i++) {
		const struct dmalab_seg *seg = &mem.segs[i];
		bool gapped = !strcmp(p->mem, "gapped");

		KUNIT_EXPECT_EQ(test, i && !gapped ? 0 : p->offset,
				seg->offset);
		if (mem.nr_segs > 1)
			KUNIT_EXPECT_LE(test, seg->offset + seg->len,
					PAGE_SIZE);
		if (i && i < mem.nr_segs - 1 && !gapped)
			KUNIT_EXPECT_EQ(test, PAGE_SIZE, seg->len);
		sum += seg->len;
	}
	KUNIT_EXPECT_EQ(test, p->bytes, sum);
	dmalab_mem_free(&mem);
}

static void no_scattered_pages_are_neighbours(struct kunit *test,
					      const struct dmalab_mem *mem)
{
	unsigned int i, j;

	for (i = 0; i < mem->nr_segs; i++)
		for (j = 0; j < i; j++) {
			long diff = page_to_pfn(mem->segs[i].page) -
				    page_to_pfn(mem->segs[j].page);

			KUNIT_ASSERT_GT(test, abs(diff), 1L);
		}
}

static void every_segment_leaves_gaps(struct kunit *test,
				      const struct dmalab_mem *mem)
{
	unsigned int i;

	for (i = 0; i < mem->nr_segs; i++) {
		const struct dmalab_seg *seg = &mem->segs[i];

		KUNIT_ASSERT_GT(test, seg->offset, 0);
		KUNIT_ASSERT_GT(test, seg->len, 0);
		KUNIT_ASSERT_LT(test, seg->offset + seg->len, PAGE_SIZE);
	}
}

static void segments_are_one_range(struct kunit *test,
				   const struct dmalab_mem *mem)
{
	unsigned int i;

	for (i = 1; i < mem->nr_segs; i++)
		KUNIT_ASSERT_EQ(test, dmalab_seg_phys(&mem->segs[i]),
				dmalab_seg_phys(&mem->segs[i - 1]) +
					mem->segs[i - 1].len);
}

static void huge_pages_are_aligned(struct kunit *test,
				   const struct dmalab_mem *mem)
{
	unsigned int i;

	for (i = 0; i < mem->nr_blocks; i++)
		KUNIT_ASSERT_TRUE(test,
				  IS_ALIGNED(page_to_phys(mem->blocks[i]),
					     PMD_SIZE));
}

static void pages_lie_as_the_layout_says(struct kunit *test)
{
	const struct mem_param *p = test->param_value;
	struct dmalab_mem mem;

	alloc(test, &mem);
	/* where in a 2M page it begins counts, so it is no matter of chance */
	KUNIT_EXPECT_TRUE(test, IS_ALIGNED(page_to_pfn(mem.segs[0].page),
					   SZ_2M >> PAGE_SHIFT));
	if (!strcmp(p->mem, "scattered") || !strcmp(p->mem, "gapped"))
		no_scattered_pages_are_neighbours(test, &mem);
	if (!strcmp(p->mem, "gapped"))
		every_segment_leaves_gaps(test, &mem);
	if (!strcmp(p->mem, "contig"))
		segments_are_one_range(test, &mem);
	if (!strcmp(p->mem, "huge"))
		huge_pages_are_aligned(test, &mem);
	dmalab_mem_free(&mem);
}

static void impossible_shapes_are_refused(struct kunit *test)
{
	static const struct {
		struct mem_param p;
		int err;
	} cases[] = {
		{ { "scattered", SZ_128K, 1, 0 }, -EINVAL },
		{ { "scattered", SZ_128K, 32, 512 }, -EINVAL },
		{ { "scattered", SZ_128K, 31, 0 }, -EINVAL },
		{ { "contig", SZ_128K, 2, 0 }, -EINVAL },
		{ { "contig", SZ_128K, 32, 1 }, -EINVAL },
		{ { "huge", SZ_2M, 2, 0 }, -EINVAL },
		{ { "contig", SZ_64M, 1, 0 }, -EOPNOTSUPP },
		{ { "huge", SZ_64M, 1, 0 }, -EOPNOTSUPP },
		{ { "gapped", SZ_64K, 32, 0 }, -EINVAL },
		{ { "gapped", SZ_64K, 32, SZ_2K }, -EINVAL },
		{ { "gapped", SZ_64K, 31, 512 }, -EINVAL },
		{ { "gapped", SZ_64K, 16, 512 }, -EINVAL },
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct mem_param *p = &cases[i].p;
		struct dmalab_shape shape;

		shape = dmalab_test_shape(p->mem, p->bytes, p->nr_segs,
					  p->offset);
		KUNIT_EXPECT_EQ_MSG(test, cases[i].err,
				    dmalab_shape_check(&shape), "case %u", i);
	}
}

static struct kunit_case mem_cases[] = {
	KUNIT_CASE_PARAM(segments_make_up_the_transfer, mem_gen_params),
	KUNIT_CASE_PARAM(pages_lie_as_the_layout_says, mem_gen_params),
	KUNIT_CASE(impossible_shapes_are_refused),
	{}
};

static struct kunit_suite mem_suite = {
	.name = "dmalab_mem",
	.test_cases = mem_cases,
};

kunit_test_suite(mem_suite);
