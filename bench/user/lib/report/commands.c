// SPDX-License-Identifier: GPL-2.0-only
/* The commands of a run's report, and what those of other reports share. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/commands.h"
#include "report/figure.h"
#include "shellword.h"

/* Longer lines are broken by mailers. */
#define LINE_LEN 72

void report_put_run(FILE *f, const struct dlab_run *run)
{
	char *word = run->dir ? dlab_run_word(run->dir) : NULL;

	dlab_put_word(f, word ? word : run->name);
	free(word);
}

/* ---- make */

/* A command of make that grows word by word. */
struct making {
	FILE *f;
	size_t column;
};

static void put_making(struct making *m, const char *word)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return;
	dlab_put_make_word(f, word);
	if (!fclose(f)) {
		bool fits = m->column + 1 + len <= LINE_LEN;

		fprintf(m->f, fits ? " %s" : " \\\n    %s", text);
		m->column = (fits ? m->column + 1 : 4) + len;
	}
	free(text);
}

static void put_variable(struct making *m, const char *name, const char *value)
{
	char *word;

	if (!value || !*value || asprintf(&word, "%s=%s", name, value) < 0)
		return;
	put_making(m, word);
	free(word);
}

/* Whether make was given something that does not say what is measured. */
static bool is_manner(const char *word)
{
	static const char *const manners[] = { "DEPS=", "DMALAB_CACHE=", "V=" };

	for (size_t i = 0; i < sizeof(manners) / sizeof(manners[0]); i++)
		if (!strncmp(word, manners[i], strlen(manners[i])))
			return true;
	return false;
}

static void put_again(FILE *f, const struct dlab_run *run)
{
	const char *base = dlab_kvs_find(&run->fingerprint, "base");
	struct making m = { .f = f, .column = strlen("make") };

	fputs("make", f);
	for (size_t i = 0; i < run->nr_make; i++)
		if (!is_manner(run->make[i]))
			put_making(&m, run->make[i]);
	/* a run that does not know how it was made */
	if (!run->nr_make) {
		put_making(&m, "bench");
		put_variable(&m,
			     strchr(run->suite, '/') ? "WORKLOAD" : "SUITE",
			     run->suite);
		if (!strcmp(run->lab, "native"))
			put_making(&m, "LAB=native");
		put_variable(&m, "TOPOLOGY", run->topologies);
		put_variable(&m, "CASES", run->cases);
	}
	/* which is another one some day, if it was not named */
	if (!dlab_run_made_with(run, "BASE") && strcmp(run->lab, "native") &&
	    base && *base >= '0' && *base <= '9')
		put_variable(&m, "BASE", base);
}

void report_code_again(struct doc *d, const struct dlab_run *run)
{
	struct report_words w;

	if (!report_fig_open(&w, d))
		return;
	put_again(w.f, run);
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_code(d, "%s", w.text);
	free(w.text);
}

/* ---- dlab */

void report_code_compare(struct doc *d, const struct dlab_run *run)
{
	const char *results = dlab_run_made_with(run, "RESULTS");
	struct report_words w;

	if (!report_fig_open(&w, d))
		return;
	report_put_run(w.f, run);
	fputs(" \\\n    ", w.f);
	if (results) {
		dlab_put_word(w.f, results);
		fputc('/', w.f);
	}
	fputs("latest", w.f);
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_code(d, REPORT_DLAB " compare \\\n    %s", w.text);
	free(w.text);
}

void report_code_explain(struct doc *d, const char *id,
			 const struct dlab_run *a, const struct dlab_run *b)
{
	struct report_words w;

	if (!report_fig_open(&w, d))
		return;
	dlab_put_word(w.f, id);
	fputs(" \\\n    ", w.f);
	report_put_run(w.f, a);
	if (b) {
		fputs(" \\\n    ", w.f);
		report_put_run(w.f, b);
	}
	if (fclose(w.f))
		d->err = -ENOMEM;
	else
		doc_code(d, REPORT_DLAB " explain \\\n    %s", w.text);
	free(w.text);
}
