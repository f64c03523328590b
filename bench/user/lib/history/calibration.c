// SPDX-License-Identifier: GPL-2.0-only
/*
 * Measures how often the lab is wrong.  Sides that are known not to differ, or
 * by how much, are judged in pairs by the very rules of a history: a pair is a
 * history of two commits.
 */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "data.h"
#include "history/calibration.h"
#include "history/history.h"
#include "verdict/judge.h"
#include "verdict/kconfig.h"

static int no_memory(struct dlab_err *err)
{
	return dlab_fail(err, ENOMEM, "calibrate: out of memory");
}

/* ---- what it was measured on */

static const char *or_empty(const char *s)
{
	return s ? s : "";
}

static int agree(char **mine, const char *theirs, const char *what,
		 const char *whose, struct dlab_err *err)
{
	if (!*mine) {
		*mine = strdup(theirs);
		return *mine ? 0 : no_memory(err);
	}
	if (!strcmp(*mine, theirs))
		return 0;
	return dlab_fail(
		err, EPERM,
		"calibrate: %s of %s is `%s`, of what was given before "
		"`%s`; calibrate them by themselves",
		what, whose, theirs, *mine);
}

/* Rates of different labs do not add up. */
static int take_environment(struct dlab_calibration *c,
			    const struct dlab_run *run, struct dlab_err *err)
{
	const struct {
		const char *key;
		char **to;
	} entries[] = {
		{ "kernel_release", &c->kernel },
		{ "compiler", &c->compiler },
		{ "qemu", &c->qemu },
		{ "module_source_sha256", &c->module },
	};
	size_t i;
	int ret;

	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		ret = agree(entries[i].to,
			    or_empty(dlab_kvs_find(&run->fingerprint,
						   entries[i].key)),
			    entries[i].key, run->name, err);
		if (ret)
			return ret;
	}
	if (c->created && strcmp(c->created, run->created) >= 0)
		return 0;
	free(c->created);
	c->created = strdup(run->created);
	return c->created ? 0 : no_memory(err);
}

/* What is held against it may have another one: a driver switched on. */
static int take_config(struct dlab_calibration *c, const struct dlab_run *run,
		       struct dlab_err *err)
{
	int ret = agree(&c->config,
			or_empty(dlab_kvs_find(&run->fingerprint,
					       "kernel_config_sha256")),
			"kernel_config_sha256", run->name, err);

	/* a run that has not kept it is a calibration all the same */
	if (!ret && !c->config_text)
		dlab_kconfig_read(run->dir, &c->config_text, NULL);
	return ret;
}

/* ---- two commits as a history of their own */

static int copy_track(const struct dlab_track *from, size_t a, size_t b,
		      struct dlab_track *to)
{
	const size_t which[2] = { a, b };
	size_t i;

	to->metric = from->metric;
	to->id = strdup(from->id);
	to->median = calloc(2, sizeof(*to->median));
	to->total = calloc(2, sizeof(*to->total));
	to->low = calloc(2, sizeof(*to->low));
	to->high = calloc(2, sizeof(*to->high));
	to->boots = calloc(2, sizeof(*to->boots));
	to->past = calloc(2, sizeof(*to->past));
	to->n = calloc(2, sizeof(*to->n));
	to->sum = calloc(2, sizeof(*to->sum));
	to->emulated = from->emulated;
	if (!to->n || !to->sum || !to->id || !to->median || !to->total ||
	    !to->low || !to->high || !to->boots || !to->past)
		return -ENOMEM;
	for (i = 0; i < 2; i++) {
		to->median[i] = from->median[which[i]];
		to->total[i] = from->total[which[i]];
		to->low[i] = from->low[which[i]];
		to->high[i] = from->high[which[i]];
		to->boots[i] = from->boots[which[i]];
		to->past[i] = from->past[which[i]];
		to->n[i] = from->n[which[i]];
		to->sum[i] = from->sum[which[i]];
	}
	return 0;
}

