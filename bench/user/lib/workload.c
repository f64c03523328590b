// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a workload file become atomic cases?  Its [workload] section names
 * driver and kind, [matrix] spans the cases, [set] fixes the other keys.  Every
 * key is checked against those that the driver declares.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"
#include "inifile.h"
#include "nearest.h"
#include "workload.h"

#define MAX_KEYS	32
#define MAX_VALUES	64
#define MAX_CASES	100000

static const char *const kind_names[] = {
	[DLAB_COUNT] = "count",
	[DLAB_TIME] = "time",
	[DLAB_DEVIO] = "devio",
	[DLAB_IOCOUNT] = "iocount",
};

const char *dlab_kind_name(enum dlab_kind kind)
{
	return kind_names[kind];
}

int dlab_kind_parse(const char *name, enum dlab_kind *kind)
{
	for (int i = 0; i < DLAB_NR_KINDS; i++) {
		if (!strcmp(name, kind_names[i])) {
			*kind = i;
			return 0;
		}
	}
	return -EINVAL;
}

static const char *const status_names[] = {
	[DLAB_OK] = "ok",	    [DLAB_SKIP] = "skip",
	[DLAB_FAIL] = "fail",	    [DLAB_TIMEOUT] = "timeout",
	[DLAB_CRASH] = "crash",
};

const char *dlab_status_name(enum dlab_status status)
{
	return status_names[status];
}

int dlab_status_parse(const char *name, enum dlab_status *status)
{
	for (int i = 0; i < DLAB_NR_STATUS; i++) {
		if (!strcmp(name, status_names[i])) {
			*status = i;
			return 0;
		}
	}
	return -EINVAL;
}

int dlab_parse_size(const char *s, uint64_t *bytes)
{
	static const char suffixes[] = "kmgt";
	unsigned long long v;
	const char *suffix;
	char *end;
	int shift = 0;

	if (!isdigit((unsigned char)*s))
		return -EINVAL;
	errno = 0;
	v = strtoull(s, &end, 10);
	if (errno)
		return -EINVAL;
	if (*end) {
		suffix = strchr(suffixes, tolower((unsigned char)*end));
		if (!suffix || end[1])
			return -EINVAL;
		shift = 10 * (int)(suffix - suffixes + 1);
	}
	if (v > UINT64_MAX >> shift)
		return -EINVAL;
	*bytes = v << shift;
	return 0;
}

/* an axis of the matrix, or with one value a fixed key */
struct axis {
	char *key;
	char *values[MAX_VALUES];
	size_t nr;
};

struct workload {
	const char *name;
	char *driver;
	enum dlab_kind kind;
	bool have_kind;
	struct axis matrix[MAX_KEYS];
	size_t nr_matrix;
	struct axis set[MAX_KEYS];
	size_t nr_set;
};

static int add_axis(struct axis *axes, size_t *nr, const char *key,
		    const char *values, struct dlab_err *err)
{
	struct axis *a = &axes[*nr];
	char *copy, *save = NULL;

	for (size_t i = 0; i < *nr; i++)
		if (!strcmp(axes[i].key, key))
			return dlab_fail(err, EINVAL, "key `%s` is given twice",
					 key);
	if (*nr == MAX_KEYS)
		return dlab_fail(err, E2BIG, "more than %d keys", MAX_KEYS);
	copy = strdup(values);
	a->key = strdup(key);
	a->nr = 0;
	(*nr)++;
	for (char *v = strtok_r(copy, " \t", &save); v;
	     v = strtok_r(NULL, " \t", &save)) {
		if (a->nr == MAX_VALUES) {
			free(copy);
			return dlab_fail(err, E2BIG,
					 "key `%s` has more than %d values",
					 key, MAX_VALUES);
		}
		a->values[a->nr++] = strdup(v);
	}
	free(copy);
	if (!a->nr)
		return dlab_fail(err, EINVAL, "key `%s` has no value", key);
	return 0;
}

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct workload *w = user;
	int ret;

	if (!strcmp(section, "matrix"))
		return add_axis(w->matrix, &w->nr_matrix, key, value, err);
	if (!strcmp(section, "set")) {
		ret = add_axis(w->set, &w->nr_set, key, value, err);
		if (!ret && w->set[w->nr_set - 1].nr != 1)
			return dlab_fail(err, EINVAL,
					 "[set] takes one value for `%s`; several make an axis, which belongs in [matrix]",
					 key);
		return ret;
	}
	if (strcmp(section, "workload"))
		return dlab_fail(err, EINVAL,
				 "unknown section [%s]; there are [workload], [matrix] and [set]",
				 section);
	if (!strcmp(key, "about"))
		return 0;
	if (!strcmp(key, "driver")) {
		free(w->driver);
		w->driver = strdup(value);
		return 0;
	}
	if (!strcmp(key, "kind")) {
		w->have_kind = true;
		if (dlab_kind_parse(value, &w->kind))
			return dlab_fail(err, EINVAL,
					 "unknown kind `%s`; there are count, time, devio and iocount",
					 value);
		return 0;
	}
	return dlab_fail(err, EINVAL,
			 "unknown key `%s` in [workload]; there are about, driver and kind",
			 key);
}

