// SPDX-License-Identifier: GPL-2.0-only
/* The lab's error rates as results/calibration.json. */
#include <errno.h>
#include <gsl/gsl_cdf.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "history/calibration.h"

const double dlab_calibration_at[DLAB_CALIBRATION_NR_AT] = {
	1, 3, 5, 10, 20, 50
};

/* By bisection: GSL's own inverse aborts where it does not converge. */
double dlab_calibration_upper(size_t wrong, size_t of)
{
	double low = 0, high = 1;
	int i;

	if (wrong >= of)
		return 1;
	for (i = 0; i < 60; i++) {
		double p = (low + high) / 2;

		if (gsl_cdf_beta_P(p, (double)wrong + 1,
				   (double)(of - wrong)) < 0.95)
			low = p;
		else
			high = p;
	}
	return (low + high) / 2;
}

unsigned int dlab_calibration_smallest(const struct dlab_calibration *c,
				       const char *topology)
{
	unsigned int smallest = 0;
	size_t most = 0, i;

	/* from the largest down, until one is not found everywhere */
	for (i = c->nr_plants; i--;) {
		const struct dlab_calibration_plant *p = &c->plants[i];

		if (strcmp(p->topology, topology))
			continue;
		if (!smallest)
			most = p->found;
		if (!most || p->found < most)
			break;
		smallest = p->insns;
	}
	return smallest;
}

static void rates_free(struct dlab_calibration_rates *r)
{
	size_t i;

	for (i = 0; i < r->nr; i++)
		free(r->v[i].topology);
	free(r->v);
}

void dlab_calibration_free(struct dlab_calibration *c)
{
	size_t i;

	rates_free(&c->same);
	rates_free(&c->rebuilds);
	rates_free(&c->time);
	for (i = 0; i < c->nr_plants; i++)
		free(c->plants[i].topology);
	free(c->plants);
	free(c->created);
	free(c->kernel);
	free(c->config);
	free(c->config_text);
	free(c->compiler);
	free(c->qemu);
	free(c->module);
	memset(c, 0, sizeof(*c));
}

/* ---- writing */

static json_t *number(double v)
{
	return isnan(v) ? json_null() : json_real(v);
}

static json_t *at_json(const struct dlab_calibration_rate *r)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < DLAB_CALIBRATION_NR_AT; i++)
		json_array_append_new(list,
				      json_pack("{s:f, s:I}", "insns",
						dlab_calibration_at[i], "pairs",
						(json_int_t)r->at[i]));
	return list;
}

static json_t *rates_json(const struct dlab_calibration_rates *rates)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < rates->nr; i++) {
		const struct dlab_calibration_rate *r = &rates->v[i];

		json_array_append_new(
			list,
			json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:f, s:o, "
				  "s:o, s:o}",
				  "topology", r->topology, "sides",
				  (json_int_t)r->sides, "wrong_sides",
				  (json_int_t)r->wrong_sides, "pairs",
				  (json_int_t)r->pairs, "identical",
				  (json_int_t)r->identical, "wrong",
				  (json_int_t)r->wrong, "rate_below",
				  dlab_calibration_upper(r->wrong, r->pairs),
				  "largest_insns", number(r->largest_abs),
				  "largest_relative", number(r->largest_rel),
				  "at", at_json(r)));
	}
	return list;
}

static json_t *plants_json(const struct dlab_calibration *c)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < c->nr_plants; i++)
		json_array_append_new(
			list, json_pack("{s:s, s:i, s:I, s:I}", "topology",
					c->plants[i].topology, "insns",
					(int)c->plants[i].insns, "cases",
					(json_int_t)c->plants[i].cases, "found",
					(json_int_t)c->plants[i].found));
	return list;
}

static json_t *to_json(const struct dlab_calibration *c)
{
	return json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, "
			 "s:o}",
			 "schema", 1, "created", c->created, "kernel",
			 c->kernel, "config", c->config, "compiler",
			 c->compiler, "qemu", c->qemu, "module", c->module,
			 "same_binaries", rates_json(&c->same),
			 "neutral_rebuilds", rates_json(&c->rebuilds),
			 "planted", plants_json(c), "time",
			 c->time.nr ? rates_json(&c->time) :
				      json_string("not measured"));
}

/* "results/calibration.config" of "results/calibration.json" */
static char *config_path(const char *path)
{
	size_t len = strlen(path);
	char *config;

	if (len > 5 && !strcmp(path + len - 5, ".json"))
		len -= 5;
	return asprintf(&config, "%.*s.config", (int)len, path) < 0 ? NULL :
								      config;
}

