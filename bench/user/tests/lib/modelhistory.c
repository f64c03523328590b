// SPDX-License-Identifier: GPL-2.0-only
/* Makes histories in memory without measuring anything. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "modelhistory.h"
#include "fakerun.h"
#include "numbers.h"

static void *need(void *p)
{
	if (!p)
		abort();
	return p;
}

static char *text(const char *s)
{
	return need(strdup(s));
}

static char *numbered(const char *fmt, size_t i)
{
	char s[256];

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
	snprintf(s, sizeof(s), fmt, i);
#pragma GCC diagnostic pop
	return text(s);
}

static void add_kv(struct dlab_kvs *kvs, const char *key, const char *value)
{
	kvs->v[kvs->nr++] = (struct dlab_kv){ text(key), text(value) };
}

static void set_run(struct dlab_run *run, size_t i)
{
	run->dir = numbered("no-such-directory/run-%zu", i);
	run->name = numbered("20261120-101500-commits-%04zu", i);
	run->suite = text("commits");
	run->lab = text("vm");
	run->created = text("2026-11-20T10:15:00Z");
	run->topologies = text("");
	run->cases = text("");
	run->ok = true;
	run->fingerprint.v = need(calloc(8, sizeof(struct dlab_kv)));
	add_kv(&run->fingerprint, "base", "6.12");
	add_kv(&run->fingerprint, "compiler", "gcc (Debian 12.2.0-14) 12.2.0");
	run->fingerprint.v[run->fingerprint.nr++] =
		(struct dlab_kv){ text("kernel_commit"),
				  numbered("%040zu", i) };
	add_kv(&run->fingerprint, "kernel_release", "6.12.117");
	add_kv(&run->fingerprint, "qemu", "QEMU emulator version 7.2.22");
}

static void set_point(struct dlab_point *p, size_t i)
{
	char commit[64];
	uint64_t state = i * 2654435761u + 1;

	snprintf(commit, sizeof(commit), "%08x%08x%08x%08x%08x",
		 (unsigned int)fake_random(&state),
		 (unsigned int)fake_random(&state),
		 (unsigned int)fake_random(&state),
		 (unsigned int)fake_random(&state),
		 (unsigned int)fake_random(&state));
	p->commit = text(commit);
	p->tree = text(commit);
	p->author = text("A. Author");
	p->date = text("2026-11-20T10:15:00Z");
	p->subject = i ? numbered("iommu/dma: change number %zu", i) :
			 text("Linux 6.12.117");
	p->outcome = DLAB_POINT_OK;
	p->reason = text("");
	p->run = numbered("run-%zu", i);
	p->build_s = 30 + (double)(i % 7);
	p->measure_s = 12.5;
}

struct dlab_history *model_new(size_t points)
{
	struct dlab_history *h = need(calloc(1, sizeof(*h)));
	size_t i;

	h->dir = text("no-such-directory");
	h->title = text("The series of 6.12, commit by commit");
	h->base = text("6.12");
	h->range = text("");
	h->suite = text("commits");
	h->cases = text("");
	h->topologies = text("");
	h->boots = text("");
	h->kernel_src = text("");
	h->points = need(calloc(points + 1, sizeof(*h->points)));
	h->runs = need(calloc(points + 1, sizeof(*h->runs)));
	h->run_dirs = need(calloc(points + 1, sizeof(*h->run_dirs)));
	h->nr_points = points;
	for (i = 0; i < points; i++) {
		set_point(&h->points[i], i);
		set_run(&h->runs[i], i);
		h->run_dirs[i] = text(h->runs[i].dir);
	}
	return h;
}

void model_unrun(struct dlab_history *h, size_t point, size_t nr,
		 const char *one, const char *other)
{
	struct dlab_touched_names *names;
	struct dlab_touched *t;

	if (!h->touched)
		h->touched = calloc(h->nr_points, sizeof(*h->touched));
	for (size_t i = 0; i < h->nr_points; i++)
		h->touched[i].known = true;
	t = &h->touched[point];
	t->nr = nr;
	names = &t->names[DLAB_RAN_NOT];
	names->v = calloc(2, sizeof(*names->v));
	names->v[names->nr++] = text(one);
	names->v[names->nr++] = text(other);
}

void model_subject(struct dlab_history *h, size_t point, const char *subject)
{
	free(h->points[point].subject);
	h->points[point].subject = text(subject);
}

void model_outcome(struct dlab_history *h, size_t point,
		   enum dlab_point_outcome outcome, const char *reason)
{
	struct dlab_point *p = &h->points[point];
	size_t i;

	p->outcome = outcome;
	free(p->reason);
	p->reason = text(reason);
	if (outcome == DLAB_POINT_OK || outcome == DLAB_POINT_FAIL)
		return;
	free(p->run);
	p->run = NULL;
	p->measure_s = NAN;
	if (outcome == DLAB_POINT_UNMEASURED)
		p->build_s = NAN;
	dlab_run_free(&h->runs[point]);
	memset(&h->runs[point], 0, sizeof(h->runs[point]));
	free(h->run_dirs[point]);
	h->run_dirs[point] = NULL;
	for (i = 0; i < h->nr_tracks; i++) {
		struct dlab_track *t = &h->tracks[i];

		t->median[point] = t->total[point] = NAN;
		t->low[point] = t->high[point] = t->sum[point] = NAN;
		t->boots[point] = 0;
	}
}

size_t model_track(struct dlab_history *h, const char *id,
		   const struct dlab_metric *metric, double value)
{
	struct dlab_track *t;
	size_t i, n = h->nr_points;

	h->tracks = need(reallocarray(h->tracks, h->nr_tracks + 1, sizeof(*t)));
	t = &h->tracks[h->nr_tracks];
	memset(t, 0, sizeof(*t));
	t->id = text(id);
	if (!metric)
		abort();
	t->metric = metric;
	t->median = need(calloc(n + 1, sizeof(double)));
	t->total = need(calloc(n + 1, sizeof(double)));
	t->low = need(calloc(n + 1, sizeof(double)));
	t->high = need(calloc(n + 1, sizeof(double)));
	t->boots = need(calloc(n + 1, sizeof(*t->boots)));
	t->past = need(calloc(n + 1, sizeof(*t->past)));
	t->n = need(calloc(n + 1, sizeof(*t->n)));
	t->sum = need(calloc(n + 1, sizeof(*t->sum)));
	for (i = 0; i < n; i++) {
		t->median[i] = t->low[i] = t->high[i] = value;
		t->total[i] = metric->exact ? value : NAN;
		t->boots[i] = 1;
		t->past[i] = 1;
		t->n[i] = 64;
		t->sum[i] = 64 * t->total[i];
	}
	return h->nr_tracks++;
}

void model_rare(struct dlab_history *h, size_t track, size_t point, double diff)
{
	for (; point < h->nr_points; point++) {
		h->tracks[track].total[point] += diff;
		h->tracks[track].sum[point] += 64 * diff;
	}
}

void model_step(struct dlab_history *h, size_t track, size_t point, double diff)
{
	struct dlab_track *t = &h->tracks[track];

	model_rare(h, track, point, diff);
	for (; point < h->nr_points; point++) {
		t->median[point] += diff;
		t->low[point] += diff;
		t->high[point] += diff;
	}
}

void model_noise(struct dlab_history *h, size_t track, double sigma,
		 uint64_t *state)
{
	struct dlab_track *t = &h->tracks[track];
	size_t i, j;

	for (i = 0; i < h->nr_points; i++) {
		double v[5], middle = t->median[i];

		for (j = 0; j < 5; j++)
			v[j] = middle * (1 + sigma * fake_normal(state));
		dlab_sort(v, 5);
		t->low[i] = v[0];
		t->median[i] = v[2];
		t->high[i] = v[4];
		t->boots[i] = 5;
	}
}

void model_finish(struct dlab_history *h)
{
	struct dlab_err err;

	if (dlab_history_find_changes(h, &err))
		abort();
}

void model_free(struct dlab_history *h)
{
	dlab_history_free(h);
	free(h);
}

/* ---- many commits and cases */

