// SPDX-License-Identifier: GPL-2.0-only
/* Pairs the cases of two sides and has them judged. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "verdict/compare.h"
#include "data.h"
#include "kernelcode.h"
#include "match.h"
#include "verdict/judge.h"
#include "verdict/noise.h"
#include "verdict/pairs.h"
#include "verdict/side.h"
#include "verdict/unknown.h"

/* names of functions, of a list that nobody reads to its end */
#define MAX_UNRUN 8

static const char *const verdict_names[] = {
	[DLAB_SAME] = "same",		[DLAB_BETTER] = "better",
	[DLAB_WORSE] = "worse",		[DLAB_INCONCLUSIVE] = "inconclusive",
	[DLAB_FEW_BOOTS] = "few-boots", [DLAB_EMULATED] = "emulated",
	[DLAB_EXPLAINS] = "explains",
};

const char *dlab_verdict_name(enum dlab_verdict v)
{
	return verdict_names[v];
}

static const char *const change_names[] = {
	[DLAB_BROKE] = "broke",
	[DLAB_FIXED] = "fixed",
	[DLAB_STILL_BROKEN] = "still broken",
	[DLAB_NEW_BROKEN] = "new and broken",
	[DLAB_NOW_SKIPPED] = "now skipped",
	[DLAB_NOW_MEASURED] = "now measured",
	[DLAB_ONLY_A] = "only in A",
	[DLAB_ONLY_B] = "only in B",
};

const char *dlab_change_name(enum dlab_change_kind kind)
{
	return change_names[kind];
}

bool dlab_change_is_new(enum dlab_change_kind kind)
{
	return kind == DLAB_ONLY_B || kind == DLAB_NEW_BROKEN;
}

/* How a case ended on one side: the worst of its boots. */
struct ending {
	char *key;
	const char *id;
	enum dlab_status status;
	const char *reason;
};

/* One metric of one case on one side. */
struct half {
	char *key;
	const struct dlab_series *s;
	const struct dlab_metric *m; /* a percentile may stand for its base */
	double quantile;
};

/* One side, while it is being paired. */
struct part {
	const struct dlab_run *run;
	struct dlab_data data;
	struct half *halves;
	size_t nr_halves;
	struct ending *endings;
	size_t nr_endings;
	bool *used; /* boots that figures come from */
};

/* One comparison, while it is made. */
struct work {
	const struct dlab_compare_request *req;
	const struct dlab_metrics *metrics;
	struct dlab_comparison *out;
	struct dlab_noise *noise;
	struct part a;
	struct part b;
	struct dlab_err *err;
};

static int no_memory(const struct work *w)
{
	return dlab_fail(w->err, ENOMEM, "out of memory");
}

/* ---- what of a side takes part */

/* Where the sides are different cases, the pattern is for those of A. */
static bool is_case_wanted(const struct work *w, const struct part *p,
			   const char *id)
{
	if (!w->req->cases ||
	    (p == &w->b && w->req->axis.kind != DLAB_AXIS_RUN))
		return true;
	return dlab_case_matches(w->req->cases, id);
}

static bool is_metric_wanted(const struct work *w, const struct dlab_metric *m)
{
	if (w->req->metric && !dlab_matches(w->req->metric, m->name))
		return false;
	return !w->req->instrument ||
	       !strcmp(w->req->instrument, m->instrument);
}

static int half_order(const void *x, const void *y)
{
	const struct half *a = x, *b = y;
	int d = strcmp(a->key, b->key);

	return d ? d : strcmp(a->m->name, b->m->name);
}

/* Takes over @key. */
static int add_half(struct work *w, struct part *p, char *key,
		    const struct dlab_series *s, const struct dlab_metric *m,
		    double quantile)
{
	struct half *v;

	if (!key)
		return no_memory(w);
	/* doubled whenever the number is a power of two */
	if (!(p->nr_halves & (p->nr_halves - 1))) {
		size_t room = p->nr_halves ? 2 * p->nr_halves : 1;

		v = reallocarray(p->halves, room, sizeof(*v));
		if (!v) {
			free(key);
			return no_memory(w);
		}
		p->halves = v;
	}
	p->halves[p->nr_halves++] = (struct half){ key, s, m, quantile };
	return 0;
}

/* One series, while its figures are taken. */
struct taking {
	struct work *w;
	struct part *p;
	const char *key;
};

static int take_figure(void *user, const struct dlab_series *s,
		       const struct dlab_metric *m, double quantile)
{
	const struct taking *t = user;

	if (!is_metric_wanted(t->w, m))
		return 0;
	return add_half(t->w, t->p, strdup(t->key), s, m, quantile);
}

