// SPDX-License-Identifier: GPL-2.0-only
/*
 * In which order a report shows things, which colour a path has, and which
 * case stands for the run.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/case.h"
#include "report/order.h"
#include "report/style.h"

/*
 * The usual order, which is also the order of the colours.  What is not named
 * here comes behind, in the order in which a run has it.
 */
static const char *const usual_series[] = { "null", "page", "sg", "sg-pre",
					    "iova", "iova-batch", "phys", "blk-sg",
					    "blk-iter", NULL };
static const char *const usual_topologies[] = {
	"vm-vtd-strict",   "vm-vtd-strict-coh", "vm-vtd-lazy",
	"vm-vtd-lazy-coh", "vm-vtd-pt",		"vm-noiommu",
	"vm-vtd-ats",	   "vm-vtd-noats",	"vm-virtio-iommu",
	NULL
};
static const char *const usual_descs[] = { "nvme-prp", "nvme-sgl", "mtt",
					   "gpu-pte", NULL };
static const char *const models[] = { "mtt", "gpu-pte", NULL };

static int index_of(const char *const *list, const char *word)
{
	int i;

	for (i = 0; list[i]; i++)
		if (!strcmp(list[i], word))
			return i;
	return -1;
}

bool report_is_model(const char *desc)
{
	return index_of(models, desc) >= 0;
}

int report_colour_of(const struct report_view *v, int series)
{
	int usual = index_of(usual_series, v->series.v[series]);
	int free_colour = 0, i;

	if (usual >= 0)
		return usual;
	/* behind the usual ones; the harness' grey is not handed out again */
	while (usual_series[free_colour])
		free_colour++;
	for (i = 0; i < series; i++)
		free_colour += index_of(usual_series, v->series.v[i]) < 0;
	if (free_colour >= REPORT_NR_SERIES_COLOURS)
		free_colour =
			1 + (free_colour - 1) % (REPORT_NR_SERIES_COLOURS - 1);
	return free_colour;
}

static int reorder_shapes(struct report_view *v)
{
	struct report_shape *info;
	double *rank;
	int *to, ret;
	size_t i, j;

	rank = calloc(v->shapes.nr + 1, sizeof(*rank));
	to = calloc(v->shapes.nr + 1, sizeof(*to));
	info = calloc(v->shapes.nr + 1, sizeof(*info));
	ret = rank && to && info ? 0 : -ENOMEM;
	for (i = 0; !ret && i < v->shapes.nr; i++)
		for (j = 0; j < v->shapes.nr; j++)
			rank[i] += report_case_shape_order(&v->shape_info[j],
							   &v->shape_info[i]) <
				   0;
	if (!ret)
		ret = report_names_reorder(&v->shapes, rank, to);
	for (i = 0; !ret && i < v->shapes.nr; i++)
		info[to[i]] = v->shape_info[i];
	for (i = 0; !ret && i < v->nr_cases; i++)
		v->cases[i].shape = to[v->cases[i].shape];
	if (!ret) {
		free(v->shape_info);
		v->shape_info = info;
		info = NULL;
	}
	free(info);
	free(rank);
	free(to);
	return ret;
}

/* Where an index of a kind of names stands in a case. */
enum place { AT_TOPOLOGY, AT_WORKLOAD, AT_DESC, AT_SERIES };

static int *place_of(struct report_case *c, enum place place)
{
	switch (place) {
	case AT_TOPOLOGY:
		return &c->topology;
	case AT_WORKLOAD:
		return &c->workload;
	case AT_DESC:
		return &c->desc;
	default:
		return &c->series;
	}
}

static int reorder(struct report_view *v, struct report_names *n,
		   enum place place, const double *rank)
{
	int *to = calloc(n->nr + 1, sizeof(*to));
	int ret = to ? report_names_reorder(n, rank, to) : -ENOMEM;
	size_t i;

	for (i = 0; !ret && i < v->nr_cases; i++) {
		int *at = place_of(&v->cases[i], place);

		if (*at >= 0)
			*at = to[*at];
	}
	free(to);
	return ret;
}

