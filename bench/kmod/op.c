// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which paths and descriptors are there, and how does one operation come to
 * life?
 */
#include <linux/string.h>

#include "dmalab.h"

#define DMALAB_PATH(x) &dmalab_path_##x,
static const struct dmalab_path *const paths[] = {
#include "paths/list.h"
};
#undef DMALAB_PATH

#define DMALAB_DESC(x) &dmalab_desc_##x,
static const struct dmalab_desc_ops *const descs[] = {
#include "descs/list.h"
};
#undef DMALAB_DESC

const struct dmalab_path *dmalab_path_at(unsigned int i)
{
	return i < ARRAY_SIZE(paths) ? paths[i] : NULL;
}

const struct dmalab_path *dmalab_path_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(paths); i++)
		if (!strcmp(paths[i]->name, name))
			return paths[i];
	return NULL;
}

const struct dmalab_desc_ops *dmalab_desc_at(unsigned int i)
{
	return i < ARRAY_SIZE(descs) ? descs[i] : NULL;
}

const struct dmalab_desc_ops *dmalab_desc_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(descs); i++)
		if (!strcmp(descs[i]->name, name))
			return descs[i];
	return NULL;
}

/**
 * dmalab_op_init - make an operation ready to be mapped
 * @op: what to fill in
 * @dev: the device to map for
 * @plan: its parts
 *
 * Return: 0 or -errno; after an error there is nothing to undo.
 */
int dmalab_op_init(struct dmalab_op *op, struct device *dev,
		   const struct dmalab_plan *plan)
{
	int err;

	*op = (struct dmalab_op){
		.dev = dev,
		.dir = plan->dir,
		.path = plan->path,
	};
	err = dmalab_mem_alloc(&op->mem, &plan->shape);
	if (err)
		return err;
	op->desc = plan->desc->create(dev, plan->shape.bytes);
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
