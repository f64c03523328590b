// SPDX-License-Identifier: GPL-2.0-only
/* Spinning, and CPU soakers: threads that count what they are not given. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/cpucost.h"

#define TYPICAL_TURNS	1001
/*
 * A turn this many times longer than usual was not the spinner's alone.  The
 * shortest interrupt is some hundred instructions, a turn about a dozen.
 */
#define FOREIGN_FACTOR	8

/**
 * struct soaker - one soaked CPU
 * @own: ticks that the soaker itself used; the only thing it shares, so that
 *       a reader needs no lock: busy = now - @start - @own
 * @start: ticks when it began to count
 * @ready: @own and @start are valid
 * @stop: asks it to return
 * @thread: the soaker
 */
struct soaker {
	_Alignas(64) _Atomic uint64_t own;
	uint64_t start;
	_Atomic bool ready;
	_Atomic bool stop;
	pthread_t thread;
};

struct dlab_soakers {
	struct soaker *v;
	size_t nr;
};

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

void dlab_spin_init(struct dlab_spin *spin)
{
	uint64_t turn[TYPICAL_TURNS];

	/* while this is not known, every turn is taken as undisturbed */
	memset(spin, 0, sizeof(*spin));
	spin->foreign = UINT64_MAX;
	dlab_spin_enter(spin);
	for (size_t i = 0; i < TYPICAL_TURNS; i++) {
		uint64_t before = spin->own;

		dlab_spin_turn(spin);
		turn[i] = spin->own - before;
	}
	qsort(turn, TYPICAL_TURNS, sizeof(turn[0]), cmp_u64);
	spin->own = 0;
	spin->typical = turn[TYPICAL_TURNS / 2];
	spin->foreign = spin->typical * FOREIGN_FACTOR + 1;
}

static void *soak(void *arg)
{
	struct soaker *s = arg;
	struct dlab_spin spin;

	dlab_spin_init(&spin);
	dlab_spin_enter(&spin);
	s->start = spin.last;
	atomic_store_explicit(&s->ready, true, memory_order_release);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		dlab_spin_turn(&spin);
		atomic_store_explicit(&s->own, spin.own, memory_order_relaxed);
	}
	return NULL;
}

static int start_one(struct soaker *s, int cpu, struct dlab_err *err)
{
	struct sched_param param = { 0 };
	pthread_attr_t attr;
	cpu_set_t set;
	int ret;

	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	ret = pthread_create(&s->thread, &attr, soak, s);
	pthread_attr_destroy(&attr);
	if (ret)
		return dlab_fail(err, ret, "start a soaker on CPU %d: %s", cpu,
				 strerror(ret));
	/* glibc does not take SCHED_IDLE as an attribute */
	ret = pthread_setschedparam(s->thread, SCHED_IDLE, &param);
	if (ret) {
		atomic_store(&s->stop, true);
		pthread_join(s->thread, NULL);
		return dlab_fail(err, ret,
				 "give the soaker on CPU %d SCHED_IDLE: %s",
				 cpu, strerror(ret));
	}
	return 0;
}

static void wait_ready(const struct soaker *s)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	while (!atomic_load_explicit(&s->ready, memory_order_acquire))
		nanosleep(&ms, NULL);
}

int dlab_soakers_start(struct dlab_soakers **out, const cpu_set_t *cpus,
		       struct dlab_err *err)
{
	struct dlab_soakers *s = calloc(1, sizeof(*s));
	size_t nr = CPU_COUNT(cpus);
	int ret;

	if (s)
		s->v = aligned_alloc(64, (nr + 1) * sizeof(*s->v));
	if (!s || !s->v) {
		free(s);
		return dlab_fail(err, ENOMEM, "soak %zu CPUs: no memory", nr);
	}
	memset(s->v, 0, (nr + 1) * sizeof(*s->v));
	for (int cpu = 0; s->nr < nr; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		ret = start_one(&s->v[s->nr], cpu, err);
		if (ret) {
			dlab_soakers_stop(s);
			return ret;
		}
		s->nr++;
	}
	for (size_t i = 0; i < nr; i++)
		wait_ready(&s->v[i]);
	*out = s;
	return 0;
}

uint64_t dlab_soakers_busy(const struct dlab_soakers *s)
{
	uint64_t busy = 0;

	for (size_t i = 0; i < s->nr; i++) {
		uint64_t own = atomic_load_explicit(&s->v[i].own,
						    memory_order_relaxed);

		busy += dlab_ticks() - s->v[i].start - own;
	}
	return busy;
}

void dlab_soakers_stop(struct dlab_soakers *s)
{
	for (size_t i = 0; i < s->nr; i++) {
		atomic_store(&s->v[i].stop, true);
		pthread_join(s->v[i].thread, NULL);
	}
	free(s->v);
	free(s);
}