static int gather_halves(struct work *w, struct part *p)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < p->data.nr_series; i++) {
		const struct dlab_series *s = &p->data.series[i];
		struct taking t = { w, p, NULL };
		char *key;

		if (!is_case_wanted(w, p, s->id))
			continue;
		if (dlab_axis_pair(&w->req->axis, s->id, p == &w->b, &key))
			return no_memory(w);
		t.key = key;
		if (key)
			ret = dlab_series_figures(s, w->metrics, take_figure,
						  &t);
		free(key);
	}
	return ret;
}

/* skip is better than a failure and worse than ok, as the enum has it */
static int ending_order(const void *x, const void *y)
{
	const struct ending *a = x, *b = y;
	int d = strcmp(a->key, b->key);

	return d ? d : (int)b->status - (int)a->status;
}

static int gather_endings(struct work *w, struct part *p)
{
	size_t nr = 0, kept = 0;

	p->endings = calloc(p->data.nr_outcomes + 1, sizeof(*p->endings));
	if (!p->endings)
		return no_memory(w);
	for (size_t i = 0; i < p->data.nr_outcomes; i++) {
		const struct dlab_outcome *o = &p->data.outcomes[i];
		char *key;

		if (!is_case_wanted(w, p, o->id))
			continue;
		if (dlab_axis_pair(&w->req->axis, o->id, p == &w->b, &key))
			return no_memory(w);
		if (key)
			p->endings[p->nr_endings++] =
				(struct ending){ key, o->id, o->status,
						 o->reason };
	}
	nr = p->nr_endings;
	qsort(p->endings, nr, sizeof(*p->endings), ending_order);
	/* the first of each key is its worst */
	for (size_t i = 0; i < nr; i++) {
		if (kept &&
		    !strcmp(p->endings[kept - 1].key, p->endings[i].key))
			free(p->endings[i].key);
		else
			p->endings[kept++] = p->endings[i];
	}
	p->nr_endings = kept;
	return 0;
}

static int open_part(struct work *w, struct part *p, const struct dlab_run *run)
{
	int ret;

	p->run = run;
	ret = dlab_data_load(run, w->metrics, &p->data, w->err);
	if (ret)
		return ret;
	p->used = calloc(run->nr_boots + 1, sizeof(*p->used));
	if (!p->used)
		return no_memory(w);
	ret = gather_halves(w, p);
	return ret ? ret : gather_endings(w, p);
}

static void close_part(struct part *p)
{
	for (size_t i = 0; i < p->nr_halves; i++)
		free(p->halves[i].key);
	for (size_t i = 0; i < p->nr_endings; i++)
		free(p->endings[i].key);
	free(p->halves);
	free(p->endings);
	free(p->used);
	dlab_data_free(&p->data);
}

/* ---- pairs */

static bool is_emulated(struct part *p, const struct half *h)
{
	bool emulated = false;

	for (size_t i = 0; i < h->s->nr; i++) {
		unsigned int boot = h->s->cells[i].boot;

		p->used[boot] = true;
		emulated |= p->run->boots[boot].emulated;
	}
	return emulated && !strcmp(h->m->instrument, "time");
}

static void set_min_effects(const struct work *w, struct dlab_figure *f,
			    const struct half *a)
{
	struct dlab_floor noise = dlab_noise_floor(
		w->noise, a->s->id, a->s->metric->name, a->quantile);
	double declared = dlab_min_effect(a->m, f->a.median);

	f->min_effect = fmax(declared, noise.median);
	f->min_effect_total = fmax(declared, noise.total);
	/* the noise seen is no effect yet; what exceeds it is */
	if (noise.median > declared)
		f->min_effect = nextafter(f->min_effect, INFINITY);
	if (noise.total > declared)
		f->min_effect_total = nextafter(f->min_effect_total, INFINITY);
}

static int add_figure(struct work *w, const struct half *a,
		      const struct half *b)
{
	struct dlab_comparison *out = w->out;
	struct dlab_figure *f = &out->figures[out->nr_figures++];

	*f = (struct dlab_figure){
		.id_a = strdup(a->s->id),
		.id_b = strdup(b->s->id),
		.metric = a->m,
	};
	if (!f->id_a || !f->id_b || dlab_side_make(a->s, a->quantile, &f->a) ||
	    dlab_side_make(b->s, b->quantile, &f->b))
		return no_memory(w);
	/* both, for what they note */
	f->emulated = is_emulated(&w->a, a);
	f->emulated |= is_emulated(&w->b, b);
	f->other_past = w->req->axis.kind == DLAB_AXIS_RUN &&
			(!f->a.past || f->a.past != f->b.past);
	set_min_effects(w, f, a);
	return 0;
}

