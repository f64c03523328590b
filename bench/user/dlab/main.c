// SPDX-License-Identifier: GPL-2.0-only
/* The command `dlab`: finds the verb. */
#include <stdio.h>
#include <string.h>

#include "cmd.h"

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
	{ "report", dlab_cmd_report, "a run as a page, as Markdown, as plain text" },
	{ "measure", dlab_cmd_measure, "run cases on this machine (a boot of `run`)" },
};

static void usage(FILE *f)
{
	fputs("usage: dlab VERB [OPTION...]     `dlab VERB --help` says more\n\n",
	      f);
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		fprintf(f, "  %-9s %s\n", verbs[i].name, verbs[i].about);
	fputs("\nExit status: 0 no regression, 1 regression, 2 bad use, 3 lab failure,\n"
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

int main(int argc, char **argv)
{
	if (argc < 2) {
		usage(stderr);
		return DLAB_EXIT_USAGE;
	}
	if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "help")) {
		usage(stdout);
		return DLAB_EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(verbs) / sizeof(*verbs); i++)
		if (!strcmp(argv[1], verbs[i].name))
			return printed(verbs[i].name,
				       verbs[i].run(argc - 1, argv + 1));
	fprintf(stderr, "dlab: there is no verb `%s`\n", argv[1]);
	usage(stderr);
	return DLAB_EXIT_USAGE;
}