static void free_axes(struct axis *axes, size_t nr)
{
	for (size_t i = 0; i < nr; i++) {
		free(axes[i].key);
		for (size_t j = 0; j < axes[i].nr; j++)
			free(axes[i].values[j]);
	}
}

static const struct dlab_key *find_key(const struct dlab_driver *d,
				       const char *name)
{
	for (const struct dlab_key *k = d->keys; k->name; k++)
		if (!strcmp(k->name, name))
			return k;
	return NULL;
}

static int check_axes(const struct dlab_driver *d, const struct axis *axes,
		      size_t nr, struct dlab_err *err)
{
	uint64_t v;

	for (size_t i = 0; i < nr; i++) {
		const struct dlab_key *k = find_key(d, axes[i].key);

		if (!k) {
			char all[512] = "";

			for (k = d->keys; k->name; k++) {
				strncat(all, " ", sizeof(all) - strlen(all) - 1);
				strncat(all, k->name,
					sizeof(all) - strlen(all) - 1);
			}
			return dlab_fail(err, EINVAL,
					 "driver %s has no key `%s`; it has%s",
					 d->name, axes[i].key, all);
		}
		for (size_t j = 0; j < axes[i].nr; j++) {
			const char *s = axes[i].values[j];

			if (k->type == DLAB_KEY_WORD || (k->def && !strcmp(s, k->def)))
				continue;
			if (dlab_parse_size(s, &v) ||
			    (k->type == DLAB_KEY_UINT &&
			     !isdigit((unsigned char)s[strlen(s) - 1])))
				return dlab_fail(err, EINVAL,
						 "key `%s` of driver %s takes %s, not `%s`",
						 k->name, d->name,
						 k->type == DLAB_KEY_SIZE ?
							 "a size such as 4k or 1m" :
							 "a whole number",
						 s);
		}
	}
	return 0;
}

static void case_free(struct dlab_case *c)
{
	for (size_t i = 0; i < c->nr_params; i++) {
		free(c->params[i].key);
		free(c->params[i].value);
	}
	free(c->params);
	free(c->id);
	free(c->workload);
	free(c->driver);
}

void dlab_cases_free(struct dlab_cases *cases)
{
	for (size_t i = 0; i < cases->nr; i++)
		case_free(&cases->v[i]);
	free(cases->v);
	*cases = (struct dlab_cases){ 0 };
}

static struct dlab_case *cases_add(struct dlab_cases *cases)
{
	struct dlab_case *v;

	v = reallocarray(cases->v, cases->nr + 1, sizeof(*v));
	if (!v)
		abort();
	cases->v = v;
	v = &v[cases->nr++];
	memset(v, 0, sizeof(*v));
	return v;
}

static void param_add(struct dlab_case *c, const char *key, const char *value)
{
	c->params = reallocarray(c->params, c->nr_params + 1,
				 sizeof(*c->params));
	if (!c->params)
		abort();
	c->params[c->nr_params].key = strdup(key);
	c->params[c->nr_params].value = strdup(value);
	c->nr_params++;
}

