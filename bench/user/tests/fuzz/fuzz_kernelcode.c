// SPDX-License-Identifier: GPL-2.0-only
/* Does any kernel.functions break its reader, and is what it takes in order? */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "kernelcode.h"

#define HEAD "file\tfunctions\n"

const char *const fuzz_seeds[] = {
	HEAD "a.c\tf:1,g.part.0:ff,g.cold:2\nb.c\tf:3\n",
	HEAD "a.c\tf:ffffffffffffffff\na.c\tf:0,\nb.c",
	HEAD,
	NULL,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_kernel_code c;
	struct dlab_err err;

	if (dlab_kernel_code_parse("fuzz", (const char *)data, size, &c, &err))
		return 0;
	for (size_t i = 1; i < c.nr; i++) {
		int d = strcmp(c.v[i - 1].file, c.v[i].file);

		if (d > 0 || (!d && strcmp(c.v[i - 1].name, c.v[i].name) >= 0))
			abort();
	}
	dlab_kernel_code_free(&c);
	return 0;
}
