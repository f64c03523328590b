/* SPDX-License-Identifier: GPL-2.0-only */
/* Runs another program to its end, or for as long as it may take. */
#ifndef DLAB_CHILD_H
#define DLAB_CHILD_H

#include "err.h"

/**
 * dlab_child_run - run a program and wait for it
 * @argv: program, found in $PATH, and its arguments, ended by NULL
 * @stdout_path: file that takes its standard output, created
 * @stderr_path: likewise
 * @timeout_s: after so long it is killed, with all that it has started
 * @code: out: its exit code, valid when 0 is returned
 * @err: the sentence on failure
 *
 * The program does not outlive the caller.
 *
 * Return: 0 when it has ended by itself, -ENOENT when it is not installed,
 * -ETIMEDOUT when it was killed, -ECHILD when a signal ended it, or -errno.
 */
int dlab_child_run(const char *const argv[], const char *stdout_path,
		   const char *stderr_path, unsigned int timeout_s, int *code,
		   struct dlab_err *err);

#endif
