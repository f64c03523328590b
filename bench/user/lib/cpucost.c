// SPDX-License-Identifier: GPL-2.0-only
/* CPU soakers: one SCHED_IDLE thread per CPU that counts what it is not given. */
#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cpucost.h"
#include "ticks.h"

#define TYPICAL_TURNS	1001
/* A turn this many times longer than usual was not the soaker's alone.  The
 * shortest interrupt is some hundred instructions, a turn about a dozen. */
#define FOREIGN_FACTOR	8

/**
 * struct soaker - one soaked CPU
 * @own: ticks that the soaker itself used; the only thing it shares, so that
 *       a reader needs no lock: busy = now - @start - @own
 * @start: ticks when it began to count
 * @ready: @own and @start are valid
 * @stop: asks it to return
 * @cpu: which CPU
 * @thread: the soaker
 */
struct soaker {
	_Alignas(64) _Atomic uint64_t own;
	uint64_t start;
	_Atomic bool ready;
	_Atomic bool stop;
	int cpu;
	pthread_t thread;
};

struct dlab_cpucost {
	struct soaker *soakers;
	size_t nr;
	/* the start by both clocks, to find the length of a tick */
	uint64_t start_ticks;
	uint64_t start_ns;
};

static int cmp_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* The length of an undisturbed turn: the median of many. */
static uint64_t typical_turn(void)
{
	uint64_t turn[TYPICAL_TURNS];
	uint64_t last = dlab_ticks();
	size_t i;

	for (i = 0; i < TYPICAL_TURNS; i++) {
		uint64_t now = dlab_ticks();

		turn[i] = now - last;
		last = now;
	}
	qsort(turn, TYPICAL_TURNS, sizeof(turn[0]), cmp_u64);
	return turn[TYPICAL_TURNS / 2];
}

static void *soak(void *arg)
{
	struct soaker *s = arg;
	uint64_t typical = typical_turn();
	uint64_t foreign = typical * FOREIGN_FACTOR + 1;
	uint64_t own = 0, last = dlab_ticks();

	s->start = last;
	atomic_store_explicit(&s->ready, true, memory_order_release);
	while (!atomic_load_explicit(&s->stop, memory_order_relaxed)) {
		uint64_t now = dlab_ticks();
		uint64_t turn = now - last;

		own += turn < foreign ? turn : typical;
		last = now;
		atomic_store_explicit(&s->own, own, memory_order_relaxed);
	}
	return NULL;
}

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

static int start_one(struct soaker *s, int cpu, struct dlab_err *err)
{
	struct sched_param param = { 0 };
	pthread_attr_t attr;
	cpu_set_t set;
	int ret;

	s->cpu = cpu;
	CPU_ZERO(&set);
	CPU_SET(cpu, &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	/* glibc refuses SCHED_IDLE in attributes: set it on the live thread */
	ret = pthread_create(&s->thread, &attr, soak, s);
	pthread_attr_destroy(&attr);
	if (ret)
		return dlab_fail(err, ret, "start a soaker on CPU %d: %s", cpu,
				 strerror(ret));
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

int dlab_cpucost_start(struct dlab_cpucost **out, const cpu_set_t *cpus,
		       struct dlab_err *err)
{
	struct dlab_cpucost *cost = calloc(1, sizeof(*cost));
	size_t nr = CPU_COUNT(cpus);
	int cpu, ret;

	if (!cost)
		return dlab_fail(err, ENOMEM, "soak %zu CPUs: no memory", nr);
	cost->soakers = aligned_alloc(64, nr * sizeof(*cost->soakers));
	if (!cost->soakers) {
		free(cost);
		return dlab_fail(err, ENOMEM, "soak %zu CPUs: no memory", nr);
	}
	memset(cost->soakers, 0, nr * sizeof(*cost->soakers));

	for (cpu = 0; cost->nr < nr; cpu++) {
		if (!CPU_ISSET(cpu, cpus))
			continue;
		ret = start_one(&cost->soakers[cost->nr], cpu, err);
		if (ret) {
			dlab_cpucost_stop(cost);
			return ret;
		}
		cost->nr++;
	}
	for (size_t i = 0; i < nr; i++)
		wait_ready(&cost->soakers[i]);
	cost->start_ticks = dlab_ticks();
	cost->start_ns = now_ns();
	*out = cost;
	return 0;
}

uint64_t dlab_cpucost_busy(const struct dlab_cpucost *cost)
{
	uint64_t busy = 0;

	for (size_t i = 0; i < cost->nr; i++) {
		const struct soaker *s = &cost->soakers[i];
		uint64_t own = atomic_load_explicit(&s->own,
						    memory_order_relaxed);

		busy += dlab_ticks() - s->start - own;
	}
	return busy;
}

uint64_t dlab_cpucost_idle(const struct dlab_cpucost *cost, int cpu)
{
	for (size_t i = 0; i < cost->nr; i++)
		if (cost->soakers[i].cpu == cpu)
			return atomic_load_explicit(&cost->soakers[i].own,
						    memory_order_relaxed);
	return 0;
}

double dlab_cpucost_tick(const struct dlab_cpucost *cost)
{
	if (dlab_ticks_count_insns())
		return 1;
	return (double)(now_ns() - cost->start_ns) /
	       (double)(dlab_ticks() - cost->start_ticks);
}

void dlab_cpucost_stop(struct dlab_cpucost *cost)
{
	if (!cost)
		return;
	for (size_t i = 0; i < cost->nr; i++) {
		atomic_store(&cost->soakers[i].stop, true);
		pthread_join(cost->soakers[i].thread, NULL);
	}
	free(cost->soakers);
	free(cost);
}