static int copy_point(const struct dlab_point *from, struct dlab_point *to)
{
	*to = (struct dlab_point){ .outcome = DLAB_POINT_OK,
				   .build_s = NAN,
				   .measure_s = NAN };
	to->commit = strdup(from->commit);
	to->tree = strdup(from->tree);
	to->author = strdup(from->author);
	to->date = strdup(from->date);
	to->subject = strdup(from->subject);
	to->reason = strdup("");
	return to->commit && to->tree && to->author && to->date &&
			       to->subject && to->reason ?
		       0 :
		       -ENOMEM;
}

static int set_texts(struct dlab_history *h)
{
	char **texts[] = { &h->dir,   &h->title, &h->base,	&h->range,
			   &h->suite, &h->cases, &h->topologies };
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i] = strdup("");
		if (!*texts[i])
			return -ENOMEM;
	}
	return 0;
}

static int make_pair(const struct dlab_history *h, size_t a, size_t b,
		     struct dlab_history *pair)
{
	size_t i;

	memset(pair, 0, sizeof(*pair));
	pair->points = calloc(2, sizeof(*pair->points));
	pair->runs = calloc(2, sizeof(*pair->runs));
	pair->run_dirs = calloc(2, sizeof(*pair->run_dirs));
	pair->tracks = calloc(h->nr_tracks + 1, sizeof(*pair->tracks));
	if (!pair->points || !pair->runs || !pair->run_dirs || !pair->tracks ||
	    set_texts(pair))
		return -ENOMEM;
	pair->nr_points = 2;
	if (copy_point(&h->points[a], &pair->points[0]) ||
	    copy_point(&h->points[b], &pair->points[1]))
		return -ENOMEM;
	for (i = 0; i < h->nr_tracks; i++)
		if (copy_track(&h->tracks[i], a, b,
			       &pair->tracks[pair->nr_tracks++]))
			return -ENOMEM;
	return 0;
}

/* ---- counting what a pair was called */

bool dlab_calibration_is_of(const char *topology, const char *id)
{
	const char *from = strchr(id, '@');
	size_t n;

	if (!from)
		return !*topology;
	n = strcspn(++from, "[");
	return strlen(topology) == n && !strncmp(from, topology, n);
}

static struct dlab_calibration_rate *
rate_of(struct dlab_calibration_rates *rates, const char *id)
{
	const char *from = strchr(id, '@');
	struct dlab_calibration_rate *r;
	size_t i;

	for (i = 0; i < rates->nr; i++)
		if (dlab_calibration_is_of(rates->v[i].topology, id))
			return &rates->v[i];
	r = reallocarray(rates->v, rates->nr + 1, sizeof(*r));
	if (!r)
		return NULL;
	rates->v = r;
	r = &rates->v[rates->nr];
	*r = (struct dlab_calibration_rate){ .largest_abs = NAN,
					     .largest_rel = NAN };
	r->topology = from ? strndup(from + 1, strcspn(from + 1, "[")) :
			     strdup("");
	if (!r->topology)
		return NULL;
	rates->nr++;
	return r;
}

/* As many operations after the same cases: nothing else is compared. */
static bool is_judged_exact(const struct dlab_track *t)
{
	return t->metric->exact && !dlab_explains(t->metric, t->whole) &&
	       !isnan(t->median[0]) && !isnan(t->median[1]) && t->past[0] &&
	       t->past[0] == t->past[1] && t->n[0] && t->n[0] == t->n[1];
}

static void count_difference(struct dlab_calibration_rate *r,
			     const struct dlab_track *t)
{
	/* the total is NAN where there is none */
	double diff = fmax(fabs(t->median[1] - t->median[0]),
			   fabs(t->total[1] - t->total[0]));
	size_t i;

	r->pairs++;
	if (diff == 0) {
		r->identical++;
		return;
	}
	if (strcmp(t->metric->unit, "insns"))
		return;
	if (t->median[0] != 0)
		r->largest_rel =
			fmax(r->largest_rel, diff / fabs(t->median[0]));
	r->largest_abs = fmax(r->largest_abs, diff);
	for (i = 0; i < DLAB_CALIBRATION_NR_AT; i++)
		r->at[i] += diff >= dlab_calibration_at[i];
}

