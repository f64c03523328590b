// SPDX-License-Identifier: GPL-2.0-only
/* Makes run directories without running anything. */
#include <errno.h>
#include <ftw.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fakerun.h"

struct table {
	FILE *f;
	char *text;
	size_t len;
};

struct fake_boot {
	struct fake_boot *next;
	struct fake_run *run;
	json_t *json;
	json_t *outcomes; /* case: [status, reason] */
	struct table samples;
	struct table hist;
	struct table functions;
	struct dlab_function_names names;
	bool has_hist;
	bool has_functions;
};

struct fake_run {
	char *dir;
	char *runs_dir;
	json_t *json;
	json_t *files;
	struct fake_boot *boots;
	struct fake_boot **last;
};

static void need(bool ok, const char *what)
{
	if (ok)
		return;
	fprintf(stderr, "fakerun: %s: %s\n", what, strerror(errno));
	abort();
}

static char *text(const char *fmt, const char *a, const char *b)
{
	char *s;

	need(asprintf(&s, fmt, a, b) >= 0, "asprintf");
	return s;
}

static void set(json_t *obj, const char *key, const char *value)
{
	if (value)
		need(!json_object_set_new(obj, key, json_string(value)), key);
	else
		json_object_del(obj, key);
}

struct fake_run *fake_run_new(const char *runs_dir, const char *name)
{
	struct fake_run *r = calloc(1, sizeof(*r));

	need(r, "calloc");
	r->last = &r->boots;
	r->dir = text("%s/%s", runs_dir, name);
	r->runs_dir = strdup(runs_dir);
	r->files = json_object();
	r->json = json_pack("{s:i, s:s, s:s, s:s, s:s, s:{}, s:{}, s:s, s:[]}",
			    "schema", 1, "run", name, "suite", "default", "lab",
			    "vm", "created", "2026-11-20T10:15:00Z",
			    "fingerprint", "host", "status", "ok", "boots");
	need(r->runs_dir && r->files && r->json, "json_pack");
	fake_run_fingerprint(r, "base", "6.12");
	fake_run_fingerprint(r, "kernel_release", "6.12.117");
	fake_run_fingerprint(r, "kernel_commit",
			     "0123456789abcdef0123456789abcdef01234567");
	fake_run_fingerprint(r, "kernel_config_sha256", "c0ffee");
	fake_run_fingerprint(r, "series_sha256", "none");
	fake_run_fingerprint(r, "compiler", "gcc (Debian 12.2.0-14) 12.2.0");
	fake_run_fingerprint(r, "qemu", "QEMU emulator version 7.2.22");
	fake_run_fingerprint(r, "module_srcversion", "0123456789ABCDEF0123456");
	fake_run_fingerprint(r, "cpu_model", "Skylake-Server-v4");
	fake_run_host(r, "cpu", "AMD EPYC 7763");
	fake_run_host(r, "kernel", "6.1.0-42-amd64");
	return r;
}

void fake_run_suite(struct fake_run *r, const char *suite)
{
	set(r->json, "suite", suite);
}

void fake_run_make(struct fake_run *r, const char *word)
{
	if (!json_object_get(r->json, "make"))
		json_object_set_new(r->json, "make", json_array());
	json_array_append_new(json_object_get(r->json, "make"),
			      json_string(word));
}

void fake_run_lab(struct fake_run *r, const char *lab)
{
	set(r->json, "lab", lab);
}

void fake_run_created(struct fake_run *r, const char *iso)
{
	set(r->json, "created", iso);
}

void fake_run_fingerprint(struct fake_run *r, const char *key,
			  const char *value)
{
	set(json_object_get(r->json, "fingerprint"), key, value);
}

void fake_run_host(struct fake_run *r, const char *key, const char *value)
{
	set(json_object_get(r->json, "host"), key, value);
}

void fake_run_file(struct fake_run *r, const char *name, const char *content)
{
	set(r->files, name, content);
}

