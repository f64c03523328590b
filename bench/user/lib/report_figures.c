// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures of a report: which data each of them shows, and the same in
 * words for those who do not see it.
 */
#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"
#include "report_style.h"

/**
 * struct words - text that grows; what the figure shows, told
 */
struct words {
	FILE *f;
	char *text;
	size_t len;
};

static bool words_open(struct words *w, struct doc *d)
{
	w->text = NULL;
	w->f = open_memstream(&w->text, &w->len);
	if (!w->f)
		d->err = -ENOMEM;
	return w->f;
}

static const char *words_close(struct words *w)
{
	if (fclose(w->f))
		return "";
	/* sentences end in a space, the last one too */
	while (w->len && w->text[w->len - 1] == ' ')
		w->text[--w->len] = '\0';
	return w->text;
}

/* Draw what was written to @data and add it, or say why there is no figure. */
static void finish(struct doc *d, struct report_plotter *p, FILE *data,
		   const char *script, const char *const *args,
		   const char *title, struct words *w)
{
	char *svg = data ? report_plot_end(p, data, script, args) : NULL;

	doc_figure(d, title, words_close(w), svg, p->missing);
	free(svg);
	free(w->text);
}

static void put(FILE *data, const char *fmt, ...) DOC_PRINTF(2, 3);

/* Figures may be missing; what they show is told all the same. */
static void put(FILE *data, const char *fmt, ...)
{
	va_list ap;

	if (!data)
		return;
	va_start(ap, fmt);
	vfprintf(data, fmt, ap);
	va_end(ap);
}

/* gnuplot takes a double quote for the begin of a string */
static void put_name(FILE *data, const char *name)
{
	for (; *name; name++)
		put(data, "%c", *name == '"' || *name == '\\' ? '\'' : *name);
}

/* "0 1 2": the styles of the series that have a block in the data */
static void add_style(char *styles, size_t size, const struct report_view *v,
		      int series)
{
	size_t len = strlen(styles);

	snprintf(styles + len, size - len, "%s%d", len ? " " : "",
		 report_colour_of(v, series));
}

static const char *emulated_word(const struct report_view *v, int topology,
				 const struct report_family *f)
{
	return !strcmp(f->suffix, "_ns") && report_is_emulated(v, topology) ?
		       "emulated " :
		       "";
}

/* ---- cost against segments */

static double bytes_of(const struct report_view *v,
		       const struct report_spot *s __attribute__((unused)),
		       int shape)
{
	return v->shape_info[shape].bytes;
}

typedef double (*x_fn)(const struct report_view *v, const struct report_spot *s,
		       int shape);

/*
 * How many points a line over @x would have: 0 when two shapes share one, for
 * then something else varies too.
 */
static unsigned int sweep_points(const struct report_view *v,
				 const struct report_spot *s, x_fn x,
				 const char *metric)
{
	double last = 0;
	unsigned int n = 0;
	int shape, other;
	size_t i;

	for (shape = 0; shape < (int)v->shapes.nr; shape++) {
		for (i = 0; i < v->nr_cases; i++)
			if (v->cases[i].shape == shape &&
			    v->cases[i].topology == s->topology &&
			    v->cases[i].workload == s->workload &&
			    v->cases[i].desc == s->desc &&
			    report_row(&v->cases[i], metric))
				break;
		if (i == v->nr_cases)
			continue;
		last = x(v, s, shape);
		if (!last)
			return 0;
		for (other = 0; other < shape; other++)
			if (report_shape_in(v, s, other) &&
			    x(v, s, other) == last)
				return 0;
		n++;
	}
	return n;
}

static bool pick_sweep(const struct report_view *v, int topology,
		       const char *metric, x_fn x, struct report_spot *best)
{
	struct report_spot s;
	unsigned int most = 2;

	FOR_EACH_SPOT(v, s, topology) {
		unsigned int n = sweep_points(v, &s, x, metric);

		if (n > most) {
			most = n;
			*best = s;
		}
	}
	return most > 2;
}

static const struct dlab_row *row_at(const struct report_view *v,
				     const struct report_spot *s, int shape,
				     int series, const char *metric)
{
	return report_row(report_find(v, s->topology, s->workload, s->desc,
				      shape, series),
			  metric);
}

/* One line; false when the series has no point. */
static bool sweep_line(FILE *data, struct words *w, const struct report_view *v,
		       const struct report_spot *s, int series, x_fn x,
		       const char *metric)
{
	const struct dlab_row *first = NULL, *last = NULL;
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN];
	int shape;

	for (shape = 0; shape < (int)v->shapes.nr; shape++) {
		const struct dlab_row *r = row_at(v, s, shape, series, metric);

		/* a logarithm has no room for 0 */
		if (!r || r->median <= 0)
			continue;
		if (!first) {
			first = r;
			put_name(data, v->series.v[series]);
			put(data, "\n");
		}
		last = r;
		put(data, "%.17g\t%.17g\n", x(v, s, shape), r->median);
	}
	if (!first)
		return false;
	put(data, "\n\n");
	fprintf(w->f, "; %s %s to %s", v->series.v[series],
		report_number(first->median, a),
		report_number(last->median, b));
	return true;
}

