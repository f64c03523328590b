// SPDX-License-Identifier: GPL-2.0-only
/* Which runs are there?  An index in SQLite, derived and disposable. */
#include <dirent.h>
#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "index.h"
#include "run.h"

/* Raised whenever the table changes; another version is made anew. */
#define VERSION 1

/* Somebody else may be updating it. */
#define PATIENCE_MS 10000

static const char schema[] =
	"CREATE TABLE runs ("
	" run TEXT PRIMARY KEY, created TEXT NOT NULL, suite TEXT NOT NULL,"
	" lab TEXT NOT NULL, kernel TEXT NOT NULL, status TEXT NOT NULL,"
	" boots INTEGER NOT NULL, boots_ok INTEGER NOT NULL,"
	" tainted INTEGER NOT NULL) WITHOUT ROWID;"
	"CREATE INDEX runs_by_age ON runs (created, run);"
	"PRAGMA user_version = 1;";

struct dlab_index {
	sqlite3 *db;
	char *runs; /* results/runs */
	char *path; /* of the file, "" in memory */
};

static int db_error(const struct dlab_index *x, const char *what,
		    struct dlab_err *err)
{
	return dlab_fail(err, EIO, "%s %s: %s; the file can be deleted", what,
			 *x->path ? x->path : "the index",
			 sqlite3_errmsg(x->db));
}

static int no_memory(struct dlab_err *err)
{
	return dlab_fail(err, ENOMEM, "out of memory");
}

/* ---- the file */

static int run_sql(struct dlab_index *x, const char *sql)
{
	return sqlite3_exec(x->db, sql, NULL, NULL, NULL);
}

/* A new file has version 0; -1 where it cannot be read. */
static int version_of(struct dlab_index *x)
{
	sqlite3_stmt *st = NULL;
	int version = -1;

	if (sqlite3_prepare_v2(x->db, "PRAGMA user_version", -1, &st, NULL) ==
		    SQLITE_OK &&
	    sqlite3_step(st) == SQLITE_ROW)
		version = sqlite3_column_int(st, 0);
	sqlite3_finalize(st);
	return version;
}

static bool is_usable(struct dlab_index *x)
{
	int version = version_of(x);

	/* derived data: a power cut may cost it, nothing waits for the disk */
	if (sqlite3_db_readonly(x->db, "main") ||
	    run_sql(x, "PRAGMA synchronous = OFF") != SQLITE_OK)
		return false;
	return version == VERSION ||
	       (!version && run_sql(x, schema) == SQLITE_OK);
}

/* Return: whether @path can be read and written as an index. */
static bool try_open(struct dlab_index *x, const char *path)
{
	if (sqlite3_open(path, &x->db) == SQLITE_OK) {
		sqlite3_busy_timeout(x->db, PATIENCE_MS);
		if (is_usable(x))
			return true;
	}
	sqlite3_close(x->db);
	x->db = NULL;
	return false;
}

static int open_file(struct dlab_index *x, const char *results, bool rebuild,
		     struct dlab_err *err)
{
	if (asprintf(&x->path, "%s/index.sqlite", results) < 0) {
		x->path = NULL;
		return no_memory(err);
	}
	if (rebuild)
		unlink(x->path);
	if (try_open(x, x->path))
		return 0;
	/* damaged, another version, or not ours to write */
	if (!access(x->path, W_OK) && !unlink(x->path) && try_open(x, x->path))
		return 0;
	*x->path = '\0';
	return try_open(x, ":memory:") ?
		       0 :
		       dlab_fail(err, EIO, "sqlite3 cannot make an index");
}

/* ---- what came and what went */

