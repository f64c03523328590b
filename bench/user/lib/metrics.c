// SPDX-License-Identifier: GPL-2.0-only
/* Reads workloads/metrics.ini: which metrics there are and how to judge them. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "inifile.h"
#include "metrics.h"
#include "nearest.h"
#include "numbers.h"

static const char *const direction_names[] = {
	[DLAB_LOWER] = "lower",
	[DLAB_HIGHER] = "higher",
	[DLAB_NEUTRAL] = "neutral",
};

const char *dlab_direction_name(enum dlab_direction d)
{
	return direction_names[d];
}

static struct dlab_metric *metric_of(struct dlab_metrics *m,
				     const char *section)
{
	struct dlab_metric *v;

	for (size_t i = 0; i < m->nr; i++)
		if (!strcmp(m->v[i].name, section))
			return &m->v[i];
	v = reallocarray(m->v, m->nr + 1, sizeof(*v));
	if (!v)
		return NULL;
	m->v = v;
	v = &m->v[m->nr];
	memset(v, 0, sizeof(*v));
	v->direction = DLAB_NEUTRAL;
	v->name = strdup(section);
	if (!v->name)
		return NULL;
	m->nr++;
	return v;
}

static int set_word(char **field, const char *key, const char *value,
		    struct dlab_err *err)
{
	if (*field)
		return dlab_fail(err, EINVAL, "key `%s` is given twice", key);
	*field = strdup(value);
	return *field ? 0 : dlab_fail(err, ENOMEM, "out of memory");
}

static int set_effect(double *field, const char *key, const char *value,
		      struct dlab_err *err)
{
	if (dlab_number_parse(value, field) || *field < 0)
		return dlab_fail(err, EINVAL,
				 "key `%s` takes a number >= 0, not `%s`", key,
				 value);
	return 0;
}

static int set_direction(struct dlab_metric *m, const char *value,
			 struct dlab_err *err)
{
	for (int d = DLAB_LOWER; d <= DLAB_NEUTRAL; d++) {
		if (!strcmp(value, direction_names[d])) {
			m->direction = (enum dlab_direction)d;
			return 0;
		}
	}
	return dlab_fail(
		err, EINVAL,
		"key `direction` is `%s`; there are lower, higher and neutral",
		value);
}

static int set_instrument(struct dlab_metric *m, const char *value,
			  struct dlab_err *err)
{
	if (strcmp(value, "count") && strcmp(value, "time"))
		return dlab_fail(
			err, EINVAL,
			"key `instrument` is `%s`; there are count and time",
			value);
	return set_word(&m->instrument, "instrument", value, err);
}

static int set_bool(bool *field, const char *key, const char *value,
		    struct dlab_err *err)
{
	*field = !strcmp(value, "yes");
	if (!*field && strcmp(value, "no"))
		return dlab_fail(err, EINVAL,
				 "key `%s` takes yes or no, not `%s`", key,
				 value);
	return 0;
}

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct dlab_metric *m;

	if (!*section || section[strcspn(section, " \t")])
		return dlab_fail(
			err, EINVAL,
			"`%s` stands under no [metric], whose name is one word",
			key);
	m = metric_of(user, section);
	if (!m)
		return dlab_fail(err, ENOMEM, "out of memory");
	if (!strcmp(key, "unit"))
		return set_word(&m->unit, key, value, err);
	if (!strcmp(key, "about"))
		return set_word(&m->about, key, value, err);
	if (!strcmp(key, "direction"))
		return set_direction(m, value, err);
	if (!strcmp(key, "instrument"))
		return set_instrument(m, value, err);
	if (!strcmp(key, "exact"))
		return set_bool(&m->exact, key, value, err);
	if (!strcmp(key, "unseen"))
		return set_bool(&m->unseen, key, value, err);
	if (!strcmp(key, "part_of"))
		return set_word(&m->part_of, key, value, err);
	if (!strcmp(key, "exact_form"))
		return set_word(&m->exact_form, key, value, err);
	if (!strcmp(key, "min_effect_abs"))
		return set_effect(&m->min_effect_abs, key, value, err);
	if (!strcmp(key, "min_effect_rel"))
		return set_effect(&m->min_effect_rel, key, value, err);
	return dlab_fail(
		err, EINVAL,
		"unknown key `%s`; there are unit, direction, instrument, exact, min_effect_abs, min_effect_rel, part_of, exact_form, unseen and about",
		key);
}

/* A phase is judged in the place of its whole: the two are of one kind. */
static int find_whole(const struct dlab_metrics *m, struct dlab_metric *v,
		      const char *name, struct dlab_err *err)
{
	struct dlab_metric *whole;

	if (!v->part_of)
		return 0;
	whole = (struct dlab_metric *)dlab_metrics_find(m, v->part_of);
	if (!whole || whole->part_of)
		return dlab_fail(err, EINVAL,
				 "%s: [%s] is part_of `%s`, which is no whole",
				 name, v->name, v->part_of);
	if (strcmp(whole->unit, v->unit) || whole->exact != v->exact ||
	    whole->direction != v->direction || v->direction == DLAB_NEUTRAL)
		return dlab_fail(
			err, EINVAL,
			"%s: [%s] and its whole [%s] are judged alike: the same unit, direction and exactness",
			name, v->name, whole->name);
	v->whole = whole;
	whole->is_whole = true;
	return 0;
}

