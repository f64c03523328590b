// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does data arrive through the very descriptor that a case builds?  A pattern
 * goes from memory to an NVMe namespace through one, and back into other
 * memory through another.
 */
#include <linux/mm.h>
#include <linux/pci.h>

#include "dmalab.h"
#include "nvme.h"

/* No two 8-byte words of a transfer are the same, and no two transfers. */
static u64 pattern(unsigned int seed, size_t word)
{
	return ((u64)seed << 32 ^ word) * 0x9e3779b97f4a7c15ULL;
}

typedef bool (*dmalab_byte_fn)(u8 *byte, u8 want);

static bool set_byte(u8 *byte, u8 want)
{
	*byte = want;
	return true;
}

/* Memory that is to be read into holds no byte that could pass for the data. */
static bool spoil_byte(u8 *byte, u8 want)
{
	*byte = ~want;
	return true;
}

static bool check_byte(u8 *byte, u8 want)
{
	return *byte == want;
}

/* Return: bytes for which @fn was true, up to the first for which it was not */
static size_t each_byte(struct dmalab_mem *mem, unsigned int seed,
			dmalab_byte_fn fn)
{
	size_t done = 0;
	unsigned int i, j;

	for (i = 0; i < mem->nr_segs; i++) {
		u8 *seg = page_address(mem->segs[i].page) + mem->segs[i].offset;

		for (j = 0; j < mem->segs[i].len; j++, done++) {
			u64 word = pattern(seed, done / sizeof(u64));

			if (!fn(seg + j, word >> 8 * (done % sizeof(u64))))
				return done;
		}
		cond_resched();
	}
	return done;
}

static int move(struct dmalab_nvme *nvme, struct dmalab_op *op, u64 lba)
{
	bool sgl = op->desc->ops->is_sgl;
	__le64 dptr[2];
	int err;

	err = dmalab_op_map(op);
	if (err)
		return err;
	err = dmalab_op_fill(op);
	if (!err) {
		op->desc->ops->data_ptr(op->desc, dptr);
		err = dmalab_nvme_io(nvme, op->dir == DMA_TO_DEVICE, lba,
				     op->mem.bytes, dptr, sgl);
	}
	dmalab_op_unmap(op);
	return err;
}

static int there_and_back(struct dmalab_nvme *nvme, struct dmalab_op *there,
			  struct dmalab_op *back, unsigned int seed, u64 lba)
{
	size_t right;
	int err;

	each_byte(&there->mem, seed, set_byte);
	each_byte(&back->mem, seed, spoil_byte);
	err = move(nvme, there, lba) ?: move(nvme, back, lba);
	if (err)
		return err;
	right = each_byte(&back->mem, seed, check_byte);
	if (right == back->mem.bytes)
		return 0;
	dev_err_ratelimited(back->dev,
			    "nvme %s: byte %zu of %zu came back wrong\n",
			    back->path->name, right, back->mem.bytes);
	return -EBADMSG;
}

static int move_all(struct dmalab_nvme *nvme, struct dmalab_op *there,
		    struct dmalab_op *back, struct dmalab_run *run)
{
	unsigned int i;
	int err = 0;

	run->verified_bytes = 0;
	for (i = 0; !err && i < run->ops; i++) {
		err = there_and_back(nvme, there, back, i + 1, run->lba);
		err = err ?: dmalab_must_stop();
	}
	if (!err)
		run->verified_bytes = there->mem.bytes;
	return err;
}

static int with_both(struct dmalab_nvme *nvme, const struct dmalab_bench *bench,
		     struct dmalab_run *run)
{
	struct dmalab_bench dir = *bench;
	struct dmalab_op there, back;
	int err;

	dir.plan.dir = DMA_TO_DEVICE;
	err = dmalab_op_init(&there, &dir);
	if (err)
		return err;
	dir.plan.dir = DMA_FROM_DEVICE;
	err = dmalab_op_init(&back, &dir);
	if (!err) {
		err = move_all(nvme, &there, &back, run);
		dmalab_op_exit(&back);
	}
	dmalab_op_exit(&there);
	return err;
}

/* What the controller, or NVMe, cannot do at all is no failure of the case. */
static int check_case(struct dmalab_nvme *nvme, const struct dmalab_plan *plan)
{
	size_t bytes = plan->shape.bytes;

	if (bytes % dmalab_nvme_lba_bytes(nvme) ||
	    bytes > dmalab_nvme_max_bytes(nvme))
		return -EOPNOTSUPP;
	/* pointers are in units of 4 bytes */
	if (plan->shape.offset % 4)
		return -EOPNOTSUPP;
	if (plan->desc->is_sgl && !dmalab_nvme_has_sgl(nvme))
		return -EOPNOTSUPP;
	return 0;
}

/**
 * dmalab_pass_nvme - DMALAB_PASS_NVME
 * @bench: what the operations are made from
 * @run: the request
 *
 * Return: 0; -EBADMSG when data came back wrong; -EOPNOTSUPP when the device
 * is borrowed or no NVMe controller, or when no NVMe command can move what
 * the case asks for; or -errno of the controller.
 */
int dmalab_pass_nvme(const struct dmalab_bench *bench, struct dmalab_run *run)
{
	struct pci_dev *pdev = to_pci_dev(bench->dev);
	const struct dmalab_plan *plan = &bench->plan;
	struct dmalab_nvme *nvme;
	int err;

	if (!dmalab_device_bound() || pdev->class != PCI_CLASS_STORAGE_EXPRESS)
		return -EOPNOTSUPP;
	if (!plan->desc->data_ptr || dmalab_layout_is_mmio(plan->shape.layout) ||
	    (plan->path->untranslated && dmalab_translates(bench->dev)))
		return -EOPNOTSUPP;
	nvme = dmalab_nvme_open(pdev);
	if (IS_ERR(nvme))
		return PTR_ERR(nvme);
	err = check_case(nvme, plan);
	if (!err)
		err = with_both(nvme, bench, run);
	dmalab_nvme_close(nvme);
	return err;
}