static int insert(struct dlab_index *x, sqlite3_stmt *st, const char *name)
{
	struct dlab_run run;
	const char *kernel = NULL;
	int boots_ok = 0, tainted = 0;
	char *dir;
	int ret;

	if (asprintf(&dir, "%s/%s", x->runs, name) < 0)
		return -ENOMEM;
	ret = dlab_run_load(dir, &run, NULL);
	free(dir);
	if (ret == -ENOMEM)
		return ret;
	for (size_t i = 0; i < run.nr_boots; i++) {
		boots_ok += run.boots[i].status == DLAB_OK;
		tainted |= run.boots[i].nr_taint > 0;
	}
	if (!ret)
		kernel = dlab_kvs_find(&run.fingerprint, "kernel_release");
	sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(st, 2, ret ? "" : run.created, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(st, 3, ret ? "" : run.suite, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(st, 4, ret ? "" : run.lab, -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(st, 5, kernel ? kernel : "", -1, SQLITE_TRANSIENT);
	sqlite3_bind_text(st, 6,
			  ret	 ? "unreadable" :
			  run.ok ? "ok" :
				   "fail",
			  -1, SQLITE_STATIC);
	sqlite3_bind_int64(st, 7, (sqlite3_int64)run.nr_boots);
	sqlite3_bind_int(st, 8, boots_ok);
	sqlite3_bind_int(st, 9, tainted);
	ret = sqlite3_step(st) == SQLITE_DONE ? 0 : -EIO;
	sqlite3_reset(st);
	dlab_run_free(&run);
	return ret;
}

/* The names of whole runs in the directory, sorted. */
struct names {
	char **v;
	size_t nr;
};

static int is_run(const struct dirent *e)
{
	return dlab_run_is_name(e->d_name) && e->d_type != DT_REG;
}

static int by_bytes(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static int remove_run(sqlite3_stmt *st, const char *name)
{
	int ret;

	sqlite3_bind_text(st, 1, name, -1, SQLITE_TRANSIENT);
	ret = sqlite3_step(st) == SQLITE_DONE ? 0 : -EIO;
	sqlite3_reset(st);
	return ret;
}

/* Names that the index has, in the order of by_bytes(); freed by the caller. */
static int known_names(struct dlab_index *x, struct names *out)
{
	sqlite3_stmt *st = NULL;
	int ret = 0;

	/* one that could not be read may have been repaired */
	if (sqlite3_prepare_v2(
		    x->db,
		    "SELECT run FROM runs WHERE status != 'unreadable' ORDER BY run",
		    -1, &st, NULL) != SQLITE_OK)
		return -EIO;
	while (!ret && sqlite3_step(st) == SQLITE_ROW) {
		char **v = reallocarray(out->v, out->nr + 1, sizeof(*v));

		if (v) {
			out->v = v;
			v[out->nr] = strdup(
				(const char *)sqlite3_column_text(st, 0));
		}
		if (!v || !v[out->nr])
			ret = -ENOMEM;
		else
			out->nr++;
	}
	sqlite3_finalize(st);
	return ret;
}

/* Walks both sorted lists at once. */
static int apply(struct dlab_index *x, struct dirent **there, size_t nr_there,
		 const struct names *known, sqlite3_stmt *add,
		 sqlite3_stmt *drop)
{
	size_t i = 0, j = 0;
	int ret = 0;

	while (!ret && (i < nr_there || j < known->nr)) {
		int d = i == nr_there  ? 1 :
			j == known->nr ? -1 :
					 strcmp(there[i]->d_name, known->v[j]);

		if (d < 0)
			ret = insert(x, add, there[i]->d_name);
		else if (d > 0)
			ret = remove_run(drop, known->v[j]);
		i += d <= 0;
		j += d >= 0;
	}
	return ret;
}

static int apply_all(struct dlab_index *x, struct dirent **there,
		     size_t nr_there)
{
	sqlite3_stmt *add = NULL, *drop = NULL;
	struct names known = { 0 };
	int ret = -EIO;

	if (sqlite3_prepare_v2(
		    x->db,
		    "INSERT OR REPLACE INTO runs VALUES (?,?,?,?,?,?,?,?,?)",
		    -1, &add, NULL) == SQLITE_OK &&
	    sqlite3_prepare_v2(x->db, "DELETE FROM runs WHERE run = ?", -1,
			       &drop, NULL) == SQLITE_OK)
		ret = known_names(x, &known);
	if (!ret)
		ret = apply(x, there, nr_there, &known, add, drop);
	sqlite3_finalize(add);
	sqlite3_finalize(drop);
	for (size_t i = 0; i < known.nr; i++)
		free(known.v[i]);
	free(known.v);
	return ret;
}

static int look_and_apply(struct dlab_index *x)
{
	struct dirent **there = NULL;
	int nr = scandir(x->runs, &there, is_run, by_bytes);
	int ret;

	if (nr < 0 && errno != ENOENT)
		return -errno;
	ret = apply_all(x, there, nr < 0 ? 0 : (size_t)nr);
	for (int i = 0; i < nr; i++)
		free(there[i]);
	free(there);
	return ret;
}

static int update(struct dlab_index *x, struct dlab_err *err)
{
	int ret = -EIO;

	/* locked before looking: an older look must not undo a newer one */
	if (run_sql(x, "BEGIN IMMEDIATE") == SQLITE_OK &&
	    /* what could not be read may have been repaired */
	    run_sql(x, "DELETE FROM runs WHERE status = 'unreadable'") ==
		    SQLITE_OK)
		ret = look_and_apply(x);
	if (!ret && run_sql(x, "COMMIT") != SQLITE_OK)
		ret = -EIO;
	if (ret == -EIO)
		return db_error(x, "update", err);
	if (ret)
		return dlab_fail(err, -ret, "list the runs in %s: %s", x->runs,
				 strerror(-ret));
	return 0;
}

static int open_and_update(const char *results, bool rebuild,
			   struct dlab_index **out, struct dlab_err *err)
{
	struct dlab_index *x = calloc(1, sizeof(*x));
	int ret;

	if (!x)
		return no_memory(err);
	if (asprintf(&x->runs, "%s/runs", results) < 0) {
		x->runs = NULL;
		ret = no_memory(err);
	} else {
		ret = open_file(x, results, rebuild, err);
	}
	if (!ret)
		ret = update(x, err);
	if (ret)
		dlab_index_close(x);
	else
		*out = x;
	return ret;
}

int dlab_index_open(const char *results, bool rebuild, struct dlab_index **out,
		    struct dlab_err *err)
{
	int ret = open_and_update(results, rebuild, out, err);

	/* damage may show only when it is used */
	if (ret == -EIO && !rebuild)
		ret = open_and_update(results, true, out, err);
	return ret;
}

int dlab_index_list(struct dlab_index *x, unsigned int limit,
		    int (*fn)(void *user, const struct dlab_index_row *row),
		    void *user, struct dlab_err *err)
{
	sqlite3_stmt *st = NULL;
	int ret = 0, step = SQLITE_DONE;

	if (sqlite3_prepare_v2(
		    x->db,
		    "SELECT * FROM runs ORDER BY created DESC, run DESC LIMIT ?",
		    -1, &st, NULL) != SQLITE_OK)
		return db_error(x, "read", err);
	sqlite3_bind_int64(st, 1, limit ? (sqlite3_int64)limit : -1);
	while (!ret && (step = sqlite3_step(st)) == SQLITE_ROW) {
		const struct dlab_index_row row = {
			.run = (const char *)sqlite3_column_text(st, 0),
			.created = (const char *)sqlite3_column_text(st, 1),
			.suite = (const char *)sqlite3_column_text(st, 2),
			.lab = (const char *)sqlite3_column_text(st, 3),
			.kernel = (const char *)sqlite3_column_text(st, 4),
			.status = (const char *)sqlite3_column_text(st, 5),
			.boots = sqlite3_column_int64(st, 6),
			.boots_ok = sqlite3_column_int64(st, 7),
			.tainted = sqlite3_column_int(st, 8),
		};

		ret = fn(user, &row);
	}
	if (!ret && step != SQLITE_DONE)
		ret = db_error(x, "read", err);
	sqlite3_finalize(st);
	return ret;
}

void dlab_index_close(struct dlab_index *x)
{
	sqlite3_close(x->db);
	free(x->runs);
	free(x->path);
	free(x);
}