static bool is_wrong(const struct dlab_history *pair, const struct dlab_step *s)
{
	return dlab_step_verdict(s) != DLAB_EXPLAINS &&
	       pair->tracks[s->track].metric->exact;
}

/* Every topology of the pair counts as one more side. */
static int count_sides(const struct dlab_history *pair,
		       struct dlab_calibration_rates *rates)
{
	size_t *before =
		calloc(pair->nr_tracks + rates->nr + 1, sizeof(*before));
	size_t i, nr = rates->nr;
	int ret = 0;

	if (!before)
		return -ENOMEM;
	for (i = 0; i < nr; i++)
		before[i] = rates->v[i].pairs;
	for (i = 0; i < pair->nr_tracks && !ret; i++) {
		struct dlab_calibration_rate *r;

		if (!is_judged_exact(&pair->tracks[i]))
			continue;
		r = rate_of(rates, pair->tracks[i].id);
		if (r)
			count_difference(r, &pair->tracks[i]);
		else
			ret = -ENOMEM;
	}
	for (i = 0; i < rates->nr && !ret; i++)
		rates->v[i].sides += rates->v[i].pairs > before[i];
	free(before);
	return ret;
}

static int count_wrong(const struct dlab_history *pair,
		       struct dlab_calibration_rates *rates)
{
	size_t *before = calloc(rates->nr + 1, sizeof(*before));
	size_t i;

	if (!before)
		return -ENOMEM;
	for (i = 0; i < rates->nr; i++)
		before[i] = rates->v[i].wrong;
	for (i = 0; i < pair->nr_steps; i++) {
		const struct dlab_step *s = &pair->steps[i];

		if (is_wrong(pair, s))
			rate_of(rates, pair->tracks[s->track].id)->wrong++;
	}
	for (i = 0; i < rates->nr; i++)
		rates->v[i].wrong_sides += rates->v[i].wrong > before[i];
	free(before);
	return 0;
}

/* One side against another of which it is known that it does not differ. */
static int judge_pair(const struct dlab_history *h, size_t a, size_t b,
		      struct dlab_calibration_rates *rates,
		      struct dlab_err *err)
{
	struct dlab_history pair;
	int ret = make_pair(h, a, b, &pair);

	if (!ret)
		ret = dlab_history_find_changes(&pair, err);
	if (!ret)
		ret = count_sides(&pair, rates);
	if (!ret)
		ret = count_wrong(&pair, rates);
	dlab_history_free(&pair);
	return ret ? no_memory(err) : 0;
}

/* ---- boots of the same binaries */

static int add_boot_points(struct dlab_history *h, const struct dlab_run *run)
{
	size_t i;

	for (i = 0; i < run->nr_boots; i++) {
		struct dlab_point like = {
			.commit = run->name,
			.tree = "",
			.author = "",
			.date = run->created,
			.subject = run->boots[i].name,
		};

		if (copy_point(&like, &h->points[h->nr_points]))
			return -ENOMEM;
		h->nr_points++;
	}
	return 0;
}

static struct dlab_track *track_of(struct dlab_history *h, const char *id,
				   const struct dlab_metric *metric,
				   size_t room)
{
	struct dlab_track *t;
	size_t i;

	for (i = 0; i < h->nr_tracks; i++)
		if (h->tracks[i].metric == metric &&
		    !strcmp(h->tracks[i].id, id))
			return &h->tracks[i];
	t = reallocarray(h->tracks, h->nr_tracks + 1, sizeof(*t));
	if (!t)
		return NULL;
	h->tracks = t;
	t = &h->tracks[h->nr_tracks++];
	memset(t, 0, sizeof(*t));
	t->metric = metric;
	t->id = strdup(id);
	t->median = calloc(room, sizeof(*t->median));
	t->total = calloc(room, sizeof(*t->total));
	t->low = calloc(room, sizeof(*t->low));
	t->high = calloc(room, sizeof(*t->high));
	t->boots = calloc(room, sizeof(*t->boots));
	t->past = calloc(room, sizeof(*t->past));
	t->n = calloc(room, sizeof(*t->n));
	t->sum = calloc(room, sizeof(*t->sum));
	if (!t->n || !t->sum || !t->id || !t->median || !t->total || !t->low ||
	    !t->high || !t->boots || !t->past)
		return NULL;
	for (i = 0; i < room; i++)
		t->median[i] = t->total[i] = t->low[i] = t->high[i] =
			t->sum[i] = NAN;
	return t;
}

