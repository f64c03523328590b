// SPDX-License-Identifier: GPL-2.0-only
/* The command `dlab`: finds the verb. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "nearest.h"

static const struct {
	const char *name;
	int (*run)(int argc, char **argv);
	const char *about;
} verbs[] = {
	{ "list", dlab_cmd_list, "cases, workloads, topologies, keys of drivers" },
	{ "run", dlab_cmd_run, "measure a suite, a workload or a topology" },
	{ "stat", dlab_cmd_stat, "derive a run's summary from its samples" },
	{ "show", dlab_cmd_show, "which runs there are; what one was and found" },
	{ "table", dlab_cmd_table, "paths by shape, kernels below each other" },
	{ "compare", dlab_cmd_compare, "verdict per case between two runs" },
	{ "calibrate", dlab_cmd_calibrate, "how often the lab is wrong" },
	{ "history", dlab_cmd_history, "which commit changed what, by how much" },
	{ "export", dlab_cmd_export, "a run or a history for other tools" },
	{ "explain", dlab_cmd_explain,
	  "where a case's instructions go, or what changed there" },
	{ "coverage", dlab_cmd_coverage,
	  "which functions of the kernel which suites run" },
	{ "report", dlab_cmd_report, "a run as a page, as Markdown, as plain text" },
	{ "measure", dlab_cmd_measure, "run cases on this machine (a boot of `run`)" },
};

#define NR_VERBS (sizeof(verbs) / sizeof(*verbs))

/*
 * The commit that it was built from, in as many bytes whatever that is: dlab is
 * in the guests' image, and no name of a version is to move anything there.
 */
static const char version[80] = DLAB_VERSION;

/*
 * What the programs get that are started here (QEMU, gnuplot, fio, tar): where
 * things are.  Nothing that changes what they do, or how they write a number.
 */
static int clean_environment(void)
{
	static const char *const kept[] = {
		"PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "DMALAB_GUEST",
	};
	enum { NR = sizeof(kept) / sizeof(*kept) };
	const char *values[NR];
	int ret;

	for (int i = 0; i < NR; i++)
		values[i] = getenv(kept[i]);
	ret = clearenv() | setenv("LC_ALL", "C", 1);
	for (int i = 0; i < NR; i++)
		if (values[i])
			ret |= setenv(kept[i], values[i], 1);
	return ret;
}

static void usage(FILE *f)
{
	fputs("usage: dlab VERB [OPTION...]     `dlab help VERB` says more\n\n", f);
	for (size_t i = 0; i < NR_VERBS; i++)
		fprintf(f, "  %-9s %s\n", verbs[i].name, verbs[i].about);
	fputs("\n`dlab --version` tells the commit that it was built from.\n"
	      "Exit status: 0 no regression, 1 regression, 2 bad use, 3 lab failure,\n"
	      "4 inconclusive.\n",
	      f);
}

/* Return: @status, if all that was printed has arrived. */
static int printed(const char *verb, int status)
{
	if (!fflush(stdout) && !ferror(stdout))
		return status;
	fprintf(stderr, "dlab %s: cannot write to standard output\n", verb);
	return DLAB_EXIT_LAB;
}

/* Names of suites, runs and metrics are looked for where the user is. */
static void hint_at_checkout(void)
{
	if (access("workloads/metrics.ini", F_OK))
		fputs("dlab: there is no workloads/metrics.ini here: go to the checkout of dmalab, or\n"
		      "give --workloads, --metrics and --results, as far as the verb has them\n",
		      stderr);
}

static int run_verb(int argc, char **argv)
{
	struct dlab_nearest n;

	for (size_t i = 0; i < NR_VERBS; i++) {
		int status;

		if (strcmp(argv[0], verbs[i].name))
			continue;
		status = printed(argv[0], verbs[i].run(argc, argv));
		if (status == DLAB_EXIT_USAGE)
			hint_at_checkout();
		return status;
	}
	dlab_nearest_begin(&n, argv[0], "");
	for (size_t i = 0; i < NR_VERBS; i++)
		dlab_nearest_offer(&n, verbs[i].name);
	fprintf(stderr, "dlab: there is no verb `%s`%s\n", argv[0], n.text);
	if (!*n.text)
		usage(stderr);
	return DLAB_EXIT_USAGE;
}

int main(int argc, char **argv)
{
	char help[] = "--help";

	if (clean_environment()) {
		fputs("dlab: out of memory\n", stderr);
		return DLAB_EXIT_LAB;
	}
	if (argc < 2) {
		usage(stderr);
		return DLAB_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--version")) {
		printf("dlab %s\n", version);
		return printed("--version", DLAB_EXIT_OK);
	}
	if (!strcmp(argv[1], "help") && argc > 2)
		return run_verb(2, (char *[]){ argv[2], help, NULL });
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h") ||
	    !strcmp(argv[1], "help")) {
		usage(stdout);
		return printed("help", DLAB_EXIT_OK);
	}
	return run_verb(argc - 1, argv + 1);
}
