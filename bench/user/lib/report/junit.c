// SPDX-License-Identifier: GPL-2.0-only
/* A run, a comparison or a history as JUnit's XML. */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "numbers.h"
#include "report/doc.h"
#include "report/junit.h"
#include "report/view.h"
#include "summary.h"
#include "verdict/judge.h"

enum result { PASSED, FAILURE, ERROR, SKIPPED, NR_RESULTS };

/**
 * struct suite - one suite of tests, being written
 * @f: its tests, in memory: their number stands before them
 * @text, @len: what @f has written
 * @nr: tests by result
 * @err: first -errno
 */
struct suite {
	FILE *f;
	char *text;
	size_t len;
	size_t nr[NR_RESULTS];
	int err;
};

static void suite_begin(struct suite *s)
{
	memset(s, 0, sizeof(*s));
	s->f = open_memstream(&s->text, &s->len);
	if (!s->f)
		s->err = -ENOMEM;
}

/* " name="value"", whatever is in it. */
static void put_attribute(FILE *f, const char *name, const char *value,
			  int *err)
{
	char *copy = strdup(value);

	if (!copy) {
		*err = -ENOMEM;
		return;
	}
	doc_clean(copy);
	fprintf(f, " %s=\"", name);
	doc_put_escaped(copy, f);
	fputc('"', f);
	free(copy);
}

/**
 * add - one more test
 * @class: what CI systems sort by
 * @type: word for a result other than PASSED
 * @fmt: why it is not; or "", or what to know of it all the same
 */
static void add(struct suite *s, const char *class, const char *name,
		enum result result, const char *type, const char *fmt, ...)
	DOC_PRINTF(6, 7);

static void add(struct suite *s, const char *class, const char *name,
		enum result result, const char *type, const char *fmt, ...)
{
	static const char *const elements[] = {
		[FAILURE] = "failure",
		[ERROR] = "error",
		[SKIPPED] = "skipped",
	};
	char *message = NULL;
	va_list ap;

	if (s->err)
		return;
	va_start(ap, fmt);
	if (vasprintf(&message, fmt, ap) < 0)
		message = NULL;
	va_end(ap);
	if (!message) {
		s->err = -ENOMEM;
		return;
	}
	s->nr[result]++;
	fputs("<testcase", s->f);
	put_attribute(s->f, "classname", class, &s->err);
	put_attribute(s->f, "name", name, &s->err);
	if (result == PASSED && !*message) {
		fputs("/>\n", s->f);
	} else if (result == PASSED) {
		doc_clean(message);
		fputs("><system-out>", s->f);
		doc_put_escaped(message, s->f);
		fputs("</system-out></testcase>\n", s->f);
	} else {
		fprintf(s->f, "><%s", elements[result]);
		/* the schema has no type for what is skipped */
		if (result != SKIPPED)
			put_attribute(s->f, "type", type, &s->err);
		put_attribute(s->f, "message", message, &s->err);
		fputs("/></testcase>\n", s->f);
	}
	free(message);
}

/* Writes it to @f, and frees it. */
static int suite_end(struct suite *s, const char *name, const char *created,
		     FILE *f)
{
	size_t i, all = 0;

	if (s->f && fclose(s->f) && !s->err)
		s->err = -ENOMEM;
	for (i = 0; i < NR_RESULTS; i++)
		all += s->nr[i];
	if (!s->err) {
		fputs("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n<testsuite",
		      f);
		put_attribute(f, "name", name, &s->err);
		if (*created)
			put_attribute(f, "timestamp", created, &s->err);
		fprintf(f,
			" tests=\"%zu\" failures=\"%zu\" errors=\"%zu\" skipped=\"%zu\">\n%s</testsuite>\n</testsuites>\n",
			all, s->nr[FAILURE], s->nr[ERROR], s->nr[SKIPPED],
			s->text);
	}
	free(s->text);
	return s->err;
}

/* "map/scattered@vm-vtd-strict" of an id. */
static void add_case(struct suite *s, const char *id, enum result result,
		     const char *type, const char *message)
{
	char *class = strndup(id, strcspn(id, "["));

	if (!class)
		s->err = -ENOMEM;
	else
		add(s, class, id, result, type, "%s", message);
	free(class);
}

/* ---- a run */

static enum result result_of(enum dlab_status status)
{
	switch (status) {
	case DLAB_OK:
		return PASSED;
	case DLAB_SKIP:
		return SKIPPED;
	case DLAB_FAIL:
		return FAILURE;
	default:
		return ERROR;
	}
}

/* Rows [@first, @last) of one case: the worst of them is its result. */
static void add_rows(struct suite *s, const struct dlab_row *const *rows,
		     size_t first, size_t last)
{
	const struct dlab_row *worst = rows[first];
	size_t i;

	for (i = first; i < last; i++)
		if (rows[i]->status > worst->status)
			worst = rows[i];
	add_case(s, worst->id, result_of(worst->status),
		 dlab_status_name(worst->status),
		 worst->status == DLAB_OK ? "" :
		 *worst->reason		  ? worst->reason :
					    "no reason given");
}

