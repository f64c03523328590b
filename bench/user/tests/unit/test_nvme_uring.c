// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the I/O arrive where it should, and is it seen when it does not?  On a
 * file instead of a device; the passes are the same.
 */
#include <fcntl.h>
#include <liburing.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/blkdev.h"
#include "driver.h"
#include "io/pattern.h"
#include "test.h"
#include "io/uring.h"

#define BLOCK	512U
#define REGION	(256U << 10)
#define SEED	42

static struct dlab_err err;

/* ---- patterns */

static uint8_t *patterned(void *room, size_t blocks, uint64_t lba)
{
	/* as unaligned as NVMe allows */
	uint8_t *buf = (uint8_t *)room + 4;

	dlab_pattern_fill(buf, blocks * BLOCK, lba, BLOCK, SEED);
	return buf;
}

static void pattern_recognises_itself(void)
{
	uint64_t room[8 * BLOCK / 8 + 1];
	uint8_t *buf = patterned(room, 8, 1000);

	CHECK(dlab_pattern_check(buf, 8 * BLOCK, 1000, BLOCK, SEED, &err) == 0);
}

static void every_flipped_bit_is_seen(void)
{
	uint64_t room[BLOCK / 8 + 1];
	uint8_t *buf = patterned(room, 1, 3);

	for (size_t bit = 0; bit < BLOCK * 8; bit++) {
		buf[bit / 8] ^= 1 << bit % 8;
		CHECK(dlab_pattern_check(buf, BLOCK, 3, BLOCK, SEED, &err) ==
		      -EBADMSG);
		buf[bit / 8] ^= 1 << bit % 8;
	}
	CHECK(dlab_pattern_check(buf, BLOCK, 3, BLOCK, SEED, &err) == 0);
}

static void damage_is_located(void)
{
	uint64_t room[4 * BLOCK / 8 + 1];
	uint8_t *buf = patterned(room, 4, 16);

	buf[2 * BLOCK + 333] ^= 0x10;
	CHECK(dlab_pattern_check(buf, 4 * BLOCK, 16, BLOCK, SEED, &err) ==
	      -EBADMSG);
	CHECK_STR(err.text, "block 18: damaged from byte 333 on");
}

static void kinds_of_wrong_data_are_told_apart(void)
{
	uint64_t room[BLOCK / 8 + 1];
	uint8_t *buf = patterned(room, 1, 5);

	CHECK(dlab_pattern_check(buf, BLOCK, 6, BLOCK, SEED, &err) == -EBADMSG);
	CHECK_SAYS(err.text, "block 6: holds block 5");
	CHECK(dlab_pattern_check(buf, BLOCK, 5, BLOCK, SEED + 1, &err) ==
	      -EBADMSG);
	CHECK_SAYS(err.text, "earlier run");
	memset(buf, 0, BLOCK);
	CHECK(dlab_pattern_check(buf, BLOCK, 5, BLOCK, SEED, &err) == -EBADMSG);
	CHECK_SAYS(err.text, "nobody wrote");
	dlab_pattern_poison(buf, BLOCK);
	CHECK(dlab_pattern_check(buf, BLOCK, 5, BLOCK, SEED, &err) == -EBADMSG);
	CHECK_SAYS(err.text, "nothing arrived");
}

/* ---- passes over a file */

struct fixture {
	int fd;
	struct dlab_uring *u;
};

static bool have_io_uring(void)
{
	struct io_uring ring;
	int ret = io_uring_queue_init(1, &ring, 0);

	if (!ret)
		io_uring_queue_exit(&ring);
	return !ret;
}

static void open_file(struct fixture *f, struct dlab_uring_setup *s)
{
	char path[] = "/tmp/dlab-uring-XXXXXX";

	f->fd = mkstemp(path);
	unlink(path);
	CHECK(ftruncate(f->fd, REGION) == 0);
	s->fd = f->fd;
	s->block_bytes = BLOCK;
	s->region_bytes = REGION;
	f->u = NULL;
	CHECK(dlab_uring_open(&f->u, s, &err) == 0);
}

static void close_file(struct fixture *f)
{
	dlab_uring_close(f->u);
	close(f->fd);
}

static int checked_pass(struct fixture *f, bool write,
			enum dlab_uring_order order)
{
	struct dlab_uring_pass pass = {
		.write = write,
		.order = order,
		.check = true,
		.seed = SEED,
		.ios = dlab_uring_region_ios(f->u),
	};
	int ret = dlab_uring_run(f->u, &pass, &err);

	if (!ret)
		CHECK(pass.done == pass.ios);
	return ret;
}

