// SPDX-License-Identifier: GPL-2.0-only
/* Takes the run-length encoded values of samples.tsv apart. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "summary.h"

#define MAX_VALUES (1UL << 26)

/*
 * "2601x299" or "2601": copied out first, since strtod() would read "0x299"
 * as a hexadecimal number.
 */
static int parse_item(const char *s, size_t len, double *value, size_t *times)
{
	char item[2 * DLAB_NUMBER_LEN];
	char *x, *end;

	if (len >= sizeof(item))
		return -EINVAL;
	memcpy(item, s, len);
	item[len] = '\0';
	*times = 1;
	x = strchr(item, 'x');
	if (x) {
		*x++ = '\0';
		if (*x < '1' || *x > '9')
			return -EINVAL;
		errno = 0;
		*times = strtoul(x, &end, 10);
		if (errno || *end || *times > MAX_VALUES)
			return -EINVAL;
	}
	return dlab_number_parse(item, value);
}

/* Calls for every item: first to count (@out NULL), then to fill. */
static int walk(const char *text, double *out, size_t *n, struct dlab_err *err)
{
	*n = 0;
	for (;;) {
		size_t len = strcspn(text, ",");
		size_t times;
		double value;

		if (parse_item(text, len, &value, &times))
			return dlab_fail(
				err, EINVAL,
				"\"%.*s\" is neither VALUE nor VALUExTIMES",
				len > 40 ? 40 : (int)len, text);
		if (times > MAX_VALUES - *n)
			return dlab_fail(err, EINVAL,
					 "more than %lu values in a row",
					 MAX_VALUES);
		for (size_t i = 0; out && i < times; i++)
			out[*n + i] = value;
		*n += times;
		if (!text[len])
			return 0;
		text += len + 1;
	}
}

int dlab_unrle(const char *text, double **values, size_t *n,
	       struct dlab_err *err)
{
	int ret = walk(text, NULL, n, err);

	if (ret)
		return ret;
	*values = malloc(*n * sizeof(**values));
	if (!*values)
		return dlab_fail(err, ENOMEM, "out of memory for %zu values",
				 *n);
	return walk(text, *values, n, err);
}