static void open_table(struct table *t, const char *header)
{
	t->f = open_memstream(&t->text, &t->len);
	need(t->f, "open_memstream");
	fputs(header, t->f);
}

struct fake_boot *fake_boot_add(struct fake_run *r, const char *topology,
				const char *kind, unsigned int n)
{
	struct fake_boot *b = calloc(1, sizeof(*b));
	char *name;

	need(b, "calloc");
	need(asprintf(&name, "%s-%s-%u", topology, kind, n) >= 0, "asprintf");
	b->run = r;
	*r->last = b;
	r->last = &b->next;
	b->outcomes = json_object();
	b->json = json_pack(
		"{s:s, s:s, s:s, s:i, s:s, s:s, s:[], s:f, s:b, s:{}}", "name",
		name, "topology", topology, "kind", kind, "n", (int)n, "status",
		"ok", "reason", "", "taint", "wall_s", 9.5, "emulated", 0,
		"effective");
	need(b->outcomes && b->json, "json_pack");
	free(name);
	open_table(&b->samples, "case\tmetric\tvalues\n");
	open_table(&b->hist, "case\tmetric\tbucket_low\tcount\n");
	open_table(&b->functions, dlab_functions_header);
	return b;
}

void fake_boot_emulated(struct fake_boot *b)
{
	need(!json_object_set_new(b->json, "emulated", json_true()),
	     "emulated");
}

void fake_boot_taint(struct fake_boot *b, const char *reason)
{
	need(!json_array_append_new(json_object_get(b->json, "taint"),
				    json_string(reason)),
	     "taint");
}

void fake_boot_effective(struct fake_boot *b, const char *key,
			 const char *value)
{
	set(json_object_get(b->json, "effective"), key, value);
}

void fake_boot_ended(struct fake_boot *b, const char *status,
		     const char *reason)
{
	set(b->json, "status", status);
	set(b->json, "reason", reason);
	set(b->run->json, "status", "fail");
}

void fake_outcome(struct fake_boot *b, const char *case_id, const char *status,
		  const char *reason)
{
	need(!json_object_set_new(b->outcomes, case_id,
				  json_pack("[ss]", status, reason)),
	     case_id);
}

static void is_ok(struct fake_boot *b, const char *case_id)
{
	if (!json_object_get(b->outcomes, case_id))
		fake_outcome(b, case_id, "ok", "");
}

void fake_samples(struct fake_boot *b, const char *case_id, const char *metric,
		  const double *v, size_t n)
{
	FILE *f = b->samples.f;

	is_ok(b, case_id);
	fprintf(f, "%s\t%s\t", case_id, metric);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && v[end] == v[i]; end++)
			;
		fprintf(f, "%s%.17g", i ? "," : "", v[i]);
		if (end - i > 1)
			fprintf(f, "x%zu", end - i);
	}
	fputc('\n', f);
}

void fake_constant(struct fake_boot *b, const char *case_id, const char *metric,
		   double value, size_t n)
{
	is_ok(b, case_id);
	fprintf(b->samples.f, "%s\t%s\t%.17gx%zu\n", case_id, metric, value, n);
}

void fake_bucket(struct fake_boot *b, const char *case_id, const char *metric,
		 double low, uint64_t count)
{
	is_ok(b, case_id);
	b->has_hist = true;
	fprintf(b->hist.f, "%s\t%s\t%.17g\t%llu\n", case_id, metric, low,
		(unsigned long long)count);
}

void fake_functions(struct fake_boot *b, const char *case_id,
		    const struct dlab_functions *functions)
{
	is_ok(b, case_id);
	b->has_functions = true;
	need(!dlab_functions_write(b->functions.f, case_id, functions,
				   &b->names),
	     "functions");
}

