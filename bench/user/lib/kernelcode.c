// SPDX-License-Identifier: GPL-2.0-only
/* Which functions is a kernel made of, and which were executed? */
#include <errno.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "file.h"
#include "functions.h"
#include "kernelcode.h"
#include "run.h"
#include "tsv.h"

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

/* The first case of a boot that ended well, or "". */
static void find_ok(const char *boot, char *id, size_t size)
{
	static const char *const want[] = { "case", "status" };
	char path[PATH_MAX], *fields[2];
	struct dlab_err err;
	struct dlab_tsv t;

	*id = '\0';
	snprintf(path, sizeof(path), "%s/outcomes.tsv", boot);
	if (dlab_tsv_open(&t, path, want, 2, &err))
		return;
	while (!*id && dlab_tsv_next(&t, fields, &err) > 0)
		if (!strcmp(fields[1], "ok"))
			snprintf(id, size, "%s", fields[0]);
	dlab_tsv_close(&t);
}

/* What the I/O went through that a boot counted. */
static void add_unstepped(struct dlab_names *n, const char *boot)
{
	struct dlab_cases cases = { 0 };
	char path[PATH_MAX], id[1024];
	struct dlab_err err;

	find_ok(boot, id, sizeof(id));
	snprintf(path, sizeof(path), "%s/cases.tsv", boot);
	if (!*id || dlab_cases_read(path, &cases, &err))
		return;
	for (size_t i = 0; i < cases.nr && !n->counted_by; i++) {
		const struct dlab_case *c = &cases.v[i];
		const struct dlab_driver *d = dlab_driver_find(c->driver);

		if (strcmp(c->id, id) || !d || !d->unstepped)
			continue;
		n->unstepped = d->unstepped;
		n->counted_by = strdup(c->workload);
	}
	dlab_cases_free(&cases);
}

static void find_unstepped(struct dlab_names *n, const char *dir)
{
	char boot[PATH_MAX];
	struct dlab_run run;
	struct dlab_err err;

	/* whoever wants to know reads the run himself */
	if (dlab_run_load(dir, &run, &err))
		return;
	for (size_t i = 0; i < run.nr_boots && !n->counted_by; i++) {
		if (run.boots[i].kind != DLAB_IOCOUNT)
			continue;
		snprintf(boot, sizeof(boot), "%s/%s", dir, run.boots[i].name);
		add_unstepped(n, boot);
	}
	dlab_run_free(&run);
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
	find_unstepped(out, dir);
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
	free(n->counted_by);
	*n = (struct dlab_names){ 0 };
}

bool dlab_is_among(const char *file, const char *patterns)
{
	char *copy = strdup(patterns), *rest = copy, *pattern;
	bool is = false;

	while (!is && (pattern = strsep(&rest, " ")))
		is = !fnmatch(pattern, file, 0);
	free(copy);
	return is;
}

size_t dlab_namesakes(const struct dlab_kernel_code *c, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < c->nr; i++)
		n += !strcmp(c->v[i].name, name);
	return n;
}

enum dlab_ran dlab_ran(const struct dlab_kernel_code *c, size_t function,
		       const struct dlab_names *run)
{
	const struct dlab_kernel_function *f = &c->v[function];

	if (dlab_names_have(run, f->name))
		return dlab_namesakes(c, f->name) > 1 ? DLAB_RAN_ONE_OF :
							DLAB_RAN;
	return run->unstepped && dlab_is_among(f->file, run->unstepped) ?
		       DLAB_RAN_UNSTEPPED :
		       DLAB_RAN_NOT;
}
