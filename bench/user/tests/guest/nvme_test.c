// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the right data arrive through nvme-pci, however requests are made and
 * mapped?
 *
 * Runs as root in a guest without nvme.ko, on a controller with three
 * namespaces of 512-byte blocks: plain; 8 bytes of separate metadata with T10
 * protection information of type 1; 8 bytes of separate metadata.  They are
 * OVERWRITTEN.  The driver is loaded anew with each set of parameters below.
 * Prints KTAP; exits 0 when everything passed, 1 when something failed.
 */
#include <endian.h>
#include <glob.h>
#include <liburing.h>
#include <linux/nvme_ioctl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>

#include "guest_test.h"

#define PARAMETERS	"/sys/module/nvme/parameters/"
#define BOUNDARY	4095

#define BLOCK		512u
#define PAGE		4096u
#define LINE		64u
#define MAX_PIECES	1024
#define BUF_BYTES	(8u << 20)
#define LBAS		60000u
#define TUPLE		8u
#define POISON		0xee
#define WAIT_S		10

enum { NVME_WRITE = 1, NVME_READ = 2 };

/* namespaces, as vm.c makes them */
enum { PLAIN, PI, META, NR_NS };

static int blk[NR_NS], chr[NR_NS];
static char sysfs[NR_NS][32];
static uint8_t *buf;		/* pages that a transfer is scattered over */
static uint8_t *want, *got;	/* its bytes in a row */

/* ---- what the driver is loaded with ---- */

struct setting {
	const char *name;
	const char *params;
	bool gaps;		/* the queue lets them through */
};

static const struct setting settings[] = {
	{ "streamed", "", true },
	{ "streamed, PRP", "hide_sgl=1", false },
	{ "streamed, sgl_threshold=0", "sgl_threshold=0", false },
	{ "scatterlist", "dma_path=sg", false },
	{ "scatterlist, PRP", "dma_path=sg hide_sgl=1", false },
};

#define NR_SETTINGS	(sizeof(settings) / sizeof(settings[0]))

static const struct setting *now;

static int load_module(const char *name, const char *params)
{
	char path[64];
	int f, err = 0;

	snprintf(path, sizeof(path), "/lib/modules/%s.ko", name);
	f = open(path, O_RDONLY | O_CLOEXEC);
	if (f < 0)
		return errno;
	if (syscall(SYS_finit_module, f, params, 0))
		err = errno;
	close(f);
	return err;
}

/* The driver scans for namespaces after it has been loaded, in any order. */
static int find_ns(int ns)
{
	struct timespec tick = { .tv_nsec = 10000000 };
	char path[64], text[16];

	for (int i = 0; i < WAIT_S * 100; i++) {
		for (int n = 1; n <= NR_NS; n++) {
			snprintf(path, sizeof(path), "/sys/block/nvme0n%d/nsid",
				 n);
			if (read_file(path, text, sizeof(text)) &&
			    atoi(text) == ns + 1)
				return n;
		}
		nanosleep(&tick, NULL);
	}
	fail("there is no namespace %d", ns + 1);
	return 0;
}

/* devtmpfs has it a moment later than sysfs */
static int open_soon(const char *fmt, int n, int flags)
{
	struct timespec tick = { .tv_nsec = 10000000 };
	char path[64];
	int f = -1;

	snprintf(path, sizeof(path), fmt, n);
	for (int i = 0; n && f < 0 && i < WAIT_S * 100; i++) {
		f = open(path, O_RDWR | O_CLOEXEC | flags);
		if (f < 0)
			nanosleep(&tick, NULL);
	}
	expect(f >= 0);
	return f;
}

static int dma_errors(void)
{
	char text[32] = "0";

	read_file("/sys/kernel/debug/dma-api/error_count", text, sizeof(text));
	return atoi(text);
}

static int dma_errors_before;

static void test_driver_loads(void)
{
	dma_errors_before = dma_errors();
	expect_errno(0, load_module("nvme", now->params));
	for (int ns = 0; ns < NR_NS; ns++) {
		int n = failed ? 0 : find_ns(ns);

		blk[ns] = open_soon("/dev/nvme0n%d", n, O_DIRECT);
		chr[ns] = open_soon("/dev/ng0n%d", n, 0);
		snprintf(sysfs[ns], sizeof(sysfs[ns]), "/sys/block/nvme0n%d",
			 n);
	}
}

