/* SPDX-License-Identifier: GPL-2.0-only */
/* What tests of reports ask of a rendered one. */
#ifndef RENDERED_H
#define RENDERED_H

#include <stdbool.h>
#include <stddef.h>

#include "report/doc.h"

/* The document as text, malloc()ed; aborts when it cannot be rendered. */
char *rendered(struct doc *d, enum doc_format format);

/**
 * golden_is - compare with a file in tests/golden
 * @text: without its style sheet, which is looked at, not compared: cut out here
 * @said: out: what differs
 *
 * With DLAB_UPDATE_GOLDEN in the environment the file is written instead.
 */
bool golden_is(char *text, const char *name, char *said, size_t size);

/* Every element is closed, in order, and nothing stands between that is none. */
bool is_well_formed(const char *html);

/* Whether a link in it leads nowhere; prints the first that does. */
bool has_dead_link(const char *html);

/* Whether a line takes more columns; prints the first that does. */
bool widest_beyond(const char *text, size_t columns);

/* How often it occurs. */
unsigned int count_of(const char *text, const char *what);

#endif
