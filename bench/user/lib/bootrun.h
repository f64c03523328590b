/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One boot of a run, from start to a whole directory: starts the guest (or
 * `dlab measure` on this machine), watches its console, and when it breaks
 * starts it again: once as it was, where its boots are alike, then without the
 * case that broke it.
 */
#ifndef DLAB_BOOTRUN_H
#define DLAB_BOOTRUN_H

#include <stdbool.h>
#include <sys/types.h>

#include "driver.h"
#include "err.h"
#include "patience.h"
#include "plan.h"

/**
 * struct dlab_bootenv - what all boots of a run share
 * @run_dir: the run being built
 * @kit: directory with kernel and images; NULL: this machine as it is booted
 * @qemu: QEMU's program
 * @kvm: timing guests use KVM
 * @machine: machine file for this machine, or NULL
 * @dlab: this program, for `dlab measure` on this machine
 * @patience_s: a boot whose console says nothing new for so long hangs; what
 *              counts is in patience.h
 */
struct dlab_bootenv {
	const char *run_dir;
	const char *kit;
	const char *qemu;
	bool kvm;
	const char *machine;
	const char *dlab;
	unsigned int patience_s;
};

/**
 * struct dlab_broken - a case that broke the machine
 */
struct dlab_broken {
	char *id;
	enum dlab_status status;
	char *reason;
};

/**
 * struct dlab_bootrun - a boot under way
 * @boot: what was planned
 * @topology: where
 * @started_s, @ended_s: by the monotonic clock
 * @case_s: when the first case began, 0 until then
 * @at_s: when the case began that it is at
 * @took_s: what each case took, in the order of @boot
 * @done_cases: cases that have ended or broken the machine, for the progress
 * @status: of the boot as a whole, once it ended
 * @reason: why it is not ok
 *
 * The rest is the business of bootrun.c.
 */
struct dlab_bootrun {
	const struct dlab_planned *boot;
	const struct dlab_topology *topology;
	double started_s, ended_s;
	double case_s;
	double at_s;
	double *took_s;
	size_t done_cases;
	enum dlab_status status;
	char reason[512];

	pid_t pid;
	char dir[4096];
	long console_read;
	struct dlab_patience patience;
	char line[512];
	size_t line_len;
	char said[512];
	char current[512];
	size_t at;
	char panic[256];
	bool shipped;
	unsigned int attempts;
	bool again;
	char again_at[512];
	struct dlab_cases left;
	struct dlab_broken *broken;
	size_t nr_broken;
};

/**
 * dlab_bootrun_start - start a boot in a temporary directory
 * Return: 0; 1 when it has ended already, since QEMU lacks what the topology
 * asks for; -errno when the lab itself failed.
 */
int dlab_bootrun_start(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		       struct dlab_err *err);

/**
 * dlab_bootrun_poll - look after a boot; does not block
 * Return: 1 when the boot has ended and its directory is in place, 0 when it
 * goes on, -errno when the lab itself failed.
 */
int dlab_bootrun_poll(struct dlab_bootrun *b, const struct dlab_bootenv *env,
		      struct dlab_err *err);

/* Kill what runs and remove what is half written. */
void dlab_bootrun_abort(struct dlab_bootrun *b);
void dlab_bootrun_free(struct dlab_bootrun *b);

/* Remove a directory and all in it. */
void dlab_remove_tree(const char *path);

#endif
