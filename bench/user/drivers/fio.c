// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does fio say of the same I/O?  Writes a job file from the case's keys,
 * runs fio on it, takes throughput and latency from its json+ output and keeps
 * job, output and log beside the samples.
 */
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "io/child.h"
#include "driver.h"
#include "io/dmadebug.h"
#include "io/fiojson.h"
#include "io/iodev.h"

#define MAX_REPS	100
#define PAGE_BYTES	4096
/* to start, to lay out its threads, to write its output; emulated */
#define GRACE_S		60
#define ORDER_SEED	1
/* verifying writes and reads the region once, at 1 MB/s or more */
#define VERIFY_BYTES_S	(1U << 20)

static const struct dlab_key keys[] = {
	{ "rw", DLAB_KEY_WORD, NULL, "read, write, randread or randwrite" },
	{ "size", DLAB_KEY_SIZE, NULL, "bytes of one I/O" },
	{ "size_max", DLAB_KEY_SIZE, "0",
	  "sizes are random, multiples of `size` up to this one; 0: all are `size`" },
	{ "engine", DLAB_KEY_WORD, "io_uring",
	  "fio's ioengine: io_uring, io_uring_cmd (NVMe passthrough), libaio or psync" },
	{ "depth", DLAB_KEY_UINT, "1", "I/Os in flight" },
	{ "mem", DLAB_KEY_WORD, "fixed",
	  "fixed: buffers and files registered with io_uring; malloc: not" },
	{ "offset", DLAB_KEY_UINT, "0",
	  "offset of every buffer in its page, a multiple of 4" },
	{ "region", DLAB_KEY_SIZE, "16m",
	  "how much of the device is used, from its first block on" },
	{ "verify", DLAB_KEY_UINT, "1",
	  "1: first write the region and read it back with verify=crc32c; 0: do not" },
	{ "verify_ms", DLAB_KEY_UINT, "0",
	  "verify again and again for so long, each time in another order" },
	{ "runtime_ms", DLAB_KEY_UINT, "1000", "length of a repetition" },
	{ "reps", DLAB_KEY_UINT, "3", "repetitions, one sample each" },
	{ "nvme_path", DLAB_KEY_WORD, "default", DLAB_NVME_PATH_ABOUT },
	{ 0 },
};

/**
 * struct config - a case's keys
 */
struct config {
	const char *rw;
	const char *engine;
	const char *device;
	const char *nvme_path;
	bool passthrough;
	bool fixed;
	bool verify;
	uint64_t size;
	uint64_t size_max;
	uint64_t offset;
	uint64_t depth;
	uint64_t region;
	uint64_t verify_ms;
	uint64_t runtime_ms;
	uint64_t reps;
};

static const struct dlab_machine *machine;

static int setup(const struct dlab_machine *m, struct dlab_err *err)
{
	static const char *const version[] = { "fio", "--version", NULL };
	struct dlab_err why;
	int code, ret;

	if (!m->nvme_blk && !m->nvme_char)
		return dlab_fail(err, ENODEV,
				 "no NVMe namespace that may be overwritten; name one: `nvme_blk = /dev/nvme0n1` in config.local");
	ret = dlab_child_run(version, "/dev/null", "/dev/null", GRACE_S, &code,
			     &why);
	if (ret == -ENOENT)
		return dlab_fail(err, ENODEV,
				 "fio is not installed; install the package fio");
	if (ret || code)
		return dlab_fail(err, EIO, "`fio --version` fails: %s",
				 ret ? why.text : "its exit code is not 0");
	machine = m;
	return 0;
}

static bool is_one_of(const char *word, const char *const words[])
{
	for (; *words; words++)
		if (!strcmp(word, *words))
			return true;
	return false;
}

static int parse_words(const struct dlab_case *c, struct config *cfg,
		       struct dlab_err *err)
{
	static const char *const rws[] = { "read", "write", "randread",
					   "randwrite", NULL };
	static const char *const engines[] = { "io_uring", "io_uring_cmd",
					       "libaio", "psync", NULL };
	const char *mem = dlab_case_word(c, "mem");

	cfg->rw = dlab_case_word(c, "rw");
	cfg->engine = dlab_case_word(c, "engine");
	if (!is_one_of(cfg->rw, rws))
		return dlab_fail(err, EINVAL,
				 "%s: key `rw` must be read, write, randread or randwrite",
				 c->id);
	if (!is_one_of(cfg->engine, engines))
		return dlab_fail(err, EINVAL,
				 "%s: key `engine` must be io_uring, io_uring_cmd, libaio or psync",
				 c->id);
	cfg->passthrough = !strcmp(cfg->engine, "io_uring_cmd");
	cfg->fixed = !strcmp(mem, "fixed");
	if (!cfg->fixed && strcmp(mem, "malloc"))
		return dlab_fail(err, EINVAL,
				 "%s: key `mem` must be fixed or malloc",
				 c->id);
	if (cfg->fixed && strncmp(cfg->engine, "io_uring", 8))
		return dlab_fail(err, EINVAL,
				 "%s: `mem = fixed` goes with io_uring and io_uring_cmd only",
				 c->id);
	cfg->device = cfg->passthrough ? machine->nvme_char : machine->nvme_blk;
	cfg->nvme_path = dlab_case_word(c, "nvme_path");
	return dlab_nvme_path_check(cfg->nvme_path, err);
}

