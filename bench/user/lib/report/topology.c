// SPDX-License-Identifier: GPL-2.0-only
/*
 * One section for each topology: what it is, what it was found to be, figures,
 * tables.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* What tells one mode of an IOMMU from another; the rest is folded away. */
static const char *const mode_keys[] = {
	"domain", "iommu", "ats", "aperture_bits", "coherent_walks",
};

char *report_mode(const struct dlab_boot *b)
{
	char *text = NULL;
	size_t i, len, nr = 0;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (i = 0; i < sizeof(mode_keys) / sizeof(mode_keys[0]); i++) {
		const char *value = dlab_kvs_find(&b->effective, mode_keys[i]);

		if (value)
			fprintf(f, "%s%s %s", nr++ ? ", " : "", mode_keys[i],
				value);
	}
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

static const struct dlab_boot *boot_of(const struct report_view *v,
				       const char *topology)
{
	size_t i;

	for (i = 0; i < v->run.nr_boots; i++)
		if (!strcmp(v->run.boots[i].topology, topology) &&
		    v->run.boots[i].effective.nr)
			return &v->run.boots[i];
	return NULL;
}

const char *report_topology_about(const struct report_view *v, int topology)
{
	size_t i;

	for (i = 0; i < v->run.nr_boots; i++)
		if (!strcmp(v->run.boots[i].topology,
			    v->topologies.v[topology]) &&
		    *v->run.boots[i].about)
			return v->run.boots[i].about;
	return "";
}

/* The boots of one topology differ in nothing that matters here. */
static void say_what_it_is(struct doc *d, const struct report_view *v,
			   const char *topology)
{
	const struct dlab_boot *b = boot_of(v, topology);
	char *mode;

	if (!b)
		return;
	mode = report_mode(b);
	if (!mode) {
		d->err = -ENOMEM;
		return;
	}
	if (*b->about)
		doc_para(d, "%s.", b->about);
	if (*mode)
		doc_para(d, "As read back in the booted kernel: `%s`.", mode);
	free(mode);
	doc_fold(d, false, "Everything that was read back");
	report_kvs_table(d, &b->effective, b->name);
	doc_unfold(d);
}

/* Of a figure that repeats there is no distribution. */
static bool is_exact(const struct report_view *v, const char *metric)
{
	const struct dlab_metric *m = dlab_metrics_find(v->metrics, metric);

	return m && m->exact;
}

static void one_topology(struct doc *d, const struct report_view *v,
			 struct report_plotter *p, int topology)
{
	const struct report_family *f;
	char name[REPORT_METRIC_LEN];
	struct report_spot s;
	bool open = topology == 0, first = true;

	doc_heading(d, 2, v->topologies.v[topology], "%s",
		    v->topologies.v[topology]);
	say_what_it_is(d, v, v->topologies.v[topology]);
	for (f = report_families; f->suffix; f++) {
		if (!report_has(v, topology, report_metric("op", f, name)))
			continue;
		if (!strcmp(f->suffix, "_ns") &&
		    report_is_emulated(v, topology))
			doc_note(d, DOC_WARN,
				 "Times of this topology are emulated: the "
				 "guest's CPU was translated by QEMU (TCG). "
				 "They are shown for completeness, must not be "
				 "ranked, and no verdict is based on them.");
		report_fig_sweep(d, v, p, topology, f);
		if (!is_exact(v, name))
			report_fig_distribution(d, v, p, topology, f);
		if (first)
			report_fig_counts(d, v, p, topology);
		report_overview(d, v, topology, f, first);
		first = false;
	}
	if (first)
		report_overview(d, v, topology, &report_families[0], first);
	report_verified_para(d, v, topology);
	FOR_EACH_SPOT(v, s, topology) {
		report_spot_details(d, v, &s,
				    open && !report_spot_is_empty(v, &s));
		open = false;
	}
}

void report_topologies(struct doc *d, const struct report_view *v,
		       struct report_plotter *p)
{
	int topology;

	for (topology = 0; topology < (int)v->topologies.nr; topology++)
		if (report_has_paths(v, topology))
			one_topology(d, v, p, topology);
}
