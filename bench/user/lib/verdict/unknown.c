// SPDX-License-Identifier: GPL-2.0-only
/* Nothing could be compared: was something named that there is not? */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "nearest.h"
#include "verdict/unknown.h"

#define MAX_NAMES 64

/* Names of one sort, each once; what is over is not offered. */
struct names {
	char v[MAX_NAMES][64];
	size_t nr;
};

static void add(struct names *names, const char *name, size_t len)
{
	char *new = names->v[names->nr];

	if (names->nr == MAX_NAMES || len >= sizeof(names->v[0]))
		return;
	snprintf(new, sizeof(names->v[0]), "%.*s", (int)len, name);
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->v[i], new))
			return;
	names->nr++;
}

static bool has(const struct names *names, const char *name)
{
	for (size_t i = 0; i < names->nr; i++)
		if (!strcmp(names->v[i], name))
			return true;
	return false;
}

/* "WORKLOAD@TOPOLOGY[KEY=VALUE,...]" falls into these. */
enum sort { WORKLOADS, TOPOLOGIES, KEYS, VALUES };

/* @key: with VALUES, whose */
static void add_of_id(struct names *names, const char *id, enum sort sort,
		      const char *key)
{
	const char *topology = strchr(id, '@'), *p = strchr(id, '[');

	if (sort == WORKLOADS)
		add(names, id, strcspn(id, "@["));
	if (sort == TOPOLOGIES && topology)
		add(names, topology + 1, strcspn(topology + 1, "["));
	for (; (sort == KEYS || sort == VALUES) && p && p[1] && *p != ']';
	     p += 1 + strcspn(p + 1, ",]")) {
		size_t len = strcspn(p + 1, "=,]");

		if (sort == KEYS)
			add(names, p + 1, len);
		else if (len == strlen(key) && !strncmp(p + 1, key, len) &&
			 p[1 + len] == '=')
			add(names, p + len + 2, strcspn(p + len + 2, ",]"));
	}
}

static void gather(struct names *names, const struct dlab_data *data,
		   enum sort sort, const char *key)
{
	for (size_t i = 0; i < data->nr_outcomes; i++)
		add_of_id(names, data->outcomes[i].id, sort, key);
}

/* "; did you mean `sg`?", or "; there are page and sg" */
static void suggest(const struct names *names, const char *word,
		    struct dlab_nearest *n)
{
	char all[sizeof(n->text)] = "; there is none";
	size_t len = 0;

	for (size_t i = 0; i < names->nr && len < sizeof(all); i++)
		len += (size_t)snprintf(
			all + len, sizeof(all) - len, "%s%s",
			!i ? (names->nr > 1 ? "; there are " : "; there is ") :
			i + 1 == names->nr ? " and " : ", ",
			names->v[i]);
	dlab_nearest_begin(n, word, all);
	for (size_t i = 0; i < names->nr; i++)
		dlab_nearest_offer(n, names->v[i]);
}

static int unknown_end(const struct dlab_axis *axis, const char *option,
		       const char *word, const struct dlab_data *data,
		       struct dlab_err *err)
{
	bool key = axis->kind == DLAB_AXIS_KEY;
	struct names names = { .nr = 0 };
	struct dlab_nearest n;

	gather(&names, data, key ? VALUES : TOPOLOGIES, axis->name);
	if (has(&names, word))
		return 0;
	suggest(&names, word, &n);
	return dlab_fail(err, ENOENT, "no case has %s %s (%s)%s", axis->name,
			 word, option, n.text);
}

static int unknown_key(const struct dlab_axis *axis, const struct dlab_data *a,
		       const struct dlab_data *b, struct dlab_err *err)
{
	struct names names = { .nr = 0 };
	struct dlab_nearest n;

	gather(&names, a, KEYS, NULL);
	gather(&names, b, KEYS, NULL);
	add(&names, "topology", strlen("topology"));
	if (has(&names, axis->name))
		return 0;
	suggest(&names, axis->name, &n);
	return dlab_fail(err, ENOENT, "no case has a key %s (--axis)%s",
			 axis->name, n.text);
}

/* The workload that a pattern begins with, if it spells one out. */
static int unknown_workload(const char *pattern, const struct dlab_data *a,
			    struct dlab_err *err)
{
	struct names names = { .nr = 0 };
	struct dlab_nearest n;
	char word[64];

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(pattern, "@[*?"),
		 pattern);
	gather(&names, a, WORKLOADS, NULL);
	if (!*word || has(&names, word))
		return 0;
	suggest(&names, word, &n);
	return dlab_fail(err, ENOENT, "no case matching %s%s", pattern, n.text);
}

int dlab_unknown(const struct dlab_axis *axis, const struct dlab_data *a,
		 const struct dlab_data *b, const char *cases,
		 struct dlab_err *err)
{
	int ret = 0;

	if (axis->kind == DLAB_AXIS_KEY)
		ret = unknown_key(axis, a, b, err);
	if (!ret && axis->from)
		ret = unknown_end(axis, "--from", axis->from, a, err);
	if (!ret && axis->to)
		ret = unknown_end(axis, "--to", axis->to, b, err);
	if (!ret && cases)
		ret = unknown_workload(cases, a, err);
	return ret;
}