static int add_cells(struct dlab_history *h, const struct dlab_series *s,
		     size_t first, size_t room)
{
	struct dlab_track *t;
	size_t i;

	if (!s->metric->exact)
		return 0;
	t = track_of(h, s->id, s->metric, room);
	if (!t)
		return -ENOMEM;
	for (i = 0; i < s->nr; i++) {
		const struct dlab_cell *c = &s->cells[i];
		size_t point = first + c->boot;

		if (!c->n)
			continue;
		t->median[point] = dlab_cell_median(c);
		t->n[point] = c->n;
		t->sum[point] = dlab_cell_total(c);
		t->total[point] = t->sum[point] / (double)c->n;
		t->low[point] = t->high[point] = t->median[point];
		t->boots[point] = 1;
		t->past[point] = c->past;
	}
	return 0;
}

static int add_run(struct dlab_calibration *c, struct dlab_history *h,
		   const struct dlab_run *run,
		   const struct dlab_metrics *metrics, size_t room,
		   struct dlab_err *err)
{
	size_t i, first = h->nr_points;
	struct dlab_data data;
	int ret = take_environment(c, run, err);

	if (!ret)
		ret = take_config(c, run, err);
	if (!ret)
		ret = dlab_data_load(run, metrics, &data, err);
	if (ret)
		return ret;
	if (add_boot_points(h, run))
		ret = no_memory(err);
	for (i = 0; i < data.nr_series && !ret; i++)
		if (add_cells(h, &data.series[i], first, room))
			ret = no_memory(err);
	dlab_data_free(&data);
	return ret;
}

/* The binaries: what of the fingerprint says which ones they are. */
static int same_binaries(const struct dlab_run *a, const struct dlab_run *b,
			 struct dlab_err *err)
{
	size_t i;

	for (i = 0; i < a->fingerprint.nr; i++) {
		const struct dlab_kv *kv = &a->fingerprint.v[i];
		const char *other = dlab_kvs_find(&b->fingerprint, kv->key);

		if (strcmp(or_empty(kv->value), or_empty(other)))
			return dlab_fail(err, EPERM,
					 "calibrate: %s and %s are not of the "
					 "same binaries: %s differs",
					 a->name, b->name, kv->key);
	}
	return 0;
}

static bool measured_alike(const struct dlab_history *h, size_t a, size_t b)
{
	size_t i;

	for (i = 0; i < h->nr_tracks; i++)
		if (!isnan(h->tracks[i].median[a]) &&
		    !isnan(h->tracks[i].median[b]))
			return true;
	return false;
}

/* Each boot against the one before it that measured the same cases. */
static int judge_boots(const struct dlab_history *h,
		       struct dlab_calibration_rates *rates,
		       struct dlab_err *err)
{
	size_t i, j;
	int ret = 0;

	for (i = 1; i < h->nr_points && !ret; i++) {
		for (j = i; j--;)
			if (measured_alike(h, j, i))
				break;
		if (j != (size_t)-1)
			ret = judge_pair(h, j, i, rates, err);
	}
	/* the first boot of each topology is a boot, too */
	for (i = 0; i < rates->nr && !ret; i++)
		rates->v[i].sides++;
	return ret;
}

