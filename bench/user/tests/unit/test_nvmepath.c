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
#define RESET		"class/block/nvme0n1/device/reset_controller"
#define RESET_CHAR	"class/nvme-generic/ng0n1/device/reset_controller"

static void make_sysfs(void)
{
	shell("rm -rf class module && mkdir -p $(dirname %s %s %s) && echo sg >%s && : >%s && : >%s",
	      PARAMETER, RESET, RESET_CHAR, PARAMETER, RESET, RESET_CHAR);
}

static int take(struct dlab_nvme_path *p, const char *device, const char *want)
{
	return dlab_nvme_path_take(p, root, device, want, &err);
}

static void path_is_set_and_set_back(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "/dev/nvme0n1", "stream") == 0);
	CHECK(holds(PARAMETER, "stream"));
	CHECK(holds(RESET, "1"));
	shell(": >%s", RESET);
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg"));
	CHECK(holds(RESET, "1"));
	shell(": >%s", RESET);
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(RESET, ""));
}

static void character_device_has_a_controller_too(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "/dev/ng0n1", "stream") == 0);
	CHECK(holds(RESET_CHAR, "1"));
	CHECK(holds(RESET, ""));
}

static void what_is_set_already_is_left_alone(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "/dev/nvme0n1", "sg") == 0);
	CHECK(holds(RESET, ""));
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg\n"));
	CHECK(take(&p, "/dev/nvme0n1", "default") == 0);
	CHECK(dlab_nvme_path_give(&p, &err) == 0);
	CHECK(holds(PARAMETER, "sg\n"));
}

static void kernel_without_a_choice_is_told_apart(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	shell("rm %s", PARAMETER);
	CHECK(take(&p, "/dev/nvme0n1", "stream") == -EOPNOTSUPP);
	CHECK_SAYS(err.text, "no parameter dma_path");
	CHECK(take(&p, "/dev/nvme0n1", "default") == 0);
}

static void controller_that_cannot_be_reset_is_left_alone(void)
{
	struct dlab_nvme_path p;

	make_sysfs();
	CHECK(take(&p, "/dev/nvme1n1", "stream") == -ENODEV);
	CHECK_SAYS(err.text, "/dev/nvme1n1");
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
	RUN(what_is_set_already_is_left_alone);
	RUN(kernel_without_a_choice_is_told_apart);
	RUN(controller_that_cannot_be_reset_is_left_alone);
	RUN(unknown_path_is_refused);
	RUN(mappings_are_counted);
	RUN(what_is_left_mapped_is_seen);
	shell("cd / && rm -rf '%s'", root);
	return test_end();
}
