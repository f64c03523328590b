/* SPDX-License-Identifier: GPL-2.0-only */
/* How verdicts are laid out in 80 columns; errors are the stream's. */
#ifndef DLAB_LAYOUT_H
#define DLAB_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* @diff as a fraction of @a; infinite where that is 0 and @diff is not. */
double dlab_relative(double diff, double a);

/**
 * dlab_format - a figure for people: whole, or with 5 or 6 digits
 * @sign: with a sign
 *
 * Return: @s.
 */
const char *dlab_format(double v, char *s, size_t size, bool sign);

/* Words of @text, broken at blanks; every line starts with @indent blanks. */
void dlab_print_wrapped(FILE *f, int indent, const char *text);

/* An id that does not fit is broken before its bracket and after commas. */
void dlab_print_id(FILE *f, const char *id);

/* "    label name   a -> b   diff   percent" */
void dlab_print_figure(FILE *f, const char *label, const char *name, double a,
		       double b, double diff);

#endif
