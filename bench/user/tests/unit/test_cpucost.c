// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a soaked CPU tell work from leisure?  The machine that runs this has
 * other things to do, so work is only checked from below.
 */
#include <sched.h>
#include <time.h>

#include "cpucost.h"
#include "irqcpus.h"
#include "test.h"
#include "ticks.h"

#define SPAN_NS	50000000

static struct dlab_err err;

static double clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static int stay_on_first_cpu(cpu_set_t *old, cpu_set_t *one)
{
	int cpu = 0;

	sched_getaffinity(0, sizeof(*old), old);
	while (!CPU_ISSET(cpu, old))
		cpu++;
	CPU_ZERO(one);
	CPU_SET(cpu, one);
	sched_setaffinity(0, sizeof(*one), one);
	return cpu;
}

static void work_is_busy_time(void)
{
	struct dlab_cpucost *cost;
	double own, busy;
	cpu_set_t old, one;

	stay_on_first_cpu(&old, &one);
	CHECK(dlab_cpucost_start(&cost, &one, &err) == 0);
	own = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	busy = dlab_cpucost_busy(cost);
	while (clock_ns(CLOCK_THREAD_CPUTIME_ID) - own < SPAN_NS)
		;
	busy = dlab_cpucost_busy(cost) - busy;
	if (!dlab_ticks_count_insns())
		CHECK(busy * dlab_cpucost_tick(cost) > 0.98 * SPAN_NS);
	dlab_cpucost_stop(cost);
	sched_setaffinity(0, sizeof(old), &old);
}

static void busy_and_idle_add_up(void)
{
	const struct timespec nap = { .tv_nsec = SPAN_NS };
	struct dlab_cpucost *cost;
	uint64_t wall, sum;
	cpu_set_t old, one;
	int cpu;

	cpu = stay_on_first_cpu(&old, &one);
	CHECK(dlab_cpucost_start(&cost, &one, &err) == 0);
	wall = dlab_ticks();
	sum = dlab_cpucost_busy(cost) + dlab_cpucost_idle(cost, cpu);
	nanosleep(&nap, NULL);
	sum = dlab_cpucost_busy(cost) + dlab_cpucost_idle(cost, cpu) - sum;
	wall = dlab_ticks() - wall;
	CHECK_NEAR((double)sum, (double)wall, 0.05 * wall);
	dlab_cpucost_stop(cost);
	sched_setaffinity(0, sizeof(old), &old);
}

static void a_cpu_that_is_not_soaked_has_no_idle_ticks(void)
{
	struct dlab_cpucost *cost;
	cpu_set_t old, one;

	stay_on_first_cpu(&old, &one);
	CHECK(dlab_cpucost_start(&cost, &one, &err) == 0);
	CHECK(dlab_cpucost_idle(cost, CPU_SETSIZE - 1) == 0);
	dlab_cpucost_stop(cost);
	sched_setaffinity(0, sizeof(old), &old);
}

static const char interrupts[] =
	"            CPU0       CPU2       \n"
	"   1:          9          0   IO-APIC   1-edge      i8042\n"
	"  24:          5       1000  PCI-MSIX-0000:01:00.0   0-edge      nvme0q0\n"
	"  25:    4000000          7  PCI-MSIX-0000:01:00.0   1-edge      nvme0q1\n"
	" 240:          1          1  PCI-MSIX-0000:02:00.0   0-edge      eth0\n"
	" NMI:          3          4   Non-maskable interrupts\n"
	" ERR:          2\n";

static void interrupts_are_read_by_cpu(void)
{
	static const struct dlab_irqs irqs = { .nr = 2, .irq = { 24, 25 } };
	static struct dlab_irq_counts counts;

	CHECK(dlab_irqs_parse(&irqs, interrupts, &counts) == 0);
	CHECK(counts.on_cpu[0] == 4000005);
	CHECK(counts.on_cpu[1] == 0);
	CHECK(counts.on_cpu[2] == 1007);
}

static void only_cpus_that_were_interrupted_are_named(void)
{
	static struct dlab_irq_counts before, after;
	cpu_set_t cpus;

	CPU_ZERO(&cpus);
	before.on_cpu[2] = 3;
	before.on_cpu[5] = after.on_cpu[5] = 9;
	after.on_cpu[2] = 4;
	dlab_irqs_cpus(&before, &after, &cpus);
	CHECK(CPU_COUNT(&cpus) == 1);
	CHECK(CPU_ISSET(2, &cpus));
}

static void cut_off_interrupts_are_survived(void)
{
	static const struct dlab_irqs irqs = { .nr = 1, .irq = { 24 } };
	static struct dlab_irq_counts counts;
	char text[sizeof(interrupts)];

	for (size_t len = 0; len < sizeof(interrupts); len++) {
		memcpy(text, interrupts, len);
		text[len] = '\0';
		dlab_irqs_parse(&irqs, text, &counts);
	}
	CHECK(dlab_irqs_parse(&irqs, "", &counts) == -EINVAL);
	CHECK(dlab_irqs_parse(&irqs, "CPU99999999 \n", &counts) == -EINVAL);
	/* a line that ends before its last CPU does not borrow from the next */
	CHECK(dlab_irqs_parse(&irqs, "CPU0 CPU1\n 24: 1\n 25: 7 7\n",
			      &counts) == 0);
	CHECK(counts.on_cpu[0] == 1 && counts.on_cpu[1] == 0);
}

int main(void)
{
	RUN(work_is_busy_time);
	RUN(busy_and_idle_add_up);
	RUN(a_cpu_that_is_not_soaked_has_no_idle_ticks);
	RUN(interrupts_are_read_by_cpu);
	RUN(only_cpus_that_were_interrupted_are_named);
	RUN(cut_off_interrupts_are_survived);
	return test_end();
}
