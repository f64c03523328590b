// SPDX-License-Identifier: GPL-2.0-only
/* Is a topology's promise held against what the machine is found to be? */
#include <stdlib.h>
#include <unistd.h>

#include "machine.h"
#include "test.h"

static struct dlab_err err;

static int check(const char *key, const char *value, json_t *effective)
{
	struct dlab_machine_file m = { .nr_expect = 1 };
	int ret;

	m.expect[0].key = strdup(key);
	m.expect[0].value = strdup(value);
	ret = dlab_machine_check(&m, effective, &err);
	json_decref(effective);
	dlab_machine_free(&m);
	return ret;
}

static void kept_promises_pass(void)
{
	CHECK(check("domain", "DMA", json_pack("{s:s}", "domain", "DMA")) == 0);
	CHECK(check("ats", "1", json_pack("{s:i}", "ats", 1)) == 0);
	CHECK(check("nvme_sgl", "hidden",
		    json_pack("{s:s}", "nvme_sgl", "hidden")) == 0);
}

static void broken_promise_is_named(void)
{
	CHECK(check("domain", "DMA", json_pack("{s:s}", "domain", "identity")) ==
	      -EPROTO);
	CHECK_STR(err.text,
		  "topology and kit promise domain = DMA, the machine has identity");
	CHECK(check("domain", "DMA", json_object()) == -EPROTO);
	CHECK_SAYS(err.text, "not known");
}

static void what_no_kernel_here_can_keep_is_no_failure(void)
{
	CHECK(check("nvme_sgl", "hidden", json_object()) == -EOPNOTSUPP);
	CHECK_SAYS(err.text, "hide_sgl");
}

int main(void)
{
	RUN(kept_promises_pass);
	RUN(broken_promise_is_named);
	if (access("/sys/module/nvme/parameters/hide_sgl", F_OK))
		RUN(what_no_kernel_here_can_keep_is_no_failure);
	else
		SKIP(what_no_kernel_here_can_keep_is_no_failure,
		     "the NVMe driver of this machine has the parameter");
	return test_end();
}
