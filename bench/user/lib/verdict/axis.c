// SPDX-License-Identifier: GPL-2.0-only
/* What may differ between two sides of a comparison? */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "match.h"
#include "verdict/axis.h"
#include "verdict/kconfig.h"

#define CONFIG_KEY "kernel_config_sha256"

/* Adding an axis between runs is one line here. */
static const struct dlab_axis run_axes[] = {
	/* the module is built for the kernel, from sources that must agree */
	{ .name = "kernel", .keys = "base kernel_* series_* module_sha256" },
	{ .name = "module", .keys = "module_*" },
	{ .name = "compiler",
	  .keys = "compiler " CONFIG_KEY,
	  .symbols = "CC_* GCC_* CLANG_* AS_* LD_* LLD_* RUSTC_* PAHOLE_*" },
	{ .name = "qemu", .keys = "qemu machine firmware_*" },
	{ .name = "cpu", .keys = "cpu_model" },
};

/*
 * What dlab_machine_describe() tells of a boot but that is a measurement or
 * has its own place in a run: no part of what must agree.
 */
static const char not_compared[] = "loop_ticks taint";

/*
 * The lab's own userspace runs outside of what is measured: another version of
 * it is worth a note, and no reason to refuse.
 */
static const char noted_only[] = "dlab_*";

static bool is_word(const char *s)
{
	return *s && !s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789_-")];
}

int dlab_axis_parse(const char *name, const char *from, const char *to,
		    struct dlab_axis *out, struct dlab_err *err)
{
	for (size_t i = 0; i < sizeof(run_axes) / sizeof(*run_axes); i++) {
		if (strcmp(run_axes[i].name, name))
			continue;
		if (from || to)
			return dlab_fail(
				err, EINVAL,
				"axis %s compares two runs; --from and --to belong to axis topology or to a key of the cases",
				name);
		*out = run_axes[i];
		return 0;
	}
	if (!is_word(name))
		return dlab_fail(
			err, EINVAL,
			"\"%s\" is no axis; there are kernel, module, compiler, qemu, cpu, topology, and the keys of the cases (path, desc, hint, ...)",
			name);
	if (!from || !to)
		return dlab_fail(
			err, EINVAL,
			"axis %s needs --from and --to: which %s is compared with which (axes between runs are kernel, module, compiler, qemu and cpu)",
			name, name);
	*out = (struct dlab_axis){
		.name = name,
		.kind = strcmp(name, "topology") ? DLAB_AXIS_KEY :
						   DLAB_AXIS_TOPOLOGY,
		.from = from,
		.to = to,
	};
	return 0;
}

/* The value of @key in "…[a=b,key=value,…]", or NULL; *@len is its length. */
static const char *find_value(const char *id, const char *key, size_t *len)
{
	const char *p = strchr(id, '[');

	while (p && *p && *p != ']') {
		size_t k = strlen(key);

		p++;
		if (!strncmp(p, key, k) && p[k] == '=') {
			p += k + 1;
			*len = strcspn(p, ",]");
			return p;
		}
		p += strcspn(p, ",]");
	}
	return NULL;
}

static const char *find_topology(const char *id, size_t *len)
{
	const char *p = strchr(id, '@');

	if (!p)
		return NULL;
	*len = strcspn(p + 1, "[");
	return p + 1;
}

int dlab_axis_pair(const struct dlab_axis *axis, const char *id, bool side_b,
		   char **key)
{
	const char *want = side_b ? axis->to : axis->from;
	const char *at;
	size_t len;

	*key = NULL;
	if (axis->kind == DLAB_AXIS_RUN) {
		*key = strdup(id);
		return *key ? 0 : -ENOMEM;
	}
	at = axis->kind == DLAB_AXIS_KEY ? find_value(id, axis->name, &len) :
					   find_topology(id, &len);
	if (!at || len != strlen(want) || strncmp(at, want, len))
		return 0;
	if (asprintf(key, "%.*s*%s", (int)(at - id), id, at + len) < 0) {
		*key = NULL;
		return -ENOMEM;
	}
	return 0;
}

int dlab_notes_add(struct dlab_notes *notes, const char *fmt, ...)
{
	char **v = reallocarray(notes->v, notes->nr + 1, sizeof(*v));
	va_list ap;
	int len;

	if (!v)
		return -ENOMEM;
	notes->v = v;
	va_start(ap, fmt);
	len = vasprintf(&v[notes->nr], fmt, ap);
	va_end(ap);
	if (len < 0)
		return -ENOMEM;
	notes->nr++;
	return 0;
}

void dlab_notes_free(struct dlab_notes *notes)
{
	for (size_t i = 0; i < notes->nr; i++)
		free(notes->v[i]);
	free(notes->v);
	memset(notes, 0, sizeof(*notes));
}

/* One check: what differs and may, what differs and must not. */
struct check {
	const struct dlab_axis *axis;
	const struct dlab_run *a;
	const struct dlab_run *b;
	struct dlab_notes *notes;
	struct dlab_notes refused;
	/*
	 * Of the boots looked at: an emulated CPU loses its time-stamp counter
	 * on a busy host, and its times are never judged.
	 */
	bool emulated_times;
};

