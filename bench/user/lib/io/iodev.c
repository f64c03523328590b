// SPDX-License-Identifier: GPL-2.0-only
/* What the I/O drivers do before and after their I/O. */
#include <errno.h>

#include "io/iodev.h"

enum dlab_status dlab_iodev_take(struct dlab_iodev *d, const char *device,
				 bool passthrough, const char *nvme_path,
				 struct dlab_err *err)
{
	int ret;

	if (!device) {
		dlab_fail(err, ENODEV,
			  "no %s was named that may be overwritten",
			  passthrough ? "NVMe character device (nvme_char)" :
					"block device (nvme_blk)");
		return DLAB_SKIP;
	}
	ret = dlab_nvme_path_take(&d->path, "/sys", device, nvme_path, err);
	if (ret)
		return ret == -EOPNOTSUPP ? DLAB_SKIP : DLAB_FAIL;
	ret = passthrough ? dlab_blkdev_open_char(&d->blk, device, err) :
			    dlab_blkdev_open(&d->blk, device, err);
	if (!ret)
		return DLAB_OK;
	dlab_nvme_path_give(&d->path, NULL);
	return DLAB_FAIL;
}

int dlab_iodev_give(struct dlab_iodev *d, int ret, struct dlab_err *err)
{
	struct dlab_err why;
	int given;

	dlab_blkdev_close(&d->blk);
	given = dlab_nvme_path_give(&d->path, &why);
	if (!ret && given)
		ret = dlab_fail(err, -given, "%s", why.text);
	return ret;
}
