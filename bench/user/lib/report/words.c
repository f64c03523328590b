// SPDX-License-Identifier: GPL-2.0-only
/*
 * The prose of a report: what was measured on what, what the figures do not
 * see, how to read and how to repeat them.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "functions.h"
#include "report/commands.h"
#include "report/figure.h"

static const char *or_unknown(const char *s)
{
	return s && *s ? s : "not recorded";
}

/* A name with a slash is a workload that was run without a suite. */
static bool is_workload(const struct dlab_run *run)
{
	return strchr(run->suite, '/');
}

static const char *lab_words(const struct dlab_run *run)
{
	if (!strcmp(run->lab, "vm"))
		return "in virtual machines";
	if (!strcmp(run->lab, "native"))
		return "on this machine as it was booted";
	return run->lab;
}

const char *report_path_about(const char *series)
{
	static const char *const about[][2] = {
		{ "null", "the harness alone: nothing is mapped, the "
			  "descriptor is filled; never subtracted" },
		{ "page", "dma_map_page() for each segment" },
		{ "sg", "a scatterlist, allocated, filled, mapped with "
			"dma_map_sgtable(), walked and freed" },
		{ "sg-pre", "sg with a table that is allocated beforehand" },
		{ "iova", "the two-step API: one IOVA for the transfer, a link "
			  "for each segment" },
		{ "iova-batch", "the two-step API: many segments in one link" },
		{ "phys", "dma_map_phys() for each segment, what two-step "
			  "falls back to where nothing translates" },
		{ "blk-sg", "a request of the block layer, by a scatterlist" },
		{ "blk-iter", "a request of the block layer, by its iterator, "
			      "without a scatterlist" },
	};
	/* a hint stands behind the path */
	size_t i, len = strcspn(series, "/");

	for (i = 0; i < sizeof(about) / sizeof(about[0]); i++)
		if (!strncmp(series, about[i][0], len) && !about[i][0][len])
			return about[i][1];
	return "";
}

void report_top(struct doc *d, const struct report_view *v)
{
	const struct dlab_run *run = &v->run;
	const char *release =
		dlab_kvs_find(&run->fingerprint, "kernel_release");
	const char *local =
		dlab_kvs_find(&run->fingerprint, "kernel_local_changes");

	doc_heading(d, 1, NULL, "The cost of DMA mapping in Linux %s",
		    or_unknown(release));
	doc_para(d, "Run `%s`, %s `%s`, %s, %s.", run->name,
		 is_workload(run) ? "workload" : "suite", run->suite,
		 lab_words(run), run->created);
	if (local)
		doc_para(d,
			 "**The kernel has local changes**, which no commit "
			 "has: %s.",
			 local);
	report_outcomes(d, v);
}

/* What such a boot is for, and on what it ran. */
static char *instrument_of(const struct dlab_boot *b)
{
	static const char *const words[DLAB_NR_KINDS] = {
		[DLAB_COUNT] = "counting",
		[DLAB_TIME] = "timing",
		[DLAB_DEVIO] = "moving data",
		[DLAB_IOCOUNT] = "counting whole I/Os",
	};
	bool emulated = b->kind == DLAB_TIME && b->emulated;
	char *text;

	if (asprintf(&text, "%s%s%s%s", words[b->kind],
		     emulated ? ", emulated" : "", *b->accel ? ", " : "",
		     b->accel) < 0)
		return NULL;
	return text;
}

static char *taint_text(const struct dlab_boot *b)
{
	char *text = NULL;
	size_t i, len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		return NULL;
	for (i = 0; i < b->nr_taint; i++)
		fprintf(f, "%s%s", i ? "; " : "", b->taint[i]);
	if (fclose(f)) {
		free(text);
		return NULL;
	}
	return text;
}

static void boot_row(struct doc *d, struct doc_table *t,
		     const struct dlab_boot *b, bool tainted)
{
	char *instrument = instrument_of(b);
	char *mode = report_mode(b);
	char *taint = taint_text(b);

	if (!instrument || !mode || !taint) {
		d->err = -ENOMEM;
	} else {
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", b->name);
		report_put_status(d, t, b->status);
		doc_cell(d, t, 0, "%.1f s", b->wall_s);
		doc_cell(d, t, 0, "%s", instrument);
		doc_cell(d, t, 0, "%s", *mode ? mode : "not read back");
		if (tainted)
			doc_cell(d, t, 0, "%s", *taint ? taint : "no");
	}
	free(instrument);
	free(mode);
	free(taint);
}

