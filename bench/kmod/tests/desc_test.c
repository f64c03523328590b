// SPDX-License-Identifier: GPL-2.0-only
/*
 * Are descriptors built as their specifications have them, and does reading
 * one back give what was pushed?
 *
 * Nothing is mapped: the addresses are made up, and only the lists are real.
 */
#include <linux/nvme.h>
#include <linux/prandom.h>
#include <linux/slab.h>

#include "test.h"

#define PAGE		4096ULL
#define BASE		0x12340000000ULL
#define PER_LIST	512U
#define SGL_PER_LIST	256U
#define MAX_RANGES	4096U
#define MAX_BYTES	SZ_16M

struct span {
	u64 addr;
	u64 len;
};

/**
 * struct fixture - a descriptor, and what was read back from it
 * @dev: its device
 * @ops: its kind
 * @shared: what its kind shares
 * @desc: the descriptor
 * @got: ranges as @ops->walk named them
 * @nr_got: how many
 */
struct fixture {
	struct device *dev;
	const struct dmalab_desc_ops *ops;
	void *shared;
	struct dmalab_desc *desc;
	struct span *got;
	unsigned int nr_got;
};

static struct fixture *open_desc(struct kunit *test, const char *name)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, f);
	f->got = kunit_kcalloc(test, MAX_RANGES, sizeof(*f->got), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, f->got);
	f->dev = dmalab_test_device(test);
	f->ops = dmalab_desc_find(name);
	KUNIT_ASSERT_NOT_NULL(test, f->ops);
	if (f->ops->open)
		f->shared = f->ops->open(f->dev);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->shared));
	f->desc = f->ops->create(f->dev, f->shared, MAX_BYTES, MAX_RANGES);
	KUNIT_ASSERT_FALSE(test, IS_ERR(f->desc));
	return f;
}

static void close_desc(struct fixture *f)
{
	f->ops->release(f->desc);
	f->ops->destroy(f->desc);
	if (f->ops->close)
		f->ops->close(f->shared);
}

static int build(struct fixture *f, const struct span *r, unsigned int nr)
{
	size_t bytes = 0;
	unsigned int i;
	int err;

	for (i = 0; i < nr; i++)
		bytes += r[i].len;
	f->ops->release(f->desc);
	err = f->ops->begin(f->desc, bytes, nr);
	for (i = 0; !err && i < nr; i++)
		err = f->ops->push(f->desc, r[i].addr, r[i].len);
	if (!err && f->ops->finish)
		err = f->ops->finish(f->desc);
	return err;
}

static int record(void *arg, dma_addr_t addr, size_t len)
{
	struct fixture *f = arg;

	if (f->nr_got == MAX_RANGES)
		return -E2BIG;
	f->got[f->nr_got++] = (struct span){ addr, len };
	return 0;
}

static int read_back(struct fixture *f)
{
	f->nr_got = 0;
	return f->ops->walk(f->desc, record, f);
}

static unsigned int merge(struct span *r, unsigned int nr)
{
	unsigned int i, n = 0;

	for (i = 1; i < nr; i++) {
		if (r[n].addr + r[n].len == r[i].addr)
			r[n].len += r[i].len;
		else
			r[++n] = r[i];
	}
	return n + 1;
}

/* Pushes @nr pages, of which no two are neighbours. */
static void build_pages(struct kunit *test, struct fixture *f, unsigned int nr)
{
	struct span *r = kunit_kcalloc(test, nr, sizeof(*r), GFP_KERNEL);
	unsigned int i;

	KUNIT_ASSERT_NOT_NULL(test, r);
	for (i = 0; i < nr; i++)
		r[i] = (struct span){ BASE + 2 * i * PAGE, PAGE };
	KUNIT_ASSERT_EQ(test, 0, build(f, r, nr));
	KUNIT_ASSERT_EQ(test, 0, read_back(f));
	KUNIT_ASSERT_EQ(test, nr, f->nr_got);
	KUNIT_EXPECT_MEMEQ(test, r, f->got, nr * sizeof(*r));
	kunit_kfree(test, r);
}

static u64 page_addr(unsigned int i)
{
	return BASE + 2 * i * PAGE;
}

