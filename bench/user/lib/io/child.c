// SPDX-License-Identifier: GPL-2.0-only
/* fork, exec, and a deadline. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/child.h"

static int open_log(const char *path, struct dlab_err *err)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	if (fd < 0)
		return dlab_fail(err, errno, "create %s: %s", path,
				 strerror(errno));
	return fd;
}

/* In the child: become the program, or say through @report why not. */
static void become(const char *const argv[], int out, int log, int report,
		   pid_t parent)
{
	ssize_t ignored;

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == parent && dup2(out, STDOUT_FILENO) >= 0 &&
	    dup2(log, STDERR_FILENO) >= 0)
		execvp(argv[0], (char *const *)argv);
	ignored = write(report, &errno, sizeof(errno));
	(void)ignored;
	_exit(127);
}

static int start(const char *const argv[], int out, int log, pid_t *pid,
		 struct dlab_err *err)
{
	pid_t parent = getpid();
	int report[2], why;

	/* closed by a successful exec, so that reading it tells the two apart */
	if (pipe2(report, O_CLOEXEC))
		return dlab_fail(err, errno, "pipe: %s", strerror(errno));
	*pid = fork();
	if (!*pid)
		become(argv, out, log, report[1], parent);
	close(report[1]);
	if (*pid < 0) {
		close(report[0]);
		return dlab_fail(err, errno, "fork: %s", strerror(errno));
	}
	if (read(report[0], &why, sizeof(why)) != sizeof(why))
		why = 0;
	close(report[0]);
	if (!why)
		return 0;
	waitpid(*pid, NULL, 0);
	if (why == ENOENT)
		return dlab_fail(err, ENOENT, "%s is not installed", argv[0]);
	return dlab_fail(err, why, "run %s: %s", argv[0], strerror(why));
}

static int finish(const char *name, pid_t pid, unsigned int timeout_s,
		  int *code, struct dlab_err *err)
{
	struct pollfd p = { .fd = pidfd_open(pid, 0), .events = POLLIN };
	int status, ready;

	do {
		ready = poll(&p, 1, (int)timeout_s * 1000);
	} while (ready < 0 && errno == EINTR);
	if (p.fd >= 0)
		close(p.fd);
	if (ready <= 0)
		kill(-pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (ready <= 0)
		return dlab_fail(err, ETIMEDOUT,
				 "%s did not end within %u s and was killed",
				 name, timeout_s);
	if (WIFSIGNALED(status))
		return dlab_fail(err, ECHILD, "%s was ended by signal %d (%s)",
				 name, WTERMSIG(status),
				 strsignal(WTERMSIG(status)));
	*code = WEXITSTATUS(status);
	return 0;
}

int dlab_child_run(const char *const argv[], const char *stdout_path,
		   const char *stderr_path, unsigned int timeout_s, int *code,
		   struct dlab_err *err)
{
	int out, log, ret;
	pid_t pid = -1;

	out = open_log(stdout_path, err);
	if (out < 0)
		return out;
	log = open_log(stderr_path, err);
	if (log < 0) {
		close(out);
		return log;
	}
	ret = start(argv, out, log, &pid, err);
	close(out);
	close(log);
	if (ret)
		return ret;
	return finish(argv[0], pid, timeout_s, code, err);
}
