// SPDX-License-Identifier: GPL-2.0-only
/* Reads run.json, as strictly as results/schema/run.json describes it. */
#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "nearest.h"
#include "run.h"

#define SCHEMA 1

static int kv_order(const void *a, const void *b)
{
	const struct dlab_kv *x = a, *y = b;

	return strcmp(x->key, y->key);
}

const char *dlab_kvs_find(const struct dlab_kvs *kvs, const char *key)
{
	for (size_t i = 0; i < kvs->nr; i++)
		if (!strcmp(kvs->v[i].key, key))
			return kvs->v[i].value;
	return NULL;
}

static void kvs_free(struct dlab_kvs *kvs)
{
	for (size_t i = 0; i < kvs->nr; i++) {
		free(kvs->v[i].key);
		free(kvs->v[i].value);
	}
	free(kvs->v);
}

/* What of run.json is being read, for messages. */
struct place {
	const char *file;
	struct dlab_err *err;
};

static int bad(const struct place *p, const char *key, const char *what)
{
	return dlab_fail(p->err, EINVAL, "%s: \"%s\" %s", p->file, key, what);
}

static int no_memory(const struct place *p)
{
	return dlab_fail(p->err, ENOMEM, "%s: out of memory", p->file);
}

/* Tables and terminals take these strings as they are. */
static bool is_clean(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return false;
	return true;
}

static int get_string(const struct place *p, const json_t *obj, const char *key,
		      char **out)
{
	const char *s = json_string_value(json_object_get(obj, key));

	if (!s)
		return bad(p, key, "must be a string");
	if (!is_clean(s))
		return bad(p, key, "has control characters");
	*out = strdup(s);
	return *out ? 0 : no_memory(p);
}

/* The same for a string that need not be there, or may be null. */
static int get_optional(const struct place *p, const json_t *obj,
			const char *key, char **out)
{
	const json_t *v = json_object_get(obj, key);

	if (v && !json_is_null(v))
		return get_string(p, obj, key, out);
	*out = strdup("");
	return *out ? 0 : no_memory(p);
}

/* Strings stay as they are, anything else becomes its JSON text. */
static char *value_text(const json_t *v)
{
	if (json_is_string(v))
		return strdup(json_string_value(v));
	return json_dumps(v, JSON_ENCODE_ANY | JSON_COMPACT | JSON_SORT_KEYS);
}

static int get_kvs(const struct place *p, json_t *obj, const char *key,
		   struct dlab_kvs *out)
{
	json_t *map = json_object_get(obj, key);
	const char *k;
	json_t *v;

	if (!json_is_object(map))
		return bad(p, key, "must be an object");
	out->v = calloc(json_object_size(map) + 1, sizeof(*out->v));
	if (!out->v)
		return no_memory(p);
	json_object_foreach(map, k, v)
	{
		struct dlab_kv *kv = &out->v[out->nr++];

		kv->key = strdup(k);
		kv->value = value_text(v);
		if (!kv->key || !kv->value)
			return no_memory(p);
		if (!is_clean(kv->key) || !is_clean(kv->value))
			return bad(p, key, "has control characters");
	}
	qsort(out->v, out->nr, sizeof(*out->v), kv_order);
	return 0;
}

/* An array of strings; not there: none, if that may be. */
static int get_strings(const struct place *p, const json_t *obj,
		       const char *key, bool optional, char ***out, size_t *nr)
{
	json_t *list = json_object_get(obj, key);
	json_t *v;
	size_t i;

	if (!list && optional)
		return 0;
	if (!json_is_array(list))
		return bad(p, key, "must be an array of strings");
	*out = calloc(json_array_size(list) + 1, sizeof(**out));
	if (!*out)
		return no_memory(p);
	json_array_foreach(list, i, v)
	{
		if (!json_is_string(v) || !is_clean(json_string_value(v)))
			return bad(p, key, "must be an array of strings");
		(*out)[i] = strdup(json_string_value(v));
		if (!(*out)[i])
			return no_memory(p);
		++*nr;
	}
	return 0;
}

static void free_strings(char **v, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		free(v[i]);
	free(v);
}

/* A boot's name becomes a path, so it must not lead out of the run. */
static bool is_plain_name(const char *s)
{
	return *s && *s != '.' && !strchr(s, '/');
}

static int get_kind_status(const struct place *p, const json_t *obj,
			   struct dlab_boot *b)
{
	const char *kind = json_string_value(json_object_get(obj, "kind"));
	const char *st = json_string_value(json_object_get(obj, "status"));

