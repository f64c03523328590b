// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do the tests that speak KTAP pass on this kernel?  Runs a program, or loads
 * a module of KUnit tests, counts the lines, and reads the kernel's log
 * afterwards: a splat fails the case whatever the tests say.
 */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "driver.h"
#include "io/dmadebug.h"
#include "pcibind.h"

#define MAX_MODULES	64

static const struct dlab_key keys[] = {
	{ "program", DLAB_KEY_WORD, "none", "program to run" },
	{ "module", DLAB_KEY_WORD, "none",
	  "module of KUnit tests to load, in /lib/modules" },
	{ "modules", DLAB_KEY_WORD, "none",
	  "list of such modules and of what they need, in /lib/modules; they are unloaded again" },
	{ 0 },
};

static struct dlab_pcibind binding;

/* the tests find the device to map for bound to the module */
static int setup(const struct dlab_machine *machine, struct dlab_err *err)
{
	return dlab_pcibind_take(&binding, machine->dma_device,
				 "dmalab", err);
}

static void teardown(void)
{
	dlab_pcibind_give(&binding);
}

struct tally {
	unsigned int ok, not_ok, skipped;
	char first[256];
};

static int read_all(const char *path, FILE *to)
{
	FILE *f = fopen(path, "re");
	char buf[4096];
	size_t n;

	if (!f)
		return -errno;
	while ((n = fread(buf, 1, sizeof(buf), f)))
		fwrite(buf, 1, n, to);
	fclose(f);
	return 0;
}

static int run_program(const char *program, const char *log,
		       struct dlab_err *err)
{
	int status, fd;
	pid_t pid = fork();