void dlab_case_copy(const struct dlab_case *from, struct dlab_case *to)
{
	memset(to, 0, sizeof(*to));
	to->id = strdup(from->id);
	to->workload = strdup(from->workload);
	to->driver = strdup(from->driver);
	to->kind = from->kind;
	for (size_t i = 0; i < from->nr_params; i++)
		param_add(to, from->params[i].key, from->params[i].value);
}

static void emit_case(const struct workload *w, const size_t *at,
		      struct dlab_cases *out)
{
	struct dlab_case *c = cases_add(out);
	size_t len;
	FILE *id = open_memstream(&c->id, &len);

	c->workload = strdup(w->name);
	c->driver = strdup(w->driver);
	c->kind = w->kind;
	fputs(w->name, id);
	for (size_t i = 0; i < w->nr_matrix; i++) {
		const struct axis *a = &w->matrix[i];

		fprintf(id, "%c%s=%s", i ? ',' : '[', a->key,
			a->values[at[i]]);
		param_add(c, a->key, a->values[at[i]]);
	}
	if (w->nr_matrix)
		fputc(']', id);
	fclose(id);
	for (size_t i = 0; i < w->nr_set; i++)
		param_add(c, w->set[i].key, w->set[i].values[0]);
}

static int expand(const struct workload *w, struct dlab_cases *out,
		  struct dlab_err *err)
{
	size_t at[MAX_KEYS] = { 0 };
	size_t total = 1, i;

	for (i = 0; i < w->nr_matrix; i++) {
		total *= w->matrix[i].nr;
		if (total > MAX_CASES)
			return dlab_fail(err, E2BIG,
					 "workload %s spans more than %d cases",
					 w->name, MAX_CASES);
	}
	for (;;) {
		emit_case(w, at, out);
		/* the last key of the file turns fastest */
		for (i = w->nr_matrix; i > 0; i--) {
			if (++at[i - 1] < w->matrix[i - 1].nr)
				break;
			at[i - 1] = 0;
		}
		if (!i)
			return 0;
	}
}

static int check(const struct workload *w, struct dlab_err *err)
{
	const struct dlab_driver *d;
	int ret;

	if (!w->driver || !w->have_kind)
		return dlab_fail(err, EINVAL,
				 "[workload] lacks `driver` or `kind`");
	d = dlab_driver_find(w->driver);
	if (!d)
		return dlab_fail(err, EINVAL,
				 "no driver `%s`; `dlab list --keys` shows them",
				 w->driver);
	ret = check_axes(d, w->matrix, w->nr_matrix, err);
	if (!ret)
		ret = check_axes(d, w->set, w->nr_set, err);
	if (ret)
		return ret;
	for (size_t i = 0; i < w->nr_set; i++)
		for (size_t j = 0; j < w->nr_matrix; j++)
			if (!strcmp(w->set[i].key, w->matrix[j].key))
				return dlab_fail(err, EINVAL,
						 "key `%s` stands in [matrix] and in [set]",
						 w->set[i].key);
	for (const struct dlab_key *k = d->keys; k->name; k++) {
		bool given = k->def;

		for (size_t i = 0; i < w->nr_matrix; i++)
			given |= !strcmp(w->matrix[i].key, k->name);
		for (size_t i = 0; i < w->nr_set; i++)
			given |= !strcmp(w->set[i].key, k->name);
		if (!given)
			return dlab_fail(err, EINVAL,
					 "driver %s needs the key `%s`: %s",
					 d->name, k->name, k->about);
	}
	return 0;
}

static void no_workload(const char *dir, const char *name, struct dlab_err *err)
{
	struct dlab_nearest n;

	dlab_nearest_begin(&n, name, "; `dlab list` shows them");
	dlab_nearest_offer_files(&n, dir, "*/*.ini");
	dlab_fail(err, ENOENT, "no workload `%s` in %s%s", name, dir, n.text);
}

