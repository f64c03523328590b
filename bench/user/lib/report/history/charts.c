// SPDX-License-Identifier: GPL-2.0-only
/*
 * The charts of a history's report: data for plots/history.gp and
 * plots/trend.gp, which draw many of them at once.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"
#include "report/style.h"
#include "report/view.h"

/* What a chart's axis spans at least, as a fraction of its largest value. */
#define SPAN_LARGE 0.002
#define SPAN_SMALL 0.02

/**
 * struct axis - the range of values that a chart shows
 * @low, @high: of the axis
 * @least, @most: of what is on it
 */
struct axis {
	double low;
	double high;
	double least;
	double most;
};

/* Half a commit: a level lasts from there to there. */
#define HALF 0.5

static void find_axis(const struct dlab_history *h, const struct part_chart *c,
		      struct axis *a)
{
	const struct dlab_track *t = &h->tracks[c->track];
	const double *v = part_values(h, c->track, c->of_total);
	double span, middle;
	size_t i;

	a->least = NAN;
	a->most = NAN;
	for (i = 0; i < h->nr_points; i++) {
		a->least = fmin(a->least, v[i]);
		a->most = fmax(a->most, v[i]);
		if (t->metric->exact || isnan(v[i]))
			continue;
		a->least = fmin(a->least, t->low[i]);
		a->most = fmax(a->most, t->high[i]);
	}
	if (isnan(a->least))
		a->least = a->most = 0;
	span = a->most - a->least;
	middle = (a->most + a->least) / 2;
	span = fmax(span, fabs(a->most) * (c->small ? SPAN_SMALL : SPAN_LARGE));
	if (span == 0)
		span = 1;
	/* the marks of commits without figures stand below all values */
	a->high = middle + 0.6 * span;
	a->low = middle - 0.72 * span;
}

/* Blocks end in two empty lines, and an empty one would not be counted. */
static void end_block(FILE *f)
{
	fputs("NaN\tNaN\tNaN\tNaN\n\n\n", f);
}

static void put_tic(double v, const char *unit, FILE *f)
{
	char text[REPORT_NUMBER_LEN];

	fprintf(f, "0\t%.17g\t%s%s%s\n", v, report_number(v, text),
		*unit ? " " : "", unit);
}

/* A round number of which some four fit into @span. */
static double round_step(double span)
{
	double unit = pow(10, floor(log10(span / 4)));
	double n = span / 4 / unit;

	return unit * (n < 1.5 ? 1 : n < 3.5 ? 2 : n < 7.5 ? 5 : 10);
}

/* A small chart has no room for the axis's name. */
static void put_tics(const struct dlab_history *h, const struct part_chart *c,
		     const struct axis *a, FILE *f)
{
	double step = round_step(a->high - a->low), v;

	if (c->small) {
		put_tic(a->most, h->tracks[c->track].metric->unit, f);
		if (a->most - a->least > 0.25 * (a->high - a->low))
			put_tic(a->least, "", f);
	} else {
		for (v = ceil(a->low / step) * step; v <= a->high; v += step)
			put_tic(fabs(v) < step / 1e6 ? 0 : v, "", f);
	}
	/* there is one, and a row of NaN would be one more */
	fputs("\n\n", f);
}

/* What is pointed out; it also makes gnuplot take the axis's range. */
static void put_frame(const struct part_chart *c, const struct axis *a, FILE *f)
{
	double from = -HALF, to = -HALF;

	if (c->point != PART_NONE) {
		from = (double)c->before + HALF;
		to = (double)c->point + HALF;
	}
	fprintf(f, "%g\t%.17g\t%.17g\n%g\t%.17g\t%.17g\n", from, a->low,
		a->high, to, a->low, a->high);
	end_block(f);
}

/*
 * A gap: one empty line, however long it is, for two would end the block.  @was:
 * whether there is one already.
 */
static bool put_gap(bool was, FILE *f)
{
	if (!was)
		fputs("\n", f);
	return true;
}