	if (!kind || dlab_kind_parse(kind, &b->kind))
		return bad(
			p, "kind",
			"must be \"count\", \"time\", \"devio\" or \"iocount\"");
	if (!st || dlab_status_parse(st, &b->status))
		return bad(
			p, "status",
			"of a boot must be \"ok\", \"skip\", \"fail\", \"timeout\" or \"crash\"");
	return 0;
}

static int get_boot(const struct place *p, json_t *obj, struct dlab_boot *b)
{
	const json_t *n = json_object_get(obj, "n");
	const json_t *wall = json_object_get(obj, "wall_s");
	const json_t *emulated = json_object_get(obj, "emulated");
	int ret;

	if (!json_is_object(obj))
		return bad(p, "boots", "must be an array of objects");
	if (!json_is_integer(n) || json_integer_value(n) < 0 ||
	    json_integer_value(n) > 1000000)
		return bad(p, "n", "must be an integer from 0 to 1000000");
	if (!json_is_number(wall) || json_number_value(wall) < 0)
		return bad(p, "wall_s", "must be a number >= 0");
	if (!json_is_boolean(emulated))
		return bad(p, "emulated", "must be true or false");
	b->n = (unsigned int)json_integer_value(n);
	b->wall_s = json_number_value(wall);
	b->emulated = json_is_true(emulated);
	ret = get_kind_status(p, obj, b);
	if (!ret)
		ret = get_string(p, obj, "name", &b->name);
	if (!ret && !is_plain_name(b->name))
		ret = bad(p, "name",
			  "of a boot must be the name of a directory");
	if (!ret)
		ret = get_string(p, obj, "topology", &b->topology);
	if (!ret)
		ret = get_string(p, obj, "reason", &b->reason);
	if (!ret)
		ret = get_optional(p, obj, "about", &b->about);
	if (!ret)
		ret = get_optional(p, obj, "accel", &b->accel);
	if (!ret)
		ret = get_strings(p, obj, "taint", false, &b->taint,
				  &b->nr_taint);
	if (!ret)
		ret = get_kvs(p, obj, "effective", &b->effective);
	return ret;
}

static int get_boots(const struct place *p, json_t *root, struct dlab_run *run)
{
	json_t *boots = json_object_get(root, "boots");
	json_t *v;
	size_t i;
	int ret;

	if (!json_is_array(boots))
		return bad(p, "boots", "must be an array of objects");
	run->boots = calloc(json_array_size(boots) + 1, sizeof(*run->boots));
	if (!run->boots)
		return no_memory(p);
	json_array_foreach(boots, i, v)
	{
		run->nr_boots++;
		ret = get_boot(p, v, &run->boots[i]);
		if (ret)
			return ret;
	}
	return 0;
}

static int get_run(const struct place *p, json_t *root, struct dlab_run *run)
{
	const json_t *schema = json_object_get(root, "schema");
	const char *st = json_string_value(json_object_get(root, "status"));
	int ret;

	if (!json_is_integer(schema) || json_integer_value(schema) != SCHEMA)
		return bad(p, "schema",
			   "must be 1: a newer dlab wrote this run");
	if (!st || (strcmp(st, "ok") && strcmp(st, "fail")))
		return bad(
			p, "status",
			"must be \"ok\" or \"fail\"; \"partial\" is a run that is not whole yet");
	run->ok = !strcmp(st, "ok");
	ret = get_string(p, root, "run", &run->name);
	if (!ret)
		ret = get_string(p, root, "suite", &run->suite);
	if (!ret)
		ret = get_string(p, root, "lab", &run->lab);
	if (!ret)
		ret = get_string(p, root, "created", &run->created);
	if (!ret)
		ret = get_optional(p, root, "topologies", &run->topologies);
	if (!ret)
		ret = get_optional(p, root, "cases", &run->cases);
	if (!ret)
		ret = get_strings(p, root, "make", true, &run->make,
				  &run->nr_make);
	if (!ret)
		ret = get_kvs(p, root, "fingerprint", &run->fingerprint);
	/* only a run on hardware depends on the host */
	if (!ret && json_object_get(root, "host"))
		ret = get_kvs(p, root, "host", &run->host);
	if (!ret)
		ret = get_boots(p, root, run);
	return ret;
}

int dlab_run_parse(const char *name, const char *text, size_t len,
		   struct dlab_run *out, struct dlab_err *err)
{
	const struct place p = { .file = name, .err = err };
	json_error_t jerr;
	json_t *root;
	int ret;

	memset(out, 0, sizeof(*out));
	root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &jerr);
	if (!root)
		return dlab_fail(err, EINVAL, "%s:%d: %s", name, jerr.line,
				 jerr.text);
	ret = get_run(&p, root, out);
	json_decref(root);
	if (ret)
		dlab_run_free(out);
	return ret;
}

