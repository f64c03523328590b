// SPDX-License-Identifier: GPL-2.0-only
/* Figures as people read them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/view.h"

/* Digits after the point that a figure of this size is given with. */
static int decimals(double v)
{
	v = fabs(v);
	if (v == floor(v))
		return 0;
	if (v >= 100)
		return 1;
	if (v >= 1)
		return 2;
	if (v >= 0.1)
		return 3;
	return 4;
}

const char *report_number(double value, char *text)
{
	char digits[REPORT_NUMBER_LEN];
	size_t len, whole, i;
	char *out = text;

	if (isnan(value) || isinf(value))
		return strcpy(text, "not measured");
	if (fabs(value) >= 1e15 || (value != 0 && fabs(value) < 0.001)) {
		snprintf(text, REPORT_NUMBER_LEN, "%.3g", value);
		return text;
	}
	snprintf(digits, sizeof(digits), "%.*f", decimals(value), fabs(value));
	len = strlen(digits);
	whole = strcspn(digits, ".");
	/* 2.50 says no more than 2.5 */
	while (len > whole &&
	       (digits[len - 1] == '0' || digits[len - 1] == '.'))
		len--;
	if (value < 0)
		*out++ = '-';
	for (i = 0; i < len; i++) {
		if (i && i < whole && !((whole - i) % 3))
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return text;
}
