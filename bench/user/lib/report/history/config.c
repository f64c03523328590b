// SPDX-License-Identifier: GPL-2.0-only
/* Which commit changed the kernel's configuration, and in which symbols. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "report/history/parts.h"
#include "verdict/kconfig.h"

/* The rest is told by number. */
#define MAX_NAMED 6

/**
 * struct symbols - those in which two configurations differ
 * @text: the first of them, with what became of them
 * @nr: how many
 * @set: of them those that make another kernel
 */
struct symbols {
	char text[8 * PART_TEXT];
	size_t nr;
	size_t set;
};

static const char *value_of(const char *value)
{
	return !value ? "not there" : strcmp(value, "n") ? value : "not set";
}

static int on_symbol(void *user, const char *symbol, const char *was,
		     const char *is)
{
	struct symbols *s = user;
	size_t len = strlen(s->text);

	s->set += !dlab_kconfig_is_same(was, is);
	if (s->nr++ < MAX_NAMED)
		snprintf(s->text + len, sizeof(s->text) - len,
			 "%s%.64s (%.64s → %.64s)", len ? ", " : "", symbol,
			 value_of(was), value_of(is));
	return 0;
}

static const char *hash_of(const struct dlab_run *run)
{
	const char *hash =
		dlab_kvs_find(&run->fingerprint, "kernel_config_sha256");

	return hash ? hash : "";
}

/* Return: whether the configurations of two points differ, and it is known how. */
static bool find_symbols(struct doc *d, const struct dlab_history *h, size_t a,
			 size_t b, struct symbols *s)
{
	char *x = NULL, *y = NULL;

	*s = (struct symbols){ .text = "" };
	if (!strcmp(hash_of(&h->runs[a]), hash_of(&h->runs[b])))
		return false;
	if (!dlab_kconfig_read(h->run_dirs[a], &x, NULL) &&
	    !dlab_kconfig_read(h->run_dirs[b], &y, NULL) &&
	    dlab_kconfig_diff(x, y, on_symbol, s))
		d->err = -ENOMEM;
	free(x);
	free(y);
	doc_clean(s->text);
	return s->nr;
}

static void say(struct doc *d, const struct dlab_history *h, size_t point,
		const struct symbols *s)
{
	char commit[PART_TEXT], more[PART_TEXT] = "";

	if (s->nr > MAX_NAMED)
		snprintf(more, sizeof(more), " and %zu more",
			 s->nr - MAX_NAMED);
	doc_item(d, "**Configuration** at `%s`: %s%s%s",
		 part_commit(h, point, commit), s->text, more,
		 s->set ? "" : "; none of them is set, and the kernel the same");
}

void part_finding_config(struct doc *d, const struct dlab_history *h,
			 const struct dlab_finding *f)
{
	struct symbols s;

	if (dlab_point_is_measured(h, f->before) &&
	    dlab_point_is_measured(h, f->point) &&
	    find_symbols(d, h, f->before, f->point, &s) && s.set)
		say(d, h, f->point, &s);
}

void part_config(struct doc *d, const struct dlab_history *h)
{
	size_t i, last = PART_NONE;
	struct symbols s;

	for (i = 0; i < h->nr_points; i++) {
		if (!dlab_point_is_measured(h, i))
			continue;
		if (last != PART_NONE && find_symbols(d, h, last, i, &s))
			say(d, h, i, &s);
		last = i;
	}
}
