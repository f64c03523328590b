/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Makes histories without building or booting anything: commits.tsv,
 * history.ini, and the runs below them.  Aborts on any error.
 */
#ifndef FAKEHISTORY_H
#define FAKEHISTORY_H

#include <stddef.h>

#include "fakerun.h"

struct fake_history;

/* A history in the new directory @dir; title "a title", base "6.12". */
struct fake_history *fake_history_new(const char *dir);

/* A line of history.ini. */
void fake_history_set(struct fake_history *h, const char *key,
		      const char *value);

/**
 * fake_commit - one more commit, the n-th from 0: "commit n", hash 0...0n
 * @outcome: "ok", "no-build", "crash", "fail", "unmeasured"
 * @reason: why it is not ok; ""
 * @run: written and freed; or NULL
 */
void fake_commit(struct fake_history *h, const char *outcome,
		 const char *reason, struct fake_run *run);

/* A run for the next commit, in the history's own directory. */
struct fake_run *fake_commit_run(struct fake_history *h);

/**
 * fake_history_write - write the two files and free @h
 * Return: the directory, to be freed by the caller.
 */
char *fake_history_write(struct fake_history *h);

#endif
