// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does an I/O cost that goes through the mapping path under test?
 * io_uring on an NVMe namespace, as a block device (O_DIRECT) or by
 * passthrough: throughput, latency, and the CPU's whole work for each I/O,
 * wherever it was done.  The data is verified first, by the same means.  All
 * of it on the first CPU that the process may use.
 */
#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "io/cpucost.h"
#include "driver.h"
#include "io/iodev.h"
#include "io/irqcpus.h"
#include "io/ticks.h"
#include "io/listmem.h"
#include "numbers.h"
#include "io/uring.h"

#define PAGE_BYTES	4096
#define ORDER_SEED	1
#define MAX_REPS	100
#define WARMUP_IOS	64
#define TRACED_IOS	64
#define TRACING		"/sys/kernel/debug/tracing"
/* "auto" for cost_ios: as many as make so many bytes, within bounds */
#define COST_BYTES	(256ULL << 20)
#define COST_MIN_IOS	200
#define COST_MAX_IOS	2000

static const struct dlab_key keys[] = {
	{ "rw", DLAB_KEY_WORD, NULL, "read, write, randread or randwrite" },
	{ "size", DLAB_KEY_SIZE, NULL, "bytes of one I/O" },
	{ "engine", DLAB_KEY_WORD, "direct",
	  "direct: O_DIRECT on the block device; passthrough: NVMe commands to the character device" },
	{ "depth", DLAB_KEY_UINT, "1", "I/Os in flight" },
	{ "batch", DLAB_KEY_UINT, "1",
	  "completions to wait for in one system call, at most depth" },
	{ "mem", DLAB_KEY_WORD, "fixed",
	  "fixed: buffers registered with io_uring; malloc: not" },
	{ "offset", DLAB_KEY_UINT, "0",
	  "offset of every buffer in its page, a multiple of 4" },
	{ "region", DLAB_KEY_SIZE, "16m",
	  "how much of the device is used, from its first block on" },
	{ "verify", DLAB_KEY_UINT, "1",
	  "1: first write the region and read it back, by the same means, and compare; 0: do not" },
	{ "runtime_ms", DLAB_KEY_UINT, "1000", "kind=time: length of a repetition" },
	{ "reps", DLAB_KEY_UINT, "5", "kind=time: repetitions, one sample each" },
	{ "cost_ios", DLAB_KEY_WORD, "auto",
	  "I/Os that measure the CPU's work; auto: 200 to 2000" },
	{ "nvme_path", DLAB_KEY_WORD, "default", DLAB_NVME_PATH_ABOUT },
	{ 0 },
};

/**
 * struct config - a case's keys, as numbers
 */
struct config {
	bool passthrough;
	bool write;
	bool random;
	bool fixed;
	bool verify;
	bool timed;
	uint64_t size;
	uint64_t depth;
	uint64_t batch;
	uint64_t offset;
	uint64_t region;
	uint64_t runtime_ms;
	uint64_t reps;
	uint64_t cost_ios;
	const char *nvme_path;
	const char *device;
};

static const struct dlab_machine *machine;

static int setup(const struct dlab_machine *m, struct dlab_err *err)
{
	if (!m->nvme_blk && !m->nvme_char)
		return dlab_fail(err, ENODEV,
				 "no NVMe namespace that may be overwritten; name one: `nvme_blk = /dev/nvme0n1` in config.local");
	machine = m;
	return 0;
}

static int choose(const struct dlab_case *c, const char *key, const char *no,
		  const char *yes, bool *out, struct dlab_err *err)
{
	const char *word = dlab_case_word(c, key);

	*out = !strcmp(word, yes);
	if (*out || !strcmp(word, no))
		return 0;
	return dlab_fail(err, EINVAL, "%s: key `%s` is `%s`, must be %s or %s",
			 c->id, key, word, no, yes);
}

static int parse_rw(const struct dlab_case *c, struct config *cfg,
		    struct dlab_err *err)
{
	const char *rw = dlab_case_word(c, "rw");

	cfg->random = !strncmp(rw, "rand", 4);
	if (cfg->random)
		rw += 4;
	cfg->write = !strcmp(rw, "write");
	if (cfg->write || !strcmp(rw, "read"))
		return 0;
	return dlab_fail(err, EINVAL,
			 "%s: key `rw` must be read, write, randread or randwrite",
			 c->id);
}