int dlab_workload_load(const char *dir, const char *name,
		       struct dlab_cases *out, struct dlab_err *err)
{
	struct workload w = { .name = name };
	struct dlab_err why;
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%s/%s.ini", dir, name);
	ret = dlab_ini_read(path, on_key, &w, err);
	if (ret == -ENOENT)
		no_workload(dir, name, err);
	if (!ret) {
		ret = check(&w, &why);
		if (!ret)
			ret = expand(&w, out, &why);
		if (ret)
			dlab_fail(err, -ret, "%s: %s", path, why.text);
	}
	free_axes(w.matrix, w.nr_matrix);
	free_axes(w.set, w.nr_set);
	free(w.driver);
	return ret;
}

int dlab_cases_write(const struct dlab_cases *cases, const char *path,
		     struct dlab_err *err)
{
	FILE *f = fopen(path, "we");
	bool bad;

	if (!f)
		return dlab_fail(err, errno, "cannot write %s: %s", path,
				 strerror(errno));
	for (size_t i = 0; i < cases->nr; i++) {
		const struct dlab_case *c = &cases->v[i];

		fprintf(f, "%s\t%s\t%s\t%s", c->id, c->workload, c->driver,
			dlab_kind_name(c->kind));
		for (size_t j = 0; j < c->nr_params; j++)
			fprintf(f, "\t%s=%s", c->params[j].key,
				c->params[j].value);
		fputc('\n', f);
	}
	bad = ferror(f);
	if (fclose(f) || bad)
		return dlab_fail(err, EIO, "cannot write %s: %s", path,
				 strerror(errno));
	return 0;
}

static int parse_case(char *line, struct dlab_cases *out)
{
	char *save = NULL, *fields[4], *kv, *eq;
	struct dlab_case *c;
	enum dlab_kind kind;

	for (int i = 0; i < 4; i++) {
		fields[i] = strtok_r(i ? NULL : line, "\t", &save);
		if (!fields[i])
			return -EINVAL;
	}
	if (dlab_kind_parse(fields[3], &kind))
		return -EINVAL;
	c = cases_add(out);
	c->id = strdup(fields[0]);
	c->workload = strdup(fields[1]);
	c->driver = strdup(fields[2]);
	c->kind = kind;
	while ((kv = strtok_r(NULL, "\t", &save))) {
		eq = strchr(kv, '=');
		if (!eq)
			return -EINVAL;
		*eq = '\0';
		param_add(c, kv, eq + 1);
	}
	return 0;
}

int dlab_cases_read(const char *path, struct dlab_cases *out,
		    struct dlab_err *err)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	unsigned int nr = 0;
	ssize_t len;
	int ret = 0;

	if (!f)
		return dlab_fail(err, errno, "cannot read %s: %s", path,
				 strerror(errno));
	while (!ret && (len = getline(&line, &cap, f)) >= 0) {
		nr++;
		line[strcspn(line, "\n")] = '\0';
		if (parse_case(line, out))
			ret = dlab_fail(err, EINVAL,
					"%s:%u: not a case; `dlab list --cases` writes such files",
					path, nr);
	}
	free(line);
	fclose(f);
	return ret;
}

const char *dlab_case_word(const struct dlab_case *c, const char *key)
{
	const struct dlab_driver *d = dlab_driver_find(c->driver);
	const struct dlab_key *k;

	for (size_t i = 0; i < c->nr_params; i++)
		if (!strcmp(c->params[i].key, key))
			return c->params[i].value;
	k = d ? find_key(d, key) : NULL;
	return k ? k->def : NULL;
}

int dlab_case_uint(const struct dlab_case *c, const char *key, uint64_t min,
		   uint64_t max, uint64_t *out, struct dlab_err *err)
{
	const char *s = dlab_case_word(c, key);

	if (!s || dlab_parse_size(s, out) || *out < min || *out > max)
		return dlab_fail(err, EINVAL,
				 "%s: key `%s` is `%s`, must be %llu to %llu",
				 c->id, key, s ? s : "missing",
				 (unsigned long long)min,
				 (unsigned long long)max);
	return 0;
}
