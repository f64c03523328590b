// SPDX-License-Identifier: GPL-2.0-only
/* Which functions does a kernel have otherwise than another, and were they run? */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernelcode.h"

static int order(const struct dlab_kernel_function *x,
		 const struct dlab_kernel_function *y)
{
	int d = strcmp(x->file, y->file);

	return d ? d : strcmp(x->name, y->name);
}

/* Is any function of the file of @f among those that were run? */
static bool file_was_run(const struct dlab_kernel_code *c, size_t f,
			 const struct dlab_names *run)
{
	const char *file = c->v[f].file;
	size_t i = f;

	while (i && !strcmp(c->v[i - 1].file, file))
		i--;
	for (; i < c->nr && !strcmp(c->v[i].file, file); i++)
		if (dlab_names_have(run, c->v[i].name))
			return true;
	return false;
}

/* Which functions of @b are not in @a as they are; return: how many */
static size_t list_touched(const struct dlab_kernel_code *a,
			   const struct dlab_kernel_code *b, size_t *v)
{
	size_t i = 0, nr = 0;

	for (size_t k = 0; k < b->nr; k++) {
		while (i < a->nr && order(&a->v[i], &b->v[k]) < 0)
			i++;
		if (i == a->nr || order(&a->v[i], &b->v[k]) ||
		    a->v[i].code != b->v[k].code)
			v[nr++] = k;
	}
	return nr;
}

/* Those of @touched that were not run; @near: in files of which others were */
static int add_unrun(const struct dlab_kernel_code *c, const size_t *touched,
		     const struct dlab_names *run, bool near,
		     struct dlab_touched *out)
{
	for (size_t i = 0; i < out->nr; i++) {
		const char *name = c->v[touched[i]].name;

		if (dlab_names_have(run, name) ||
		    file_was_run(c, touched[i], run) != near)
			continue;
		out->unrun[out->nr_unrun] = strdup(name);
		if (!out->unrun[out->nr_unrun])
			return -ENOMEM;
		out->nr_unrun++;
	}
	return 0;
}

static int compare(const struct dlab_kernel_code *a,
		   const struct dlab_kernel_code *b,
		   const struct dlab_names *run, struct dlab_touched *out)
{
	size_t *touched = calloc(b->nr + 1, sizeof(*touched));
	int ret = touched ? 0 : -ENOMEM;

	if (!ret) {
		out->nr = list_touched(a, b, touched);
		out->unrun = calloc(out->nr + 1, sizeof(*out->unrun));
		ret = out->unrun ? 0 : -ENOMEM;
	}
	if (!ret)
		ret = add_unrun(b, touched, run, true, out);
	if (!ret)
		ret = add_unrun(b, touched, run, false, out);
	free(touched);
	out->known = !ret;
	return ret;
}

int dlab_touched_find(const char *from, const char *to,
		      struct dlab_touched *out, struct dlab_err *err)
{
	struct dlab_kernel_code a = { 0 }, b = { 0 };
	struct dlab_names run = { 0 };
	int ret;

	*out = (struct dlab_touched){ 0 };
	ret = dlab_kernel_code_load(from, &a, err);
	if (!ret)
		ret = dlab_kernel_code_load(to, &b, err);
	if (!ret)
		ret = dlab_run_functions(to, &run, err);
	if (!ret && run.nr && compare(&a, &b, &run, out)) {
		dlab_touched_free(out);
		ret = dlab_fail(err, ENOMEM, "%s: out of memory", to);
	}
	dlab_names_free(&run);
	dlab_kernel_code_free(&a);
	dlab_kernel_code_free(&b);
	return ret == -ENOENT ? 0 : ret;
}

char *dlab_touched_say(const struct dlab_touched *t, size_t most)
{
	char *text = NULL;
	size_t len, i;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	if (t->nr_unrun)
		fprintf(f, "%zu of %zu function%s that it changes %s not run: ",
			t->nr_unrun, t->nr, t->nr == 1 ? "" : "s",
			t->nr_unrun == 1 ? "was" : "were");
	for (i = 0; i < t->nr_unrun && i < most; i++)
		fprintf(f, "%s%s()", i ? ", " : "", t->unrun[i]);
	if (i < t->nr_unrun)
		fprintf(f, " and %zu more", t->nr_unrun - i);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

void dlab_touched_free(struct dlab_touched *t)
{
	for (size_t i = 0; i < t->nr_unrun; i++)
		free(t->unrun[i]);
	free(t->unrun);
	*t = (struct dlab_touched){ 0 };
}
