/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Google Benchmark from C.  It has no C interface of its own; this is a thin
 * one over libbenchmark 1.7.1 and later.  Its flags, its console output and its
 * JSON are its own, so whoever knows them from elsewhere knows them here.
 *
 *	static void copy(struct gb_state *s, void *user)
 *	{
 *		size_t n = gb_arg_value(s, 0);
 *
 *		while (gb_keep_running(s))
 *			memcpy(user, src, n);
 *		gb_bytes_processed(s, gb_iterations_done(s) * n);
 *	}
 *
 *	int main(int argc, char **argv)
 *	{
 *		gb_range(gb_register("copy", copy, dst), 64, 1 << 20);
 *		return gb_main(&argc, argv);
 *	}
 */
#ifndef DLAB_GBENCH_H
#define DLAB_GBENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A benchmark that is registered; owned by the library until gb_shutdown(). */
struct gb_benchmark;

/* One execution of it; valid during the call that it is given to. */
struct gb_state;

/**
 * typedef gb_fn - the body of a benchmark
 * @s: drives the loop and takes results
 * @user: as registered
 *
 * Called several times: once to find the number of iterations (unless that is
 * fixed), once for every repetition.  Must call gb_keep_running() until that
 * returns false, or gb_skip() once and return.
 */
typedef void (*gb_fn)(struct gb_state *s, void *user);

/* ---- registering: before gb_main() or gb_run() */

/**
 * gb_register - add a benchmark
 * @name: as --benchmark_filter sees it; copied
 * @fn: its body
 * @user: handed to @fn
 *
 * Return: the benchmark, for the functions below.  Each of them returns it
 * again, so that calls can be nested.
 */
struct gb_benchmark *gb_register(const char *name, gb_fn fn, void *user);

/* Run it with one argument; every call adds an instance "name/value". */
struct gb_benchmark *gb_arg(struct gb_benchmark *b, int64_t value);

/* Likewise with @nr arguments: "name/1/2".  @values is copied. */
struct gb_benchmark *gb_args(struct gb_benchmark *b, const int64_t *values,
			     size_t nr);

/* @low, @high, and the powers of the multiplier (8) between them. */
struct gb_benchmark *gb_range(struct gb_benchmark *b, int64_t low,
			      int64_t high);
struct gb_benchmark *gb_range_multiplier(struct gb_benchmark *b,
					 int multiplier);

/* @low, @low + @step, ... up to @high. */
struct gb_benchmark *gb_dense_range(struct gb_benchmark *b, int64_t low,
				    int64_t high, int step);

/* "name/size:1/segs:2"; as many names as there are arguments. */
struct gb_benchmark *gb_arg_names(struct gb_benchmark *b,
				  const char *const *names, size_t nr);

enum gb_unit { GB_NS, GB_US, GB_MS, GB_S };

struct gb_benchmark *gb_unit(struct gb_benchmark *b, enum gb_unit unit);

/**
 * gb_iterations - fix the number of iterations
 *
 * Overrides --benchmark_min_time; "/iterations:N" is added to the name.
 */
struct gb_benchmark *gb_iterations(struct gb_benchmark *b, int64_t n);

/* Overrides --benchmark_repetitions; "/repeats:N" is added to the name. */
struct gb_benchmark *gb_repetitions(struct gb_benchmark *b, int n);

/* How long to go on when the number of iterations is not fixed. */
struct gb_benchmark *gb_min_time(struct gb_benchmark *b, double seconds);

/* Judge by wall time instead of CPU time; "/real_time" is added. */
struct gb_benchmark *gb_real_time(struct gb_benchmark *b);

/**
 * gb_manual_time - take the time from the body instead of from a clock
 * @b: the benchmark
 * @iterations: how many there are
 *
 * "/manual_time" is added to the name.  The number of iterations has to be
 * fixed: the library goes on until the *reported* times add up to its minimum
 * (0.5 s), without its usual limit of five times that by the wall, which takes
 * hours where nanoseconds are reported for work that takes milliseconds.
 * cpu_time in the results is the caller's, and means nothing where the work
 * was done in the kernel's threads.
 */