int dlab_calibration_add_same(struct dlab_calibration *c,
			      const char *const *dirs, size_t nr,
			      const struct dlab_metrics *metrics,
			      struct dlab_err *err)
{
	struct dlab_run *runs = calloc(nr + 1, sizeof(*runs));
	struct dlab_history h = { 0 };
	size_t i, loaded = 0, room = 1;
	int ret = runs ? 0 : no_memory(err);

	for (i = 0; i < nr && !ret; i++) {
		ret = dlab_run_load(dirs[i], &runs[i], err);
		if (ret)
			break;
		loaded++;
		room += runs[i].nr_boots;
		if (i)
			ret = same_binaries(&runs[0], &runs[i], err);
	}
	h.points = calloc(room, sizeof(*h.points));
	h.runs = calloc(room, sizeof(*h.runs));
	h.run_dirs = calloc(room, sizeof(*h.run_dirs));
	if (!ret && (!h.points || !h.runs || !h.run_dirs || set_texts(&h)))
		ret = no_memory(err);
	for (i = 0; i < nr && !ret; i++)
		ret = add_run(c, &h, &runs[i], metrics, room, err);
	if (!ret)
		ret = judge_boots(&h, &c->same, err);
	if (!ret && !c->same.nr)
		ret = dlab_fail(err, EINVAL,
				"calibrate: no two boots of %s%s ran the same "
				"cases; give a run of several boots (BOOTS=20), "
				"or several runs",
				runs[0].name, nr > 1 ? " and the others" : "");
	for (i = 0; i < loaded; i++)
		dlab_run_free(&runs[i]);
	free(runs);
	dlab_history_free(&h);
	return ret;
}

/* ---- histories */

static int load(struct dlab_calibration *c, const char *dir,
		const char *results, const struct dlab_metrics *metrics,
		struct dlab_history *h, struct dlab_err *err)
{
	int ret = dlab_history_load(dir, results, metrics, h, err);
	size_t i;

	if (ret)
		return ret;
	for (i = 0; i < h->nr_points && !ret; i++)
		if (dlab_point_is_measured(h, i))
			ret = take_environment(c, &h->runs[i], err);
	if (!ret && (!h->nr_points || !dlab_point_is_measured(h, 0)))
		ret = dlab_fail(err, EINVAL,
				"calibrate: %s: its base, the first line of "
				"commits.tsv, was not measured",
				dir);
	if (!ret)
		ret = take_config(c, &h->runs[0], err);
	if (ret)
		dlab_history_free(h);
	return ret;
}

static bool is_judged_inexact(const struct dlab_track *t)
{
	return !t->metric->exact && !dlab_explains(t->metric, t->whole) &&
	       !t->emulated;
}

/* Change points need all commits, not pairs of them. */
static int count_time(struct dlab_history *h,
		      struct dlab_calibration_rates *rates,
		      struct dlab_err *err)
{
	size_t i, j;
	int ret = dlab_history_find_changes(h, err);

	for (i = 0; i < h->nr_tracks && !ret; i++) {
		struct dlab_calibration_rate *r;

		if (!is_judged_inexact(&h->tracks[i]))
			continue;
		r = rate_of(rates, h->tracks[i].id);
		if (!r)
			return no_memory(err);
		if (!r->sides)
			r->sides = h->nr_points - 1;
		for (j = 1; j < h->nr_points; j++)
			r->pairs += !isnan(h->tracks[i].median[j]);
	}
	for (i = 0; i < h->nr_steps && !ret; i++) {
		const struct dlab_track *t = &h->tracks[h->steps[i].track];

		if (is_judged_inexact(t))
			rate_of(rates, t->id)->wrong++;
	}
	return ret;
}

int dlab_calibration_add_rebuilds(struct dlab_calibration *c, const char *dir,
				  const char *results,
				  const struct dlab_metrics *metrics,
				  struct dlab_err *err)
{
	struct dlab_history h;
	size_t i;
	int ret = load(c, dir, results, metrics, &h, err);