static void what_is_written_is_read(void)
{
	static const struct dlab_uring_setup setups[] = {
		{ .io_bytes = 4096, .depth = 1, .batch = 1 },
		{ .io_bytes = 4096, .depth = 8, .batch = 1, .fixed = true },
		{ .io_bytes = 8192, .depth = 8, .batch = 8, .fixed = true },
		{ .io_bytes = 512, .depth = 3, .batch = 2, .offset_bytes = 4 },
		{ .io_bytes = 65536, .depth = 2, .batch = 1, .fixed = true,
		  .offset_bytes = 4092 },
	};

	for (size_t i = 0; i < sizeof(setups) / sizeof(setups[0]); i++) {
		struct dlab_uring_setup s = setups[i];
		struct fixture f;

		open_file(&f, &s);
		CHECK(checked_pass(&f, true, DLAB_URING_SCATTERED) == 0);
		CHECK(checked_pass(&f, false, DLAB_URING_SEQUENTIAL) == 0);
		CHECK(checked_pass(&f, false, DLAB_URING_SCATTERED) == 0);
		close_file(&f);
	}
}

static void planted_corruption_is_found(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 4, .batch = 1 };
	struct fixture f;
	uint8_t byte;

	open_file(&f, &s);
	CHECK(checked_pass(&f, true, DLAB_URING_SEQUENTIAL) == 0);
	CHECK(pread(f.fd, &byte, 1, 77 * BLOCK + 200) == 1);
	byte ^= 1;
	CHECK(pwrite(f.fd, &byte, 1, 77 * BLOCK + 200) == 1);
	CHECK(checked_pass(&f, false, DLAB_URING_SCATTERED) == -EBADMSG);
	CHECK_STR(err.text, "block 77: damaged from byte 200 on");
	close_file(&f);
}

static void misplaced_block_is_found(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 4, .batch = 1 };
	uint8_t block[BLOCK];
	struct fixture f;

	open_file(&f, &s);
	CHECK(checked_pass(&f, true, DLAB_URING_SEQUENTIAL) == 0);
	CHECK(pread(f.fd, block, BLOCK, 3 * BLOCK) == BLOCK);
	CHECK(pwrite(f.fd, block, BLOCK, 9 * BLOCK) == BLOCK);
	CHECK(checked_pass(&f, false, DLAB_URING_SEQUENTIAL) == -EBADMSG);
	CHECK_STR(err.text, "block 9: holds block 3");
	close_file(&f);
}

static void short_read_is_an_error(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 4, .batch = 4 };
	struct fixture f;

	open_file(&f, &s);
	CHECK(ftruncate(f.fd, REGION - 1000) == 0);
	CHECK(checked_pass(&f, false, DLAB_URING_SEQUENTIAL) == -EBADMSG);
	CHECK(ftruncate(f.fd, 0) == 0);
	CHECK(checked_pass(&f, false, DLAB_URING_SEQUENTIAL) == -EIO);
	CHECK_SAYS(err.text, "0 of 4096 bytes");
	close_file(&f);
}

static void failed_write_keeps_its_errno(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 2, .batch = 1,
				      .block_bytes = BLOCK,
				      .region_bytes = REGION };
	struct fixture f;

	f.fd = open("/dev/full", O_RDWR);
	s.fd = f.fd;
	CHECK(dlab_uring_open(&f.u, &s, &err) == 0);
	CHECK(checked_pass(&f, true, DLAB_URING_SEQUENTIAL) == -ENOSPC);
	CHECK_SAYS(err.text, "No space left");
	close_file(&f);
}

static void every_latency_is_counted(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 4, .batch = 2 };
	static struct dlab_hist lat;
	struct dlab_uring_pass pass = {
		.order = DLAB_URING_RANDOM,
		.ns = 5000000,
		.lat_ns = &lat,
	};
	struct fixture f;

	open_file(&f, &s);
	CHECK(dlab_uring_run(f.u, &pass, &err) == 0);
	CHECK(pass.done > 0);
	CHECK(lat.n == pass.done);
	CHECK(pass.took_ns >= pass.ns);
	close_file(&f);
}

static void count_burst(void *user)
{
	(*(unsigned int *)user)++;
}

static void bursts_are_as_deep_as_asked(void)
{
	struct dlab_uring_setup s = { .io_bytes = 4096, .depth = 8, .batch = 1 };
	unsigned int bursts = 0;
	struct dlab_spin spin;
	struct dlab_uring_pass pass = {
		.order = DLAB_URING_RANDOM,
		.ios = 80,
		.spin = &spin,
		.on_burst = count_burst,
		.user = &bursts,
	};
	struct fixture f;

	dlab_spin_init(&spin);
	open_file(&f, &s);
	CHECK(dlab_uring_run(f.u, &pass, &err) == 0);
	CHECK(pass.done == 80);
	CHECK(bursts == 10);
	close_file(&f);
}

/* ---- devices */