	if (!pid) {
		fd = open(log, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0644);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		execl(program, program, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return dlab_fail(err, errno, "cannot run %s: %s", program,
				 strerror(errno));
	if (WIFSIGNALED(status))
		return dlab_fail(err, EIO, "%s was killed by signal %d",
				 program, WTERMSIG(status));
	if (WEXITSTATUS(status) == 127)
		return dlab_fail(err, ENOENT, "there is no program %s",
				 program);
	return 0;
}

/* Returns 1 when it was loaded already. */
static int load_module(const char *name, struct dlab_err *err)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "/lib/modules/%s.ko", name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return dlab_fail(err, errno, "cannot read %s: %s", path,
				 strerror(errno));
	if (syscall(SYS_finit_module, fd, "", 0)) {
		if (errno == EEXIST)
			ret = 1;
		else
			ret = dlab_fail(err, errno, "cannot load %s: %s", path,
					strerror(errno));
	}
	close(fd);
	return ret;
}

static int unload_module(const char *name, struct dlab_err *err)
{
	char module[64];

	snprintf(module, sizeof(module), "%s", name);
	for (char *p = module; *p; p++)
		if (*p == '-')
			*p = '_';
	if (syscall(SYS_delete_module, module, O_NONBLOCK))
		return dlab_fail(err, errno, "cannot unload %s: %s", module,
				 strerror(errno));
	return 0;
}

/* Copies the results of all suites that are loaded; how many, or -errno. */
static int copy_results(const char *log, struct dlab_err *err)
{
	FILE *f = fopen(log, "ae");
	int n = 0;
	glob_t g;

	if (!glob("/sys/kernel/debug/kunit/*/results", 0, NULL, &g)) {
		for (; f && n < (int)g.gl_pathc; n++)
			read_all(g.gl_pathv[n], f);
		globfree(&g);
	}
	if (!f || fclose(f))
		return dlab_fail(err, EIO, "cannot write %s", log);
	return n;
}

static int run_kunit(const char *module, const char *log, struct dlab_err *err)
{
	int ret = load_module("kunit", err);

	if (ret >= 0)
		ret = load_module(module, err);
	if (ret >= 0)
		ret = copy_results(log, err);
	if (!ret)
		return dlab_fail(err, ENOENT, "%s.ko ran no KUnit suite",
				 module);
	return ret < 0 ? ret : 0;
}

/**
 * struct loaded - modules that were loaded here
 * @name: their names, in the order in which they were loaded
 * @nr: how many
 */
struct loaded {
	char name[MAX_MODULES][64];
	size_t nr;
};

static int load_listed(FILE *list, struct loaded *l, struct dlab_err *err)
{
	int ret = load_module("kunit", err);
	char *name;

	while (ret >= 0 && l->nr < MAX_MODULES &&
	       fgets(l->name[l->nr], sizeof(l->name[0]), list)) {
		name = l->name[l->nr];
		name[strcspn(name, "\n")] = '\0';
		/* each takes its time: a sign of life for who waits */
		fprintf(stderr, "ktap: %s\n", name);
		ret = load_module(name, err);
		/* what others loaded is theirs to unload */
		if (!ret)
			l->nr++;
	}
	if (ret >= 0 && l->nr == MAX_MODULES)
		return dlab_fail(err, E2BIG, "more than %d modules",
				 MAX_MODULES - 1);
	return ret < 0 ? ret : 0;
}

/*
 * What the kernel brings along.  The suites are in debugfs as long as their
 * modules are loaded, so they go again, for the next case not to count them.
 */
static int run_listed(const char *name, const char *log, struct dlab_err *err)
{
	struct loaded l = { .nr = 0 };
	struct dlab_err why;
	char path[PATH_MAX];
	FILE *list;
	int ret, undone;

	snprintf(path, sizeof(path), "/lib/modules/%s", name);
	list = fopen(path, "re");
	if (!list)
		return dlab_fail(err, errno, "cannot read %s: %s", path,
				 strerror(errno));
	ret = load_listed(list, &l, err);
	fclose(list);
	if (!ret && !l.nr)
		ret = dlab_fail(err, ENODATA,
				"this kernel brings no KUnit tests along");
	if (!ret)
		ret = copy_results(log, err);
	while (l.nr) {
		undone = unload_module(l.name[--l.nr], &why);
		if (undone && ret >= 0)
			ret = dlab_fail(err, -undone, "%s", why.text);
	}
	return ret < 0 ? ret : 0;
}

static void count_line(struct tally *t, const char *p)
{
	if (!strncmp(p, "ok ", 3)) {
		if (strcasestr(p, "# SKIP"))
			t->skipped++;
		else
			t->ok++;
	} else if (!strncmp(p, "not ok ", 7)) {
		t->not_ok++;
		if (!t->first[0])
			snprintf(t->first, sizeof(t->first), "%s", p);
	}
}

static int count(const char *log, struct tally *t, struct dlab_err *err)
{
	FILE *f = fopen(log, "re");
	size_t depth, before = 0;
	char line[1024];

	if (!f)
		return dlab_fail(err, errno, "cannot read %s: %s", log,
				 strerror(errno));
	while (fgets(line, sizeof(line), f)) {
		line[strcspn(line, "\n")] = '\0';
		depth = strspn(line, " ");
		if (strncmp(line + depth, "ok ", 3) &&
		    strncmp(line + depth, "not ok ", 7))
			continue;
		/* KTAP nests: a result after deeper ones sums them up */
		if (depth >= before)
			count_line(t, line + depth);
		before = depth;
	}
	fclose(f);
	return 0;
}

/* does the kernel's log, since the last look, hold something it should not? */
static bool splat(FILE *to, char *what, size_t size)
{
	static const char *const bad[] = {
		"BUG:", "WARNING:", "KASAN:", "Oops", "INFO: possible",
		"INFO: task", "DMA-API: debugging out of memory", "UBSAN:", "general protection",
		"refcount_t:", "ODEBUG:",
	};
	int size_all = klogctl(10, NULL, 0), n;
	char *log = malloc(size_all > 0 ? size_all : 1), *save = NULL;
	bool found = false;

	/* 4: read all and clear */
	n = klogctl(4, log, size_all > 0 ? size_all - 1 : 0);
	log[n > 0 ? n : 0] = '\0';
	for (char *l = strtok_r(log, "\n", &save); l;
	     l = strtok_r(NULL, "\n", &save)) {
		fprintf(to, "# %s\n", l);
		for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
			if (!found && strstr(l, bad[i])) {
				found = true;
				snprintf(what, size, "%s", l);
			}
	}
	free(log);
	return found;
}

/*
 * The kernel prints the first mistake alone, but counts them all: also those of
 * whatever ran in this boot before, which nobody else asks after.
 */
static int judge_dma(const struct dlab_dma_debug *before, struct dlab_err *err)
{
	static uint64_t told;
	struct dlab_dma_debug last = *before;
	struct dlab_dma_debug now = dlab_dma_debug_read("/sys/kernel/debug");
	int ret;

	last.errors = told;
	ret = dlab_dma_debug_judge(&last, &now, err);
	told = now.errors;
	return ret;
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	struct dlab_dma_debug before = dlab_dma_debug_read("/sys/kernel/debug");
	const char *program = dlab_case_word(c, "program");
	const char *module = dlab_case_word(c, "module");
	const char *modules = dlab_case_word(c, "modules");
	struct dlab_err mistakes;
	struct tally t = { 0 };
	char log[PATH_MAX], what[512];
	bool bad;
	FILE *f;
	int ret, dma;

	ret = dlab_out_file(out, "ktap", ".txt", log, err);
	if (!ret && strcmp(program, "none"))
		ret = run_program(program, log, err);
	if (!ret && strcmp(module, "none"))
		ret = run_kunit(module, log, err);
	if (!ret && strcmp(modules, "none"))
		ret = run_listed(modules, log, err);
	if (ret == -ENODATA)
		return DLAB_SKIP;
	if (!ret)
		ret = count(log, &t, err);
	dma = judge_dma(&before, &mistakes);
	f = fopen(log, "ae");
	if (!f)
		return DLAB_FAIL;
	bad = splat(f, what, sizeof(what));
	fclose(f);
	if (ret)
		return DLAB_FAIL;
	dlab_out_sample(out, "checks_ok", t.ok);
	dlab_out_sample(out, "checks_skipped", t.skipped);
	if (t.not_ok)
		dlab_fail(err, EIO, "%u of %u checks failed, the first: %s",
			  t.not_ok, t.ok + t.not_ok, t.first);
	else if (!t.ok)
		dlab_fail(err, EIO, "no check passed");
	else if (bad)
		dlab_fail(err, EIO, "the kernel complained: %s", what);
	else if (dma)
		*err = mistakes;
	else
		return DLAB_OK;
	return DLAB_FAIL;
}

const struct dlab_driver dlab_driver_ktap = {
	.name = "ktap",
	.about = "tests that speak KTAP, and the kernel's log after them",
	.keys = keys,
	.setup = setup,
	.run = run,
	.teardown = teardown,
};