/*
 * Calls @fn for every key of either side whose values differ; a value is NULL
 * where a side lacks the key.
 */
static int differences(const struct dlab_kvs *a, const struct dlab_kvs *b,
		       int (*fn)(struct check *c, const char *what,
				 const char *key, const char *va,
				 const char *vb),
		       struct check *c, const char *what)
{
	size_t i = 0, j = 0;
	int ret = 0;

	while (!ret && (i < a->nr || j < b->nr)) {
		int d = i == a->nr ? 1 :
			j == b->nr ? -1 :
				     strcmp(a->v[i].key, b->v[j].key);

		if (d < 0)
			ret = fn(c, what, a->v[i].key, a->v[i].value, NULL);
		else if (d > 0)
			ret = fn(c, what, b->v[j].key, NULL, b->v[j].value);
		else if (strcmp(a->v[i].value, b->v[j].value))
			ret = fn(c, what, a->v[i].key, a->v[i].value,
				 b->v[j].value);
		i += d <= 0;
		j += d >= 0;
	}
	return ret;
}

static const char *shown(const char *value)
{
	return value ? value : "(none)";
}

/* Takes the last component off @path. Return: it, or "" where there is none. */
static const char *take_last(char *path)
{
	char *slash = strrchr(path, '/');

	if (!slash)
		return "";
	*slash = '\0';
	return slash + 1;
}

static bool is_history(const char *dir)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/commits.tsv", dir);
	return !access(path, F_OK);
}

/*
 * baseline/RUN or baseline/HISTORY/runs/RUN: what it says, it says of one base.
 * Where the results as a whole are is of no matter.
 */
static bool is_reference(const struct dlab_run *run)
{
	char *path = run->dir ? realpath(run->dir, NULL) : NULL;
	const char *in = "";
	bool yes;

	if (path) {
		take_last(path);
		in = take_last(path);
	}
	if (!strcmp(in, "runs") && is_history(path)) {
		take_last(path);
		in = take_last(path);
	}
	yes = !strcmp(in, "baseline");
	free(path);
	return yes;
}

static int on_fingerprint(struct check *c, const char *what, const char *key,
			  const char *va, const char *vb)
{
	bool may = dlab_matches(c->axis->keys, key);

	(void)what;
	if (!strcmp(key, "base") && (is_reference(c->a) || is_reference(c->b)))
		return dlab_notes_add(&c->refused,
				      "%s: %s -> %s (one is a reference)", key,
				      shown(va), shown(vb));
	if (dlab_matches(noted_only, key))
		return dlab_notes_add(c->notes, "%s: %s -> %s (noted only)",
				      key, shown(va), shown(vb));
	return dlab_notes_add(may ? c->notes : &c->refused, "%s: %s -> %s", key,
			      shown(va), shown(vb));
}

static int on_effective(struct check *c, const char *topology, const char *key,
			const char *va, const char *vb)
{
	if (c->emulated_times && !strcmp(key, "clocksource"))
		return dlab_notes_add(c->notes, "%s on %s: %s -> %s (noted only)",
				      key, topology, shown(va), shown(vb));
	if (dlab_matches(not_compared, key) || dlab_matches(c->axis->keys, key))
		return 0;
	return dlab_notes_add(&c->refused, "%s on %s: %s -> %s", key, topology,
			      shown(va), shown(vb));
}

static const struct dlab_boot *boot_like(const struct dlab_run *run,
					 const struct dlab_boot *b)
{
	for (size_t i = 0; i < run->nr_boots; i++) {
		const struct dlab_boot *o = &run->boots[i];

		if (o->status == DLAB_OK && o->kind == b->kind &&
		    !strcmp(o->topology, b->topology))
			return o;
	}
	return NULL;
}

/* On axis topology the machines differ on purpose. */
static int check_effective(struct check *c)
{
	int ret = 0;

	if (c->axis->kind == DLAB_AXIS_TOPOLOGY)
		return 0;
	for (size_t i = 0; !ret && i < c->a->nr_boots; i++) {
		const struct dlab_boot *a = &c->a->boots[i];
		const struct dlab_boot *b;

		/* once for each topology and kind */
		if (boot_like(c->a, a) != a)
			continue;
		b = boot_like(c->b, a);
		if (!b)
			continue;
		c->emulated_times = !dlab_kind_counts(a->kind) && a->emulated &&
				    b->emulated;
		ret = differences(&a->effective, &b->effective, on_effective, c,
				  a->topology);
	}
	return ret;
}

static int on_symbol(void *user, const char *symbol, const char *va,
		     const char *vb)
{
	struct check *c = user;

	if (!va || !vb)
		return dlab_notes_add(c->notes, "only %s has %s",
				      va ? "A" : "B", symbol);
	return dlab_notes_add(
		dlab_matches(c->axis->symbols, symbol + 7) ? c->notes : &c->refused,
		"%s: %s -> %s", symbol, va, vb);
}