static const struct ending *find_ending(const struct part *p, const char *key)
{
	for (size_t low = 0, high = p->nr_endings; low < high;) {
		size_t mid = low + (high - low) / 2;
		int d = strcmp(p->endings[mid].key, key);

		if (!d)
			return &p->endings[mid];
		if (d < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return NULL;
}

static bool has_figure(const struct dlab_comparison *c, const char *id,
		       const struct dlab_metric *m)
{
	for (size_t i = 0; m && i < c->nr_figures; i++)
		if (c->figures[i].metric == m && !strcmp(c->figures[i].id_a, id))
			return true;
	return false;
}

/* A judged metric that only A has, of a case that is ok in B. */
static int note_missing(struct work *w, const struct half *a)
{
	const struct ending *e = find_ending(&w->b, a->key);

	if (!e || e->status != DLAB_OK ||
	    dlab_explains(a->m, has_figure(w->out, a->s->id, a->m->whole)))
		return 0;
	if (dlab_notes_add(&w->out->missing, "%s of %s", a->m->name, a->s->id))
		return no_memory(w);
	return 0;
}

static const struct half *find_half(const struct part *p, const struct half *a)
{
	return p->nr_halves ? bsearch(a, p->halves, p->nr_halves,
				      sizeof(*p->halves), half_order) :
			      NULL;
}

static int note_all_missing(struct work *w)
{
	int ret = 0;

	for (size_t i = 0; !ret && i < w->a.nr_halves; i++)
		if (!find_half(&w->b, &w->a.halves[i]))
			ret = note_missing(w, &w->a.halves[i]);
	return ret;
}

static int pair_halves(struct work *w)
{
	struct part *b = &w->b;
	int ret = 0;

	w->out->figures = calloc(w->a.nr_halves + 1, sizeof(*w->out->figures));
	if (!w->out->figures)
		return no_memory(w);
	if (b->nr_halves)
		qsort(b->halves, b->nr_halves, sizeof(*b->halves), half_order);
	for (size_t i = 0; !ret && i < w->a.nr_halves; i++) {
		const struct half *a = &w->a.halves[i];
		const struct half *found = find_half(b, a);

		if (!found)
			continue;
		if (!found->s->cells[0].hist == !a->s->cells[0].hist)
			ret = add_figure(w, a, found);
		else
			ret = dlab_fail(
				w->err, EINVAL,
				"metric %s of %s is samples on one side and a histogram on the other",
				a->m->name, a->s->id);
	}
	return ret ? ret : note_all_missing(w);
}

/* ---- how cases ended */

static bool is_broken(enum dlab_status s)
{
	return s == DLAB_FAIL || s == DLAB_TIMEOUT || s == DLAB_CRASH;
}

bool dlab_change_is_bad(enum dlab_change_kind kind)
{
	return kind == DLAB_BROKE || kind == DLAB_STILL_BROKEN ||
	       kind == DLAB_NEW_BROKEN || kind == DLAB_NOW_SKIPPED ||
	       kind == DLAB_ONLY_A;
}

static int by_kind(const void *x, const void *y)
{
	const struct dlab_change *a = x, *b = y;
	bool bad_a = dlab_change_is_bad(a->kind);
	bool bad_b = dlab_change_is_bad(b->kind);

	if (bad_a != bad_b)
		return bad_b - bad_a;
	return a->kind != b->kind ? (int)a->kind - (int)b->kind :
				    strcmp(a->id, b->id);
}

void dlab_changes_sort(struct dlab_change *v, size_t nr)
{
	if (nr)
		qsort(v, nr, sizeof(*v), by_kind);
}

size_t dlab_changes_bad(const struct dlab_change *v, size_t nr)
{
	size_t n = 0;

	while (n < nr && dlab_change_is_bad(v[n].kind))
		n++;
	return n;
}

bool dlab_change_of(int a, int b, enum dlab_change_kind *kind)
{
	bool broke_a = a >= 0 && is_broken((enum dlab_status)a);
	bool broke_b = b >= 0 && is_broken((enum dlab_status)b);

	if (a == b && !broke_a)
		return false;
	if (b < 0)
		*kind = DLAB_ONLY_A;
	else if (a < 0)
		*kind = broke_b ? DLAB_NEW_BROKEN : DLAB_ONLY_B;
	else if (broke_b)
		*kind = broke_a ? DLAB_STILL_BROKEN : DLAB_BROKE;
	else if (broke_a)
		*kind = b == DLAB_OK ? DLAB_FIXED : DLAB_NOW_SKIPPED;
	else
		*kind = a == DLAB_OK ? DLAB_NOW_SKIPPED : DLAB_NOW_MEASURED;
	return true;
}

static int add_change(struct work *w, const struct ending *a,
		      const struct ending *b, enum dlab_change_kind kind)
{
	struct dlab_comparison *out = w->out;
	struct dlab_change *c = &out->changes[out->nr_changes++];
	const char *reason = b && *b->reason ? b->reason : a ? a->reason : "";

	*c = (struct dlab_change){
		.id = strdup(a ? a->id : b->id),
		.kind = kind,
		.a = a ? a->status : DLAB_OK,
		.b = b ? b->status : DLAB_OK,
		.reason = strdup(reason),
	};
	return c->id && c->reason ? 0 : no_memory(w);
}

static int pair_endings(struct work *w)
{
	const struct part *a = &w->a, *b = &w->b;
	/* a workload need not have every value of a key on every machine */
	bool lone = w->req->axis.kind == DLAB_AXIS_RUN;
	enum dlab_change_kind kind;
	size_t i = 0, j = 0;
	int ret = 0;

	w->out->changes = calloc(a->nr_endings + b->nr_endings + 1,
				 sizeof(*w->out->changes));
	if (!w->out->changes)
		return no_memory(w);
	while (!ret && (i < a->nr_endings || j < b->nr_endings)) {
		const struct ending *x = a->endings + i, *y = b->endings + j;
		int d = i == a->nr_endings ? 1 :
			j == b->nr_endings ? -1 :
					     strcmp(x->key, y->key);

		x = d <= 0 ? x : NULL;
		y = d >= 0 ? y : NULL;
		if ((!d || lone) &&
		    dlab_change_of(x ? (int)x->status : -1,
				   y ? (int)y->status : -1, &kind))
			ret = add_change(w, x, y, kind);
		i += d <= 0;
		j += d >= 0;
	}
	if (!ret)
		dlab_changes_sort(w->out->changes, w->out->nr_changes);
	return ret;
}

/* ---- may they be compared at all */

/* Times are those of a host; counts are not. */
static int check_host(struct work *w)
{
	bool times = false;

	for (size_t i = 0; i < w->out->nr_figures; i++) {
		const struct dlab_figure *f = &w->out->figures[i];

		times |= !f->emulated && !strcmp(f->metric->instrument, "time");
	}
	if (!times)
		return 0;
	return dlab_check_host(&w->out->a, &w->out->b,
			       "--instrument count leaves them out", w->err);
}

static int check_anything(const struct work *w)
{
	struct dlab_err why;
	int ret;

	if (w->out->nr_figures || w->out->nr_changes)
		return 0;
	ret = dlab_unknown(&w->req->axis, &w->a.data, &w->b.data,
			   w->req->cases, &why);
	if (ret)
		return dlab_fail(w->err, -ret,
				 "nothing to compare on axis %s: %s",
				 w->req->axis.name, why.text);
	return dlab_fail(
		w->err, w->out->a.ok && w->out->b.ok ? ENOENT : EIO,
		"nothing to compare on axis %s: no case%s%s%s that is measured on both sides; `dlab show RUN --case '*'` lists a run's",
		w->req->axis.name, w->req->cases ? " matching " : "",
		w->req->cases ? w->req->cases : "",
		w->req->axis.from ? " has its counterpart" : "");
}

static int work_through(struct work *w)
{
	struct dlab_comparison *out = w->out;
	int ret = open_part(w, &w->a, &out->a);

	if (!ret)
		ret = open_part(w, &w->b, &out->b);
	if (!ret)
		ret = pair_halves(w);
	if (!ret)
		ret = pair_endings(w);
	if (!ret)
		ret = check_anything(w);
	if (!ret)
		ret = dlab_check_taint(w->a.run, w->a.used, w->b.run, w->b.used,
				       &out->taints, w->err);
	if (!ret)
		ret = check_host(w);
	if (!ret && (dlab_pairs_make(out) ||
		     dlab_judge(out->figures, out->nr_figures)))
		ret = no_memory(w);
	if (!ret)
		dlab_pairs_judge(out);
	return ret;
}

/* No verdict says anything of what B changes and none of its cases ran. */
static int note_unrun(struct dlab_comparison *c, struct dlab_err *err)
{
	struct dlab_touched t;
	char *said;
	int ret;

	if (strcmp(c->axis.name, "kernel"))
		return 0;
	ret = dlab_touched_find(c->a.dir, c->b.dir, &t, err);
	if (ret)
		return ret;
	said = dlab_touched_say(&t, MAX_UNRUN);
	if (!said || (*said && dlab_notes_add(&c->differs, "kernel: %s", said)))
		ret = dlab_fail(err, ENOMEM, "out of memory");
	free(said);
	dlab_touched_free(&t);
	return ret;
}

int dlab_compare(const struct dlab_compare_request *req,
		 const struct dlab_metrics *metrics,
		 struct dlab_comparison *out, struct dlab_err *err)
{
	struct work w = {
		.req = req, .metrics = metrics, .out = out, .err = err
	};
	int ret;

	memset(out, 0, sizeof(*out));
	out->axis = req->axis;
	out->nr_noise = req->nr_noise;
	if (req->nr_noise == 1)
		return dlab_fail(
			err, EINVAL,
			"one A/A run shows no noise; give at least two --noise runs");
	ret = dlab_run_load(req->dir_a, &out->a, err);
	if (!ret)
		ret = dlab_run_load(req->dir_b, &out->b, err);
	if (!ret)
		ret = dlab_axis_check(&req->axis, &out->a, &out->b,
				      &out->differs, err);
	if (!ret)
		ret = note_unrun(out, err);
	if (!ret && req->nr_noise)
		ret = dlab_noise_load(req->noise, req->nr_noise, metrics,
				      &out->a, &w.noise, err);
	if (!ret) {
		ret = work_through(&w);
		close_part(&w.a);
		close_part(&w.b);
	}
	dlab_noise_free(w.noise);
	if (ret)
		dlab_comparison_free(out);
	return ret;
}

void dlab_comparison_free(struct dlab_comparison *c)
{
	for (size_t i = 0; i < c->nr_figures; i++) {
		free(c->figures[i].id_a);
		free(c->figures[i].id_b);
		dlab_side_free(&c->figures[i].a);
		dlab_side_free(&c->figures[i].b);
	}
	free(c->figures);
	dlab_pairs_free(c);
	for (size_t i = 0; i < c->nr_changes; i++) {
		free(c->changes[i].id);
		free(c->changes[i].reason);
	}
	free(c->changes);
	dlab_notes_free(&c->differs);
	dlab_notes_free(&c->taints);
	dlab_notes_free(&c->missing);
	dlab_run_free(&c->a);
	dlab_run_free(&c->b);
	memset(c, 0, sizeof(*c));
}

size_t dlab_count_verdicts(const struct dlab_comparison *c, enum dlab_verdict v)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_figures; i++)
		nr += c->figures[i].verdict == v;
	return nr;
}

