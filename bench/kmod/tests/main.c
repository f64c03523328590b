// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module of the KUnit suites, and the device that they map for.
 */
#include <linux/module.h>

#include "test.h"

/**
 * dmalab_test_device - a device that can map all memory, and goes with the test
 * @test: the test
 */
struct device *dmalab_test_device(struct kunit *test)
{
	struct device_dma_parameters *parms;
	struct device *dev;

	dev = kunit_device_register(test, "dmalab-test");
	KUNIT_ASSERT_NOT_ERR_OR_NULL(test, dev);
	parms = kunit_kzalloc(test, sizeof(*parms), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, parms);
	dev->dma_parms = parms;
	dev->dma_mask = &dev->coherent_dma_mask;
	set_dev_node(dev, NUMA_NO_NODE);
	KUNIT_ASSERT_EQ(test, 0,
			dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64)));
	dma_set_max_seg_size(dev, UINT_MAX);
	return dev;
}

/*
 * MODULE_IMPORT_NS() takes a string since 6.13 and took a word before; what it
 * stands for is the same.
 */
MODULE_INFO(import_ns, "EXPORTED_FOR_KUNIT_TESTING");
MODULE_DESCRIPTION("KUnit suites of dmalab");
MODULE_LICENSE("GPL");