static double list_rank(const char *const *list, const char *word)
{
	int i = index_of(list, word);

	return i < 0 ? 1e6 : i;
}

static int reorder_names(struct report_view *v, struct report_names *n,
			 enum place place)
{
	double *rank = calloc(n->nr + 1, sizeof(*rank));
	size_t i;
	int ret;

	if (!rank)
		return -ENOMEM;
	for (i = 0; i < n->nr; i++)
		rank[i] = place == AT_TOPOLOGY ?
				  list_rank(usual_topologies, n->v[i]) :
			  place == AT_DESC ? list_rank(usual_descs, n->v[i]) :
					     list_rank(usual_series, n->v[i]);
	ret = reorder(v, n, place, rank);
	free(rank);
	return ret;
}

/* Over how many topologies and paths the same transfer was measured. */
static unsigned int coverage(const struct report_view *v,
			     const struct report_case *c, const char *metric)
{
	unsigned int n = 0;
	size_t i;

	for (i = 0; i < v->nr_cases; i++) {
		const struct report_case *o = &v->cases[i];

		n += o->transfer == c->transfer && o->desc == c->desc &&
		     report_row(o, metric);
	}
	return n;
}

/* A typical block I/O, if the run has it: one that readers know by heart. */
static unsigned int familiarity(const struct report_view *v,
				const struct report_case *c)
{
	const char *size = report_value(c, "size");

	return 4 * !strcmp(v->descs.v[c->desc], "nvme-prp") +
	       2 * (strstr(v->workloads.v[c->workload], "scattered") != NULL) +
	       (size && !strcmp(size, "128k"));
}

/* Return: index of a case, -1 when none has the metric, or -ENOMEM. */
static int pick_headline(const struct report_view *v, const char *metric)
{
	unsigned int best = 0, most = 0, *cover;
	int headline = -1;
	size_t i;

	cover = calloc(v->nr_cases + 1, sizeof(*cover));
	if (!cover)
		return -ENOMEM;
	for (i = 0; i < v->nr_cases; i++) {
		if (v->cases[i].series >= 0 && report_row(&v->cases[i], metric))
			cover[i] = coverage(v, &v->cases[i], metric);
		if (cover[i] > most)
			most = cover[i];
	}
	for (i = 0; i < v->nr_cases; i++) {
		unsigned int known =
			1000 * familiarity(v, &v->cases[i]) + cover[i];

		/* what was measured in few places only cannot stand for all */
		if (!cover[i] || 2 * cover[i] < most || known < best)
			continue;
		/* the first topology where nothing else decides */
		if (known == best && headline >= 0 &&
		    v->cases[i].topology >= v->cases[headline].topology)
			continue;
		best = known;
		headline = (int)i;
	}
	free(cover);
	return headline;
}

/* The headline's workload first, the others as they come. */
static int promote_headline(struct report_view *v)
{
	static const char *const metrics[] = { "op_insns", "op_pmu", "op_ns" };
	double *rank;
	int ret;
	size_t i;

	for (i = 0; i < 3 && v->headline == -1; i++)
		v->headline = pick_headline(v, metrics[i]);
	if (v->headline < 0)
		return v->headline == -ENOMEM ? -ENOMEM : 0;
	rank = calloc(v->workloads.nr + 1, sizeof(*rank));
	if (!rank)
		return -ENOMEM;
	rank[v->cases[v->headline].workload] = -1;
	ret = reorder(v, &v->workloads, AT_WORKLOAD, rank);
	free(rank);
	return ret;
}

int report_order(struct report_view *v)
{
	int ret = reorder_shapes(v);

	if (!ret)
		ret = reorder_names(v, &v->topologies, AT_TOPOLOGY);
	if (!ret)
		ret = reorder_names(v, &v->descs, AT_DESC);
	if (!ret)
		ret = reorder_names(v, &v->series, AT_SERIES);
	if (!ret)
		ret = promote_headline(v);
	return ret;
}
