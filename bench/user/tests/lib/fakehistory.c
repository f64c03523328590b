// SPDX-License-Identifier: GPL-2.0-only
/* Makes histories without building or booting anything. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "fakehistory.h"

struct fake_history {
	char *dir;
	char *ini;
	size_t ini_len;
	FILE *ini_f;
	char *commits;
	size_t commits_len;
	FILE *commits_f;
	size_t nr;
};

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fakehistory: %s: %s\n", what, strerror(errno));
	abort();
}

struct fake_history *fake_history_new(const char *dir)
{
	struct fake_history *h = calloc(1, sizeof(*h));

	need(h && (h->dir = strdup(dir)), "calloc");
	need(!mkdir(dir, 0777) || errno == EEXIST, dir);
	h->ini_f = open_memstream(&h->ini, &h->ini_len);
	h->commits_f = open_memstream(&h->commits, &h->commits_len);
	need(h->ini_f && h->commits_f, "open_memstream");
	fputs("[history]\n", h->ini_f);
	fake_history_set(h, "title", "a title");
	fake_history_set(h, "base", "6.12");
	fputs("commit\ttree\tauthor\tdate\tsubject\toutcome\treason\trun\tbuild_s\tmeasure_s\n",
	      h->commits_f);
	return h;
}

void fake_history_set(struct fake_history *h, const char *key,
		      const char *value)
{
	fprintf(h->ini_f, "%s = %s\n", key, value);
}

struct fake_run *fake_commit_run(struct fake_history *h)
{
	char runs[4096], name[64], commit[64];
	struct fake_run *r;

	snprintf(runs, sizeof(runs), "%s/runs", h->dir);
	snprintf(name, sizeof(name), "20261120-1015%02zu-commits-%04zx",
		 h->nr % 60, h->nr);
	snprintf(commit, sizeof(commit), "%040zx", h->nr);
	r = fake_run_new(runs, name);
	fake_run_fingerprint(r, "kernel_commit", commit);
	return r;
}

void fake_commit(struct fake_history *h, const char *outcome,
		 const char *reason, struct fake_run *run)
{
	char *dir = run ? fake_run_write(run) : NULL;

	fprintf(h->commits_f,
		"%040zx\t%040zx\tA. Author\t2026-11-20T10:%02zu:00+00:00\tcommit %zu\t%s\t%s\t%s\t%s\t%s\n",
		h->nr, h->nr + 4096, h->nr % 60, h->nr, outcome, reason,
		dir ? strrchr(dir, '/') + 1 : "-", dir ? "31.5" : "-",
		dir ? "9.25" : "-");
	h->nr++;
	free(dir);
}

static void write_file(const char *dir, const char *name, FILE *f,
		       const char *const *text, const size_t *len)
{
	char path[4096];
	FILE *out;

	need(!fclose(f), name);
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	out = fopen(path, "w");
	need(out, path);
	need(fwrite(*text, 1, *len, out) == *len, path);
	need(!fclose(out), path);
}

char *fake_history_write(struct fake_history *h)
{
	char *dir = h->dir;

	write_file(dir, "history.ini", h->ini_f, (const char *const *)&h->ini,
		   &h->ini_len);
	write_file(dir, "commits.tsv", h->commits_f,
		   (const char *const *)&h->commits, &h->commits_len);
	free(h->ini);
	free(h->commits);
	free(h);
	return dir;
}
