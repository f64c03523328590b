/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the KUnit suites share: a device of their own that maps directly, so
 * that they run on any kernel, with or without an IOMMU.
 */
#ifndef DMALAB_TESTS_TEST_H
#define DMALAB_TESTS_TEST_H

#include <kunit/device.h>
#include <kunit/test.h>

#include "../dmalab.h"

struct device *dmalab_test_device(struct kunit *test);

/**
 * dmalab_test_shape - a shape, by the names of the results
 * @mem: layout
 * @bytes: length
 * @nr_segs: segments
 * @offset: of the first byte
 */
static inline struct dmalab_shape
dmalab_test_shape(const char *mem, size_t bytes, unsigned int nr_segs,
		  unsigned int offset)
{
	return (struct dmalab_shape){
		.layout = dmalab_layout_find(mem),
		.bytes = bytes,
		.nr_segs = nr_segs,
		.offset = offset,
		.node = NUMA_NO_NODE,
	};
}

#endif
