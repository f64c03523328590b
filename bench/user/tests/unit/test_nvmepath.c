// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is the NVMe driver's way to map set, and set back?  And what does DMA
 * debugging say?  On files that stand for sysfs and debugfs.
 */
#include <limits.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "io/dmadebug.h"
#include "io/nvmepath.h"
#include "test.h"

static char root[] = "/tmp/dlab-nvme-XXXXXX";
static struct dlab_err err;

static void shell(const char *fmt, ...)
{
	char command[2 * PATH_MAX];
	va_list ap;
	int n;

	n = snprintf(command, sizeof(command), "cd '%s' && ", root);
	va_start(ap, fmt);
	vsnprintf(command + n, sizeof(command) - n, fmt, ap);
	va_end(ap);
	CHECK(system(command) == 0);
}

static bool holds(const char *name, const char *want)
{
	char path[PATH_MAX], *text = NULL;
	size_t len;
	bool same;

	snprintf(path, sizeof(path), "%s/%s", root, name);
	if (dlab_file_read(path, &text, &len, &err))
		return false;
	same = !strcmp(text, want);
	free(text);
	return same;
}

#define PARAMETER	"module/nvme/parameters/dma_path"
#define DRIVER		"bus/pci/drivers/nvme"
#define CONTROLLER	"devices/0000:02:00.0/nvme/nvme0"

static void make_sysfs(void)
{
	shell("rm -rf class module bus devices dev && mkdir -p dev class/block class/nvme-generic $(dirname %s) %s %s/nvme0n1 %s/ng0n1",
	      PARAMETER, DRIVER, CONTROLLER, CONTROLLER);
	shell("echo sg >%s && : >%s/bind && : >%s/unbind && : >dev/nvme0n1 && : >dev/ng0n1",
	      PARAMETER, DRIVER, DRIVER);
	shell("ln -s ../.. %s/device && ln -s .. %s/nvme0n1/device && ln -s .. %s/ng0n1/device",
	      CONTROLLER, CONTROLLER, CONTROLLER);
	shell("ln -s ../../%s/nvme0n1 class/block/nvme0n1 && ln -s ../../%s/ng0n1 class/nvme-generic/ng0n1 && ln -s ../../../../devices/0000:02:00.0 %s/0000:02:00.0",
	      CONTROLLER, CONTROLLER, DRIVER);
}

static int take(struct dlab_nvme_path *p, const char *device, const char *want)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/dev/%s", root, device);
	return dlab_nvme_path_take(p, root, path, want, &err);
}

static bool was_bound_again(void)
{
	bool yes = holds(DRIVER "/unbind", "0000:02:00.0") &&
		   holds(DRIVER "/bind", "0000:02:00.0");

	shell(": >%s/bind && : >%s/unbind", DRIVER, DRIVER);
	return yes;
}

static void path_is_set_and_set_back(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "nvme0n1", "stream") == 0);
	CHECK(holds(PARAMETER, "stream"));
	CHECK(was_bound_again());
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg"));
	CHECK(was_bound_again());
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(!was_bound_again());
}

static void character_device_has_a_controller_too(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "ng0n1", "stream") == 0);
	CHECK(was_bound_again());
}

static void controller_of_others_is_left_alone(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	shell("mkdir %s/nvme0n2", CONTROLLER);
	CHECK(take(&p, "nvme0n1", "stream") == -EBUSY);
	CHECK_SAYS(err.text, "other namespaces");
	CHECK(holds(PARAMETER, "sg\n"));
	CHECK(!was_bound_again());
}

static void what_is_set_already_is_left_alone(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "nvme0n1", "sg") == 0);
	CHECK(!was_bound_again());
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg\n"));
	CHECK(take(&p, "nvme0n1", "default") == 0);
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg\n"));
}

static void kernel_without_a_choice_is_told_apart(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	shell("rm %s", PARAMETER);
	CHECK(take(&p, "nvme0n1", "stream") == -EOPNOTSUPP);
	CHECK_SAYS(err.text, "no parameter dma_path");
	CHECK(take(&p, "nvme0n1", "default") == 0);
}

static void what_is_no_nvme_is_left_alone(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "nvme1n1", "stream") == -ENODEV);
	CHECK_SAYS(err.text, "nvme1n1");
	CHECK(holds(PARAMETER, "sg\n"));
}

static void unknown_path_is_refused(void)
{
	CHECK(dlab_nvme_path_check("stream", &err) == 0);
	CHECK(dlab_nvme_path_check("sg", &err) == 0);
	CHECK(dlab_nvme_path_check("default", &err) == 0);
	CHECK(dlab_nvme_path_check("both", &err) == -EINVAL);
	CHECK_SAYS(err.text, "sg, stream or default");
}

/* @mappings of them, beside a pool */
static struct dlab_dma_debug reading(unsigned int mappings,
				     unsigned int errors, char disabled)
{
	shell("mkdir -p dma-api && echo %u >dma-api/error_count && echo %c >dma-api/disabled",
	      errors, disabled);
	shell("echo 'nvme 0000:02:00.0 coherent idx 1 P=1000 D=ffff000 L=1000' >dma-api/dump");
	for (unsigned int i = 0; i < mappings; i++)
		shell("echo 'nvme 0000:02:00.0 scatter-gather idx 2 P=2000 D=fffe000 L=1000' >>dma-api/dump");
	return dlab_dma_debug_read(root);
}

static void mappings_are_counted(void)
{
	struct dlab_dma_debug d = dlab_dma_debug_read("/nonexistent");

	CHECK(!d.there);
	d = reading(7, 3, 'N');
	CHECK(d.there && d.mappings == 7 && d.errors == 3);
	CHECK(!reading(7, 3, 'Y').there);
}

static void what_is_left_mapped_is_seen(void)
{
	struct dlab_dma_debug none = { .there = false };
	struct dlab_dma_debug before = reading(7, 1, 'N');
	struct dlab_dma_debug same = before, more = reading(8, 1, 'N');
	struct dlab_dma_debug wrong = reading(7, 2, 'N');

	CHECK(dlab_dma_debug_judge(&before, &same, &err) == 0);
	CHECK(dlab_dma_debug_judge(&none, &none, &err) == 0);
	CHECK(dlab_dma_debug_judge(&before, &more, &err) == -EBADE);
	CHECK_SAYS(err.text, "7 mappings before, 8 after");
	CHECK(dlab_dma_debug_judge(&before, &wrong, &err) == -EBADE);
	CHECK_SAYS(err.text, "1 mistakes");
	CHECK(dlab_dma_debug_judge(&before, &none, &err) == -EBADE);
	CHECK_SAYS(err.text, "switched itself off");
}

int main(void)
{
	if (!mkdtemp(root))
		return 1;
	RUN(path_is_set_and_set_back);
	RUN(character_device_has_a_controller_too);
	RUN(controller_of_others_is_left_alone);
	RUN(what_is_set_already_is_left_alone);
	RUN(kernel_without_a_choice_is_told_apart);
	RUN(what_is_no_nvme_is_left_alone);
	RUN(unknown_path_is_refused);
	RUN(mappings_are_counted);
	RUN(what_is_left_mapped_is_seen);
	shell("cd / && rm -rf '%s'", root);
	return test_end();
}