static int write_config(const struct dlab_calibration *c, const char *path,
			struct dlab_err *err)
{
	char *config = config_path(path);
	struct dlab_file file;
	int ret;

	if (!config)
		return dlab_fail(err, ENOMEM, "write %s: out of memory", path);
	ret = dlab_file_create(&file, config, err);
	if (!ret) {
		fputs(c->config_text, file.f);
		ret = dlab_file_commit(&file, err);
	}
	free(config);
	return ret;
}

int dlab_calibration_write(const struct dlab_calibration *c, const char *path,
			   struct dlab_err *err)
{
	struct dlab_file file;
	json_t *json = to_json(c);
	int ret;

	if (!json)
		return dlab_fail(err, ENOMEM, "write %s: out of memory", path);
	ret = dlab_file_create(&file, path, err);
	if (!ret) {
		json_dumpf(json, file.f, JSON_INDENT(2));
		fputc('\n', file.f);
		ret = dlab_file_commit(&file, err);
	}
	json_decref(json);
	return ret || !c->config_text ? ret : write_config(c, path, err);
}

/* ---- reading */

/* More than any lab judges. */
#define MAX_COUNT 1000000000

/**
 * struct place - where in which file, for messages
 * @name: of the file
 * @err: where they go
 */
struct place {
	const char *name;
	struct dlab_err *err;
};

static int bad(const struct place *p, const char *key, const char *what)
{
	return dlab_fail(p->err, EINVAL,
			 "%s: `%s` is not %s; `dlab calibrate` makes it anew",
			 p->name, key, what);
}

static int get_text(const struct place *p, const json_t *obj, const char *key,
		    char **out)
{
	const char *s = json_string_value(json_object_get(obj, key));

	if (!s)
		return bad(p, key, "a string");
	*out = strdup(s);
	return *out ? 0 : dlab_fail(p->err, ENOMEM, "out of memory");
}

static int get_count(const struct place *p, const json_t *obj, const char *key,
		     size_t *out)
{
	const json_t *v = json_object_get(obj, key);

	if (!json_is_integer(v) || json_integer_value(v) < 0 ||
	    json_integer_value(v) > MAX_COUNT)
		return bad(p, key, "a count");
	*out = (size_t)json_integer_value(v);
	return 0;
}

static int get_number(const struct place *p, const json_t *obj, const char *key,
		      double *out)
{
	const json_t *v = json_object_get(obj, key);

	*out = NAN;
	if (json_is_null(v))
		return 0;
	if (!json_is_number(v) || json_number_value(v) < 0)
		return bad(p, key, "a number from 0 on, or null");
	*out = json_number_value(v);
	return 0;
}

static int get_at(const struct place *p, const json_t *obj,
		  struct dlab_calibration_rate *r)
{
	const json_t *list = json_object_get(obj, "at");
	size_t i;
	int ret = 0;

	if (json_array_size(list) != DLAB_CALIBRATION_NR_AT)
		return bad(p, "at", "a list of the right length");
	for (i = 0; i < DLAB_CALIBRATION_NR_AT && !ret; i++) {
		const json_t *o = json_array_get(list, i);

		if (json_number_value(json_object_get(o, "insns")) !=
		    dlab_calibration_at[i])
			return bad(p, "insns", "what this version looks at");
		ret = get_count(p, o, "pairs", &r->at[i]);
	}
	return ret;
}

static int get_rate(const struct place *p, const json_t *obj,
		    struct dlab_calibration_rate *r)
{
	const struct {
		const char *key;
		size_t *to;
	} counts[] = {
		{ "sides", &r->sides }, { "wrong_sides", &r->wrong_sides },
		{ "pairs", &r->pairs }, { "identical", &r->identical },
		{ "wrong", &r->wrong },
	};
	int ret = get_text(p, obj, "topology", &r->topology);
	size_t i;

	for (i = 0; i < sizeof(counts) / sizeof(counts[0]) && !ret; i++)
		ret = get_count(p, obj, counts[i].key, counts[i].to);
	if (!ret)
		ret = get_number(p, obj, "largest_insns", &r->largest_abs);
	if (!ret)
		ret = get_number(p, obj, "largest_relative", &r->largest_rel);
	if (!ret && (r->wrong > r->pairs || r->identical > r->pairs))
		ret = bad(p, "pairs", "what the others are part of");
	return ret ? ret : get_at(p, obj, r);
}

