// SPDX-License-Identifier: GPL-2.0-only
/*
 * The corners of the matrix: which cases share a table, what is measured
 * there, and what their transfers and metrics are called.
 */
#include <stdio.h>
#include <string.h>

#include "kmodcase.h"
#include "numbers.h"
#include "report/spot.h"

const struct report_family report_families[] = {
	{ "_insns", "instructions", "instructions per operation",
	  "counted: one virtual CPU under qemu -icount" },
	{ "_pmu", "instructions", "instructions per operation",
	  "counted by the CPU's performance counter" },
	{ "_ns", "nanoseconds", "nanoseconds per operation", "timed" },
	{ NULL, NULL, NULL, NULL },
};

const char *report_metric(const char *part, const struct report_family *f,
			  char *name)
{
	snprintf(name, REPORT_METRIC_LEN, "%s%s", part, f->suffix);
	return name;
}

bool report_has(const struct report_view *v, int topology, const char *metric)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if ((topology < 0 || v->cases[i].topology == topology) &&
		    v->cases[i].series >= 0 && report_row(&v->cases[i], metric))
			return true;
	return false;
}

bool report_is_emulated(const struct report_view *v, int topology)
{
	size_t i, j;

	for (i = 0; i < v->nr_cases; i++)
		for (j = 0; j < v->cases[i].nr_rows; j++)
			if (v->cases[i].topology == topology &&
			    v->cases[i].rows[j]->emulated)
				return true;
	return false;
}

const char *report_desc_label(const struct report_view *v, int desc,
			      char *label, size_t size)
{
	const char *name = v->descs.v[desc];

	snprintf(label, size, "%s%s", name,
		 report_is_model(name) ? " (model)" : "");
	return label;
}

bool report_in_spot(const struct report_case *c, const struct report_spot *s)
{
	return c->topology == s->topology && c->workload == s->workload &&
	       c->desc == s->desc && c->series >= 0;
}

const struct report_case *report_first_in(const struct report_view *v,
					  const struct report_spot *s)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if (report_in_spot(&v->cases[i], s))
			return &v->cases[i];
	return NULL;
}

bool report_shape_in(const struct report_view *v, const struct report_spot *s,
		     int shape)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if (report_in_spot(&v->cases[i], s) &&
		    v->cases[i].shape == shape)
			return true;
	return false;
}

bool report_spot_has(const struct report_view *v, const struct report_spot *s,
		     const char *metric)
{
	size_t i;

	for (i = 0; i < v->nr_cases; i++)
		if (report_in_spot(&v->cases[i], s) &&
		    report_row(&v->cases[i], metric))
			return true;
	return false;
}

bool report_next_spot(const struct report_view *v, struct report_spot *s)
{
	do {
		if (++s->desc == (int)v->descs.nr) {
			s->desc = 0;
			s->workload++;
		}
		if (s->workload == (int)v->workloads.nr)
			return false;
	} while (!report_first_in(v, s));
	return true;
}

const char *report_spot_label(const struct report_view *v,
			      const struct report_spot *s, char *label,
			      size_t size)
{
	char desc[64];

	snprintf(label, size, "%s%s%s", v->workloads.v[s->workload],
		 *v->descs.v[s->desc] ? ", " : "",
		 report_desc_label(v, s->desc, desc, sizeof(desc)));
	return label;
}

/* As the module was told: paths that join segments hand over as many. */
static double declared_segments(const struct dlab_case *c)
{
	struct dmalab_run run;
	struct dlab_err err;

	if (!c || strcmp(c->driver, "kmod") ||
	    dlab_kmod_fill_run(c, &run, &err))
		return 0;
	return run.kase.segs;
}

double report_segments(const struct report_view *v, const struct report_spot *s,
		       int shape)
{
	size_t i;

	if (v->shape_info[shape].segs)
		return v->shape_info[shape].segs;
	for (i = 0; i < v->nr_cases; i++)
		if (report_in_spot(&v->cases[i], s) &&
		    v->cases[i].shape == shape)
			return declared_segments(v->cases[i].declared);
	return 0;
}

const char *report_shape_label(const struct report_view *v,
			       const struct report_spot *s, int shape,
			       char *label, size_t size)
{
	double segs = v->shape_info[shape].segs ? 0 :
						  report_segments(v, s, shape);

	const char *shape_name = v->shapes.v[shape];

	if (segs > 0 && strstr(shape_name, "segment"))
		snprintf(label, size, "%s (%g)", shape_name, segs);
	else if (segs > 0)
		snprintf(label, size, "%s (%g segment%s)", shape_name, segs,
			 dlab_s(segs));
	else
		snprintf(label, size, "%s", shape_name);
	return label;
}

const char report_verified[] = "verified_bytes";

/* Neutral counts that say that things are right, not what they cost. */
static const char *const checks[] = {
	report_verified,
	"checks_ok",
	"checks_skipped",
};

bool report_is_structure_count(const struct dlab_metric *m)
{
	size_t i;

	for (i = 0; i < sizeof(checks) / sizeof(checks[0]); i++)
		if (!strcmp(m->name, checks[i]))
			return false;
	/* figures of other tools are neutral too, but not exact */
	return !strcmp(m->instrument, "count") &&
	       m->direction == DLAB_NEUTRAL && m->exact;
}

bool report_has_paths(const struct report_view *v, int topology)
{
	struct report_spot s = { topology, 0, -1 };

	return report_next_spot(v, &s);
}