int dlab_run_load(const char *dir, struct dlab_run *out, struct dlab_err *err)
{
	char *path, *text;
	size_t len;
	int ret;

	memset(out, 0, sizeof(*out));
	if (asprintf(&path, "%s/run.json", dir) < 0)
		return dlab_fail(err, ENOMEM, "%s: out of memory", dir);
	ret = dlab_file_read(path, &text, &len, err);
	if (ret)
		goto out_path;
	ret = dlab_run_parse(path, text, len, out, err);
	free(text);
	if (ret)
		goto out_path;
	out->dir = strdup(dir);
	if (!out->dir) {
		dlab_run_free(out);
		ret = dlab_fail(err, ENOMEM, "%s: out of memory", dir);
	}

out_path:
	free(path);
	return ret;
}

void dlab_run_free(struct dlab_run *run)
{
	for (size_t i = 0; i < run->nr_boots; i++) {
		struct dlab_boot *b = &run->boots[i];

		free(b->name);
		free(b->topology);
		free(b->reason);
		free(b->about);
		free(b->accel);
		free_strings(b->taint, b->nr_taint);
		kvs_free(&b->effective);
	}
	free(run->boots);
	kvs_free(&run->fingerprint);
	kvs_free(&run->host);
	free(run->dir);
	free(run->name);
	free(run->suite);
	free(run->lab);
	free(run->created);
	free(run->topologies);
	free(run->cases);
	free_strings(run->make, run->nr_make);
	memset(run, 0, sizeof(*run));
}

bool dlab_run_is_name(const char *name)
{
	return is_plain_name(name);
}

/* Whether @dir holds a run; takes over @dir. */
static bool take_if_run(char *dir, char **out)
{
	struct stat st;
	char *json;
	bool is;

	if (!dir || asprintf(&json, "%s/run.json", dir) < 0) {
		free(dir);
		return false;
	}
	is = !stat(json, &st);
	free(json);
	if (is)
		*out = dir;
	else
		free(dir);
	return is;
}

static char *join(const char *results, const char *sub, const char *word)
{
	char *s;

	return asprintf(&s, "%s/%s%s", results, sub, word) < 0 ? NULL : s;
}

/* Reference histories have their runs below themselves. */
static bool take_of_baseline(const char *results, const char *word, char **dir)
{
	char *path = join(results, "baseline", "");
	DIR *d = path ? opendir(path) : NULL;
	const struct dirent *e;
	bool found = false;

	while (d && !found && (e = readdir(d))) {
		char *sub;

		if (*e->d_name != '.' &&
		    asprintf(&sub, "baseline/%s/runs/", e->d_name) > 0) {
			found = take_if_run(join(results, sub, word), dir);
			free(sub);
		}
	}
	if (d)
		closedir(d);
	free(path);
	return found;
}

int dlab_run_find(const char *results, const char *word, char **dir,
		  struct dlab_err *err)
{
	struct dlab_nearest n;
	char *latest = NULL;

	if (!strcmp(word, "latest") &&
	    take_if_run(join(results, "", "latest"), dir))
		return 0;
	if (dlab_run_is_name(word) &&
	    (take_if_run(join(results, "runs/", word), dir) ||
	     take_if_run(join(results, "baseline/", word), dir) ||
	     take_of_baseline(results, word, dir)))
		return 0;
	if (strchr(word, '/') && take_if_run(strdup(word), dir))
		return 0;
	dlab_nearest_begin(&n, word, "; `dlab show` lists what there is");
	if (take_if_run(join(results, "", "latest"), &latest))
		dlab_nearest_offer(&n, "latest");
	free(latest);
	dlab_nearest_offer_files(&n, results, "runs/*/run.json");
	dlab_nearest_offer_files(&n, results, "baseline/*/run.json");
	return dlab_fail(err, ENOENT, "no run \"%s\" in %s/runs or %s/baseline%s",
			 word, results, results, n.text);
}

char *dlab_run_word(const char *dir)
{
	char *real = realpath(dir, NULL), *found = NULL, *same = NULL;
	struct dlab_err err;
	const char *name;
	char *word;

	if (!real)
		return NULL;
	name = strrchr(real, '/') + 1;
	if (!dlab_run_find("results", name, &found, &err))
		same = realpath(found, NULL);
	word = strdup(same && !strcmp(same, real) ? name : real);
	free(same);
	free(found);
	free(real);
	return word;
}

const char *dlab_run_made_with(const struct dlab_run *run, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < run->nr_make; i++)
		if (!strncmp(run->make[i], name, len) &&
		    run->make[i][len] == '=')
			return run->make[i] + len + 1;
	return NULL;
}
