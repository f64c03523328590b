// SPDX-License-Identifier: GPL-2.0-only
/*
 * Did the machine survive its cases?  A guest that panics, hangs or vanishes
 * ends as that outcome of the case it was at, its console is kept, and the
 * rest of the cases run in a fresh start.  What the host did to it is no case's
 * outcome.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bootrun.h"
#include "file.h"
#include "hostfault.h"
#include "vm.h"

/* a machine that breaks so often is broken, whatever the case */
#define MAX_BROKEN	4
#define MAX_ATTEMPTS	(2 * MAX_BROKEN)
/* a host that gives nobody the time for a sign of life for so long is out of order */
#define STARVED_S	3600.0

static int remove_entry(const char *path, const struct stat *st, int flag,
			struct FTW *ftw)
{
	(void)st;
	(void)flag;
	(void)ftw;
	return remove(path);
}

void dlab_remove_tree(const char *path)
{
	nftw(path, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

static int start_native(struct dlab_bootrun *b, const struct dlab_bootenv *env,
			struct dlab_err *err)
{
	char cases[PATH_MAX], console[PATH_MAX];
	pid_t parent = getpid();
	int ret, fd;

	snprintf(cases, sizeof(cases), "%s/cases.tsv", b->dir);
	ret = dlab_cases_write(&b->left, cases, err);
	if (ret)
		return ret;
	snprintf(console, sizeof(console), "%s/console.log", b->dir);
	b->pid = fork();
	if (b->pid < 0)
		return dlab_fail(err, errno, "cannot start dlab measure: %s",
				 strerror(errno));
	if (b->pid)
		return 0;
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(126);
	fd = open(console, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	dup2(fd, STDOUT_FILENO);
	dup2(fd, STDERR_FILENO);
	execl(env->dlab, "dlab", "measure", "--cases", cases, "--out", b->dir,
	      env->machine ? "--machine" : NULL, env->machine, NULL);
	dprintf(STDERR_FILENO, "cannot run %s: %s\n", env->dlab,
		strerror(errno));
	_exit(127);
}

static int start_attempt(struct dlab_bootrun *b, const struct dlab_bootenv *env,
			 struct dlab_err *err)
{
	struct dlab_vm vm = {
		.qemu = env->qemu,
		.kit = env->kit,
		.topology = b->topology,
		.kind = b->boot->kind,
		.kvm = env->kvm && !dlab_kind_counts(b->boot->kind),
		.cases = &b->left,
		.dir = b->dir,
	};
	int ret;

	b->console_read = 0;
	b->line_len = 0;
	b->current[0] = '\0';
	b->panic[0] = '\0';
	b->shipped = false;
	b->attempts++;
	ret = env->kit ? dlab_vm_start(&vm, &b->pid, err) :
			 start_native(b, env, err);
	dlab_patience_renew(&b->patience, b->pid);
	return ret;
}

/* ---- what cases take */

static void end_case(struct dlab_bootrun *b)
{
	if (b->at)
		b->took_s[b->at - 1] += dlab_monotonic_s() - b->at_s;
	b->at = 0;
}

/* The kernel writes to the console, too: what names no case of this boot is none. */
static void begin_case(struct dlab_bootrun *b, size_t number, const char *id)
{
	size_t at = 0;

	while (at < b->boot->cases.nr && strcmp(b->boot->cases.v[at].id, id))
		at++;
	if (at == b->boot->cases.nr || !number || number > b->left.nr)
		return;
	end_case(b);
	b->at = at + 1;
	b->at_s = dlab_monotonic_s();
	if (!b->case_s)
		b->case_s = b->at_s;
	b->done_cases = b->nr_broken + number - 1;
	snprintf(b->current, sizeof(b->current), "%s", id);
}

/* For the next run, which says how long it takes. */
static int write_times(const struct dlab_bootrun *b, struct dlab_err *err)
{
	char path[PATH_MAX];
	struct dlab_file file;
	int ret;

	snprintf(path, sizeof(path), "%s/times.tsv", b->dir);
	ret = dlab_file_create(&file, path, err);
	if (ret)
		return ret;
	fputs("case\twall_s\n", file.f);
	for (size_t i = 0; i < b->boot->cases.nr; i++)
		if (b->took_s[i] > 0)
			fprintf(file.f, "%s\t%.2f\n", b->boot->cases.v[i].id,
				b->took_s[i]);
	return dlab_file_commit(&file, err);
}

/* ---- the console */

static void on_line(struct dlab_bootrun *b, const char *line)
{
	const char *panic = strstr(line, "Kernel panic");
	size_t i, n;
	int at = 0;

	if (*line)
		snprintf(b->said, sizeof(b->said), "%s", line);
	if (panic && !b->panic[0])
		snprintf(b->panic, sizeof(b->panic), "%s", panic);
	if (!strcmp(line, "dlab: end, status 0"))
		b->shipped = true;
	if (sscanf(line, "dlab: case %zu/%zu %n", &i, &n, &at) == 2 && at)
		begin_case(b, i, line + at);
}

static void read_console(struct dlab_bootrun *b)
{
	char path[PATH_MAX], buf[4096];
	FILE *f;
	size_t n;

	snprintf(path, sizeof(path), "%s/console.log", b->dir);
	f = fopen(path, "re");
	if (!f)
		return;
	fseek(f, b->console_read, SEEK_SET);
	while ((n = fread(buf, 1, sizeof(buf), f))) {
		b->console_read += n;
		dlab_patience_renew(&b->patience, b->pid);
		for (size_t i = 0; i < n; i++) {
			if (buf[i] == '\n' || buf[i] == '\r') {
				b->line[b->line_len] = '\0';
				on_line(b, b->line);
				b->line_len = 0;
			} else if (b->line_len + 1 < sizeof(b->line)) {
				b->line[b->line_len++] = buf[i];
			}
		}
	}
	fclose(f);
}

/* ---- the end of an attempt */

static void drop_case(struct dlab_cases *cases, const char *id)
{
	for (size_t i = 0; i < cases->nr; i++) {
		struct dlab_cases one = { 0 };

		if (strcmp(cases->v[i].id, id))
			continue;
		one.v = malloc(sizeof(*one.v));
		*one.v = cases->v[i];
		one.nr = 1;
		dlab_cases_free(&one);
		cases->nr--;
		memmove(&cases->v[i], &cases->v[i + 1],
			(cases->nr - i) * sizeof(*cases->v));
		return;
	}
}

static void add_broken(struct dlab_bootrun *b, const char *id,
		       enum dlab_status status, const char *reason)
{
	b->broken = reallocarray(b->broken, b->nr_broken + 1,
				 sizeof(*b->broken));
	b->broken[b->nr_broken].id = strdup(id);
	b->broken[b->nr_broken].status = status;
	b->broken[b->nr_broken++].reason = strdup(reason);
	b->status = status;
	snprintf(b->reason, sizeof(b->reason), "%s", reason);
}

/* the console of a broken attempt stays, everything else is redone */
static void clear_attempt(struct dlab_bootrun *b)
{
	static const char *const redone[] = {
		"samples.tsv", "hist.tsv", "functions.tsv", "outcomes.tsv",
		"boot.json",
	};
	char from[PATH_MAX], to[PATH_MAX];

	for (size_t i = 0; i < sizeof(redone) / sizeof(*redone); i++) {
		snprintf(from, sizeof(from), "%s/%s", b->dir, redone[i]);
		unlink(from);
	}
	dlab_vm_clean(b->dir);
	snprintf(from, sizeof(from), "%s/console.log", b->dir);
	snprintf(to, sizeof(to), "%s/console-broken-%u.log", b->dir,
		 b->attempts);
	rename(from, to);
}

static int write_outcomes(struct dlab_bootrun *b, struct dlab_err *err)
{
	char path[PATH_MAX];
	FILE *f;

	snprintf(path, sizeof(path), "%s/outcomes.tsv", b->dir);
	f = fopen(path, "ae");
	if (!f)
		return dlab_fail(err, errno, "cannot write %s: %s", path,
				 strerror(errno));
	if (!ftell(f))
		fputs("case\tstatus\treason\n", f);
	for (size_t i = 0; i < b->nr_broken; i++)
		fprintf(f, "%s\t%s\t%s\n", b->broken[i].id,
			dlab_status_name(b->broken[i].status),
			b->broken[i].reason);
	if (fclose(f))
		return dlab_fail(err, errno, "cannot write %s: %s", path,
				 strerror(errno));
	return 0;
}

static int sync_entry(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	int ret;

	(void)st;
	(void)flag;
	(void)ftw;
	if (fd < 0)
		return -1;
	ret = fsync(fd);
	close(fd);
	return ret;
}

static int finish(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		  struct dlab_err *err)
{
	char to[PATH_MAX];
	int ret = 0;

	b->ended_s = dlab_monotonic_s();
	b->done_cases = b->boot->cases.nr;
	end_case(b);
	dlab_vm_clean(b->dir);
	ret = write_times(b, err);
	if (!ret && b->nr_broken)
		ret = write_outcomes(b, err);
	if (ret)
		return ret;
	snprintf(to, sizeof(to), "%s/%s", env->run_dir, b->boot->name);
	if (nftw(b->dir, sync_entry, 16, FTW_DEPTH | FTW_PHYS) ||
	    rename(b->dir, to) ||
	    sync_entry(env->run_dir, NULL, 0, NULL))
		return dlab_fail(err, errno, "cannot put %s in place: %s", to,
				 strerror(errno));
	return 1;
}

/* all cases that are left end alike */
static int end_all(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		   enum dlab_status status, const char *why,
		   struct dlab_err *err)
{
	while (b->left.nr) {
		add_broken(b, b->left.v[0].id, status, why);
		drop_case(&b->left, b->left.v[0].id);
	}
	return finish(b, env, err);
}

/*
 * Where all boots are alike, what a guest does once and not again it did not do
 * by itself.
 */
static bool gets_second_try(struct dlab_bootrun *b,
			    const struct dlab_bootenv *env)
{
	if (!env->kit || !dlab_kind_counts(b->boot->kind) ||
	    b->attempts >= MAX_ATTEMPTS)
		return false;
	if (b->again && !strcmp(b->again_at, b->current))
		return false;
	b->again = true;
	snprintf(b->again_at, sizeof(b->again_at), "%s", b->current);
	return true;
}

/* the machine broke by itself: does it get another chance? */
static int broke(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		 enum dlab_status status, const char *reason,
		 struct dlab_err *err)
{
	char why[600];
	int ret;

	if (gets_second_try(b, env)) {
		fprintf(stderr, "  %s: %s, %s; once more\n", b->boot->name,
			b->current[0] ? b->current : "before the first case",
			reason);
		clear_attempt(b);
		return start_attempt(b, env, err);
	}
	b->again = false;
	if (b->current[0]) {
		add_broken(b, b->current, status, reason);
		drop_case(&b->left, b->current);
		clear_attempt(b);
		if (b->left.nr && b->nr_broken < MAX_BROKEN) {
			ret = start_attempt(b, env, err);
			return ret;
		}
	}
	snprintf(why, sizeof(why), "%s: %s",
		 b->nr_broken ? "given up" : "before the first case", reason);
	return end_all(b, env, status, why, err);
}

int dlab_bootrun_start(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		       struct dlab_err *err)
{
	char why[256];
	int ret;

	snprintf(b->dir, sizeof(b->dir), "%s/.%s", env->run_dir, b->boot->name);
	dlab_remove_tree(b->dir);
	if (mkdir(b->dir, 0755))
		return dlab_fail(err, errno, "cannot make %s: %s", b->dir,
				 strerror(errno));
	b->took_s = calloc(b->boot->cases.nr + 1, sizeof(*b->took_s));
	if (!b->took_s)
		return dlab_fail(err, ENOMEM, "out of memory");
	b->left.v = calloc(b->boot->cases.nr, sizeof(*b->left.v));
	for (size_t i = 0; i < b->boot->cases.nr; i++)
		dlab_case_copy(&b->boot->cases.v[i], &b->left.v[b->left.nr++]);
	b->started_s = dlab_monotonic_s();
	if (env->kit && dlab_vm_lacks(env->qemu, b->topology, why, sizeof(why)))
		return end_all(b, env, DLAB_SKIP, why, err);
	ret = start_attempt(b, env, err);
	if (ret)
		dlab_bootrun_abort(b);
	return ret;
}

/* silent: since it hangs, since it is kept from running, or not for long */
static int look_after(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		      struct dlab_err *err)
{
	char reason[128];
	int ret;

	if (dlab_monotonic_s() - b->patience.looked_s < 0.5)
		return 0;
	dlab_patience_look(&b->patience);
	if (b->patience.wall_s > STARVED_S + env->patience_s)
		return dlab_fail(err, ETIMEDOUT,
				 "%s: silent for %.0f s, of which it had the CPU for %.0f s: this machine is stopped or overloaded",
				 b->boot->name, b->patience.wall_s,
				 b->patience.spent_s);
	if (b->patience.spent_s < env->patience_s)
		return 0;
	/* where nothing can be written, nobody is heard */
	ret = dlab_file_room(b->dir, DLAB_ROOM_BYTES, err);
	if (ret)
		return ret;
	kill(-b->pid, SIGKILL);
	waitpid(b->pid, NULL, 0);
	b->pid = 0;
	snprintf(reason, sizeof(reason), "no sign of life for %u s",
		 env->patience_s);
	return broke(b, env, DLAB_TIMEOUT, reason, err);
}

/* it ended without its results */
static int ended_badly(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		       int wstatus, const char *lacks, struct dlab_err *err)
{
	const struct dlab_ended e = {
		.what = env->kit ? "QEMU" : "dlab measure",
		.dir = b->dir,
		.guest = env->kit,
		.wstatus = wstatus,
		.panicked = b->panic[0],
		.shipped = b->shipped,
	};
	struct dlab_err why = { "" };
	char reason[512];
	int ret = dlab_hostfault(&e, &why);

	if (ret)
		return dlab_fail(err, -ret, "%s: %s", b->boot->name, why.text);
	/* what dlab measure refuses is no case's fault */
	if (!env->kit && WIFEXITED(wstatus) && WEXITSTATUS(wstatus) == 2)
		return dlab_fail(err, EINVAL, "%s: %s", b->boot->name, b->said);
	if (b->panic[0])
		snprintf(reason, sizeof(reason), "%s", b->panic);
	else if (WIFSIGNALED(wstatus))
		snprintf(reason, sizeof(reason), "%s was killed by signal %d",
			 e.what, WTERMSIG(wstatus));
	else if (WEXITSTATUS(wstatus))
		snprintf(reason, sizeof(reason),
			 "%s ended with status %d; see console.log", e.what,
			 WEXITSTATUS(wstatus));
	else
		snprintf(reason, sizeof(reason), "%s", lacks);
	return broke(b, env, DLAB_CRASH, reason, err);
}

int dlab_bootrun_poll(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		      struct dlab_err *err)
{
	struct dlab_err why = { "" };
	int wstatus, ret;

	ret = waitpid(b->pid, &wstatus, WNOHANG);
	read_console(b);
	if (!ret)
		return look_after(b, env, err);
	b->pid = 0;
	if (!env->kit)
		ret = WIFEXITED(wstatus) && !WEXITSTATUS(wstatus) ? 0 : -EIO;
	else
		ret = dlab_vm_collect(b->dir, &why);
	if (!ret)
		return finish(b, env, err);
	if (ret == -ENOSPC)
		return dlab_fail(err, ENOSPC, "%s", why.text);
	return ended_badly(b, env, wstatus, why.text, err);
}

void dlab_bootrun_abort(struct dlab_bootrun *b)
{
	if (b->pid > 0) {
		kill(-b->pid, SIGKILL);
		waitpid(b->pid, NULL, 0);
		b->pid = 0;
	}
	if (b->dir[0])
		dlab_remove_tree(b->dir);
}

void dlab_bootrun_free(struct dlab_bootrun *b)
{
	dlab_cases_free(&b->left);
	for (size_t i = 0; i < b->nr_broken; i++) {
		free(b->broken[i].id);
		free(b->broken[i].reason);
	}
	free(b->broken);
	free(b->took_s);
}
