// SPDX-License-Identifier: GPL-2.0-only
/* io_uring with registered files, optionally registered buffers. */
#include <errno.h>
#include <inttypes.h>
#include <liburing.h>
#include <linux/nvme_ioctl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>

#include "io/pattern.h"
#include "io/prng.h"
#include "io/uring.h"

#define PAGE_BYTES		4096
/* NVM Express NVM Command Set Specification, 3.2 */
#define NVME_CMD_WRITE		0x01
#define NVME_CMD_READ		0x02

/**
 * struct slot - one I/O that may be in flight
 * @buf: its buffer
 * @place: which multiple of the I/O's size it goes to
 * @start_ns: when it was submitted
 */
struct slot {
	uint8_t *buf;
	uint64_t place;
	uint64_t start_ns;
};

struct dlab_uring {
	struct dlab_uring_setup setup;
	struct io_uring ring;
	uint8_t *arena;
	size_t arena_bytes;
	struct slot *slots;
	/* indices of slots that are not in flight, a stack */
	unsigned int *idle;
	unsigned int nr_idle;
};

static uint64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000000000U + (uint64_t)ts.tv_nsec;
}

static int open_ring(struct dlab_uring *u, struct dlab_err *err)
{
	const struct dlab_uring_setup *s = &u->setup;
	struct io_uring_params params = {
		/*
		 * Completions are run by the submitter when it asks for them;
		 * a flag that it can see says when to ask.
		 */
		.flags = IORING_SETUP_SINGLE_ISSUER |
			 IORING_SETUP_DEFER_TASKRUN |
			 IORING_SETUP_TASKRUN_FLAG,
	};
	int ret;

	if (s->passthrough)
		params.flags |= IORING_SETUP_SQE128 | IORING_SETUP_CQE32;
	ret = io_uring_queue_init_params(s->depth, &u->ring, &params);
	if (ret)
		return dlab_fail(err, -ret,
				 "io_uring_setup: %s (Linux 6.1 or later with CONFIG_IO_URING is needed)",
				 strerror(-ret));
	ret = io_uring_register_files(&u->ring, &s->fd, 1);
	if (!ret && s->fixed) {
		struct iovec whole = {
			.iov_base = u->arena,
			.iov_len = u->arena_bytes,
		};

		ret = io_uring_register_buffers(&u->ring, &whole, 1);
	}
	if (ret) {
		io_uring_queue_exit(&u->ring);
		return dlab_fail(err, -ret,
				 "io_uring_register %zu bytes of buffers: %s (ulimit -l may be too low)",
				 u->arena_bytes, strerror(-ret));
	}
	return 0;
}

