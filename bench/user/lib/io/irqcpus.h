/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which CPUs take a device's interrupts?  That is where its I/O is completed,
 * and so where what was mapped is unmapped.
 */
#ifndef DLAB_IRQCPUS_H
#define DLAB_IRQCPUS_H

#include <sched.h>
#include <stddef.h>
#include <stdint.h>

#include "err.h"

#define DLAB_MAX_IRQS	4096

/**
 * struct dlab_irqs - the interrupts of one device
 * @nr: how many; 0 when the device has none of its own (a software device)
 * @irq: their numbers in /proc/interrupts
 */
struct dlab_irqs {
	size_t nr;
	unsigned int irq[DLAB_MAX_IRQS];
};

/**
 * dlab_irqs_of - the interrupts of the PCI device behind an open device node
 * @fd: block or character device
 */
int dlab_irqs_of(struct dlab_irqs *irqs, int fd, struct dlab_err *err);

/**
 * struct dlab_irq_counts - interrupts taken so far, by CPU
 */
struct dlab_irq_counts {
	uint64_t on_cpu[CPU_SETSIZE];
};

int dlab_irqs_count(const struct dlab_irqs *irqs,
		    struct dlab_irq_counts *counts, struct dlab_err *err);

/**
 * dlab_irqs_parse - the same from a given text
 * @text: of /proc/interrupts
 *
 * Return: 0, or -EINVAL when the text has no line of CPUs.
 */
int dlab_irqs_parse(const struct dlab_irqs *irqs, const char *text,
		    struct dlab_irq_counts *counts);

/* Add to @cpus those that took interrupts between two counts. */
void dlab_irqs_cpus(const struct dlab_irq_counts *from,
		    const struct dlab_irq_counts *to, cpu_set_t *cpus);

#endif
