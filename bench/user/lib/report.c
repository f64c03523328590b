// SPDX-License-Identifier: GPL-2.0-only
/* The report of a run: which sections, in which order. */
#include "report.h"

void report_build(struct doc *d, const struct report_view *v,
		  struct report_plotter *p)
{
	report_top(d, v);
	if (report_went_wrong(v))
		report_problems(d, v);
	report_glance(d, v, p);
	if (!report_went_wrong(v))
		report_problems(d, v);
	report_machines(d, v);
	report_topologies(d, v, p);
	report_others(d, v, p);
	report_limits(d, v);
	report_glossary(d, v);
	report_reproduce(d, v);
}