static int parse_cost_ios(const struct dlab_case *c, struct config *cfg,
			  struct dlab_err *err)
{
	if (strcmp(dlab_case_word(c, "cost_ios"), "auto"))
		return dlab_case_uint(c, "cost_ios", 1, 1U << 30,
				      &cfg->cost_ios, err);
	cfg->cost_ios = COST_BYTES / cfg->size;
	if (cfg->cost_ios > COST_MAX_IOS)
		cfg->cost_ios = COST_MAX_IOS;
	if (cfg->cost_ios < COST_MIN_IOS)
		cfg->cost_ios = COST_MIN_IOS;
	return 0;
}

static int parse(const struct dlab_case *c, struct config *cfg,
		 struct dlab_err *err)
{
	uint64_t verify;

	if (parse_rw(c, cfg, err) ||
	    choose(c, "engine", "direct", "passthrough", &cfg->passthrough,
		   err) ||
	    choose(c, "mem", "malloc", "fixed", &cfg->fixed, err) ||
	    dlab_case_uint(c, "size", 512, 64U << 20, &cfg->size, err) ||
	    dlab_case_uint(c, "depth", 1, 1024, &cfg->depth, err) ||
	    dlab_case_uint(c, "batch", 1, cfg->depth, &cfg->batch, err) ||
	    dlab_case_uint(c, "offset", 0, PAGE_BYTES - 4, &cfg->offset, err) ||
	    dlab_case_uint(c, "region", cfg->size, 1ULL << 40, &cfg->region,
			   err) ||
	    dlab_case_uint(c, "verify", 0, 1, &verify, err) ||
	    dlab_case_uint(c, "runtime_ms", 1, 3600000, &cfg->runtime_ms,
			   err) ||
	    dlab_case_uint(c, "reps", 1, MAX_REPS, &cfg->reps, err) ||
	    parse_cost_ios(c, cfg, err))
		return -EINVAL;
	cfg->nvme_path = dlab_case_word(c, "nvme_path");
	if (dlab_nvme_path_check(cfg->nvme_path, err))
		return -EINVAL;
	cfg->verify = verify;
	cfg->device = cfg->passthrough ? machine->nvme_char : machine->nvme_blk;
	/* where instructions are counted, a device's time has no meaning */
	cfg->timed = !dlab_kind_counts(c->kind);
	if (cfg->offset % 4)
		return dlab_fail(err, EINVAL,
				 "%s: key `offset` must be a multiple of 4, the alignment that NVMe asks for",
				 c->id);
	return 0;
}

static int open_uring(const struct config *cfg, const struct dlab_blkdev *dev,
		      struct dlab_uring **u, struct dlab_err *err)
{
	struct dlab_uring_setup s = {
		.fd = dev->fd,
		.passthrough = cfg->passthrough,
		.nsid = dev->nsid,
		.block_bytes = dev->block_bytes,
		.region_bytes = cfg->region,
		.io_bytes = (uint32_t)cfg->size,
		.depth = (unsigned int)cfg->depth,
		.batch = (unsigned int)cfg->batch,
		.offset_bytes = (unsigned int)cfg->offset,
		.fixed = cfg->fixed,
	};

	if (cfg->size % dev->block_bytes)
		return dlab_fail(err, EINVAL,
				 "key `size` is %llu, must be a multiple of the device's blocks of %u bytes",
				 (unsigned long long)cfg->size,
				 dev->block_bytes);
	if (cfg->region > dev->bytes)
		return dlab_fail(err, ENOSPC,
				 "key `region` is %llu bytes, the device has %llu",
				 (unsigned long long)cfg->region,
				 (unsigned long long)dev->bytes);
	return dlab_uring_open(u, &s, err);
}

static int verify(struct dlab_uring *u, const struct config *cfg,
		  struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_uring_pass pass = {
		.write = true,
		.order = cfg->random ? DLAB_URING_SCATTERED :
				       DLAB_URING_SEQUENTIAL,
		.check = true,
		.ios = dlab_uring_region_ios(u),
	};
	struct dlab_err why;
	int ret;

	/* never the seed of an earlier run, whose blocks may still be there */
	if (getrandom(&pass.seed, sizeof(pass.seed), 0) != sizeof(pass.seed))
		return dlab_fail(err, errno, "getrandom: %s", strerror(errno));
	ret = dlab_uring_run(u, &pass, &why);
	if (!ret) {
		pass.write = false;
		ret = dlab_uring_run(u, &pass, &why);
	}
	if (ret)
		return dlab_fail(err, -ret, "verification: %s", why.text);
	dlab_out_sample(out, "io_verified_bytes", pass.done * cfg->size);
	return 0;
}

