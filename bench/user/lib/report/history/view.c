// SPDX-License-Identifier: GPL-2.0-only
/* What a history's report asks of a history. */
#include <math.h>
#include <string.h>

#include "report/history/parts.h"
#include "verdict/judge.h"

double part_effect(const struct dlab_step *s)
{
	return fabs(dlab_step_relative(s));
}

bool part_is_judged(const struct dlab_track *t)
{
	return !dlab_explains(t->metric, t->whole) && !t->emulated;
}

size_t part_broken(const struct dlab_finding *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->nr_appeared; i++)
		n += f->appeared[i].broke;
	return n;
}

bool part_is_told(const struct dlab_finding *f)
{
	return f->nr_hits || f->nr_told || part_broken(f);
}

const double *part_values(const struct dlab_history *h, size_t track,
			  bool of_total)
{
	return of_total ? h->tracks[track].total : h->tracks[track].median;
}

const struct dlab_hit *part_largest(const struct dlab_history *h,
				    const struct dlab_finding *f, bool worse)
{
	const struct dlab_hit *largest = NULL;
	double effect = -1;
	size_t i;

	for (i = 0; i < f->nr_hits; i++) {
		const struct dlab_hit *hit = &f->hits[i];
		double e = part_effect(&h->steps[hit->main]);

		if (hit->worse != worse || e <= effect)
			continue;
		effect = e;
		largest = hit;
	}
	return largest;
}

size_t part_cases(const struct part_view *v)
{
	return v->nr_trends + v->nr_same;
}