static const char *const topologies[] = { "vm-vtd-strict", "vm-vtd-lazy",
					  "vm-vtd-pt", "vm-amd-strict",
					  "vm-noiommu" };
static const char *const paths[] = { "page", "sg", "sg-pre", "iova", "phys" };
static const unsigned int sizes_k[] = { 4, 64, 128, 2048 };

/**
 * struct model_case - tracks of one synthetic case
 * @op, @map, @unmap: of its figures; @map and @unmap only with @exact
 * @flush, @alloc: of its structure counts; the same
 * @segs: of its transfer
 * @exact: counted, not timed
 */
struct model_case {
	size_t op;
	size_t map;
	size_t unmap;
	size_t flush;
	size_t alloc;
	double segs;
	bool exact;
};

static void add_case(struct dlab_history *h, const struct dlab_metrics *m,
		     size_t i, struct model_case *c)
{
	size_t topology = i % 5, path = i / 5 % 5, size = i / 25 % 4;
	char id[256];

	c->exact = i % 10 != 9;
	c->segs = sizes_k[size] / 4.0;
	snprintf(id, sizeof(id), "map/%s@%s[path=%s,desc=%s,size=%uk]",
		 c->exact ? "scattered" : "time", topologies[topology],
		 paths[path], i / 100 % 2 ? "mtt" : "nvme-prp", sizes_k[size]);
	if (!c->exact) {
		c->op = model_track(h, id, dlab_metrics_find(m, "op_ns"),
				    900 + 260 * c->segs);
		return;
	}
	c->map = model_track(h, id, dlab_metrics_find(m, "map_insns"),
			     900 + 650 * c->segs);
	c->unmap = model_track(h, id, dlab_metrics_find(m, "unmap_insns"),
			       1700 + 80 * c->segs);
	c->op = model_track(h, id, dlab_metrics_find(m, "op_insns"),
			    2600 + 730 * c->segs);
	c->flush = model_track(h, id, dlab_metrics_find(m, "iotlb_flush"), 1);
	c->alloc = model_track(h, id, dlab_metrics_find(m, "kmalloc_calls"),
			       path == 1);
}

