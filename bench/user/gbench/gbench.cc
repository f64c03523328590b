// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does C reach Google Benchmark?  Every function of gbench.h forwards to
 * the library; nothing is kept here.  The only C++ of the project.
 */
#include <benchmark/benchmark.h>

#include "gbench.h"

/* its class has moved between namespaces in the course of versions */
using Benchmark = std::remove_pointer_t<decltype(benchmark::RegisterBenchmark(
	"", static_cast<void (*)(benchmark::State &)>(nullptr)))>;

struct gb_state {
	benchmark::State &state;
};

static Benchmark *real(gb_benchmark *b)
{
	return reinterpret_cast<Benchmark *>(b);
}

static gb_benchmark *handle(Benchmark *b)
{
	return reinterpret_cast<gb_benchmark *>(b);
}

gb_benchmark *gb_register(const char *name, gb_fn fn, void *user)
{
	auto body = [fn, user](benchmark::State &state) {
		gb_state s = { state };

		fn(&s, user);
	};

	return handle(benchmark::RegisterBenchmark(name, body));
}

gb_benchmark *gb_arg(gb_benchmark *b, int64_t value)
{
	return handle(real(b)->Arg(value));
}

gb_benchmark *gb_args(gb_benchmark *b, const int64_t *values, size_t nr)
{
	return handle(real(b)->Args({ values, values + nr }));
}

gb_benchmark *gb_range(gb_benchmark *b, int64_t low, int64_t high)
{
	return handle(real(b)->Range(low, high));
}

gb_benchmark *gb_range_multiplier(gb_benchmark *b, int multiplier)
{
	return handle(real(b)->RangeMultiplier(multiplier));
}

gb_benchmark *gb_dense_range(gb_benchmark *b, int64_t low, int64_t high,
			     int step)
{
	return handle(real(b)->DenseRange(low, high, step));
}

gb_benchmark *gb_arg_names(gb_benchmark *b, const char *const *names, size_t nr)
{
	return handle(real(b)->ArgNames({ names, names + nr }));
}

gb_benchmark *gb_unit(gb_benchmark *b, enum gb_unit unit)
{
	static const benchmark::TimeUnit units[] = {
		benchmark::kNanosecond,
		benchmark::kMicrosecond,
		benchmark::kMillisecond,
		benchmark::kSecond,
	};

	return handle(real(b)->Unit(units[unit]));
}

gb_benchmark *gb_iterations(gb_benchmark *b, int64_t n)
{
	return handle(real(b)->Iterations(n));
}

gb_benchmark *gb_repetitions(gb_benchmark *b, int n)
{
	return handle(real(b)->Repetitions(n));
}

gb_benchmark *gb_min_time(gb_benchmark *b, double seconds)
{
	return handle(real(b)->MinTime(seconds));
}

gb_benchmark *gb_real_time(gb_benchmark *b)
{
	return handle(real(b)->UseRealTime());
}

gb_benchmark *gb_manual_time(gb_benchmark *b, int64_t iterations)
{
	return handle(real(b)->UseManualTime()->Iterations(iterations));
}

gb_benchmark *gb_threads(gb_benchmark *b, int threads)
{
	return handle(real(b)->Threads(threads));
}

bool gb_keep_running(gb_state *s)
{
	return s->state.KeepRunning();
}

void gb_set_iteration_time(gb_state *s, double seconds)
{
	s->state.SetIterationTime(seconds);
}

void gb_pause_timing(gb_state *s)
{
	s->state.PauseTiming();
}

void gb_resume_timing(gb_state *s)
{
	s->state.ResumeTiming();
}

int64_t gb_arg_value(const gb_state *s, size_t index)
{
	return s->state.range(index);
}

int64_t gb_iterations_done(const gb_state *s)
{
	return s->state.iterations();
}

int64_t gb_max_iterations(const gb_state *s)
{
	return s->state.max_iterations;
}

int gb_thread_index(const gb_state *s)
{
	return s->state.thread_index();
}

int gb_thread_count(const gb_state *s)
{
	return s->state.threads();
}

void gb_skip(gb_state *s, const char *why)
{
	s->state.SkipWithError(why);
}

void gb_label(gb_state *s, const char *text)
{
	s->state.SetLabel(text);
}

void gb_counter(gb_state *s, const char *name, double value, unsigned int flags)
{
	unsigned int theirs = benchmark::Counter::kDefaults;

	if (flags & GB_RATE)
		theirs |= benchmark::Counter::kIsRate;
	if (flags & GB_AVG_THREADS)
		theirs |= benchmark::Counter::kAvgThreads;
	if (flags & GB_AVG_ITERATIONS)
		theirs |= benchmark::Counter::kAvgIterations;
	if (flags & GB_INVERT)
		theirs |= static_cast<unsigned int>(benchmark::Counter::kInvert);
	s->state.counters[name] = benchmark::Counter(
		value, static_cast<benchmark::Counter::Flags>(theirs));
}

void gb_items_processed(gb_state *s, int64_t items)
{
	s->state.SetItemsProcessed(items);
}

void gb_bytes_processed(gb_state *s, int64_t bytes)
{
	s->state.SetBytesProcessed(bytes);
}

void gb_context(const char *key, const char *value)
{
	benchmark::AddCustomContext(key, value);
}

void gb_initialize(int *argc, char **argv, void (*help)(void))
{
	benchmark::Initialize(argc, argv,
			      help ? help : benchmark::PrintDefaultHelp);
	/* the library moves what is left down and forgets the end */
	argv[*argc] = nullptr;
}

void gb_help(void)
{
	benchmark::PrintDefaultHelp();
}

size_t gb_run(void)
{
	return benchmark::RunSpecifiedBenchmarks();
}

void gb_shutdown(void)
{
	benchmark::ClearRegisteredBenchmarks();
	benchmark::Shutdown();
}

int gb_main(int *argc, char **argv)
{
	gb_initialize(argc, argv, nullptr);
	if (benchmark::ReportUnrecognizedArguments(*argc, argv))
		return 1;
	gb_run();
	gb_shutdown();
	return 0;
}