static struct dlab_uring_pass measured_pass(const struct config *cfg)
{
	return (struct dlab_uring_pass){
		.write = cfg->write,
		.order = cfg->random ? DLAB_URING_RANDOM :
				       DLAB_URING_SEQUENTIAL,
		.seed = ORDER_SEED,
	};
}

static int run_timed(struct dlab_uring *u, const struct config *cfg,
		     struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_hist *lat = calloc(1, sizeof(*lat));
	double iops[MAX_REPS], bw[MAX_REPS];
	int ret = 0;

	if (!lat)
		return dlab_fail(err, ENOMEM, "out of memory");
	for (uint64_t rep = 0; rep < cfg->reps; rep++) {
		struct dlab_uring_pass pass = measured_pass(cfg);

		pass.ns = cfg->runtime_ms * 1000000;
		pass.lat_ns = lat;
		ret = dlab_uring_run(u, &pass, err);
		if (ret)
			goto out;
		iops[rep] = pass.done * 1e9 / pass.took_ns;
		bw[rep] = iops[rep] * cfg->size;
	}
	dlab_out_samples(out, "iops", iops, cfg->reps);
	dlab_out_samples(out, "bw_bytes", bw, cfg->reps);
	dlab_hist_emit(lat, out, "lat_ns");
out:
	free(lat);
	return ret;
}

/* The CPUs other than the submitter's that a short pass interrupts. */
static int other_cpus(struct dlab_uring *u, const struct config *cfg, int fd,
		      int own_cpu, cpu_set_t *cpus, struct dlab_err *err)
{
	struct dlab_uring_pass pass = measured_pass(cfg);
	struct dlab_irq_counts before, after;
	struct dlab_irqs irqs;
	int ret;

	CPU_ZERO(cpus);
	ret = dlab_irqs_of(&irqs, fd, err);
	if (!ret)
		ret = dlab_irqs_count(&irqs, &before, err);
	if (ret)
		return ret;
	pass.ios = WARMUP_IOS + cfg->depth;
	ret = dlab_uring_run(u, &pass, err);
	if (!ret)
		ret = dlab_irqs_count(&irqs, &after, err);
	if (ret)
		return ret;
	dlab_irqs_cpus(&before, &after, cpus);
	CPU_CLR(own_cpu, cpus);
	return 0;
}

/**
 * struct cost_log - the CPUs' work for each burst of I/Os
 * @spin: the submitter's waiting
 * @others: the other CPUs
 * @busy: reading at the end of the last burst, 0 before the first
 * @ticks: work for each burst
 * @nr: how many
 */
struct cost_log {
	struct dlab_spin spin;
	struct dlab_soakers *others;
	uint64_t busy;
	double *ticks;
	size_t nr;
};

static void log_burst(void *user)
{
	struct cost_log *log = user;
	uint64_t busy = dlab_ticks() - log->spin.own +
			dlab_soakers_busy(log->others);

	/* the first one only says where the second starts */
	if (log->busy)
		log->ticks[log->nr++] = busy - log->busy;
	log->busy = busy;
}

static int measure_cost(struct dlab_uring *u, const struct config *cfg,
			struct cost_log *log, uint64_t bursts,
			struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_uring_pass pass = measured_pass(cfg);
	struct dlab_ticks_mark start;
	double unit;
	bool counts;
	int ret;

	pass.ios = bursts * cfg->depth;
	pass.spin = &log->spin;
	pass.on_burst = log_burst;
	pass.user = log;
	dlab_spin_init(&log->spin);
	dlab_ticks_mark(&start);
	ret = dlab_uring_run(u, &pass, err);
	if (ret)
		return ret;
	unit = dlab_ticks_unit(&start) / cfg->depth;
	for (size_t i = 0; i < log->nr; i++)
		log->ticks[i] *= unit;
	counts = dlab_ticks_count_insns();
	dlab_out_samples(out, counts ? "cpu_insns_per_io" : "cpu_ns_per_io",
			 log->ticks, log->nr);
	/* the usual I/O: what disturbs some in host time is not in it */
	if (counts && log->nr)
		dlab_out_sample(out, "io_insns",
				dlab_median(log->ticks, log->nr));
	return 0;
}