/* What a commit does to a case: an allocation, a flush, a bit of code. */
static void change(struct dlab_history *h, const struct model_case *c,
		   size_t point, unsigned int kind)
{
	switch (kind % 4) {
	case 0:
		model_step(h, c->op, point, 20);
		if (c->exact)
			model_step(h, c->unmap, point, 20);
		break;
	case 1:
		model_step(h, c->op, point, 240);
		if (!c->exact)
			break;
		model_step(h, c->unmap, point, 240);
		model_step(h, c->flush, point, 1);
		break;
	case 2:
		model_step(h, c->op, point, -7 * c->segs);
		if (c->exact)
			model_step(h, c->map, point, -7 * c->segs);
		break;
	default:
		model_step(h, c->op, point, 130);
		if (!c->exact)
			break;
		model_step(h, c->map, point, 130);
		model_step(h, c->alloc, point, 1);
	}
}

static void change_some(struct dlab_history *h, const struct model_case *cases,
			size_t nr, size_t point, uint64_t *state)
{
	unsigned int kind = (unsigned int)(fake_random(state) % 4);
	size_t topology = fake_random(state) % 6, i;

	for (i = 0; i < nr; i++)
		/* 5 is all of them */
		if ((topology == 5 || i % 5 == topology) && i / 5 % 5 != kind)
			change(h, &cases[i], point, kind);
}

struct dlab_history *model_synthetic(const struct dlab_metrics *metrics,
				     size_t points, size_t cases)
{
	struct dlab_history *h = model_new(points);
	struct model_case *c = need(calloc(cases + 1, sizeof(*c)));
	uint64_t state = 20261120;
	size_t i;

	for (i = 0; i < cases; i++)
		add_case(h, metrics, i, &c[i]);
	for (i = 1; i < points; i++)
		if (points < 10 ? i % 2 : fake_random(&state) % 12 == 0)
			change_some(h, c, cases, i, &state);
	for (i = 0; i < cases; i++)
		if (!c[i].exact)
			model_noise(h, c[i].op, 0.01, &state);
	for (i = 1; i < points; i++) {
		switch (fake_random(&state) % 40) {
		case 0:
			model_outcome(
				h, i, DLAB_POINT_NO_BUILD,
				"drivers/iommu/dma-iommu.c:123: error: 'x' "
				"undeclared");
			break;
		case 1:
			model_outcome(h, i, DLAB_POINT_CRASH,
				      "vm-vtd-strict: the guest "
				      "panicked: VFS: no root");
			break;
		case 2:
			model_outcome(h, i, DLAB_POINT_FAIL,
				      "vm-vtd-lazy: 3 cases failed");
			break;
		}
	}
	free(c);
	model_finish(h);
	return h;
}