static int parse(const struct dlab_case *c, struct config *cfg,
		 struct dlab_err *err)
{
	uint64_t verify;

	if (parse_words(c, cfg, err) ||
	    dlab_case_uint(c, "size", 512, 64U << 20, &cfg->size, err) ||
	    dlab_case_uint(c, "size_max", 0, 64U << 20, &cfg->size_max, err) ||
	    dlab_case_uint(c, "offset", 0, PAGE_BYTES - 4, &cfg->offset, err) ||
	    dlab_case_uint(c, "depth", 1, 1024, &cfg->depth, err) ||
	    dlab_case_uint(c, "region", cfg->size, 1ULL << 40, &cfg->region,
			   err) ||
	    dlab_case_uint(c, "verify", 0, 1, &verify, err) ||
	    dlab_case_uint(c, "verify_ms", 0, 86400000, &cfg->verify_ms, err) ||
	    dlab_case_uint(c, "runtime_ms", 1, 3600000, &cfg->runtime_ms,
			   err) ||
	    dlab_case_uint(c, "reps", 1, MAX_REPS, &cfg->reps, err))
		return -EINVAL;
	cfg->verify = verify;
	if (cfg->size_max &&
	    (cfg->size_max < cfg->size || cfg->size_max > cfg->region))
		return dlab_fail(err, EINVAL,
				 "%s: key `size_max` must be 0, or from `size` to `region`",
				 c->id);
	if (cfg->offset % 4)
		return dlab_fail(err, EINVAL,
				 "%s: key `offset` must be a multiple of 4, the alignment that NVMe asks for",
				 c->id);
	return 0;
}

static int write_job(const struct config *cfg, bool verify, uint64_t seed,
		     const char *path, struct dlab_err *err)
{
	FILE *f = fopen(path, "we");

	if (!f)
		return dlab_fail(err, errno, "create %s: %s", path,
				 strerror(errno));
	fprintf(f, "[job]\nfilename=%s\n", cfg->device);
	fprintf(f, "ioengine=%s\n", cfg->engine);
	fputs(cfg->passthrough ? "cmd_type=nvme\n" : "direct=1\n", f);
	if (cfg->fixed)
		fputs("fixedbufs=1\nregisterfiles=1\n", f);
	if (cfg->size_max)
		fprintf(f, "bsrange=%" PRIu64 "-%" PRIu64 "\n", cfg->size,
			cfg->size_max);
	else
		fprintf(f, "bs=%" PRIu64 "\n", cfg->size);
	/* with direct I/O fio takes this as the offset in the page */
	if (cfg->offset)
		fprintf(f, "iomem_align=%" PRIu64 "\n", cfg->offset);
	fprintf(f, "iodepth=%" PRIu64 "\nrandseed=%" PRIu64 "\n", cfg->depth,
		seed);
	fprintf(f, "size=%" PRIu64 "\n", cfg->region / cfg->size * cfg->size);
	fputs("thread=1\nlat_percentiles=1\nclat_percentiles=0\n", f);
	if (verify)
		fprintf(f, "rw=%s\nverify=crc32c\nverify_fatal=1\n",
			!strncmp(cfg->rw, "rand", 4) ? "randwrite" : "write");
	else
		fprintf(f, "rw=%s\ntime_based=1\nruntime=%" PRIu64 "ms\n",
			cfg->rw, cfg->runtime_ms);
	if (fclose(f))
		return dlab_fail(err, EIO, "cannot write %s", path);
	return 0;
}

/* The last line of a log, to end a sentence with. */
static void last_line(const char *path, char *line, size_t size)
{
	FILE *f = fopen(path, "re");

	snprintf(line, size, "it left no message");
	while (f && fgets(line, (int)size, f))
		line[strcspn(line, "\n")] = '\0';
	if (f)
		fclose(f);
}

static int judge(const struct dlab_fio *fio, struct dlab_err *err)
{
	if (fio->error)
		return dlab_fail(err, EIO, "fio met error %d (%s)", fio->error,
				 strerror(fio->error));
	if (fio->short_ios || fio->drop_ios)
		return dlab_fail(err, EIO,
				 "fio did %" PRIu64 " short I/Os and dropped %" PRIu64,
				 fio->short_ios, fio->drop_ios);
	if (!fio->total_ios)
		return dlab_fail(err, EIO, "fio did no I/O");
	return 0;
}

/**
 * struct kept - where one start of fio leaves its files
 */
struct kept {
	char job[PATH_MAX];
	char json[PATH_MAX];
	char log[PATH_MAX];
};

static int name_files(struct dlab_out *out, const char *stage, struct kept *k,
		      struct dlab_err *err)
{
	char suffix[32];
	int ret;

