// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which paths and descriptors are there, and how does one operation come to
 * life?
 */
#include <linux/string.h>
#include <kunit/visibility.h>

#include "dmalab.h"

const struct dmalab_path *dmalab_path_at(unsigned int i)
{
	const struct dmalab_path *path = NULL;
	unsigned int n = 0;

#define DMALAB_PATH(x) (path = n++ == i ? &dmalab_path_##x : path)
#include "paths/list.h"
#undef DMALAB_PATH
	return path;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_path_at);

const struct dmalab_path *dmalab_path_find(const char *name)
{
	const struct dmalab_path *path;
	unsigned int i;

	for (i = 0; (path = dmalab_path_at(i)); i++)
		if (!strcmp(path->name, name))
			break;
	return path;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_path_find);

const struct dmalab_desc_ops *dmalab_desc_at(unsigned int i)
{
	const struct dmalab_desc_ops *desc = NULL;
	unsigned int n = 0;

#define DMALAB_DESC(x) (desc = n++ == i ? &dmalab_desc_##x : desc)
#include "descs/list.h"
#undef DMALAB_DESC
	return desc;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_desc_at);

const struct dmalab_desc_ops *dmalab_desc_find(const char *name)
{
	const struct dmalab_desc_ops *desc;
	unsigned int i;

	for (i = 0; (desc = dmalab_desc_at(i)); i++)
		if (!strcmp(desc->name, name))
			break;
	return desc;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_desc_find);

/**
 * dmalab_bench_open - make a plan ready for a device
 * @bench: what to fill in
 * @dev: the device, which stays until dmalab_bench_close()
 * @plan: the plan
 *
 * Return: 0 or -errno; after an error there is nothing to undo.
 */
int dmalab_bench_open(struct dmalab_bench *bench, struct device *dev,
		      const struct dmalab_plan *plan)
{
	*bench = (struct dmalab_bench){ .dev = dev, .plan = *plan };
	if (plan->desc->open)
		bench->shared = plan->desc->open(dev);
	return PTR_ERR_OR_ZERO(bench->shared);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_bench_open);

/**
 * dmalab_bench_close - undo dmalab_bench_open()
 * @bench: of which no operation is left
 */
void dmalab_bench_close(struct dmalab_bench *bench)
{
	if (bench->plan.desc->close)
		bench->plan.desc->close(bench->shared);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_bench_close);

/* No path makes more ranges than there are pages or segments. */
static unsigned int max_ranges(const struct dmalab_shape *shape)
{
	return max_t(size_t, shape->bytes / PAGE_SIZE + 2, shape->nr_segs);
}

/**
 * dmalab_op_init - make an operation ready to be mapped
 * @op: what to fill in
 * @bench: what it is made from
 *
 * Return: 0; -EOPNOTSUPP when the kernel lacks what the path calls; or -errno.
 * After an error there is nothing to undo.
 */
int dmalab_op_init(struct dmalab_op *op, const struct dmalab_bench *bench)
{
	const struct dmalab_plan *plan = &bench->plan;
	int err;

	*op = (struct dmalab_op){
		.dev = bench->dev,
		.dir = plan->dir,
		.path = plan->path,
	};
	if (op->path->lacks)
		return -EOPNOTSUPP;
	if (dmalab_layout_is_mmio(plan->shape.layout)) {
		if (!op->path->mmio)
			return -EOPNOTSUPP;
		op->attrs = DMALAB_ATTR_MMIO;
	}
	err = dmalab_mem_alloc(&op->mem, &plan->shape, bench->dev);
	if (err)
		return err;
	op->desc = plan->desc->create(bench->dev, bench->shared,
				      plan->shape.bytes,
				      max_ranges(&plan->shape));
	if (IS_ERR(op->desc)) {
		err = PTR_ERR(op->desc);
		goto err_mem;
	}
	if (op->path->prepare) {
		err = op->path->prepare(op);
		if (err)
			goto err_desc;
	}
	return 0;

err_desc:
	plan->desc->destroy(op->desc);
err_mem:
	dmalab_mem_free(&op->mem);
	return err;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_op_init);

/**
 * dmalab_op_exit - undo dmalab_op_init()
 * @op: an operation that is not mapped
 */
void dmalab_op_exit(struct dmalab_op *op)
{
	if (op->path->unprepare)
		op->path->unprepare(op);
	op->desc->ops->destroy(op->desc);
	dmalab_mem_free(&op->mem);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_op_exit);