void report_kvs_table(struct doc *d, const struct dlab_kvs *kvs,
		      const char *caption)
{
	struct doc_table *t;
	size_t i;

	if (!kvs->nr)
		return;
	t = doc_table(d, "%s", caption);
	doc_col(d, t, DOC_COL_KEY, -1, "what");
	doc_col(d, t, DOC_COL_WRAP, -1, "value");
	for (i = 0; i < kvs->nr; i++) {
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", kvs->v[i].key);
		doc_cell(d, t, 0, "%s", or_unknown(kvs->v[i].value));
	}
}

void report_machines(struct doc *d, const struct report_view *v)
{
	struct doc_table *t;
	bool tainted = false;
	size_t i;

	doc_heading(d, 2, "machines", "What was measured on what");
	doc_para(
		d,
		"Counting and timing are two instruments and are never mixed. "
		"A counting guest always runs under QEMU's own translator with "
		"one virtual CPU and `-icount`, KVM or not: its time-stamp "
		"counter then counts the instructions that the guest retires. "
		"Times come from KVM or from lab hardware; in a guest without "
		"KVM they are emulated, labelled so, and never judged.");
	t = doc_table(
		d,
		"Boots, and the mode that each kernel was really in: read back "
		"after booting, not taken from the command line");
	doc_col(d, t, DOC_COL_KEY, -1, "boot");
	doc_col(d, t, 0, -1, "ended");
	doc_col(d, t, DOC_COL_NUM, -1, "wall time");
	doc_col(d, t, DOC_COL_WRAP, -1, "instrument");
	doc_col(d, t, DOC_COL_WRAP, -1, "effective mode");
	for (i = 0; i < v->run.nr_boots; i++)
		tainted = tainted || v->run.boots[i].nr_taint;
	if (tainted)
		doc_col(d, t, DOC_COL_WRAP, -1, "tainted");
	for (i = 0; i < v->run.nr_boots; i++)
		boot_row(d, t, &v->run.boots[i], tainted);
	report_kvs_table(
		d, &v->run.fingerprint,
		"Fingerprint: what moves the counts and must be the same to "
		"reproduce them");
	doc_fold(d, false, "The host that the lab ran on");
	report_kvs_table(d, &v->run.host,
			 "The host; exact counts do not depend on it");
	doc_unfold(d);
}

/* What a guest that QEMU translates does not have. */
static void limits_of_guests(struct doc *d)
{
	doc_item(
		d,
		"**Device latency and MMIO** are free under `-icount`. The "
		"**wait for a hardware invalidation** in particular is not in "
		"the count: look at `iotlb_flush` and `iotlb_wait` beside it.");
	doc_item(
		d,
		"**Caches and TLBs** of the CPU are not modelled: a miss costs "
		"nothing here.");
	doc_item(d, "**Contention** cannot happen on one CPU: no lock is ever "
		    "waited for, no cache line bounces.");
	doc_item(d,
		 "**The emulated IOMMU** decides what the driver has to do. "
		 "QEMU's VT-d reports page walks that are not coherent, so the "
		 "driver flushes cache lines that it does not flush on most "
		 "servers.");
}

static void limits_of_counts(struct doc *d)
{
	doc_item(
		d,
		"**Not all instructions cost the same.** A locked operation or "
		"a cache-line flush counts as one and takes tens to hundreds "
		"of cycles: look at `lock_ops` and `cache_lines`.");
	doc_item(
		d,
		"**Lazy mode defers work.** The flush queue is drained once in "
		"many unmaps, so a median leaves the drain out; the mean has "
		"its share, and `fq_drain` counts it.");
}

static bool has_two_step(const struct report_view *v)
{
	size_t i;

	for (i = 0; i < v->series.nr; i++)
		if (!strncmp(v->series.v[i], "iova", 4))
			return true;
	return false;
}

void report_limits(struct doc *d, const struct report_view *v)
{
	doc_heading(d, 2, "limits", "What these figures do not see");
	doc_para(d, "An instruction count shows where work is done. It is not "
		    "time:");
	if (strcmp(v->run.lab, "native"))
		limits_of_guests(d);
	limits_of_counts(d);
	if (has_two_step(v))
		doc_item(d, "**Against the two-step API**, a scatterlist does "
			    "not pay more IOVA allocations, unmaps or IOTLB "
			    "syncs: one of each, as two-step does. What "
			    "two-step saves is the scatterlist; linking many "
			    "segments in one call (`iova-batch`) saves walks "
			    "of the page table as well.");
}

