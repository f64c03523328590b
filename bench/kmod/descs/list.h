/* SPDX-License-Identifier: GPL-2.0-only */
/* Every descriptor kind. */
DMALAB_DESC(nvme_prp)
