// SPDX-License-Identifier: GPL-2.0-only
/*
 * The figures of each topology: which data they show, and the same in words for
 * those who do not see them.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/figure.h"

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
static bool sweep_line(FILE *data, struct report_words *w,
		       const struct report_view *v, const struct report_spot *s,
		       int series, x_fn x, const char *metric)
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
			report_fig_name(data, v->series.v[series]);
			report_fig_put(data, "\n");
		}
		last = r;
		report_fig_put(data, "%.17g\t%.17g\n", x(v, s, shape),
			       r->median);
	}
	if (!first)
		return false;
	report_fig_put(data, "\n\n");
	fprintf(w->f, "; %s %s to %s", v->series.v[series],
		report_number(first->median, a),
		report_number(last->median, b));
	return true;
}

/* "From 4K to 2M" */
static void say_span(struct report_words *w, const struct report_view *v,
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
	struct report_words w;
	int series;
	FILE *data;

	report_metric("op", family, name);
	segs = pick_sweep(v, topology, name, report_segments, &s);
	if (!segs && !pick_sweep(v, topology, name, bytes_of, &s))
		return;
	if (!report_fig_open(&w, d))
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
	report_fig_finish(d, p, data, "segments.gp",
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
			report_fig_put(data, "%.17g\t%.9g\t%s\n", v[i].x,
				       left / total,
				       !(i % mark) || end ? "1" : "-");
		left -= v[i].n;
	}
	/* down to where a single operation would stand: there are none beyond */
	if (nr && v[nr - 1].x > 0)
		report_fig_put(data, "%.17g\t%.9g\t-\n", v[nr - 1].x,
			       1 / total);
	report_fig_put(data, "\n\n");
}

static bool distribution_line(struct doc *d, FILE *data, struct report_words *w,
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
		report_fig_name(data, v->series.v[c->series]);
		report_fig_put(data, "\n");
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
	struct report_words w;
	int shape, series;
	FILE *data;

	report_metric("op", family, name);
	if (!pick_place(v, topology, name, &s, &shape) ||
	    !report_fig_open(&w, d))
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
	report_fig_finish(d, p, data, "distribution.gp",
			  (const char *[]){ styles, family->axis, NULL }, title,
			  &w);
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
			report_fig_put(data, "%d\t%s\n", y++,
				       v->metrics->v[i].name);
	report_fig_put(data, "\n\n");
}

/* Paths stand a little above each other, so that equal counts are all seen. */
static bool count_line(FILE *data, struct report_words *w,
		       const struct report_view *v, const struct report_spot *s,
		       int shape, int series, int low)
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
			report_fig_name(data, v->series.v[series]);
			report_fig_put(data, "\n");
			fprintf(w->f, "%s: ", v->series.v[series]);
		}
		report_fig_put(data, "%.9g\t%.9g\n",
			       r->median > 0 ? log10(r->median) : low - 1,
			       y + shift);
		if (r->median > 0)
			fprintf(w->f, "%s %s, ", v->metrics->v[i].name,
				report_number(r->median, text));
		any = true;
	}
	if (any) {
		report_fig_put(data, "\n\n");
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
	struct report_words w;
	int shape, series;
	FILE *data;

	if (!pick_place(v, topology, "op_insns", &s, &shape) &&
	    !pick_place(v, topology, "op_pmu", &s, &shape))
		return;
	count_axes(v, &s, shape, &a);
	if (!a.rows || !report_fig_open(&w, d))
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
	report_fig_finish(d, p, data, "counts.gp",
			  (const char *[]){ styles, rows, low, high,
					    "count per operation", NULL },
			  title, &w);
}