struct gb_benchmark *gb_manual_time(struct gb_benchmark *b, int64_t iterations);

struct gb_benchmark *gb_threads(struct gb_benchmark *b, int threads);

/* ---- in the body */

/**
 * gb_keep_running - whether to do one more iteration
 *
 * The clock runs from the first call to the one that returns false.  A call
 * costs about 2 ns; where that matters, do a batch in each iteration and
 * report gb_items_processed().
 */
bool gb_keep_running(struct gb_state *s);

/* With gb_manual_time(): how long the iteration took.  Once in each. */
void gb_set_iteration_time(struct gb_state *s, double seconds);

/* Leave something in the middle of the loop out of the measured time. */
void gb_pause_timing(struct gb_state *s);
void gb_resume_timing(struct gb_state *s);

/* The @index-th argument; as many as were registered. */
int64_t gb_arg_value(const struct gb_state *s, size_t index);

/* Iterations so far; all of them after the loop. */
int64_t gb_iterations_done(const struct gb_state *s);

/* How many iterations this execution is going to have. */
int64_t gb_max_iterations(const struct gb_state *s);

int gb_thread_index(const struct gb_state *s);
int gb_thread_count(const struct gb_state *s);

/**
 * gb_skip - this execution failed
 * @why: a sentence; copied.  It becomes error_message in the JSON, with
 *       error_occurred, and the other benchmarks go on
 *
 * gb_keep_running() returns false from now on.  After the loop it may be
 * called as well.
 */
void gb_skip(struct gb_state *s, const char *why);

/* A remark beside the figures; copied. */
void gb_label(struct gb_state *s, const char *text);

/**
 * enum gb_counter_flags - what to do with a counter before it is shown
 * @GB_PLAIN: nothing
 * @GB_RATE: divide by the measured time
 * @GB_AVG_THREADS: divide by the number of threads
 * @GB_AVG_ITERATIONS: divide by the number of iterations
 * @GB_INVERT: 1 / that, at last
 *
 * May be combined with |.
 */
enum gb_counter_flags {
	GB_PLAIN = 0,
	GB_RATE = 1 << 0,
	GB_AVG_THREADS = 1 << 1,
	GB_AVG_ITERATIONS = 1 << 3,
	GB_INVERT = 1 << 30,
};

/**
 * gb_counter - report a quantity of one's own
 * @name: column of the console, key in the JSON; copied
 * @value: counters of several threads are added up
 * @flags: enum gb_counter_flags
 */
void gb_counter(struct gb_state *s, const char *name, double value,
		unsigned int flags);

/* Become items_per_second and bytes_per_second. */
void gb_items_processed(struct gb_state *s, int64_t items);
void gb_bytes_processed(struct gb_state *s, int64_t bytes);

/* ---- running */

/* Add a line to what is reported of the machine ("context" in the JSON). */
void gb_context(const char *key, const char *value);

/**
 * gb_initialize - take the library's flags out of a command line
 * @argc, @argv: of main(); what is left is the program's own
 * @help: prints what --help should, or NULL: the library's flags
 *
 * --help and a wrong --benchmark_ flag end the program, as they do elsewhere.
 */
void gb_initialize(int *argc, char **argv, void (*help)(void));

/* Print what --help says of the library's flags. */
void gb_help(void);

/**
 * gb_run - run what is registered and what --benchmark_filter lets through
 *
 * Return: how many benchmarks that were, those that failed included.
 */
size_t gb_run(void);

/* Free what is registered. */
void gb_shutdown(void);

/**
 * gb_main - all three, for a program without options of its own
 *
 * Return: the program's exit status; 1 for an argument that nobody knows.
 */
int gb_main(int *argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
