// SPDX-License-Identifier: GPL-2.0-only
/* Opening what will be overwritten, and nothing else. */
#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/fs.h>
#include <linux/nvme_ioctl.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/blkdev.h"

#define NVME_ADMIN_IDENTIFY	0x06
#define IDENTIFY_BYTES		4096

static int open_failed(const char *path, struct dlab_err *err)
{
	switch (errno) {
	case EBUSY:
		return dlab_fail(err, EBUSY,
				 "%s is in use (mounted, or part of another device): nothing was written to it",
				 path);
	case ENOENT:
		return dlab_fail(err, ENOENT,
				 "%s does not exist; is its driver loaded?",
				 path);
	default:
		return dlab_fail(err, errno, "open %s: %s", path,
				 strerror(errno));
	}
}

int dlab_blkdev_open(struct dlab_blkdev *dev, const char *path,
		     struct dlab_err *err)
{
	struct stat st;
	int block_bytes, ret;

	memset(dev, 0, sizeof(*dev));
	dev->claim = -1;
	/* O_EXCL on a block device fails while anybody else holds it */
	dev->fd = open(path, O_RDWR | O_DIRECT | O_EXCL | O_CLOEXEC);
	if (dev->fd < 0)
		return open_failed(path, err);
	if (fstat(dev->fd, &st) || !S_ISBLK(st.st_mode)) {
		ret = dlab_fail(err, ENOTBLK, "%s is no block device", path);
		goto err_close;
	}
	if (ioctl(dev->fd, BLKSSZGET, &block_bytes) ||
	    ioctl(dev->fd, BLKGETSIZE64, &dev->bytes)) {
		ret = dlab_fail(err, errno, "ask %s for its size: %s", path,
				strerror(errno));
		goto err_close;
	}
	dev->block_bytes = (uint32_t)block_bytes;
	return 0;

err_close:
	dlab_blkdev_close(dev);
	return ret;
}

int dlab_nvme_format(const uint8_t identify[4096], uint32_t *block_bytes,
		     uint64_t *bytes, struct dlab_err *err)
{
	/* FLBAS: bits 3:0 and, from NVMe 2.0 on, 6:5 index the LBA formats */
	unsigned int flbas = identify[26];
	unsigned int format = (flbas & 0xf) | (flbas >> 1 & 0x30);
	const uint8_t *lbaf = identify + 128 + 4 * format;
	uint64_t blocks;

	memcpy(&blocks, identify, sizeof(blocks));
	blocks = le64toh(blocks);
	if (lbaf[0] || lbaf[1])
		return dlab_fail(err, EOPNOTSUPP,
				 "its format has %u bytes of metadata a block; format it without",
				 lbaf[0] | lbaf[1] << 8);
	if (lbaf[2] < 9 || lbaf[2] > 16 || blocks > UINT64_MAX >> lbaf[2])
		return dlab_fail(err, EOPNOTSUPP,
				 "its blocks are 2^%u bytes, %llu of them",
				 lbaf[2], (unsigned long long)blocks);
	*block_bytes = 1U << lbaf[2];
	*bytes = blocks << lbaf[2];
	return 0;
}

static int identify(struct dlab_blkdev *dev, const char *path,
		    struct dlab_err *err)
{
	_Alignas(IDENTIFY_BYTES) uint8_t data[IDENTIFY_BYTES];
	struct nvme_passthru_cmd cmd = {
		.opcode = NVME_ADMIN_IDENTIFY,
		.addr = (uintptr_t)data,
		.data_len = sizeof(data),
	};
	struct dlab_err why;
	int nsid, ret;

	nsid = ioctl(dev->fd, NVME_IOCTL_ID);
	if (nsid <= 0)
		return dlab_fail(err, ENOTTY,
				 "%s is no NVMe generic character device (/dev/ng*n*)",
				 path);
	dev->nsid = cmd.nsid = (uint32_t)nsid;
	ret = ioctl(dev->fd, NVME_IOCTL_ADMIN_CMD, &cmd);
	if (ret < 0)
		return dlab_fail(err, errno, "identify %s: %s", path,
				 strerror(errno));
	if (ret)
		return dlab_fail(err, EIO, "identify %s: NVMe status 0x%x",
				 path, ret);
	ret = dlab_nvme_format(data, &dev->block_bytes, &dev->bytes, &why);
	if (ret)
		return dlab_fail(err, -ret, "%s: %s", path, why.text);
	return 0;
}

/* Hold the block device that goes with "/dev/ng0n1", if there is one. */
static int claim_sibling(struct dlab_blkdev *dev, const char *path,
			 struct dlab_err *err)
{
	unsigned int controller, head;
	char block[64];
	char rest;

	if (sscanf(path, "/dev/ng%un%u%c", &controller, &head, &rest) != 2)
		return 0;
	snprintf(block, sizeof(block), "/dev/nvme%un%u", controller, head);
	dev->claim = open(block, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (dev->claim < 0 && errno != ENOENT)
		return open_failed(block, err);
	return 0;
}

int dlab_blkdev_open_char(struct dlab_blkdev *dev, const char *path,
			  struct dlab_err *err)
{
	int ret;

	memset(dev, 0, sizeof(*dev));
	dev->claim = -1;
	dev->passthrough = true;
	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	if (dev->fd < 0)
		return open_failed(path, err);
	ret = claim_sibling(dev, path, err);
	if (!ret)
		ret = identify(dev, path, err);
	if (ret)
		dlab_blkdev_close(dev);
	return ret;
}

void dlab_blkdev_close(struct dlab_blkdev *dev)
{
	if (dev->claim >= 0)
		close(dev->claim);
	close(dev->fd);
}
