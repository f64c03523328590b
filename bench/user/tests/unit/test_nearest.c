// SPDX-License-Identifier: GPL-2.0-only
/* Is what was meant found, and nothing far-fetched offered? */
#include <limits.h>

#include "nearest.h"
#include "test.h"

static void edits_are_counted(void)
{
	CHECK(dlab_edits("", "") == 0);
	CHECK(dlab_edits("", "abc") == 3);
	CHECK(dlab_edits("abc", "") == 3);
	CHECK(dlab_edits("TOPOLGY", "TOPOLOGY") == 1);
	CHECK(dlab_edits("strikt", "strict") == 1);
	CHECK(dlab_edits("comapre", "compare") == 1);
	CHECK(dlab_edits("Suite", "SUITE") == 0);
	CHECK(dlab_edits("kitten", "sitting") == 3);
}

static void edits_are_the_same_both_ways(void)
{
	static const char *const words[] = { "", "a", "ab", "ba", "abba",
					     "smoke", "soak", "vm-vtd-lazy" };
	size_t nr = sizeof(words) / sizeof(*words);

	for (size_t i = 0; i < nr; i++)
		for (size_t j = 0; j < nr; j++)
			CHECK(dlab_edits(words[i], words[j]) ==
			      dlab_edits(words[j], words[i]));
}

static void a_long_word_is_near_to_nothing(void)
{
	char word[100];

	memset(word, 'x', 65);
	word[65] = '\0';
	CHECK(dlab_edits(word, word) == UINT_MAX);
	word[64] = '\0';
	CHECK(dlab_edits(word, word) == 0);
}

/* What is said of @word where there are these names. */
static const char *said(const char *word, const char *const *names)
{
	static struct dlab_nearest n;

	dlab_nearest_begin(&n, word, "; none");
	for (; *names; names++)
		dlab_nearest_offer(&n, *names);
	return n.text;
}

static void the_nearest_is_offered(void)
{
	static const char *const names[] = { "vm-vtd-strict-coh",
					     "vm-vtd-strict", "vm-vtd-lazy",
					     NULL };

	CHECK_STR(said("vm-vtd-strikt", names),
		  "; did you mean `vm-vtd-strict`?");
	CHECK_STR(said("vm-vtd-lasy", names), "; did you mean `vm-vtd-lazy`?");
}

static void of_equals_the_one_that_begins_alike(void)
{
	static const char *const names[] = { "CASES", "BASE", "CASE", NULL };

	CHECK_STR(said("BASES", names), "; did you mean `BASE`?");
	CHECK_STR(said("CASSE", names), "; did you mean `CASES`?");
}

static void what_is_not_near_is_not_offered(void)
{
	static const char *const names[] = { "sg", "page", "iova", NULL };

	CHECK_STR(said("frobnicate", names), "; none");
	CHECK_STR(said("xy", names), "; none");
	CHECK_STR(said("", names), "; none");
	CHECK_STR(said("sgg", names), "; did you mean `sg`?");
}

static void files_are_names(void)
{
	struct dlab_nearest n;

	dlab_nearest_begin(&n, "smoek", "");
	dlab_nearest_offer_files(&n, "workloads", "suites/*.ini");
	CHECK_STR(n.text, "; did you mean `smoke`?");
	dlab_nearest_begin(&n, "map/scatered", "");
	dlab_nearest_offer_files(&n, "workloads", "*/*.ini");
	CHECK_STR(n.text, "; did you mean `map/scattered`?");
	dlab_nearest_begin(&n, "smoek", "; no");
	dlab_nearest_offer_files(&n, "/nowhere", "suites/*.ini");
	CHECK_STR(n.text, "; no");
}

int main(void)
{
	RUN(edits_are_counted);
	RUN(edits_are_the_same_both_ways);
	RUN(a_long_word_is_near_to_nothing);
	RUN(the_nearest_is_offered);
	RUN(of_equals_the_one_that_begins_alike);
	RUN(what_is_not_near_is_not_offered);
	RUN(files_are_names);
	return test_end();
}