static u64 data_ptr(struct fixture *f, unsigned int i)
{
	__le64 dptr[2];

	f->ops->data_ptr(f->desc, dptr);
	return le64_to_cpu(dptr[i]);
}

static u64 prp_entry(struct fixture *f, u64 list, unsigned int i)
{
	const __le64 *entries = dmalab_dma_to_virt(f->dev, list);

	return le64_to_cpu(entries[i]);
}

/* ---- nvme-prp ---- */

static void prp_one_page_needs_no_second_pointer(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");

	build_pages(test, f, 1);
	KUNIT_EXPECT_EQ(test, page_addr(0), data_ptr(f, 0));
	KUNIT_EXPECT_EQ(test, 0, data_ptr(f, 1));
	KUNIT_EXPECT_EQ(test, 16, f->ops->size(f->desc));
	close_desc(f);
}

static void prp_second_page_is_in_the_command(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");

	build_pages(test, f, 2);
	KUNIT_EXPECT_EQ(test, page_addr(1), data_ptr(f, 1));
	KUNIT_EXPECT_EQ(test, 16, f->ops->size(f->desc));
	close_desc(f);
}

static void prp_third_page_makes_a_list(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");

	build_pages(test, f, 3);
	KUNIT_EXPECT_EQ(test, page_addr(1), prp_entry(f, data_ptr(f, 1), 0));
	KUNIT_EXPECT_EQ(test, page_addr(2), prp_entry(f, data_ptr(f, 1), 1));
	KUNIT_EXPECT_EQ(test, 32, f->ops->size(f->desc));
	close_desc(f);
}

static void prp_first_entry_may_start_inside_a_page(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");
	struct span r = { BASE + 512, PAGE };

	KUNIT_ASSERT_EQ(test, 0, build(f, &r, 1));
	KUNIT_EXPECT_EQ(test, BASE + 512, data_ptr(f, 0));
	KUNIT_EXPECT_EQ(test, BASE + PAGE, data_ptr(f, 1));
	r.len = 2 * PAGE;
	KUNIT_ASSERT_EQ(test, 0, build(f, &r, 1));
	KUNIT_EXPECT_EQ(test, BASE + PAGE, prp_entry(f, data_ptr(f, 1), 0));
	KUNIT_EXPECT_EQ(test, BASE + 2 * PAGE,
			prp_entry(f, data_ptr(f, 1), 1));
	KUNIT_ASSERT_EQ(test, 0, read_back(f));
	KUNIT_EXPECT_EQ(test, 1, merge(f->got, f->nr_got));
	KUNIT_EXPECT_EQ(test, BASE + 512, f->got[0].addr);
	KUNIT_EXPECT_EQ(test, 2 * PAGE, f->got[0].len);
	close_desc(f);
}

/* A list that is just full has no link: its last entry is the last page. */
static void prp_full_list_is_not_chained(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");

	build_pages(test, f, 1 + PER_LIST);
	KUNIT_EXPECT_EQ(test, page_addr(PER_LIST),
			prp_entry(f, data_ptr(f, 1), PER_LIST - 1));
	KUNIT_EXPECT_EQ(test, (2 + PER_LIST) * 8, f->ops->size(f->desc));
	close_desc(f);
}

static void prp_last_entry_of_a_full_list_is_the_next_list(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");
	u64 second;

	build_pages(test, f, 2 + PER_LIST);
	second = prp_entry(f, data_ptr(f, 1), PER_LIST - 1);
	KUNIT_EXPECT_EQ(test, 0, second % PAGE);
	KUNIT_EXPECT_EQ(test, page_addr(PER_LIST - 1),
			prp_entry(f, data_ptr(f, 1), PER_LIST - 2));
	KUNIT_EXPECT_EQ(test, page_addr(PER_LIST), prp_entry(f, second, 0));
	KUNIT_EXPECT_EQ(test, page_addr(PER_LIST + 1), prp_entry(f, second, 1));
	/* two pointers, an entry for each page but the first, a link */
	KUNIT_EXPECT_EQ(test, (2 + 1 + PER_LIST + 1) * 8,
			f->ops->size(f->desc));
	close_desc(f);
}

static void prp_lists_chain_on_and_on(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");

	build_pages(test, f, 1 + 3 * (PER_LIST - 1));
	build_pages(test, f, 1 + 3 * (PER_LIST - 1) + 1);
	build_pages(test, f, 1 + 3 * (PER_LIST - 1) + 2);
	close_desc(f);
}