static int get_rates(const struct place *p, const json_t *root, const char *key,
		     struct dlab_calibration_rates *out)
{
	const json_t *list = json_object_get(root, key);
	size_t i;
	int ret = 0;

	if (!json_is_array(list))
		return bad(p, key, "a list");
	out->v = calloc(json_array_size(list) + 1, sizeof(*out->v));
	if (!out->v)
		return dlab_fail(p->err, ENOMEM, "out of memory");
	for (i = 0; i < json_array_size(list) && !ret; i++)
		ret = get_rate(p, json_array_get(list, i), &out->v[out->nr++]);
	return ret;
}

static int get_time(const struct place *p, const json_t *root,
		    struct dlab_calibration_rates *out)
{
	const char *word = json_string_value(json_object_get(root, "time"));

	if (word && !strcmp(word, "not measured"))
		return 0;
	return get_rates(p, root, "time", out);
}

static int get_plant(const struct place *p, const json_t *obj,
		     struct dlab_calibration_plant *plant)
{
	size_t insns = 0;
	int ret = get_text(p, obj, "topology", &plant->topology);

	if (!ret)
		ret = get_count(p, obj, "insns", &insns);
	if (!ret && insns > 1000000)
		ret = bad(p, "insns", "below a million");
	plant->insns = (unsigned int)insns;
	if (!ret)
		ret = get_count(p, obj, "cases", &plant->cases);
	return ret ? ret : get_count(p, obj, "found", &plant->found);
}

static int get_plants(const struct place *p, const json_t *root,
		      struct dlab_calibration *c)
{
	const json_t *list = json_object_get(root, "planted");
	size_t i;
	int ret = 0;

	if (!json_is_array(list))
		return bad(p, "planted", "a list");
	c->plants = calloc(json_array_size(list) + 1, sizeof(*c->plants));
	if (!c->plants)
		return dlab_fail(p->err, ENOMEM, "out of memory");
	for (i = 0; i < json_array_size(list) && !ret; i++)
		ret = get_plant(p, json_array_get(list, i),
				&c->plants[c->nr_plants++]);
	return ret;
}

static int get_all(const struct place *p, const json_t *root,
		   struct dlab_calibration *c)
{
	const struct {
		const char *key;
		char **to;
	} texts[] = {
		{ "created", &c->created }, { "kernel", &c->kernel },
		{ "config", &c->config },   { "compiler", &c->compiler },
		{ "qemu", &c->qemu },	    { "module", &c->module },
	};
	const json_t *schema = json_object_get(root, "schema");
	size_t i;
	int ret = 0;

	if (!json_is_integer(schema) || json_integer_value(schema) != 1)
		return bad(p, "schema", "1");
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]) && !ret; i++)
		ret = get_text(p, root, texts[i].key, texts[i].to);
	if (!ret)
		ret = get_rates(p, root, "same_binaries", &c->same);
	if (!ret)
		ret = get_rates(p, root, "neutral_rebuilds", &c->rebuilds);
	if (!ret)
		ret = get_plants(p, root, c);
	return ret ? ret : get_time(p, root, &c->time);
}

int dlab_calibration_parse(const char *name, const char *text, size_t len,
			   struct dlab_calibration *out, struct dlab_err *err)
{
	struct place p = { name, err };
	json_error_t why;
	json_t *root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &why);
	int ret;

	memset(out, 0, sizeof(*out));
	if (!root)
		return dlab_fail(err, EINVAL, "%s:%d: %s", name, why.line,
				 why.text);
	ret = get_all(&p, root, out);
	json_decref(root);
	if (ret)
		dlab_calibration_free(out);
	return ret;
}

/* It may not be there: it was not always kept. */
static int load_config(const char *path, struct dlab_calibration *c,
		       struct dlab_err *err)
{
	char *config = config_path(path);
	size_t len;
	int ret;

	if (!config)
		return dlab_fail(err, ENOMEM, "read %s: out of memory", path);
	ret = dlab_file_read(config, &c->config_text, &len, err);
	free(config);
	if (ret)
		c->config_text = NULL;
	return ret == -ENOENT ? 0 : ret;
}

int dlab_calibration_load(const char *path, struct dlab_calibration *out,
			  struct dlab_err *err)
{
	char *text;
	size_t len;
	int ret = dlab_file_read(path, &text, &len, err);

	memset(out, 0, sizeof(*out));
	if (ret)
		return ret;
	ret = dlab_calibration_parse(path, text, len, out, err);
	free(text);
	return ret ? ret : load_config(path, out, err);
}
