// SPDX-License-Identifier: GPL-2.0-only
/*
 * Is fio understood, whatever it says?  On outputs that were stored, on every
 * way to cut one off, on nonsense, and on the fio that is installed.
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/child.h"
#include "driver.h"
#include "file.h"
#include "io/fiojson.h"
#include "test.h"

static struct dlab_err err;
static struct dlab_fio fio;

/* A file of tests/data; tests run at the top of the tree. */
static char *stored(const char *name, size_t *len)
{
	char *text = NULL, path[PATH_MAX];

	snprintf(path, sizeof(path), "bench/user/tests/data/%s", name);
	test_need(!dlab_file_read(path, &text, len, &err), err.text);
	return text;
}

static int parse(const char *text)
{
	return dlab_fio_parse(text, strlen(text), &fio, &err);
}

static void reads_and_writes_are_added_up(void)
{
	size_t len;
	char *text = stored("fio-3.33-randrw.txt", &len);

	/* it begins with a note, before the JSON */
	CHECK(!strncmp(text, "note: ", 6));
	CHECK(dlab_fio_parse(text, len, &fio, &err) == 0);
	CHECK(fio.total_ios == 64);
	CHECK(fio.lat_ns.n == 64);
	CHECK(fio.read_bytes > 0 && fio.read_bytes < 64 * 4096);
	CHECK(fio.error == 0 && fio.short_ios == 0 && fio.drop_ios == 0);
	CHECK(fio.iops > 0);
	CHECK_NEAR(fio.bw_bytes / 4096, fio.iops, fio.iops / 100);
	free(text);
}

static void newer_version_is_understood(void)
{
	size_t len;
	char *text = stored("fio-3.39-randrw.txt", &len);

	CHECK(dlab_fio_parse(text, len, &fio, &err) == 0);
	CHECK(fio.total_ios == 64);
	CHECK(fio.lat_ns.n == 64);
	free(text);
}

static void an_error_is_seen(void)
{
	size_t len;
	char *text = stored("fio-3.33-error.txt", &len);

	CHECK(dlab_fio_parse(text, len, &fio, &err) == 0);
	CHECK(fio.error == ENOSPC);
	free(text);
}

static void every_cut_off_output_is_refused(void)
{
	size_t len, whole;
	char *text = stored("fio-3.33-randrw.txt", &len);

	for (whole = len; text[whole - 1] != '}'; whole--)
		;
	for (size_t cut = 0; cut < whole; cut++) {
		/* its own memory, so that reading past its end is seen */
		char *part = malloc(cut + 1);

		memcpy(part, text, cut);
		if (dlab_fio_parse(part, cut, &fio, &err) != -EINVAL) {
			test_bad = true;
			TEST_NOTE("taken when cut off after %zu bytes", cut);
		}
		free(part);
	}
	free(text);
}

#define SIDE(ios, more)                                                     \
	"{\"total_ios\":" #ios ",\"io_bytes\":3,\"short_ios\":0,\"drop_ios\":0,\"iops\":1," \
	"\"bw_bytes\":2" more "}"
#define JOB(error, read, write)                                          \
	"{\"jobs\":[{\"error\":" #error ",\"read\":" read ",\"write\":" \
	write "}]}"
#define BINS(bins) ",\"lat_ns\":{\"bins\":" bins "}"

static void what_is_missing_is_named(void)
{
	CHECK(parse("") == -EINVAL);
	CHECK_SAYS(err.text, "no JSON");
	CHECK(parse("fio: no such engine\n") == -EINVAL);
	CHECK_SAYS(err.text, "no JSON");
	CHECK(parse("{}") == -EINVAL);
	CHECK_SAYS(err.text, "no job");
	CHECK(parse("{\"jobs\":[]}") == -EINVAL);
	CHECK(parse("{\"jobs\":{\"0\":1}}") == -EINVAL);
	CHECK(parse("{\"jobs\":[{\"error\":0}]}") == -EINVAL);
	CHECK_SAYS(err.text, "`read`");
	CHECK(parse(JOB(0, SIDE(1, ""), SIDE(0, ""))) == -EINVAL);
	CHECK_SAYS(err.text, "lat_percentiles");
	CHECK(parse(JOB(0, SIDE(-1, ""), SIDE(0, ""))) == -EINVAL);
	CHECK_SAYS(err.text, "total_ios");
}

static void bins_must_be_numbers(void)
{
	CHECK(parse(JOB(0, SIDE(1, BINS("{\"100\":1}")), SIDE(0, ""))) == 0);
	CHECK(fio.lat_ns.count[dlab_hist_bucket(100)] == 1);
	CHECK(parse(JOB(0, SIDE(1, BINS("{\"x\":1}")), SIDE(0, ""))) ==
	      -EINVAL);
	CHECK_SAYS(err.text, "`x`");
	CHECK(parse(JOB(0, SIDE(1, BINS("{\"-1\":1}")), SIDE(0, ""))) ==
	      -EINVAL);
	CHECK(parse(JOB(0, SIDE(1, BINS("{\" 1\":1}")), SIDE(0, ""))) ==
	      -EINVAL);
	CHECK(parse(JOB(0, SIDE(1, BINS("{\"1\":1.5}")), SIDE(0, ""))) ==
	      -EINVAL);
	CHECK(parse(JOB(0, SIDE(1, BINS("{\"99999999999999999999\":1}")),
			SIDE(0, ""))) == -EINVAL);
	CHECK(parse(JOB(0, SIDE(1, BINS("[1,2]")), SIDE(0, ""))) == -EINVAL);
}

