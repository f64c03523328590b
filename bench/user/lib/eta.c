// SPDX-License-Identifier: GPL-2.0-only
/*
 * How long does the rest of a run take?  What each boot that is left should
 * take, and then who runs beside whom.
 */
#include <glob.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "eta.h"

/* ---- what boots take */

/* What this run has taught so far. */
struct learnt {
	double booted_s;
	size_t boots;
	double cases_s[DLAB_NR_KINDS];
	double cases[DLAB_NR_KINDS];
	double spent_s;
	double before_s;
};

static struct learnt learn(const struct dlab_eta_boot *boots, size_t nr)
{
	struct learnt l = { 0 };

	for (size_t i = 0; i < nr; i++) {
		const struct dlab_eta_boot *b = &boots[i];

		if (b->state == DLAB_ENDED && b->before_s > 0 &&
		    b->spent_s > 0) {
			l.spent_s += b->spent_s;
			l.before_s += b->before_s;
		}
		if (b->booted_s <= 0)
			continue;
		l.booted_s += b->booted_s;
		l.boots++;
		l.cases_s[b->kind] += b->spent_s - b->booted_s;
		/* half of the one that it is at */
		l.cases[b->kind] +=
			b->done + (b->state == DLAB_RUNS ? 0.5 : 0);
	}
	return l;
}

/* Seconds for a case of a kind, of any kind where there was none; else NAN. */
static double case_s(const struct learnt *l, enum dlab_kind kind)
{
	double s = 0, n = 0;

	if (l->cases[kind] > 0)
		return l->cases_s[kind] / l->cases[kind];
	for (int k = 0; k < DLAB_NR_KINDS; k++) {
		s += l->cases_s[k];
		n += l->cases[k];
	}
	return n > 0 ? s / n : NAN;
}

/* What is left of a boot. */
static double left_s(const struct dlab_eta_boot *b, const struct learnt *l)
{
	double pace = l->before_s > 0 ? l->spent_s / l->before_s : 1;
	double cases = case_s(l, b->kind) * (b->cases - b->done);

	if (b->before_s > 0) {
		/*
		 * One that takes longer than it did still has its cases to do,
		 * which as far as nothing else is known are half of a boot.
		 */
		double left = b->before_s * pace - b->spent_s;

		if (isnan(cases))
			cases = b->before_s * pace / 2 *
				(b->cases - b->done) / b->cases;
		return b->state == DLAB_RUNS ? fmax(left, cases) : left;
	}
	return b->booted_s > 0 || !l->boots ?
		       cases :
		       cases + fmax(l->booted_s / l->boots - b->spent_s, 0);
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
	struct learnt l = learn(boots, nr);
	struct places p = { .nr = jobs ? jobs : 1 };
	double end;

	for (size_t i = 0; i < nr; i++)
		if (boots[i].state != DLAB_ENDED &&
		    isnan(left_s(&boots[i], &l)))
			return NAN;
	p.free_s = calloc(p.nr, sizeof(*p.free_s));
	if (!p.free_s)
		return NAN;
	for (int state = DLAB_RUNS; state >= DLAB_WAITS; state--)
		for (size_t i = 0; i < nr; i++)
			if ((int)boots[i].state == state)
				occupy(&p, &boots[i], left_s(&boots[i], &l));
	end = latest(&p);
	free(p.free_s);
	return end;
}

/* ---- an earlier run */

static size_t count_lines(const char *path)
{
	FILE *f = fopen(path, "re");
	size_t n = 0;
	int c;

	while (f && (c = getc(f)) != EOF)
		n += c == '\n';
	if (f)
		fclose(f);
	return n;
}

static void take_boots(const char *dir, struct dlab_eta_earlier *out)
{
	json_t *run, *boots, *b;
	char path[PATH_MAX];
	size_t i;

	snprintf(path, sizeof(path), "%s/run.json", dir);
	run = json_load_file(path, 0, NULL);
	boots = json_object_get(run, "boots");
	out->v = calloc(json_array_size(boots) + 1, sizeof(*out->v));
	json_array_foreach(boots, i, b) {
		const char *name = json_string_value(json_object_get(b, "name"));
		struct dlab_eta_past *past = &out->v[out->nr];
		size_t lines;

		if (!name || !out->v)
			continue;
		snprintf(path, sizeof(path), "%s/%s/outcomes.tsv", dir, name);
		lines = count_lines(path);
		past->wall_s = json_number_value(json_object_get(b, "wall_s"));
		if (lines < 2 || past->wall_s <= 0)
			continue;
		/* the first line has the names of the columns */
		past->cases = lines - 1;
		snprintf(past->name, sizeof(past->name), "%s", name);
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
	take_boots(g.gl_pathv[g.gl_pathc - 1], out);
	globfree(&g);
}

void dlab_eta_forget(struct dlab_eta_earlier *e)
{
	free(e->v);
	memset(e, 0, sizeof(*e));
}

double dlab_eta_before(const struct dlab_eta_earlier *e, const char *name,
		       size_t cases)
{
	size_t len = strrchr(name, '-') - name + 1;

	/* the last of them that is there, if this one is not */
	for (size_t i = e->nr; i-- > 0;)
		if (!strncmp(e->v[i].name, name, len))
			return e->v[i].wall_s * cases / e->v[i].cases;
	return 0;
}
