// SPDX-License-Identifier: GPL-2.0-only
/* Did the host end a machine?  Its signals, its disk, and what QEMU says. */
#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

#include "file.h"
#include "hostfault.h"

/* QEMU ends on a signal with status 0, and on some lacks by abort() */
static const char *const host_words[] = {
	"terminating on signal",
	"ailed to allocate",
	"annot allocate memory",
	"annot set up guest memory",
	"No space left on device",
};

/* Those by which a program that is wrong ends; a guest may bring that about. */
static bool is_its_own(int sig)
{
	return sig == SIGSEGV || sig == SIGABRT || sig == SIGILL ||
	       sig == SIGFPE || sig == SIGTRAP;
}

static bool tells_of_host(const char *line)
{
	for (size_t i = 0; i < sizeof(host_words) / sizeof(*host_words); i++)
		if (strstr(line, host_words[i]))
			return true;
	return false;
}

/* The line of qemu.log that tells of the host, else its last one. */
static bool read_log(const char *dir, char *out, size_t size)
{
	char path[PATH_MAX], line[512];
	bool found = false;
	FILE *f;

	out[0] = '\0';
	snprintf(path, sizeof(path), "%s/qemu.log", dir);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		found = tells_of_host(line);
		snprintf(out, size, "%s", line);
	}
	if (f)
		fclose(f);
	return found;
}

int dlab_hostfault(const struct dlab_ended *e, struct dlab_err *err)
{
	int sig = WIFSIGNALED(e->wstatus) ? WTERMSIG(e->wstatus) : 0;
	char said[400] = "";
	bool host;
	int ret;

	ret = dlab_file_room(e->dir, DLAB_ROOM_BYTES, err);
	if (ret || e->panicked)
		return ret;
	if (sig && !is_its_own(sig))
		return dlab_fail(err, EIO, "%s was killed by signal %d (%s)",
				 e->what, sig, strsignal(sig));
	if (!e->guest)
		return 0;
	host = read_log(e->dir, said, sizeof(said));
	if (host)
		return dlab_fail(err, EIO, "%s", said);
	if (WIFEXITED(e->wstatus) && WEXITSTATUS(e->wstatus))
		return dlab_fail(err, EIO, "%s ended with status %d: %s",
				 e->what, WEXITSTATUS(e->wstatus), said);
	if (e->shipped)
		return dlab_fail(err, EIO,
				 "the guest shipped its results, and they are not whole");
	return 0;
}
