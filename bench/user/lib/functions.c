// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions were an operation's instructions spent in, and where does
 * one operation differ from another?
 */
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"

static const char *const phase_names[] = { "map", "fill", "unmap" };

const char *dlab_phase_name(enum dlab_phase phase)
{
	return phase_names[phase];
}

static int no_memory(struct dlab_err *err)
{
	return dlab_fail(err, ENOMEM, "out of memory for functions");
}

int dlab_functions_add(struct dlab_functions *f, const char *name,
		       const uint64_t insns[DLAB_NR_PHASES],
		       const uint64_t calls[DLAB_NR_PHASES],
		       struct dlab_err *err)
{
	struct dlab_function *v;
	size_t i = 0;

	while (i < f->nr && strcmp(f->v[i].name, name))
		i++;
	if (i == f->nr) {
		v = reallocarray(f->v, f->nr + 1, sizeof(*v));
		if (!v)
			return no_memory(err);
		f->v = v;
		v[i] = (struct dlab_function){ .name = strdup(name) };
		if (!v[i].name)
			return no_memory(err);
		f->nr++;
	}
	for (int p = 0; p < DLAB_NR_PHASES; p++) {
		f->v[i].insns[p] += insns[p];
		f->v[i].calls[p] += calls[p];
	}
	return 0;
}

uint64_t dlab_functions_of_phase(const struct dlab_functions *f,
				 enum dlab_phase phase)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < f->nr; i++)
		sum += f->v[i].insns[phase];
	return sum;
}

uint64_t dlab_functions_total(const struct dlab_functions *f)
{
	uint64_t sum = f->unnamed;

	for (int p = 0; p < DLAB_NR_PHASES; p++)
		sum += dlab_functions_of_phase(f, (enum dlab_phase)p);
	return sum;
}

void dlab_functions_free(struct dlab_functions *f)
{
	for (size_t i = 0; i < f->nr; i++)
		free(f->v[i].name);
	free(f->v);
	memset(f, 0, sizeof(*f));
}

/* ---- the difference */

/* A function of one side, by the name that it has without suffixes. */
struct part {
	char *base;
	const struct dlab_function *f;
	bool of_b;
};

/* "f.isra.0.cold [m]" as "f [m]"; malloc()ed */
static char *base_name(const char *name)
{
	size_t len = *name ? 1 + strcspn(name + 1, ". ") : 0;
	const char *module = strchr(name, ' ');
	char *base;

	if (asprintf(&base, "%.*s%s", (int)len, name, module ? module : "") < 0)
		return NULL;
	return base;
}

static int part_order(const void *a, const void *b)
{
	const struct part *x = a, *y = b;
	int d = strcmp(x->base, y->base);

	if (!d)
		d = strcmp(x->f->name, y->f->name);
	return d ? d : x->of_b - y->of_b;
}

static void parts_free(struct part *parts, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(parts[i].base);
	free(parts);
}

/* Return: both sides' functions, those of one base name together; or NULL. */
static struct part *parts_of(const struct dlab_functions *a,
			     const struct dlab_functions *b)
{
	size_t nr = a->nr + b->nr;
	struct part *parts = calloc(nr + 1, sizeof(*parts));

	for (size_t i = 0; parts && i < nr; i++) {
		parts[i].of_b = i >= a->nr;
		parts[i].f = parts[i].of_b ? &b->v[i - a->nr] : &a->v[i];
		parts[i].base = base_name(parts[i].f->name);
		if (!parts[i].base) {
			parts_free(parts, i);
			return NULL;
		}
	}
	if (parts)
		qsort(parts, nr, sizeof(*parts), part_order);
	return parts;
}

/* Both sides have some of these parts of one function, but not the same. */
static bool split_differently(const struct part *parts, size_t nr)
{
	size_t of_b = 0, in_both = 0;

	for (size_t i = 0; i < nr; i++) {
		of_b += parts[i].of_b;
		in_both += i + 1 < nr &&
			   !strcmp(parts[i].f->name, parts[i + 1].f->name);
	}
	return of_b && of_b < nr && 2 * in_both < nr;
}

static bool differs(const struct dlab_function_change *c)
{
	return c->insns_a != c->insns_b || c->calls_a != c->calls_b;
}

/* One row for each phase that any of the parts has. */
static int add_changes(struct dlab_function_changes *out, const char *name,
		       const struct part *parts, size_t nr)
{
	struct dlab_function_change *v =
		reallocarray(out->v, out->nr + DLAB_NR_PHASES, sizeof(*v));

	if (!v)
		return -ENOMEM;
	out->v = v;
	for (int p = 0; p < DLAB_NR_PHASES; p++) {
		struct dlab_function_change c = { .phase = (enum dlab_phase)p };

		for (size_t i = 0; i < nr; i++) {
			const struct dlab_function *f = parts[i].f;

			*(parts[i].of_b ? &c.insns_b : &c.insns_a) += f->insns[p];
			*(parts[i].of_b ? &c.calls_b : &c.calls_a) += f->calls[p];
		}
		if (!c.insns_a && !c.insns_b)
			continue;
		c.function = strdup(name);
		if (!c.function)
			return -ENOMEM;
		out->v[out->nr++] = c;
		out->nr_changed += differs(&c);
	}
	return 0;
}

/* @parts: all of one base name */
static int add_group(struct dlab_function_changes *out,
		     const struct part *parts, size_t nr)
{
	size_t n;
	int ret = 0;

	if (split_differently(parts, nr))
		return add_changes(out, parts[0].base, parts, nr);
	for (size_t i = 0; !ret && i < nr; i += n) {
		n = i + 1 < nr &&
		    !strcmp(parts[i].f->name, parts[i + 1].f->name) ? 2 : 1;
		ret = add_changes(out, parts[i].f->name, &parts[i], n);
	}
	return ret;
}

static uint64_t distance(uint64_t a, uint64_t b)
{
	return a < b ? b - a : a - b;
}

static int descending(uint64_t a, uint64_t b)
{
	return a > b ? -1 : a < b;
}

static int change_order(const void *a, const void *b)
{
	const struct dlab_function_change *x = a, *y = b;
	int d = descending(distance(x->insns_a, x->insns_b),
			   distance(y->insns_a, y->insns_b));

	if (!d)
		d = descending(distance(x->calls_a, x->calls_b),
			       distance(y->calls_a, y->calls_b));
	if (!d)
		d = descending(x->insns_a, y->insns_a);
	if (!d)
		d = (int)x->phase - (int)y->phase;
	return d ? d : strcmp(x->function, y->function);
}

int dlab_functions_diff(const struct dlab_functions *a,
			const struct dlab_functions *b,
			struct dlab_function_changes *out,
			struct dlab_err *err)
{
	struct part *parts = parts_of(a, b);
	size_t nr = a->nr + b->nr, n;
	int ret = parts ? 0 : -ENOMEM;

	memset(out, 0, sizeof(*out));
	for (size_t i = 0; !ret && i < nr; i += n) {
		for (n = 1; i + n < nr; n++)
			if (strcmp(parts[i].base, parts[i + n].base))
				break;
		ret = add_group(out, &parts[i], n);
	}
	if (parts)
		parts_free(parts, nr);
	if (ret) {
		dlab_function_changes_free(out);
		return no_memory(err);
	}
	if (out->nr)
		qsort(out->v, out->nr, sizeof(*out->v), change_order);
	return 0;
}

void dlab_function_changes_free(struct dlab_function_changes *c)
{
	for (size_t i = 0; i < c->nr; i++)
		free(c->v[i].function);
	free(c->v);
	memset(c, 0, sizeof(*c));
}