/* Whoever leaves something mapped is told on by CONFIG_DMA_API_DEBUG. */
static void test_driver_unloads(void)
{
	for (int ns = 0; ns < NR_NS; ns++) {
		close(blk[ns]);
		close(chr[ns]);
	}
	expect(!syscall(SYS_delete_module, "nvme", O_NONBLOCK));
	expect(dma_errors() == dma_errors_before);
}

/* ---- data ---- */

static uint64_t state = 88172645463325252ULL;

static uint32_t rnd(uint32_t below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state >> 16) % below;
}

static size_t round_up(size_t n, size_t unit)
{
	return (n + unit - 1) / unit * unit;
}

static void fill_random(uint8_t *p, size_t bytes)
{
	for (size_t i = 0; i < bytes; i += sizeof(uint32_t)) {
		uint32_t word = rnd(UINT32_MAX);

		memcpy(p + i, &word, sizeof(word));
	}
}

/* To or from a row of bytes. */
static void copy(uint8_t *row, const struct iovec *v, int nr, bool scatter)
{
	for (int i = 0; i < nr; i++) {
		if (scatter)
			memcpy(v[i].iov_base, row, v[i].iov_len);
		else
			memcpy(row, v[i].iov_base, v[i].iov_len);
		row += v[i].iov_len;
	}
}

static size_t bytes_of(const struct iovec *v, int nr)
{
	size_t bytes = 0;

	while (nr--)
		bytes += v[nr].iov_len;
	return bytes;
}

static void poison(void)
{
	memset(buf, POISON, BUF_BYTES);
}

static bool is_poison(const uint8_t *from, const uint8_t *to)
{
	return from == to ||
	       (*from == POISON && !memcmp(from, from + 1, to - from - 1));
}

/* What lies between the pieces is as it was. */
static bool neighbours_untouched(const struct iovec *v, int nr)
{
	const uint8_t *at = buf;

	for (int i = 0; i < nr; i++) {
		if (!is_poison(at, v[i].iov_base))
			return false;
		at = (uint8_t *)v[i].iov_base + v[i].iov_len;
	}
	return is_poison(at, buf + BUF_BYTES);
}

/* Writes what @v then holds: the same bytes as @want. */
static size_t new_data(const struct iovec *v, int nr)
{
	size_t bytes = bytes_of(v, nr);

	fill_random(want, bytes);
	copy(want, v, nr, true);
	return bytes;
}

static void expect_data(const struct iovec *v, int nr)
{
	copy(got, v, nr, false);
	expect(!memcmp(got, want, bytes_of(v, nr)));
	expect(neighbours_untouched(v, nr));
}

/* ---- commands ---- */

/* 0, an errno, or the controller's status */
static int passthrough(int ns, int opcode, const struct iovec *v, int nr,
		       uint32_t lba, void *meta)
{
	size_t bytes = bytes_of(v, nr);
	bool vec = nr > 1 || rnd(2);
	struct nvme_passthru_cmd64 c = {
		.opcode = opcode,
		.nsid = ns + 1,
		.addr = vec ? (uintptr_t)v : (uintptr_t)v->iov_base,
		.metadata = (uintptr_t)meta,
		.metadata_len = meta ? bytes / BLOCK * TUPLE : 0,
		.cdw10 = lba,
		.cdw12 = bytes / BLOCK - 1,
	};
	int ret;

	if (vec)
		c.vec_cnt = nr;
	else
		c.data_len = bytes;
	ret = ioctl(chr[ns],
		    vec ? NVME_IOCTL_IO64_CMD_VEC : NVME_IOCTL_IO64_CMD, &c);
	return ret < 0 ? errno : ret;
}

