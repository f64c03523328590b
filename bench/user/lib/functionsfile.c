// SPDX-License-Identifier: GPL-2.0-only
/*
 * functions.tsv: one row a case, one field a phase.  A field is a list of
 * FUNCTION:INSNS/CALLS, without /CALLS where there were none.  A function is
 * written by name the first time, which gives it the file's next number, and
 * by that number from there on: names never begin with a digit.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "functions.h"
#include "run.h"
#include "tsv.h"

const char dlab_functions_header[] = "case\tunnamed\tmap\tfill\tunmap\n";

static const char *const columns[] = { "case", "unnamed", "map", "fill",
				       "unmap" };
#define NR_COLUMNS	(sizeof(columns) / sizeof(*columns))
#define FIRST_PHASE	2

#define NEW_NAME	SIZE_MAX

/* ---- names and their numbers */

static size_t number_of(const struct dlab_function_names *names,
			const char *name)
{
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return i;
	return NEW_NAME;
}

static int introduce(struct dlab_function_names *names, const char *name)
{
	char **v = reallocarray(names->v, names->nr + 1, sizeof(*v));

	if (!v)
		return -ENOMEM;
	names->v = v;
	v[names->nr] = strdup(name);
	if (!v[names->nr])
		return -ENOMEM;
	names->nr++;
	return 0;
}

void dlab_function_names_cut(struct dlab_function_names *names, size_t nr)
{
	while (names->nr > nr)
		free(names->v[--names->nr]);
	if (!nr) {
		free(names->v);
		names->v = NULL;
	}
}

/* ---- writing */

/* The kernel's names have none of the characters that separate. */
static bool is_name(const char *s)
{
	return *s && !strchr("0123456789", *s) && !strpbrk(s, ",:/\t\r\n");
}

static int write_function(FILE *f, const struct dlab_function *fn, int phase,
			  struct dlab_function_names *names)
{
	size_t i = number_of(names, fn->name);

	if (i == NEW_NAME) {
		if (introduce(names, fn->name))
			return -ENOMEM;
		fprintf(f, "%s", fn->name);
	} else {
		fprintf(f, "%zu", i);
	}
	fprintf(f, ":%llu", (unsigned long long)fn->insns[phase]);
	if (fn->calls[phase])
		fprintf(f, "/%llu", (unsigned long long)fn->calls[phase]);
	return 0;
}

int dlab_functions_write(FILE *f, const char *case_id,
			 const struct dlab_functions *functions,
			 struct dlab_function_names *names)
{
	uint64_t unnamed = functions->unnamed;
	int ret = 0;

	for (size_t i = 0; i < functions->nr; i++)
		for (int p = 0; p < DLAB_NR_PHASES; p++)
			if (!is_name(functions->v[i].name))
				unnamed += functions->v[i].insns[p];
	fprintf(f, "%s\t%llu", case_id, (unsigned long long)unnamed);
	for (int p = 0; p < DLAB_NR_PHASES; p++) {
		const char *between = "\t";

		for (size_t i = 0; !ret && i < functions->nr; i++) {
			const struct dlab_function *fn = &functions->v[i];

			if (!fn->insns[p] || !is_name(fn->name))
				continue;
			fputs(between, f);
			ret = write_function(f, fn, p, names);
			between = ",";
		}
		if (*between == '\t')
			fputs("\t-", f);
	}
	fputc('\n', f);
	return ret;
}

/* ---- reading */

/* One file: what has been read, and of what case the rest is left out. */
struct reader {
	struct dlab_tsv t;
	struct dlab_function_names names;
	/* by number: place in the row at hand, plus 1 */
	size_t *place;
	const char *topology;
	const char *only;
	struct dlab_profile *out;
	size_t nr_before;	/* sorted: of earlier boots */
	struct dlab_err *err;
};

static int bad_row(const struct reader *r, const char *what)
{
	return dlab_fail(r->err, EINVAL, "%s:%u: %s", r->t.name, r->t.line,
			 what);
}

static int no_memory(const struct reader *r)
{
	return dlab_fail(r->err, ENOMEM, "%s: out of memory", r->t.name);
}

/* Reads digits up to something else; false where there is no number. */
static bool take_number(char **p, uint64_t *value)
{
	if (**p < '0' || **p > '9')
		return false;
	errno = 0;
	*value = strtoull(*p, p, 10);
	return !errno;
}

