/* SPDX-License-Identifier: GPL-2.0-only */
/* How is something written so that a shell reads it as one word? */
#ifndef DLAB_SHELLWORD_H
#define DLAB_SHELLWORD_H

#include <stdio.h>

/* dlab_put_word - in quotes where it needs them; errors are the stream's */
void dlab_put_word(FILE *f, const char *word);

/*
 * dlab_put_make_word - the same for an argument of make, which expands `$`; of
 * NAME=VALUE the value is quoted
 */
void dlab_put_make_word(FILE *f, const char *word);

#endif
