/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs of the command `dlab`: one file and one line in main.c each. */
#ifndef DLAB_CMD_H
#define DLAB_CMD_H

#include <errno.h>
#include <string.h>

#include "options.h"

/* Exit statuses, the same for every verb. */
enum {
	DLAB_EXIT_OK = 0,
	DLAB_EXIT_REGRESSION = 1,
	DLAB_EXIT_USAGE = 2,
	DLAB_EXIT_LAB = 3,
	DLAB_EXIT_INCONCLUSIVE = 4,
};

/* What --format chooses among, where a verb has all three. */
enum dlab_cmd_format {
	DLAB_CMD_TEXT,
	DLAB_CMD_TSV,
	DLAB_CMD_JSON,
	DLAB_CMD_NR_FORMATS,
};

/* Return: which of the @nr names @word is, or -EINVAL. */
static inline int dlab_cmd_choose(const char *const *names, int nr,
				  const char *word)
{
	for (int i = 0; i < nr; i++)
		if (!strcmp(names[i], word))
			return i;
	return -EINVAL;
}

/* Return: the format of that name, or -EINVAL. */
static inline int dlab_cmd_format(const char *word)
{
	static const char *const names[DLAB_CMD_NR_FORMATS] = {
		[DLAB_CMD_TEXT] = "text",
		[DLAB_CMD_TSV] = "tsv",
		[DLAB_CMD_JSON] = "json",
	};

	return dlab_cmd_choose(names, DLAB_CMD_NR_FORMATS, word);
}

/* Return: whether the verb goes on; if not, *@status is its exit status. */
static inline bool dlab_cmd_options(struct dlab_options *o, int argc,
				    char **argv, int *status)
{
	int ret = dlab_options_read(o, argc, argv);

	*status = ret < 0 ? DLAB_EXIT_USAGE : DLAB_EXIT_OK;
	return !ret;
}

/*
 * Return: the exit status for what went wrong with runs that were named.  What is
 * refused or not there is the caller's; what cannot be read is the lab's.
 */
static inline int dlab_cmd_failed(int ret)
{
	return ret == -EPERM || ret == -ENOENT ? DLAB_EXIT_USAGE :
						 DLAB_EXIT_LAB;
}

int dlab_cmd_calibrate(int argc, char **argv);
int dlab_cmd_compare(int argc, char **argv);
int dlab_cmd_coverage(int argc, char **argv);
int dlab_cmd_explain(int argc, char **argv);
int dlab_cmd_export(int argc, char **argv);
int dlab_cmd_history(int argc, char **argv);
int dlab_cmd_list(int argc, char **argv);
int dlab_cmd_measure(int argc, char **argv);
int dlab_cmd_report(int argc, char **argv);
int dlab_cmd_run(int argc, char **argv);
int dlab_cmd_show(int argc, char **argv);
int dlab_cmd_stat(int argc, char **argv);
int dlab_cmd_table(int argc, char **argv);

#endif
