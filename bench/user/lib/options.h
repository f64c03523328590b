/* SPDX-License-Identifier: GPL-2.0-only */
/* The command line of a verb: an option is one line of a table. */
#ifndef DLAB_OPTIONS_H
#define DLAB_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#define DLAB_MAX_WORDS 64

/* The values of an option that may be repeated. */
struct dlab_words {
	const char *v[DLAB_MAX_WORDS];
	size_t nr;
};

/**
 * struct dlab_option - an option; of its values one says what becomes of it
 * @name: as in "--NAME VALUE", or "--NAME" for a flag
 * @word: where its value goes
 * @words: its value is one more of these
 * @number: set to its value, decimal digits, from @min to @max
 * @flag: set to true; the option has no value
 * @take: called with the value; returns 0, or -EINVAL when it has complained
 */
struct dlab_option {
	const char *name;
	const char **word;
	struct dlab_words *words;
	unsigned int *number;
	unsigned int min;
	unsigned int max;
	bool *flag;
	int (*take)(void *args, const char *value);
};

#define DLAB_MAX_OPTIONS 16

/**
 * struct dlab_options - what a command line may say, and its words
 * @help: what --help prints; its first line, "usage: dlab VERB ...", stands
 *        under a complaint about words, and has their names
 * @v: ended by an option without a name; at most DLAB_MAX_OPTIONS
 * @args: for @take of the options
 * @min_words: how many words there are at least, beside the options
 * @max_words: and at most
 * @words: out: those words
 * @nr_words: out: their number
 */
struct dlab_options {
	const char *help;
	const struct dlab_option *v;
	void *args;
	int min_words;
	int max_words;
	char **words;
	int nr_words;
};

/**
 * dlab_options_read - take a command line apart
 * @argv: begins with the verb, which complaints name
 *
 * Return: 0, 1 when help was asked for and given, or -EINVAL after a complaint
 * on standard error.
 */
int dlab_options_read(struct dlab_options *o, int argc, char **argv);

#endif
