// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does what C hands to Google Benchmark arrive in its JSON, and do its flags do
 * what its users expect?  Each run is a process of its own, since flags and
 * registered benchmarks are global there.
 */
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../gbench/gbench.h"
#include "test.h"

#define MAX_FLAGS	16

/* Run what @fill registers; NULL when nothing readable came out. */
static json_t *run(void (*fill)(void), const char *const *flags, int *status)
{
	char path[] = "/tmp/dlab-gbench-XXXXXX";
	char out[64] = "--benchmark_out=";
	char *argv[MAX_FLAGS] = { "test", out,
				  "--benchmark_out_format=json" };
	int argc = 3;
	json_t *json;
	pid_t pid;

	close(mkstemp(path));
	strcat(out, path);
	for (; flags && *flags; flags++)
		argv[argc++] = (char *)*flags;
	fflush(stdout);
	pid = fork();
	if (!pid) {
		/* the console's table is no KTAP */
		if (!freopen("/dev/null", "w", stdout) ||
		    !freopen("/dev/null", "w", stderr))
			_exit(9);
		fill();
		exit(gb_main(&argc, argv));
	}
	waitpid(pid, status, 0);
	json = json_load_file(path, 0, NULL);
	unlink(path);
	return json;
}

static json_t *benchmark(json_t *json, const char *name)
{
	json_t *list = json_object_get(json, "benchmarks"), *b;
	size_t i;

	json_array_foreach(list, i, b)
		if (!strcmp(json_string_value(json_object_get(b, "name")),
			    name))
			return b;
	TEST_NOTE("there is no benchmark %s", name);
	test_bad = true;
	return NULL;
}

static double number(json_t *b, const char *key)
{
	json_t *v = json_object_get(b, key);

	return json_is_number(v) ? json_number_value(v) : NAN;
}

static size_t how_many(json_t *json)
{
	return json_array_size(json_object_get(json, "benchmarks"));
}

static void spin(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s))
		;
}

static void fill_plain(void)
{
	gb_iterations(gb_register("plain", spin, NULL), 1000);
}

static void a_c_function_is_a_benchmark(void)
{
	int status;
	json_t *json = run(fill_plain, NULL, &status);
	json_t *b = benchmark(json, "plain/iterations:1000");

	CHECK(status == 0);
	CHECK_NUM(number(b, "iterations"), 1000);
	CHECK(number(b, "real_time") > 0);
	CHECK_STR(json_string_value(json_object_get(b, "time_unit")), "ns");
	json_decref(json);
}

static void add_args(struct gb_state *s, void *user)
{
	double scale = *(double *)user;

	while (gb_keep_running(s))
		;
	gb_counter(s, "sum",
		   scale * (gb_arg_value(s, 0) + gb_arg_value(s, 1)), GB_PLAIN);
}

static void one_arg(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s))
		;
	gb_counter(s, "arg", gb_arg_value(s, 0), GB_PLAIN);
}

static void fill_args(void)
{
	static const char *const names[] = { "a", "b" };
	static double scale = 10;
	struct gb_benchmark *b = gb_register("add", add_args, &scale);

	gb_iterations(b, 1);
	gb_args(b, (int64_t[]){ 1, 2 }, 2);
	gb_args(b, (int64_t[]){ -3, 4 }, 2);
	gb_arg_names(b, names, 2);
	gb_range(gb_range_multiplier(
			 gb_iterations(gb_register("range", one_arg, NULL), 1),
			 4),
		 4, 64);
	gb_dense_range(gb_iterations(gb_register("dense", one_arg, NULL), 1),
		       5, 7, 2);
	gb_arg(gb_iterations(gb_register("single", one_arg, NULL), 1),
	       1LL << 40);
}

static void arguments_and_user_pointer_arrive(void)
{
	int status;
	json_t *json = run(fill_args, NULL, &status);

	CHECK_NUM(number(benchmark(json, "add/a:1/b:2/iterations:1"), "sum"),
		  30);
	CHECK_NUM(number(benchmark(json, "add/a:-3/b:4/iterations:1"), "sum"),
		  10);
	CHECK_NUM(number(benchmark(json, "range/4/iterations:1"), "arg"), 4);
	CHECK_NUM(number(benchmark(json, "range/16/iterations:1"), "arg"), 16);
	CHECK_NUM(number(benchmark(json, "range/64/iterations:1"), "arg"), 64);
	CHECK_NUM(number(benchmark(json, "dense/5/iterations:1"), "arg"), 5);
	CHECK_NUM(number(benchmark(json, "dense/7/iterations:1"), "arg"), 7);
	CHECK_NUM(number(benchmark(json, "single/1099511627776/iterations:1"),
			 "arg"),
		  1099511627776.0);
	CHECK(how_many(json) == 8);
	json_decref(json);
}

