// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does every path keep the contract: what it maps reaches the right bytes, it
 * gives back what it took, and when the k-th call of the mapping API fails it
 * unwinds the k - 1 before?
 *
 * The seam is a kprobe on the kernel's own mapping functions, so the measured
 * code carries nothing for it.  A path that calls something new adds a line to
 * families[].
 *
 * All of it happens for a device that maps directly and, where there is one,
 * for a device behind an IOMMU, which is borrowed for that.
 */
#include <linux/kprobes.h>
#include <linux/pci.h>
#include <linux/slab.h>

#include "test.h"

/* how a function says that it failed */
enum verdict {
	SAYS_ADDRESS,	/* DMA_MAPPING_ERROR */
	SAYS_ERRNO,	/* an int below zero */
	SAYS_BOOL,	/* false */
};

/**
 * struct family - calls that must balance
 * @take: maps or allocates
 * @give: undoes it; NULL where something else undoes many calls at once
 * @says: the type of what @take returns
 * @failure: what that is when it fails
 * @has_fallback: then the path goes another way, and does not fail
 * @may_forget: nothing must be undone where dma_need_unmap() says so
 */
struct family {
	const char *take;
	const char *give;
	enum verdict says;
	unsigned long failure;
	bool has_fallback;
	bool may_forget;
};

static const struct family families[] = {
	{ "dma_map_page_attrs", "dma_unmap_page_attrs",
	  SAYS_ADDRESS, DMA_MAPPING_ERROR },
	{ "dma_map_phys", "dma_unmap_phys",
	  SAYS_ADDRESS, DMA_MAPPING_ERROR, .may_forget = true },
	{ "dma_map_sgtable", "dma_unmap_sg_attrs", SAYS_ERRNO, -EIO },
	{ "sg_alloc_table", "sg_free_table", SAYS_ERRNO, -ENOMEM },
	{ "dma_iova_try_alloc", "dma_iova_destroy",
	  SAYS_BOOL, false, .has_fallback = true },
	{ "dma_iova_link", NULL, SAYS_ERRNO, -ENOMEM },
	{ "dma_iova_link_vecs", NULL, SAYS_ERRNO, -ENOMEM },
	{ "dma_iova_sync", NULL, SAYS_ERRNO, -EIO },
};

/**
 * struct watch - calls of one family, by the test's own thread
 * @fail: makes @family->take fail
 * @take: sees what it returns
 * @give: counts @family->give
 * @family: which
 * @present: this kernel has such functions, and probes
 * @calls: of @family->take
 * @taken: of them, how many succeeded
 * @given: calls of @family->give
 */
struct watch {
	struct kprobe fail;
	struct kretprobe take;
	struct kprobe give;
	const struct family *family;
	bool present;
	unsigned int calls;
	unsigned int taken;
	unsigned int given;
};

static struct watch watches[ARRAY_SIZE(families)];
static struct task_struct *watched_task;
/* a device behind an IOMMU, or NULL */
static struct pci_dev *translated;
/* whose @fail_at-th call fails, counted from 1 */
static struct watch *failing;
static unsigned int fail_at;
static bool has_failed;

/* Stands in for a function that is to fail: returns what %ax holds. */
static noinline notrace void return_at_once(void)
{
}

static int __kprobes on_fail(struct kprobe *p, struct pt_regs *regs)
{
	struct watch *w = container_of(p, struct watch, fail);

	if (current != watched_task)
		return 0;
	w->calls++;
	if (w != failing || w->calls != fail_at)
		return 0;
	has_failed = true;
	regs_set_return_value(regs, w->family->failure);
	instruction_pointer_set(regs, (unsigned long)return_at_once);
	return 1;
}

/* A post handler keeps a probe from being optimized, which ignores the jump. */
static void __kprobes on_post(struct kprobe *p, struct pt_regs *regs,
			      unsigned long flags)
{
}

static int __kprobes on_taken(struct kretprobe_instance *ri,
			      struct pt_regs *regs)
{
	struct watch *w = container_of(get_kretprobe(ri), struct watch, take);
	unsigned long ret = regs_return_value(regs);
	bool failed = false;

	switch (w->family->says) {
	case SAYS_ADDRESS:
		failed = ret == DMA_MAPPING_ERROR;
		break;
	case SAYS_ERRNO:
		failed = (int)ret < 0;
		break;
	case SAYS_BOOL:
		failed = !(u8)ret;
		break;
	}
	if (current == watched_task && !failed)
		w->taken++;
	return 0;
}

