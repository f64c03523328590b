// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is what an NVMe controller reports turned into the right words and errors?
 */
#include <kunit/test.h>
#include <linux/nvme.h>

#include "../nvme.h"

static const struct status_case {
	const char *name;
	u16 status;
	int err;
	const char *text;
} status_cases[] = {
	{ "success", 0, 0, "Successful Completion" },
	{ "descriptor refused", NVME_SC_PRP_INVALID_OFFSET, -EINVAL,
	  "PRP Offset Invalid" },
	{ "do not retry does not matter",
	  NVME_SC_SGL_INVALID_TYPE | NVME_STATUS_DNR | NVME_STATUS_MORE,
	  -EINVAL, "SGL Descriptor Type Invalid" },
	{ "end of the namespace", NVME_SC_LBA_RANGE, -ERANGE,
	  "LBA Out of Range" },
	{ "no namespace", NVME_SC_INVALID_NS, -ENODEV,
	  "Invalid Namespace or Format" },
	{ "command specific", NVME_SC_QUEUE_SIZE, -EINVAL,
	  "Invalid Queue Size" },
	{ "media", NVME_SC_READ_ERROR, -EIO, "Unrecovered Read Error" },
	{ "unknown generic", 0x7f, -EIO, "unknown generic command status" },
	{ "unknown media", 0x2ff, -EIO,
	  "unknown media and data integrity error" },
	{ "vendor specific", 0x701, -EIO, "vendor specific status" },
};

KUNIT_ARRAY_PARAM_DESC(status, status_cases, name);

static void translates_status(struct kunit *test)
{
	const struct status_case *c = test->param_value;

	KUNIT_EXPECT_EQ(test, dmalab_nvme_status_errno(c->status), c->err);
	KUNIT_EXPECT_STREQ(test, dmalab_nvme_status_text(c->status), c->text);
}

static void every_status_has_a_text(struct kunit *test)
{
	for (unsigned int status = 0; status <= NVME_SCT_SC_MASK; status++) {
		KUNIT_EXPECT_NOT_NULL(test, dmalab_nvme_status_text(status));
		KUNIT_EXPECT_EQ(test, !dmalab_nvme_status_errno(status),
				!status);
	}
}

static struct kunit_case nvme_test_cases[] = {
	KUNIT_CASE_PARAM(translates_status, status_gen_params),
	KUNIT_CASE(every_status_has_a_text),
	{}
};

static struct kunit_suite nvme_suite = {
	.name = "dmalab_nvme",
	.test_cases = nvme_test_cases,
};

kunit_test_suite(nvme_suite);
