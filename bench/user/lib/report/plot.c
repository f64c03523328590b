// SPDX-License-Identifier: GPL-2.0-only
/* Runs gnuplot for the figures of a report. */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "file.h"
#include "report/doc.h"
#include "report/plot.h"

#define MAX_ARGS 16

extern char **environ;

static const char data_name[] = "data.tsv";
static const char svg_name[] = "figure.svg";
static const char log_name[] = "gnuplot.log";

static void path_of(const struct report_plotter *p, const char *name,
		    char *path, size_t size)
{
	snprintf(path, size, "%s/%s", p->dir, name);
}

static void no_plots(struct report_plotter *p, const char *why,
		     const char *detail)
{
	snprintf(p->missing, sizeof(p->missing), "No figures: %s%s%s.", why,
		 *detail ? ": " : "", detail);
	doc_clean(p->missing);
}

void report_plotter_open(struct report_plotter *p, const char *scripts)
{
	const char *tmp = getenv("TMPDIR");
	char common[PATH_MAX];

	memset(p, 0, sizeof(*p));
	p->scripts = scripts;
	snprintf(common, sizeof(common), "%s/common.gp", scripts);
	if (access(common, R_OK)) {
		no_plots(p, common, strerror(errno));
		return;
	}
	/* a name that gnuplot takes as it is, wherever TMPDIR points */
	if (!tmp || strlen(tmp) > sizeof(p->dir) - 20)
		tmp = "/tmp";
	snprintf(p->dir, sizeof(p->dir), "%s/dlab-plot-XXXXXX", tmp);
	if (!mkdtemp(p->dir)) {
		no_plots(p, p->dir, strerror(errno));
		p->dir[0] = '\0';
	}
}

void report_plotter_close(struct report_plotter *p)
{
	static const char *const names[] = { data_name, svg_name, log_name };
	char path[PATH_MAX];
	size_t i;

	if (!p->dir[0])
		return;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		path_of(p, names[i], path, sizeof(path));
		unlink(path);
	}
	rmdir(p->dir);
	p->dir[0] = '\0';
}

FILE *report_plot_begin(struct report_plotter *p)
{
	char path[PATH_MAX];
	FILE *f;

	if (*p->missing)
		return NULL;
	path_of(p, data_name, path, sizeof(path));
	f = fopen(path, "we");
	if (!f)
		no_plots(p, path, strerror(errno));
	return f;
}

