/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which functions were an operation's instructions spent in?  Gathers the
 * addresses that single-stepping shows, then sums them by function.
 *
 * There is one set, as there is one of counters: the callers see to it that
 * one of them uses it at a time.
 */
#ifndef DMALAB_FUNCTIONS_H
#define DMALAB_FUNCTIONS_H

#include <linux/types.h>

#include "uapi/dmalab.h"

/* distinct addresses of instructions that there is room for */
#define DMALAB_MAX_ADDRESSES	12288U

int dmalab_functions_init(void);
void dmalab_functions_exit(void);

/* Forgets what was gathered. */
void dmalab_functions_clear(void);

/**
 * dmalab_functions_begin() - an operation begins, in its first phase
 * @marks: each is the first instruction of the next phase; 0: never comes.
 *	Functions that the operation calls through a pointer serve, so that
 *	nothing has to be added to it
 */
void dmalab_functions_begin(const unsigned long marks[DMALAB_NR_PHASES - 1]);

/**
 * dmalab_functions_insn() - an instruction is about to execute
 * @ip: its address
 *
 * For a dmalab_step_fn: takes no lock and allocates nothing.
 */
void dmalab_functions_insn(unsigned long ip);

/**
 * dmalab_functions_collect() - sum up by function, and forget
 * @rows: where to; by address, every function once
 * @room: rows there
 * @unnamed: instructions that are in no row: there was no room for their
 *	address or their function, or no function has the address
 *
 * Return: rows that were written.
 */
unsigned int dmalab_functions_collect(struct dmalab_function *rows,
				      unsigned int room, u64 *unnamed);

#endif