/* The number of a name that stands here for the first time. */
static int take_name(struct reader *r, char **p, size_t *number)
{
	size_t len = strcspn(*p, ":");
	size_t *place;

	if (!(*p)[len])
		return bad_row(r, "a function without instructions");
	(*p)[len] = '\0';
	if (!is_name(*p))
		return bad_row(r, "not a function's name");
	if (number_of(&r->names, *p) != NEW_NAME)
		return bad_row(r, "a function is introduced twice");
	place = reallocarray(r->place, r->names.nr + 1, sizeof(*place));
	if (!place)
		return no_memory(r);
	r->place = place;
	*number = r->names.nr;
	place[*number] = 0;
	if (introduce(&r->names, *p))
		return no_memory(r);
	(*p)[len] = ':';
	*p += len;
	return 0;
}

/* FUNCTION:INSNS/CALLS, by the function's number */
struct item {
	size_t number;
	uint64_t insns;
	uint64_t calls;
};

static int take_item(struct reader *r, char **p, struct item *item)
{
	uint64_t n;
	int ret;

	if (take_number(p, &n)) {
		if (n >= r->names.nr)
			return bad_row(r, "a function's number that has no name");
		item->number = n;
	} else {
		ret = take_name(r, p, &item->number);
		if (ret)
			return ret;
	}
	if (*(*p)++ != ':' || !take_number(p, &item->insns))
		return bad_row(r, "a function without instructions");
	if (**p == '/') {
		++*p;
		if (!take_number(p, &item->calls))
			return bad_row(r, "a function's calls are not a number");
	}
	return 0;
}

/* The entry of a function in the row at hand, or NULL. */
static struct dlab_function *entry_of(struct reader *r,
				      struct dlab_functions *f, size_t number)
{
	struct dlab_function *v;

	if (r->place[number])
		return &f->v[r->place[number] - 1];
	v = reallocarray(f->v, f->nr + 1, sizeof(*v));
	if (!v)
		return NULL;
	f->v = v;
	v[f->nr] = (struct dlab_function){
		.name = strdup(r->names.v[number]),
	};
	if (!v[f->nr].name)
		return NULL;
	r->place[number] = ++f->nr;
	return &v[f->nr - 1];
}

/* @f: NULL: only the names that are introduced count */
static int read_list(struct reader *r, char *p, int phase,
		     struct dlab_functions *f)
{
	if (!strcmp(p, "-"))
		return 0;
	for (;;) {
		struct dlab_function *fn;
		struct item item = { 0 };
		int ret = take_item(r, &p, &item);

		if (ret)
			return ret;
		if (f) {
			fn = entry_of(r, f, item.number);
			if (!fn)
				return no_memory(r);
			fn->insns[phase] += item.insns;
			fn->calls[phase] += item.calls;
		}
		if (!*p)
			return 0;
		if (*p++ != ',')
			return bad_row(r, "something behind a function");
	}
}

static int case_order(const void *a, const void *b)
{
	const struct dlab_case_functions *x = a, *y = b;

	return strcmp(x->id, y->id);
}

/* Is a case wanted, and not there from an earlier boot? */
static bool is_wanted(const struct reader *r, const char *id)
{
	const struct dlab_case_functions key = { .id = (char *)id };

	if (r->only && strcmp(r->only, id))
		return false;
	return !r->nr_before ||
	       !bsearch(&key, r->out->v, r->nr_before, sizeof(key), case_order);
}

/* Takes over @id. */
static struct dlab_functions *add_case(struct reader *r, char *id)
{
	struct dlab_profile *out = r->out;
	struct dlab_case_functions *v =
		reallocarray(out->v, out->nr + 1, sizeof(*v));

	if (!v) {
		free(id);
		return NULL;
	}
	out->v = v;
	v[out->nr] = (struct dlab_case_functions){ .id = id };
	return &v[out->nr++].functions;
}

static int read_row(struct reader *r, char **f)
{
	char *id = dlab_qualified_id(f[0], r->topology);
	struct dlab_functions *functions = NULL;
	char *end = f[1];
	uint64_t unnamed;
	int ret = 0;

	if (!id)
		return no_memory(r);
	if (is_wanted(r, id)) {
		functions = add_case(r, id);
		if (!functions)
			return no_memory(r);
	} else {
		free(id);
	}
	if (!take_number(&end, &unnamed) || *end)
		return bad_row(r, "`unnamed` is not a number");
	if (functions)
		functions->unnamed = unnamed;
	for (int p = 0; !ret && p < DLAB_NR_PHASES; p++)
		ret = read_list(r, f[FIRST_PHASE + p], p, functions);
	for (size_t i = 0; i < r->names.nr; i++)
		r->place[i] = 0;
	return ret;
}