static void prp_refuses_what_it_cannot_express(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-prp");
	const struct span inside[] = { { BASE, PAGE }, { 3 * BASE + 8, 512 } };
	const struct span gap[] = { { BASE, 512 }, { 3 * BASE, PAGE } };
	int err;

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, build(f, inside, 2));
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, build(f, gap, 2));
	/* more than was announced */
	f->ops->release(f->desc);
	err = f->ops->begin(f->desc, PAGE, 1) ?:
	      f->ops->push(f->desc, BASE, PAGE) ?:
	      f->ops->push(f->desc, 2 * BASE, PAGE);
	KUNIT_EXPECT_EQ(test, -E2BIG, err);
	close_desc(f);
}

/* ---- nvme-sgl ---- */

static const struct nvme_sgl_desc *sgl_at(struct fixture *f, u64 list)
{
	return dmalab_dma_to_virt(f->dev, list);
}

static struct nvme_sgl_desc sgl_head(struct fixture *f)
{
	struct nvme_sgl_desc head;
	__le64 dptr[2];

	f->ops->data_ptr(f->desc, dptr);
	memcpy(&head, dptr, sizeof(head));
	return head;
}

static void expect_sgl(struct kunit *test, const struct nvme_sgl_desc *d,
		       unsigned int type, size_t len)
{
	KUNIT_EXPECT_EQ(test, type << 4, d->type);
	KUNIT_EXPECT_EQ(test, len, le32_to_cpu(d->length));
}

static void sgl_one_range_is_in_the_command(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-sgl");
	struct span r = { BASE + 3, 12345 };
	struct nvme_sgl_desc head;

	KUNIT_ASSERT_EQ(test, 0, build(f, &r, 1));
	head = sgl_head(f);
	expect_sgl(test, &head, NVME_SGL_FMT_DATA_DESC, 12345);
	KUNIT_EXPECT_EQ(test, BASE + 3, le64_to_cpu(head.addr));
	KUNIT_EXPECT_EQ(test, 16, f->ops->size(f->desc));
	close_desc(f);
}

static void sgl_ranges_are_in_a_last_segment(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-sgl");
	const struct nvme_sgl_desc *d;
	struct nvme_sgl_desc head;

	build_pages(test, f, SGL_PER_LIST);
	head = sgl_head(f);
	expect_sgl(test, &head, NVME_SGL_FMT_LAST_SEG_DESC, PAGE);
	d = sgl_at(f, le64_to_cpu(head.addr));
	expect_sgl(test, d, NVME_SGL_FMT_DATA_DESC, PAGE);
	expect_sgl(test, d + SGL_PER_LIST - 1, NVME_SGL_FMT_DATA_DESC, PAGE);
	KUNIT_EXPECT_EQ(test, (1 + SGL_PER_LIST) * 16, f->ops->size(f->desc));
	close_desc(f);
}

static void sgl_full_segment_ends_in_the_next(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-sgl");
	const struct nvme_sgl_desc *d;
	struct nvme_sgl_desc head;

	build_pages(test, f, SGL_PER_LIST + 1);
	head = sgl_head(f);
	expect_sgl(test, &head, NVME_SGL_FMT_SEG_DESC, PAGE);
	d = sgl_at(f, le64_to_cpu(head.addr));
	expect_sgl(test, d + SGL_PER_LIST - 2, NVME_SGL_FMT_DATA_DESC, PAGE);
	/* two are left: what the link displaced, and one more */
	expect_sgl(test, d + SGL_PER_LIST - 1, NVME_SGL_FMT_LAST_SEG_DESC,
		   2 * sizeof(*d));
	d = sgl_at(f, le64_to_cpu(d[SGL_PER_LIST - 1].addr));
	KUNIT_EXPECT_EQ(test, page_addr(SGL_PER_LIST), le64_to_cpu(d[1].addr));
	close_desc(f);
}

static void sgl_segments_chain_on_and_on(struct kunit *test)
{
	struct fixture *f = open_desc(test, "nvme-sgl");

	build_pages(test, f, 2 * (SGL_PER_LIST - 1) + SGL_PER_LIST);
	build_pages(test, f, 2 * (SGL_PER_LIST - 1) + SGL_PER_LIST + 1);
	build_pages(test, f, 2);
	build_pages(test, f, 3000);
	close_desc(f);
}

