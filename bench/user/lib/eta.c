// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long does the rest of a run take?  What each boot that is left should
 * take, and then who runs beside whom.
 */
#include <errno.h>
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eta.h"
#include "tsv.h"

/* ---- the pace of this run */

enum part { BOOT, CASES, NR_PARTS };

/* What was done so far: what it took, and what was expected of it. */
struct learnt {
	double spent_s[DLAB_NR_KINDS][NR_PARTS];
	double expected_s[DLAB_NR_KINDS][NR_PARTS];
};

static double sum(const double *v, size_t nr)
{
	double s = 0;

	while (nr--)
		s += v[nr];
	return s;
}

static void add(struct learnt *l, enum dlab_kind kind, enum part part,
		double spent_s, double expected_s)
{
	l->spent_s[kind][part] += spent_s;
	l->expected_s[kind][part] += expected_s;
}

static struct learnt learn(const struct dlab_eta_boot *boots, size_t nr,
			   bool known)
{
	struct learnt l = { 0 };

	for (size_t i = 0; i < nr; i++) {
		const struct dlab_eta_boot *b = &boots[i];

		if (b->known != known)
			continue;
		if (b->booted_s > 0) {
			add(&l, b->kind, BOOT, b->booted_s, b->boot_s);
			add(&l, b->kind, CASES,
			    b->spent_s - b->booted_s - b->at_s,
			    sum(b->case_s, b->done));
		} else if (b->spent_s > b->boot_s) {
			/* that slow at least */
			add(&l, b->kind, BOOT, b->spent_s, b->boot_s);
		}
	}
	return l;
}

/* What kinds from @first to @last took to what was expected, or NAN. */
static double ratio(const struct learnt *l, int first, int last,
		    enum part part)
{
	double spent_s = 0, expected_s = 0;

	for (int k = first; k <= last; k++) {
		spent_s += l->spent_s[k][part];
		expected_s += l->expected_s[k][part];
	}
	return expected_s > 0 ? spent_s / expected_s : NAN;
}

/* Where what is usual is expected: each kind and part has its own. */
static double usual_pace(const struct learnt *l, enum dlab_kind kind,
			 enum part part)
{
	double own = ratio(l, kind, kind, part);

	return isnan(own) ? ratio(l, 0, DLAB_NR_KINDS - 1, part) : own;
}

/* Where an earlier run is known: the machine's, as far as enough was done. */
static double known_pace(const struct learnt *l,
			 const struct dlab_eta_boot *boots, size_t nr)
{
	double spent_s = 0, expected_s = 0, all_s = 0, weight;

	for (int k = 0; k < DLAB_NR_KINDS; k++) {
		spent_s += l->spent_s[k][BOOT] + l->spent_s[k][CASES];
		expected_s += l->expected_s[k][BOOT] + l->expected_s[k][CASES];
	}
	for (size_t i = 0; i < nr; i++)
		if (boots[i].known)
			all_s += boots[i].boot_s +
				 sum(boots[i].case_s, boots[i].cases);
	if (expected_s <= 0)
		return 1;
	weight = fmin(10 * expected_s / all_s, 1);
	return weight * spent_s / expected_s + 1 - weight;
}

struct paces {
	double known;
	struct learnt usual;
};

/* What takes longer than expected takes half as long again. */
static double rest_s(double expected_s, double spent_s)
{
	return fmax(expected_s - spent_s, spent_s / 2);
}

/* What is left of a boot; NAN where that is not known. */
static double left_s(const struct dlab_eta_boot *b, const struct paces *p)
{
	double boot = b->known ? p->known : usual_pace(&p->usual, b->kind, BOOT);
	double cases = b->known ? p->known :
				  usual_pace(&p->usual, b->kind, CASES);

	if (b->state == DLAB_WAITS || b->booted_s <= 0)
		return rest_s(boot * b->boot_s, b->spent_s) +
		       cases * sum(b->case_s, b->cases);
	if (b->done == b->cases)
		return 0;
	return rest_s(cases * b->case_s[b->done], b->at_s) +
	       cases * sum(b->case_s + b->done + 1, b->cases - b->done - 1);
}

/* ---- who runs beside whom */

/* When each of the places where boots run is free. */
struct places {
	double *free_s;
	size_t nr;
};

static double latest(const struct places *p)
{
	double max = 0;

	for (size_t i = 0; i < p->nr; i++)
		max = fmax(max, p->free_s[i]);
	return max;
}