static int sort_cases(const struct reader *r)
{
	struct dlab_profile *p = r->out;

	if (p->nr)
		qsort(p->v, p->nr, sizeof(*p->v), case_order);
	for (size_t i = 1; i < p->nr; i++)
		if (!strcmp(p->v[i - 1].id, p->v[i].id))
			return dlab_fail(r->err, EINVAL, "%s: %s is there twice",
					 r->t.name, p->v[i].id);
	return 0;
}

/* Reads all of an open table, and closes it. */
static int read_all(struct reader *r)
{
	char *f[NR_COLUMNS];
	int ret;

	r->nr_before = r->out->nr;
	while ((ret = dlab_tsv_next(&r->t, f, r->err)) > 0) {
		ret = read_row(r, f);
		if (ret)
			break;
	}
	if (!ret)
		ret = sort_cases(r);
	dlab_function_names_cut(&r->names, 0);
	free(r->place);
	dlab_tsv_close(&r->t);
	return ret;
}

int dlab_profile_parse(const char *name, const char *text, size_t len,
		       const char *topology, struct dlab_profile *out,
		       struct dlab_err *err)
{
	struct reader r = { .topology = topology, .out = out, .err = err };
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_tsv_parse(&r.t, name, text, len, columns, NR_COLUMNS, err);
	return ret ? ret : read_all(&r);
}

/* Return: 1 where the boot has the file, 0 where it has none, or -errno */
static int load_boot(const struct dlab_run *run, const struct dlab_boot *b,
		     const char *only, struct dlab_profile *out,
		     struct dlab_err *err)
{
	struct reader r = { .topology = b->topology, .only = only, .out = out,
			    .err = err };
	char *path;
	int ret;

	if (asprintf(&path, "%s/%s/functions.tsv", run->dir, b->name) < 0)
		return dlab_fail(err, ENOMEM, "%s: out of memory", run->dir);
	ret = dlab_tsv_open(&r.t, path, columns, NR_COLUMNS, err);
	free(path);
	/* a guest that died may have left the file empty, too */
	if (ret == -ENOENT || (ret && b->status != DLAB_OK))
		return 0;
	if (ret)
		return ret;
	ret = read_all(&r);
	return ret ? ret : 1;
}

/* @found: out: does any boot have the file? */
static int load(const char *dir, const char *only, struct dlab_profile *out,
		bool *found, struct dlab_err *err)
{
	struct dlab_run run;
	int ret;

	memset(out, 0, sizeof(*out));
	*found = false;
	ret = dlab_run_load(dir, &run, err);
	if (ret)
		return ret;
	for (size_t i = 0; ret >= 0 && i < run.nr_boots; i++) {
		ret = load_boot(&run, &run.boots[i], only, out, err);
		*found |= ret > 0;
	}
	dlab_run_free(&run);
	if (ret >= 0)
		return 0;
	dlab_profile_free(out);
	return ret;
}

int dlab_profile_load(const char *dir, struct dlab_profile *out,
		      struct dlab_err *err)
{
	bool found;

	return load(dir, NULL, out, &found, err);
}

int dlab_functions_load(const char *dir, const char *id,
			struct dlab_functions *out, struct dlab_err *err)
{
	struct dlab_profile p;
	bool found;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = load(dir, id, &p, &found, err);
	if (ret)
		return ret;
	if (p.nr) {
		*out = p.v[0].functions;
		memset(&p.v[0].functions, 0, sizeof(p.v[0].functions));
	} else if (found) {
		ret = dlab_fail(err, ENOENT, "%s has no functions of %s", dir,
				id);
	} else {
		ret = dlab_fail(err, ENODATA,
				"%s has no functions: it was made before they were kept, or counted nothing",
				dir);
	}
	dlab_profile_free(&p);
	return ret;
}

void dlab_profile_free(struct dlab_profile *p)
{
	for (size_t i = 0; i < p->nr; i++) {
		free(p->v[i].id);
		dlab_functions_free(&p->v[i].functions);
	}
	free(p->v);
	memset(p, 0, sizeof(*p));
}

const struct dlab_functions *dlab_profile_find(const struct dlab_profile *p,
					       const char *id)
{
	const struct dlab_case_functions key = { .id = (char *)id };
	const struct dlab_case_functions *c;

	if (!p->nr)
		return NULL;
	c = bsearch(&key, p->v, p->nr, sizeof(key), case_order);
	return c ? &c->functions : NULL;
}
