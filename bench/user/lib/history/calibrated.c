// SPDX-License-Identifier: GPL-2.0-only
/*
 * What neutral rebuilds move a figure by is no effect: how the lab's error rates
 * raise the minimum effect of a history, where they are of the same lab.
 */
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "history/calibration.h"
#include "history/history.h"
#include "verdict/kconfig.h"

/* Above rounding: a difference as large as that of the rebuilds is none. */
#define JUST_MORE (1 + 1e-9)

double dlab_calibration_min_effect(const struct dlab_calibration *c,
				   const struct dlab_metric *metric,
				   const char *id, double from)
{
	const struct dlab_calibration_rate *r = NULL;
	size_t i;

	if (!metric->exact || strcmp(metric->unit, "insns"))
		return 0;
	for (i = 0; i < c->rebuilds.nr && !r; i++)
		if (dlab_calibration_is_of(c->rebuilds.v[i].topology, id))
			r = &c->rebuilds.v[i];
	if (!r || isnan(r->largest_abs))
		return 0;
	/* no part of nothing */
	if (from == 0 || isnan(r->largest_rel))
		return JUST_MORE * r->largest_abs;
	return JUST_MORE * fmin(r->largest_abs, r->largest_rel * fabs(from));
}

/* ---- is it of this lab */

/* The symbols that are set otherwise, in words: the first few. */
struct other_config {
	char text[256];
	size_t nr;
};

static int on_symbol(void *user, const char *symbol, const char *was,
		     const char *is)
{
	struct other_config *o = user;
	size_t len = strlen(o->text);

	if (dlab_kconfig_is_same(was, is))
		return 0;
	if (o->nr++ < 3)
		snprintf(o->text + len, sizeof(o->text) - len, "%s%.64s",
			 len ? ", " : "", symbol);
	return 0;
}

/* Where one of the two was not kept, the hashes decide. */
static int compare_configs(const struct dlab_calibration *c,
			   const struct dlab_run *run, struct other_config *o)
{
	const char *is = dlab_kvs_find(&run->fingerprint,
				       "kernel_config_sha256");
	char *text = NULL;
	int ret = 0;

	*o = (struct other_config){ .text = "" };
	if (!strcmp(c->config, is ? is : ""))
		return 0;
	if (c->config_text && !dlab_kconfig_read(run->dir, &text, NULL)) {
		ret = dlab_kconfig_diff(c->config_text, text, on_symbol, o);
		free(text);
		return ret;
	}
	o->nr = 1;
	snprintf(o->text, sizeof(o->text), "sha256 %.12s is not %.12s",
		 is ? is : "", c->config);
	return 0;
}

/* The first thing in which the lab was another one; nothing if it was not. */
static int note_other_lab(const struct dlab_calibration *c,
			  const struct dlab_run *run, struct dlab_notes *notes)
{
	const struct {
		const char *key;
		const char *was;
	} entries[] = {
		{ "kernel_release", c->kernel },
		{ "compiler", c->compiler },
		{ "qemu", c->qemu },
		{ "module_source_sha256", c->module },
	};
	struct other_config config;
	size_t i;

	for (i = 0; i < sizeof(entries) / sizeof(entries[0]); i++) {
		const char *is =
			dlab_kvs_find(&run->fingerprint, entries[i].key);

		if (!strcmp(entries[i].was, is ? is : ""))
			continue;
		return dlab_notes_add(
			notes,
			"the minimum effect is that of metrics.ini alone: "
			"calibration.json of %s is of another lab, %s was "
			"`%s` and is `%s` here; `make calibrate` makes it anew",
			c->created, entries[i].key, entries[i].was,
			is ? is : "");
	}
	if (compare_configs(c, run, &config))
		return -ENOMEM;
	if (!config.nr)
		return 0;
	return dlab_notes_add(
		notes,
		"the minimum effect is that of metrics.ini alone: "
		"calibration.json of %s is of another kernel configuration "
		"(%s%s); `make calibrate` makes it anew",
		c->created, config.text, config.nr > 3 ? ", ..." : "");
}

static bool has_topology(const struct dlab_history *h, const char *topology)
{
	size_t i;

	for (i = 0; i < h->nr_tracks; i++)
		if (dlab_calibration_is_of(topology, h->tracks[i].id))
			return true;
	return false;
}

static int note_raised(const struct dlab_calibration *c, struct dlab_history *h)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < c->rebuilds.nr && !ret; i++) {
		const struct dlab_calibration_rate *r = &c->rebuilds.v[i];
		char part[64] = "";

		if (isnan(r->largest_abs) || !has_topology(h, r->topology))
			continue;
		if (!isnan(r->largest_rel))
			snprintf(part, sizeof(part), ", or more than %.3g %%",
				 100 * r->largest_rel);
		ret = dlab_notes_add(
			&h->notes,
			"minimum effect on %s: that of metrics.ini, and more "
			"than %g instructions%s: neutral rebuilds moved by as "
			"much (calibration.json of %s)",
			r->topology, r->largest_abs, part, c->created);
	}
	return ret;
}

int dlab_history_calibrate(struct dlab_history *h,
			   const struct dlab_calibration *c,
			   struct dlab_err *err)
{
	size_t base = 0, notes = h->notes.nr;
	int ret;

	while (base < h->nr_points && !dlab_point_is_measured(h, base))
		base++;
	if (base == h->nr_points)
		return 0;
	ret = note_other_lab(c, &h->runs[base], &h->notes);
	if (!ret && h->notes.nr == notes) {
		h->calibration = c;
		ret = note_raised(c, h);
	}
	return ret ? dlab_fail(err, ENOMEM, "%s: out of memory", h->dir) : 0;
}

int dlab_history_judge(struct dlab_history *h, const char *results,
		       struct dlab_calibration *c, struct dlab_err *err)
{
	char path[PATH_MAX];
	int ret;

	snprintf(path, sizeof(path), "%s/calibration.json", results);
	ret = dlab_calibration_load(path, c, err);
	if (!ret)
		ret = dlab_history_calibrate(h, c, err);
	else if (ret == -ENOENT)
		ret = 0;
	return ret ? ret : dlab_history_find_changes(h, err);
}