static void write_file(const char *dir, const char *name, const char *content,
		       size_t len)
{
	char *path = text("%s/%s", dir, name);
	FILE *f = fopen(path, "w");

	need(f, path);
	need(fwrite(content, 1, len, f) == len, path);
	need(!fclose(f), path);
	free(path);
}

static void write_outcomes(struct fake_boot *b, const char *dir)
{
	struct table t;
	const char *id;
	json_t *v;

	open_table(&t, "case\tstatus\treason\n");
	json_object_foreach(b->outcomes, id, v)
		fprintf(t.f, "%s\t%s\t%s\n", id,
			json_string_value(json_array_get(v, 0)),
			json_string_value(json_array_get(v, 1)));
	fclose(t.f);
	write_file(dir, "outcomes.tsv", t.text, t.len);
	free(t.text);
}

/* Frees it, too. */
static void write_boot(struct fake_run *r, struct fake_boot *b)
{
	const char *name = json_string_value(json_object_get(b->json, "name"));
	char *dir = text("%s/%s", r->dir, name);
	char *json = json_dumps(b->json, JSON_INDENT(1));

	need(!mkdir(dir, 0777), dir);
	fclose(b->samples.f);
	fclose(b->hist.f);
	fclose(b->functions.f);
	write_outcomes(b, dir);
	write_file(dir, "samples.tsv", b->samples.text, b->samples.len);
	if (b->has_hist)
		write_file(dir, "hist.tsv", b->hist.text, b->hist.len);
	if (b->has_functions)
		write_file(dir, "functions.tsv", b->functions.text,
			   b->functions.len);
	write_file(dir, "boot.json", json, strlen(json));
	write_file(dir, "console.log", "", 0);
	need(!json_array_append_new(json_object_get(r->json, "boots"), b->json),
	     "boots");
	json_decref(b->outcomes);
	free(json);
	free(dir);
	free(b->samples.text);
	free(b->hist.text);
	free(b->functions.text);
	dlab_function_names_cut(&b->names, 0);
	free(b);
}

char *fake_run_write(struct fake_run *r)
{
	char *dir = r->dir;
	struct fake_boot *b, *next;
	const char *name;
	json_t *content;
	char *json;

	need(!mkdir(r->runs_dir, 0777) || errno == EEXIST, r->runs_dir);
	need(!mkdir(dir, 0777), dir);
	for (b = r->boots; b; b = next) {
		next = b->next;
		write_boot(r, b);
	}
	json_object_foreach(r->files, name, content)
		write_file(dir, name, json_string_value(content),
			   json_string_length(content));
	json = json_dumps(r->json, JSON_INDENT(1));
	write_file(dir, "run.json", json, strlen(json));
	free(json);
	json_decref(r->json);
	json_decref(r->files);
	free(r->runs_dir);
	free(r);
	return dir;
}

void fake_damage(const char *dir)
{
	char *path = text("%s/%s", dir, "run.json");

	need(!truncate(path, 5), path);
	free(path);
}

char *fake_tmpdir(void)
{
	const char *tmp = getenv("TMPDIR");
	char *path = text("%s/dlab-test-%s", tmp ? tmp : "/tmp", "XXXXXX");

	need(mkdtemp(path), path);
	return path;
}

static int remove_entry(const char *path, const struct stat *st, int type,
			struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void fake_rmdir(char *path)
{
	need(!nftw(path, remove_entry, 32, FTW_DEPTH | FTW_PHYS), path);
	free(path);
}

uint64_t fake_random(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x >> 12;
	x ^= x << 25;
	x ^= x >> 27;
	*state = x;
	return x * 0x2545F4914F6CDD1DULL;
}

double fake_uniform(uint64_t *state)
{
	return (double)(fake_random(state) >> 11) / 9007199254740992.0;
}

double fake_normal(uint64_t *state)
{
	double u = 1 - fake_uniform(state);
	double v = fake_uniform(state);

	return sqrt(-2 * log(u)) * cos(2 * M_PI * v);
}