static int __kprobes on_give(struct kprobe *p, struct pt_regs *regs)
{
	if (current == watched_task)
		container_of(p, struct watch, give)->given++;
	return 0;
}

static bool watch_family(struct watch *w, const struct family *family)
{
	*w = (struct watch){
		.family = family,
		.fail = {
			.symbol_name = family->take,
			.pre_handler = on_fail,
			.post_handler = on_post,
		},
		.take = {
			.kp.symbol_name = family->take,
			.handler = on_taken,
		},
		.give = {
			.symbol_name = family->give,
			.pre_handler = on_give,
		},
	};
	/*
	 * The one with a post handler comes first: where others have been
	 * before, kprobes arms it one way and disarms it another, and warns.
	 */
	if (register_kprobe(&w->fail))
		return false;
	if (register_kretprobe(&w->take))
		goto err_fail;
	if (family->give && register_kprobe(&w->give))
		goto err_take;
	return true;

err_take:
	unregister_kretprobe(&w->take);
err_fail:
	unregister_kprobe(&w->fail);
	return false;
}

/* What borrowing a device leaves as it is, a test may use as well. */
static struct pci_dev *find_translated(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		if (dmalab_translates(&pdev->dev))
			break;
	return pdev;
}

static int watch_all(struct kunit_suite *suite)
{
	unsigned int i;

	translated = find_translated();

	for (i = 0; i < ARRAY_SIZE(families); i++)
		watches[i].present = watch_family(&watches[i], &families[i]);
	return 0;
}

static void unwatch_all(struct kunit_suite *suite)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		if (!watches[i].present)
			continue;
		if (families[i].give)
			unregister_kprobe(&watches[i].give);
		unregister_kretprobe(&watches[i].take);
		unregister_kprobe(&watches[i].fail);
	}
	pci_dev_put(translated);
}

static void start_watching(struct watch *fails, unsigned int at)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		watches[i].calls = 0;
		watches[i].taken = 0;
		watches[i].given = 0;
	}
	has_failed = false;
	failing = fails;
	fail_at = at;
	WRITE_ONCE(watched_task, current);
}

static void stop_watching(void)
{
	WRITE_ONCE(watched_task, NULL);
}

static bool must_unmap(struct device *dev)
{
#ifdef DMALAB_HAS_IOVA
	return dma_need_unmap(dev);
#else
	return true;
#endif
}

/* Return: how many calls there were to balance */
static unsigned int expect_balance(struct kunit *test, struct device *dev)
{
	unsigned int i, calls = 0;

	for (i = 0; i < ARRAY_SIZE(families); i++) {
		const struct watch *w = &watches[i];

		if (!w->present)
			continue;
		calls += w->calls;
		if (!families[i].give)
			continue;
		if (families[i].may_forget && !must_unmap(dev) && !w->given)
			continue;
		KUNIT_EXPECT_EQ_MSG(test, w->taken, w->given, "%s",
				    families[i].take);
	}
	return calls;
}

/* A path of which no call was seen has shown nothing. */
static void expect_calls(struct kunit *test, const struct dmalab_path *path,
			 unsigned int calls)
{
	if (!calls && !path->untranslated)
		kunit_skip(test, "no probes here, or families[] lacks what %s calls",
			   path->name);
}

struct path_param {
	bool translated;
	unsigned int path;
	unsigned int shape;
};

static const struct {
	const char *mem;
	size_t bytes;
	unsigned int nr_segs;
	unsigned int offset;
} shapes[] = {
	{ "scattered", SZ_4K, 1, 0 },
	{ "scattered", SZ_32K, 9, 512 },
	{ "contig", SZ_64K, 1, 512 },
	{ "contig", SZ_64K, 16, 0 },
	{ "scattered", SZ_1M, 256, 0 },
	{ "gapped", SZ_64K, 32, 512 },
};

/* Every path with every shape, for each device that there is. */
static dmalab_generate_params(every_path)
{
	static struct path_param p;

	if (!prev) {
		p = (struct path_param){};
	} else if (++p.shape == ARRAY_SIZE(shapes)) {
		p.shape = 0;
		p.path++;
	}
	if (!dmalab_path_at(p.path)) {
		if (p.translated || !translated)
			return NULL;
		p = (struct path_param){ .translated = true };
	}
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%s-%s-%zu/%u%s",
		 dmalab_path_at(p.path)->name, shapes[p.shape].mem,
		 shapes[p.shape].bytes, shapes[p.shape].nr_segs,
		 p.translated ? "-iommu" : "");
	return &p;
}

