// SPDX-License-Identifier: GPL-2.0-only
/* How far apart are A/A runs? */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/axis.h"
#include "verdict/noise.h"
#include "verdict/side.h"

struct noise_run {
	struct dlab_run run;
	struct dlab_data data;
};

struct dlab_noise {
	struct noise_run *v;
	size_t nr;
};

/* A neutral rebuild differs in what belongs to the kernel, in nothing else. */
static int check(const struct dlab_run *like, const struct dlab_run *run,
		 struct dlab_err *err)
{
	struct dlab_notes differs = { 0 };
	struct dlab_axis kernel;
	struct dlab_err why;
	int ret = dlab_axis_parse("kernel", NULL, NULL, &kernel, err);

	if (!ret) {
		ret = dlab_axis_check(&kernel, like, run, &differs, &why);
		if (ret)
			dlab_fail(err, -ret, "noise run %s: %s", run->name,
				  why.text);
	}
	dlab_notes_free(&differs);
	return ret;
}

int dlab_noise_load(const char *const *dirs, size_t nr,
		    const struct dlab_metrics *metrics,
		    const struct dlab_run *like, struct dlab_noise **out,
		    struct dlab_err *err)
{
	struct dlab_noise *noise = calloc(1, sizeof(*noise));
	int ret = 0;

	if (noise)
		noise->v = calloc(nr, sizeof(*noise->v));
	if (!noise || !noise->v) {
		free(noise);
		return dlab_fail(err, ENOMEM, "out of memory");
	}
	for (size_t i = 0; !ret && i < nr; i++) {
		struct noise_run *n = &noise->v[i];

		ret = dlab_run_load(dirs[i], &n->run, err);
		if (ret)
			break;
		noise->nr++;
		ret = check(like, &n->run, err);
		if (!ret)
			ret = dlab_data_load(&n->run, metrics, &n->data, err);
	}
	if (ret)
		dlab_noise_free(noise);
	else
		*out = noise;
	return ret;
}

void dlab_noise_free(struct dlab_noise *noise)
{
	if (!noise)
		return;
	for (size_t i = 0; i < noise->nr; i++) {
		dlab_data_free(&noise->v[i].data);
		dlab_run_free(&noise->v[i].run);
	}
	free(noise->v);
	free(noise);
}

struct range {
	double low;
	double high;
};

static void widen(struct range *r, double v)
{
	r->low = fmin(r->low, v);
	r->high = fmax(r->high, v);
}

static double width(const struct range *r)
{
	return r->high > r->low ? r->high - r->low : 0;
}

struct dlab_floor dlab_noise_floor(const struct dlab_noise *noise,
				   const char *id, const char *series,
				   double quantile)
{
	struct range median = { INFINITY, -INFINITY };
	struct range total = median;

	for (size_t i = 0; noise && i < noise->nr; i++) {
		const struct dlab_series *s =
			dlab_data_find(&noise->v[i].data, id, series);
		struct dlab_side side;

		if (!s || dlab_side_make(s, quantile, &side))
			continue;
		widen(&median, side.median);
		if (side.totals && side.n)
			widen(&total, side.total / (double)side.n);
		dlab_side_free(&side);
	}
	return (struct dlab_floor){ width(&median), width(&total) };
}
