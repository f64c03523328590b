/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A test is a function without arguments; main() lists them with RUN() and
 * returns test_end().  Prints KTAP: "ok 1 - name" or "not ok 1 - name" after
 * what did not hold.
 */
#ifndef DLAB_TEST_H
#define DLAB_TEST_H

#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned int test_nr, test_failed;
static bool test_bad;

#define TEST_NOTE(fmt, ...) \
	printf("# %s:%d: " fmt "\n", __FILE__, __LINE__, ##__VA_ARGS__)

#define CHECK(cond)                             \
	do {                                    \
		if (!(cond)) {                  \
			test_bad = true;        \
			TEST_NOTE("%s", #cond); \
		}                               \
	} while (0)

/* Equal to the last bit, or both NAN. */
#define CHECK_NUM(got, want)                                               \
	do {                                                               \
		double g_ = (got), w_ = (want);                            \
		if (!(g_ == w_ || (isnan(g_) && isnan(w_)))) {             \
			test_bad = true;                                   \
			TEST_NOTE("%s is %.17g, not %.17g", #got, g_, w_); \
		}                                                          \
	} while (0)

#define CHECK_NEAR(got, want, eps)                                         \
	do {                                                               \
		double g_ = (got), w_ = (want);                            \
		if (!(fabs(g_ - w_) <= (eps))) {                           \
			test_bad = true;                                   \
			TEST_NOTE("%s is %.17g, not %.17g", #got, g_, w_); \
		}                                                          \
	} while (0)

#define CHECK_STR(got, want)                                        \
	do {                                                        \
		const char *g_ = (got), *w_ = (want);               \
		if (!g_ || strcmp(g_, w_)) {                        \
			test_bad = true;                            \
			TEST_NOTE("%s is \"%s\", not \"%s\"", #got, \
				  g_ ? g_ : "(null)", w_);          \
		}                                                   \
	} while (0)

/* That a sentence says something. */
#define CHECK_SAYS(got, part)                                            \
	do {                                                             \
		const char *g_ = (got), *p_ = (part);                    \
		if (!strstr(g_, p_)) {                                   \
			test_bad = true;                                 \
			TEST_NOTE("\"%s\" does not say \"%s\"", g_, p_); \
		}                                                        \
	} while (0)

#define RUN(fn)                                                             \
	do {                                                                \
		test_bad = false;                                           \
		fn();                                                       \
		test_failed += test_bad;                                    \
		printf("%sok %u - %s\n", test_bad ? "not " : "", ++test_nr, \
		       #fn);                                                \
		fflush(stdout);                                             \
	} while (0)

/* A test that cannot be run here; @reason says why. */
#define SKIP(fn, reason) \
	printf("ok %u - %s # SKIP %s\n", ++test_nr, #fn, reason)

/* What no test is worth running without; @why is read when it is missing. */
static inline void test_need(bool there, const char *why)
{
	if (there)
		return;
	printf("Bail out! %s\n", why);
	exit(1);
}

static inline int test_end(void)
{
	printf("1..%u\n", test_nr);
	return test_failed ? 1 : 0;
}

#endif
