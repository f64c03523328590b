// SPDX-License-Identifier: GPL-2.0-only
/* Figures of bars: topologies side by side, I/O a second. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure.h"
#include "report/style.h"

/**
 * struct bars - a figure of bars being written
 * @data: may be NULL
 * @y: where the next bar goes
 * @max: what the axis has to reach, so that every bar has room for its label
 */
struct bars {
	FILE *data;
	double y;
	double max;
};

/* Of plots/bars.gp, in pixels: the plot, and a character of a label. */
#define BARS_WIDTH 480.0
#define BARS_CHAR 8.6

static void bars_heading(struct bars *b, const char *name)
{
	if (b->y > 0)
		b->y += 0.4;
	report_fig_put(b->data, "%.3g\t", b->y);
	report_fig_name(b->data, name);
	report_fig_put(b->data, "\t-\t0\t0\t0\n");
	b->y += 1;
}

static void bars_add(struct bars *b, const char *name, int colour, double first,
		     double second, double whole)
{
	char text[REPORT_NUMBER_LEN];
	double room;

	report_fig_put(b->data, "%.3g\t", b->y);
	report_fig_name(b->data, name);
	report_fig_put(b->data, " %s\t%lu\t%.17g\t%.17g\t%.17g\n",
		       report_number(whole, text),
		       strtoul(report_colours[colour].light + 1, NULL, 16),
		       first, second, whole);
	b->y += 1;
	room = BARS_WIDTH -
	       BARS_CHAR * (double)(doc_width(name) + strlen(text) + 3);
	/* a name longer than that stands over its bar */
	if (room < BARS_WIDTH / 4)
		room = BARS_WIDTH / 4;
	if (whole * BARS_WIDTH / room > b->max)
		b->max = whole * BARS_WIDTH / room;
}

static void bars_end(struct doc *d, struct report_plotter *p, struct bars *b,
		     const char *axis, bool parts, const char *title,
		     struct report_words *w)
{
	char rows[32], max[32];

	snprintf(rows, sizeof(rows), "%.0f", ceil(b->y));
	snprintf(max, sizeof(max), "%.17g", b->max);
	report_fig_finish(d, p, b->data, "bars.gp",
			  (const char *[]){ rows, max, axis,
					    parts ? "yes" : "no", NULL },
			  title, w);
}

/*
 * The parts are measured in another pass than the whole and do not add up to
 * it exactly: the bar has the length of the whole, cut as the parts are.
 */
static void add_parts(struct bars *b, const struct report_view *v,
		      const struct report_case *c,
		      const struct report_family *f)
{
	static const char *const parts[] = { "map", "fill", "unmap" };
	char name[REPORT_METRIC_LEN];
	double part[3] = { 0 }, sum = 0, whole;
	size_t i;

	whole = report_row(c, report_metric("op", f, name))->median;
	for (i = 0; i < 3; i++) {
		const struct dlab_row *r =
			report_row(c, report_metric(parts[i], f, name));

		part[i] = r ? r->median : 0;
		sum += part[i];
	}
	if (sum <= 0)
		sum = whole;
	bars_add(b, v->series.v[c->series], report_colour_of(v, c->series),
		 whole * part[0] / sum, whole * (part[0] + part[1]) / sum,
		 whole);
}

static void topology_bars(struct bars *b, struct report_words *w,
			  const struct report_view *v, int topology,
			  const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	char name[REPORT_METRIC_LEN], text[REPORT_NUMBER_LEN];
	bool headed = false;
	int series;

	report_metric("op", f, name);
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c =
			report_find_like(v, h, topology, series);
		const struct dlab_row *r = report_row(c, name);

		if (!r)
			continue;
		if (!headed) {
			bars_heading(b, v->topologies.v[topology]);
			fprintf(w->f, "%s: ", v->topologies.v[topology]);
		}
		fprintf(w->f, "%s%s %s", headed ? ", " : "",
			v->series.v[series], report_number(r->median, text));
		headed = true;
		add_parts(b, v, c, f);
	}
	if (headed)
		fputs(". ", w->f);
}

void report_fig_topologies(struct doc *d, const struct report_view *v,
			   struct report_plotter *p,
			   const struct report_family *f)
{
	const struct report_case *h = &v->cases[v->headline];
	char title[512], label[256], transfer[128], name[REPORT_METRIC_LEN];
	struct report_spot s = { h->topology, h->workload, h->desc };
	struct bars b = { 0 };
	struct report_words w;
	int topology;
	bool parts;

	if (!report_fig_open(&w, d))
		return;
	b.data = report_plot_begin(p);
	for (topology = 0; topology < (int)v->topologies.nr; topology++)
		topology_bars(&b, &w, v, topology, f);
	parts = report_has(v, -1, report_metric("map", f, name));
	snprintf(title, sizeof(title),
		 "Topologies side by side: %s, %s, median %s%s",
		 report_spot_label(v, &s, label, sizeof(label)),
		 report_shape_label(v, &s, h->shape, transfer,
				    sizeof(transfer)),
		 report_metric("op", f, name),
		 parts ? ", cut into map, fill and unmap" : "");
	bars_end(d, p, &b, f->axis, parts, title, &w);
}

/* I/O a second, by topology for each shape. */
void report_fig_rates(struct doc *d, const struct report_view *v,
		      struct report_plotter *p, int workload)
{
	char title[256], text[REPORT_NUMBER_LEN];
	struct bars b = { 0 };
	bool emulated = false;
	struct report_words w;
	int shape;
	size_t i;

	if (!report_fig_open(&w, d))
		return;
	b.data = report_plot_begin(p);
	for (shape = 0; shape < (int)v->shapes.nr; shape++) {
		bool headed = false;

		for (i = 0; i < v->nr_cases; i++) {
			const struct report_case *c = &v->cases[i];
			const struct dlab_row *r = report_row(c, "iops");

			if (c->workload != workload || c->shape != shape || !r)
				continue;
			emulated = emulated || r->emulated;
			if (!headed) {
				bars_heading(&b, v->shapes.v[shape]);
				fprintf(w.f, "%s: ", v->shapes.v[shape]);
			}
			fprintf(w.f, "%s%s %s", headed ? ", " : "",
				v->topologies.v[c->topology],
				report_number(r->median, text));
			headed = true;
			bars_add(&b, v->topologies.v[c->topology], 4, 0, 0,
				 r->median);
		}
		if (headed)
			fputs(". ", w.f);
	}
	if (!(b.max > 0)) {
		if (b.data)
			fclose(b.data);
		fclose(w.f);
		free(w.text);
		return;
	}
	snprintf(title, sizeof(title), "%s: I/O operations a second%s",
		 v->workloads.v[workload],
		 emulated ? ", emulated time: not to be ranked" : "");
	bars_end(d, p, &b, emulated ? "emulated I/O a second" : "I/O a second",
		 false, title, &w);
}
