// SPDX-License-Identifier: GPL-2.0-only
/* In which symbols do the kernel configurations of two runs differ? */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "verdict/kconfig.h"

struct symbol {
	const char *name;
	const char *value;
};

struct config {
	char *text;
	struct symbol *v;
	size_t nr;
};

static int symbol_order(const void *a, const void *b)
{
	const struct symbol *x = a, *y = b;

	return strcmp(x->name, y->name);
}

/* "CONFIG_X=y" or "# CONFIG_X is not set"; anything else is a comment. */
static bool parse_line(char *line, struct symbol *s)
{
	char *eq;

	if (!strncmp(line, "# CONFIG_", 9)) {
		char *end = strstr(line, " is not set");

		if (!end)
			return false;
		*end = '\0';
		*s = (struct symbol){ line + 2, "n" };
		return true;
	}
	eq = strchr(line, '=');
	if (strncmp(line, "CONFIG_", 7) || !eq)
		return false;
	*eq = '\0';
	*s = (struct symbol){ line, eq + 1 };
	return true;
}

static int parse(const char *text, struct config *c)
{
	size_t lines = 1;
	char *save = NULL;

	for (const char *p = text; *p; p++)
		lines += *p == '\n';
	c->text = strdup(text);
	c->v = calloc(lines, sizeof(*c->v));
	if (!c->text || !c->v)
		return -ENOMEM;
	for (char *line = strtok_r(c->text, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		c->nr += parse_line(line, &c->v[c->nr]);
	qsort(c->v, c->nr, sizeof(*c->v), symbol_order);
	return 0;
}

static void drop(struct config *c)
{
	free(c->text);
	free(c->v);
}

static int merge(const struct config *a, const struct config *b,
		 dlab_kconfig_fn fn, void *user)
{
	size_t i = 0, j = 0;
	int ret = 0;

	while (!ret && (i < a->nr || j < b->nr)) {
		int d = i == a->nr ? 1 :
			j == b->nr ? -1 :
				     strcmp(a->v[i].name, b->v[j].name);

		if (d < 0)
			ret = fn(user, a->v[i].name, a->v[i].value, NULL);
		else if (d > 0)
			ret = fn(user, b->v[j].name, NULL, b->v[j].value);
		else if (strcmp(a->v[i].value, b->v[j].value))
			ret = fn(user, a->v[i].name, a->v[i].value,
				 b->v[j].value);
		i += d <= 0;
		j += d >= 0;
	}
	return ret;
}

int dlab_kconfig_diff(const char *a, const char *b, dlab_kconfig_fn fn,
		      void *user)
{
	struct config x = { 0 }, y = { 0 };
	int ret = parse(a, &x);

	if (!ret)
		ret = parse(b, &y);
	if (!ret)
		ret = merge(&x, &y, fn, user);
	drop(&x);
	drop(&y);
	return ret;
}

bool dlab_kconfig_is_same(const char *a, const char *b)
{
	return !strcmp(a ? a : "n", b ? b : "n");
}

int dlab_kconfig_read(const char *dir, char **text, struct dlab_err *err)
{
	struct dlab_err why;
	size_t len;
	char *path;
	int ret;

	*text = NULL;
	if (asprintf(&path, "%s/kernel.config", dir) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	ret = dlab_file_read(path, text, &len, &why);
	free(path);
	if (ret)
		return dlab_fail(
			err, -ret,
			"the kernels' configurations differ, and to see in what both are needed: %s",
			why.text);
	return 0;
}
