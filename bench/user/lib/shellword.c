// SPDX-License-Identifier: GPL-2.0-only
/* Words for a shell, and for make behind it. */
#include <stdbool.h>
#include <string.h>

#include "shellword.h"

static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789/=,.:_+-@%";

static void put(FILE *f, const char *word, bool make)
{
	if (*word && !word[strspn(word, plain)]) {
		fputs(word, f);
		return;
	}
	fputc('\'', f);
	for (; *word; word++) {
		if (*word == '\'')
			fputs("'\\'", f);
		else if (make && *word == '$')
			fputc('$', f);
		fputc(*word, f);
	}
	fputc('\'', f);
}

void dlab_put_word(FILE *f, const char *word)
{
	put(f, word, false);
}

void dlab_put_make_word(FILE *f, const char *word)
{
	size_t name = strcspn(word, "=");

	if (word[name]) {
		fprintf(f, "%.*s=", (int)name, word);
		word += name + 1;
	}
	put(f, word, true);
}
