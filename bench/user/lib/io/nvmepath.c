// SPDX-License-Identifier: GPL-2.0-only
/* The NVMe driver's parameter dma_path, and the reset that makes it hold. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/nvmepath.h"

static int put(const char *path, const char *text, struct dlab_err *err)
{
	int fd = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC);
	int ret = 0;

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		ret = dlab_fail(err, errno, "write `%s` to %s: %s", text, path,
				strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret;
}

static int get(const char *path, char *out, size_t size, struct dlab_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, out, size - 1);
	int ret = 0;

	if (n < 0)
		ret = dlab_fail(err, errno, "read %s: %s", path,
				strerror(errno));
	out[n < 0 ? 0 : n] = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (fd >= 0)
		close(fd);
	return ret;
}

/* A block device and its character device have different classes. */
static int find_reset(struct dlab_nvme_path *p, const char *sysfs,
		      const char *device, struct dlab_err *err)
{
	static const char *const classes[] = { "block", "nvme-generic" };
	const char *name = strrchr(device, '/');

	name = name ? name + 1 : device;
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		snprintf(p->reset, sizeof(p->reset),
			 "%s/class/%s/%s/device/reset_controller", sysfs,
			 classes[i], name);
		if (!access(p->reset, W_OK))
			return 0;
	}
	return dlab_fail(err, ENODEV,
			 "%s has no controller that can be reset, which `nvme_path` needs",
			 device);
}

int dlab_nvme_path_check(const char *want, struct dlab_err *err)
{
	if (strcmp(want, "default") && strcmp(want, "sg") &&
	    strcmp(want, "stream"))
		return dlab_fail(err, EINVAL,
				 "key `nvme_path` is `%s`, must be sg, stream or default",
				 want);
	return 0;
}

static int change(const struct dlab_nvme_path *p, const char *to,
		  struct dlab_err *err)
{
	char now[sizeof(p->old)];
	int ret;

	ret = put(p->parameter, to, err);
	if (!ret)
		ret = get(p->parameter, now, sizeof(now), err);
	if (ret)
		return ret;
	if (strcmp(now, to))
		return dlab_fail(err, EIO, "%s is `%s` after `%s` was written",
				 p->parameter, now, to);
	return put(p->reset, "1", err);
}

int dlab_nvme_path_take(struct dlab_nvme_path *p, const char *sysfs,
			const char *device, const char *want,
			struct dlab_err *err)
{
	int ret;

	p->changed = false;
	if (!strcmp(want, "default"))
		return 0;
	snprintf(p->parameter, sizeof(p->parameter),
		 "%s/module/nvme/parameters/dma_path", sysfs);
	if (access(p->parameter, F_OK))
		return dlab_fail(err, EOPNOTSUPP,
				 "this kernel's NVMe driver has one way to map: no parameter dma_path (KERNEL=base?)");
	ret = get(p->parameter, p->old, sizeof(p->old), err);
	if (ret || !strcmp(p->old, want))
		return ret;
	ret = find_reset(p, sysfs, device, err);
	if (ret)
		return ret;
	p->changed = true;
	ret = change(p, want, err);
	if (ret)
		dlab_nvme_path_give(p, NULL);
	return ret;
}

int dlab_nvme_path_give(struct dlab_nvme_path *p, struct dlab_err *err)
{
	bool changed = p->changed;

	p->changed = false;
	return changed ? change(p, p->old, err) : 0;
}
