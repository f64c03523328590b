// SPDX-License-Identifier: GPL-2.0-only
/*
 * How do samples reach the disk?  A case's rows are gathered in memory and
 * written when it ends well; a case that ended otherwise leaves one row in
 * outcomes.tsv and no sample.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "out.h"

enum { SAMPLES, HIST, FUNCTIONS, OUTCOMES, NR_FILES };

static const char *const file_names[] = { "samples.tsv", "hist.tsv",
					  "functions.tsv", "outcomes.tsv" };
static const char *const headers[] = { "case\tmetric\tvalues\n",
				       "case\tmetric\tbucket_low\tcount\n",
				       dlab_functions_header,
				       "case\tstatus\treason\n" };

struct dlab_out {
	char *dir;
	FILE *file[NR_FILES];
	/* the rows of the case at hand */
	FILE *rows[OUTCOMES];
	char *text[OUTCOMES];
	size_t len[OUTCOMES];
	char *case_id;
	/* functions that have a number, and how many before this case */
	struct dlab_function_names names;
	size_t nr_names;
};

static void rows_open(struct dlab_out *out)
{
	for (int i = 0; i < OUTCOMES; i++) {
		out->rows[i] = open_memstream(&out->text[i], &out->len[i]);
		if (!out->rows[i])
			abort();
	}
}

static void rows_drop(struct dlab_out *out)
{
	for (int i = 0; i < OUTCOMES; i++) {
		if (out->rows[i])
			fclose(out->rows[i]);
		free(out->text[i]);
		out->rows[i] = NULL;
		out->text[i] = NULL;
	}
}

int dlab_out_open(struct dlab_out **outp, const char *dir,
		  struct dlab_err *err)
{
	struct dlab_out *out = calloc(1, sizeof(*out));
	char path[PATH_MAX];

	if (!out)
		return dlab_fail(err, ENOMEM, "out of memory");
	out->dir = strdup(dir);
	for (int i = 0; i < NR_FILES; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, file_names[i]);
		out->file[i] = fopen(path, "wxe");
		if (!out->file[i]) {
			int ret = dlab_fail(err, errno, "cannot create %s: %s",
					    path, strerror(errno));

			dlab_out_close(out, NULL);
			return ret;
		}
		fputs(headers[i], out->file[i]);
	}
	*outp = out;
	return 0;
}

void dlab_out_begin(struct dlab_out *out, const char *case_id)
{
	rows_drop(out);
	rows_open(out);
	free(out->case_id);
	out->case_id = strdup(case_id);
	out->nr_names = out->names.nr;
}

static void put_number(FILE *f, double v)
{
	if (v == floor(v) && fabs(v) < 0x1p53)
		fprintf(f, "%.0f", v);
	else
		fprintf(f, "%.17g", v);
}

void dlab_out_samples(struct dlab_out *out, const char *metric,
		      const double *values, size_t n)
{
	FILE *f = out->rows[SAMPLES];
	size_t i = 0, run;

	fprintf(f, "%s\t%s\t", out->case_id, metric);
	while (i < n) {
		for (run = 1; i + run < n && values[i + run] == values[i];)
			run++;
		if (i)
			fputc(',', f);
		put_number(f, values[i]);
		if (run > 1)
			fprintf(f, "x%zu", run);
		i += run;
	}
	fputc('\n', f);
}

void dlab_out_sample(struct dlab_out *out, const char *metric, double value)
{
	dlab_out_samples(out, metric, &value, 1);
}

void dlab_out_bucket(struct dlab_out *out, const char *metric, double low,
		     uint64_t count)
{
	FILE *f = out->rows[HIST];

	fprintf(f, "%s\t%s\t", out->case_id, metric);
	put_number(f, low);
	fprintf(f, "\t%llu\n", (unsigned long long)count);
}

int dlab_out_functions(struct dlab_out *out,
		       const struct dlab_functions *functions,
		       struct dlab_err *err)
{
	int ret = dlab_functions_write(out->rows[FUNCTIONS], out->case_id,
				       functions, &out->names);

	return ret ? dlab_fail(err, -ret, "out of memory for functions") : 0;
}

int dlab_out_file(struct dlab_out *out, const char *tool, const char *suffix,
		  char *path, struct dlab_err *err)
{
	char name[NAME_MAX];
	size_t i;

	snprintf(path, PATH_MAX, "%s/%s", out->dir, tool);
	if (mkdir(path, 0755) && errno != EEXIST)
		return dlab_fail(err, errno, "cannot make %s: %s", path,
				 strerror(errno));
	/* a case id without what a shell or a file system minds */
	for (i = 0; out->case_id[i] && i < sizeof(name) - 16; i++)
		name[i] = strchr("/[],=", out->case_id[i]) ? '_' :
							      out->case_id[i];
	name[i] = '\0';
	snprintf(path, PATH_MAX, "%s/%s/%s%s", out->dir, tool, name, suffix);
	return 0;
}

int dlab_out_end(struct dlab_out *out, const char *status, const char *reason,
		 struct dlab_err *err)
{
	bool bad = false;

	fprintf(out->file[OUTCOMES], "%s\t%s\t", out->case_id, status);
	for (const char *p = reason; *p; p++)
		fputc(*p == '\t' || *p == '\n' ? ' ' : *p, out->file[OUTCOMES]);
	fputc('\n', out->file[OUTCOMES]);
	if (strcmp(status, "ok"))
		dlab_function_names_cut(&out->names, out->nr_names);
	for (int i = 0; i < OUTCOMES; i++) {
		fclose(out->rows[i]);
		out->rows[i] = NULL;
		if (!strcmp(status, "ok"))
			fwrite(out->text[i], 1, out->len[i], out->file[i]);
	}
	rows_drop(out);
	for (int i = 0; i < NR_FILES; i++)
		bad |= fflush(out->file[i]) || ferror(out->file[i]);
	if (bad)
		return dlab_fail(err, EIO, "cannot write to %s: %s", out->dir,
				 strerror(errno));
	return 0;
}

int dlab_out_close(struct dlab_out *out, struct dlab_err *err)
{
	bool bad = false;

	for (int i = 0; i < NR_FILES; i++) {
		if (!out->file[i])
			continue;
		bad |= fflush(out->file[i]) || ferror(out->file[i]) ||
		       fsync(fileno(out->file[i]));
		bad |= fclose(out->file[i]) != 0;
	}
	rows_drop(out);
	dlab_function_names_cut(&out->names, 0);
	free(out->case_id);
	free(out->dir);
	free(out);
	if (bad)
		return dlab_fail(err, EIO, "results could not be written: %s",
				 strerror(errno));
	return 0;
}
