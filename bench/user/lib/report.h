/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a report says about a run.  Each section is a function that appends to
 * the document; report_build() puts them in order.
 */
#ifndef DLAB_REPORT_H
#define DLAB_REPORT_H

#include "report/doc.h"
#include "report/plot.h"
#include "report/rows.h"
#include "report/spot.h"

/* ---- parts of tables */

/* A figure as the next cell; NAN was not measured. */
void report_put_number(struct doc *d, struct doc_table *t, double value,
		       bool tainted);

/* How a case ended, as the next cell. */
void report_put_status(struct doc *d, struct doc_table *t,
		       enum dlab_status status);

/* The figure of a case, or why there is none, as the next cell. */
void report_cell(struct doc *d, struct doc_table *t,
		 const struct report_case *c, const char *metric);

/* The same with its ratio to @base, which may be NULL. */
void report_cell_ratio(struct doc *d, struct doc_table *t,
		       const struct report_view *v,
		       const struct report_case *c,
		       const struct report_case *base, const char *metric);

typedef bool (*report_spot_fn)(const struct report_view *v,
			       const struct report_spot *s, const char *metric);

/**
 * report_overview_rows - transfers below each other, paths side by side
 * @t: an empty table.  What other paths were tried for follows in others: one
 *     would be full of holes
 * @metric: what the cells show
 * @wanted: which spots of the topology
 */
void report_overview_rows(struct doc *d, struct doc_table *t,
			  const struct report_view *v, int topology,
			  const char *metric, report_spot_fn wanted);

/**
 * report_overview - what a whole operation costs on a topology, by each path
 * @first: also say what became of cases that have no figures by any means
 */
void report_overview(struct doc *d, const struct report_view *v, int topology,
		     const struct report_family *f, bool first);

/* What a device moved, in boots of their own. */
void report_verified_para(struct doc *d, const struct report_view *v,
			  int topology);

/* Nothing there has figures, by any means. */
bool report_spot_is_empty(const struct report_view *v,
			  const struct report_spot *s);

/* The parts of an operation and the structure counts, as a fold. */
void report_spot_details(struct doc *d, const struct report_view *v,
			 const struct report_spot *s, bool open);

/* Entries of the fingerprint and their like, unless there are none. */
void report_kvs_table(struct doc *d, const struct dlab_kvs *kvs,
		      const char *caption);

/**
 * report_mode - in what mode a boot really was, in short
 * Return: malloc()ed, "" when nothing was read back; NULL when out of memory.
 */
char *report_mode(const struct dlab_boot *b);

/* What a topology is, in a sentence without its period; "" when not recorded. */
const char *report_topology_about(const struct report_view *v, int topology);

/* The same of a path. */
const char *report_path_about(const char *series);

/* ---- the case that stands for the run; there must be one */

/* By what means it is read. */
const struct report_family *report_headline_family(const struct report_view *v);

/* "map/scattered, nvme-prp, 128K (32 segments)" */
const char *report_headline_label(const struct report_view *v, char *text,
				  size_t size);

/* The same on a topology by the baseline, or NULL. */
const struct report_case *report_glance_base(const struct report_view *v,
					     int topology);

/* The same there by the path that costs least, or NULL. */
const struct report_case *report_cheapest(const struct report_view *v,
					  int topology, const char *metric);

/* What the baseline costs, then the cheapest and the dearest path. */
void report_say_gain(struct doc *d, const struct report_view *v,
		     const struct report_family *f);

/**
 * report_paths_table - each path on its topology
 * @about: with what each path is
 * @rows: at most so many
 */
void report_paths_table(struct doc *d, const struct report_view *v,
			const struct report_family *f, bool about, size_t rows);

/* ---- */

/*
 * The command that says where a case's instructions go.  Return: whether there is
 * one; a run may not know.
 */
bool report_explain(struct doc *d, const struct report_view *v);

/* "312 cases: 300 ok, ..." as a note of fitting tone */
void report_outcomes(struct doc *d, const struct report_view *v);

/* ---- sections, in the order of the report */
void report_top(struct doc *d, const struct report_view *v);
/* The worst of them first, in a line or two each. */
void report_problem_items(struct doc *d, const struct report_view *v,
			  size_t rows);
/* More than that cases were skipped, which the machine at hand may explain. */
bool report_went_wrong(const struct report_view *v);
void report_problems(struct doc *d, const struct report_view *v);
void report_glance(struct doc *d, const struct report_view *v,
		   struct report_plotter *p);
void report_machines(struct doc *d, const struct report_view *v);
void report_topologies(struct doc *d, const struct report_view *v,
		       struct report_plotter *p);
void report_others(struct doc *d, const struct report_view *v,
		   struct report_plotter *p);
void report_limits(struct doc *d, const struct report_view *v);
void report_glossary(struct doc *d, const struct report_view *v);
/* The command alone. */
void report_reproduce(struct doc *d, const struct report_view *v);

/* ---- figures */
void report_fig_topologies(struct doc *d, const struct report_view *v,
			   struct report_plotter *p,
			   const struct report_family *family);
void report_fig_sweep(struct doc *d, const struct report_view *v,
		      struct report_plotter *p, int topology,
		      const struct report_family *family);
void report_fig_distribution(struct doc *d, const struct report_view *v,
			     struct report_plotter *p, int topology,
			     const struct report_family *family);
void report_fig_counts(struct doc *d, const struct report_view *v,
		       struct report_plotter *p, int topology);
void report_fig_rates(struct doc *d, const struct report_view *v,
		      struct report_plotter *p, int workload);

/* The run as a mail, by doc_mail(): @view is a struct report_view. */
void report_build_mail(struct doc *d, const void *view, const size_t *rows);

/**
 * report_build - the whole report
 * report_build_table - the table that `make bench` ends with
 * @d: doc_init()ed; its err says whether all went well
 * @p: opened
 */
void report_build(struct doc *d, const struct report_view *v,
		  struct report_plotter *p);
void report_build_table(struct doc *d, const struct report_view *v);

#endif