/* ---- mtt ---- */

static void expect_mtt(struct kunit *test, struct fixture *f,
		       const struct span *r, unsigned int nr,
		       unsigned int entries)
{
	KUNIT_ASSERT_EQ(test, 0, build(f, r, nr));
	KUNIT_EXPECT_EQ(test, entries * 8, f->ops->size(f->desc));
}

static void mtt_page_is_the_largest_that_fits(struct kunit *test)
{
	struct fixture *f = open_desc(test, "mtt");
	const struct span one[] = { { SZ_4G, SZ_2M } };
	const struct span odd[] = { { SZ_4G + PAGE, SZ_2M } };
	const struct span apart[] = { { SZ_4G, SZ_64K },
				       { SZ_4G + SZ_1M, SZ_64K } };
	const struct span shifted[] = { { SZ_4G, SZ_64K },
					 { SZ_4G + SZ_1M + SZ_16K, SZ_64K } };
	const struct span joined[] = { { SZ_4G, PAGE },
					{ SZ_4G + PAGE, SZ_64K - PAGE } };

	expect_mtt(test, f, one, 1, 1);
	expect_mtt(test, f, odd, 1, 512);
	expect_mtt(test, f, apart, 2, 2);
	expect_mtt(test, f, shifted, 2, 8);
	expect_mtt(test, f, joined, 2, 1);
	close_desc(f);
}

static void mtt_region_may_start_inside_a_page(struct kunit *test)
{
	struct fixture *f = open_desc(test, "mtt");
	const struct span r[] = { { SZ_4G + 512, SZ_64K } };

	/* 17 pages of 4K, but one of 128K holds them */
	expect_mtt(test, f, r, 1, 1);
	KUNIT_ASSERT_EQ(test, 0, read_back(f));
	KUNIT_ASSERT_EQ(test, 1, f->nr_got);
	KUNIT_EXPECT_MEMEQ(test, r, f->got, sizeof(*r));
	close_desc(f);
}

static void mtt_refuses_ranges_that_meet_inside_a_page(struct kunit *test)
{
	struct fixture *f = open_desc(test, "mtt");
	const struct span r[] = { { SZ_4G, 512 }, { SZ_8G, PAGE } };

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, build(f, r, 2));
	close_desc(f);
}

/* ---- gpu-pte ---- */

/* As many fragments as the walk names ranges. */
static void expect_gpu(struct kunit *test, struct fixture *f,
		       const struct span *r, unsigned int nr,
		       unsigned int entries, unsigned int fragments)
{
	KUNIT_ASSERT_EQ(test, 0, build(f, r, nr));
	KUNIT_EXPECT_EQ(test, entries * 8, f->ops->size(f->desc));
	KUNIT_ASSERT_EQ(test, 0, read_back(f));
	KUNIT_EXPECT_EQ(test, fragments, f->nr_got);
}

static void gpu_fragments_are_contiguous_and_congruent(struct kunit *test)
{
	struct fixture *f = open_desc(test, "gpu-pte");
	const struct span one[] = { { SZ_4G, SZ_64K } };
	const struct span large[] = { { SZ_4G, SZ_4M } };
	const struct span odd[] = { { SZ_4G + PAGE, SZ_64K } };
	const struct span apart[] = { { SZ_4G, SZ_64K },
				       { SZ_8G + PAGE, SZ_64K } };
	const struct span joined[] = { { SZ_4G, PAGE },
					{ SZ_4G + PAGE, SZ_64K - PAGE } };
	const struct span ragged[] = { { SZ_4G, 7 * PAGE } };

	expect_gpu(test, f, one, 1, 16, 1);
	expect_gpu(test, f, large, 1, 1024, 2);
	/* the device's page 0 is our page 1: nothing agrees but single pages */
	expect_gpu(test, f, odd, 1, 16, 16);
	expect_gpu(test, f, apart, 2, 32, 1 + 16);
	expect_gpu(test, f, joined, 2, 16, 1);
	expect_gpu(test, f, ragged, 1, 7, 3);
	close_desc(f);
}