static void fio_bins_fall_into_one_of_ours(void)
{
	/* fio has 64 bins a power of two and names them by their middles */
	for (unsigned int msb = 7; msb < 43; msb++) {
		uint64_t width = 1ULL << (msb - 6);

		for (uint64_t k = 0; k < 64; k++) {
			uint64_t low = (64 + k) * width;
			size_t bucket = dlab_hist_bucket(low + width / 2);

			CHECK(dlab_hist_bucket(low) == bucket);
			CHECK(dlab_hist_bucket(low + width - 1) == bucket);
		}
	}
}

static void json_may_have_text_after_it(void)
{
	CHECK(parse("warning\n" JOB(0, SIDE(0, ""), SIDE(0, "")) "\nbye\n") ==
	      0);
	CHECK(fio.total_ios == 0);
}

/* ---- programs */

static void exit_code_is_handed_on(void)
{
	static const char *const argv[] = { "sh", "-c", "exit 7", NULL };
	int code;

	CHECK(dlab_child_run(argv, "/dev/null", "/dev/null", 10, &code, &err) ==
	      0);
	CHECK(code == 7);
}

static void missing_program_is_told_apart(void)
{
	static const char *const argv[] = { "dlab-no-such-program", NULL };
	int code;

	CHECK(dlab_child_run(argv, "/dev/null", "/dev/null", 10, &code, &err) ==
	      -ENOENT);
	CHECK_STR(err.text, "dlab-no-such-program is not installed");
}

static void slow_program_is_killed_with_its_children(void)
{
	static const char *const argv[] = { "sh", "-c", "sleep 60 & wait",
					    NULL };
	int code;

	CHECK(dlab_child_run(argv, "/dev/null", "/dev/null", 1, &code, &err) ==
	      -ETIMEDOUT);
	CHECK_SAYS(err.text, "was killed");
}

static void crash_is_no_exit_code(void)
{
	static const char *const argv[] = { "sh", "-c", "kill -SEGV $$", NULL };
	int code;

	CHECK(dlab_child_run(argv, "/dev/null", "/dev/null", 10, &code, &err) ==
	      -ECHILD);
	CHECK_SAYS(err.text, "signal 11");
}

static void output_goes_to_files(void)
{
	static const char *const argv[] = { "sh", "-c", "echo a; echo b >&2",
					    NULL };
	char out[] = "/tmp/dlab-fio-XXXXXX", log[] = "/tmp/dlab-fio-XXXXXX";
	char *text = NULL;
	size_t len;
	int code;

	close(mkstemp(out));
	close(mkstemp(log));
	CHECK(dlab_child_run(argv, out, log, 10, &code, &err) == 0);
	CHECK(dlab_file_read(out, &text, &len, &err) == 0);
	CHECK_STR(text, "a\n");
	free(text);
	CHECK(dlab_file_read(log, &text, &len, &err) == 0);
	CHECK_STR(text, "b\n");
	free(text);
	unlink(out);
	unlink(log);
}

static void installed_fio_is_understood(void)
{
	static const char *const argv[] = {
		"fio", "--output-format=json+", "--name=job",
		"--ioengine=null", "--rw=randread", "--bs=4k", "--size=16m",
		"--thread=1", "--lat_percentiles=1", "--clat_percentiles=0",
		NULL
	};
	char out[] = "/tmp/dlab-fio-XXXXXX";
	int code;

	close(mkstemp(out));
	CHECK(dlab_child_run(argv, out, "/dev/null", 60, &code, &err) == 0);
	CHECK(code == 0);
	CHECK(dlab_fio_load(out, &fio, &err) == 0);
	CHECK(fio.total_ios == 4096);
	CHECK(fio.lat_ns.n == 4096);
	unlink(out);
}

static bool have_fio(void)
{
	static const char *const argv[] = { "fio", "--version", NULL };
	int code;

	return !dlab_child_run(argv, "/dev/null", "/dev/null", 10, &code, &err);
}

static void no_device_means_skip(void)
{
	static const struct dlab_machine machine = { .nvme_blk = NULL };
	const struct dlab_driver *d = dlab_driver_find("fio");

	CHECK(d->setup(&machine, &err) == -ENODEV);
	CHECK_SAYS(err.text, "config.local");
}

static void no_fio_means_skip(void)
{
	static const struct dlab_machine machine = { .nvme_blk = "/dev/none" };
	const struct dlab_driver *d = dlab_driver_find("fio");
	char *path = strdup(getenv("PATH"));

	setenv("PATH", "/nonexistent", 1);
	CHECK(d->setup(&machine, &err) == -ENODEV);
	CHECK_SAYS(err.text, "fio is not installed");
	setenv("PATH", path, 1);
	free(path);
}

int main(void)
{
	RUN(reads_and_writes_are_added_up);
	RUN(newer_version_is_understood);
	RUN(an_error_is_seen);
	RUN(every_cut_off_output_is_refused);
	RUN(what_is_missing_is_named);
	RUN(bins_must_be_numbers);
	RUN(fio_bins_fall_into_one_of_ours);
	RUN(json_may_have_text_after_it);
	RUN(exit_code_is_handed_on);
	RUN(missing_program_is_told_apart);
	RUN(slow_program_is_killed_with_its_children);
	RUN(crash_is_no_exit_code);
	RUN(output_goes_to_files);
	RUN(no_device_means_skip);
	RUN(no_fio_means_skip);
	if (have_fio())
		RUN(installed_fio_is_understood);
	else
		SKIP(installed_fio_is_understood, "fio is not installed");
	return test_end();
}