/* one command; 0, an errno, or the controller's status */
static int ring_command(struct io_uring *ring, int opcode, struct iovec *v,
			int nr, uint32_t lba, bool fixed)
{
	size_t bytes = bytes_of(v, nr);
	struct nvme_uring_cmd c = {
		.opcode = opcode,
		.nsid = PLAIN + 1,
		.addr = (uintptr_t)(nr > 1 ? (void *)v : v->iov_base),
		.data_len = nr > 1 ? (size_t)nr : bytes,
		.cdw10 = lba,
		.cdw12 = bytes / BLOCK - 1,
	};
	struct io_uring_sqe *sqe = io_uring_get_sqe(ring);
	struct io_uring_cqe *cqe;
	int ret;

	if (!sqe)
		return EBUSY;
	/* of 128 bytes */
	memset(sqe, 0, 2 * sizeof(*sqe));
	sqe->fd = chr[PLAIN];
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->cmd_op = nr > 1 ? NVME_URING_CMD_IO_VEC : NVME_URING_CMD_IO;
	if (fixed)
		sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
	memcpy(sqe->cmd, &c, sizeof(c));
	ret = io_uring_submit_and_wait(ring, 1);
	if (ret == 1)
		ret = io_uring_wait_cqe(ring, &cqe);
	if (ret)
		return -ret;
	ret = cqe->res;
	io_uring_cqe_seen(ring, cqe);
	return ret < 0 ? -ret : ret;
}

static int command(struct io_uring *ring, int opcode, struct iovec *v, int nr,
		   uint32_t lba, bool fixed)
{
	return ring ? ring_command(ring, opcode, v, nr, lba, fixed) :
		      passthrough(PLAIN, opcode, v, nr, lba, NULL);
}

/* @nr pieces of @len bytes, each in a page of its own and at @offset in it */
static void pieces_in_pages(struct iovec *v, int nr, size_t len, size_t offset)
{
	for (int i = 0; i < nr; i++)
		v[i] = (struct iovec){ buf + i * PAGE + offset, len };
}

/* What is written by @ring, or without one by ioctl(), is read back so. */
static void there_and_back(struct io_uring *ring, struct iovec *v, int nr,
			   bool fixed)
{
	uint32_t lba = rnd(LBAS - 256);
	size_t bytes;

	if (failed)
		return;
	poison();
	bytes = new_data(v, nr);
	expect_errno(0, command(ring, NVME_WRITE, v, nr, lba, fixed));
	expect(pread(blk[PLAIN], got, bytes, lba * BLOCK) == (ssize_t)bytes);
	expect(!memcmp(got, want, bytes));
	poison();
	expect_errno(0, command(ring, NVME_READ, v, nr, lba, fixed));
	expect_data(v, nr);
	if (failed)
		printf("# %d pieces, %zu bytes, at %zu in a page%s\n", nr, bytes,
		       (size_t)v->iov_base % PAGE, fixed ? ", registered" : "");
}

static void vectored(int nr, size_t len, size_t offset)
{
	struct iovec v[MAX_PIECES];

	pieces_in_pages(v, nr, len, offset);
	there_and_back(NULL, v, nr, false);
}

/* Behind an IOMMU a transfer is 128K at most, which is 33 pages at most. */
static void test_vectored_passthrough(void)
{
	static const int counts[] = { 1, 33, 34, 128, 256 };

	for (size_t i = 0; i < sizeof(counts) / sizeof(*counts); i++) {
		vectored(counts[i], BLOCK, 0);
		vectored(counts[i], BLOCK, 4 * rnd((PAGE - BLOCK) / 4));
	}
}

/* More pieces than a list has entries. */
static void test_more_pieces_than_segments(void)
{
	vectored(258, 256, 64);
	vectored(1024, 128, 0);
	vectored(1024, 4, 8);
}

/**
 * struct shape - what random pieces look like
 * @unit: they have 1 to 16 of these
 * @align: they start at multiples of this
 */
struct shape {
	size_t unit, align;
};

/* pages leave no gaps that PRPs mind */
static const struct shape pages_only = { PAGE, PAGE };
static const struct shape blocks = { BLOCK, BLOCK };
static const struct shape anywhere = { BLOCK, 4 };

/*
 * No two pieces are in one cache line: in a request each, that would be an
 * overlap to CONFIG_DMA_API_DEBUG.
 */
