/* SPDX-License-Identifier: GPL-2.0-only */
/* A verb of the command, called as main() calls it. */
#ifndef CMDSTATUS_H
#define CMDSTATUS_H

/**
 * cmd_status - the exit status of a verb; nothing is shown
 * @cmd: the verb's function
 * @verb: its name
 * @results: for --results
 * @...: further arguments, ended by NULL; at most 28
 */
int cmd_status(int (*cmd)(int argc, char **argv), const char *verb,
	       const char *results, ...);

#endif