/* "From 4K to 2M" */
static void say_span(struct words *w, const struct report_view *v,
		     const struct report_spot *s, const char *metric)
{
	int shape, first = -1, last = -1, series;
	char a[128], b[128];

	for (shape = 0; shape < (int)v->shapes.nr; shape++)
		for (series = 0; series < (int)v->series.nr; series++)
			if (row_at(v, s, shape, series, metric)) {
				first = first < 0 ? shape : first;
				last = shape;
			}
	fprintf(w->f, "From %s to %s",
		report_shape_label(v, s, first, a, sizeof(a)),
		report_shape_label(v, s, last, b, sizeof(b)));
}

void report_fig_sweep(struct doc *d, const struct report_view *v,
		      struct report_plotter *p, int topology,
		      const struct report_family *family)
{
	char name[REPORT_METRIC_LEN], styles[256] = "", title[512], label[256];
	bool segs;
	struct report_spot s;
	struct words w;
	int series;
	FILE *data;

	report_metric("op", family, name);
	segs = pick_sweep(v, topology, name, report_segments, &s);
	if (!segs && !pick_sweep(v, topology, name, bytes_of, &s))
		return;
	if (!words_open(&w, d))
		return;
	data = report_plot_begin(p);
	say_span(&w, v, &s, name);
	for (series = 0; series < (int)v->series.nr; series++)
		if (sweep_line(data, &w, v, &s, series,
			       segs ? report_segments : bytes_of, name))
			add_style(styles, sizeof(styles), v, series);
	fputs(".", w.f);
	snprintf(title, sizeof(title), "Cost against %s: %s on %s, median %s%s",
		 segs ? "number of segments" : "size",
		 report_spot_label(v, &s, label, sizeof(label)),
		 v->topologies.v[topology], emulated_word(v, topology, family),
		 name);
	finish(d, p, data, "segments.gp",
	       (const char *[]){ styles, segs ? "segments" : "bytes",
				 family->axis, NULL },
	       title, &w);
}

/* ---- distribution */

/**
 * struct step - so many operations cost so much
 */
struct step {
	double x;
	double n;
};

static int step_order(const void *a, const void *b)
{
	const struct step *x = a, *y = b;

	return (x->x > y->x) - (x->x < y->x);
}

/* All boots together, ascending, equal costs added up; malloc()ed. */
static struct step *steps_of(const struct dlab_series *s, size_t *nr)
{
	struct step *v;
	size_t i, j, n = 0, room = 1;

	for (i = 0; i < s->nr; i++)
		room += s->cells[i].n + s->cells[i].nr_hist;
	v = malloc(room * sizeof(*v));
	if (!v)
		return NULL;
	for (i = 0; i < s->nr; i++) {
		for (j = 0; j < s->cells[i].n; j++)
			v[n++] = (struct step){ s->cells[i].v[j], 1 };
		for (j = 0; j < s->cells[i].nr_hist; j++)
			v[n++] = (struct step){
				s->cells[i].hist[j].low,
				(double)s->cells[i].hist[j].count
			};
	}
	qsort(v, n, sizeof(*v), step_order);
	*nr = 0;
	for (i = 0; i < n; i++) {
		if (*nr && v[*nr - 1].x == v[i].x)
			v[*nr - 1].n += v[i].n;
		else
			v[(*nr)++] = v[i];
	}
	return v;
}

static double quantile(const struct step *v, size_t nr, double total, double q)
{
	double sum = 0;
	size_t i;

	for (i = 0; i + 1 < nr; i++) {
		sum += v[i].n;
		if (sum >= q * total)
			break;
	}
	return v[i].x;
}

/*
 * Far more steps than a figure has pixels are thinned out, the ends kept; some
 * carry the path's mark.
 */
#define MAX_STEPS 400
#define MAX_MARKS 12

static void put_steps(FILE *data, const struct step *v, size_t nr, double total)
{
	size_t i, every = nr / MAX_STEPS + 1, mark = nr / MAX_MARKS + 1;
	double left = total;

	for (i = 0; i < nr; i++) {
		bool end = i + 1 == nr;

		if (v[i].x > 0 && (!(i % every) || !(i % mark) || end))
			put(data, "%.17g\t%.9g\t%s\n", v[i].x, left / total,
			    !(i % mark) || end ? "1" : "-");
		left -= v[i].n;
	}
	/* down to where a single operation would stand: there are none beyond */
	if (nr && v[nr - 1].x > 0)
		put(data, "%.17g\t%.9g\t-\n", v[nr - 1].x, 1 / total);
	put(data, "\n\n");
}

