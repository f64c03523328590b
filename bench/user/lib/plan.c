// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which boots does a suite need?  A suite has one section for each topology,
 * which lists workloads; cases of one topology and kind share a boot.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "inifile.h"
#include "match.h"
#include "nearest.h"
#include "plan.h"

#define MAX_ENTRIES	32
#define MAX_BOOTS	1000

struct entry {
	char *topology;
	char *workloads;
};

struct suite {
	struct entry entries[MAX_ENTRIES];
	size_t nr;
	unsigned int boots;
};

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct suite *s = user;
	uint64_t v;

	if (!strcmp(section, "suite")) {
		if (!strcmp(key, "about"))
			return 0;
		if (strcmp(key, "boots"))
			return dlab_fail(err, EINVAL,
					 "unknown key `%s` in [suite]; there are about and boots",
					 key);
		if (dlab_parse_size(value, &v) || v < 1 || v > MAX_BOOTS)
			return dlab_fail(err, EINVAL,
					 "key `boots` is `%s`, must be 1 to %d",
					 value, MAX_BOOTS);
		s->boots = v;
		return 0;
	}
	if (strcmp(key, "workloads"))
		return dlab_fail(err, EINVAL,
				 "unknown key `%s` in [%s]; there is workloads",
				 key, section);
	if (s->nr == MAX_ENTRIES)
		return dlab_fail(err, E2BIG, "more than %d topologies",
				 MAX_ENTRIES);
	s->entries[s->nr].topology = strdup(section);
	s->entries[s->nr++].workloads = strdup(value);
	return 0;
}

static void no_suite(const struct dlab_plan_request *req, struct dlab_err *err)
{
	struct dlab_nearest n;

	dlab_nearest_begin(&n, req->suite, "; `dlab list` shows them");
	dlab_nearest_offer_files(&n, req->workloads_dir, "suites/*.ini");
	dlab_fail(err, ENOENT, "no suite `%s` in %s/suites%s", req->suite,
		  req->workloads_dir, n.text);
}

static const char *suite_find(const struct suite *s, const char *topology)
{
	for (size_t i = 0; i < s->nr; i++)
		if (!strcmp(s->entries[i].topology, topology))
			return s->entries[i].workloads;
	return NULL;
}

static void *grow(void *v, size_t nr, size_t size)
{
	v = reallocarray(v, nr + 1, size);
	if (!v)
		abort();
	memset((char *)v + nr * size, 0, size);
	return v;
}

static bool is_wanted(const struct dlab_plan_request *req,
		      const char *topology, const struct dlab_case *c)
{
	char *id = dlab_qualified_id(c->id, topology);
	bool wanted;

	if (!id)
		abort();
	wanted = !req->cases || dlab_case_matches(req->cases, id);
	free(id);
	return wanted;
}

/* copies the cases of one kind that match the pattern */
static void pick(const struct dlab_cases *from, enum dlab_kind kind,
		 const struct dlab_plan_request *req, const char *topology,
		 struct dlab_cases *to)
{
	for (size_t i = 0; i < from->nr; i++) {
		const struct dlab_case *c = &from->v[i];

		if (c->kind != kind || !is_wanted(req, topology, c))
			continue;
		to->v = grow(to->v, to->nr, sizeof(*to->v));
		dlab_case_copy(c, &to->v[to->nr++]);
	}
}

static int add_topology(struct dlab_plan *plan,
			const struct dlab_plan_request *req, const char *name,
			const char *workloads, unsigned int boots,
			struct dlab_err *err)
{
	struct dlab_cases all = { 0 };
	char *copy, *save = NULL;
	int ret;

