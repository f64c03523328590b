// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does dma_map_phys() for each segment cost?  It is what the two-step
 * API's users fall back to.  Addresses go straight into the descriptor and are
 * remembered only where they must be unmapped, so mapping counts as "fill".
 */
#include "iova.h"

#if defined(DMALAB_HAS_IOVA) && defined(DMALAB_HAS_PHYS)
static int phys_map(struct dmalab_op *op)
{
	dmalab_phys_begin(op);
	return 0;
}

const struct dmalab_path dmalab_path_phys = {
	.name = "phys",
	.mmio = DMALAB_PHYS_TAKES_MMIO,
	.prepare = dmalab_iova_prepare,
	.map = phys_map,
	.fill = dmalab_phys_fill,
	.unmap = dmalab_phys_unmap,
	.unprepare = dmalab_iova_unprepare,
};
#else
const struct dmalab_path dmalab_path_phys = {
	.name = "phys",
	.lacks = "dma_map_phys()",
};
#endif
