// SPDX-License-Identifier: GPL-2.0-only
/* How a history's report calls commits, differences and counts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"
#include "report/view.h"

const char *part_commit(const struct dlab_history *h, size_t point, char *text)
{
	snprintf(text, PART_TEXT, "#%zu %.12s", point, h->points[point].commit);
	return text;
}

const char *part_outcome(enum dlab_point_outcome outcome)
{
	static const char *const names[DLAB_NR_POINT_OUTCOMES] = {
		[DLAB_POINT_OK] = "ok",
		[DLAB_POINT_NO_BUILD] = "does not build",
		[DLAB_POINT_CRASH] = "crash",
		[DLAB_POINT_FAIL] = "cases failed",
		[DLAB_POINT_UNMEASURED] = "not measured",
	};

	return names[outcome];
}

const char *part_unit(const struct dlab_metric *m)
{
	if (!strcmp(m->unit, "insns"))
		return "instructions";
	return strcmp(m->unit, "count") ? m->unit : "";
}

const char *part_diff(double from, double to, char *text)
{
	char number[REPORT_NUMBER_LEN];

	snprintf(text, PART_TEXT, "%s%s", to > from ? "+" : "",
		 report_number(to - from, number));
	return text;
}

const char *part_percent(double from, double to, char *text)
{
	double percent = 100 * (to - from) / fabs(from);
	int digits = 2;

	if (from == 0) {
		snprintf(text, PART_TEXT, "from 0");
		return text;
	}
	if (fabs(percent) >= 100)
		digits = 0;
	else if (fabs(percent) >= 10)
		digits = 1;
	else if (fabs(percent) < 0.01)
		digits = 4;
	snprintf(text, PART_TEXT, "%+.*f %%", digits, percent);
	return text;
}

const char *part_step_words(const struct dlab_history *h,
			    const struct dlab_step *s, char *text)
{
	const struct dlab_metric *m = h->tracks[s->track].metric;
	char from[REPORT_NUMBER_LEN], to[REPORT_NUMBER_LEN];
	char diff[PART_TEXT], percent[PART_TEXT], more[PART_TEXT] = "";

	if (s->creeping)
		snprintf(more, sizeof(more), ", crept in since #%zu", s->since);
	else if (!isnan(s->p))
		snprintf(more, sizeof(more), ", p = %.2g", s->p);
	snprintf(text, PART_TEXT, "%s → %s%s%s (%.40s, %.40s)%s%.40s",
		 report_number(s->from, from), report_number(s->to, to),
		 *part_unit(m) ? " " : "", part_unit(m),
		 part_diff(s->from, s->to, diff),
		 part_percent(s->from, s->to, percent),
		 s->of_total ? ", in the total" : "", more);
	return text;
}

const char *part_topology(const char *id, int *len)
{
	const char *at = strchr(id, '@');

	*len = at ? (int)strcspn(at + 1, "[") : 0;
	return at ? at + 1 : "";
}

/* ---- structure counts */

static const struct {
	const char *metric;
	const char *one;
	const char *many;
} nouns[] = {
	{ "iova_alloc", "IOVA allocation", "IOVA allocations" },
	{ "iova_free", "IOVA range freed", "IOVA ranges freed" },
	{ "iova_rcache_miss", "rcache miss", "rcache misses" },
	{ "pt_map", "call of the domain's map operation",
	  "calls of the domain's map operation" },
	{ "pt_unmap", "call of the domain's unmap operation",
	  "calls of the domain's unmap operation" },
	{ "pte_4k", "4 KiB page-table entry", "4 KiB page-table entries" },
	{ "pte_2m", "2 MiB page-table entry", "2 MiB page-table entries" },
	{ "pte_1g", "1 GiB page-table entry", "1 GiB page-table entries" },
	{ "iotlb_sync_map", "IOTLB sync after mapping",
	  "IOTLB syncs after mapping" },
	{ "iotlb_flush", "IOTLB invalidation", "IOTLB invalidations" },
	{ "devtlb_flush", "device-TLB invalidation",
	  "device-TLB invalidations" },
	{ "iotlb_wait", "wait for the hardware's invalidation",
	  "waits for the hardware's invalidation" },
	{ "fq_add", "IOVA range put into the flush queue",
	  "IOVA ranges put into the flush queue" },
	{ "fq_drain", "drain of the flush queue", "drains of the flush queue" },
	{ "cache_lines", "cache line flushed", "cache lines flushed" },
	{ "lock_ops", "locked operation", "locked operations" },
	{ "mmio_writes", "write to a device register",
	  "writes to device registers" },
	{ "kmalloc_calls", "allocation", "allocations" },
	{ "kmalloc_bytes", "byte allocated", "bytes allocated" },
	{ "pages_alloc", "page from the page allocator",
	  "pages from the page allocator" },
	{ "desc_bytes", "byte of descriptor", "bytes of descriptor" },
	{ "dma_segs", "DMA range", "DMA ranges" },
};

#define NR_NOUNS (sizeof(nouns) / sizeof(nouns[0]))

static const char *ordinal(double n)
{
	static const char *const words[] = { "second", "third", "fourth" };

	return n >= 2 && n <= 4 && n == floor(n) ? words[(int)n - 2] : NULL;
}

static void put_whole(const char *one, const char *many, double from, double to,
		      char *text)
{
	double n = fabs(to - from);
	char number[REPORT_NUMBER_LEN];

	if (n == 1 && to > from && ordinal(to))
		snprintf(text, PART_TEXT, "a %s %s", ordinal(to), one);
	else if (n == 1 && from == 0)
		snprintf(text, PART_TEXT, "one %s where there was none", one);
	else if (to == 0)
		snprintf(text, PART_TEXT, "no %s any more", one);
	else if (n == 1)
		snprintf(text, PART_TEXT,
			 to > from ? "one more %s" : "one %s fewer", one);
	else
		snprintf(text, PART_TEXT, "%s %s %s", report_number(n, number),
			 to > from ? "more" : "fewer", many);
}

/* One in 64 operations, or a share of them. */
static void put_share(const char *one, const char *many, double from, double to,
		      char *text)
{
	double every = 1 / fabs(to - from);
	char number[REPORT_NUMBER_LEN];

	if (fabs(every - round(every)) < 1e-6 * every)
		snprintf(text, PART_TEXT, "one %s %s in every %.0f operations",
			 to > from ? "more" : "fewer", one, every);
	else
		snprintf(text, PART_TEXT, "%s %s %s an operation",
			 report_number(fabs(to - from), number),
			 to > from ? "more" : "fewer", many);
}

static size_t noun_of(const char *metric)
{
	size_t i;

	for (i = 0; i < NR_NOUNS; i++)
		if (!strcmp(nouns[i].metric, metric))
			break;
	return i;
}

const char *part_count_noun(const char *metric)
{
	size_t i = noun_of(metric);

	return i < NR_NOUNS ? nouns[i].many : NULL;
}

const char *part_count_words(const char *metric, double from, double to,
			     char *text)
{
	size_t i = noun_of(metric);

	if (i == NR_NOUNS)
		return NULL;
	if (fabs(to - from) == floor(fabs(to - from)))
		put_whole(nouns[i].one, nouns[i].many, from, to, text);
	else
		put_share(nouns[i].one, nouns[i].many, from, to, text);
	return text;
}
