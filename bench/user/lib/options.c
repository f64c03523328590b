// SPDX-License-Identifier: GPL-2.0-only
/* Takes command lines apart. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nearest.h"
#include "options.h"

/* what getopt_long() returns for --help; the others begin where letters end */
#define HELP	'h'
#define FIRST	0x100

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

/* An option that there is not, or a short form of more than one. */
static void say_unknown(const char *verb, const struct dlab_options *o,
			const char *word)
{
	size_t len = strcspn(word, "=");
	struct dlab_nearest n;
	char name[64], option[64];
	int nr = 0;

	snprintf(name, sizeof(name), "%.*s", (int)len, word);
	dlab_nearest_begin(&n, name, "");
	fprintf(stderr, "dlab %s: ", verb);
	for (const struct dlab_option *v = o->v; v->name; v++) {
		snprintf(option, sizeof(option), "--%s", v->name);
		dlab_nearest_offer(&n, option);
		if (strncmp(option, name, len))
			continue;
		if (nr++)
			fprintf(stderr, " or %s", option);
		else
			fprintf(stderr, "%s could be %s", name, option);
	}
	if (!nr)
		fprintf(stderr, "there is no option %s%s", name, n.text);
}

/* What getopt_long() did not like of @word, in the lab's words. */
static void complain(const char *verb, const struct dlab_options *o,
		     const char *word, int opt)
{
	const char *name = optopt >= FIRST ? o->v[optopt - FIRST].name : NULL;

	if (name)
		fprintf(stderr, "dlab %s: --%s %s", verb, name,
			opt == ':' ? "needs a value" : "takes no value");
	else if (optopt)
		fprintf(stderr, "dlab %s: there is no option -%c", verb, optopt);
	else
		say_unknown(verb, o, word);
	fprintf(stderr, "\n`dlab %s --help` says which there are\n", verb);
}

/* "needs A and B, and has only `x`": the words are those of the usage line. */
static void say_missing(const char *verb, const struct dlab_options *o)
{
	const char *usage = strchr(o->help, ':') + 2 + strlen("dlab ");
	int len, nr = 0;

	fprintf(stderr, "dlab %s: needs", verb);
	for (usage += strcspn(usage, " \n"); *usage == ' '; usage += len) {
		usage++;
		len = strcspn(usage, " \n");
		if (*usage != '[' && nr < o->min_words)
			fprintf(stderr, "%s %.*s", nr++ ? " and" : "", len,
				usage);
	}
	for (int i = 0; i < o->nr_words; i++)
		fprintf(stderr, "%s `%s`", i ? " and" : ", and has only",
			o->words[i]);
	fputc('\n', stderr);
}

/* Sets the words.  Return: 0, or -EINVAL after a complaint of their number. */
static int take_words(struct dlab_options *o, const char *verb, int nr,
		      char **words)
{
	o->words = words;
	o->nr_words = nr;
	if (nr >= o->min_words && nr <= o->max_words)
		return 0;
	if (nr > o->max_words)
		fprintf(stderr, "dlab %s: what is `%s`?\n", verb,
			words[o->max_words]);
	else
		say_missing(verb, o);
	fprintf(stderr, "%.*s\n`dlab %s --help` says more\n",
		(int)strcspn(o->help, "\n"), o->help, verb);
	return -EINVAL;
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
		options[nr].val = FIRST + nr;
	}
	options[nr].name = "help";
	options[nr].val = HELP;
	while ((opt = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
		if (opt == HELP) {
			fputs(o->help, stdout);
			return 1;
		}
		if (opt == '?' || opt == ':') {
			complain(argv[0], o, argv[optind - 1], opt);
			return -EINVAL;
		}
		if (take(argv[0], o, &o->v[opt - FIRST]))
			return -EINVAL;
	}
	return take_words(o, argv[0], argc - optind, argv + optind);
}