static void metric_table(struct doc *d, const struct report_view *v)
{
	struct doc_table *t;
	size_t i, j;

	t = doc_table(d, "Metrics in this report");
	doc_col(d, t, DOC_COL_KEY, -1, "metric");
	doc_col(d, t, 0, -1, "unit");
	doc_col(d, t, 0, -1, "better");
	doc_col(d, t, 0, -1, "instrument");
	doc_col(d, t, 0, -1, "exact");
	doc_col(d, t, DOC_COL_WRAP, -1, "what it is");
	for (i = 0; i < v->metrics->nr; i++) {
		const struct dlab_metric *m = &v->metrics->v[i];

		for (j = 0; j < v->summary.nr; j++)
			if (!strcmp(v->summary.v[j].metric, m->name))
				break;
		if (j == v->summary.nr)
			continue;
		doc_row(d, t, -1);
		doc_cell(d, t, 0, "%s", m->name);
		doc_cell(d, t, 0, "%s", m->unit);
		doc_cell(d, t, 0, "%s",
			 m->direction == DLAB_NEUTRAL ?
				 "explains" :
				 dlab_direction_name(m->direction));
		doc_cell(d, t, 0, "%s", m->instrument);
		doc_cell(d, t, 0, "%s", m->exact ? "yes" : "no");
		doc_cell(d, t, 0, "%s", m->about);
	}
}

void report_glossary(struct doc *d, const struct report_view *v)
{
	doc_heading(d, 2, "reading", "How to read this report");
	doc_term(
		d, "case",
		"One point of a workload's matrix on one topology. Its id, "
		"such as "
		"`map/scattered@vm-vtd-strict[path=page,desc=nvme-prp,size=128k]`, "
		"is stable: quote it with every figure.");
	doc_term(d, "operation",
		 "Map one transfer, fill the hardware descriptor with its "
		 "addresses, unmap it and give everything back.");
	doc_term(d, "path",
		 "The mapping API; the first table says what each is.");
	doc_term(
		d, "descriptor",
		"The structure that the addresses are written into. `nvme-prp` "
		"and `nvme-sgl` are NVMe's. `mtt` (a NIC's translation table) "
		"and `gpu-pte` (a GPU's page table) are models: no device "
		"reads them here.");
	doc_term(d, "transfer",
		 "How many bytes, in how many segments, from what memory: "
		 "scattered 4K pages, one contiguous range (as one segment or "
		 "as many), huge pages, an unaligned start.");
	doc_term(
		d, "topology",
		"A machine: IOMMU, its mode, the device. In strict mode every "
		"unmap invalidates the IOTLB and waits; in lazy mode ranges go "
		"through a flush queue and are invalidated together; in "
		"passthrough (pt), and without an IOMMU, addresses are "
		"physical. ATS lets the device cache translations, which "
		"unmapping has to invalidate too.");
	doc_term(
		d, "median, mean, n",
		"The median is over n operations. The mean divides the total "
		"of consecutive operations by their number. An exact metric is "
		"the same on every boot of the same binaries.");
	doc_term(
		d, "skip, fail, timeout, crash",
		"A case that the machine cannot run is skipped; one that ended "
		"in an error failed; one that hung timed out; one that took "
		"the guest down crashed. None of them has figures, and none is "
		"counted as ok.");
	doc_term(d, "tainted",
		 "Measured, but in a state that moves figures (KASAN, lockdep, "
		 "DMA debug, a noisy host): marked, with the reason.");
	doc_term(d, "not measured", "No sample exists. It is not zero.");
	metric_table(d, v);
}

/* Of the case that stands for the run, by the path that others relate to. */
static const char *explained_id(const struct report_view *v,
				const struct dlab_profile *profile)
{
	int series = report_baseline_series(v);
	const struct report_case *h =
		v->headline < 0 ? NULL : &v->cases[v->headline];
	const struct report_case *c =
		h && series >= 0 ?
			report_find_like(v, h, h->topology, series) :
			h;
	size_t i;

	for (i = 0; c && i < profile->nr; i++)
		if (!strcmp(profile->v[i].id, c->id))
			return c->id;
	return profile->nr ? profile->v[0].id : NULL;
}

bool report_explain(struct doc *d, const struct report_view *v)
{
	struct dlab_profile profile = { 0 };
	struct dlab_err err;
	const char *id = NULL;

	if (!dlab_profile_load(v->run.dir, &profile, &err))
		id = explained_id(v, &profile);
	if (id) {
		doc_para(d, "Where the instructions of a case go, function by "
			    "function:");
		report_code_explain(d, id, &v->run, NULL);
	}
	dlab_profile_free(&profile);
	return id;
}

void report_reproduce(struct doc *d, const struct report_view *v)
{
	doc_heading(d, 2, "reproduce", "Reproduce");
	if (!strcmp(v->run.lab, "native"))
		doc_para(d, "On this machine, booted as it was:");
	else
		doc_para(d,
			 "On any x86 machine with Debian; exact metrics come "
			 "out the same where the fingerprint does:");
	report_code_again(d, &v->run);
	doc_para(d, "Then, to compare the new run with this one:");
	report_code_compare(d, &v->run);
	report_explain(d, v);
}
