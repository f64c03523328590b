// SPDX-License-Identifier: GPL-2.0-only
/* Does any output of fio break its parser? */
#include "io/fiojson.h"
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_fio fio;
	struct dlab_err err;

	dlab_fio_parse((const char *)data, size, &fio, &err);
	return 0;
}