static int random_pieces(struct iovec *v, size_t total, struct shape shape)
{
	size_t at = 0;
	int nr = 0;

	while (total) {
		size_t len = shape.unit * (1 + rnd(16));

		if (len > total)
			len = total;
		at = round_up(round_up(at, LINE), shape.align);
		at += shape.align * rnd(2 * PAGE / shape.align);
		v[nr++] = (struct iovec){ buf + at, len };
		at += len;
		total -= len;
	}
	return nr;
}

static void block_io(int ns, size_t bytes, struct shape shape)
{
	off_t at = (off_t)BLOCK * rnd(LBAS - bytes / BLOCK);
	struct iovec v[MAX_PIECES];
	int nr;

	if (failed)
		return;
	poison();
	nr = random_pieces(v, bytes, shape);
	new_data(v, nr);
	expect(pwritev(blk[ns], v, nr, at) == (ssize_t)bytes);
	poison();
	nr = random_pieces(v, bytes, shape);
	expect(preadv(blk[ns], v, nr, at) == (ssize_t)bytes);
	expect_data(v, nr);
	if (failed)
		printf("# %zu bytes in %d pieces at multiples of %zu, from %lld on\n",
		       bytes, nr, shape.align, (long long)at);
}

static void test_block_io_with_gaps(void)
{
	for (int i = 0; i < 20; i++)
		block_io(PLAIN, BLOCK * (1 + rnd(500)), i % 2 ? anywhere : pages_only);
}

/* ---- passthrough by io_uring: vectors, and registered buffers ---- */

static void test_ring_passthrough(void)
{
	static const size_t offsets[] = { 0, 4, BLOCK, PAGE - 4 };
	struct iovec all = { buf, BUF_BYTES }, v[256];
	struct io_uring ring;

	expect_errno(0, -io_uring_queue_init(2, &ring, IORING_SETUP_SQE128 |
						       IORING_SETUP_CQE32));
	if (failed)
		return;
	expect_errno(0, -io_uring_register_buffers(&ring, &all, 1));
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		for (int fixed = 0; fixed < 2; fixed++) {
			v[0] = (struct iovec){ buf + offsets[i], 200 * BLOCK };
			there_and_back(&ring, v, 1, fixed);
		}
		pieces_in_pages(v, 33, BLOCK, offsets[i] % (PAGE - BLOCK));
		there_and_back(&ring, v, 33, false);
		pieces_in_pages(v, 256, BLOCK, offsets[i] % (PAGE - BLOCK));
		there_and_back(&ring, v, 256, false);
	}
	io_uring_queue_exit(&ring);
}

/* ---- memory of the controller and of the host in one transfer ---- */

#define PEER_BYTES	(64u << 10)

static uint8_t *peer_memory(int *f)
{
	void *p;

	*f = open("/sys/bus/pci/devices/0000:02:00.0/p2pmem/allocate",
		  O_RDWR | O_CLOEXEC);
	if (*f < 0)
		return NULL;
	p = mmap(NULL, PEER_BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, *f, 0);
	return p == MAP_FAILED ? NULL : p;
}

/* every @every-th piece is the controller's */
static void mixed(uint8_t *peer, int nr, size_t len, int every)
{
	off_t at = (off_t)BLOCK * rnd(LBAS - 256);
	struct iovec v[16];
	size_t bytes;

	if (failed)
		return;
	poison();
	memset(peer, POISON, PEER_BYTES);
	for (int i = 0; i < nr; i++)
		v[i] = (struct iovec){ (i % every ? buf : peer) + i * PAGE, len };
	bytes = new_data(v, nr);
	expect(pwritev(blk[PLAIN], v, nr, at) == (ssize_t)bytes);
	expect(pread(blk[PLAIN], got, bytes, at) == (ssize_t)bytes);
	expect(!memcmp(got, want, bytes));
	poison();
	memset(peer, POISON, PEER_BYTES);
	expect(preadv(blk[PLAIN], v, nr, at) == (ssize_t)bytes);
	copy(got, v, nr, false);
	expect(!memcmp(got, want, bytes));
	/* what is not a piece is as it was, on either side */
	for (int i = 0; i < nr; i++)
		expect(is_poison((i % every ? peer : buf) + i * PAGE,
				 (i % every ? peer : buf) + (i + 1) * PAGE));
	if (failed)
		printf("# %d pieces of %zu, every %dth the controller's\n", nr,
		       len, every);
}