static void three_us(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s))
		gb_set_iteration_time(s, 3e-6);
}

static void fill_manual(void)
{
	gb_manual_time(gb_register("ns", three_us, NULL), 50);
	gb_unit(gb_manual_time(gb_register("us", three_us, NULL), 50), GB_US);
}

static void manual_time_is_the_time(void)
{
	int status;
	json_t *json = run(fill_manual, NULL, &status);
	json_t *b = benchmark(json, "ns/iterations:50/manual_time");

	CHECK_NEAR(number(b, "real_time"), 3000, 0.01);
	CHECK_NUM(number(b, "iterations"), 50);
	b = benchmark(json, "us/iterations:50/manual_time");
	CHECK_NEAR(number(b, "real_time"), 3, 1e-5);
	CHECK_STR(json_string_value(json_object_get(b, "time_unit")), "us");
	json_decref(json);
}

static void count_all(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s))
		gb_set_iteration_time(s, 0.5);
	CHECK(gb_max_iterations(s) == 4);
	CHECK(gb_iterations_done(s) == 4);
	gb_counter(s, "plain", 100, GB_PLAIN);
	gb_counter(s, "rate", 100, GB_RATE);
	gb_counter(s, "each", 100, GB_AVG_ITERATIONS);
	gb_counter(s, "seconds_each", 100, GB_RATE | GB_INVERT);
	gb_items_processed(s, 20);
	gb_bytes_processed(s, 4096);
	gb_label(s, "a label");
}

static void fill_counters(void)
{
	gb_context("board", "a board");
	gb_manual_time(gb_register("c", count_all, NULL), 4);
}

static void counters_labels_and_context_arrive(void)
{
	int status;
	json_t *json = run(fill_counters, NULL, &status);
	json_t *b = benchmark(json, "c/iterations:4/manual_time");

	/* four iterations of half a second */
	CHECK_NUM(number(b, "plain"), 100);
	CHECK_NEAR(number(b, "rate"), 50, 1e-9);
	CHECK_NUM(number(b, "each"), 25);
	CHECK_NEAR(number(b, "seconds_each"), 0.02, 1e-9);
	CHECK_NEAR(number(b, "items_per_second"), 10, 1e-9);
	CHECK_NEAR(number(b, "bytes_per_second"), 2048, 1e-9);
	CHECK_STR(json_string_value(json_object_get(b, "label")), "a label");
	CHECK_STR(json_string_value(json_object_get(
			  json_object_get(json, "context"), "board")),
		  "a board");
	json_decref(json);
}

static void fail_first(struct gb_state *s, void *user)
{
	(void)user;
	gb_skip(s, "no such device");
}

static void fail_midway(struct gb_state *s, void *user)
{
	int n = 0;

	(void)user;
	while (gb_keep_running(s))
		if (++n == 3)
			gb_skip(s, "the third one");
}

static void fill_errors(void)
{
	gb_iterations(gb_register("first", fail_first, NULL), 10);
	gb_iterations(gb_register("midway", fail_midway, NULL), 10);
	gb_iterations(gb_register("fine", spin, NULL), 10);
}

static void failures_are_reported_and_the_rest_goes_on(void)
{
	int status;
	json_t *json = run(fill_errors, NULL, &status);
	json_t *b = benchmark(json, "first/iterations:10");

	CHECK(status == 0);
	CHECK(json_is_true(json_object_get(b, "error_occurred")));
	CHECK_STR(json_string_value(json_object_get(b, "error_message")),
		  "no such device");
	b = benchmark(json, "midway/iterations:10");
	CHECK_STR(json_string_value(json_object_get(b, "error_message")),
		  "the third one");
	b = benchmark(json, "fine/iterations:10");
	CHECK(!json_object_get(b, "error_occurred"));
	CHECK_NUM(number(b, "iterations"), 10);
	json_decref(json);
}

