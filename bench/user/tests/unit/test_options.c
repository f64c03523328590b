// SPDX-License-Identifier: GPL-2.0-only
/* Command lines, good and bad. */
#include <unistd.h>

#include "cmdstatus.h"
#include "options.h"
#include "test.h"

static const char *results, *word;
static char taken[16];
static bool flag;
static unsigned int number;
static struct dlab_words list;

static int take(void *args, const char *value)
{
	CHECK(args == taken);
	if (strlen(value) >= sizeof(taken))
		return -EINVAL;
	strcpy(taken, value);
	return 0;
}

static const struct dlab_option v[] = {
	{ "results", .word = &results },
	{ "word", .word = &word },
	{ "flag", .flag = &flag },
	{ "take", .take = take },
	{ "number", .number = &number, .min = 1, .max = 100 },
	{ "list", .words = &list },
	{ 0 },
};

/* argv is not there any longer when cmd_status() returns */
static const char *words[3];

static int read_them(int argc, char **argv)
{
	struct dlab_options o = { .help = "usage: dlab verb WORD...\n",
				  .v = v,
				  .args = taken,
				  .min_words = 1,
				  .max_words = 2 };
	int ret;

	memset(words, 0, sizeof(words));
	results = word = NULL;
	flag = false;
	number = 7;
	list.nr = 0;
	*taken = '\0';
	ret = dlab_options_read(&o, argc, argv);
	for (int i = 0; i < o.nr_words && i < 3; i++)
		words[i] = o.words[i];
	return ret;
}

#define READ(...) cmd_status(read_them, "verb", "r", __VA_ARGS__, NULL)

static void values_go_where_they_belong(void)
{
	CHECK(READ("--word", "w", "--flag", "--take=t", "a", "b") == 0);
	CHECK_STR(results, "r");
	CHECK_STR(word, "w");
	CHECK_STR(taken, "t");
	CHECK(flag);
	CHECK_STR(words[0], "a");
	CHECK_STR(words[1], "b");
}

static void what_is_not_given_stays(void)
{
	CHECK(READ("a") == 0);
	CHECK(!word && !flag && !*taken && number == 7 && !list.nr);
}

static void options_may_follow_words(void)
{
	CHECK(READ("a", "--word", "w") == 0);
	CHECK_STR(word, "w");
	CHECK_STR(words[0], "a");
	CHECK(!words[1]);
	/* and behind "--" there are none */
	CHECK(READ("--", "--word", "w") == 0);
	CHECK(!word);
	CHECK_STR(words[0], "--word");
	CHECK_STR(words[1], "w");
}

static void bad_use_is_refused(void)
{
	CHECK(READ("a", "--no-such-option") == -EINVAL);
	CHECK(READ("a", "-x") == -EINVAL);
	CHECK(READ("a", "--word") == -EINVAL);
	CHECK(READ("a", "--flag=yes") == -EINVAL);
	CHECK(READ("a", "--take", "longer than the callback takes") == -EINVAL);
	CHECK(READ("a", "b", "c") == -EINVAL);
	CHECK(READ("--flag") == -EINVAL);
}

static void numbers_are_decimal_and_in_bounds(void)
{
	static const char *const bad[] = { "0",	 "101", "-1",
					   "+1", "",	"1k",
					   " 1", "0x1", "99999999999999999999" };

	CHECK(READ("a", "--number", "1") == 0 && number == 1);
	CHECK(READ("a", "--number", "100") == 0 && number == 100);
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		CHECK(READ("a", "--number", bad[i]) == -EINVAL);
		CHECK(number == 7);
	}
}

static void an_option_may_be_repeated(void)
{
	char *argv[2 + 2 * (DLAB_MAX_WORDS + 1)] = { (char *)"verb",
						     (char *)"a" };
	int argc = 2;

	CHECK(READ("a", "--list", "x", "--list", "y") == 0);
	CHECK(list.nr == 2);
	CHECK_STR(list.v[0], "x");
	CHECK_STR(list.v[1], "y");
	for (int i = 0; i <= DLAB_MAX_WORDS; i++) {
		argv[argc++] = (char *)"--list";
		argv[argc++] = (char *)"x";
	}
	optind = 0;
	CHECK(read_them(argc, argv) == -EINVAL);
	optind = 0;
	CHECK(read_them(argc - 2, argv) == 0);
	CHECK(list.nr == DLAB_MAX_WORDS);
}

static void help_is_no_error(void)
{
	CHECK(READ("--help") == 1);
	CHECK(READ("-h") == 1);
	CHECK(READ("a", "b", "c", "--help") == 1);
}

int main(void)
{
	RUN(values_go_where_they_belong);
	RUN(what_is_not_given_stays);
	RUN(options_may_follow_words);
	RUN(bad_use_is_refused);
	RUN(numbers_are_decimal_and_in_bounds);
	RUN(an_option_may_be_repeated);
	RUN(help_is_no_error);
	return test_end();
}