	plan->topologies = grow(plan->topologies, plan->nr_topologies,
				sizeof(*plan->topologies));
	ret = dlab_topology_load(req->workloads_dir, name,
				 &plan->topologies[plan->nr_topologies], err);
	if (ret)
		return ret;
	plan->nr_topologies++;
	copy = strdup(workloads);
	for (char *w = strtok_r(copy, " \t", &save); w && !ret;
	     w = strtok_r(NULL, " \t", &save))
		ret = dlab_workload_load(req->workloads_dir, w, &all, err);
	free(copy);
	for (int kind = 0; !ret && kind < DLAB_NR_KINDS; kind++) {
		for (unsigned int n = 1; n <= boots; n++) {
			struct dlab_planned *b;

			plan->boots = grow(plan->boots, plan->nr_boots,
					   sizeof(*b));
			b = &plan->boots[plan->nr_boots];
			pick(&all, kind, req, name, &b->cases);
			if (!b->cases.nr)
				break;
			b->topology = plan->nr_topologies - 1;
			b->kind = kind;
			b->n = n;
			if (asprintf(&b->name, "%s-%s-%u", name,
				     dlab_kind_name(kind), n) < 0)
				abort();
			plan->nr_boots++;
		}
	}
	dlab_cases_free(&all);
	return ret;
}

static int add_named(struct dlab_plan *plan,
		     const struct dlab_plan_request *req,
		     const struct suite *s, unsigned int boots,
		     struct dlab_err *err)
{
	char *copy = strdup(req->topologies), *save = NULL;
	const char *workloads;
	int ret = 0;

	for (char *t = strtok_r(copy, " ,", &save); t && !ret;
	     t = strtok_r(NULL, " ,", &save)) {
		workloads = req->workload ? req->workload : suite_find(s, t);
		if (!workloads)
			workloads = suite_find(s, "any");
		if (!workloads)
			ret = dlab_fail(err, EINVAL,
					"suite %s has no section [%s] and none [any]",
					req->suite, t);
		else
			ret = add_topology(plan, req, t, workloads, boots, err);
	}
	free(copy);
	return ret;
}

static int interleave(const void *a, const void *b)
{
	const struct dlab_planned *x = a, *y = b;

	/* first boots of everything come first: a run cut short is balanced */
	if (x->n != y->n)
		return x->n < y->n ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->topology < y->topology ? -1 : x->topology > y->topology;
}

int dlab_plan_make(const struct dlab_plan_request *req, struct dlab_plan *out,
		   struct dlab_err *err)
{
	struct suite s = { .boots = 1 };
	char path[PATH_MAX];
	unsigned int boots;
	int ret = 0;

	memset(out, 0, sizeof(*out));
	if (req->suite) {
		snprintf(path, sizeof(path), "%s/suites/%s.ini",
			 req->workloads_dir, req->suite);
		ret = dlab_ini_read(path, on_key, &s, err);
		if (ret == -ENOENT)
			no_suite(req, err);
	}
	boots = req->boots ? req->boots : s.boots;
	if (!ret && req->topologies)
		ret = add_named(out, req, &s, boots, err);
	else
		for (size_t i = 0; !ret && i < s.nr; i++)
			if (strcmp(s.entries[i].topology, "any"))
				ret = add_topology(out, req,
						   s.entries[i].topology,
						   s.entries[i].workloads,
						   boots, err);
	if (!ret && !out->nr_boots && req->cases)
		ret = dlab_fail(
			err, EINVAL,
			"nothing to run: no case matches %s",
			req->cases);
	else if (!ret && !out->nr_boots)
		ret = dlab_fail(err, EINVAL, "nothing to run: no case");
	for (size_t i = 0; i < s.nr; i++) {
		free(s.entries[i].topology);
		free(s.entries[i].workloads);
	}
	if (ret)
		dlab_plan_free(out);
	else
		qsort(out->boots, out->nr_boots, sizeof(*out->boots),
		      interleave);
	return ret;
}

void dlab_plan_print(const struct dlab_plan *plan, FILE *f)
{
	for (size_t i = 0; i < plan->nr_boots; i++) {
		const struct dlab_planned *boot = &plan->boots[i];

		fprintf(f, "%s\n", boot->name);
		for (size_t j = 0; j < boot->cases.nr; j++)
			fprintf(f, "  %s\n", boot->cases.v[j].id);
	}
}

void dlab_plan_free(struct dlab_plan *plan)
{
	for (size_t i = 0; i < plan->nr_topologies; i++)
		dlab_topology_free(&plan->topologies[i]);
	for (size_t i = 0; i < plan->nr_boots; i++) {
		dlab_cases_free(&plan->boots[i].cases);
		free(plan->boots[i].name);
	}
	free(plan->topologies);
	free(plan->boots);
	memset(plan, 0, sizeof(*plan));
}
