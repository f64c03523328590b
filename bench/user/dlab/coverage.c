// SPDX-License-Identifier: GPL-2.0-only
/* `dlab coverage`: which functions of the kernel do which suites run? */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "cmd.h"
#include "coverage.h"
#include "run.h"

static const char help[] =
	"usage: dlab coverage [OPTION...] RUN...\n"
	"\n"
	"Functions of the DMA path by suite: how many the runs of each suite executed, by\n"
	"file of the source, and which none did.  Of those no verdict says anything.  A\n"
	"run is a name, `latest`, or a directory.\n"
	"\n"
	"  --files PATTERNS  shell patterns of the source's files, such as\n"
	"                    'drivers/iommu/* mm/*' (default: the DMA path)\n"
	"  --format FORMAT   text (default), md, html, or tsv, a line for each function\n"
	"  --results DIR     default: results\n"
	"\n"
	"  dlab coverage latest\n"
	"  dlab coverage --format html RUN_A RUN_B >coverage.html\n"
	"\n"
	"Exit status: 0 done, 2 bad use, no such run, or one without functions; 3 a run\n"
	"cannot be read.\n";

enum format { TEXT, MD, HTML, TSV, NR_FORMATS };

struct args {
	const char *files;
	const char *results;
	enum format format;
};

static int take_format(void *args, const char *word)
{
	static const char *const names[] = { "text", "md", "html", "tsv" };
	int format = dlab_cmd_choose(names, NR_FORMATS, word);
	struct args *a = args;

	if (format < 0) {
		fprintf(stderr,
			"dlab coverage: no format `%s`; there are text, md, html and tsv\n",
			word);
		return -EINVAL;
	}
	a->format = (enum format)format;
	return 0;
}

static int print(const struct args *a, const struct dlab_coverage *c)
{
	static const enum doc_format formats[] = {
		[TEXT] = DOC_TEXT,
		[MD] = DOC_MD,
		[HTML] = DOC_HTML,
	};
	struct doc d;
	int ret;

	if (a->format == TSV) {
		dlab_coverage_tsv(c, stdout);
		return DLAB_EXIT_OK;
	}
	doc_init(&d, "Functions of the DMA path by suite");
	dlab_coverage_doc(c, &d);
	ret = doc_render(&d, formats[a->format], stdout);
	doc_free(&d);
	return ret ? DLAB_EXIT_LAB : DLAB_EXIT_OK;
}

static int add_run(const struct args *a, struct dlab_coverage *c,
		   const char *word, struct dlab_err *err)
{
	char *dir;
	int ret = dlab_run_find(a->results, word, &dir, err);

	if (ret)
		return ret;
	ret = dlab_coverage_add(c, dir, a->files, err);
	free(dir);
	return ret;
}

int dlab_cmd_coverage(int argc, char **argv)
{
	struct args a = { .files = dlab_coverage_files, .results = "results" };
	struct dlab_coverage c = { 0 };
	const struct dlab_option v[] = {
		{ "files", .word = &a.files },
		{ "format", .take = take_format },
		{ "results", .word = &a.results },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v, .args = &a,
				  .min_words = 1, .max_words = INT_MAX };
	struct dlab_err err;
	int ret = 0, status;

	if (!dlab_cmd_options(&o, argc, argv, &status))
		return status;
	for (int i = 0; !ret && i < o.nr_words; i++)
		ret = add_run(&a, &c, o.words[i], &err);
	if (!ret && !c.nr)
		ret = dlab_fail(&err, ENOENT,
				"the kernel has no function in a file that matches %s",
				a.files);
	if (ret) {
		fprintf(stderr, "dlab coverage: %s\n", err.text);
		status = dlab_cmd_failed(ret);
	} else {
		status = print(&a, &c);
	}
	dlab_coverage_free(&c);
	return status;
}