struct fixture {
	struct dmalab_bench bench;
	struct dmalab_op op;
};

static struct fixture *open_plan(struct kunit *test, struct device *dev,
				 const struct dmalab_path *path,
				 const char *desc, struct dmalab_shape shape)
{
	struct fixture *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	struct dmalab_plan plan = {
		.path = path,
		.desc = dmalab_desc_find(desc),
		.shape = shape,
		.dir = DMA_TO_DEVICE,
	};

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_EQ(test, 0, dmalab_shape_check(&shape));
	KUNIT_ASSERT_EQ(test, 0, dmalab_bench_open(&f->bench, dev, &plan));
	KUNIT_ASSERT_EQ(test, 0, dmalab_op_init(&f->op, &f->bench));
	return f;
}

static struct fixture *open_param(struct kunit *test, const char *desc)
{
	const struct path_param *p = test->param_value;
	const struct dmalab_path *path = dmalab_path_at(p->path);

	if (path->lacks)
		kunit_skip(test, "this kernel has no %s", path->lacks);
	return open_plan(test,
			 p->translated ? &translated->dev :
					 dmalab_test_device(test),
			 path, desc,
			 dmalab_test_shape(shapes[p->shape].mem,
					   shapes[p->shape].bytes,
					   shapes[p->shape].nr_segs,
					   shapes[p->shape].offset));
}

/* The test's own device goes too: there is one at a time of the same name. */
static void close_plan(struct kunit *test, struct fixture *f)
{
	dmalab_op_exit(&f->op);
	dmalab_bench_close(&f->bench);
	if (!translated || f->bench.dev != &translated->dev)
		kunit_device_unregister(test, f->bench.dev);
}

/* Pieces of pages are for descriptors that name bytes, not pages. */
static const char *takes_all(struct kunit *test)
{
	const struct path_param *p = test->param_value;

	return strcmp(shapes[p->shape].mem, "gapped") ? "nvme-prp" : "nvme-sgl";
}

static void every_byte_is_reached(struct kunit *test)
{
	const struct dmalab_desc_ops *desc;
	unsigned int i;

	for (i = 0; (desc = dmalab_desc_at(i)); i++) {
		struct dmalab_verdict verdict = {};
		struct fixture *f = open_param(test, desc->name);
		int err = dmalab_verify(&f->op, &verdict);

		if (err == -EOPNOTSUPP && strcmp(desc->name, takes_all(test))) {
			close_plan(test, f);
			continue;
		}
		KUNIT_EXPECT_EQ_MSG(test, 0, err, "%s", desc->name);
		KUNIT_EXPECT_EQ(test, f->op.mem.bytes, verdict.bytes);
		KUNIT_EXPECT_GT(test, verdict.nr_ranges, 0);
		KUNIT_EXPECT_GT(test, verdict.desc_bytes, 0);
		close_plan(test, f);
	}
}

static void map_and_unmap_balance(struct kunit *test)
{
	struct fixture *f = open_param(test, takes_all(test));
	const struct dmalab_path *path = f->op.path;
	unsigned int calls;

	start_watching(NULL, 0);
	KUNIT_EXPECT_EQ(test, 0, dmalab_op_whole(&f->op));
	stop_watching();
	calls = expect_balance(test, f->bench.dev);
	close_plan(test, f);
	expect_calls(test, path, calls);
}

/* Fails the k-th call, for every k that the path gets to. */
static unsigned int fail_each(struct kunit *test, struct dmalab_op *op,
			      struct watch *w)
{
	struct dmalab_verdict verdict = {};
	unsigned int k = 0;
	int err;

	do {
		start_watching(w, ++k);
		err = dmalab_op_whole(op);
		stop_watching();
		KUNIT_EXPECT_EQ_MSG(test,
				    has_failed && !w->family->has_fallback,
				    !!err, "%s %u", w->family->take, k);
		expect_balance(test, op->dev);
	} while (has_failed);
	KUNIT_EXPECT_EQ(test, 0, dmalab_verify(op, &verdict));
	return k - 1;
}

static void kth_failure_is_unwound(struct kunit *test)
{
	struct fixture *f = open_param(test, takes_all(test));
	const struct dmalab_path *path = f->op.path;
	unsigned int i, failures = 0;

	for (i = 0; i < ARRAY_SIZE(families); i++)
		if (watches[i].present)
			failures += fail_each(test, &f->op, &watches[i]);
	close_plan(test, f);
	expect_calls(test, path, failures);
}

