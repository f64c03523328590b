// SPDX-License-Identifier: GPL-2.0-only
/* The NVMe driver's parameter dma_path, and the probe that reads it. */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "io/nvmepath.h"

/* for a controller to be probed and its namespaces to be found */
#define BIND_S	60

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

/* Nobody else may lose a disk: one namespace, and nobody has it. */
static int check_alone(const char *controller, const char *device,
		       struct dlab_err *err)
{
	char pattern[PATH_MAX + 16], path[PATH_MAX];
	const char *slash = strrchr(device, '/');
	const char *name;
	int fd, ret = 0;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/nvme*n*", controller);
	if (glob(pattern, 0, NULL, &g))
		return dlab_fail(err, ENODEV, "%s has no namespace",
				 controller);
	name = strrchr(g.gl_pathv[0], '/') + 1;
	snprintf(path, sizeof(path), "%.*s/%s",
		 (int)(slash ? slash - device : 0), device, name);
	fd = open(path, O_RDONLY | O_EXCL | O_CLOEXEC);
	if (g.gl_pathc > 1)
		ret = dlab_fail(err, EBUSY,
				"the controller of %s has other namespaces, so it is not unbound for `nvme_path`",
				device);
	else if (fd < 0)
		ret = dlab_fail(err, errno, "open %s: %s", path,
				strerror(errno));
	if (fd >= 0)
		close(fd);
	globfree(&g);
	return ret;
}

/* A block device and its character device have different classes. */
static int find_controller(struct dlab_nvme_path *p, const char *sysfs,
			   const char *device, struct dlab_err *err)
{
	static const char *const classes[] = { "block", "nvme-generic" };
	char link[PATH_MAX], controller[PATH_MAX], pci[PATH_MAX];
	const char *name = strrchr(device, '/');

	name = name ? name + 1 : device;
	snprintf(p->device, sizeof(p->device), "%s", device);
	for (size_t i = 0; i < sizeof(classes) / sizeof(*classes); i++) {
		snprintf(link, sizeof(link), "%s/class/%s/%s/device", sysfs,
			 classes[i], name);
		if (!realpath(link, controller))
			continue;
		snprintf(link, sizeof(link), "%s/device", controller);
		if (!realpath(link, pci))
			continue;
		snprintf(p->pci, sizeof(p->pci), "%s", strrchr(pci, '/') + 1);
		snprintf(p->driver, sizeof(p->driver),
			 "%s/bus/pci/drivers/nvme", sysfs);
		snprintf(link, sizeof(link), "%s/%s", p->driver, p->pci);
		if (!access(link, F_OK))
			return check_alone(controller, device, err);
	}
	return dlab_fail(err, ENODEV,
			 "%s has no PCI controller of driver nvme, which `nvme_path` needs",
			 device);
}

/* The driver scans for namespaces after it has bound. */
static int await_device(const struct dlab_nvme_path *p, struct dlab_err *err)
{
	struct timespec tick = { .tv_nsec = 10000000 };

	for (int i = 0; i < BIND_S * 100; i++) {
		if (!access(p->device, F_OK))
			return 0;
		nanosleep(&tick, NULL);
	}
	return dlab_fail(err, ENODEV, "%s did not come back within %d s",
			 p->device, BIND_S);
}

static int rebind(const struct dlab_nvme_path *p, struct dlab_err *err)
{
	char path[PATH_MAX + 16];
	int ret;

	snprintf(path, sizeof(path), "%s/unbind", p->driver);
	ret = put(path, p->pci, err);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/bind", p->driver);
	ret = put(path, p->pci, err);
	return ret ? ret : await_device(p, err);
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
	return rebind(p, err);
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
	ret = find_controller(p, sysfs, device, err);
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
