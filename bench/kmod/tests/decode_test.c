// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are the commands to an IOMMU read right, and is a range split into pages as
 * the kernel's page tables do it?
 */
#include <kunit/test.h>

#include "../decode.h"

#define VTD_PGSIZES	(SZ_4K | SZ_2M | SZ_1G)

static void reads_vtd_commands(struct kunit *test)
{
	/* the upper bits of the first quadword belong to the command */
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0xabcd0032),
			DMALAB_COMMAND_IOTLB);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x6), DMALAB_COMMAND_IOTLB);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x3), DMALAB_COMMAND_DEVTLB);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x8), DMALAB_COMMAND_DEVTLB);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x25), DMALAB_COMMAND_WAIT);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x1), DMALAB_COMMAND_OTHER);
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x4), DMALAB_COMMAND_OTHER);
	/* the upper half of the type is bits 11:9 */
	KUNIT_EXPECT_EQ(test, dmalab_vtd_command(0x202), DMALAB_COMMAND_OTHER);
}

static void reads_amd_commands(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dmalab_amd_command(0x30000042),
			DMALAB_COMMAND_IOTLB);
	KUNIT_EXPECT_EQ(test, dmalab_amd_command(0x80000000),
			DMALAB_COMMAND_IOTLB);
	KUNIT_EXPECT_EQ(test, dmalab_amd_command(0x40000000),
			DMALAB_COMMAND_DEVTLB);
	KUNIT_EXPECT_EQ(test, dmalab_amd_command(0x10000000),
			DMALAB_COMMAND_WAIT);
	KUNIT_EXPECT_EQ(test, dmalab_amd_command(0x20000000),
			DMALAB_COMMAND_OTHER);
}

static void reads_virtio_requests(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dmalab_virtio_command(VIRTIO_IOMMU_T_UNMAP),
			DMALAB_COMMAND_IOTLB);
	KUNIT_EXPECT_EQ(test, dmalab_virtio_command(VIRTIO_IOMMU_T_MAP),
			DMALAB_COMMAND_OTHER);
}

static const struct split_case {
	const char *name;
	u64 iova, phys, len, pgsizes;
	struct dmalab_ptes ptes;
} split_cases[] = {
	{ "one page", SZ_4K, SZ_8K, SZ_4K, VTD_PGSIZES, { 1, 0, 0 } },
	{ "nothing", 0, 0, 0, VTD_PGSIZES, { 0, 0, 0 } },
	{ "huge page", SZ_4M, SZ_16M, SZ_2M, VTD_PGSIZES, { 0, 1, 0 } },
	{ "addresses not congruent", SZ_4M + SZ_4K, SZ_16M, SZ_2M,
	  VTD_PGSIZES, { 512, 0, 0 } },
	{ "ragged ends", SZ_4M - SZ_4K, SZ_16M - SZ_4K,
	  SZ_2M + 3 * SZ_4K, VTD_PGSIZES, { 3, 1, 0 } },
	{ "gigabyte and a tail", SZ_1G, 2ULL * SZ_1G,
	  SZ_1G + SZ_2M + SZ_4K, VTD_PGSIZES, { 1, 1, 1 } },
	{ "no huge pages in the table", SZ_4M, SZ_16M, SZ_2M, SZ_4K,
	  { 512, 0, 0 } },
};

KUNIT_ARRAY_PARAM_DESC(split, split_cases, name);

static void splits_range_into_pages(struct kunit *test)
{
	const struct split_case *c = test->param_value;
	struct dmalab_ptes ptes =
		dmalab_ptes_of(c->iova, c->phys, c->len, c->pgsizes);

	KUNIT_EXPECT_EQ(test, ptes.nr_4k, c->ptes.nr_4k);
	KUNIT_EXPECT_EQ(test, ptes.nr_2m, c->ptes.nr_2m);
	KUNIT_EXPECT_EQ(test, ptes.nr_1g, c->ptes.nr_1g);
}

static void arrays_of_ranges_are_merged(struct kunit *test)
{
	static const struct dmalab_vec vecs[] = {
		/* the end of a page, and what follows it up to 4M */
		{ SZ_2M - 512, 512 },
		{ SZ_2M, SZ_4K },
		{ SZ_2M + SZ_4K, SZ_2M - SZ_4K },
		/* twice inside of one page */
		{ SZ_16M + 512, 512 },
		{ SZ_16M + 2048, 512 },
	};
	struct dmalab_ptes ptes;

	ptes = dmalab_ptes_of_vecs(SZ_2M - SZ_4K, vecs, ARRAY_SIZE(vecs),
				   VTD_PGSIZES);
	KUNIT_EXPECT_EQ(test, ptes.nr_4k, 3);
	KUNIT_EXPECT_EQ(test, ptes.nr_2m, 1);
	ptes = dmalab_ptes_of_vecs(SZ_2M, vecs, ARRAY_SIZE(vecs), VTD_PGSIZES);
	KUNIT_EXPECT_EQ(test, ptes.nr_4k, 1 + 512 + 2);
	KUNIT_EXPECT_EQ(test, ptes.nr_2m, 0);
	ptes = dmalab_ptes_of_vecs(0, vecs, 0, VTD_PGSIZES);
	KUNIT_EXPECT_EQ(test, ptes.nr_4k, 0);
}

static struct kunit_case decode_test_cases[] = {
	KUNIT_CASE(reads_vtd_commands),
	KUNIT_CASE(reads_amd_commands),
	KUNIT_CASE(reads_virtio_requests),
	KUNIT_CASE_PARAM(splits_range_into_pages, split_gen_params),
	KUNIT_CASE(arrays_of_ranges_are_merged),
	{}
};

static struct kunit_suite decode_suite = {
	.name = "dmalab_decode",
	.test_cases = decode_test_cases,
};

kunit_test_suite(decode_suite);
