// SPDX-License-Identifier: GPL-2.0-only
/* Takes command lines apart. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "options.h"

/* what getopt_long() returns for --help; the others are numbers from 0 on */
#define HELP 'h'
_Static_assert(DLAB_MAX_OPTIONS < '?', "an option would be taken for an error");

static int take_number(const char *verb, const struct dlab_option *option)
{
	char *end;
	unsigned long v;

	errno = 0;
	v = strtoul(optarg, &end, 10);
	if (errno || *optarg < '0' || *optarg > '9' || *end ||
	    v < option->min || v > option->max) {
		fprintf(stderr, "dlab %s: --%s is `%s`, must be %u to %u\n",
			verb, option->name, optarg, option->min, option->max);
		return -EINVAL;
	}
	*option->number = (unsigned int)v;
	return 0;
}

static int take_one_more(const char *verb, const struct dlab_option *option)
{
	struct dlab_words *w = option->words;

	if (w->nr == DLAB_MAX_WORDS) {
		fprintf(stderr, "dlab %s: --%s more than %d times\n", verb,
			option->name, DLAB_MAX_WORDS);
		return -EINVAL;
	}
	w->v[w->nr++] = optarg;
	return 0;
}

static int take(const char *verb, const struct dlab_options *o,
		const struct dlab_option *option)
{
	if (option->take)
		return option->take(o->args, optarg);
	if (option->number)
		return take_number(verb, option);
	if (option->words)
		return take_one_more(verb, option);
	if (option->flag)
		*option->flag = true;
	else
		*option->word = optarg;
	return 0;
}

int dlab_options_read(struct dlab_options *o, int argc, char **argv)
{
	struct option options[DLAB_MAX_OPTIONS + 2] = { 0 };
	int nr, opt;

	for (nr = 0; o->v[nr].name; nr++) {
		if (nr == DLAB_MAX_OPTIONS)
			abort();
		options[nr].name = o->v[nr].name;
		options[nr].has_arg = o->v[nr].flag ? no_argument :
						      required_argument;
		options[nr].val = nr;
	}
	options[nr].name = "help";
	options[nr].val = HELP;
	while ((opt = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (opt == HELP) {
			fputs(o->help, stdout);
			return 1;
		}
		/* getopt_long() has said what is wrong */
		if (opt == '?' || take(argv[0], o, &o->v[opt]))
			return -EINVAL;
	}
	o->words = argv + optind;
	o->nr_words = argc - optind;
	if (o->nr_words >= o->min_words && o->nr_words <= o->max_words)
		return 0;
	if (o->nr_words > o->max_words)
		fprintf(stderr, "dlab %s: what is `%s`?\n", argv[0],
			o->words[o->max_words]);
	else
		fprintf(stderr, "dlab %s: there are words missing\n", argv[0]);
	fprintf(stderr, "%.*s\n`dlab %s --help` says more\n",
		(int)strcspn(o->help, "\n"), o->help, argv[0]);
	return -EINVAL;
}