static void gpu_refuses_ranges_that_meet_inside_a_page(struct kunit *test)
{
	struct fixture *f = open_desc(test, "gpu-pte");
	const struct span r[] = { { SZ_4G, 512 }, { SZ_8G, PAGE } };

	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, build(f, r, 2));
	close_desc(f);
}

/* ---- all of them ---- */

static void desc_name(const unsigned int *i, char *desc)
{
	strscpy(desc, dmalab_desc_at(*i)->name, KUNIT_PARAM_DESC_SIZE);
}

static dmalab_generate_params(every_desc)
{
	static const unsigned int index[] = { 0, 1, 2, 3, 4, 5, 6, 7 };
	const unsigned int *next = prev ? (const unsigned int *)prev + 1 : index;

	if (next == index + ARRAY_SIZE(index) || !dmalab_desc_at(*next))
		return NULL;
	desc_name(next, desc);
	return next;
}

static unsigned int random_ranges(struct rnd_state *rnd, struct span *r)
{
	unsigned int nr = 1 + prandom_u32_state(rnd) % 300;
	unsigned int i;

	for (i = 0; i < nr; i++) {
		r[i].addr = BASE + (prandom_u32_state(rnd) % 4096) * PAGE;
		r[i].len = (1 + prandom_u32_state(rnd) % 8) * PAGE;
		if (i && prandom_u32_state(rnd) % 2)
			r[i].addr = r[i - 1].addr + r[i - 1].len;
	}
	r[0].addr += prandom_u32_state(rnd) % 2 * 8;
	r[0].len = ALIGN(r[0].addr + r[0].len, PAGE) - r[0].addr;
	r[nr - 1].len -= prandom_u32_state(rnd) % 2 * 8;
	return nr;
}

/* What is read back is what was pushed, whatever it was cut into. */
static void random_ranges_are_read_back(struct kunit *test)
{
	const unsigned int *index = test->param_value;
	struct fixture *f = open_desc(test, dmalab_desc_at(*index)->name);
	struct rnd_state rnd;
	struct span *r;
	unsigned int i, nr;

	r = kunit_kcalloc(test, 300, sizeof(*r), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, r);
	prandom_seed_state(&rnd, 2026);
	for (i = 0; i < 200; i++) {
		nr = random_ranges(&rnd, r);
		KUNIT_ASSERT_EQ(test, 0, build(f, r, nr));
		KUNIT_ASSERT_EQ(test, 0, read_back(f));
		nr = merge(r, nr);
		KUNIT_ASSERT_EQ(test, nr, merge(f->got, f->nr_got));
		KUNIT_ASSERT_MEMEQ(test, r, f->got, nr * sizeof(*r));
	}
	close_desc(f);
}

static struct kunit_case desc_cases[] = {
	KUNIT_CASE(prp_one_page_needs_no_second_pointer),
	KUNIT_CASE(prp_second_page_is_in_the_command),
	KUNIT_CASE(prp_third_page_makes_a_list),
	KUNIT_CASE(prp_first_entry_may_start_inside_a_page),
	KUNIT_CASE(prp_full_list_is_not_chained),
	KUNIT_CASE(prp_last_entry_of_a_full_list_is_the_next_list),
	KUNIT_CASE(prp_lists_chain_on_and_on),
	KUNIT_CASE(prp_refuses_what_it_cannot_express),
	KUNIT_CASE(sgl_one_range_is_in_the_command),
	KUNIT_CASE(sgl_ranges_are_in_a_last_segment),
	KUNIT_CASE(sgl_full_segment_ends_in_the_next),
	KUNIT_CASE(sgl_segments_chain_on_and_on),
	KUNIT_CASE(mtt_page_is_the_largest_that_fits),
	KUNIT_CASE(mtt_region_may_start_inside_a_page),
	KUNIT_CASE(mtt_refuses_ranges_that_meet_inside_a_page),
	KUNIT_CASE(gpu_fragments_are_contiguous_and_congruent),
	KUNIT_CASE(gpu_refuses_ranges_that_meet_inside_a_page),
	KUNIT_CASE_PARAM(random_ranges_are_read_back, every_desc),
	{}
};

static struct kunit_suite desc_suite = {
	.name = "dmalab_desc",
	.test_cases = desc_cases,
};

kunit_test_suite(desc_suite);
