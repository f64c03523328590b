/* SPDX-License-Identifier: GPL-2.0-only */
/* What all JSON that is printed has alike. */
#ifndef DLAB_JSON_H
#define DLAB_JSON_H

#include <jansson.h>
#include <math.h>
#include <stddef.h>

/* What is not known is null. */
static inline json_t *dlab_json_real(double v)
{
	return isfinite(v) ? json_real(v) : json_null();
}

static inline json_t *dlab_json_strings(char *const *v, size_t nr)
{
	json_t *list = json_array();

	for (size_t i = 0; i < nr; i++)
		json_array_append_new(list, json_string(v[i]));
	return list;
}

#endif
