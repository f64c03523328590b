// SPDX-License-Identifier: GPL-2.0-only
/* Reads a history: history.ini, commits.tsv, and the runs that they name. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "file.h"
#include "history/history.h"
#include "history/tracks.h"
#include "inifile.h"
#include "match.h"
#include "nearest.h"
#include "numbers.h"
#include "tsv.h"

static const char *const outcome_names[] = {
	[DLAB_POINT_OK] = "ok",
	[DLAB_POINT_NO_BUILD] = "no-build",
	[DLAB_POINT_CRASH] = "crash",
	[DLAB_POINT_FAIL] = "fail",
	[DLAB_POINT_UNMEASURED] = "unmeasured",
};

const char *dlab_point_outcome_name(enum dlab_point_outcome o)
{
	return outcome_names[o];
}

/* ---- history.ini */

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct dlab_history *h = user;
	const struct {
		const char *key;
		char **out;
	} keys[] = {
		{ "title", &h->title }, { "base", &h->base },
		{ "range", &h->range }, { "suite", &h->suite },
		{ "cases", &h->cases }, { "topologies", &h->topologies },
		{ "boots", &h->boots }, { "kernel_src", &h->kernel_src },
	};

	if (strcmp(section, "history"))
		return dlab_fail(err, EINVAL,
				 "section [%s]: there is only [history]",
				 section);
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		if (strcmp(keys[i].key, key))
			continue;
		free(*keys[i].out);
		*keys[i].out = dlab_clean_copy(value);
		return *keys[i].out ? 0 :
				      dlab_fail(err, ENOMEM, "out of memory");
	}
	return dlab_fail(
		err, EINVAL,
		"no such key: \"%s\"; there are title, base, range, suite, cases, topologies, boots and kernel_src",
		key);
}

static int fill_up(struct dlab_history *h, struct dlab_err *err)
{
	char **const all[] = { &h->title, &h->base,  &h->range,
			       &h->suite, &h->cases, &h->topologies,
			       &h->boots, &h->kernel_src };

	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++) {
		if (!*all[i])
			*all[i] = strdup("");
		if (!*all[i])
			return dlab_fail(err, ENOMEM, "out of memory");
	}
	return 0;
}

int dlab_history_parse_ini(const char *name, const char *text,
			   struct dlab_history *h, struct dlab_err *err)
{
	int ret = dlab_ini_parse(text, name, on_key, h, err);

	return ret ? ret : fill_up(h, err);
}

/* ---- commits.tsv */

enum column {
	COMMIT,
	TREE,
	AUTHOR,
	DATE,
	SUBJECT,
	OUTCOME,
	REASON,
	RUN,
	BUILD_S,
	MEASURE_S,
	NR_COLUMNS,
};

static const char *const columns[] = {
	"commit",  "tree",   "author", "date",	  "subject",
	"outcome", "reason", "run",    "build_s", "measure_s",
};

static int bad(const struct dlab_tsv *t, struct dlab_err *err, enum column c,
	       const char *value, const char *must)
{
	return dlab_fail(err, EINVAL, "%s:%u: %s is \"%.40s\", must be %s",
			 t->name, t->line, columns[c], value, must);
}

static bool is_hash(const char *s)
{
	size_t len = strspn(s, "0123456789abcdef");

	return !s[len] && len >= 7 && len <= 64;
}

static int parse_outcome(const char *word, enum dlab_point_outcome *out)
{
	for (int i = 0; i < DLAB_NR_POINT_OUTCOMES; i++) {
		if (!strcmp(outcome_names[i], word)) {
			*out = (enum dlab_point_outcome)i;
			return 0;
		}
	}
	return -EINVAL;
}

/* Labs whose scripts heeded the locale wrote "413,9". */
static int parse_seconds(const char *word, double *out)
{
	char text[DLAB_NUMBER_LEN], *comma;

	*out = NAN;
	if (!strcmp(word, "-"))
		return 0;
	if (strlen(word) >= sizeof(text))
		return -EINVAL;
	strcpy(text, word);
	comma = strchr(text, ',');
	if (comma)
		*comma = '.';
	return dlab_number_parse(text, out) || *out < 0 ? -EINVAL : 0;
}