static int run_cost(struct dlab_uring *u, const struct config *cfg, int fd,
		    int own_cpu, struct dlab_out *out, struct dlab_err *err)
{
	uint64_t bursts = (cfg->cost_ios + cfg->depth - 1) / cfg->depth + 1;
	struct cost_log log = { .ticks = calloc(bursts, sizeof(double)) };
	cpu_set_t cpus;
	int ret;

	if (!log.ticks)
		return dlab_fail(err, ENOMEM, "out of memory");
	ret = other_cpus(u, cfg, fd, own_cpu, &cpus, err);
	if (!ret)
		ret = dlab_soakers_start(&log.others, &cpus, err);
	if (!ret) {
		ret = measure_cost(u, cfg, &log, bursts, out, err);
		dlab_soakers_stop(log.others);
	}
	free(log.ticks);
	return ret;
}

/* Lists that are allocated for I/Os, in a pass of its own: tracing costs. */
static int run_listmem(struct dlab_uring *u, const struct config *cfg,
		       struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_uring_pass pass = measured_pass(cfg);
	struct dlab_listmem sum;
	bool read;
	int ret;

	if (!dlab_listmem_begin(TRACING))
		return 0;
	pass.ios = TRACED_IOS;
	ret = dlab_uring_run(u, &pass, err);
	read = dlab_listmem_end(TRACING, &sum);
	if (!ret && read && !sum.lost && pass.done) {
		dlab_out_sample(out, "list_allocs_per_io",
				(double)sum.allocs / pass.done);
		dlab_out_sample(out, "list_bytes_per_io",
				(double)sum.bytes / pass.done);
	}
	return ret;
}

/* Keep to one CPU, so that its queue and its interrupt stay the same. */
static int pin(cpu_set_t *old, int *cpu, struct dlab_err *err)
{
	cpu_set_t one;

	if (sched_getaffinity(0, sizeof(*old), old))
		return dlab_fail(err, errno, "sched_getaffinity: %s",
				 strerror(errno));
	for (*cpu = 0; !CPU_ISSET(*cpu, old); (*cpu)++)
		;
	CPU_ZERO(&one);
	CPU_SET(*cpu, &one);
	if (sched_setaffinity(0, sizeof(one), &one))
		return dlab_fail(err, errno, "stay on CPU %d: %s", *cpu,
				 strerror(errno));
	return 0;
}

static int run_on(const struct config *cfg, const struct dlab_blkdev *dev,
		  struct dlab_out *out, struct dlab_err *err)
{
	struct dlab_uring *u;
	cpu_set_t old;
	int cpu = 0, ret;

	ret = pin(&old, &cpu, err);
	if (ret)
		return ret;
	ret = open_uring(cfg, dev, &u, err);
	if (ret)
		goto out_unpin;
	if (cfg->verify)
		ret = verify(u, cfg, out, err);
	if (!ret && cfg->timed)
		ret = run_timed(u, cfg, out, err);
	if (!ret)
		ret = run_cost(u, cfg, dev->fd, cpu, out, err);
	if (!ret && !cfg->timed)
		ret = run_listmem(u, cfg, out, err);
	dlab_uring_close(u);
out_unpin:
	sched_setaffinity(0, sizeof(old), &old);
	return ret;
}

static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	struct dlab_iodev dev;
	enum dlab_status status;
	struct config cfg;

	if (parse(c, &cfg, err))
		return DLAB_FAIL;
	status = dlab_iodev_take(&dev, cfg.device, cfg.passthrough,
				 cfg.nvme_path, err);
	if (status != DLAB_OK)
		return status;
	if (dlab_iodev_give(&dev, run_on(&cfg, &dev.blk, out, err), err))
		return DLAB_FAIL;
	return DLAB_OK;
}

const struct dlab_driver dlab_driver_nvme_uring = {
	.name = "nvme_uring",
	.about = "block I/O through io_uring: O_DIRECT or NVMe passthrough",
	.keys = keys,
	.unstepped = "drivers/nvme/host/*",
	.setup = setup,
	.run = run,
};
