// SPDX-License-Identifier: GPL-2.0-only
/* A run for CI (JSON), a history for Apache Otava (CSV). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "json.h"
#include "history/export.h"
#include "numbers.h"
#include "summary.h"
#include "tsv.h"

/* ---- Otava */

static bool is_complete(const struct dlab_history *h,
			const struct dlab_track *k)
{
	for (size_t i = 0; i < h->nr_points; i++)
		if (dlab_point_is_measured(h, i) && isnan(k->median[i]))
			return false;
	return true;
}

static bool is_judged(const struct dlab_track *k)
{
	return !k->emulated && k->metric->direction != DLAB_NEUTRAL;
}

/* Of an exact metric the mean of the operations: it has what a median hides. */
static double value(const struct dlab_track *k, size_t point)
{
	return k->metric->exact && !isnan(k->total[point]) ? k->total[point] :
							     k->median[point];
}

/* "case:metric"; @quote stands around it, and twice where it is in it. */
static void print_quoted(const struct dlab_track *k, char quote, FILE *f)
{
	fputc(quote, f);
	for (const char *c = k->id; *c; c++) {
		if (*c == quote)
			fputc(quote, f);
		fputc(*c, f);
	}
	fprintf(f, ":%s%c", k->metric->name, quote);
}

static void otava_row(const struct dlab_history *h, size_t i, FILE *f)
{
	char text[DLAB_NUMBER_LEN];

	fprintf(f, "%s,%s", h->points[i].date, h->points[i].commit);
	for (size_t t = 0; t < h->nr_tracks; t++)
		if (is_judged(&h->tracks[t]) && is_complete(h, &h->tracks[t]))
			fprintf(f, ",%s",
				dlab_number(value(&h->tracks[t], i), text));
	fputs("\r\n", f);
}

size_t dlab_export_otava(const struct dlab_history *h, FILE *f)
{
	size_t left_out = 0;

	fputs("time,commit", f);
	for (size_t t = 0; t < h->nr_tracks; t++) {
		const struct dlab_track *k = &h->tracks[t];

		if (!is_judged(k))
			continue;
		if (!is_complete(h, k)) {
			left_out++;
			continue;
		}
		fputc(',', f);
		print_quoted(k, '"', f);
	}
	fputs("\r\n", f);
	for (size_t i = 0; i < h->nr_points; i++)
		if (dlab_point_is_measured(h, i))
			otava_row(h, i, f);
	return left_out;
}

void dlab_export_otava_config(const struct dlab_history *h, FILE *f)
{
	fputs("tests:\n"
	      "  dmalab:\n"
	      "    type: csv\n"
	      "    file: history.csv\n"
	      "    time_column: time\n"
	      "    attributes: [commit]\n"
	      "    metrics:\n",
	      f);
	for (size_t t = 0; t < h->nr_tracks; t++) {
		const struct dlab_track *k = &h->tracks[t];

		if (!is_judged(k) || !is_complete(h, k))
			continue;
		fputs("      ", f);
		print_quoted(k, '\'', f);
		fprintf(f, ": {direction: %d}\n",
			k->metric->direction == DLAB_LOWER ? -1 : 1);
	}
}

/* ---- JSON of a run: what is not known is null */

static json_t *figure(const struct dlab_row *r)
{
	return json_pack(
		"{s:s, s:s, s:s, s:s, s:I, s:i, s:o, s:o, s:o, s:o, s:b}",
		"metric", r->metric, "unit", r->unit, "direction", r->direction,
		"instrument", r->instrument, "samples", (json_int_t)r->n,
		"boots", (int)r->boots, "median", dlab_json_real(r->median),
		"min", dlab_json_real(r->min), "mad", dlab_json_real(r->mad),
		"total", dlab_json_real(r->total), "emulated",
		(int)r->emulated);
}

/* The rows of a case stand together; one that is not ok says how it ended. */
static json_t *case_of(const struct dlab_summary *s, size_t first, size_t *end)
{
	json_t *figures = json_array(), *o;
	const struct dlab_row *worst = &s->v[first];
	char *reason;
	size_t i;

	for (i = first; i < s->nr && !strcmp(s->v[i].id, s->v[first].id); i++) {
		if (s->v[i].status > worst->status)
			worst = &s->v[i];
		if (strcmp(s->v[i].metric, "-"))
			json_array_append_new(figures, figure(&s->v[i]));
	}
	*end = i;
	/* a reason may have been cut in the middle of a character */
	reason = dlab_clean_copy(worst->reason);
	o = json_pack("{s:s, s:s, s:s, s:b, s:o}", "case", worst->id, "status",
		      dlab_status_name(worst->status), "reason",
		      reason ? reason : "", "tainted", (int)worst->tainted,
		      "figures", figures);
	free(reason);
	return o;
}

static int row_order(const void *x, const void *y)
{
	const struct dlab_row *a = x, *b = y;
	int d = strcmp(a->id, b->id);

	return d ? d : strcmp(a->metric, b->metric);
}

int dlab_export_run(const struct dlab_run *run,
		    const struct dlab_metrics *metrics, FILE *f,
		    struct dlab_err *err)
{
	json_t *cases, *fingerprint, *root;
	struct dlab_summary s;
	int ret = dlab_stat(run->dir, metrics, &s, err);

	if (ret)
		return ret;
	if (s.nr)
		qsort(s.v, s.nr, sizeof(*s.v), row_order);
	cases = json_array();
	for (size_t i = 0; i < s.nr;)
		json_array_append_new(cases, case_of(&s, i, &i));
	fingerprint = json_object();
	for (size_t i = 0; i < run->fingerprint.nr; i++)
		json_object_set_new(fingerprint, run->fingerprint.v[i].key,
				    json_string(run->fingerprint.v[i].value));
	root = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:o, s:o}", "schema",
			 1, "run", run->name, "suite", run->suite, "lab",
			 run->lab, "created", run->created, "status",
			 run->ok ? "ok" : "fail", "fingerprint", fingerprint,
			 "cases", cases);
	json_dumpf(root, f, JSON_INDENT(1));
	fputc('\n', f);
	json_decref(root);
	dlab_summary_free(&s);
	return 0;
}