static double *earliest(const struct places *p)
{
	double *min = p->free_s;

	for (size_t i = 1; i < p->nr; i++)
		if (p->free_s[i] < *min)
			min = &p->free_s[i];
	return min;
}

static void occupy(struct places *p, const struct dlab_eta_boot *b,
		   double takes_s)
{
	double *place = earliest(p);

	if (b->alone) {
		double end = latest(p) + takes_s;

		for (size_t i = 0; i < p->nr; i++)
			p->free_s[i] = end;
	} else {
		*place += takes_s;
	}
}

double dlab_eta_s(const struct dlab_eta_boot *boots, size_t nr,
		  unsigned int jobs)
{
	struct learnt known = learn(boots, nr, true);
	struct paces paces = { known_pace(&known, boots, nr),
			       learn(boots, nr, false) };
	struct places p = { .nr = jobs ? jobs : 1 };
	double end;

	for (size_t i = 0; i < nr; i++)
		if (boots[i].state != DLAB_ENDED &&
		    isnan(left_s(&boots[i], &paces)))
			return NAN;
	p.free_s = calloc(p.nr, sizeof(*p.free_s));
	if (!p.free_s)
		return NAN;
	for (int state = DLAB_RUNS; state >= DLAB_WAITS; state--)
		for (size_t i = 0; i < nr; i++)
			if ((int)boots[i].state == state)
				occupy(&p, &boots[i], left_s(&boots[i], &paces));
	end = latest(&p);
	free(p.free_s);
	return end;
}

/* ---- what is expected */

/*
 * Where nothing is known: suite default on two cores.  Only how long one takes to
 * the others counts, since the pace is that of the run.
 */
static const struct {
	double boot_s;
	double case_s;
} usual[DLAB_NR_KINDS] = {
	[DLAB_COUNT] = { 38, 0.4 },
	[DLAB_TIME] = { 9, 3 },
	[DLAB_DEVIO] = { 6, 0.2 },
	[DLAB_IOCOUNT] = { 18, 0.7 },
};

static double usual_s(const struct dlab_case *c)
{
	const char *path = dlab_case_word(c, "path");

	/* the module's own clock needs no second of I/O */
	if (c->kind == DLAB_TIME && path)
		return 0.4;
	/* which waits for the IOMMU at every segment */
	if (c->kind == DLAB_COUNT && path && !strcmp(path, "page"))
		return 2;
	return usual[c->kind].case_s;
}

/* Runs of which one may have all cases, where the newest was of a few. */
#define MAX_RUNS 4

static int by_id(const void *a, const void *b)
{
	const struct dlab_eta_took *x = a, *y = b;

	return strcmp(x->id, y->id);
}

/* The boot at @path, which took @wall_s; older labs wrote no times. */
static void take_boot(const char *path, const char *name, double wall_s,
		      struct dlab_eta_past *past)
{
	static const char *const want[] = { "case", "wall_s" };
	struct dlab_err err;
	struct dlab_tsv t;
	char *fields[2];

	if (dlab_tsv_open(&t, path, want, 2, &err))
		return;
	past->name = strdup(name);
	past->boot_s = wall_s;
	while (dlab_tsv_next(&t, fields, &err) > 0) {
		struct dlab_eta_took *more = reallocarray(
			past->cases, past->nr + 1, sizeof(*more));

		if (!more)
			break;
		past->cases = more;
		more[past->nr].id = strdup(fields[0]);
		more[past->nr].s = strtod(fields[1], NULL);
		if (!more[past->nr].id)
			break;
		past->boot_s -= more[past->nr++].s;
	}
	dlab_tsv_close(&t);
	/* one that broke before its first case took no time for any */
	if (past->nr)
		qsort(past->cases, past->nr, sizeof(*past->cases), by_id);
}

static void take_boots(const char *dir, size_t number,
		       struct dlab_eta_earlier *out)
{
	json_t *run, *boots, *b;
	char path[PATH_MAX];
	size_t i;

	snprintf(path, sizeof(path), "%s/run.json", dir);
	run = json_load_file(path, 0, NULL);
	boots = json_object_get(run, "boots");
	json_array_foreach(boots, i, b) {
		const char *name = json_string_value(json_object_get(b, "name"));
		struct dlab_eta_past *v = reallocarray(out->v, out->nr + 1,
						       sizeof(*v));

		if (!v)
			break;
		out->v = v;
		v[out->nr] = (struct dlab_eta_past){ .run = number };
		if (!name)
			continue;
		snprintf(path, sizeof(path), "%s/%s/times.tsv", dir, name);
		take_boot(path, name,
			  json_number_value(json_object_get(b, "wall_s")),
			  &v[out->nr]);
		if (v[out->nr].name)
			out->nr++;
	}
	json_decref(run);
}