static void test_peer_memory_and_ram_in_one_buffer(void)
{
	uint8_t *peer;
	int f;

	peer = peer_memory(&f);
	expect(peer);
	if (!peer)
		return;
	mixed(peer, 16, PAGE, 1);
	/*
	 * None of its own with gaps: this controller takes no list from the
	 * host for data that it has itself (CDPMLS).
	 */
	for (int every = 2; every < 4; every++) {
		mixed(peer, 16, PAGE, every);
		mixed(peer, 15, PAGE, every);
		mixed(peer, 2, BLOCK, every);
		mixed(peer, 16, BLOCK, every);
	}
	munmap(peer, PEER_BYTES);
	close(f);
}

/* ---- allocations that fail while a request is mapped ---- */

#define FAILSLAB	"/sys/kernel/debug/failslab/"

/*
 * What mapping a request takes from: IOVA ranges, and the lists of the driver.
 * If anything at all may fail DMA debugging does, and switches itself off.
 */
static void let_caches_fail(const char *yes)
{
	static const char *const caches[] = { "iommu_iova", "kmalloc-4k" };
	char path[64];

	for (size_t i = 0; i < sizeof(caches) / sizeof(*caches); i++) {
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/failslab",
			 caches[i]);
		expect_errno(0, write_file(path, yes));
	}
	expect_errno(0, write_file(FAILSLAB "cache-filter", yes));
	/* only where there is no waiting for memory */
	expect_errno(0, write_file(FAILSLAB "ignore-gfp-wait", "1"));
	expect_errno(0, write_file(FAILSLAB "verbose", "0"));
	expect_errno(0, write_file(FAILSLAB "times", "1000000"));
}

static bool has_iommu(void)
{
	glob_t g;
	bool has = !glob("/sys/class/iommu/*", 0, NULL, &g);

	globfree(&g);
	return has;
}

/* A request whose setup fails half-way is undone, and comes again. */
static void test_failing_allocations(void)
{
	static const char *const per_cent[] = { "10", "50", "90" };
	static int failures;
	char left[16];

	if (access(FAILSLAB, F_OK)) {
		skip("nothing can be made to fail");
		return;
	}
	let_caches_fail("1");
	for (int i = 0; i < 3; i++) {
		expect_errno(0, write_file(FAILSLAB "probability", per_cent[i]));
		for (int j = 0; j < 8; j++)
			block_io(PLAIN, BLOCK * (1 + rnd(500)),
				 j % 2 ? anywhere : pages_only);
		if (failed)
			printf("# %s %% of the allocations failed\n",
			       per_cent[i]);
	}
	expect_errno(0, write_file(FAILSLAB "probability", "0"));
	/* some requests take IOVA that no cache has: there it happened */
	expect(read_file(FAILSLAB "times", left, sizeof(left)));
	failures += 1000000 - atoi(left);
	expect(!has_iommu() || failures);
	let_caches_fail("0");
}

/* ---- SGLs or not ---- */

/* a number in a file in sysfs of the plain namespace */
static unsigned long number_in(const char *file, int field)
{
	char path[64], text[512], *p = text;
	unsigned long n = 0;

	snprintf(path, sizeof(path), "%s/%s", sysfs[PLAIN], file);
	if (!read_file(path, text, sizeof(text)))
		fail("cannot read %s", path);
	while (field-- >= 0)
		n = strtoul(p, &p, 10);
	return n;
}

static unsigned long boundary(void)
{
	return number_in("queue/virt_boundary_mask", 0);
}

static unsigned long writes(void)
{
	return number_in("stat", 4);
}

/* How many commands become of a write of 8 pieces with gaps between them? */
static unsigned long writes_for_gaps(void)
{
	unsigned long before = writes();
	struct iovec v[8];

	poison();
	pieces_in_pages(v, 8, BLOCK, 0);
	new_data(v, 8);
	expect(pwritev(blk[PLAIN], v, 8, 0) == 8 * BLOCK);
	return writes() - before;
}

