// SPDX-License-Identifier: GPL-2.0-only
/* What is known of a case: its functions, and how often it was counted. */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "explain.h"
#include "match.h"
#include "run.h"
#include "verdict/axis.h"

#define MAX_NEAR 3

/* ---- which case is meant */

static size_t least(size_t a, size_t b, size_t c)
{
	size_t m = a < b ? a : b;

	return m < c ? m : c;
}

/* Levenshtein's distance: letters to insert, to drop or to replace. */
static size_t distance(const char *a, const char *b)
{
	size_t len = strlen(b);
	size_t *row = calloc(len + 1, sizeof(*row));
	size_t ret;

	if (!row)
		return SIZE_MAX;
	for (size_t j = 0; j <= len; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= len; j++) {
			size_t above = row[j];

			row[j] = least(above + 1, row[j - 1] + 1,
				       diagonal + (a[i - 1] != b[j - 1]));
			diagonal = above;
		}
	}
	ret = row[len];
	free(row);
	return ret;
}

/* The cases that match, or are nearest, in @near, best first. */
static size_t find_near(const struct dlab_profile *p, const char *word,
			bool match, const char *near[MAX_NEAR])
{
	size_t far[MAX_NEAR], nr = 0;

	for (size_t i = 0; i < p->nr; i++) {
		size_t d, at;

		if (match && !dlab_case_matches(word, p->v[i].id))
			continue;
		d = match ? i : distance(word, p->v[i].id);
		for (at = nr; at && far[at - 1] > d; at--)
			;
		if (at == MAX_NEAR)
			continue;
		nr += nr < MAX_NEAR;
		for (size_t j = nr - 1; j > at; j--) {
			far[j] = far[j - 1];
			near[j] = near[j - 1];
		}
		far[at] = d;
		near[at] = p->v[i].id;
	}
	return nr;
}

/* The case that @word means in this run, or NULL with what is near in @err. */
static const char *find_case(const struct dlab_profile *p, const char *dir,
			     const char *word, int *ret, struct dlab_err *err)
{
	const char *near[MAX_NEAR];
	size_t nr;
	int len;

	if (!p->nr) {
		*ret = dlab_fail(err, ENODATA,
				 "%s has no functions: it was made before they were kept, or counted nothing",
				 dir);
		return NULL;
	}
	if (dlab_profile_find(p, word))
		return word;
	nr = find_near(p, word, true, near);
	if (nr == 1)
		return near[0];
	*ret = dlab_fail(err, ENOENT, nr ? "%s has several cases that match %s:" :
					   "%s has no functions of %s; near are:",
			 dir, word);
	if (!nr)
		nr = find_near(p, word, false, near);
	for (size_t i = 0; i < nr && err; i++) {
		len = (int)strlen(err->text);
		snprintf(err->text + len, sizeof(err->text) - (size_t)len,
			 "\n  %s", near[i]);
	}
	return NULL;
}

/* ---- one run */

/* How many instructions the many operations took that were counted. */
static int add_counted(struct dlab_explained *side, const struct dlab_run *run,
		       const char *id, const struct dlab_metrics *metrics,
		       struct dlab_err *err)
{
	const struct dlab_series *series;
	struct dlab_data data;
	int ret = dlab_data_load(run, metrics, &data, err);

	if (ret)
		return ret;
	series = dlab_data_find(&data, id, "op_insns");
	if (series && series->nr) {
		const struct dlab_cell *cell = &series->cells[0];

		side->median = dlab_cell_median(cell);
		side->mean = dlab_cell_total(cell) /
			     (double)dlab_cell_count(cell);
	}
	dlab_data_free(&data);
	return 0;
}

/* Takes the functions of a case out of a profile. */
static void take_functions(struct dlab_profile *p, const char *id,
			   struct dlab_functions *out)
{
	struct dlab_functions *f =
		(struct dlab_functions *)dlab_profile_find(p, id);

	*out = *f;
	memset(f, 0, sizeof(*f));
}

/* @id: out: the case that @word means, malloc()ed */
static int load_side(const char *word, const struct dlab_run *run,
		     const struct dlab_metrics *metrics, char **id,
		     struct dlab_explained *side, struct dlab_err *err)
{
	struct dlab_profile profile;
	const char *dir = run->dir;
	const char *found;
	int ret;

	side->median = NAN;
	side->mean = NAN;
	ret = dlab_profile_load(dir, &profile, err);
	if (ret)
		return ret;
	found = find_case(&profile, dir, word, &ret, err);
	if (!found)
		goto out_profile;
	*id = strdup(found);
	if (!*id) {
		ret = dlab_fail(err, ENOMEM, "%s: out of memory", dir);
		goto out_profile;
	}
	take_functions(&profile, *id, &side->functions);
	side->run = strdup(run->name);
	ret = side->run ? add_counted(side, run, *id, metrics, err) :
			  dlab_fail(err, ENOMEM, "%s: out of memory", dir);
out_profile:
	dlab_profile_free(&profile);
	return ret;
}

/* Functions of another compiler or configuration are not the same ones. */
static int find_differences(const struct dlab_run *a, const struct dlab_run *b,
			    char **differs, struct dlab_err *err)
{
	struct dlab_notes notes = { 0 };
	struct dlab_axis kernel;
	struct dlab_err why;
	int ret = dlab_axis_parse("kernel", NULL, NULL, &kernel, err);

	if (ret)
		return ret;
	ret = dlab_axis_check(&kernel, a, b, &notes, &why);
	dlab_notes_free(&notes);
	if (!ret)
		return 0;
	*differs = strdup(why.text);
	return *differs ? 0 : dlab_fail(err, ENOMEM, "out of memory");
}

static int explain_pair(const struct dlab_run *a, const char *dir_b,
			const struct dlab_metrics *metrics,
			struct dlab_explanation *out, struct dlab_err *err)
{
	char *id = NULL;
	struct dlab_run b;
	int ret = dlab_run_load(dir_b, &b, err);

	if (ret)
		return ret;
	ret = load_side(out->id, &b, metrics, &id, &out->side[1], err);
	free(id);
	if (!ret)
		ret = find_differences(a, &b, &out->differs, err);
	dlab_run_free(&b);
	return ret;
}

int dlab_explain(const char *word, const char *dir_a, const char *dir_b,
		 const struct dlab_metrics *metrics,
		 struct dlab_explanation *out, struct dlab_err *err)
{
	struct dlab_run a;
	int ret;

	memset(out, 0, sizeof(*out));
	out->nr_sides = dir_b ? 2 : 1;
	ret = dlab_run_load(dir_a, &a, err);
	if (ret)
		return ret;
	ret = load_side(word, &a, metrics, &out->id, &out->side[0], err);
	if (!ret && dir_b)
		ret = explain_pair(&a, dir_b, metrics, out, err);
	if (!ret)
		ret = dlab_functions_diff(&out->side[0].functions,
					  &out->side[1].functions,
					  &out->changes, err);
	dlab_run_free(&a);
	if (ret)
		dlab_explanation_free(out);
	return ret;
}

void dlab_explanation_free(struct dlab_explanation *e)
{
	free(e->id);
	for (int i = 0; i < 2; i++) {
		free(e->side[i].run);
		dlab_functions_free(&e->side[i].functions);
	}
	dlab_function_changes_free(&e->changes);
	free(e->differs);
	memset(e, 0, sizeof(*e));
}
