// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a driver come by a request?  The block layer's own way, but for the
 * submission: bio, queue limits and request are real, and no device is behind
 * the queue.  None of this is measured.
 */
#include <linux/slab.h>

#include "blk-rq.h"

/* NVMe's pages, which PRPs and thus the boundary between segments follow */
#define NVME_PAGE	4096U

static blk_status_t never_queued(struct blk_mq_hw_ctx *hctx,
				 const struct blk_mq_queue_data *data)
{
	return BLK_STS_IOERR;
}

static const struct blk_mq_ops blk_ops = {
	.queue_rq = never_queued,
};

/*
 * As nvme-pci's, whose SGLs need no boundary; but the transfer is one request
 * of any length and number of segments.
 */
static struct queue_limits limits_for(const struct dmalab_op *op)
{
	struct queue_limits lim = {
		.max_hw_sectors = UINT_MAX >> SECTOR_SHIFT,
		.max_segments = USHRT_MAX,
		.max_segment_size = UINT_MAX,
		.dma_alignment = 3,
	};

	if (!op->desc->ops->is_sgl)
		lim.virt_boundary_mask = NVME_PAGE - 1;
	return lim;
}

static int open_queue(struct dmalab_blk *blk, const struct dmalab_op *op)
{
	struct queue_limits lim = limits_for(op);
	int err;

	blk->set = (struct blk_mq_tag_set){
		.ops = &blk_ops,
		.nr_hw_queues = 1,
		.queue_depth = 1,
		.numa_node = NUMA_NO_NODE,
	};
	err = blk_mq_alloc_tag_set(&blk->set);
	if (err)
		return err;
	blk->queue = blk_mq_alloc_queue(&blk->set, &lim, NULL);
	if (IS_ERR(blk->queue)) {
		blk_mq_free_tag_set(&blk->set);
		return PTR_ERR(blk->queue);
	}
	return 0;
}

static void close_queue(struct dmalab_blk *blk)
{
	blk_mq_destroy_queue(blk->queue);
	blk_put_queue(blk->queue);
	blk_mq_free_tag_set(&blk->set);
}

/* Segments stay apart, as in a bio made of a user's registered pages. */
static void fill_bio(struct dmalab_blk *blk, const struct dmalab_mem *mem,
		     blk_opf_t opf)
{
	unsigned int i;

	bio_init(&blk->bio, NULL, blk->bvecs, mem->nr_segs, opf);
	for (i = 0; i < mem->nr_segs; i++)
		bvec_set_page(&blk->bvecs[i], mem->segs[i].page,
			      mem->segs[i].len, mem->segs[i].offset);
	blk->bio.bi_vcnt = mem->nr_segs;
	blk->bio.bi_iter.bi_size = mem->bytes;
}

static int open_request(struct dmalab_blk *blk, const struct dmalab_op *op)
{
	blk_opf_t opf = op->dir == DMA_TO_DEVICE ? REQ_OP_DRV_OUT :
						   REQ_OP_DRV_IN;
	int err;

	blk->rq = blk_mq_alloc_request(blk->queue, opf, 0);
	if (IS_ERR(blk->rq))
		return PTR_ERR(blk->rq);
	fill_bio(blk, &op->mem, opf);
	err = blk_rq_append_bio(blk->rq, &blk->bio);
	if (err) {
		bio_uninit(&blk->bio);
		blk_mq_free_request(blk->rq);
	}
	/* the block layer would copy what breaks the limits */
	return err == -EREMOTEIO ? -EOPNOTSUPP : err;
}

/**
 * dmalab_blk_open - make a request
 * @blk: what to fill in, cleared
 * @op: whose segments it is made of
 *
 * Return: 0; -EOPNOTSUPP where no NVMe request has such segments; or -errno.
 * After an error there is nothing to undo.
 */
int dmalab_blk_open(struct dmalab_blk *blk, struct dmalab_op *op)
{
	int err;

	blk->bvecs = kvcalloc(op->mem.nr_segs, sizeof(*blk->bvecs), GFP_KERNEL);
	if (!blk->bvecs)
		return -ENOMEM;
	err = open_queue(blk, op);
	if (err)
		goto err_bvecs;
	err = open_request(blk, op);
	if (err)
		goto err_queue;
	return 0;

err_queue:
	close_queue(blk);
err_bvecs:
	kvfree(blk->bvecs);
	return err;
}

/**
 * dmalab_blk_close - undo dmalab_blk_open()
 * @blk: whose request is not mapped
 */
void dmalab_blk_close(struct dmalab_blk *blk)
{
	bio_uninit(&blk->bio);
	blk_mq_free_request(blk->rq);
	close_queue(blk);
	kvfree(blk->bvecs);
}