/* What is not a string: checked, and taken. */
static int take_figures(const struct dlab_tsv *t, char **f,
			struct dlab_point *p, struct dlab_err *err)
{
	if (!is_hash(f[COMMIT]))
		return bad(t, err, COMMIT, f[COMMIT], "a hash, in hexadecimal");
	if (parse_outcome(f[OUTCOME], &p->outcome))
		return bad(t, err, OUTCOME, f[OUTCOME],
			   "ok, no-build, crash, fail or unmeasured");
	if (parse_seconds(f[BUILD_S], &p->build_s))
		return bad(t, err, BUILD_S, f[BUILD_S],
			   "seconds, or \"-\" for none");
	if (parse_seconds(f[MEASURE_S], &p->measure_s))
		return bad(t, err, MEASURE_S, f[MEASURE_S],
			   "seconds, or \"-\" for none");
	if (!strcmp(f[RUN], "-"))
		return p->outcome == DLAB_POINT_OK ?
			       bad(t, err, RUN, f[RUN],
				   "the name of a run where the outcome is ok") :
			       0;
	if (!dlab_run_is_name(f[RUN]))
		return bad(t, err, RUN, f[RUN],
			   "the name of a run, or \"-\" for none");
	return 0;
}

static int take_point(const struct dlab_tsv *t, char **f, struct dlab_point *p,
		      struct dlab_err *err)
{
	int ret = take_figures(t, f, p, err);

	if (ret)
		return ret;
	p->commit = strdup(f[COMMIT]);
	p->tree = dlab_clean_copy(f[TREE]);
	p->author = dlab_clean_copy(f[AUTHOR]);
	p->date = dlab_clean_copy(f[DATE]);
	p->subject = dlab_clean_copy(f[SUBJECT]);
	p->reason = dlab_clean_copy(strcmp(f[REASON], "-") ? f[REASON] : "");
	if (strcmp(f[RUN], "-")) {
		p->run = dlab_clean_copy(f[RUN]);
		if (!p->run)
			return dlab_fail(err, ENOMEM, "out of memory");
	}
	if (!p->commit || !p->tree || !p->author || !p->date || !p->subject ||
	    !p->reason)
		return dlab_fail(err, ENOMEM, "out of memory");
	return 0;
}

static int read_points(struct dlab_tsv *t, struct dlab_history *h,
		       struct dlab_err *err)
{
	char *f[NR_COLUMNS];
	size_t room = 0;
	int ret;

	while ((ret = dlab_tsv_next(t, f, err)) > 0) {
		if (h->nr_points == room) {
			struct dlab_point *v;

			room = room ? 2 * room : 64;
			v = reallocarray(h->points, room, sizeof(*v));
			if (!v)
				return dlab_fail(err, ENOMEM, "out of memory");
			h->points = v;
		}
		h->points[h->nr_points] = (struct dlab_point){ 0 };
		ret = take_point(t, f, &h->points[h->nr_points++], err);
		if (ret)
			return ret;
	}
	if (!ret && t->cut)
		ret = dlab_fail(err, EINVAL, "%s ends in the middle of a line",
				t->name);
	if (!ret && !h->nr_points)
		ret = dlab_fail(err, EINVAL, "%s: no commits", t->name);
	return ret;
}

int dlab_history_parse_commits(const char *name, const char *text, size_t len,
			       struct dlab_history *h, struct dlab_err *err)
{
	struct dlab_tsv t;
	int ret = dlab_tsv_parse(&t, name, text, len, columns, NR_COLUMNS, err);

	if (ret)
		return ret;
	ret = read_points(&t, h, err);
	dlab_tsv_close(&t);
	return ret;
}

/* ---- both, and the runs */

