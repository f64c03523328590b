/* SPDX-License-Identifier: GPL-2.0-only */
/* Puts the names of a view in order: private to the files that build one. */
#ifndef DLAB_REPORT_ORDER_H
#define DLAB_REPORT_ORDER_H

#include "report/view.h"

/**
 * report_order - everything in its usual order, and the headline picked
 *
 * Topologies as they were booted, descriptors and paths as people know them,
 * shapes ascending, the headline's workload before the others.
 *
 * Return: 0, or -ENOMEM.
 */
int report_order(struct report_view *v);

#endif
