// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does a controller say that was wrong?
 *
 * NVM Express Base Specification 2.0, figures 94 to 98.  Commands that the
 * client does not send (fabrics, zones, firmware) have no entries here.
 */
#include <kunit/visibility.h>
#include <linux/array_size.h>
#include <linux/errno.h>
#include <linux/export.h>
#include <linux/nvme.h>

#include "nvme.h"

static const struct nvme_status {
	u16 code;
	int err;
	const char *text;
} statuses[] = {
	{ NVME_SC_SUCCESS, 0, "Successful Completion" },
	{ NVME_SC_INVALID_OPCODE, -EINVAL, "Invalid Command Opcode" },
	{ NVME_SC_INVALID_FIELD, -EINVAL, "Invalid Field in Command" },
	{ NVME_SC_CMDID_CONFLICT, -EINVAL, "Command ID Conflict" },
	{ NVME_SC_DATA_XFER_ERROR, -EIO, "Data Transfer Error" },
	{ NVME_SC_POWER_LOSS, -EIO,
	  "Commands Aborted due to Power Loss Notification" },
	{ NVME_SC_INTERNAL, -EIO, "Internal Error" },
	{ NVME_SC_ABORT_REQ, -EIO, "Command Abort Requested" },
	{ NVME_SC_ABORT_QUEUE, -EIO, "Command Aborted due to SQ Deletion" },
	{ NVME_SC_INVALID_NS, -ENODEV, "Invalid Namespace or Format" },
	{ NVME_SC_CMD_SEQ_ERROR, -EINVAL, "Command Sequence Error" },
	{ NVME_SC_SGL_INVALID_LAST, -EINVAL, "Invalid SGL Segment Descriptor" },
	{ NVME_SC_SGL_INVALID_COUNT, -EINVAL,
	  "Invalid Number of SGL Descriptors" },
	{ NVME_SC_SGL_INVALID_DATA, -EINVAL, "Data SGL Length Invalid" },
	{ NVME_SC_SGL_INVALID_METADATA, -EINVAL,
	  "Metadata SGL Length Invalid" },
	{ NVME_SC_SGL_INVALID_TYPE, -EINVAL, "SGL Descriptor Type Invalid" },
	{ NVME_SC_CMB_INVALID_USE, -EINVAL,
	  "Invalid Use of Controller Memory Buffer" },
	{ NVME_SC_PRP_INVALID_OFFSET, -EINVAL, "PRP Offset Invalid" },
	{ NVME_SC_ATOMIC_WU_EXCEEDED, -EINVAL, "Atomic Write Unit Exceeded" },
	{ NVME_SC_OP_DENIED, -EIO, "Operation Denied" },
	{ NVME_SC_SGL_INVALID_OFFSET, -EINVAL, "SGL Offset Invalid" },
	{ NVME_SC_SANITIZE_FAILED, -EIO, "Sanitize Failed" },
	{ NVME_SC_SANITIZE_IN_PROGRESS, -EIO, "Sanitize In Progress" },
	{ NVME_SC_SGL_INVALID_GRANULARITY, -EINVAL,
	  "SGL Data Block Granularity Invalid" },
	{ NVME_SC_NS_WRITE_PROTECTED, -EROFS, "Namespace is Write Protected" },
	{ NVME_SC_CMD_INTERRUPTED, -EIO, "Command Interrupted" },
	{ NVME_SC_TRANSIENT_TR_ERR, -EIO, "Transient Transport Error" },
	{ NVME_SC_ADMIN_COMMAND_MEDIA_NOT_READY, -EIO,
	  "Admin Command Media Not Ready" },
	{ NVME_SC_INVALID_IO_CMD_SET, -EINVAL, "Invalid I/O Command Set" },
	{ NVME_SC_LBA_RANGE, -ERANGE, "LBA Out of Range" },
	{ NVME_SC_CAP_EXCEEDED, -ENOSPC, "Capacity Exceeded" },
	{ NVME_SC_NS_NOT_READY, -EIO, "Namespace Not Ready" },
	{ NVME_SC_RESERVATION_CONFLICT, -EIO, "Reservation Conflict" },
	{ NVME_SC_FORMAT_IN_PROGRESS, -EIO, "Format In Progress" },
	{ NVME_SC_CQ_INVALID, -EINVAL, "Completion Queue Invalid" },
	{ NVME_SC_QID_INVALID, -EINVAL, "Invalid Queue Identifier" },
	{ NVME_SC_QUEUE_SIZE, -EINVAL, "Invalid Queue Size" },
	{ NVME_SC_INVALID_VECTOR, -EINVAL, "Invalid Interrupt Vector" },
	{ NVME_SC_INVALID_QUEUE, -EINVAL, "Invalid Queue Deletion" },
	{ NVME_SC_FEATURE_NOT_CHANGEABLE, -EINVAL, "Feature Not Changeable" },
	{ NVME_SC_BAD_ATTRIBUTES, -EINVAL, "Conflicting Attributes" },
	{ NVME_SC_INVALID_PI, -EINVAL, "Invalid Protection Information" },
	{ NVME_SC_READ_ONLY, -EROFS, "Attempted Write to Read Only Range" },
	{ NVME_SC_CMD_SIZE_LIM_EXCEEDED, -EINVAL,
	  "Command Size Limit Exceeded" },
	{ NVME_SC_WRITE_FAULT, -EIO, "Write Fault" },
	{ NVME_SC_READ_ERROR, -EIO, "Unrecovered Read Error" },
	{ NVME_SC_GUARD_CHECK, -EIO, "End-to-end Guard Check Error" },
	{ NVME_SC_APPTAG_CHECK, -EIO,
	  "End-to-end Application Tag Check Error" },
	{ NVME_SC_REFTAG_CHECK, -EIO, "End-to-end Reference Tag Check Error" },
	{ NVME_SC_COMPARE_FAILED, -EIO, "Compare Failure" },
	{ NVME_SC_ACCESS_DENIED, -EIO, "Access Denied" },
	{ NVME_SC_UNWRITTEN_BLOCK, -EIO,
	  "Deallocated or Unwritten Logical Block" },
	{ NVME_SC_INTERNAL_PATH_ERROR, -EIO, "Internal Path Error" },
	{ NVME_SC_ANA_INACCESSIBLE, -EIO,
	  "Asymmetric Namespace Access Inaccessible" },
};

static const char *const type_texts[8] = {
	"unknown generic command status",
	"unknown command specific status",
	"unknown media and data integrity error",
	"unknown path related status",
	"status of a reserved type",
	"status of a reserved type",
	"status of a reserved type",
	"vendor specific status",
};

static const struct nvme_status *find_status(u16 status)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(statuses); i++) {
		if (statuses[i].code == (status & NVME_SCT_SC_MASK))
			return &statuses[i];
	}
	return NULL;
}

const char *dmalab_nvme_status_text(u16 status)
{
	const struct nvme_status *known = find_status(status);

	return known ? known->text : type_texts[NVME_SCT(status)];
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_nvme_status_text);

int dmalab_nvme_status_errno(u16 status)
{
	const struct nvme_status *known = find_status(status);

	return known ? known->err : -EIO;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_nvme_status_errno);