void dlab_eta_read(const char *results, const char *suite,
		   struct dlab_eta_earlier *out)
{
	char pattern[PATH_MAX], what[64];
	glob_t g;

	memset(out, 0, sizeof(*out));
	snprintf(what, sizeof(what), "%s", suite);
	for (char *c = what; *c; c++)
		if (*c == '/')
			*c = '-';
	/* DATE-TIME-SUITE-ID; an unfinished one has another beginning */
	snprintf(pattern, sizeof(pattern),
		 "%s/runs/[0-9]*[0-9]-[0-9]*[0-9]-%s-????", results, what);
	if (glob(pattern, 0, NULL, &g))
		return;
	for (size_t i = 0; i < MAX_RUNS && i < g.gl_pathc; i++)
		take_boots(g.gl_pathv[g.gl_pathc - 1 - i], i, out);
	globfree(&g);
}

void dlab_eta_forget(struct dlab_eta_earlier *e)
{
	for (size_t i = 0; i < e->nr; i++) {
		for (size_t k = 0; k < e->v[i].nr; k++)
			free(e->v[i].cases[k].id);
		free(e->v[i].cases);
		free(e->v[i].name);
	}
	free(e->v);
	memset(e, 0, sizeof(*e));
}

static const struct dlab_eta_took *find(const struct dlab_eta_past *past,
					const char *id)
{
	struct dlab_eta_took key = { .id = (char *)id };

	return past->nr ? bsearch(&key, past->cases, past->nr, sizeof(key),
				  by_id) :
			  NULL;
}

/* How many cases of @boot are in @past, which is of its topology and kind. */
static size_t shared(const struct dlab_eta_past *past,
		     const struct dlab_planned *boot)
{
	size_t len = strrchr(boot->name, '-') - boot->name + 1, n = 0;

	if (strncmp(past->name, boot->name, len) || strchr(past->name + len, '-'))
		return 0;
	for (size_t i = 0; i < boot->cases.nr; i++)
		n += find(past, boot->cases.v[i].id) != NULL;
	return n;
}

/*
 * Until the first case one boot of a kind is like the others of its run; where they
 * took longer it was the load, which is another one now.
 */
static double mean_boot_s(const struct dlab_eta_earlier *e, size_t run,
			  const char *kind)
{
	double s = 0;
	size_t n = 0;

	for (size_t i = 0; i < e->nr; i++) {
		const char *number = strrchr(e->v[i].name, '-');
		size_t len = strlen(kind);

		/* "count" is the end of "iocount" */
		if (e->v[i].run != run || !number ||
		    number - e->v[i].name <= (long)len ||
		    number[-(long)len - 1] != '-' ||
		    strncmp(number - len, kind, len))
			continue;
		s += e->v[i].boot_s;
		n++;
	}
	return s / n;
}

int dlab_eta_expect(const struct dlab_eta_earlier *e,
		    const struct dlab_planned *boot, struct dlab_eta_boot *out)
{
	const struct dlab_eta_past *best = NULL;
	double mean_s = 0;
	size_t most = 0;

	for (size_t i = 0; i < e->nr; i++) {
		size_t n = shared(&e->v[i], boot);

		if (n > most && 2 * n >= boot->cases.nr) {
			most = n;
			best = &e->v[i];
		}
	}
	out->kind = boot->kind;
	out->known = best;
	out->boot_s = best ? mean_boot_s(e, best->run,
					 dlab_kind_name(boot->kind)) :
			     usual[boot->kind].boot_s;
	out->cases = boot->cases.nr;
	out->case_s = calloc(out->cases + 1, sizeof(*out->case_s));
	if (!out->case_s)
		return -ENOMEM;
	for (size_t i = 0; best && i < best->nr; i++)
		mean_s += best->cases[i].s / best->nr;
	for (size_t i = 0; i < out->cases; i++) {
		const struct dlab_case *c = &boot->cases.v[i];
		const struct dlab_eta_took *took = best ? find(best, c->id) : NULL;

		out->case_s[i] = took ? took->s : best ? mean_s : usual_s(c);
	}
	return 0;
}