/* ---- a device's own memory ---- */

static struct pci_dev *find_bar(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev)
		for (int i = 0; i < PCI_STD_NUM_BARS; i++)
			if (pci_resource_flags(pdev, i) & IORESOURCE_MEM &&
			    pci_resource_len(pdev, i) >= PAGE_SIZE)
				return pdev;
	return NULL;
}

static void bar_by_path(struct kunit *test, struct device *dev,
			const struct dmalab_path *path)
{
	struct dmalab_plan plan = {
		.path = path,
		.desc = dmalab_desc_find("nvme-prp"),
		.shape = dmalab_test_shape("mmio", PAGE_SIZE, 1, 0),
		.dir = DMA_TO_DEVICE,
	};
	struct dmalab_verdict verdict = {};
	struct dmalab_bench bench;
	struct dmalab_op op;
	int err;

	KUNIT_ASSERT_EQ(test, 0, dmalab_bench_open(&bench, dev, &plan));
	err = dmalab_op_init(&op, &bench);
	KUNIT_EXPECT_EQ_MSG(test, path->mmio ? 0 : -EOPNOTSUPP, err, "%s",
			    path->name);
	if (!err) {
		start_watching(NULL, 0);
		err = dmalab_verify(&op, &verdict);
		stop_watching();
		KUNIT_EXPECT_EQ_MSG(test, 0, err, "%s", path->name);
		KUNIT_EXPECT_EQ(test, PAGE_SIZE, verdict.bytes);
		expect_balance(test, dev);
		dmalab_op_exit(&op);
	}
	dmalab_bench_close(&bench);
}

static void a_bar_is_mapped_by_those_who_need_no_page(struct kunit *test)
{
	struct pci_dev *pdev = find_bar();
	const struct dmalab_path *path;
	unsigned int i;

	if (!pdev)
		kunit_skip(test, "no PCI device has memory of its own");
	for (i = 0; (path = dmalab_path_at(i)); i++)
		bar_by_path(test, &pdev->dev, path);
	pci_dev_put(pdev);
}

/* ---- a descriptor that fails half-way ---- */

static int (*real_push)(struct dmalab_desc *desc, dma_addr_t addr, size_t len);
static unsigned int pushes_left;

static int failing_push(struct dmalab_desc *desc, dma_addr_t addr, size_t len)
{
	if (!pushes_left--)
		return -ENOMEM;
	return real_push(desc, addr, len);
}

static void failed_fill_is_unwound(struct kunit *test)
{
	struct fixture *f = open_param(test, takes_all(test));
	struct dmalab_desc_ops fake = *f->op.desc->ops;
	const struct dmalab_desc_ops *real = f->op.desc->ops;
	unsigned int k;

	real_push = real->push;
	fake.push = failing_push;
	f->op.desc->ops = &fake;
	for (k = 0; k < 3; k++) {
		pushes_left = k;
		start_watching(NULL, 0);
		dmalab_op_whole(&f->op);
		stop_watching();
		expect_balance(test, f->bench.dev);
	}
	f->op.desc->ops = real;
	close_plan(test, f);
}

/* ---- paths that lie ---- */

static int lying_map(struct dmalab_op *op)
{
	op->nr_ranges = op->mem.nr_segs;
	return 0;
}

static void lying_unmap(struct dmalab_op *op)
{
}

static int shifted_fill(struct dmalab_op *op)
{
	return dmalab_push(op, dmalab_seg_phys(op->mem.segs) + 8,
			   op->mem.bytes);
}

static int short_fill(struct dmalab_op *op)
{
	return dmalab_push(op, dmalab_seg_phys(op->mem.segs), PAGE_SIZE);
}

static int swapped_fill(struct dmalab_op *op)
{
	const struct dmalab_seg *segs = op->mem.segs;

	return dmalab_push(op, dmalab_seg_phys(&segs[1]), segs[1].len) ?:
	       dmalab_push(op, dmalab_seg_phys(&segs[0]), segs[0].len);
}

static int long_fill(struct dmalab_op *op)
{
	return dmalab_push(op, dmalab_seg_phys(&op->mem.segs[0]), PAGE_SIZE) ?:
	       dmalab_push(op, dmalab_seg_phys(&op->mem.segs[1]), PAGE_SIZE) ?:
	       dmalab_push(op, dmalab_seg_phys(&op->mem.segs[1]), PAGE_SIZE);
}

