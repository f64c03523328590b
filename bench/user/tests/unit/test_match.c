// SPDX-License-Identifier: GPL-2.0-only
/* Do ids match themselves, and patterns what they say? */
#include "match.h"
#include "test.h"

#define ID "map/scattered@vm-vtd-strict[path=sg,desc=nvme-prp,size=4k]"
#define HERE "map/scattered[path=sg,desc=nvme-prp,size=4k]"

static void an_id_matches_itself(void)
{
	CHECK(dlab_case_matches(ID, ID));
	CHECK(dlab_case_matches(HERE, HERE));
	CHECK(dlab_case_matches("map/x@vm[]", "map/x@vm[]"));
	CHECK(!dlab_case_matches("map/x@vm[a-z]", "map/x@vmk"));
	CHECK(!dlab_case_matches("[!m]ap/x", "map/x"));
	CHECK(!dlab_case_matches(ID "]", ID));
	CHECK(!dlab_case_matches("map/scattered", ID));
}

static void stars_and_question_marks_are_wild(void)
{
	CHECK(dlab_matches("*", "") && dlab_matches("*", ID));
	CHECK(dlab_matches("*size=4k*", ID) && dlab_matches("*4k?", ID));
	CHECK(dlab_matches("map/*@*strict[*sg,*=4k]", ID));
	CHECK(dlab_matches("map/scattered?vm-vtd-strict?path=sg*", ID));
	CHECK(dlab_matches("*aab", "aaaab") && dlab_matches("a*b*c", "abbc"));
	CHECK(!dlab_matches("*aab", "aaaba") && !dlab_matches("a*b*c", "acb"));
	CHECK(!dlab_matches("?", "") && !dlab_matches("", "a"));
	CHECK(!dlab_matches("?", "ab") && !dlab_matches("a", "ab"));
	/* what means something to others */
	CHECK(dlab_matches("a\\*", "a\\b") && !dlab_matches("a\\*", "ab"));
}

static void one_of_several_must_match(void)
{
	CHECK(dlab_matches("io/* map/*", ID));
	CHECK(dlab_matches("  map/*  ", ID));
	CHECK(!dlab_matches("io/* mapp/*", ID));
	CHECK(!dlab_matches(" ", ""));
}

static void a_case_is_meant_on_every_topology(void)
{
	CHECK(dlab_case_matches(HERE, ID));
	CHECK(dlab_case_matches("map/scattered", "map/scattered@vm"));
	CHECK(dlab_case_matches("map/scattered[*", ID));
	CHECK(!dlab_case_matches("map/scattered@[*", ID));
	CHECK(!dlab_case_matches("map/scattered[path=sg]", ID));
	CHECK(dlab_case_matches("*strict*", ID));
}

/* Ten stars over a long word: seconds, if every choice were tried. */
static void many_stars_take_no_time(void)
{
	char word[4096];

	memset(word, 'a', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	CHECK(!dlab_matches("*a*a*a*a*a*a*a*a*a*b", word));
}

int main(void)
{
	RUN(an_id_matches_itself);
	RUN(stars_and_question_marks_are_wild);
	RUN(one_of_several_must_match);
	RUN(a_case_is_meant_on_every_topology);
	RUN(many_stars_take_no_time);
	return test_end();
}