	if (ret)
		return ret;
	for (i = 1; i < h.nr_points && !ret; i++)
		if (dlab_point_is_measured(&h, i))
			ret = judge_pair(&h, 0, i, &c->rebuilds, err);
	if (!ret)
		ret = count_time(&h, &c->time, err);
	dlab_history_free(&h);
	return ret;
}

/* ---- planted regressions */

/* N of "plant N"; 0 without. */
static unsigned int planted(const char *subject)
{
	const char *word = strstr(subject, "plant ");
	unsigned long n = word ? strtoul(word + 6, NULL, 10) : 0;

	return n <= 1000000 ? (unsigned int)n : 0;
}

static int plant_order(const void *a, const void *b)
{
	const struct dlab_calibration_plant *x = a, *y = b;
	int ret = strcmp(x->topology, y->topology);

	return ret ? ret : (x->insns > y->insns) - (x->insns < y->insns);
}

static struct dlab_calibration_plant *
plant_of(struct dlab_calibration *c, const char *id, unsigned int insns)
{
	struct dlab_calibration_plant *p;
	const char *from = strchr(id, '@');
	size_t i;

	for (i = 0; i < c->nr_plants; i++)
		if (c->plants[i].insns == insns &&
		    dlab_calibration_is_of(c->plants[i].topology, id))
			return &c->plants[i];
	p = reallocarray(c->plants, c->nr_plants + 1, sizeof(*p));
	if (!p)
		return NULL;
	c->plants = p;
	p = &c->plants[c->nr_plants];
	*p = (struct dlab_calibration_plant){ .insns = insns };
	p->topology = from ? strndup(from + 1, strcspn(from + 1, "[")) :
			     strdup("");
	if (!p->topology)
		return NULL;
	c->nr_plants++;
	return p;
}

/* Only where the whole was measured: elsewhere a plant counts in every phase. */
static bool is_operation(const struct dlab_track *t)
{
	return is_judged_exact(t) && t->metric->is_whole;
}

static int count_found(struct dlab_calibration *c,
		       const struct dlab_history *pair, unsigned int insns)
{
	size_t i;

	for (i = 0; i < pair->nr_tracks; i++) {
		struct dlab_calibration_plant *p;

		if (!is_operation(&pair->tracks[i]))
			continue;
		p = plant_of(c, pair->tracks[i].id, insns);
		if (!p)
			return -ENOMEM;
		p->cases++;
	}
	for (i = 0; i < pair->nr_steps; i++) {
		const struct dlab_step *s = &pair->steps[i];

		if (is_operation(&pair->tracks[s->track]) && s->worse)
			plant_of(c, pair->tracks[s->track].id, insns)->found++;
	}
	return 0;
}

static int judge_plant(struct dlab_calibration *c, const struct dlab_history *h,
		       size_t point, struct dlab_err *err)
{
	struct dlab_history pair;
	int ret = make_pair(h, 0, point, &pair);

	/* what rebuilds move by will hide it */
	pair.calibration = c;
	if (!ret)
		ret = dlab_history_find_changes(&pair, err);
	if (!ret)
		ret = count_found(c, &pair, planted(h->points[point].subject));
	dlab_history_free(&pair);
	return ret ? no_memory(err) : 0;
}

int dlab_calibration_add_plants(struct dlab_calibration *c, const char *dir,
				const char *results,
				const struct dlab_metrics *metrics,
				struct dlab_err *err)
{
	struct dlab_history h;
	size_t i, n = 0;
	int ret = load(c, dir, results, metrics, &h, err);

	if (ret)
		return ret;
	for (i = 1; i < h.nr_points && !ret; i++) {
		if (!dlab_point_is_measured(&h, i) ||
		    !planted(h.points[i].subject))
			continue;
		n++;
		ret = judge_plant(c, &h, i, err);
	}
	if (!ret && !n)
		ret = dlab_fail(err, EINVAL,
				"calibrate: %s has no commit that was measured "
				"and says \"plant N\" in its subject",
				dir);
	if (c->nr_plants)
		qsort(c->plants, c->nr_plants, sizeof(*c->plants), plant_order);
	dlab_history_free(&h);
	return ret;
}
