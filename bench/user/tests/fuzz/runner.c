// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does any input crash a parser?  Mutates the seeds for a bounded time, from a
 * fixed state of the random numbers, and keeps what reaches new code (the
 * fuzzer is built with -fsanitize-coverage=trace-pc, this file is not).
 *
 *   fuzz_<name> SECONDS [FILE...]     fuzz; files are further seeds
 *   fuzz_<name> 0 FILE...             run files once, such as a crash
 *
 * The input at hand is in fuzz_<name>.input next to the program, so that it is
 * there when the program dies; more than 20 s on one input is a failure, too.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "fuzz.h"

#define MAX_INPUT 65536
#define MAX_CORPUS 8192
#define MAP_SIZE 65536
#define PATIENCE_S 20

struct input {
	uint8_t *data;
	size_t size;
};

/* In the file: the size, then the bytes. */
struct at_hand {
	uint64_t size;
	uint8_t data[MAX_INPUT];
};

static struct input corpus[MAX_CORPUS];
static size_t nr_corpus;
static uint8_t seen[MAP_SIZE];
static size_t nr_seen;
static uintptr_t last_pc;
static bool is_new;
static struct at_hand *at_hand;
static uint64_t state = 0x20261120;

void __sanitizer_cov_trace_pc(void);

/* Called on every edge of the instrumented code. */
void __sanitizer_cov_trace_pc(void)
{
	uintptr_t pc = (uintptr_t)__builtin_return_address(0);
	size_t edge = (pc ^ (last_pc >> 1)) % MAP_SIZE;

	last_pc = pc;
	if (!seen[edge]) {
		seen[edge] = 1;
		nr_seen++;
		is_new = true;
	}
}

static uint64_t random_below(uint64_t n)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return state * 0x2545F4914F6CDD1DULL % n;
}

static void keep(const uint8_t *data, size_t size)
{
	struct input *in = &corpus[nr_corpus];

	if (nr_corpus == MAX_CORPUS || size > MAX_INPUT)
		return;
	in->data = malloc(size + 1);
	if (!in->data)
		abort();
	memcpy(in->data, data, size);
	in->size = size;
	nr_corpus++;
}

/*
 * Hands over a copy of exactly the size, so that ASan sees a byte too far; the
 * parsers' own buffers are theirs.
 */
static void run_one(const uint8_t *data, size_t size)
{
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		abort();
	memcpy(copy, data, size);
	at_hand->size = size;
	memcpy(at_hand->data, data, size);
	last_pc = 0;
	alarm(PATIENCE_S);
	LLVMFuzzerTestOneInput(copy, size);
	alarm(0);
	free(copy);
}

/* ---- mutations: each changes @in, which has room for MAX_INPUT bytes */

static void flip_bit(struct input *in)
{
	in->data[random_below(in->size)] ^= (uint8_t)(1 << random_below(8));
}

static void set_byte(struct input *in)
{
	static const char bytes[] = "\t\n\0 ,x=[]{}\":;#.-+e019\xff\x7f";

	in->data[random_below(in->size)] =
		(uint8_t)bytes[random_below(sizeof(bytes))];
}

static void insert(struct input *in, size_t at, const void *what, size_t size)
{
	if (in->size + size > MAX_INPUT)
		return;
	memmove(in->data + at + size, in->data + at, in->size - at);
	memcpy(in->data + at, what, size);
	in->size += size;
}

static void insert_word(struct input *in)
{
	static const char *const words[] = {
		"0",
		"-1",
		"x",
		"1e308",
		"nan",
		"inf",
		"0x10",
		"\t",
		"\n",
		"18446744073709551616",
		"4503599627370496",
		"null",
		"true",
		"\"\"",
		"[]",
		"{}",
		"\\u0000",
		"\\",
		"@",
		"2147483648",
	};
	const char *w = words[random_below(sizeof(words) / sizeof(*words))];

	insert(in, random_below(in->size + 1), w, strlen(w));
}

static void erase(struct input *in)
{
	size_t at = random_below(in->size);
	size_t n = 1 + random_below(in->size - at);

	if (n > 64)
		n = 1 + n % 64;
	memmove(in->data + at, in->data + at + n, in->size - at - n);
	in->size -= n;
}

static void cut(struct input *in)
{
	in->size = random_below(in->size + 1);
}

/* A piece of the same or another input, moved here. */
static void transplant(struct input *in)
{
	const struct input *from = &corpus[random_below(nr_corpus)];
	uint8_t piece[256];
	size_t at, n;

	if (!from->size)
		return;
	at = random_below(from->size);
	n = 1 + random_below(from->size - at);
	if (n > sizeof(piece))
		n = sizeof(piece);
	memcpy(piece, from->data + at, n);
	insert(in, random_below(in->size + 1), piece, n);
}

static void mutate(struct input *in)
{
	static void (*const ways[])(struct input *) = {
		flip_bit, set_byte, insert_word, erase, transplant, cut,
	};

	for (uint64_t n = 1 + random_below(8); n; n--) {
		/* cutting off most of an input is rarely of use */
		size_t way = random_below(6 * 8 - 7) / 8;

		if (in->size || ways[way] == insert_word ||
		    ways[way] == transplant)
			ways[way](in);
	}
}

static void load_file(const char *path)
{
	static uint8_t buf[MAX_INPUT];
	FILE *f = fopen(path, "rb");

	if (!f) {
		fprintf(stderr, "%s: %s\n", path, strerror(errno));
		exit(2);
	}
	keep(buf, fread(buf, 1, sizeof(buf), f));
	fclose(f);
}

static void open_at_hand(const char *program)
{
	char path[4096];
	int fd;

	snprintf(path, sizeof(path), "%s.input", program);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, sizeof(*at_hand))) {
		perror(path);
		exit(2);
	}
	at_hand = mmap(NULL, sizeof(*at_hand), PROT_READ | PROT_WRITE,
		       MAP_SHARED, fd, 0);
	close(fd);
	if (at_hand == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
}

static double now_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static unsigned long fuzz_for(double seconds)
{
	static uint8_t buf[MAX_INPUT];
	double end = now_s() + seconds;
	unsigned long runs = 0;

	while (now_s() < end) {
		const struct input *from = &corpus[random_below(nr_corpus)];
		struct input in = { .data = buf, .size = from->size };

		memcpy(buf, from->data, from->size);
		mutate(&in);
		is_new = false;
		run_one(in.data, in.size);
		if (is_new)
			keep(in.data, in.size);
		runs++;
	}
	return runs;
}

int main(int argc, char **argv)
{
	unsigned long runs;
	char *end;
	double seconds;
	size_t given;

	if (argc < 2 || (seconds = strtod(argv[1], &end), *end)) {
		fprintf(stderr, "usage: %s SECONDS [FILE...]\n", argv[0]);
		return 2;
	}
	open_at_hand(argv[0]);
	for (size_t i = 0; fuzz_seeds && fuzz_seeds[i]; i++)
		keep((const uint8_t *)fuzz_seeds[i], strlen(fuzz_seeds[i]));
	for (int i = 2; i < argc; i++)
		load_file(argv[i]);
	keep((const uint8_t *)"", 0);
	given = nr_corpus;
	for (size_t i = 0; i < given; i++)
		run_one(corpus[i].data, corpus[i].size);
	runs = fuzz_for(seconds);
	printf("%s: %lu inputs, %zu edges, %zu of interest, no crash\n",
	       strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0],
	       runs + given, nr_seen, nr_corpus - given);
	for (size_t i = 0; i < nr_corpus; i++)
		free(corpus[i].data);
	return 0;
}
