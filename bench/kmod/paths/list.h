/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every mapping path, in the order in which they are listed.  Who includes
 * this says what a line becomes.
 */
DMALAB_PATH(null);
DMALAB_PATH(page);
DMALAB_PATH(sg);
DMALAB_PATH(sg_pre);
DMALAB_PATH(iova);
DMALAB_PATH(iova_batch);
DMALAB_PATH(phys);
DMALAB_PATH(blk_sg);
DMALAB_PATH(blk_iter);