	snprintf(suffix, sizeof(suffix), ".%s.fio", stage);
	ret = dlab_out_file(out, "fio", suffix, k->job, err);
	if (!ret) {
		snprintf(suffix, sizeof(suffix), ".%s.json", stage);
		ret = dlab_out_file(out, "fio", suffix, k->json, err);
	}
	if (!ret) {
		snprintf(suffix, sizeof(suffix), ".%s.log", stage);
		ret = dlab_out_file(out, "fio", suffix, k->log, err);
	}
	return ret;
}

static int run_fio(const struct config *cfg, bool verify, uint64_t seed,
		   const char *stage, struct dlab_out *out,
		   struct dlab_fio *fio, struct dlab_err *err)
{
	unsigned int limit_s = GRACE_S + (verify ? cfg->region / VERIFY_BYTES_S :
						   cfg->runtime_ms / 1000);
	struct kept k;
	const char *argv[] = { "fio", "--output-format=json+", k.job, NULL };
	char said[512];
	int code, ret;

	ret = name_files(out, stage, &k, err);
	if (!ret)
		ret = write_job(cfg, verify, seed, k.job, err);
	if (!ret)
		ret = dlab_child_run(argv, k.json, k.log, limit_s, &code, err);
	if (ret)
		return ret;
	if (code) {
		last_line(k.log, said, sizeof(said));
		return dlab_fail(err, EIO, "fio ended with code %d: %s", code,
				 said);
	}
	ret = dlab_fio_load(k.json, fio, err);
	if (ret)
		return ret;
	return judge(fio, err);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Each pass is written and read back in an order of its own. */
static int run_verify(const struct config *cfg, struct dlab_out *out,
		      struct dlab_err *err)
{
	uint64_t end_ms = now_ms() + cfg->verify_ms;
	uint64_t seed = ORDER_SEED;
	double bytes = 0;
	struct dlab_err why;
	struct dlab_fio fio;
	int ret;

	do {
		ret = run_fio(cfg, true, seed++, "verify", out, &fio, &why);
		if (!ret && !fio.read_bytes)
			ret = dlab_fail(&why, EIO, "fio read nothing back");
		if (ret)
			return dlab_fail(err, -ret, "verification: %s",
					 why.text);
		bytes += fio.read_bytes;
	} while (now_ms() < end_ms);
	dlab_out_sample(out, "io_verified_bytes", bytes);
	return 0;
}

static int run_reps(const struct config *cfg, struct dlab_out *out,
		    struct dlab_err *err)
{
	double iops[MAX_REPS], bw[MAX_REPS];
	struct dlab_hist lat_ns = { 0 };
	struct dlab_fio fio;
	char stage[16];

	for (uint64_t rep = 0; rep < cfg->reps; rep++) {
		int ret;

		snprintf(stage, sizeof(stage), "%" PRIu64, rep + 1);
		ret = run_fio(cfg, false, ORDER_SEED, stage, out, &fio,
			      err);
		if (ret)
			return ret;
		iops[rep] = fio.iops;
		bw[rep] = fio.bw_bytes;
		dlab_hist_add_all(&lat_ns, &fio.lat_ns);
	}
	dlab_out_samples(out, "iops", iops, cfg->reps);
	dlab_out_samples(out, "bw_bytes", bw, cfg->reps);
	dlab_hist_emit(&lat_ns, out, "lat_ns");
	return 0;
}

static int run_device(const struct config *cfg, struct dlab_out *out,
		      struct dlab_err *err)
{
	struct dlab_dma_debug before, after;
	int ret;

	before = dlab_dma_debug_read("/sys/kernel/debug");
	ret = cfg->verify ? run_verify(cfg, out, err) : 0;
	if (!ret)
		ret = run_reps(cfg, out, err);
	after = dlab_dma_debug_read("/sys/kernel/debug");
	if (!ret)
		ret = dlab_dma_debug_judge(&before, &after, err);
	if (ret || !before.there)
		return ret;
	dlab_out_sample(out, "dma_mappings_before", before.mappings);
	dlab_out_sample(out, "dma_mappings_after", after.mappings);
	return 0;
}

/* fio does not ask whether a device is in use: it is held while fio runs. */
static enum dlab_status run(const struct dlab_case *c, struct dlab_out *out,
			    struct dlab_err *err)
{
	struct dlab_iodev dev;
	enum dlab_status status;
	struct config cfg;
	int ret;

	if (parse(c, &cfg, err))
		return DLAB_FAIL;
	status = dlab_iodev_take(&dev, cfg.device, cfg.passthrough,
				 cfg.nvme_path, err);
	if (status != DLAB_OK)
		return status;
	ret = dlab_iodev_give(&dev, run_device(&cfg, out, err), err);
	if (ret == -ETIMEDOUT)
		return DLAB_TIMEOUT;
	return ret ? DLAB_FAIL : DLAB_OK;
}

const struct dlab_driver dlab_driver_fio = {
	.name = "fio",
	.about = "block I/O by fio, from job files made of the case's keys",
	.keys = keys,
	.unstepped = "drivers/nvme/host/*",
	.setup = setup,
	.run = run,
};