static int by_id(const void *a, const void *b)
{
	const struct dlab_row *x = *(const struct dlab_row *const *)a;
	const struct dlab_row *y = *(const struct dlab_row *const *)b;

	return strcmp(x->id, y->id);
}

static void add_cases(struct suite *s, const struct dlab_summary *summary)
{
	const struct dlab_row **rows = calloc(summary->nr + 1, sizeof(*rows));
	size_t i, first = 0;

	if (!rows) {
		s->err = -ENOMEM;
		return;
	}
	for (i = 0; i < summary->nr; i++)
		rows[i] = &summary->v[i];
	qsort(rows, summary->nr, sizeof(*rows), by_id);
	for (i = 1; i <= summary->nr; i++) {
		if (i < summary->nr && !strcmp(rows[i]->id, rows[first]->id))
			continue;
		add_rows(s, rows, first, i);
		first = i;
	}
	free(rows);
}

int dlab_junit_run(const struct dlab_run *run,
		   const struct dlab_metrics *metrics, FILE *f,
		   struct dlab_err *err)
{
	struct dlab_summary summary;
	struct suite s;
	int ret = dlab_stat(run->dir, metrics, &summary, err);
	size_t i;

	if (ret)
		return ret;
	suite_begin(&s);
	add_cases(&s, &summary);
	for (i = 0; i < run->nr_boots; i++)
		if (run->boots[i].status != DLAB_OK)
			add(&s, "boot", run->boots[i].name, ERROR,
			    dlab_status_name(run->boots[i].status), "%s",
			    run->boots[i].reason);
	dlab_summary_free(&summary);
	ret = suite_end(&s, run->name, run->created, f);
	return ret ? dlab_fail(err, -ret, "%s: out of memory", run->dir) : 0;
}

/* ---- a comparison */

/* "op_insns 9,572 → 9,592 (+0.21 %)" */
static void add_verdict(struct suite *s, const struct dlab_pair *p,
			enum result result)
{
	const struct dlab_figure *g = p->main;
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN], text[512];
	double from, to;

	dlab_figure_values(g, &from, &to);
	snprintf(text, sizeof(text), "%s: %s %s → %s (%+.2f %%)%s%s",
		 dlab_verdict_name(p->verdict), g->metric->name,
		 report_number(from, a), report_number(to, b),
		 100 * dlab_figure_relative(g), *g->note ? "; " : "", g->note);
	add_case(s, p->id_b, result, "regression", text);
}

/* It passed; with what is not judged of it, or not exact. */
static void add_passed_pair(struct suite *s, const struct dlab_pair *p)
{
	char text[512] = "";
	size_t len = 0;

	for (size_t i = 0; i < p->nr && len < sizeof(text); i++) {
		const struct dlab_figure *g = p->figures[i];

		if (g->verdict != DLAB_FEW_BOOTS && !g->not_exact)
			continue;
		len += (size_t)snprintf(text + len, sizeof(text) - len,
					"%s%s: %s%s", len ? "; " : "",
					g->metric->name,
					g->not_exact ? "" : "not judged, ",
					g->note);
	}
	add_case(s, p->id_b, PASSED, "", text);
}

static void add_pair(struct suite *s, const struct dlab_pair *p)
{
	static const enum result results[DLAB_NR_VERDICTS] = {
		[DLAB_WORSE] = FAILURE,	    [DLAB_INCONCLUSIVE] = SKIPPED,
		[DLAB_FEW_BOOTS] = SKIPPED, [DLAB_EMULATED] = SKIPPED,
		[DLAB_EXPLAINS] = SKIPPED,
	};

	if (results[p->verdict] == PASSED)
		add_passed_pair(s, p);
	else
		add_verdict(s, p, results[p->verdict]);
}

static enum result result_of_change(enum dlab_change_kind kind)
{
	static const enum result results[DLAB_NR_CHANGES] = {
		[DLAB_BROKE] = FAILURE,	       [DLAB_STILL_BROKEN] = ERROR,
		[DLAB_NEW_BROKEN] = ERROR,     [DLAB_NOW_SKIPPED] = SKIPPED,
		[DLAB_ONLY_A] = SKIPPED,
	};

	return results[kind];
}

static void add_change(struct suite *s, const struct dlab_change *c)
{
	char *text;

	if (asprintf(&text, "%s%s%s", dlab_change_name(c->kind),
		     *c->reason ? ": " : "", c->reason) < 0) {
		s->err = -ENOMEM;
		return;
	}
	add_case(s, c->id, result_of_change(c->kind),
		 c->kind == DLAB_BROKE ? "regression" : dlab_status_name(c->b),
		 result_of_change(c->kind) == PASSED ? "" : text);
	free(text);
}

/*
 * A case has one test: where it ended badly in some boot, that is it, whatever
 * the others measured; else what they measured.
 */
static bool has_pair(const struct dlab_comparison *c, const char *id)
{
	for (size_t i = 0; i < c->nr_pairs; i++)
		if (!strcmp(c->pairs[i].id_a, id))
			return true;
	return false;
}