static void namespace_format_is_read(void)
{
	uint8_t id[4096] = { [1] = 1, [26] = 0x21, [128 + 4 * 17 + 2] = 12 };
	uint32_t block_bytes;
	uint64_t bytes;

	CHECK(dlab_nvme_format(id, &block_bytes, &bytes, &err) == 0);
	CHECK(block_bytes == 4096);
	CHECK(bytes == 256 * 4096);
	id[128 + 4 * 17] = 8;
	CHECK(dlab_nvme_format(id, &block_bytes, &bytes, &err) == -EOPNOTSUPP);
	CHECK_SAYS(err.text, "8 bytes of metadata");
	id[128 + 4 * 17] = 0;
	id[128 + 4 * 17 + 2] = 63;
	CHECK(dlab_nvme_format(id, &block_bytes, &bytes, &err) == -EOPNOTSUPP);
}

static void only_block_devices_are_opened(void)
{
	struct dlab_blkdev dev;

	CHECK(dlab_blkdev_open(&dev, "/dev/null", &err) < 0);
	CHECK(dlab_blkdev_open(&dev, "/dev/dlab-none", &err) == -ENOENT);
	CHECK_SAYS(err.text, "/dev/dlab-none does not exist");
	CHECK(dlab_blkdev_open_char(&dev, "/dev/null", &err) == -ENOTTY);
	CHECK_SAYS(err.text, "no NVMe generic character device");
}

/* ---- the driver's keys */

static void no_device_means_skip(void)
{
	static const struct dlab_machine machine = { .nvme_blk = NULL };
	const struct dlab_driver *d = dlab_driver_find("nvme_uring");

	CHECK(d->setup(&machine, &err) == -ENODEV);
	CHECK_SAYS(err.text, "config.local");
}

/* A case with the keys that have no default, and one more. */
static enum dlab_status run_with(const struct dlab_machine *machine,
				 const char *key, const char *value)
{
	struct dlab_param params[] = {
		{ (char *)key, (char *)value },
		{ "rw", "randread" },
		{ "size", "4k" },
	};
	const struct dlab_case c = {
		.id = "io/test",
		.driver = "nvme_uring",
		.kind = DLAB_TIME,
		.params = params,
		.nr_params = 3,
	};
	const struct dlab_driver *d = dlab_driver_find("nvme_uring");

	CHECK(d->setup(machine, &err) == 0);
	return d->run(&c, NULL, &err);
}

static void wrong_values_are_named(void)
{
	static const struct dlab_machine machine = { .nvme_blk = "/dev/none" };
	static const char *const wrong[][2] = {
		{ "rw", "rewrite" },	{ "rw", "rand" },
		{ "engine", "aio" },	{ "mem", "huge" },
		{ "size", "511" },	{ "depth", "0" },
		{ "depth", "1025" },	{ "batch", "2" },
		{ "offset", "6" },	{ "offset", "4096" },
		{ "region", "2k" },	{ "verify", "2" },
		{ "reps", "101" },	{ "runtime_ms", "0" },
		{ "cost_ios", "many" },
	};

	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		CHECK(run_with(&machine, wrong[i][0], wrong[i][1]) ==
		      DLAB_FAIL);
		CHECK_SAYS(err.text, wrong[i][0]);
		CHECK_SAYS(err.text, "io/test");
	}
}

static void only_named_devices_are_touched(void)
{
	static const struct dlab_machine blk = { .nvme_blk = "/dev/dlab-b" };
	static const struct dlab_machine chr = { .nvme_char = "/dev/dlab-c" };

	CHECK(run_with(&blk, "engine", "direct") == DLAB_FAIL);
	CHECK_SAYS(err.text, "/dev/dlab-b does not exist");
	CHECK(run_with(&blk, "engine", "passthrough") == DLAB_SKIP);
	CHECK_SAYS(err.text, "nvme_char");
	CHECK(run_with(&chr, "engine", "passthrough") == DLAB_FAIL);
	CHECK_SAYS(err.text, "/dev/dlab-c does not exist");
	CHECK(run_with(&chr, "engine", "direct") == DLAB_SKIP);
	CHECK_SAYS(err.text, "nvme_blk");
}

int main(void)
{
	RUN(pattern_recognises_itself);
	RUN(every_flipped_bit_is_seen);
	RUN(damage_is_located);
	RUN(kinds_of_wrong_data_are_told_apart);
	RUN(namespace_format_is_read);
	RUN(only_block_devices_are_opened);
	RUN(no_device_means_skip);
	RUN(wrong_values_are_named);
	RUN(only_named_devices_are_touched);
	if (!have_io_uring()) {
		SKIP(what_is_written_is_read, "no io_uring here");
		return test_end();
	}
	RUN(what_is_written_is_read);
	RUN(planted_corruption_is_found);
	RUN(misplaced_block_is_found);
	RUN(short_read_is_an_error);
	RUN(failed_write_keeps_its_errno);
	RUN(every_latency_is_counted);
	RUN(bursts_are_as_deep_as_asked);
	return test_end();
}