static void expect_gaps(bool let_through)
{
	struct timespec tick = { .tv_nsec = 10000000 };
	unsigned long want_boundary = let_through ? 0 : BOUNDARY;

	/* a change of the parameter gets there by a scan of the namespaces */
	for (int i = 0; i < WAIT_S * 100 && boundary() != want_boundary; i++)
		nanosleep(&tick, NULL);
	expect(boundary() == want_boundary);
	expect(writes_for_gaps() == (let_through ? 1 : 8));
}

static void test_gaps_need_sgls(void)
{
	expect_gaps(now->gaps);
}

static void test_sgl_threshold_turns_sgls_off_and_on(void)
{
	if (!now->gaps) {
		skip("there are none");
		return;
	}
	expect_errno(0, write_file(PARAMETERS "sgl_threshold", "0"));
	expect_gaps(false);
	test_block_io_with_gaps();
	test_vectored_passthrough();
	expect_errno(0, write_file(PARAMETERS "sgl_threshold", "32768"));
	expect_gaps(true);
	test_block_io_with_gaps();
}

/* ---- metadata ---- */

/* CONFIG_BLK_DEV_INTEGRITY; without it none of what follows has a meaning */
static bool no_metadata(void)
{
	char path[64];

	snprintf(path, sizeof(path), "%s/integrity", sysfs[PI]);
	if (!access(path, F_OK))
		return false;
	skip("the kernel knows no metadata");
	return true;
}

struct tuple {
	uint16_t guard;
	uint16_t app;
	uint32_t ref;
};

/* the CRC of T10's data integrity field: polynomial 0x8bb7 */
static uint16_t guard_of(const uint8_t *block)
{
	uint16_t crc = 0;

	for (unsigned int i = 0; i < BLOCK; i++) {
		crc ^= block[i] << 8;
		for (int bit = 0; bit < 8; bit++)
			crc = crc << 1 ^ (crc & 0x8000 ? 0x8bb7 : 0);
	}
	return crc;
}

/*
 * Gaps are left out where they make many requests of one: the kernel allocates
 * the metadata of each, and a few bytes share a cache line with the next ones.
 */
static struct shape with_tuples(int i, struct shape gaps)
{
	return i % 2 && now->gaps ? gaps : pages_only;
}

/* The kernel makes and checks it, and so does the controller. */
static void test_block_io_with_protection(void)
{
	if (no_metadata())
		return;
	for (int i = 0; i < 10; i++)
		block_io(PI, BLOCK * (1 + rnd(500)), with_tuples(i, blocks));
}

static void test_protection_is_what_it_should_be(void)
{
	uint32_t lba = rnd(LBAS - 256), bytes = 200 * BLOCK;
	struct iovec v = { buf, bytes };
	struct tuple *pi = (struct tuple *)(buf + (1 << 20));

	if (no_metadata())
		return;
	poison();
	new_data(&v, 1);
	expect(pwrite(blk[PI], buf, bytes, lba * BLOCK) == bytes);
	poison();
	expect_errno(0, passthrough(PI, NVME_READ, &v, 1, lba, pi));
	expect(!memcmp(buf, want, bytes));
	for (uint32_t i = 0; i < bytes / BLOCK && !failed; i++) {
		expect(be16toh(pi[i].guard) == guard_of(buf + i * BLOCK));
		expect(be32toh(pi[i].ref) == lba + i);
	}
	expect(is_poison((uint8_t *)&pi[bytes / BLOCK], buf + BUF_BYTES));
}

