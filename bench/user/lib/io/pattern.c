// SPDX-License-Identifier: GPL-2.0-only
/* Self-describing blocks: header, then a keyed pseudo-random stream. */
#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "io/pattern.h"
#include "io/prng.h"

#define POISON	0xdb

/* Word @i of the stream that belongs to block @lba of run @seed. */
static uint64_t stream(uint64_t seed, uint64_t lba, size_t i)
{
	return dlab_mix64(seed ^ dlab_mix64(lba + 1) ^ i * 0x9e3779b97f4a7c15ULL);
}

static uint64_t sum_add(uint64_t sum, uint64_t word)
{
	sum = (sum ^ word) * 0x100000001b3ULL;
	return sum ^ sum >> 29;
}

/* Buffers may be aligned to 4 bytes only, hence memcpy() throughout. */
static uint64_t load(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static void fill_block(uint8_t *block, uint64_t lba, uint32_t block_bytes,
		       uint64_t seed)
{
	struct dlab_pattern_head head = {
		.magic = DLAB_PATTERN_MAGIC,
		.lba = lba,
		.seed = seed,
	};
	size_t i;

	for (i = sizeof(head); i < block_bytes; i += 8) {
		uint64_t word = stream(seed, lba, i);

		memcpy(block + i, &word, sizeof(word));
		head.sum = sum_add(head.sum, word);
	}
	memcpy(block, &head, sizeof(head));
}

void dlab_pattern_fill(void *buf, size_t bytes, uint64_t lba,
		       uint32_t block_bytes, uint64_t seed)
{
	uint8_t *block = buf;
	size_t at;

	for (at = 0; at < bytes; at += block_bytes)
		fill_block(block + at, lba++, block_bytes, seed);
}

void dlab_pattern_poison(void *buf, size_t bytes)
{
	memset(buf, POISON, bytes);
}

static size_t first_wrong(const uint8_t *block, uint64_t lba,
			  uint32_t block_bytes, uint64_t seed)
{
	size_t i, b;

	for (i = sizeof(struct dlab_pattern_head); i < block_bytes; i += 8) {
		uint64_t diff = load(block + i) ^ stream(seed, lba, i);

		for (b = 0; diff && b < 8; b++)
			if (((const uint8_t *)&diff)[b])
				return i + b;
	}
	return offsetof(struct dlab_pattern_head, sum);
}

static int check_block(const uint8_t *block, uint64_t lba, uint32_t block_bytes,
		       uint64_t seed, struct dlab_err *err)
{
	struct dlab_pattern_head head;
	uint64_t poison, sum = 0;
	size_t i;

	memcpy(&head, block, sizeof(head));
	memset(&poison, POISON, sizeof(poison));
	if (head.magic == poison)
		return dlab_fail(err, EBADMSG,
				 "block %" PRIu64 ": the read succeeded but nothing arrived in the buffer",
				 lba);
	if (head.magic != DLAB_PATTERN_MAGIC)
		return dlab_fail(err, EBADMSG,
				 "block %" PRIu64 ": begins with %016" PRIx64 ", which nobody wrote there",
				 lba, head.magic);
	if (head.seed != seed)
		return dlab_fail(err, EBADMSG,
				 "block %" PRIu64 ": holds what an earlier run wrote; the write did not arrive",
				 lba);
	if (head.lba != lba)
		return dlab_fail(err, EBADMSG,
				 "block %" PRIu64 ": holds block %" PRIu64,
				 lba, head.lba);
	for (i = sizeof(head); i < block_bytes; i += 8)
		sum = sum_add(sum, load(block + i));
	if (sum != head.sum)
		return dlab_fail(err, EBADMSG,
				 "block %" PRIu64 ": damaged from byte %zu on",
				 lba, first_wrong(block, lba, block_bytes, seed));
	return 0;
}

int dlab_pattern_check(const void *buf, size_t bytes, uint64_t lba,
		       uint32_t block_bytes, uint64_t seed,
		       struct dlab_err *err)
{
	const uint8_t *block = buf;
	size_t at;
	int ret;

	for (at = 0; at < bytes; at += block_bytes) {
		ret = check_block(block + at, lba++, block_bytes, seed, err);
		if (ret)
			return ret;
	}
	return 0;
}
