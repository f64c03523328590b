// SPDX-License-Identifier: GPL-2.0-only
/*
 * Do spinners and soakers tell work from leisure?  The machine that runs this has
 * other things to do, so work is only checked from below.
 */
#include <sched.h>
#include <time.h>

#include "io/cpucost.h"
#include "io/irqcpus.h"
#include "test.h"
#include "io/ticks.h"

#define SPAN_NS	50000000

static struct dlab_err err;

static double clock_ns(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return ts.tv_sec * 1e9 + ts.tv_nsec;
}

static void stay_on_first_cpu(cpu_set_t *old, cpu_set_t *one)
{
	int cpu = 0;

	sched_getaffinity(0, sizeof(*old), old);
	while (!CPU_ISSET(cpu, old))
		cpu++;
	CPU_ZERO(one);
	CPU_SET(cpu, one);
	sched_setaffinity(0, sizeof(*one), one);
}

static void work_on_a_soaked_cpu_is_seen(void)
{
	struct dlab_ticks_mark start;
	struct dlab_soakers *soakers;
	double own, busy;
	cpu_set_t old, one;

	stay_on_first_cpu(&old, &one);
	CHECK(dlab_soakers_start(&soakers, &one, &err) == 0);
	own = clock_ns(CLOCK_THREAD_CPUTIME_ID);
	busy = dlab_soakers_busy(soakers);
	dlab_ticks_mark(&start);
	while (clock_ns(CLOCK_THREAD_CPUTIME_ID) - own < SPAN_NS)
		;
	busy = dlab_soakers_busy(soakers) - busy;
	if (!dlab_ticks_count_insns())
		CHECK(busy * dlab_ticks_unit(&start) > 0.98 * SPAN_NS);
	dlab_soakers_stop(soakers);
	sched_setaffinity(0, sizeof(old), &old);
}

static void a_soaked_cpu_is_busy_at_most_all_the_time(void)
{
	const struct timespec nap = { .tv_nsec = SPAN_NS };
	struct dlab_soakers *soakers;
	uint64_t wall, busy;
	cpu_set_t old, one;

	stay_on_first_cpu(&old, &one);
	CHECK(dlab_soakers_start(&soakers, &one, &err) == 0);
	wall = dlab_ticks();
	busy = dlab_soakers_busy(soakers);
	nanosleep(&nap, NULL);
	busy = dlab_soakers_busy(soakers) - busy;
	wall = dlab_ticks() - wall;
	CHECK(busy <= wall);
	dlab_soakers_stop(soakers);
	sched_setaffinity(0, sizeof(old), &old);
}

static void soaking_nothing_costs_nothing(void)
{
	struct dlab_soakers *soakers;
	cpu_set_t none;

	CPU_ZERO(&none);
	CHECK(dlab_soakers_start(&soakers, &none, &err) == 0);
	CHECK(dlab_soakers_busy(soakers) == 0);
	dlab_soakers_stop(soakers);
}

static void a_cpu_that_is_not_there_is_refused(void)
{
	struct dlab_soakers *soakers;
	cpu_set_t none;

	CPU_ZERO(&none);
	CPU_SET(CPU_SETSIZE - 1, &none);
	CHECK(dlab_soakers_start(&soakers, &none, &err) < 0);
	CHECK_SAYS(err.text, "CPU 1023");
}

static void spinning_tells_waiting_from_work(void)
{
	struct dlab_spin spin;
	uint64_t start, waited, worked, wall;

	dlab_spin_init(&spin);
	CHECK(spin.typical > 0);
	CHECK(spin.own == 0);
	start = dlab_ticks();
	dlab_spin_enter(&spin);
	while (dlab_ticks() - start < 1000000)
		dlab_spin_turn(&spin);
	waited = spin.own;
	/* work between two turns is not waiting */
	worked = dlab_ticks();
	while (dlab_ticks() - worked < 1000000)
		;
	dlab_spin_turn(&spin);
	CHECK(spin.own - waited <= spin.typical);
	wall = dlab_ticks() - start;
	CHECK(waited <= wall - 1000000);
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
	RUN(work_on_a_soaked_cpu_is_seen);
	RUN(a_soaked_cpu_is_busy_at_most_all_the_time);
	RUN(soaking_nothing_costs_nothing);
	RUN(a_cpu_that_is_not_there_is_refused);
	RUN(spinning_tells_waiting_from_work);
	RUN(interrupts_are_read_by_cpu);
	RUN(only_cpus_that_were_interrupted_are_named);
	RUN(cut_off_interrupts_are_survived);
	return test_end();
}
