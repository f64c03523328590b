// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the lab survive a machine that breaks?  Panics or hangs the guest that
 * it runs in; the lab's own tests use it.  Refuses to run anywhere else.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

static const struct dlab_key keys[] = {
	{ "how", DLAB_KEY_WORD, NULL,
	  "none, skip, fail, exit, panic or hang" },
	{ 0 },
};

static enum dlab_status panic_now(struct dlab_err *err)
{
	FILE *f = fopen("/proc/sysrq-trigger", "we");

	if (f) {
		fputc('c', f);
		fclose(f);
	}
	dlab_fail(err, EIO, "the kernel did not panic when asked to");
	return DLAB_FAIL;
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	const char *how = dlab_case_word(c, "how");

	/* /init of the lab's guests sets it; nobody else's machine does */
	if (!getenv("DMALAB_GUEST")) {
		dlab_fail(err, EPERM, "only a guest of the lab may be broken");
		return DLAB_SKIP;
	}
	if (!strcmp(how, "none")) {
		dlab_out_sample(out, "harness_ns", 1);
		return DLAB_OK;
	}
	dlab_fail(err, EIO, "as asked");
	if (!strcmp(how, "skip"))
		return DLAB_SKIP;
	if (!strcmp(how, "fail"))
		return DLAB_FAIL;
	if (!strcmp(how, "exit"))
		_exit(1);
	if (!strcmp(how, "panic"))
		return panic_now(err);
	if (!strcmp(how, "hang"))
		for (;;)
			;
	dlab_fail(err, EINVAL, "%s: key `how` is `%s`, must be one of: %s",
		  c->id, how, keys[0].about);
	return DLAB_FAIL;
}

const struct dlab_driver dlab_driver_fault = {
	.name = "fault",
	.about = "breaks the guest on purpose, for the lab's own tests",
	.keys = keys,
	.run = run,
};