static void put_band(const struct dlab_history *h, const struct part_chart *c,
		     FILE *f)
{
	const struct dlab_track *t = &h->tracks[c->track];
	bool gap = true;
	size_t i;

	for (i = 0; i < h->nr_points && !t->metric->exact; i++) {
		if (isnan(t->median[i])) {
			gap = put_gap(gap, f);
			continue;
		}
		fprintf(f, "%zu\t%.9g\t%.9g\n", i, t->low[i], t->high[i]);
		gap = false;
	}
	end_block(f);
}

/* Steps: a corner where the level changes, no point where it does not. */
static void put_steps(const double *v, size_t nr, FILE *f)
{
	bool gap = true;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (isnan(v[i])) {
			gap = put_gap(gap, f);
			continue;
		}
		if (!i || v[i - 1] != v[i])
			fprintf(f, "%g\t%.9g\n", (double)i - HALF, v[i]);
		if (i + 1 == nr || v[i + 1] != v[i])
			fprintf(f, "%g\t%.9g\n", (double)i + HALF, v[i]);
		gap = false;
	}
	end_block(f);
}

static void put_line(const double *v, size_t nr, FILE *f)
{
	bool gap = true;
	size_t i;

	for (i = 0; i < nr; i++) {
		if (isnan(v[i])) {
			gap = put_gap(gap, f);
			continue;
		}
		fprintf(f, "%zu\t%.9g\n", i, v[i]);
		gap = false;
	}
	end_block(f);
}

/* From the last commit with a figure to the next one. */
static void put_bridges(const double *v, size_t nr, double half, FILE *f)
{
	size_t i, last = PART_NONE;

	for (i = 0; i < nr; i++) {
		if (isnan(v[i]))
			continue;
		if (last != PART_NONE && i - last > 1)
			fprintf(f, "%g\t%.9g\n%g\t%.9g\n\n",
				(double)last + half, v[last], (double)i - half,
				v[i]);
		last = i;
	}
	end_block(f);
}

/* Marks and colours as plots/common.gp has them. */
static void put_outcomes(const struct dlab_history *h, double at, FILE *f)
{
	static const struct {
		int mark;
		const char *colour;
	} marks[DLAB_NR_POINT_OUTCOMES] = {
		[DLAB_POINT_NO_BUILD] = { 4, "s6" },
		[DLAB_POINT_CRASH] = { 2, "s8" },
		[DLAB_POINT_FAIL] = { 8, "s5" },
		[DLAB_POINT_UNMEASURED] = { 7, "muted" },
	};
	const struct report_colour *c;
	size_t i;

	for (i = 0; i < h->nr_points; i++) {
		enum dlab_point_outcome o = h->points[i].outcome;

		if (o == DLAB_POINT_OK)
			continue;
		for (c = report_colours; strcmp(c->var, marks[o].colour);)
			c++;
		fprintf(f, "%zu\t%.9g\t%d\t%ld\n", i, at, marks[o].mark,
			strtol(c->light + 1, NULL, 16));
	}
	end_block(f);
}

static void put_changes(const struct dlab_history *h,
			const struct part_chart *c, bool worse, FILE *f)
{
	const double *v = part_values(h, c->track, c->of_total);
	size_t i;

	for (i = 0; i < h->nr_steps; i++)
		if (h->steps[i].track == c->track &&
		    dlab_step_verdict(&h->steps[i]) ==
			    (worse ? DLAB_WORSE : DLAB_BETTER))
			fprintf(f, "%zu\t%.9g\n", h->steps[i].point,
				v[h->steps[i].point]);
	end_block(f);
}

void part_put_commits(const struct dlab_history *h, const size_t *wanted,
		      size_t nr, double room, double y, FILE *f)
{
	size_t *put = calloc(nr + 1, sizeof(*put));
	size_t i, j, n = 0;

	for (i = 0; put && i < nr; i++) {
		for (j = 0; j < n; j++)
			if (fabs((double)put[j] - (double)wanted[i]) <
			    room * (double)h->nr_points)
				break;
		if (j < n)
			continue;
		fprintf(f, "%zu\t%.9g\t#%zu\n", wanted[i], y, wanted[i]);
		put[n++] = wanted[i];
	}
	fputs("\n\n", f);
	free(put);
}