static bool distribution_line(struct doc *d, FILE *data, struct words *w,
			      const struct report_view *v,
			      const struct report_case *c, const char *metric)
{
	const struct dlab_series *s = dlab_data_find(&v->data, c->id, metric);
	char a[REPORT_NUMBER_LEN], b[REPORT_NUMBER_LEN], m[REPORT_NUMBER_LEN];
	struct step *steps;
	double total = 0;
	size_t nr, i;

	if (!s)
		return false;
	steps = steps_of(s, &nr);
	if (!steps) {
		d->err = -ENOMEM;
		return false;
	}
	for (i = 0; i < nr; i++)
		total += steps[i].n;
	if (nr && steps[nr - 1].x > 0) {
		put_name(data, v->series.v[c->series]);
		put(data, "\n");
		put_steps(data, steps, nr, total);
		if (nr == 1)
			fprintf(w->f, "%s: %s always. ", v->series.v[c->series],
				report_number(steps[0].x, a));
		else
			fprintf(w->f,
				"%s: median %s, 99th percentile %s, most %s. ",
				v->series.v[c->series],
				report_number(quantile(steps, nr, total, 0.5),
					      a),
				report_number(quantile(steps, nr, total, 0.99),
					      b),
				report_number(steps[nr - 1].x, m));
	} else {
		nr = 0;
	}
	free(steps);
	return nr;
}

/* How much a case has in common with the one that stands for the run. */
static unsigned int likeness(const struct report_case *c,
			     const struct report_case *headline)
{
	return 4 * (c->transfer == headline->transfer) +
	       2 * (c->desc == headline->desc) +
	       (c->workload == headline->workload);
}

/* The place on this topology that has the metric and is most like it. */
static bool pick_place(const struct report_view *v, int topology,
		       const char *metric, struct report_spot *s, int *shape)
{
	const struct report_case *h, *best = NULL;
	size_t i;

	if (v->headline < 0)
		return false;
	h = &v->cases[v->headline];
	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *c = &v->cases[i];

		if (c->topology == topology && c->series >= 0 &&
		    report_row(c, metric) &&
		    (!best || likeness(c, h) > likeness(best, h)))
			best = c;
	}
	if (!best)
		return false;
	*s = (struct report_spot){ topology, best->workload, best->desc };
	*shape = best->shape;
	return true;
}

void report_fig_distribution(struct doc *d, const struct report_view *v,
			     struct report_plotter *p, int topology,
			     const struct report_family *family)
{
	char name[REPORT_METRIC_LEN], styles[256] = "", title[512], label[256];
	char transfer[128];
	struct report_spot s;
	struct words w;
	int shape, series;
	FILE *data;

	report_metric("op", family, name);
	if (!pick_place(v, topology, name, &s, &shape) || !words_open(&w, d))
		return;
	data = report_plot_begin(p);
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct report_case *c = report_find(
			v, topology, s.workload, s.desc, shape, series);

		if (c && distribution_line(d, data, &w, v, c, name))
			add_style(styles, sizeof(styles), v, series);
	}
	snprintf(
		title, sizeof(title),
		"How many operations cost that much or more: %s, %s on %s, %s%s",
		report_spot_label(v, &s, label, sizeof(label)),
		report_shape_label(v, &s, shape, transfer, sizeof(transfer)),
		v->topologies.v[topology], emulated_word(v, topology, family),
		name);
	finish(d, p, data, "distribution.gp",
	       (const char *[]){ styles, family->axis, NULL }, title, &w);
}

/* ---- bars */

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
	put(b->data, "%.3g\t", b->y);
	put_name(b->data, name);
	put(b->data, "\t-\t0\t0\t0\n");
	b->y += 1;
}

static void bars_add(struct bars *b, const char *name, int colour, double first,
		     double second, double whole)
{
	char text[REPORT_NUMBER_LEN];
	double room;

	put(b->data, "%.3g\t", b->y);
	put_name(b->data, name);
	put(b->data, " %s\t%lu\t%.17g\t%.17g\t%.17g\n",
	    report_number(whole, text),
	    strtoul(report_colours[colour].light + 1, NULL, 16), first, second,
	    whole);
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
		     struct words *w)
{
	char rows[32], max[32];