/* It stands in for the other where that has too few boots. */
static int find_exact(const struct dlab_metrics *m, struct dlab_metric *v,
		      const char *name, struct dlab_err *err)
{
	const struct dlab_metric *exact;

	if (!v->exact_form)
		return 0;
	exact = dlab_metrics_find(m, v->exact_form);
	if (!exact || !exact->exact || v->exact ||
	    strcmp(exact->unit, v->unit) || exact->direction != v->direction ||
	    v->direction == DLAB_NEUTRAL)
		return dlab_fail(
			err, EINVAL,
			"%s: the exact_form `%s` of [%s] is to be an exact metric, and [%s] is not, of the same unit and direction",
			name, v->exact_form, v->name, v->name);
	v->in_exact = exact;
	return 0;
}

static int check(const struct dlab_metrics *m, const char *name,
		 struct dlab_err *err)
{
	int ret = 0;

	for (size_t i = 0; i < m->nr; i++) {
		const struct dlab_metric *v = &m->v[i];

		if (!v->unit || !v->instrument || !v->about)
			return dlab_fail(
				err, EINVAL,
				"%s: [%s] needs unit, instrument and about",
				name, v->name);
		if (v->exact && strcmp(v->instrument, "count"))
			return dlab_fail(
				err, EINVAL,
				"%s: [%s] is exact, which only counts can be",
				name, v->name);
		if (v->unseen && v->direction != DLAB_NEUTRAL)
			return dlab_fail(
				err, EINVAL,
				"%s: [%s] is unseen and has a direction, as only what is judged has",
				name, v->name);
	}
	for (size_t i = 0; !ret && i < m->nr; i++) {
		ret = find_whole(m, &m->v[i], name, err);
		if (!ret)
			ret = find_exact(m, &m->v[i], name, err);
	}
	return ret;
}

int dlab_metrics_parse(const char *name, const char *text,
		       struct dlab_metrics *out, struct dlab_err *err)
{
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_ini_parse(text, name, on_key, out, err);
	if (!ret)
		ret = check(out, name, err);
	if (ret)
		dlab_metrics_free(out);
	return ret;
}

int dlab_metrics_load(const char *path, struct dlab_metrics *out,
		      struct dlab_err *err)
{
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_ini_read(path, on_key, out, err);
	if (!ret)
		ret = check(out, path, err);
	if (ret)
		dlab_metrics_free(out);
	return ret;
}

const struct dlab_metric *dlab_metrics_find(const struct dlab_metrics *m,
					    const char *name)
{
	for (size_t i = 0; i < m->nr; i++)
		if (!strcmp(m->v[i].name, name))
			return &m->v[i];
	return NULL;
}

int dlab_metrics_none(const struct dlab_metrics *m, const char *name,
		      struct dlab_err *err)
{
	struct dlab_nearest n;

	dlab_nearest_begin(
		&n, name,
		"; workloads/metrics.ini declares those that there are");
	for (size_t i = 0; i < m->nr; i++)
		dlab_nearest_offer(&n, m->v[i].name);
	return dlab_fail(err, ENOENT, "there is no metric `%s`%s", name, n.text);
}

double dlab_metric_percentile(const struct dlab_metric *m,
			      const struct dlab_metric *base)
{
	size_t len = strlen(base->name);
	double p = 0, scale = 1;
	const char *s;

	if (strncmp(m->name, base->name, len) ||
	    strncmp(m->name + len, "_p", 2))
		return 0;
	s = m->name + len + 2;
	if (!*s || s[strspn(s, "0123456789")])
		return 0;
	for (; *s; s++) {
		scale /= 10;
		p += (*s - '0') * scale;
	}
	return p;
}

void dlab_metrics_free(struct dlab_metrics *m)
{
	for (size_t i = 0; i < m->nr; i++) {
		free(m->v[i].name);
		free(m->v[i].unit);
		free(m->v[i].instrument);
		free(m->v[i].about);
		free(m->v[i].part_of);
		free(m->v[i].exact_form);
	}
	free(m->v);
	memset(m, 0, sizeof(*m));
}
