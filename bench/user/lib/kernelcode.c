// SPDX-License-Identifier: GPL-2.0-only
/* Which functions is a kernel made of, and which were executed? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "functions.h"
#include "kernelcode.h"

/* ---- kernel.functions */

static int bad_line(const char *name, unsigned int line, const char *what,
		    struct dlab_err *err)
{
	return dlab_fail(err, EINVAL, "%s:%u: %s", name, line, what);
}

static int add(struct dlab_kernel_code *c, size_t *room, const char *file,
	       char *name, uint64_t code)
{
	if (c->nr == *room) {
		size_t more = *room ? 2 * *room : 1024;
		struct dlab_kernel_function *v =
			reallocarray(c->v, more, sizeof(*v));

		if (!v)
			return -ENOMEM;
		c->v = v;
		*room = more;
	}
	name[1 + strcspn(name + 1, ".")] = '\0';
	c->v[c->nr++] = (struct dlab_kernel_function){ file, name, code };
	return 0;
}

/* NAME:CODE,NAME:CODE,... of one file */
static int read_functions(struct dlab_kernel_code *c, size_t *room,
			  const char *file, char *p, const char **what)
{
	while (*p) {
		char *name = p, *end;
		uint64_t code;

		p += strcspn(p, ":,");
		if (p == name || *p != ':') {
			*what = "a function without its code";
			return -EINVAL;
		}
		*p++ = '\0';
		errno = 0;
		code = strtoull(p, &end, 16);
		if (end == p || errno || (*end && *end != ',')) {
			*what = "a function's code is not a number";
			return -EINVAL;
		}
		p = *end ? end + 1 : end;
		if (add(c, room, file, name, code)) {
			*what = "out of memory";
			return -ENOMEM;
		}
	}
	return 0;
}

static int function_order(const void *a, const void *b)
{
	const struct dlab_kernel_function *x = a, *y = b;
	int d = strcmp(x->file, y->file);

	if (!d)
		d = strcmp(x->name, y->name);
	return d ? d : x->code < y->code ? -1 : x->code > y->code;
}

/* Parts of one function become one, whatever the compiler called them. */
static void join_parts(struct dlab_kernel_code *c)
{
	size_t n = 0;

	if (c->nr)
		qsort(c->v, c->nr, sizeof(*c->v), function_order);
	for (size_t i = 0; i < c->nr; i++) {
		if (n && !strcmp(c->v[n - 1].file, c->v[i].file) &&
		    !strcmp(c->v[n - 1].name, c->v[i].name))
			c->v[n - 1].code = c->v[n - 1].code * 31 + c->v[i].code;
		else
			c->v[n++] = c->v[i];
	}
	c->nr = n;
}

/* Takes over @text. */
static int parse(const char *name, char *text, struct dlab_kernel_code *out,
		 struct dlab_err *err)
{
	static const char header[] = "file\tfunctions";
	const char *what = NULL;
	unsigned int nr = 0;
	size_t room = 0;
	char *line, *tab;
	int ret = 0;

	*out = (struct dlab_kernel_code){ .text = text };
	while (!ret && (line = strsep(&text, "\n"))) {
		nr++;
		if (nr == 1 && strcmp(line, header))
			ret = bad_line(name, nr, "no such table", err);
		/* what does not end in a newline is not whole */
		if (nr == 1 || ret || !text)
			continue;
		tab = strchr(line, '\t');
		if (!tab || tab == line) {
			ret = bad_line(name, nr, "no file and functions", err);
			continue;
		}
		*tab = '\0';
		ret = read_functions(out, &room, line, tab + 1, &what);
		if (ret)
			bad_line(name, nr, what, err);
	}
	if (ret)
		dlab_kernel_code_free(out);
	else
		join_parts(out);
	return ret;
}

int dlab_kernel_code_parse(const char *name, const char *text, size_t len,
			   struct dlab_kernel_code *out, struct dlab_err *err)
{
	char *copy = strndup(text, len);

	if (!copy)
		return dlab_fail(err, ENOMEM, "%s: out of memory", name);
	return parse(name, copy, out, err);
}

int dlab_kernel_code_load(const char *dir, struct dlab_kernel_code *out,
			  struct dlab_err *err)
{
	char *path, *text;
	size_t len;
	int ret;

	*out = (struct dlab_kernel_code){ 0 };
	if (asprintf(&path, "%s/kernel.functions", dir) < 0)
		return dlab_fail(err, ENOMEM, "%s: out of memory", dir);
	ret = dlab_file_read(path, &text, &len, err);
	if (!ret)
		ret = parse(path, text, out, err);
	free(path);
	return ret;
}

void dlab_kernel_code_free(struct dlab_kernel_code *c)
{
	free(c->v);
	free(c->text);
	*c = (struct dlab_kernel_code){ 0 };
}

/* ---- what was executed */

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int add_names(struct dlab_names *n, const struct dlab_functions *f)
{
	char **v = reallocarray(n->v, n->nr + f->nr + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	n->v = v;
	for (size_t i = 0; i < f->nr; i++) {
		const char *name = f->v[i].name;

		if (!*name)
			continue;
		v[n->nr] = strndup(name, 1 + strcspn(name + 1, ". "));
		if (!v[n->nr])
			return -ENOMEM;
		n->nr++;
	}
	return 0;
}

static void sort_names(struct dlab_names *n)
{
	size_t nr = 0;

	if (n->nr)
		qsort(n->v, n->nr, sizeof(*n->v), name_order);
	for (size_t i = 0; i < n->nr; i++) {
		if (nr && !strcmp(n->v[nr - 1], n->v[i]))
			free(n->v[i]);
		else
			n->v[nr++] = n->v[i];
	}
	n->nr = nr;
}

int dlab_run_functions(const char *dir, struct dlab_names *out,
		       struct dlab_err *err)
{
	struct dlab_profile p;
	int ret = dlab_profile_load(dir, &p, err);

	*out = (struct dlab_names){ 0 };
	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < p.nr; i++)
		ret = add_names(out, &p.v[i].functions);
	dlab_profile_free(&p);
	sort_names(out);
	if (!ret)
		return 0;
	dlab_names_free(out);
	return dlab_fail(err, ENOMEM, "%s: out of memory", dir);
}

bool dlab_names_have(const struct dlab_names *n, const char *name)
{
	return n->nr && bsearch(&name, n->v, n->nr, sizeof(*n->v), name_order);
}

void dlab_names_free(struct dlab_names *n)
{
	for (size_t i = 0; i < n->nr; i++)
		free(n->v[i]);
	free(n->v);
	*n = (struct dlab_names){ 0 };
}
