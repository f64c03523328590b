/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A request of the block layer over the segments of an operation, on a queue
 * that no device is behind.
 */
#ifndef DMALAB_PATHS_BLK_RQ_H
#define DMALAB_PATHS_BLK_RQ_H

#include <linux/bio.h>
#include <linux/blk-mq.h>

#include "../dmalab.h"

/**
 * struct dmalab_blk - a request and what it stands on
 * @set: tags of the queue
 * @queue: a queue, made for this request
 * @rq: the request
 * @bio: its only one
 * @bvecs: of that, one for each segment
 */
struct dmalab_blk {
	struct blk_mq_tag_set set;
	struct request_queue *queue;
	struct request *rq;
	struct bio bio;
	struct bio_vec *bvecs;
};

int dmalab_blk_open(struct dmalab_blk *blk, struct dmalab_op *op);
void dmalab_blk_close(struct dmalab_blk *blk);

#endif
