// SPDX-License-Identifier: GPL-2.0-only
/* Takes a PCI device from its driver for the lab, and gives it back. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pcibind.h"
#include "sysfs.h"

/* the driver that has the device, "" for none */
static int driver_of(const char *device, char *out, size_t size)
{
	char link[PATH_MAX], target[PATH_MAX];
	const char *name;
	ssize_t n;

	out[0] = '\0';
	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s", device);
	if (access(link, F_OK))
		return -errno;
	snprintf(link, sizeof(link), "/sys/bus/pci/devices/%s/driver", device);
	n = readlink(link, target, sizeof(target) - 1);
	if (n < 0)
		return errno == ENOENT ? 0 : -errno;
	target[n] = '\0';
	name = strrchr(target, '/');
	snprintf(out, size, "%s", name ? name + 1 : target);
	return 0;
}

static int unbind(const char *device)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/driver/unbind",
		 device);
	ret = dlab_sysfs_put(path, device);
	return ret == -ENOENT ? 0 : ret;
}

static int probe(const char *device)
{
	return dlab_sysfs_put("/sys/bus/pci/drivers_probe", device);
}

static int rebind(const char *device, const char *override)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path),
		 "/sys/bus/pci/devices/%s/driver_override", device);
	ret = dlab_sysfs_put(path, override);
	if (!ret)
		ret = unbind(device);
	return ret ? ret : probe(device);
}

int dlab_pcibind_around(const char *device, int (*fn)(const char *device))
{
	int ret = unbind(device), bound;

	if (ret)
		return ret;
	ret = fn(device);
	bound = probe(device);
	return ret ? ret : bound;
}

int dlab_pcibind_take(struct dlab_pcibind *b, const char *device,
		      const char *driver, struct dlab_err *err)
{
	char now[sizeof(b->driver)];
	int ret;

	memset(b, 0, sizeof(*b));
	if (!device)
		return dlab_fail(err, ENODEV,
				 "no device to map for; name one: `dma_device = 0000:41:00.0` in config.local");
	ret = driver_of(device, now, sizeof(now));
	if (ret)
		return dlab_fail(err, -ret,
				 "no PCI device %s; `lspci -D` shows what there is",
				 device);
	if (!strcmp(now, driver))
		return 0;
	snprintf(b->device, sizeof(b->device), "%s", device);
	snprintf(b->driver, sizeof(b->driver), "%s", now);
	ret = rebind(device, driver);
	if (!ret)
		ret = driver_of(device, now, sizeof(now));
	if (!ret && !strcmp(now, driver))
		return 0;
	dlab_pcibind_give(b);
	return dlab_fail(err, ret ? -ret : ENODEV,
			 "cannot bind %s to %s: %s", device, driver,
			 ret ? strerror(-ret) : "the driver did not take it");
}

void dlab_pcibind_give(struct dlab_pcibind *b)
{
	if (!b->device[0])
		return;
	/* a newline clears the override; the probe finds the former driver */
	rebind(b->device, "\n");
	b->device[0] = '\0';
}
