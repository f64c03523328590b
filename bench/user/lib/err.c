// SPDX-License-Identifier: GPL-2.0-only
/* How libdmalab says what went wrong: an errno and one sentence. */
#include <stdarg.h>
#include <stdio.h>

#include "err.h"

int dlab_fail(struct dlab_err *err, int errnum, const char *fmt, ...)
{
	va_list ap;

	if (err) {
		va_start(ap, fmt);
		vsnprintf(err->text, sizeof(err->text), fmt, ap);
		va_end(ap);
	}
	return -errnum;
}
