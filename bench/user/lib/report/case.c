// SPDX-License-Identifier: GPL-2.0-only
/*
 * Takes case ids apart: what in brackets is the transfer and how it reads, what
 * is the path, and which transfer comes before which.
 */
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"

/* "4k" and "512" as numbers; NAN for a word. */
static double value_number(const char *s)
{
	uint64_t bytes;

	return dlab_parse_size(s, &bytes) ? NAN : (double)bytes;
}

const char *report_value(const struct report_case *c, const char *key)
{
	size_t i;

	for (i = 0; i < c->nr_keys; i++)
		if (!strcmp(c->keys[i].key, key))
			return c->keys[i].value;
	return NULL;
}

static bool is_shape_key(const char *key)
{
	return strcmp(key, "path") && strcmp(key, "hint") &&
	       strcmp(key, "desc");
}

/* How one key reads in a label: "128K", "32 segments", "offset 512". */
static void put_key(FILE *f, const struct report_key *k)
{
	size_t len = strlen(k->value);

	if (!strcmp(k->key, "size")) {
		fprintf(f, "%.*s%c", (int)len - 1, k->value,
			toupper((unsigned char)k->value[len - 1]));
		if (isdigit((unsigned char)k->value[len - 1]))
			fputs(" B", f);
	} else if (!strcmp(k->key, "segs") && !strcmp(k->value, "1")) {
		fputs("1 segment", f);
	} else if (!strcmp(k->key, "segs") &&
		   isdigit((unsigned char)*k->value)) {
		fprintf(f, "%s segments", k->value);
	} else if (!strcmp(k->key, "segs")) {
		fprintf(f, "a segment a %.*s",
			(int)len - (k->value[len - 1] == 's'), k->value);
	} else {
		fprintf(f, "%s %s", k->key, k->value);
	}
}

char *report_case_shape_label(const struct report_case *c)
{
	size_t i, len, nr = 0;
	char *text = NULL;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (i = 0; i < c->nr_keys; i++) {
		if (!is_shape_key(c->keys[i].key) || !*c->keys[i].value)
			continue;
		if (nr++)
			fputs(", ", f);
		put_key(f, &c->keys[i]);
	}
	if (!nr)
		fputs("one shape", f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

char *report_case_series_label(const struct report_case *c, bool *none)
{
	const char *path = report_value(c, "path");
	const char *hint = report_value(c, "hint");
	char *text;

	*none = !path;
	if (!path)
		return NULL;
	if (asprintf(&text, "%s%s%s", path, hint ? "/" : "", hint ? hint : "") <
	    0)
		return NULL;
	return text;
}

int report_case_parse_keys(struct report_case *c, const char *text)
{
	while (*text && *text != ']') {
		size_t len = strcspn(text, ",]");
		const char *eq = memchr(text, '=', len);
		size_t name = eq ? (size_t)(eq - text) : 0;
		struct report_key *k;

		k = reallocarray(c->keys, c->nr_keys + 1, sizeof(*k));
		if (!k)
			return -ENOMEM;
		c->keys = k;
		k += c->nr_keys;
		k->key = strndup(text, name);
		k->value = eq ? strndup(eq + 1, len - name - 1) :
				strndup(text, len);
		c->nr_keys++;
		if (!k->key || !k->value)
			return -ENOMEM;
		text += len;
		text += *text == ',';
	}
	return 0;
}

const char *report_case_desc(const struct report_case *c)
{
	const char *desc = report_value(c, "desc");

	if (!desc && c->declared)
		desc = dlab_case_word(c->declared, "desc");
	return desc ? desc : "";
}

/* How a transfer is measured, or by what path, does not make it another. */
static bool is_transfer_key(const char *key)
{
	static const char *const others[] = {
		"path", "hint", "desc", "ops", "batch", "lba",
	};
	size_t i;

	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (!strcmp(key, others[i]))
			return false;
	return true;
}

char *report_case_transfer(const struct report_case *c, const char *fallback)
{
	const struct dlab_driver *driver =
		c->declared ? dlab_driver_find(c->declared->driver) : NULL;
	const struct dlab_key *k;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	/* in the driver's order, defaults filled in: one way to write each */
	for (k = driver ? driver->keys : NULL; k && k->name; k++) {
		const char *word = dlab_case_word(c->declared, k->name);

		if (is_transfer_key(k->name))
			fprintf(f, "%s=%s,", k->name, word ? word : "");
	}
	if (!driver)
		fputs(fallback, f);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

/* Numbers as numbers, so that 4k comes before 128k; words as words. */
static int key_order(const struct report_key *a, const struct report_key *b)
{
	double x = value_number(a->value), y = value_number(b->value);

	if (strcmp(a->key, b->key))
		return strcmp(a->key, b->key);
	if (!isnan(x) && !isnan(y))
		return (x > y) - (x < y);
	return strcmp(a->value, b->value);
}

int report_case_shape_order(const struct report_shape *a,
			    const struct report_shape *b)
{
	size_t i = 0, j = 0;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? -1 : 1;
	/* a word, such as "pages", stands for many */
	if (a->segs != b->segs)
		return (a->segs && a->segs < b->segs) || !b->segs ? -1 : 1;
	for (;;) {
		int d;

		while (i < a->like->nr_keys &&
		       !is_shape_key(a->like->keys[i].key))
			i++;
		while (j < b->like->nr_keys &&
		       !is_shape_key(b->like->keys[j].key))
			j++;
		if (i == a->like->nr_keys || j == b->like->nr_keys)
			break;
		d = key_order(&a->like->keys[i++], &b->like->keys[j++]);
		if (d)
			return d;
	}
	return (i < a->like->nr_keys) - (j < b->like->nr_keys);
}

double report_case_number(const struct report_case *c, const char *key)
{
	const char *value = report_value(c, key);
	double n = value ? value_number(value) : NAN;

	return isnan(n) ? 0 : n;
}