static int spawn(const struct report_plotter *p, char *const *argv, pid_t *pid)
{
	posix_spawn_file_actions_t fa;
	char log[PATH_MAX];
	int ret;

	path_of(p, log_name, log, sizeof(log));
	ret = posix_spawn_file_actions_init(&fa);
	if (ret)
		return ret;
	/* scripts load common.gp from where they are */
	ret = posix_spawn_file_actions_addchdir_np(&fa, p->scripts);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(&fa, 0, "/dev/null",
						       O_RDONLY, 0);
	if (!ret)
		ret = posix_spawn_file_actions_addopen(
			&fa, 1, log, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (!ret)
		ret = posix_spawn_file_actions_adddup2(&fa, 1, 2);
	if (!ret)
		ret = posix_spawnp(pid, argv[0], &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	return ret;
}

/* What gnuplot had to say, on one line. */
static void failed(struct report_plotter *p, const char *script)
{
	char path[PATH_MAX], line[200] = "";
	FILE *f;
	size_t n;

	path_of(p, log_name, path, sizeof(path));
	f = fopen(path, "re");
	if (f) {
		n = fread(line, 1, sizeof(line) - 1, f);
		line[n] = '\0';
		fclose(f);
	}
	for (n = 0; line[n]; n++)
		if (strchr("\n\t\r", line[n]))
			line[n] = ' ';
	snprintf(path, sizeof(path), "gnuplot failed on %s", script);
	no_plots(p, path, line + strspn(line, " "));
}

static int run_gnuplot(struct report_plotter *p, const char *script,
		       const char *const *args)
{
	char data[PATH_MAX], svg[PATH_MAX];
	/* -d: without the user's ~/.gnuplot */
	char *argv[MAX_ARGS] = { "gnuplot", "-d", "-c", (char *)script, data,
				 svg };
	size_t n = 6;
	int ret, status;
	pid_t pid;

	while (*args && n < MAX_ARGS - 1)
		argv[n++] = (char *)*args++;
	path_of(p, data_name, data, sizeof(data));
	path_of(p, svg_name, svg, sizeof(svg));
	ret = spawn(p, argv, &pid);
	if (ret) {
		no_plots(
			p,
			ret == ENOENT ?
				"gnuplot is not installed (apt install gnuplot-nox)" :
				"gnuplot cannot be started",
			ret == ENOENT ? "" : strerror(ret));
		return -ret;
	}
	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return -errno;
	if (!WIFEXITED(status) || WEXITSTATUS(status)) {
		failed(p, script);
		return -EIO;
	}
	return 0;
}

static bool close_data(struct report_plotter *p, FILE *data)
{
	if (!(ferror(data) | fclose(data)))
		return true;
	no_plots(p, "the data of a figure cannot be written", strerror(errno));
	return false;
}

/* The picture that gnuplot left there, as an element. */
static char *take_svg(struct report_plotter *p, const char *path,
		      const char *script)
{
	struct dlab_err err;
	char *file, *svg;
	size_t len;

	if (dlab_file_read(path, &file, &len, &err)) {
		no_plots(p, script, err.text);
		return NULL;
	}
	svg = report_svg_embed(file, ++p->nr, p->titles, p->nr_titles);
	free(file);
	if (!svg)
		no_plots(p, script, "gnuplot wrote no SVG");
	return svg;
}

char *report_plot_end(struct report_plotter *p, FILE *data, const char *script,
		      const char *const *args)
{
	char path[PATH_MAX];

	if (!close_data(p, data) || run_gnuplot(p, script, args))
		return NULL;
	path_of(p, svg_name, path, sizeof(path));
	return take_svg(p, path, script);
}

/* "DIR/data.tsv.7" */
static void numbered(const struct report_plotter *p, const char *name, size_t i,
		     char *path, size_t size)
{
	snprintf(path, size, "%s/%s.%zu", p->dir, name, i);
}

static bool write_many(struct report_plotter *p, report_plot_fn put, void *arg,
		       size_t nr)
{
	char path[PATH_MAX];
	size_t i;
	FILE *f;

	for (i = 0; i < nr; i++) {
		numbered(p, data_name, i, path, sizeof(path));
		f = fopen(path, "we");
		if (!f) {
			no_plots(p, path, strerror(errno));
			return false;
		}
		put(arg, i, f);
		if (!close_data(p, f))
			return false;
	}
	return true;
}

void report_plot_many(struct report_plotter *p, const char *script,
		      const char *const *args, report_plot_fn put, void *arg,
		      size_t nr, char **svgs)
{
	const char *argv[MAX_ARGS], *const *a = args;
	char path[PATH_MAX], count[24];
	size_t i, n = 0;
	bool drawn;

	memset(svgs, 0, nr * sizeof(*svgs));
	if (*p->missing || !nr)
		return;
	snprintf(count, sizeof(count), "%zu", nr);
	argv[n++] = count;
	while (*a && n < MAX_ARGS - 1)
		argv[n++] = *a++;
	argv[n] = NULL;
	drawn = write_many(p, put, arg, nr) && !run_gnuplot(p, script, argv);
	for (i = 0; i < nr; i++) {
		numbered(p, svg_name, i, path, sizeof(path));
		if (drawn)
			svgs[i] = take_svg(p, path, script);
		unlink(path);
		numbered(p, data_name, i, path, sizeof(path));
		unlink(path);
	}
}