/* Where only the hash is known to differ, nobody can say what differs. */
static int check_config(struct check *c, struct dlab_err *err)
{
	const char *ha = dlab_kvs_find(&c->a->fingerprint, CONFIG_KEY);
	const char *hb = dlab_kvs_find(&c->b->fingerprint, CONFIG_KEY);
	char *a = NULL, *b = NULL;
	int ret;

	if (!ha || !hb || !strcmp(ha, hb) ||
	    !dlab_matches(c->axis->keys, CONFIG_KEY))
		return 0;
	ret = dlab_kconfig_read(c->a->dir, &a, err);
	if (!ret)
		ret = dlab_kconfig_read(c->b->dir, &b, err);
	if (!ret && dlab_kconfig_diff(a, b, on_symbol, c))
		ret = dlab_fail(err, ENOMEM, "out of memory");
	free(a);
	free(b);
	return ret;
}

/* All of it in one sentence, as far as it fits. */
static int refuse(const struct check *c, struct dlab_err *err)
{
	char text[800] = "";
	size_t len = 0, i;

	for (i = 0; i < c->refused.nr; i++) {
		int n = snprintf(text + len, sizeof(text) - len, "%s%s",
				 i ? "; " : "", c->refused.v[i]);

		if ((size_t)n >= sizeof(text) - len - 20)
			break;
		len += (size_t)n;
	}
	if (i < c->refused.nr)
		sprintf(text + len, "%s%zu more", i ? "; and " : "",
			c->refused.nr - i);
	return dlab_fail(err, EPERM,
			 "on axis %s these must agree but differ: %s",
			 c->axis->name, text);
}

int dlab_axis_check(const struct dlab_axis *axis, const struct dlab_run *a,
		    const struct dlab_run *b, struct dlab_notes *notes,
		    struct dlab_err *err)
{
	struct check c = { .axis = axis, .a = a, .b = b, .notes = notes };
	int ret = differences(&a->fingerprint, &b->fingerprint, on_fingerprint,
			      &c, NULL);

	if (!ret && strcmp(a->lab, b->lab))
		ret = dlab_notes_add(&c.refused, "lab: %s -> %s", a->lab,
				     b->lab);
	if (!ret)
		ret = check_effective(&c);
	if (ret)
		dlab_fail(err, -ret, "out of memory");
	else
		ret = check_config(&c, err);
	if (!ret && c.refused.nr)
		ret = refuse(&c, err);
	dlab_notes_free(&c.refused);
	return ret;
}

static bool has_note(const struct dlab_notes *n, const char *text)
{
	for (size_t i = 0; i < n->nr; i++)
		if (!strcmp(n->v[i], text))
			return true;
	return false;
}

static int taints_of(const struct dlab_run *run, const bool *used,
		     struct dlab_notes *out)
{
	for (size_t i = 0; i < run->nr_boots; i++) {
		const struct dlab_boot *b = &run->boots[i];

		for (size_t t = 0; used[i] && t < b->nr_taint; t++)
			if (!has_note(out, b->taint[t]) &&
			    dlab_notes_add(out, "%s", b->taint[t]))
				return -ENOMEM;
	}
	return 0;
}

/* A taint of @n that @other has not, or NULL. */
static const char *only_in(const struct dlab_notes *n,
			   const struct dlab_notes *other)
{
	for (size_t i = 0; i < n->nr; i++)
		if (!has_note(other, n->v[i]))
			return n->v[i];
	return NULL;
}

int dlab_check_taint(const struct dlab_run *a, const bool *used_a,
		     const struct dlab_run *b, const bool *used_b,
		     struct dlab_notes *taints, struct dlab_err *err)
{
	struct dlab_notes of_b = { 0 };
	const char *in_a, *in_b;
	int ret = 0;

	if (taints_of(a, used_a, taints) || taints_of(b, used_b, &of_b)) {
		ret = dlab_fail(err, ENOMEM, "out of memory");
		goto out;
	}
	in_a = only_in(taints, &of_b);
	in_b = only_in(&of_b, taints);
	if (in_a || in_b)
		ret = dlab_fail(
			err, EPERM,
			"only %s is tainted (%s); a tainted run compares with nothing but its like",
			in_a ? a->name : b->name, in_a ? in_a : in_b);
out:
	dlab_notes_free(&of_b);
	return ret;
}

int dlab_check_host(const struct dlab_run *a, const struct dlab_run *b,
		    const char *advice, struct dlab_err *err)
{
	static const char *const keys[] = { "cpu", "kernel" };

	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		const char *va = dlab_kvs_find(&a->host, keys[i]);
		const char *vb = dlab_kvs_find(&b->host, keys[i]);

		if (va && vb && strcmp(va, vb))
			return dlab_fail(
				err, EPERM,
				"times of two hosts do not compare (%s: %s -> %s); %s",
				keys[i], va, vb, advice);
	}
	return 0;
}
