/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every descriptor kind, in the order in which they are listed.  Who includes
 * this says what a line becomes.
 */
DMALAB_DESC(nvme_prp);
DMALAB_DESC(nvme_sgl);
DMALAB_DESC(mtt);
DMALAB_DESC(gpu_pte);
