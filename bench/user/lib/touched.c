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

static int add_name(struct dlab_touched_names *n, const char *name)
{
	char **v = reallocarray(n->v, n->nr + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	n->v = v;
	v[n->nr] = strdup(name);
	return v[n->nr++] ? 0 : -ENOMEM;
}

/* Those of @touched that were not seen to run; @near: in files of which others were */
static int add_unseen(const struct dlab_kernel_code *c, const size_t *touched,
		      const struct dlab_names *run, bool near,
		      struct dlab_touched *out)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < out->nr; i++) {
		enum dlab_ran ran = dlab_ran(c, touched[i], run);

		if (ran != DLAB_RAN && file_was_run(c, touched[i], run) == near)
			ret = add_name(&out->names[ran],
				       c->v[touched[i]].name);
	}
	return ret;
}

static int compare(const struct dlab_kernel_code *a,
		   const struct dlab_kernel_code *b, struct dlab_names *run,
		   struct dlab_touched *out)
{
	size_t *touched = calloc(b->nr + 1, sizeof(*touched));
	int ret = touched ? 0 : -ENOMEM;

	if (!ret) {
		out->nr = list_touched(a, b, touched);
		ret = add_unseen(b, touched, run, true, out);
	}
	if (!ret)
		ret = add_unseen(b, touched, run, false, out);
	free(touched);
	out->known = !ret;
	out->counted_by = run->counted_by;
	run->counted_by = NULL;
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

/* ": a(), b() and 1 more" */
static void put_names(FILE *f, const struct dlab_touched_names *n, size_t most)
{
	size_t i;

	for (i = 0; i < n->nr && i < most; i++)
		fprintf(f, "%s%s()", i ? ", " : ": ", n->v[i]);
	if (i < n->nr)
		fprintf(f, " and %zu more", n->nr - i);
}

/* "3 of 5 functions that it changes were", and behind others "3 were" */
static void put_count(FILE *f, const struct dlab_touched *t, size_t nr,
		      bool *any)
{
	fprintf(f, "%s%zu", *any ? "; " : "", nr);
	if (!*any)
		fprintf(f, " of %zu function%s that it changes", t->nr,
			t->nr == 1 ? "" : "s");
	*any = true;
}

char *dlab_touched_say(const struct dlab_touched *t, size_t most)
{
	const struct dlab_touched_names *not = &t->names[DLAB_RAN_NOT];
	const struct dlab_touched_names *one = &t->names[DLAB_RAN_ONE_OF];
	const struct dlab_touched_names *io = &t->names[DLAB_RAN_UNSTEPPED];
	char *text = NULL;
	bool any = false;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	if (not->nr) {
		put_count(f, t, not->nr, &any);
		fprintf(f, " %s not run", not->nr == 1 ? "was" : "were");
		put_names(f, not, most);
	}
	if (io->nr) {
		put_count(f, t, io->nr, &any);
		fprintf(f, " %s not stepped, the I/O of %s counts %s",
			io->nr == 1 ? "was" : "were", t->counted_by,
			io->nr == 1 ? "it" : "them");
		put_names(f, io, most);
	}
	if (one->nr) {
		put_count(f, t, one->nr, &any);
		fprintf(f, " %s one of several of that name, of which one was run",
			one->nr == 1 ? "is" : "are each");
		put_names(f, one, most);
	}
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

size_t dlab_touched_unseen(const struct dlab_touched *t)
{
	size_t n = 0;

	for (int i = 0; i < DLAB_NR_RAN; i++)
		n += t->names[i].nr;
	return n;
}

void dlab_touched_free(struct dlab_touched *t)
{
	for (int i = 0; i < DLAB_NR_RAN; i++) {
		for (size_t k = 0; k < t->names[i].nr; k++)
			free(t->names[i].v[k]);
		free(t->names[i].v);
	}
	free(t->counted_by);
	*t = (struct dlab_touched){ 0 };
}