	snprintf(rows, sizeof(rows), "%.0f", ceil(b->y));
	snprintf(max, sizeof(max), "%.17g", b->max);
	finish(d, p, b->data, "bars.gp",
	       (const char *[]){ rows, max, axis, parts ? "yes" : "no", NULL },
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

static void topology_bars(struct bars *b, struct words *w,
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
	struct words w;
	int topology;
	bool parts;

	if (!words_open(&w, d))
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
	struct words w;
	int shape;
	size_t i;

	if (!words_open(&w, d))
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

/* ---- structure counts */

static bool is_plotted_count(const struct report_view *v,
			     const struct report_spot *s, int shape,
			     const struct dlab_metric *m)
{
	int series;

	if (!report_is_structure_count(m) || !strcmp(m->unit, "insns"))
		return false;
	for (series = 0; series < (int)v->series.nr; series++) {
		const struct dlab_row *r = row_at(v, s, shape, series, m->name);

		if (r && r->median > 0)
			return true;
	}
	return false;
}

/**
 * struct count_axes - what the figure of the structure counts spans
 * @rows: counts that it has
 * @low: least power of ten
 * @high: greatest
 */
struct count_axes {
	int rows;
	int low;
	int high;
};

static void count_axes(const struct report_view *v, const struct report_spot *s,
		       int shape, struct count_axes *a)
{
	int series;
	size_t i;

	*a = (struct count_axes){ 0 };
	for (i = 0; i < v->metrics->nr; i++) {
		const char *name = v->metrics->v[i].name;

		if (!is_plotted_count(v, s, shape, &v->metrics->v[i]))
			continue;
		a->rows++;
		for (series = 0; series < (int)v->series.nr; series++) {
			const struct dlab_row *r =
				row_at(v, s, shape, series, name);
			double e = r && r->median > 0 ? log10(r->median) : 0;

			if (floor(e) < a->low)
				a->low = (int)floor(e);
			if (ceil(e) > a->high)
				a->high = (int)ceil(e);
		}
	}
}

static void count_names(FILE *data, const struct report_view *v,
			const struct report_spot *s, int shape)
{
	size_t i;
	int y = 0;

	for (i = 0; i < v->metrics->nr; i++)
		if (is_plotted_count(v, s, shape, &v->metrics->v[i]))
			put(data, "%d\t%s\n", y++, v->metrics->v[i].name);
	put(data, "\n\n");
}

/* Paths stand a little above each other, so that equal counts are all seen. */
static bool count_line(FILE *data, struct words *w, const struct report_view *v,
		       const struct report_spot *s, int shape, int series,
		       int low)
{
	double shift = (series - ((double)v->series.nr - 1) / 2) *
		       (0.7 / (double)v->series.nr);
	char text[REPORT_NUMBER_LEN];
	bool any = false;
	size_t i;
	int y = -1;

	for (i = 0; i < v->metrics->nr; i++) {
		const struct dlab_row *r;

		if (!is_plotted_count(v, s, shape, &v->metrics->v[i]))
			continue;
		y++;
		r = row_at(v, s, shape, series, v->metrics->v[i].name);
		if (!r)
			continue;
		if (!any) {
			put_name(data, v->series.v[series]);
			put(data, "\n");
			fprintf(w->f, "%s: ", v->series.v[series]);
		}
		put(data, "%.9g\t%.9g\n",
		    r->median > 0 ? log10(r->median) : low - 1, y + shift);
		if (r->median > 0)
			fprintf(w->f, "%s %s, ", v->metrics->v[i].name,
				report_number(r->median, text));
		any = true;
	}
	if (any) {
		put(data, "\n\n");
		fputs("the others 0. ", w->f);
	}
	return any;
}

void report_fig_counts(struct doc *d, const struct report_view *v,
		       struct report_plotter *p, int topology)
{
	char styles[256] = "", title[512], label[256];
	char rows[16], low[16], high[16], transfer[128];
	struct count_axes a;
	struct report_spot s;
	struct words w;
	int shape, series;
	FILE *data;

	if (!pick_place(v, topology, "op_insns", &s, &shape) &&
	    !pick_place(v, topology, "op_pmu", &s, &shape))
		return;
	count_axes(v, &s, shape, &a);
	if (!a.rows || !words_open(&w, d))
		return;
	data = report_plot_begin(p);
	count_names(data, v, &s, shape);
	for (series = 0; series < (int)v->series.nr; series++)
		if (count_line(data, &w, v, &s, shape, series, a.low))
			add_style(styles, sizeof(styles), v, series);
	snprintf(title, sizeof(title),
		 "What one operation does, structure counts: %s, %s on %s",
		 report_spot_label(v, &s, label, sizeof(label)),
		 report_shape_label(v, &s, shape, transfer, sizeof(transfer)),
		 v->topologies.v[topology]);
	snprintf(rows, sizeof(rows), "%d", a.rows);
	snprintf(low, sizeof(low), "%d", a.low);
	snprintf(high, sizeof(high), "%d", a.high);
	finish(d, p, data, "counts.gp",
	       (const char *[]){ styles, rows, low, high, "count per operation",
				 NULL },
	       title, &w);
}
