// SPDX-License-Identifier: GPL-2.0-only
/* How does a verb end? */
#include <fcntl.h>
#include <getopt.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "cmdstatus.h"

int cmd_status(int (*cmd)(int argc, char **argv), const char *verb,
	       const char *results, ...)
{
	char *argv[32] = { (char *)verb, (char *)"--results", (char *)results };
	int argc = 3, out = dup(STDOUT_FILENO), err = dup(STDERR_FILENO);
	int null = open("/dev/null", O_WRONLY), ret;
	va_list ap;

	va_start(ap, results);
	for (const char *s; (s = va_arg(ap, const char *));)
		argv[argc++] = (char *)s;
	va_end(ap);
	fflush(stdout);
	dup2(null, STDOUT_FILENO);
	dup2(null, STDERR_FILENO);
	optind = 0;
	ret = cmd(argc, argv);
	fflush(stdout);
	dup2(out, STDOUT_FILENO);
	dup2(err, STDERR_FILENO);
	close(out);
	close(err);
	close(null);
	return ret;
}