/* What part of the axis the number of a commit takes. */
#define ROOM_LARGE 0.085
#define ROOM_SMALL 0.24

/* What is pointed out first, then every change of the figure, then the ends. */
static void put_commits(const struct dlab_history *h,
			const struct part_chart *c, double y, FILE *f)
{
	size_t *wanted = calloc(h->nr_steps + 3, sizeof(*wanted));
	size_t i, n = 0;

	if (wanted && c->point != PART_NONE)
		wanted[n++] = c->point;
	for (i = 0; wanted && i < h->nr_steps; i++)
		if (h->steps[i].track == c->track && !h->steps[i].neutral)
			wanted[n++] = h->steps[i].point;
	if (wanted) {
		wanted[n++] = h->nr_points - 1;
		wanted[n++] = 0;
	}
	part_put_commits(h, wanted, n, c->small ? ROOM_SMALL : ROOM_LARGE, y, f);
	free(wanted);
}

/* The blocks that plots/history.gp and plots/trend.gp take. */
static void put_chart(const struct dlab_history *h, const struct part_chart *c,
		      FILE *f)
{
	const double *v = part_values(h, c->track, c->of_total);
	bool exact = h->tracks[c->track].metric->exact;
	struct axis a;

	find_axis(h, c, &a);
	put_tics(h, c, &a, f);
	put_frame(c, &a, f);
	put_band(h, c, f);
	if (exact)
		put_steps(v, h->nr_points, f);
	else
		put_line(v, h->nr_points, f);
	put_bridges(v, h->nr_points, exact ? HALF : 0, f);
	put_outcomes(h, a.low + 0.05 * (a.high - a.low), f);
	put_changes(h, c, true, f);
	put_changes(h, c, false, f);
	put_commits(h, c, a.low, f);
}

/**
 * struct batch - charts on their way to gnuplot
 * @h: of which history
 * @v: those that are to be drawn
 */
struct batch {
	const struct dlab_history *h;
	struct part_chart **v;
};

static void put_ith(void *arg, size_t i, FILE *f)
{
	const struct batch *b = arg;

	put_chart(b->h, b->v[i], f);
}

/* A word for the axis; gnuplot cuts the list at blanks. */
static void put_unit(FILE *f, const struct dlab_metric *m)
{
	const char *s;

	for (s = part_unit(m); *s; s++)
		fputc(*s == ' ' ? '_' : *s, f);
	fputc(' ', f);
}

static void draw_all(const struct dlab_history *h, struct part_charts *charts,
		     const char *script, struct doc *d,
		     struct report_plotter *p)
{
	struct batch b = { h, calloc(charts->nr + 1, sizeof(*b.v)) };
	char **svgs = calloc(charts->nr + 1, sizeof(*svgs));
	char points[24], *units = NULL;
	const char *args[] = { points, "", NULL };
	size_t i, n = 0, len;
	FILE *f = open_memstream(&units, &len);

	snprintf(points, sizeof(points), "%zu", h->nr_points);
	if (b.v && svgs && f) {
		for (i = 0; i < charts->nr; i++) {
			if (charts->v[i].track == PART_NONE)
				continue;
			b.v[n++] = &charts->v[i];
			put_unit(f, h->tracks[charts->v[i].track].metric);
		}
		fflush(f);
		args[1] = units;
		report_plot_many(p, script, args, put_ith, &b, n, svgs);
		for (i = 0; i < n; i++)
			b.v[i]->svg = svgs[i];
	} else {
		d->err = -ENOMEM;
	}
	if (f)
		fclose(f);
	free(units);
	free(b.v);
	free(svgs);
}

void part_draw(struct part_view *v, struct doc *d, struct report_plotter *p)
{
	draw_all(v->h, &v->changes, "history.gp", d, p);
	draw_all(v->h, &v->small, "trend.gp", d, p);
}