size_t dlab_count_changes(const struct dlab_comparison *c,
			  enum dlab_change_kind kind)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->nr_changes; i++)
		nr += c->changes[i].kind == kind;
	return nr;
}

/* What B could not measure is no news about the cases that it could. */
size_t dlab_failed_boots(const struct dlab_comparison *c)
{
	size_t nr = 0;

	for (size_t i = 0; i < c->b.nr_boots; i++)
		nr += is_broken(c->b.boots[i].status);
	return c->axis.kind == DLAB_AXIS_RUN ? nr : 0;
}

const char *dlab_result_name(enum dlab_result r)
{
	static const char *const names[] = {
		[DLAB_RESULT_OK] = "no regression",
		[DLAB_RESULT_REGRESSION] = "regression",
		[DLAB_RESULT_LAB_FAILURE] = "lab failure",
		[DLAB_RESULT_INCONCLUSIVE] = "inconclusive",
	};

	return names[r];
}

enum dlab_result dlab_comparison_result(const struct dlab_comparison *c)
{
	size_t judged = dlab_count_pairs(c, DLAB_SAME) +
			dlab_count_pairs(c, DLAB_BETTER);

	if (dlab_count_pairs(c, DLAB_WORSE) ||
	    dlab_count_changes(c, DLAB_BROKE))
		return DLAB_RESULT_REGRESSION;
	if (dlab_count_changes(c, DLAB_STILL_BROKEN) ||
	    dlab_count_changes(c, DLAB_NEW_BROKEN) || dlab_failed_boots(c))
		return DLAB_RESULT_LAB_FAILURE;
	if (!judged || dlab_count_pairs(c, DLAB_INCONCLUSIVE) ||
	    dlab_count_changes(c, DLAB_NOW_SKIPPED) ||
	    dlab_count_changes(c, DLAB_ONLY_A) || c->missing.nr)
		return DLAB_RESULT_INCONCLUSIVE;
	return DLAB_RESULT_OK;
}