static int read_files(struct dlab_history *h, struct dlab_err *err)
{
	struct dlab_tsv t;
	char *path;
	int ret;

	if (asprintf(&path, "%s/history.ini", h->dir) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	ret = dlab_ini_read(path, on_key, h, err);
	free(path);
	if (!ret)
		ret = fill_up(h, err);
	if (ret)
		return ret;
	if (asprintf(&path, "%s/commits.tsv", h->dir) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	ret = dlab_tsv_open(&t, path, columns, NR_COLUMNS, err);
	free(path);
	if (ret)
		return ret;
	ret = read_points(&t, h, err);
	dlab_tsv_close(&t);
	return ret;
}

/* The history's own runs come first: a tracked history holds all of them. */
static int find_run(const struct dlab_history *h, const char *results,
		    const char *name, char **dir, struct dlab_err *err)
{
	struct dlab_err other;
	char *own;
	int ret;

	if (asprintf(&own, "%s/runs/%s", h->dir, name) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	/* with a slash in it, it is taken as a path */
	ret = dlab_run_find(results, own, dir, &other);
	if (ret)
		ret = dlab_run_find(results, name, dir, &other);
	if (ret)
		dlab_fail(err, -ret, "no run \"%s\" in %s/runs or %s/runs",
			  name, h->dir, results);
	free(own);
	return ret;
}

/* "commit 0123456789ab (subject): " before what is wrong with it */
static int at_commit(const struct dlab_point *p, int ret, struct dlab_err *err)
{
	char text[sizeof(err->text)];

	snprintf(text, sizeof(text), "%s", err->text);
	return dlab_fail(err, -ret, "commit %.12s (%.60s): %.850s", p->commit,
			 p->subject, text);
}

bool dlab_point_is_measured(const struct dlab_history *h, size_t point)
{
	enum dlab_point_outcome o = h->points[point].outcome;

	return h->runs[point].dir &&
	       (o == DLAB_POINT_OK || o == DLAB_POINT_FAIL);
}

static size_t first_measured(const struct dlab_history *h)
{
	size_t i = 0;

	while (i < h->nr_points && !dlab_point_is_measured(h, i))
		i++;
	return i;
}

static int load_runs(struct dlab_history *h, const char *results,
		     struct dlab_err *err)
{
	int ret = 0;

	h->runs = calloc(h->nr_points, sizeof(*h->runs));
	h->run_dirs = calloc(h->nr_points, sizeof(*h->run_dirs));
	if (!h->runs || !h->run_dirs)
		return dlab_fail(err, ENOMEM, "out of memory");
	for (size_t i = 0; !ret && i < h->nr_points; i++) {
		if (!h->points[i].run)
			continue;
		ret = find_run(h, results, h->points[i].run, &h->run_dirs[i],
			       err);
		if (!ret)
			ret = dlab_run_load(h->run_dirs[i], &h->runs[i], err);
		if (ret)
			ret = at_commit(&h->points[i], ret, err);
	}
	return ret;
}

/* Every one against the first: only the kernel may differ. */
static int check_runs(struct dlab_history *h, struct dlab_err *err)
{
	size_t first = first_measured(h);
	struct dlab_axis axis;
	int ret = dlab_axis_parse("kernel", NULL, NULL, &axis, err);

	for (size_t i = first + 1; !ret && i < h->nr_points; i++) {
		struct dlab_notes notes = { 0 };

		if (!dlab_point_is_measured(h, i))
			continue;
		ret = dlab_axis_check(&axis, &h->runs[first], &h->runs[i],
				      &notes, err);
		dlab_notes_free(&notes);
		if (ret)
			ret = at_commit(&h->points[i], ret, err);
	}
	return ret;
}

/* What each one changes, and whether its cases ran that. */
static int load_touched(struct dlab_history *h, struct dlab_err *err)
{
	size_t before = first_measured(h);
	int ret = 0;

	h->touched = calloc(h->nr_points, sizeof(*h->touched));
	if (!h->touched)
		return dlab_fail(err, ENOMEM, "out of memory");
	for (size_t i = before + 1; !ret && i < h->nr_points; i++) {
		if (!dlab_point_is_measured(h, i))
			continue;
		ret = dlab_touched_find(h->run_dirs[before], h->run_dirs[i],
					&h->touched[i], err);
		if (ret)
			ret = at_commit(&h->points[i], ret, err);
		before = i;
	}
	return ret;
}

struct dlab_unrun dlab_history_unrun(const struct dlab_history *h)
{
	struct dlab_unrun c = { 0 };

	for (size_t i = first_measured(h) + 1; h->touched && i < h->nr_points;
	     i++) {
		c.commits += dlab_touched_unseen(&h->touched[i]) > 0;
		c.unknown += dlab_point_is_measured(h, i) &&
			     !h->touched[i].known;
	}
	return c;
}

static int load_tracks(struct dlab_history *h,
		       const struct dlab_metrics *metrics, struct dlab_err *err)
{
	struct dlab_tracker *tracker = dlab_tracker_new(h, metrics);
	int ret = tracker ? 0 : dlab_fail(err, ENOMEM, "out of memory");

	for (size_t i = 0; !ret && i < h->nr_points; i++) {
		if (!dlab_point_is_measured(h, i))
			continue;
		ret = dlab_tracker_add(tracker, i, err);
		if (ret)
			ret = at_commit(&h->points[i], ret, err);
	}
	dlab_tracker_free(tracker);
	return ret;
}

int dlab_history_load(const char *dir, const char *results,
		      const struct dlab_metrics *metrics,
		      struct dlab_history *out, struct dlab_err *err)
{
	int ret;

	memset(out, 0, sizeof(*out));
	out->dir = strdup(dir);
	ret = out->dir ? read_files(out, err) :
			 dlab_fail(err, ENOMEM, "out of memory");
	if (!ret)
		ret = load_runs(out, results, err);
	if (!ret)
		ret = check_runs(out, err);
	if (!ret)
		ret = load_touched(out, err);
	if (!ret)
		ret = load_tracks(out, metrics, err);
	if (ret)
		dlab_history_free(out);
	return ret;
}

/* ---- and the rest of its life */

static bool is_history(const char *dir)
{
	struct stat st;
	char *path;
	bool is;

	if (asprintf(&path, "%s/commits.tsv", dir) < 0)
		return false;
	is = !stat(path, &st);
	free(path);
	return is;
}

int dlab_history_find(const char *results, const char *word, char **dir,
		      struct dlab_err *err)
{
	static const char *const places[] = { "history", "baseline" };
	struct dlab_nearest n;

	*dir = NULL;
	for (size_t i = 0; dlab_run_is_name(word) && i < 2; i++) {
		if (asprintf(dir, "%s/%s/%s", results, places[i], word) < 0)
			return dlab_fail(err, ENOMEM, "out of memory");
		if (is_history(*dir))
			return 0;
		free(*dir);
	}
	*dir = is_history(word) ? strdup(word) : NULL;
	if (*dir)
		return 0;
	dlab_nearest_begin(&n, word, "");
	dlab_nearest_offer_files(&n, results, "history/*/commits.tsv");
	dlab_nearest_offer_files(&n, results, "baseline/*/commits.tsv");
	return dlab_fail(
		err, ENOENT,
		"no history \"%s\" (a directory with commits.tsv) in %s/history or %s/baseline%s",
		word, results, results, n.text);
}

void dlab_history_keep_cases(struct dlab_history *h, const char *pattern)
{
	size_t kept = 0;

	for (size_t i = 0; i < h->nr_tracks; i++) {
		if (!dlab_case_matches(pattern, h->tracks[i].id))
			dlab_track_free(&h->tracks[i]);
		else
			h->tracks[kept++] = h->tracks[i];
	}
	h->nr_tracks = kept;
	kept = 0;
	for (size_t i = 0; i < h->nr_endings; i++) {
		if (!dlab_case_matches(pattern, h->endings[i].id))
			dlab_ending_free(&h->endings[i], h->nr_points);
		else
			h->endings[kept++] = h->endings[i];
	}
	h->nr_endings = kept;
}

static void free_point(struct dlab_point *p)
{
	free(p->commit);
	free(p->tree);
	free(p->author);
	free(p->date);
	free(p->subject);
	free(p->reason);
	free(p->run);
}

static void free_finding(struct dlab_finding *f)
{
	for (size_t i = 0; i < f->nr_hits; i++)
		free(f->hits[i].steps);
	for (size_t i = 0; i < f->nr_told; i++)
		free(f->told[i].steps);
	for (size_t i = 0; i < f->nr_appeared; i++) {
		free(f->appeared[i].id);
		free(f->appeared[i].reason);
	}
	free(f->hits);
	free(f->told);
	free(f->appeared);
}

void dlab_history_free(struct dlab_history *h)
{
	for (size_t i = 0; i < h->nr_findings; i++)
		free_finding(&h->findings[i]);
	for (size_t i = 0; i < h->nr_tracks; i++)
		dlab_track_free(&h->tracks[i]);
	for (size_t i = 0; i < h->nr_endings; i++)
		dlab_ending_free(&h->endings[i], h->nr_points);
	for (size_t i = 0; i < h->nr_doubts; i++)
		free(h->doubts[i].why);
	for (size_t i = 0; i < h->nr_points; i++) {
		free_point(&h->points[i]);
		if (h->runs)
			dlab_run_free(&h->runs[i]);
		if (h->run_dirs)
			free(h->run_dirs[i]);
		if (h->touched)
			dlab_touched_free(&h->touched[i]);
	}
	free(h->findings);
	free(h->net);
	for (size_t i = 0; i < h->nr_net_changes; i++) {
		free(h->net_changes[i].id);
		free(h->net_changes[i].reason);
	}
	free(h->net_changes);
	free(h->tracks);
	free(h->endings);
	free(h->doubts);
	free(h->steps);
	free(h->points);
	free(h->runs);
	free(h->run_dirs);
	free(h->touched);
	dlab_notes_free(&h->taints);
	dlab_notes_free(&h->notes);
	free(h->dir);
	free(h->title);
	free(h->base);
	free(h->range);
	free(h->suite);
	free(h->cases);
	free(h->topologies);
	free(h->boots);
	free(h->kernel_src);
	memset(h, 0, sizeof(*h));
}
