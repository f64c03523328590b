/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs of the command `dlab`: one file and one line in main.c each. */
#ifndef DLAB_CMD_H
#define DLAB_CMD_H

/* Exit statuses, the same for every verb. */
enum {
	DLAB_EXIT_OK = 0,
	DLAB_EXIT_REGRESSION = 1,
	DLAB_EXIT_USAGE = 2,
	DLAB_EXIT_LAB = 3,
	DLAB_EXIT_INCONCLUSIVE = 4,
};

int dlab_cmd_calibrate(int argc, char **argv);
int dlab_cmd_compare(int argc, char **argv);
int dlab_cmd_explain(int argc, char **argv);
int dlab_cmd_export(int argc, char **argv);
int dlab_cmd_history(int argc, char **argv);
int dlab_cmd_list(int argc, char **argv);
int dlab_cmd_measure(int argc, char **argv);
int dlab_cmd_report(int argc, char **argv);
int dlab_cmd_run(int argc, char **argv);
int dlab_cmd_show(int argc, char **argv);
int dlab_cmd_stat(int argc, char **argv);

#endif
