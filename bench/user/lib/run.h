/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which runs there are and what each one was: run.json, its fingerprint and
 * its boots.
 */
#ifndef DLAB_RUN_H
#define DLAB_RUN_H

#include <stdbool.h>
#include <stddef.h>

#include "driver.h"
#include "err.h"
#include "workload.h"

/**
 * struct dlab_kv - one entry of the fingerprint, the host or what was effective
 */
struct dlab_kv {
	char *key;
	char *value;
};

/**
 * struct dlab_kvs - such entries, sorted by key
 */
struct dlab_kvs {
	struct dlab_kv *v;
	size_t nr;
};

/* The value of a key, or NULL. */
const char *dlab_kvs_find(const struct dlab_kvs *kvs, const char *key);

/**
 * struct dlab_boot - one start of the kernel
 * @name: its directory below the run's
 * @topology: name of the machine
 * @kind: which sort of boot
 * @n: which of the boots of this topology and kind
 * @status: how it ended
 * @reason: why it did not end well; "" otherwise
 * @taint: reasons for which its figures are not to be trusted
 * @nr_taint: how many
 * @wall_s: how long it took, in seconds
 * @emulated: times were measured on an emulated CPU: shown, never judged
 * @about: what the topology is, in a sentence; "" where it is not recorded
 * @accel: "kvm", "tcg", "tcg-icount", "none"; "" where it is not recorded
 * @effective: what the machine turned out to be
 */
struct dlab_boot {
	char *name;
	char *topology;
	enum dlab_kind kind;
	unsigned int n;
	enum dlab_status status;
	char *reason;
	char **taint;
	size_t nr_taint;
	double wall_s;
	bool emulated;
	char *about;
	char *accel;
	struct dlab_kvs effective;
};

/**
 * struct dlab_run - what run.json says
 * @dir: the run's directory
 * @name: "20261120-101500-default-1a2b"
 * @suite: which cases were asked for
 * @lab: "vm", "native"
 * @created: when, ISO 8601 in UTC
 * @topologies: which ones were asked for, "" when the suite's
 * @cases: pattern that cases were chosen by, "" when all
 * @make: what make was given: its target, then NAME=VALUE
 * @nr_make: how many; 0 where it was not make, or is not recorded
 * @ok: every boot ended well
 * @fingerprint: whatever the figures depend on
 * @host: the machine that the lab ran on
 * @boots: in the order they ran
 * @nr_boots: how many
 */
struct dlab_run {
	char *dir;
	char *name;
	char *suite;
	char *lab;
	char *created;
	char *topologies;
	char *cases;
	char **make;
	size_t nr_make;
	bool ok;
	struct dlab_kvs fingerprint;
	struct dlab_kvs host;
	struct dlab_boot *boots;
	size_t nr_boots;
};

/**
 * dlab_run_find - the directory that a user means
 * @results: the results directory
 * @word: a run's name, "latest", or the path of a run's directory
 * @dir: out: malloc()ed
 *
 * Return: 0, or -ENOENT with a sentence that says where was looked.
 */
int dlab_run_find(const char *results, const char *word, char **dir,
		  struct dlab_err *err);

/**
 * dlab_run_word - what dlab_run_find() takes for a run, where the checkout is
 * @dir: the run's directory
 *
 * Its name, where that is enough, otherwise its path from the root.
 *
 * Return: malloc()ed; NULL where it is not there, or memory is out.
 */
char *dlab_run_word(const char *dir);

/* The value of a variable that make was given, or NULL. */
const char *dlab_run_made_with(const struct dlab_run *run, const char *name);

/**
 * dlab_run_load - read a run's run.json
 *
 * Return: 0, or -errno; -EINVAL where it is not what
 * results/schema/run.json describes.
 */
int dlab_run_load(const char *dir, struct dlab_run *out, struct dlab_err *err);

/* The same from the @len bytes of @text, called @name in messages. */
int dlab_run_parse(const char *name, const char *text, size_t len,
		   struct dlab_run *out, struct dlab_err *err);
void dlab_run_free(struct dlab_run *run);

/**
 * dlab_run_is_name - whether a directory's name can be that of a whole run
 *
 * Runs that are being written start with a dot; a reader never sees them.
 */
bool dlab_run_is_name(const char *name);

#endif