/* A block that does not fit its guard is not handed to anybody. */
static void test_wrong_protection_is_seen(void)
{
	uint32_t lba = rnd(LBAS - 8);
	struct iovec v = { buf, 8 * BLOCK };
	struct tuple *pi = (struct tuple *)(buf + PAGE);

	if (no_metadata())
		return;
	poison();
	new_data(&v, 1);
	expect(pwrite(blk[PI], buf, v.iov_len, lba * BLOCK) == 8 * BLOCK);
	expect_errno(0, passthrough(PI, NVME_READ, &v, 1, lba, pi));
	pi[5].guard ^= 1;
	expect_errno(0, passthrough(PI, NVME_WRITE, &v, 1, lba, pi));
	expect(pread(blk[PI], buf, v.iov_len, lba * BLOCK) < 0);
	expect(pread(blk[PI], buf, 5 * BLOCK, lba * BLOCK) == 5 * BLOCK);
	expect(pwrite(blk[PI], want, v.iov_len, lba * BLOCK) == 8 * BLOCK);
	expect(pread(blk[PI], got, v.iov_len, lba * BLOCK) == 8 * BLOCK);
	expect(!memcmp(got, want, v.iov_len));
}

/* @nr pieces, their metadata in one, which starts at @offset in a page */
static void with_metadata(int nr, size_t len, size_t offset)
{
	uint8_t *meta = buf + BUF_BYTES / 2 + offset, sent[256 * TUPLE];
	uint32_t lba = rnd(LBAS - 256);
	struct iovec v[257];
	size_t bytes;

	if (failed)
		return;
	poison();
	pieces_in_pages(v, nr, len, 0);
	bytes = new_data(v, nr) / BLOCK * TUPLE;
	fill_random(sent, bytes);
	memcpy(meta, sent, bytes);
	expect_errno(0, passthrough(META, NVME_WRITE, v, nr, lba, meta));
	poison();
	expect_errno(0, passthrough(META, NVME_READ, v, nr, lba, meta));
	expect(!memcmp(meta, sent, bytes));
	v[nr] = (struct iovec){ meta, bytes };
	memcpy(want + bytes_of(v, nr), sent, bytes);
	expect_data(v, nr + 1);
	if (failed)
		printf("# %d pieces of %zu, metadata at %zu\n", nr, len,
		       offset);
}

/* Metadata that is in two pages, or not aligned, is copied. */
static void test_separate_metadata(void)
{
	static const size_t offsets[] = { 0, PAGE - 12, 3 };

	if (no_metadata())
		return;
	for (size_t i = 0; i < sizeof(offsets) / sizeof(*offsets); i++) {
		with_metadata(1, 8 * BLOCK, offsets[i]);
		with_metadata(1, 256 * BLOCK, offsets[i]);
		with_metadata(33, BLOCK, offsets[i]);
		with_metadata(256, BLOCK, offsets[i]);
	}
}

static void test_block_io_with_metadata(void)
{
	if (no_metadata())
		return;
	for (int i = 0; i < 10; i++)
		block_io(META, BLOCK * (1 + rnd(500)), with_tuples(i, anywhere));
}

/* ---- all of them ---- */

static const struct test tests[] = {
	TEST(driver_loads),
	TEST(gaps_need_sgls),
	TEST(vectored_passthrough),
	TEST(more_pieces_than_segments),
	TEST(block_io_with_gaps),
	TEST(ring_passthrough),
	TEST(peer_memory_and_ram_in_one_buffer),
	TEST(failing_allocations),
	TEST(sgl_threshold_turns_sgls_off_and_on),
	TEST(block_io_with_protection),
	TEST(protection_is_what_it_should_be),
	TEST(wrong_protection_is_seen),
	TEST(separate_metadata),
	TEST(block_io_with_metadata),
	TEST(driver_unloads),
};

#define NR_TESTS	(sizeof(tests) / sizeof(tests[0]))

static uint8_t *pages(void)
{
	void *p = mmap(NULL, BUF_BYTES, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static const char *prepare(void)
{
	buf = pages();
	want = pages();
	got = pages();
	if (!buf || !want || !got)
		return "no memory";
	if (load_module("nvme-core", ""))
		return "cannot load nvme-core.ko";
	return NULL;
}

int main(void)
{
	const char *missing = prepare();
	char where[64];

	begin_tests(NR_SETTINGS * NR_TESTS, missing);
	for (now = settings; !missing && now < settings + NR_SETTINGS; now++) {
		snprintf(where, sizeof(where), "%s: ", now->name);
		for (size_t i = 0; i < NR_TESTS; i++)
			run_test(&tests[i], where);
	}
	return end_tests();
}