static void filter_chooses_by_name(void)
{
	static const char *const flags[] = { "--benchmark_filter=^range/",
					     NULL };
	int status;
	json_t *json = run(fill_args, flags, &status);

	CHECK(how_many(json) == 3);
	json_decref(json);
}

static void repetitions_give_aggregates(void)
{
	static const char *const flags[] = {
		"--benchmark_repetitions=3",
		"--benchmark_filter=^ns/", NULL
	};
	int status;
	json_t *json = run(fill_manual, flags, &status);
	json_t *b = benchmark(json, "ns/iterations:50/manual_time_median");

	/* three, and mean, median, stddev, cv */
	CHECK(how_many(json) == 7);
	CHECK_NEAR(number(b, "real_time"), 3000, 0.01);
	CHECK_NUM(number(b, "repetitions"), 3);
	json_decref(json);
}

static void fill_repeated(void)
{
	gb_repetitions(gb_iterations(gb_register("r", spin, NULL), 2), 4);
}

static void repetitions_can_be_fixed(void)
{
	int status;
	json_t *json = run(fill_repeated, NULL, &status);

	CHECK_NUM(number(benchmark(json, "r/iterations:2/repeats:4_mean"),
			 "repetitions"),
		  4);
	json_decref(json);
}

static void thread_body(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s))
		;
	gb_counter(s, "index", gb_thread_index(s), GB_PLAIN);
	gb_counter(s, "threads", gb_thread_count(s), GB_AVG_THREADS);
}

static void fill_threads(void)
{
	gb_real_time(gb_threads(
		gb_iterations(gb_register("t", thread_body, NULL), 10), 3));
}

static void threads_are_told_apart(void)
{
	int status;
	json_t *json = run(fill_threads, NULL, &status);
	json_t *b = benchmark(json, "t/iterations:10/real_time/threads:3");

	CHECK_NUM(number(b, "index"), 0 + 1 + 2);
	CHECK_NUM(number(b, "threads"), 3);
	json_decref(json);
}

static void pausing(struct gb_state *s, void *user)
{
	(void)user;
	while (gb_keep_running(s)) {
		gb_pause_timing(s);
		usleep(50000);
		gb_resume_timing(s);
	}
}

static void fill_pausing(void)
{
	gb_real_time(gb_iterations(gb_register("p", pausing, NULL), 3));
}

static void paused_time_does_not_count(void)
{
	int status;
	json_t *json = run(fill_pausing, NULL, &status);

	CHECK(number(benchmark(json, "p/iterations:3/real_time"), "real_time") <
	      45e6);
	json_decref(json);
}

static void fill_min_time(void)
{
	gb_min_time(gb_register("m", spin, NULL), 0.01);
}

static void iterations_are_found_when_not_fixed(void)
{
	int status;
	json_t *json = run(fill_min_time, NULL, &status);
	json_t *b = benchmark(json, "m/min_time:0.010");

	/* at least the minimum, in CPU time */
	CHECK(number(b, "iterations") * number(b, "cpu_time") >= 0.01 * 1e9);
	json_decref(json);
}

static void wrong_argument_is_refused(void)
{
	static const char *const flags[] = { "--no_such_flag", NULL };
	int status;
	json_t *json = run(fill_plain, flags, &status);

	CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
	json_decref(json);
}

static void other_arguments_are_left(void)
{
	char name[] = "test", mine[] = "mine";
	char flag[] = "--benchmark_repetitions=1";
	char *argv[] = { name, flag, mine, flag, NULL };
	int argc = 4;

	gb_initialize(&argc, argv, NULL);
	CHECK(argc == 2);
	CHECK_STR(argv[1], "mine");
	CHECK(!argv[2]);
}

int main(void)
{
	RUN(a_c_function_is_a_benchmark);
	RUN(arguments_and_user_pointer_arrive);
	RUN(manual_time_is_the_time);
	RUN(counters_labels_and_context_arrive);
	RUN(failures_are_reported_and_the_rest_goes_on);
	RUN(filter_chooses_by_name);
	RUN(repetitions_give_aggregates);
	RUN(repetitions_can_be_fixed);
	RUN(threads_are_told_apart);
	RUN(paused_time_does_not_count);
	RUN(iterations_are_found_when_not_fixed);
	RUN(wrong_argument_is_refused);
	RUN(other_arguments_are_left);
	return test_end();
}