static void wrong_addresses_are_found(struct kunit *test)
{
	int (*const fills[])(struct dmalab_op *op) = {
		shifted_fill, short_fill, swapped_fill, long_fill,
	};
	struct dmalab_path path = {
		.name = "lying",
		.untranslated = true,
		.map = lying_map,
		.unmap = lying_unmap,
	};
	struct dmalab_verdict verdict;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(fills); i++) {
		struct fixture *f;

		path.fill = fills[i];
		f = open_plan(test, dmalab_test_device(test), &path, "gpu-pte",
			      dmalab_test_shape("scattered", SZ_8K, 2, 0));
		KUNIT_EXPECT_EQ_MSG(test, -EBADMSG,
				    dmalab_verify(&f->op, &verdict),
				    "fill %u", i);
		close_plan(test, f);
	}
}

/* ---- a path that sleeps ---- */

static unsigned int naps;

/* every other operation */
static int sleepy_map(struct dmalab_op *op)
{
	if (naps++ & 1)
		schedule_timeout_uninterruptible(1);
	op->nr_ranges = op->mem.nr_segs;
	return 0;
}

static int sleepy_fill(struct dmalab_op *op)
{
	return dmalab_push(op, dmalab_seg_phys(op->mem.segs), op->mem.bytes);
}

static void disturbed_samples_are_taken_again(struct kunit *test)
{
	static const struct dmalab_path path = {
		.name = "sleepy",
		.may_sleep = true,
		.untranslated = true,
		.map = sleepy_map,
		.fill = sleepy_fill,
		.unmap = lying_unmap,
	};
	struct dmalab_run run = { .ops = 8, .warmup = 1 };
	struct fixture *f;
	u64 *samples;
	int err;

	samples = kunit_kcalloc(test, run.ops * DMALAB_NR_READINGS,
				sizeof(*samples), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, samples);
	f = open_plan(test, dmalab_test_device(test), &path, "nvme-prp",
		      dmalab_test_shape("scattered", SZ_4K, 1, 0));
	naps = 0;
	err = dmalab_pass_ticks(&f->op, &run, samples);
	KUNIT_EXPECT_EQ(test, 0, err);
	/* two sequences of 8, with a nap before all but the first sample */
	KUNIT_EXPECT_GE(test, run.discarded, 14);
	close_plan(test, f);
}

static void cold_operations_are_measured_once(struct kunit *test)
{
	struct dmalab_run run = { .ops = 4 };
	u64 samples[4][DMALAB_NR_READINGS] = {};
	struct fixture *f;
	unsigned int i;

	f = open_plan(test, dmalab_test_device(test), dmalab_path_find("null"),
		      "nvme-prp", dmalab_test_shape("scattered", SZ_4K, 1, 0));
	KUNIT_EXPECT_EQ(test, 0,
			dmalab_pass_ticks(&f->op, &run, samples[0]));
	for (i = 0; i < run.ops; i++) {
		KUNIT_EXPECT_GT(test, samples[i][DMALAB_READ_MAP], 0);
		KUNIT_EXPECT_EQ(test, samples[i][DMALAB_READ_OP],
				samples[i][DMALAB_READ_MAP] +
				samples[i][DMALAB_READ_FILL] +
				samples[i][DMALAB_READ_UNMAP]);
	}
	close_plan(test, f);
}

/* Says so where the tests above had no IOMMU to map through. */
static void a_device_is_translated(struct kunit *test)
{
	if (!translated)
		kunit_skip(test, "no PCI device is behind an IOMMU");
	KUNIT_EXPECT_TRUE(test, dmalab_translates(&translated->dev));
}

static struct kunit_case path_cases[] = {
	KUNIT_CASE_PARAM(every_byte_is_reached, every_path),
	KUNIT_CASE_PARAM(map_and_unmap_balance, every_path),
	KUNIT_CASE_PARAM(kth_failure_is_unwound, every_path),
	KUNIT_CASE_PARAM(failed_fill_is_unwound, every_path),
	KUNIT_CASE(a_device_is_translated),
	KUNIT_CASE(a_bar_is_mapped_by_those_who_need_no_page),
	KUNIT_CASE(wrong_addresses_are_found),
	KUNIT_CASE(disturbed_samples_are_taken_again),
	KUNIT_CASE(cold_operations_are_measured_once),
	{}
};

static struct kunit_suite path_suite = {
	.name = "dmalab_path",
	.suite_init = watch_all,
	.suite_exit = unwatch_all,
	.test_cases = path_cases,
};

kunit_test_suite(path_suite);