static bool ended_badly(const struct dlab_comparison *c, const char *id)
{
	for (size_t i = 0; i < c->nr_changes; i++)
		if (!strcmp(c->changes[i].id, id) &&
		    result_of_change(c->changes[i].kind) != PASSED)
			return true;
	return false;
}

int dlab_junit_comparison(const struct dlab_comparison *c, FILE *f)
{
	struct suite s;
	char *name;
	size_t i;
	int ret;

	if (asprintf(&name, "%s → %s", c->a.name, c->b.name) < 0)
		return -ENOMEM;
	suite_begin(&s);
	for (i = 0; i < c->nr_pairs; i++)
		if (!ended_badly(c, c->pairs[i].id_a))
			add_pair(&s, &c->pairs[i]);
	for (i = 0; i < c->nr_changes; i++)
		if (result_of_change(c->changes[i].kind) != PASSED ||
		    !has_pair(c, c->changes[i].id))
			add_change(&s, &c->changes[i]);
	for (i = 0; i < c->missing.nr; i++)
		add(&s, "missing", c->missing.v[i], SKIPPED, "",
		    "B has no such figure");
	for (i = 0; i < c->b.nr_boots; i++)
		if (c->b.boots[i].status != DLAB_OK)
			add(&s, "boot", c->b.boots[i].name, ERROR,
			    dlab_status_name(c->b.boots[i].status), "%s",
			    c->b.boots[i].reason);
	ret = suite_end(&s, name, c->b.created, f);
	free(name);
	return ret;
}

/* ---- a history */

static size_t count_broken(const struct dlab_finding *f)
{
	size_t i, n = 0;

	for (i = 0; f && i < f->nr_appeared; i++)
		n += f->appeared[i].broke;
	return n;
}

/* "13 cases worse, 2 broke: most of all ID" */
static void add_regression(struct suite *s, const char *name,
			   const struct dlab_history *h,
			   const struct dlab_finding *f)
{
	size_t broke = count_broken(f);
	/* those hit hardest come first, worse ones before better ones */
	const struct dlab_step *step =
		f->nr_worse ? &h->steps[f->hits[0].main] : NULL;
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN];

	if (step)
		add(s, h->title, name, FAILURE, "regression",
		    "%zu case%s worse, %zu better, %zu broke; most of all %s: %s %s → %s",
		    f->nr_worse, dlab_s(f->nr_worse), f->nr_better, broke,
		    f->hits[0].id, h->tracks[step->track].metric->name,
		    report_number(step->from, a), report_number(step->to, b));
	else
		add(s, h->title, name, FAILURE, "regression",
		    "%zu case%s broke", broke, dlab_s(broke));
}

/* What no case ran did not pass either. */
static void add_passed(struct suite *s, const char *name,
		       const struct dlab_history *h, size_t i)
{
	char *said = h->touched ? dlab_touched_say(&h->touched[i], 12) : NULL;

	add(s, h->title, name, PASSED, "", "%s", said ? said : "");
	free(said);
}

/* What keeps a commit from being judged whole: differences, and lost cases. */
static size_t count_open(const struct dlab_history *h,
			 const struct dlab_finding *f, size_t point)
{
	size_t n = 0;

	n += h->few;
	for (size_t i = 0; i < h->nr_doubts; i++)
		n += h->doubts[i].point == point;
	for (size_t i = 0; f && i < f->nr_appeared; i++)
		n += !f->appeared[i].now_measured && !f->appeared[i].broke;
	return n;
}

static void add_point(struct suite *s, const struct dlab_history *h, size_t i)
{
	const struct dlab_finding *f = dlab_history_finding(h, i);
	const struct dlab_point *p = &h->points[i];
	const char *outcome = dlab_point_outcome_name(p->outcome);
	char *name;

	if (asprintf(&name, "%.12s %s", p->commit, p->subject) < 0) {
		s->err = -ENOMEM;
		return;
	}
	if (f && (f->nr_worse || count_broken(f)))
		add_regression(s, name, h, f);
	else if (p->outcome == DLAB_POINT_NO_BUILD ||
		 p->outcome == DLAB_POINT_CRASH)
		add(s, h->title, name, FAILURE, outcome, "%s", p->reason);
	else if (p->outcome == DLAB_POINT_FAIL)
		add(s, h->title, name, ERROR, outcome, "%s", p->reason);
	else if (p->outcome == DLAB_POINT_UNMEASURED)
		add(s, h->title, name, *p->reason ? ERROR : SKIPPED, outcome,
		    "%s", *p->reason ? p->reason : "not measured");
	else if (count_open(h, f, i))
		add(s, h->title, name, SKIPPED, "inconclusive",
		    "%zu figure%s could not be judged, or cases are no longer measured",
		    count_open(h, f, i), dlab_s(count_open(h, f, i)));
	else
		add_passed(s, name, h, i);
	free(name);
}

int dlab_junit_history(const struct dlab_history *h, FILE *f)
{
	struct suite s;
	size_t i;

	suite_begin(&s);
	for (i = 0; i < h->nr_points; i++)
		add_point(&s, h, i);
	return suite_end(&s, h->title, "", f);
}
