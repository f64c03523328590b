/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What programs have in common that test in a guest.  A test is a function
 * without arguments that says what does not hold; begin_tests(), run_test() for
 * each, end_tests() print KTAP.
 */
#ifndef DLAB_GUEST_TEST_H
#define DLAB_GUEST_TEST_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

struct test {
	const char *name;
	void (*fn)(void);
};

#define TEST(x) { #x, test_##x }

static bool failed;
static char skipped[128];
static int tests_run, tests_failed;

static inline void fail(const char *fmt, ...)
{
	va_list ap;

	failed = true;
	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

static inline void skip(const char *why)
{
	snprintf(skipped, sizeof(skipped), "%s", why);
}

static inline const char *name_of(int err)
{
	return err ? strerrorname_np(err) : "success";
}

#define expect_errno(want, got) expect_errno_at(__LINE__, #got, want, got)
static inline void expect_errno_at(int line, const char *what, int want,
				   int got)
{
	if (want != got)
		fail("line %d: %s: wanted %s, got %s", line, what,
		     name_of(want), name_of(got));
}

#define expect(cond)                                            \
	do {                                                    \
		if (!(cond))                                    \
			fail("line %d: not: %s", __LINE__, #cond); \
	} while (0)

/* 0 or the errno */
static inline int write_file(const char *path, const char *text)
{
	int f = open(path, O_WRONLY | O_CLOEXEC);
	ssize_t n;
	int err = 0;

	if (f < 0)
		return errno;
	n = write(f, text, strlen(text));
	if (n < 0)
		err = errno;
	close(f);
	return err;
}

static inline bool read_file(const char *path, char *buf, size_t size)
{
	int f = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (f < 0)
		return false;
	n = read(f, buf, size - 1);
	close(f);
	buf[n > 0 ? n : 0] = '\0';
	return n >= 0;
}

/* @missing: what no test is worth running without, or NULL */
static inline void begin_tests(int nr, const char *missing)
{
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("KTAP version 1\n");
	if (missing)
		printf("1..0 # SKIP %s\n", missing);
	else
		printf("1..%d\n", nr);
}

/* @where: goes before the name, where a test is run in several settings */
static inline void run_test(const struct test *t, const char *where)
{
	failed = false;
	skipped[0] = '\0';
	t->fn();
	tests_failed += failed;
	printf("%s %d - %s%s%s%s\n", failed ? "not ok" : "ok", ++tests_run,
	       where, t->name, skipped[0] ? " # SKIP " : "", skipped);
}

static inline int end_tests(void)
{
	return tests_failed ? 1 : 0;
}

#endif