static int make_slots(struct dlab_uring *u, struct dlab_err *err)
{
	const struct dlab_uring_setup *s = &u->setup;
	size_t stride = s->offset_bytes + s->io_bytes;
	unsigned int i;

	stride = (stride + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES;
	u->arena_bytes = stride * s->depth;
	u->arena = mmap(NULL, u->arena_bytes, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
	u->slots = calloc(s->depth, sizeof(*u->slots));
	u->idle = calloc(s->depth, sizeof(*u->idle));
	if (u->arena == MAP_FAILED || !u->slots || !u->idle)
		return dlab_fail(err, ENOMEM, "no memory for %u buffers of %u bytes",
				 s->depth, s->io_bytes);
	for (i = 0; i < s->depth; i++) {
		u->slots[i].buf = u->arena + i * stride + s->offset_bytes;
		u->idle[u->nr_idle++] = s->depth - 1 - i;
	}
	return 0;
}

static void free_slots(struct dlab_uring *u)
{
	if (u->arena != MAP_FAILED)
		munmap(u->arena, u->arena_bytes);
	free(u->slots);
	free(u->idle);
	free(u);
}

int dlab_uring_open(struct dlab_uring **out,
		    const struct dlab_uring_setup *setup, struct dlab_err *err)
{
	struct dlab_uring *u = calloc(1, sizeof(*u));
	int ret;

	if (!u)
		return dlab_fail(err, ENOMEM, "set up io_uring: no memory");
	u->setup = *setup;
	ret = make_slots(u, err);
	if (!ret)
		ret = open_ring(u, err);
	if (ret) {
		free_slots(u);
		return ret;
	}
	*out = u;
	return 0;
}

void dlab_uring_close(struct dlab_uring *u)
{
	if (!u)
		return;
	/*
	 * The ring itself is torn down some time after it is closed; a device
	 * that it still held could not be opened exclusively until then.
	 */
	io_uring_unregister_files(&u->ring);
	io_uring_queue_exit(&u->ring);
	free_slots(u);
}

uint64_t dlab_uring_region_ios(const struct dlab_uring *u)
{
	return u->setup.region_bytes / u->setup.io_bytes;
}

static void prep_passthrough(struct dlab_uring *u, struct io_uring_sqe *sqe,
			     const struct slot *slot, bool write)
{
	const struct dlab_uring_setup *s = &u->setup;
	uint32_t blocks = s->io_bytes / s->block_bytes;
	uint64_t lba = slot->place * blocks;
	struct nvme_uring_cmd cmd = {
		.opcode = write ? NVME_CMD_WRITE : NVME_CMD_READ,
		.nsid = s->nsid,
		.addr = (uintptr_t)slot->buf,
		.data_len = s->io_bytes,
		.cdw10 = (uint32_t)lba,
		.cdw11 = (uint32_t)(lba >> 32),
		/* number of blocks, 0's based */
		.cdw12 = blocks - 1,
	};

	memset(sqe, 0, 2 * sizeof(*sqe));
	sqe->opcode = IORING_OP_URING_CMD;
	sqe->cmd_op = NVME_URING_CMD_IO;
	if (s->fixed)
		sqe->uring_cmd_flags = IORING_URING_CMD_FIXED;
	memcpy(sqe->cmd, &cmd, sizeof(cmd));
}

static void prep_rw(struct dlab_uring *u, struct io_uring_sqe *sqe,
		    const struct slot *slot, bool write)
{
	static const uint8_t ops[2][2] = {
		{ IORING_OP_READ, IORING_OP_WRITE },
		{ IORING_OP_READ_FIXED, IORING_OP_WRITE_FIXED },
	};
	const struct dlab_uring_setup *s = &u->setup;

	io_uring_prep_rw(ops[s->fixed][write], sqe, 0, slot->buf, s->io_bytes,
			 slot->place * s->io_bytes);
}

/**
 * struct progress - where a pass stands
 * @prng: state of the random order
 * @step: distance between neighbours in the scattered order
 * @issued: I/Os handed to the ring
 * @inflight: those not yet completed
 * @queued: those not yet submitted
 * @ret: first error
 */
struct progress {
	uint64_t prng;
	uint64_t step;
	uint64_t issued;
	unsigned int inflight;
	unsigned int queued;
	int ret;
};

static uint64_t gcd(uint64_t a, uint64_t b)
{
	while (b) {
		uint64_t r = a % b;

		a = b;
		b = r;
	}
	return a;
}

/* A step near the golden section of @n that visits all of @n places. */
static uint64_t scatter_step(uint64_t n)
{
	uint64_t step = n * 618 / 1000 + 1;

	while (gcd(step, n) != 1)
		step++;
	return step;
}

static uint64_t next_place(const struct dlab_uring *u,
			   const struct dlab_uring_pass *pass,
			   struct progress *p)
{
	uint64_t n = dlab_uring_region_ios(u);

	switch (pass->order) {
	case DLAB_URING_RANDOM:
		return dlab_random_below(&p->prng, n);
	case DLAB_URING_SCATTERED:
		return p->issued % n * p->step % n;
	case DLAB_URING_SEQUENTIAL:
		break;
	}
	return p->issued % n;
}

static void queue_one(struct dlab_uring *u, const struct dlab_uring_pass *pass,
		      struct progress *p, uint64_t now)
{
	const struct dlab_uring_setup *s = &u->setup;
	struct io_uring_sqe *sqe = io_uring_get_sqe(&u->ring);
	unsigned int index = u->idle[--u->nr_idle];
	struct slot *slot = &u->slots[index];

	slot->place = next_place(u, pass, p);
	slot->start_ns = now;
	if (pass->check && pass->write)
		dlab_pattern_fill(slot->buf, s->io_bytes,
				  slot->place * (s->io_bytes / s->block_bytes),
				  s->block_bytes, pass->seed);
	else if (pass->check)
		dlab_pattern_poison(slot->buf, s->io_bytes);
	if (s->passthrough)
		prep_passthrough(u, sqe, slot, pass->write);
	else
		prep_rw(u, sqe, slot, pass->write);
	sqe->flags |= IOSQE_FIXED_FILE;
	sqe->user_data = index;
	p->issued++;
	p->queued++;
}

/* What may be behind an EINVAL, which says nothing by itself. */
static const char *hint(const struct dlab_uring_setup *s, int res)
{
	if (res != -EINVAL)
		return "";
	if (s->passthrough)
		return " (is that more than the controller takes in one command?)";
	if (s->fixed && s->offset_bytes % s->block_bytes)
		return " (Linux 6.12 takes such an offset without registered buffers, or by passthrough)";
	return "";
}

/* What is wrong with a completion, if anything. */
static int judge(const struct dlab_uring *u, const struct dlab_uring_pass *pass,
		 const struct slot *slot, int res, struct dlab_err *err)
{
	const struct dlab_uring_setup *s = &u->setup;
	const char *what = pass->write ? "write" : "read";
	uint64_t lba = slot->place * (s->io_bytes / s->block_bytes);

	if (res < 0)
		return dlab_fail(err, -res,
				 "%s of %u bytes at block %" PRIu64 ": %s%s",
				 what, s->io_bytes, lba, strerror(-res),
				 hint(s, res));
	if (s->passthrough && res > 0)
		return dlab_fail(err, EIO,
				 "%s of %u bytes at block %" PRIu64 ": NVMe status type %u code 0x%02x",
				 what, s->io_bytes, lba, res >> 8 & 7,
				 res & 0xff);
	if (!s->passthrough && (uint32_t)res != s->io_bytes)
		return dlab_fail(err, EIO,
				 "%s at block %" PRIu64 ": %d of %u bytes", what,
				 lba, res, s->io_bytes);
	if (pass->check && !pass->write)
		return dlab_pattern_check(slot->buf, s->io_bytes, lba,
					  s->block_bytes, pass->seed, err);
	return 0;
}

static void reap(struct dlab_uring *u, struct dlab_uring_pass *pass,
		 struct progress *p, struct dlab_err *err)
{
	uint64_t now = pass->lat_ns ? now_ns() : 0;
	struct io_uring_cqe *cqe;
	unsigned int head, n = 0;

	io_uring_for_each_cqe(&u->ring, head, cqe) {
		unsigned int index = (unsigned int)cqe->user_data;
		struct slot *slot = &u->slots[index];

		if (!p->ret)
			p->ret = judge(u, pass, slot, cqe->res, err);
		if (pass->lat_ns)
			dlab_hist_add(pass->lat_ns, now - slot->start_ns);
		u->idle[u->nr_idle++] = index;
		n++;
	}
	io_uring_cq_advance(&u->ring, n);
	p->inflight -= n;
	pass->done += n;
}

/* Hand over what is queued and sleep until a batch has come back. */
static int submit_and_sleep(struct dlab_uring *u, unsigned int out)
{
	unsigned int batch = u->setup.batch;

	return io_uring_submit_and_wait(&u->ring, batch < out ? batch : out);
}

/* Hand over what is queued and spin until all of it has come back. */
static int submit_and_spin(struct dlab_uring *u, unsigned int out,
			   struct dlab_spin *spin)
{
	int ret = io_uring_submit(&u->ring);

	dlab_spin_enter(spin);
	while (ret >= 0 && io_uring_cq_ready(&u->ring) < out) {
		dlab_spin_turn(spin);
		if (!(IO_URING_READ_ONCE(*u->ring.sq.kflags) &
		      IORING_SQ_TASKRUN))
			continue;
		ret = io_uring_get_events(&u->ring);
		dlab_spin_enter(spin);
	}
	return ret;
}

static int submit(struct dlab_uring *u, const struct dlab_uring_pass *pass,
		  struct progress *p, struct dlab_err *err)
{
	unsigned int out = p->inflight + p->queued;
	int ret;

	do {
		ret = pass->spin ? submit_and_spin(u, out, pass->spin) :
				   submit_and_sleep(u, out);
	} while (ret == -EINTR);
	if (ret < 0)
		return dlab_fail(err, -ret, "io_uring_enter: %s",
				 strerror(-ret));
	p->inflight = out;
	p->queued = 0;
	return 0;
}

static bool more(const struct dlab_uring_pass *pass, const struct progress *p,
		 uint64_t now, uint64_t end)
{
	if (p->ret)
		return false;
	if (pass->ios && p->issued >= pass->ios)
		return false;
	return !pass->ns || now < end;
}

int dlab_uring_run(struct dlab_uring *u, struct dlab_uring_pass *pass,
		   struct dlab_err *err)
{
	bool timed = pass->lat_ns || pass->ns;
	uint64_t start = now_ns(), now = start, end = start + pass->ns;
	struct progress p = {
		.prng = pass->seed,
		.step = scatter_step(dlab_uring_region_ios(u)),
	};
	int ret;

	pass->done = 0;
	do {
		if (timed)
			now = now_ns();
		while (u->nr_idle && more(pass, &p, now, end))
			queue_one(u, pass, &p, now);
		if (!p.queued && !p.inflight)
			break;
		ret = submit(u, pass, &p, err);
		if (ret)
			return ret;
		reap(u, pass, &p, err);
		if (pass->spin)
			pass->on_burst(pass->user);
	} while (true);
	pass->took_ns = now_ns() - start;
	return p.ret;
}
