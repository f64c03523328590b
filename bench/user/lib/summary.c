// SPDX-License-Identifier: GPL-2.0-only
/* Reads and writes summary.tsv. */
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "numbers.h"
#include "summary.h"
#include "tsv.h"

enum {
	ID,
	METRIC,
	UNIT,
	DIRECTION,
	INSTRUMENT,
	N,
	MEDIAN,
	MIN,
	MAD,
	TOTAL,
	STATUS,
	TAINT,
	REASON,
	BOOTS,
	EMULATED,
	NR_COLUMNS,
};

static const char *const columns[NR_COLUMNS] = {
	[ID] = "case",
	[METRIC] = "metric",
	[UNIT] = "unit",
	[DIRECTION] = "direction",
	[INSTRUMENT] = "instrument",
	[N] = "n",
	[MEDIAN] = "median",
	[MIN] = "min",
	[MAD] = "mad",
	[TOTAL] = "total",
	[STATUS] = "status",
	[TAINT] = "taint",
	[REASON] = "reason",
	[BOOTS] = "boots",
	[EMULATED] = "emulated",
};

static void write_row(FILE *f, const struct dlab_row *r)
{
	char median[DLAB_NUMBER_LEN], min[DLAB_NUMBER_LEN];
	char mad[DLAB_NUMBER_LEN], total[DLAB_NUMBER_LEN];

	fprintf(f, "%s\t%s\t%s\t%s\t%s\t%" PRIu64 "\t%s\t%s\t%s\t%s\t", r->id,
		r->metric, r->unit, r->direction, r->instrument, r->n,
		dlab_number(r->median, median), dlab_number(r->min, min),
		dlab_number(r->mad, mad), dlab_number(r->total, total));
	fprintf(f, "%s\t%s\t%s\t%u\t%s\n", dlab_status_name(r->status),
		r->tainted ? "yes" : "no", r->reason, r->boots,
		r->emulated ? "yes" : "no");
}

int dlab_summary_write(const struct dlab_summary *s, const char *path,
		       struct dlab_err *err)
{
	struct dlab_file file;
	int ret = dlab_file_create(&file, path, err);

	if (ret)
		return ret;
	for (int c = 0; c < NR_COLUMNS; c++)
		fprintf(file.f, "%s%c", columns[c],
			c == NR_COLUMNS - 1 ? '\n' : '\t');
	for (size_t i = 0; i < s->nr; i++)
		write_row(file.f, &s->v[i]);
	return dlab_file_commit(&file, err);
}

static int parse_count(const char *text, uint64_t max, uint64_t *out)
{
	char *end;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	*out = strtoull(text, &end, 10);
	return errno || *end || *out > max ? -EINVAL : 0;
}

/* "-" is what was not measured. */
static int parse_figure(const char *text, double *v)
{
	if (!strcmp(text, "-")) {
		*v = NAN;
		return 0;
	}
	return dlab_number_parse(text, v);
}

static int parse_flag(const char *text, bool *v)
{
	*v = !strcmp(text, "yes");
	return *v || !strcmp(text, "no") ? 0 : -EINVAL;
}

/* Return: the first column that is not what it should be, or NR_COLUMNS. */
static int parse_fields(char **f, struct dlab_row *r)
{
	uint64_t boots;

	if (!strchr(f[ID], '@'))
		return ID;
	if (strcmp(f[DIRECTION], "lower") && strcmp(f[DIRECTION], "higher") &&
	    strcmp(f[DIRECTION], "neutral"))
		return DIRECTION;
	if (strcmp(f[INSTRUMENT], "count") && strcmp(f[INSTRUMENT], "time") &&
	    strcmp(f[INSTRUMENT], "-"))
		return INSTRUMENT;
	if (parse_count(f[N], UINT64_MAX, &r->n))
		return N;
	if (parse_figure(f[MEDIAN], &r->median))
		return MEDIAN;
	if (parse_figure(f[MIN], &r->min))
		return MIN;
	if (parse_figure(f[MAD], &r->mad))
		return MAD;
	if (parse_figure(f[TOTAL], &r->total))
		return TOTAL;
	if (dlab_status_parse(f[STATUS], &r->status))
		return STATUS;
	if (parse_flag(f[TAINT], &r->tainted))
		return TAINT;
	if (parse_count(f[BOOTS], UINT32_MAX, &boots))
		return BOOTS;
	if (parse_flag(f[EMULATED], &r->emulated))
		return EMULATED;
	r->boots = (unsigned int)boots;
	return NR_COLUMNS;
}

static int parse_row(const struct dlab_tsv *t, char **f, struct dlab_row *r,
		     struct dlab_err *err)
{
	int wrong = parse_fields(f, r);

	if (wrong != NR_COLUMNS)
		return dlab_fail(
			err, EINVAL,
			"%s:%u: \"%.40s\" is not a %s; delete the file and run `dlab stat`",
			t->name, t->line, f[wrong], columns[wrong]);
	r->id = strdup(f[ID]);
	r->metric = strdup(f[METRIC]);
	r->unit = strdup(f[UNIT]);
	r->direction = strdup(f[DIRECTION]);
	r->instrument = strdup(f[INSTRUMENT]);
	r->reason = strdup(f[REASON]);
	if (!r->id || !r->metric || !r->unit || !r->direction ||
	    !r->instrument || !r->reason)
		return dlab_fail(err, ENOMEM, "%s: out of memory", t->name);
	return 0;
}

static int read_rows(struct dlab_tsv *t, struct dlab_summary *out,
		     struct dlab_err *err)
{
	char *f[NR_COLUMNS];
	size_t room = 0;
	int ret;

	if (t->cut)
		return dlab_fail(
			err, EINVAL,
			"%s ends in the middle of a line; delete it and run `dlab stat`",
			t->name);
	while ((ret = dlab_tsv_next(t, f, err)) > 0) {
		if (out->nr == room) {
			struct dlab_row *v;

			room = room ? 2 * room : 256;
			v = reallocarray(out->v, room, sizeof(*v));
			if (!v)
				return dlab_fail(err, ENOMEM,
						 "%s: out of memory", t->name);
			out->v = v;
		}
		memset(&out->v[out->nr], 0, sizeof(*out->v));
		ret = parse_row(t, f, &out->v[out->nr++], err);
		if (ret)
			break;
	}
	return ret;
}

static int read_all(struct dlab_tsv *t, struct dlab_summary *out,
		    struct dlab_err *err)
{
	int ret = read_rows(t, out, err);

	dlab_tsv_close(t);
	if (ret)
		dlab_summary_free(out);
	return ret;
}

int dlab_summary_read(const char *path, struct dlab_summary *out,
		      struct dlab_err *err)
{
	struct dlab_tsv t;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_tsv_open(&t, path, columns, NR_COLUMNS, err);
	return ret ? ret : read_all(&t, out, err);
}

int dlab_summary_parse(const char *name, const char *text, size_t len,
		       struct dlab_summary *out, struct dlab_err *err)
{
	struct dlab_tsv t;
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_tsv_parse(&t, name, text, len, columns, NR_COLUMNS, err);
	return ret ? ret : read_all(&t, out, err);
}

void dlab_summary_free(struct dlab_summary *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		free(s->v[i].id);
		free(s->v[i].metric);
		free(s->v[i].unit);
		free(s->v[i].direction);
		free(s->v[i].instrument);
		free(s->v[i].reason);
	}
	free(s->v);
	memset(s, 0, sizeof(*s));
}
