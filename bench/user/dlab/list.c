// SPDX-License-Identifier: GPL-2.0-only
/* `dlab list`: what could be run: suites, workloads, topologies, keys, cases. */
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cmd.h"
#include "driver.h"
#include "inifile.h"
#include "plan.h"

static const char help[] =
	"usage: dlab list [OPTION...]\n"
	"\n"
	"Without an option: suites, workloads and topologies there are.\n"
	"\n"
	"  --suite NAME      the cases of a suite, boot by boot\n"
	"  --workload NAME   the cases of a workload\n"
	"  --cases           with one of them: as a file for `dlab measure --cases`\n"
	"  --topologies      the topologies and what they promise\n"
	"  --keys            the drivers and the keys that workloads may give them\n"
	"  --workloads DIR   default: workloads\n";

static int on_about(void *user, const char *section, const char *key,
		    const char *value, struct dlab_err *err)
{
	(void)section;
	(void)err;
	if (!strcmp(key, "about") && !*(char **)user)
		*(char **)user = strdup(value);
	return 0;
}

/* Return: whether there are any. */
static bool list_files(const char *title, const char *dir, const char *sub,
		       const char *suffix)
{
	char pattern[PATH_MAX];
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/%s/*%s", dir, sub, suffix);
	if (glob(pattern, 0, NULL, &g))
		return false;
	printf("%s%s\n", title, *title ? ":" : "");
	for (size_t i = 0; i < g.gl_pathc; i++) {
		const char *name = g.gl_pathv[i] + strlen(dir) + 1;
		char *about = NULL;
		int len;

		dlab_ini_read(g.gl_pathv[i], on_about, &about, NULL);
		if (strcmp(sub, "*"))
			name += strlen(sub) + 1;
		len = strlen(name) - strlen(suffix);
		if (strncmp(name, "suites/", 7))
			printf("  %-18.*s %s\n", len, name, about ? about : "");
		free(about);
	}
	globfree(&g);
	return true;
}

static int list_topologies(const char *dir)
{
	char pattern[PATH_MAX];
	struct dlab_err err;
	int ret = DLAB_EXIT_OK;
	glob_t g;

	snprintf(pattern, sizeof(pattern), "%s/topology/*.conf", dir);
	if (glob(pattern, 0, NULL, &g)) {
		fprintf(stderr, "dlab list: no topology in %s/topology\n", dir);
		return DLAB_EXIT_USAGE;
	}
	for (size_t i = 0; i < g.gl_pathc; i++) {
		char *name = strrchr(g.gl_pathv[i], '/') + 1;
		struct dlab_topology t;

		name[strlen(name) - strlen(".conf")] = '\0';
		if (dlab_topology_load(dir, name, &t, &err)) {
			fprintf(stderr, "dlab list: %s\n", err.text);
			ret = DLAB_EXIT_USAGE;
			continue;
		}
		printf("%s\n  %s\n", name, t.about ? t.about : "");
		for (size_t e = 0; e < t.nr_expect; e++)
			printf("  promises %s = %s\n", t.expect[e].key,
			       t.expect[e].value);
		dlab_topology_free(&t);
	}
	globfree(&g);
	return ret;
}

static int list_keys(void)
{
	for (const struct dlab_driver *const *d = dlab_drivers; *d; d++) {
		printf("%s: %s\n", (*d)->name, (*d)->about);
		for (const struct dlab_key *k = (*d)->keys; k->name; k++)
			printf("  %-9s %-12s %s\n", k->name,
			       k->def ? k->def : "(required)", k->about);
	}
	return DLAB_EXIT_OK;
}

static int list_cases(const struct dlab_plan_request *req, bool as_file)
{
	struct dlab_cases cases = { 0 };
	struct dlab_plan plan;
	struct dlab_err err;
	int ret;

	if (req->workload) {
		ret = dlab_workload_load(req->workloads_dir, req->workload,
					 &cases, &err);
		if (!ret && as_file)
			ret = dlab_cases_write(&cases, "/dev/stdout", &err);
		else
			for (size_t i = 0; !ret && i < cases.nr; i++)
				puts(cases.v[i].id);
		dlab_cases_free(&cases);
	} else {
		ret = dlab_plan_make(req, &plan, &err);
		if (!ret) {
			dlab_plan_print(&plan, stdout);
			dlab_plan_free(&plan);
		}
	}
	if (!ret)
		return DLAB_EXIT_OK;
	fprintf(stderr, "dlab list: %s\n", err.text);
	return DLAB_EXIT_USAGE;
}

static int list_all(const char *dir)
{
	bool any = list_files("suites", dir, "suites", ".ini");

	any |= list_files("workloads", dir, "*", ".ini");
	any |= list_files("topologies", dir, "topology", ".conf");
	if (any)
		return DLAB_EXIT_OK;
	fprintf(stderr,
		"dlab list: no suites, workloads or topologies in the directory %s\n",
		dir);
	return DLAB_EXIT_USAGE;
}

int dlab_cmd_list(int argc, char **argv)
{
	struct dlab_plan_request req = { .workloads_dir = "workloads" };
	bool as_file = false, topologies = false, keys = false;
	const struct dlab_option v[] = {
		{ "suite", .word = &req.suite },
		{ "workload", .word = &req.workload },
		{ "cases", .flag = &as_file },
		{ "topologies", .flag = &topologies },
		{ "keys", .flag = &keys },
		{ "workloads", .word = &req.workloads_dir },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v };
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (as_file && !req.workload) {
		fputs("dlab list: --cases needs --workload\n", stderr);
		return DLAB_EXIT_USAGE;
	}
	if (keys)
		return list_keys();
	if (topologies)
		return list_topologies(req.workloads_dir);
	if (req.suite || req.workload)
		return list_cases(&req, as_file);
	return list_all(req.workloads_dir);
}
