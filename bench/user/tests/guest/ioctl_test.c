// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does /dev/dmalab refuse what it must, and survive what may happen to it?
 *
 * Runs as root in a guest with dmalab.ko loaded, on the PCI device that is
 * bound to the driver "dmalab", or else on QEMU's edu device, which it binds.
 * The device is unbound, unplugged and found again on the way.  Prints KTAP;
 * exits 0 when everything passed, 1 when something failed, 77 when there is
 * no module or no device.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../../kmod/uapi/dmalab.h"
#include "guest_test.h"

#define DEV	"/dev/dmalab"
#define PCI	"/sys/bus/pci"
#define DRIVER	PCI "/drivers/dmalab"

static int fd;
static char bdf[DMALAB_NAME_LEN];

/* 0 or the errno */
static int do_ioctl(unsigned long cmd, void *arg)
{
	return ioctl(fd, cmd, arg) ? errno : 0;
}

static int write_device(const char *attr, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), PCI "/devices/%s/%s", bdf, attr);
	return write_file(path, text);
}

/* ---- the device ---- */

static bool is_bdf(const char *name)
{
	return strlen(name) == strlen("0000:00:00.0") && name[4] == ':';
}

static bool find_bound(void)
{
	DIR *dir = opendir(DRIVER);
	struct dirent *entry;

	while (dir && !bdf[0] && (entry = readdir(dir)))
		if (is_bdf(entry->d_name))
			strcpy(bdf, entry->d_name);
	if (dir)
		closedir(dir);
	return bdf[0];
}

static bool has_ids(const char *name, const char *vendor, const char *device)
{
	char path[512], buf[16];

	snprintf(path, sizeof(path), PCI "/devices/%s/vendor", name);
	if (!read_file(path, buf, sizeof(buf)) ||
	    strncmp(buf, vendor, strlen(vendor)))
		return false;
	snprintf(path, sizeof(path), PCI "/devices/%s/device", name);
	return read_file(path, buf, sizeof(buf)) &&
	       !strncmp(buf, device, strlen(device));
}

static bool find_edu(void)
{
	DIR *dir = opendir(PCI "/devices");
	struct dirent *entry;

	while (dir && !bdf[0] && (entry = readdir(dir)))
		if (is_bdf(entry->d_name) &&
		    has_ids(entry->d_name, "0x1234", "0x11e8"))
			strcpy(bdf, entry->d_name);
	if (dir)
		closedir(dir);
	return bdf[0];
}

static int bind_device(void)
{
	int err = write_device("driver_override", "dmalab");

	return err ? err : write_file(DRIVER "/bind", bdf);
}

static int attach(void)
{
	struct dmalab_attach a = { .size = sizeof(a) };

	strcpy(a.device, bdf);
	return do_ioctl(DMALAB_IOC_ATTACH, &a);
}

static bool translates(void)
{
	struct dmalab_info info = { .size = sizeof(info) };

	return !do_ioctl(DMALAB_IOC_INFO, &info) && info.granule_bytes;
}

/* ---- runs ---- */

#define MAX_SAMPLES (DMALAB_NR_READINGS * DMALAB_HIST_BUCKETS)
static uint64_t samples[MAX_SAMPLES];

static struct dmalab_run good_run(void)
{
	return (struct dmalab_run){
		.size = sizeof(struct dmalab_run),
		.kase = {
			.path = "page",
			.desc = "nvme-prp",
			.mem = "scattered",
			.bytes = 131072,
			.segs = 32,
		},
		.pass = DMALAB_PASS_TICKS,
		.warmup = 2,
		.ops = 4,
		.threads = 1,
		.node = -1,
		.samples = (uintptr_t)samples,
		.nr_samples = MAX_SAMPLES,
	};
}

/* Goes on until something ends it. */
static struct dmalab_run long_run(void)
{
	struct dmalab_run r = good_run();

	r.pass = DMALAB_PASS_TIME;
	r.batch = 4;
	r.ops = DMALAB_MAX_OPS;
	return r;
}

static int run(struct dmalab_run r)
{
	return do_ioctl(DMALAB_IOC_RUN, &r);
}

static void *background(void *arg)
{
	static uint64_t own[MAX_SAMPLES];
	struct dmalab_run r = *(struct dmalab_run *)arg;
	intptr_t err;

	if (r.nr_samples <= MAX_SAMPLES)
		r.samples = (uintptr_t)own;
	/* who asks whether it has started may be in the way for a moment */
	do
		err = run(r);
	while (err == EBUSY);
	return (void *)err;
}

/* Waits until somebody's run has the device. */
static bool wait_for_run(void)
{
	struct timespec ms = { .tv_nsec = 1000000 };

	for (int i = 0; i < 10000; i++) {
		if (attach() == EBUSY)
			return true;
		nanosleep(&ms, NULL);
	}
	fail("the run did not start");
	return false;
}

static bool start_run(pthread_t *thread, struct dmalab_run *r)
{
	if (pthread_create(thread, NULL, background, r)) {
		fail("no thread");
		return false;
	}
	if (wait_for_run())
		return true;
	pthread_join(*thread, NULL);
	return false;
}

static int end_of(pthread_t thread)
{
	void *err;

	pthread_join(thread, &err);
	return (intptr_t)err;
}

/* ---- what is left mapped ---- */

/*
 * What the kernel's DMA debugging still has of our device, -1 where it has no
 * such file.
 */
static int count_dma_debug(void)
{
	FILE *f = fopen("/sys/kernel/debug/dma-api/dump", "re");
	char line[512];
	int n = 0;

	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		n += !!strstr(line, bdf);
	fclose(f);
	return n;
}

/* Entries of the page table that VT-d's debugfs shows, or -1. */
static int count_ptes(void)
{
	char path[256], line[512];
	int n = 0;
	FILE *f;

	snprintf(path, sizeof(path),
		 "/sys/kernel/debug/iommu/intel/%s/domain_translation_struct",
		 bdf);
	f = fopen(path, "re");
	if (!f)
		return -1;
	while (fgets(line, sizeof(line), f))
		n += !strncmp(line, "0x", 2);
	fclose(f);
	return n;
}

/* So that "nothing is mapped" is not said by somebody who sees nothing. */
static void expect_something_mapped(void)
{
	int i;

	for (i = 0; i < 1000; i++)
		if (count_ptes() && count_dma_debug())
			return;
	fail("nothing was seen mapped during a run");
}

static void expect_nothing_mapped(void)
{
	expect(count_dma_debug() <= 0);
	expect(count_ptes() <= 0);
}

/* ---- sizes ---- */

struct call {
	unsigned long cmd;
	size_t size;
	const char *name;
};

static const struct call calls[] = {
	{ DMALAB_IOC_INFO, sizeof(struct dmalab_info), "info" },
	{ DMALAB_IOC_NAME, sizeof(struct dmalab_name), "name" },
	{ DMALAB_IOC_ATTACH, sizeof(struct dmalab_attach), "attach" },
	{ DMALAB_IOC_RUN, sizeof(struct dmalab_run), "run" },
};

#define NR_CALLS (sizeof(calls) / sizeof(calls[0]))

/* a request that is fine when its size is */
static void fill_good(const struct call *c, void *buf)
{
	struct dmalab_run r = good_run();
	struct dmalab_attach a = {};

	memset(buf, 0, 8192);
	strcpy(a.device, bdf);
	if (c->cmd == DMALAB_IOC_RUN)
		memcpy(buf, &r, sizeof(r));
	if (c->cmd == DMALAB_IOC_ATTACH)
		memcpy(buf, &a, sizeof(a));
}

static int call_with_size(const struct call *c, uint32_t size, size_t dirty)
{
	static char buf[8192];

	fill_good(c, buf);
	memcpy(buf, &size, sizeof(size));
	if (dirty)
		buf[dirty] = 1;
	return do_ioctl(c->cmd, buf);
}

static void test_sizes_that_are_no_structure(void)
{
	for (size_t i = 0; i < NR_CALLS; i++) {
		for (uint32_t size = 0; size < 4; size++)
			expect_errno(EINVAL, call_with_size(&calls[i], size, 0));
		expect_errno(E2BIG, call_with_size(&calls[i], 4097, 0));
		expect_errno(E2BIG, call_with_size(&calls[i], UINT32_MAX, 0));
	}
}

static void test_longer_structures_with_zero_tail(void)
{
	for (size_t i = 0; i < NR_CALLS; i++) {
		size_t size = calls[i].size;

		expect_errno(0, call_with_size(&calls[i], size, 0));
		expect_errno(0, call_with_size(&calls[i], size + 1, 0));
		expect_errno(0, call_with_size(&calls[i], size + 64, 0));
		expect_errno(0, call_with_size(&calls[i], 4096, 0));
	}
}

static void test_longer_structures_with_a_tail(void)
{
	for (size_t i = 0; i < NR_CALLS; i++) {
		size_t size = calls[i].size;

		expect_errno(E2BIG, call_with_size(&calls[i], size + 8,
						   size + 7));
		expect_errno(E2BIG, call_with_size(&calls[i], 4096, 4095));
	}
}

/* The tail that is missing counts as zero, and nothing is written beyond. */
static void test_shorter_structures(void)
{
	struct dmalab_info info;

	memset(&info, 0x5a, sizeof(info));
	info.size = 8;
	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	expect(info.version == DMALAB_UAPI_VERSION);
	expect(info.nr_paths == 0x5a5a5a5a);
	/* a run of 0 bytes, and a device of no name */
	expect_errno(EINVAL, call_with_size(&calls[3], 4, 0));
	expect_errno(ENODEV, call_with_size(&calls[2], 8, 0));
}

static void test_bad_addresses(void)
{
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	munmap(page + 4096, 4096);
	for (size_t i = 0; i < NR_CALLS; i++) {
		uint32_t size = calls[i].size;

		expect_errno(EFAULT, do_ioctl(calls[i].cmd, NULL));
		expect_errno(EFAULT, do_ioctl(calls[i].cmd, (void *)-4096));
		memcpy(page + 4088, &size, sizeof(size));
		expect_errno(EFAULT, do_ioctl(calls[i].cmd, page + 4088));
	}
	munmap(page, 4096);
	expect_errno(ENOTTY, do_ioctl(_IO(DMALAB_IOC_MAGIC, 99), NULL));
	expect_errno(ENOTTY, do_ioctl(_IO('x', 0), NULL));
}

/* ---- fields ---- */

static void test_info_describes_the_device(void)
{
	struct dmalab_info info = { .size = sizeof(info) };

	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	expect(!strcmp(info.device, bdf));
	expect(!info.driver[0]);
	expect(info.domain[0] && info.iommu[0]);
	expect(info.nr_paths && info.nr_descs && info.nr_mems);
	expect(info.cpus == (unsigned int)sysconf(_SC_NPROCESSORS_ONLN));
	expect(info.loop_insns && info.loop_ticks && info.tsc_khz);
	info.resv[0] = 1;
	expect_errno(EINVAL, do_ioctl(DMALAB_IOC_INFO, &info));
}

static int ask_name(uint32_t kind, uint32_t index, struct dmalab_name *name)
{
	*name = (struct dmalab_name){
		.size = sizeof(*name),
		.kind = kind,
		.index = index,
	};
	return do_ioctl(DMALAB_IOC_NAME, name);
}

static void test_names_end_where_info_says(void)
{
	struct dmalab_info info = { .size = sizeof(info) };
	struct dmalab_name name;
	uint32_t nr[5];

	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	nr[DMALAB_KIND_PATH] = info.nr_paths;
	nr[DMALAB_KIND_DESC] = info.nr_descs;
	nr[DMALAB_KIND_MEM] = info.nr_mems;
	nr[DMALAB_KIND_COUNTER] = info.nr_counters;
	nr[DMALAB_KIND_STEP] = info.nr_steps;
	for (uint32_t kind = 0; kind < 5; kind++) {
		for (uint32_t i = 0; i < nr[kind]; i++) {
			expect_errno(0, ask_name(kind, i, &name));
			expect(name.name[0]);
		}
		expect_errno(ERANGE, ask_name(kind, nr[kind], &name));
		expect_errno(ERANGE, ask_name(kind, UINT32_MAX, &name));
	}
	expect_errno(EINVAL, ask_name(5, 0, &name));
	expect_errno(EINVAL, ask_name(UINT32_MAX, 0, &name));
}

/* A path that the kernel cannot run says what is missing, and is refused. */
static void test_missing_paths_say_why(void)
{
	struct dmalab_info info = { .size = sizeof(info) };
	struct dmalab_name name;

	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	for (uint32_t i = 0; i < info.nr_paths; i++) {
		struct dmalab_run r = good_run();
		bool missing;

		expect_errno(0, ask_name(DMALAB_KIND_PATH, i, &name));
		missing = name.flags & DMALAB_NAME_MISSING;
		expect(missing == !!name.lacks[0]);
		strcpy(r.kase.path, name.name);
		expect_errno(missing ? EOPNOTSUPP : 0, run(r));
	}
}

static int attach_to(const char *device, uint32_t flags)
{
	struct dmalab_attach a = { .size = sizeof(a), .flags = flags };

	memcpy(a.device, device, strnlen(device, sizeof(a.device)));
	return do_ioctl(DMALAB_IOC_ATTACH, &a);
}

static void test_attach_refuses_other_devices(void)
{
	char longest[DMALAB_NAME_LEN + 1] = {};

	memset(longest, 'x', DMALAB_NAME_LEN);
	expect_errno(EINVAL, attach_to(longest, 0));
	expect_errno(EINVAL, attach_to(bdf, 2));
	expect_errno(EINVAL, attach_to(bdf, 0x80000000));
	expect_errno(ENODEV, attach_to("", 0));
	expect_errno(ENODEV, attach_to("ffff:ff:1f.7", 0));
	expect_errno(ENODEV, attach_to("../../../../etc", 0));
	/* it is bound to dmalab, so there is nobody to borrow it from */
	expect_errno(ENODEV, attach_to(bdf, DMALAB_ATTACH_BORROW));
	expect_errno(0, attach());
}

#define expect_run(want, change)              \
	do {                                  \
		struct dmalab_run r = good_run(); \
		change;                       \
		expect_errno_at(__LINE__, #change, want, run(r)); \
	} while (0)

static void test_fields_out_of_range(void)
{
	expect_run(0, (void)r);
	expect_run(EINVAL, r.flags = 1);
	expect_run(EINVAL, r.resv = 1);
	expect_run(EINVAL, r.kase.resv = 1);
	expect_run(EINVAL, memset(r.kase.path, 'x', DMALAB_NAME_LEN));
	expect_run(EINVAL, memset(r.kase.desc, 'x', DMALAB_NAME_LEN));
	expect_run(EINVAL, memset(r.kase.mem, 'x', DMALAB_NAME_LEN));
	expect_run(ENOENT, strcpy(r.kase.path, "nosuch"));
	expect_run(ENOENT, strcpy(r.kase.desc, "nosuch"));
	expect_run(ENOENT, strcpy(r.kase.mem, "nosuch"));
	expect_run(EINVAL, r.kase.bytes = 0);
	expect_run(EINVAL, r.kase.bytes = DMALAB_MAX_BYTES + 1ULL);
	expect_run(EINVAL, r.kase.bytes = UINT64_MAX);
	expect_run(EINVAL, r.kase.segs = 0);
	expect_run(EINVAL, r.kase.segs = DMALAB_MAX_SEGS + 1);
	expect_run(EINVAL, r.kase.segs = 31);
	expect_run(EINVAL, r.kase.offset = 4096);
	expect_run(EINVAL, r.kase.offset = UINT32_MAX);
	expect_run(EINVAL, r.kase.offset = 512);
	expect_run(EINVAL, r.kase.dir = 2);
	expect_run(EINVAL, r.kase.dir = UINT32_MAX);
	expect_run(EINVAL, r.pass = DMALAB_PASS_STEPS + 1);
	expect_run(EINVAL, r.pass = UINT32_MAX);
	expect_run(EINVAL, r.warmup = DMALAB_MAX_OPS + 1);
	expect_run(EINVAL, r.ops = 0);
	expect_run(EINVAL, r.ops = DMALAB_MAX_OPS + 1);
	expect_run(EINVAL, r.node = -2);
	expect_run(EINVAL, r.node = INT32_MAX);
	expect_run(EINVAL, r.lba = 1);
}

static void test_fields_of_another_pass(void)
{
	expect_run(EINVAL, r.batch = 1);
	expect_run(EINVAL, r.threads = 0);
	expect_run(EINVAL, r.threads = 2);
	expect_run(EINVAL, r.pass = DMALAB_PASS_TIME);
	expect_run(EINVAL, r.pass = DMALAB_PASS_TIME;
		   r.batch = DMALAB_MAX_OPS + 1);
	expect_run(EINVAL, r.pass = DMALAB_PASS_TIME; r.batch = 1;
		   r.threads = 0);
	expect_run(EINVAL, r.pass = DMALAB_PASS_TIME; r.batch = 1;
		   r.threads = DMALAB_MAX_THREADS + 1);
	expect_run(EINVAL, r.pass = DMALAB_PASS_TIME; r.batch = 1;
		   r.threads = sysconf(_SC_NPROCESSORS_ONLN) + 1);
	expect_run(ENOMEM, r.pass = DMALAB_PASS_TIME; r.batch = DMALAB_MAX_OPS);
	expect_run(EOPNOTSUPP, strcpy(r.kase.mem, "contig");
		   r.kase.bytes = DMALAB_MAX_BYTES; r.kase.segs = 1);
}

static void test_room_for_samples(void)
{
	struct dmalab_run r = good_run();

	r.nr_samples = 15;
	expect_errno(ENOSPC, do_ioctl(DMALAB_IOC_RUN, &r));
	expect(r.nr_samples == 16);
	expect_errno(0, do_ioctl(DMALAB_IOC_RUN, &r));
	expect(r.nr_samples == 16);
	expect(r.verified_bytes == r.kase.bytes);
	expect(r.desc_bytes && r.dma_segs);
	r.samples = 0;
	expect_errno(EFAULT, do_ioctl(DMALAB_IOC_RUN, &r));
}

/* ---- functions of what is stepped ---- */

#define ROOM	1024
static struct dmalab_function functions[ROOM];

/* a short operation: under KASAN and lockdep each takes many steps */
static struct dmalab_run stepping_run(void)
{
	struct dmalab_run r = good_run();

	r.pass = DMALAB_PASS_STEPS;
	r.kase.bytes = 4096;
	r.kase.segs = 1;
	r.warmup = 1;
	r.ops = 1;
	r.functions = (uintptr_t)functions;
	r.nr_functions = ROOM;
	r.function_bytes = sizeof(functions[0]);
	return r;
}

/* What the pass itself counted. */
static uint64_t insns_stepped(void)
{
	struct dmalab_name name;

	for (uint32_t i = 0; !ask_name(DMALAB_KIND_STEP, i, &name); i++)
		if (!strcmp(name.name, "insns_stepped"))
			return samples[i];
	return 0;
}

static uint64_t insns_of(const struct dmalab_function *f)
{
	uint64_t sum = 0;

	for (int p = 0; p < DMALAB_NR_PHASES; p++)
		sum += f->insns[p];
	return sum;
}

/* in @nr entries, @bytes apart */
static uint64_t insns_in(const void *entries, uint32_t nr, uint32_t bytes)
{
	uint64_t sum = 0;

	for (uint32_t i = 0; i < nr; i++)
		sum += insns_of((const void *)((const char *)entries +
					       (size_t)i * bytes));
	return sum;
}

static const struct dmalab_function *function(const char *name, uint32_t nr)
{
	for (uint32_t i = 0; i < nr; i++)
		if (!strcmp(functions[i].name, name))
			return &functions[i];
	return NULL;
}

static void test_functions_have_every_instruction(void)
{
	struct dmalab_run r = stepping_run();
	const struct dmalab_function *f;

	expect_errno(0, do_ioctl(DMALAB_IOC_RUN, &r));
	expect(r.nr_functions > 5 && r.nr_functions < ROOM);
	expect(insns_stepped());
	expect(insns_in(functions, r.nr_functions, sizeof(*f)) +
		       r.insns_unnamed == insns_stepped());
	for (uint32_t i = 0; i < r.nr_functions; i++) {
		f = &functions[i];
		expect(f->name[0] && !f->name[DMALAB_FUNCTION_LEN - 1]);
		expect(insns_of(f));
		for (int p = 0; p < DMALAB_NR_PHASES; p++)
			expect(f->calls[p] <= f->insns[p]);
	}
	f = function("page_map [dmalab]", r.nr_functions);
	expect(f && f->calls[DMALAB_READ_MAP] == 1);
	expect(f && !f->insns[DMALAB_READ_FILL] && !f->insns[DMALAB_READ_UNMAP]);
	f = function("page_unmap [dmalab]", r.nr_functions);
	expect(f && f->calls[DMALAB_READ_UNMAP] == 1);
	f = function("prp_begin [dmalab]", r.nr_functions);
	expect(f && f->calls[DMALAB_READ_FILL] == 1);
}

static void test_functions_without_room_are_told(void)
{
	for (uint32_t room = 1; room < 4; room++) {
		struct dmalab_run r = stepping_run();

		r.nr_functions = room;
		memset(functions, 0x5a, sizeof(functions));
		expect_errno(0, do_ioctl(DMALAB_IOC_RUN, &r));
		expect(r.nr_functions == room);
		expect(r.insns_unnamed);
		expect(insns_in(functions, room, sizeof(*functions)) +
			       r.insns_unnamed == insns_stepped());
		expect(functions[room].name[0] == 0x5a);
	}
}

/* What is longer than the module knows is cleared, and nothing beyond. */
static void test_longer_functions(void)
{
	static char buf[ROOM * 256];
	const uint32_t bytes = sizeof(struct dmalab_function) + 24;
	struct dmalab_run r = stepping_run();

	memset(buf, 0x5a, sizeof(buf));
	r.functions = (uintptr_t)buf;
	r.function_bytes = bytes;
	expect_errno(0, do_ioctl(DMALAB_IOC_RUN, &r));
	expect(insns_in(buf, r.nr_functions, bytes) + r.insns_unnamed ==
	       insns_stepped());
	for (uint32_t i = 0; i < r.nr_functions; i++)
		for (uint32_t j = sizeof(struct dmalab_function); j < bytes; j++)
			expect(!buf[(size_t)i * bytes + j]);
	expect(buf[(size_t)r.nr_functions * bytes] == 0x5a);
}

/* A program that knows nothing of functions. */
static void test_stepping_without_functions(void)
{
	struct dmalab_run r = stepping_run();

	memset(functions, 0x5a, sizeof(functions));
	r.size = offsetof(struct dmalab_run, functions);
	expect_errno(0, do_ioctl(DMALAB_IOC_RUN, &r));
	expect(insns_stepped());
	expect(functions[0].name[0] == 0x5a);
	expect(r.nr_functions == ROOM);
}

#define expect_step(want, change)                                          \
	do {                                                               \
		struct dmalab_run r = stepping_run();                      \
		change;                                                    \
		expect_errno_at(__LINE__, #change, want, run(r));          \
	} while (0)

static void test_functions_out_of_range(void)
{
	expect_step(0, (void)r);
	expect_step(EINVAL, r.nr_functions = 0);
	expect_step(EINVAL, r.nr_functions = 0; r.functions = 0);
	expect_step(EINVAL, r.nr_functions = 0; r.function_bytes = 0);
	expect_step(EINVAL, r.nr_functions = DMALAB_MAX_FUNCTIONS + 1);
	expect_step(EINVAL, r.nr_functions = UINT32_MAX);
	expect_step(EINVAL, r.function_bytes = 0);
	expect_step(EINVAL, r.function_bytes = sizeof(functions[0]) - 1);
	expect_step(EINVAL, r.function_bytes = 4097);
	expect_step(EINVAL, r.function_bytes = UINT32_MAX);
	expect_step(EINVAL, r.pass = DMALAB_PASS_TICKS);
	expect_step(EINVAL, r.pass = DMALAB_PASS_COUNTERS);
	expect_step(EFAULT, r.functions = 0);
	expect_step(EFAULT, r.functions = (uintptr_t)-4096);
	expect_nothing_mapped();
}

/* ---- garbage ---- */

static uint64_t rnd_state = 20261120;

static uint64_t rnd(void)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return rnd_state;
}

static void test_garbage_is_refused(void)
{
	static uint64_t buf[512];
	unsigned int n[2] = {};

	for (int i = 0; i < 20000; i++) {
		const struct call *c = &calls[rnd() % NR_CALLS];
		uint32_t size = rnd() % 2 ? c->size : rnd() % 4200;

		for (size_t j = 0; j < 512; j++)
			buf[j] = rnd() & (rnd() % 2 ? 0 : UINT64_MAX);
		memcpy(buf, &size, sizeof(size));
		n[!!do_ioctl(c->cmd, buf)]++;
	}
	printf("# %u refused, %u taken\n", n[1], n[0]);
	expect(n[1] > n[0]);
	expect_errno(0, attach());
	expect_errno(0, run(good_run()));
}

#define pick(...)                                          \
	({                                                 \
		static const typeof((__VA_ARGS__)) of[] = { \
			__VA_ARGS__ };                     \
		of[rnd() % (sizeof(of) / sizeof(of[0]))];  \
	})

/* Requests of which each field is likely, and the whole often makes no sense */
static void test_unlikely_requests(void)
{
	static const char *const paths[] = { "null", "page", "sg",
					     "sg-pre", "iova", "iova-batch",
					     "phys", "blk-sg",
					     "blk-iter" };
	static const char *const descs[] = { "nvme-prp", "nvme-sgl", "mtt",
					     "gpu-pte" };
	static const char *const mems[] = { "scattered", "contig", "huge",
					    "gapped" };
	unsigned int good = 0;

	for (int i = 0; i < 400; i++) {
		struct dmalab_run r = good_run();
		uint64_t pages;

		strcpy(r.kase.path, paths[rnd() % (sizeof(paths) / sizeof(*paths))]);
		strcpy(r.kase.desc, descs[rnd() % 4]);
		strcpy(r.kase.mem, mems[rnd() % 4]);
		r.kase.bytes = 1 + rnd() % (rnd() % 2 ? 10000 : 3000000);
		r.kase.offset = rnd() % 2 ? 0 : rnd() % 4100;
		pages = (r.kase.offset + r.kase.bytes + 4095) / 4096;
		r.kase.segs = rnd() % 2 ? pages : rnd() % 3;
		r.kase.dir = rnd() % 2;
		r.pass = rnd() % 2 ? DMALAB_PASS_TICKS : DMALAB_PASS_TIME;
		r.batch = r.pass == DMALAB_PASS_TIME ? rnd() % 5 : 0;
		r.ops = rnd() % 4;
		r.warmup = rnd() % 3;
		good += !run(r);
	}
	printf("# %u of 400 ran\n", good);
	expect(good > 20);
	expect_nothing_mapped();
}

/* ---- who may ---- */

static void test_only_root_opens(void)
{
	int status;
	pid_t pid;

	chmod(DEV, 0666);
	pid = fork();
	if (!pid) {
		if (setgroups(0, NULL) || setresgid(65534, 65534, 65534) ||
		    setresuid(65534, 65534, 65534))
			_exit(2);
		_exit(open(DEV, O_RDWR) < 0 && errno == EPERM ? 0 : 1);
	}
	waitpid(pid, &status, 0);
	chmod(DEV, 0600);
	expect(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void test_mode_keeps_others_out(void)
{
	struct stat st;

	expect(!stat(DEV, &st) && (st.st_mode & 0777) == 0600);
}

/* ---- what happens during a run ---- */

static void on_signal(int sig)
{
	(void)sig;
}

static void test_second_caller_is_refused(void)
{
	struct dmalab_info info = { .size = sizeof(info) };
	struct dmalab_run r = long_run();
	pthread_t thread;

	if (!start_run(&thread, &r))
		return;
	expect_errno(EBUSY, run(good_run()));
	expect_errno(EBUSY, attach());
	expect_errno(EBUSY, do_ioctl(DMALAB_IOC_DETACH, NULL));
	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	expect(!strcmp(info.device, bdf));
	if (translates())
		expect_something_mapped();
	pthread_kill(thread, SIGUSR1);
	expect_errno(EINTR, end_of(thread));
	expect_nothing_mapped();
	expect_errno(0, run(good_run()));
}

static void test_unloading_during_a_run_is_refused(void)
{
	struct dmalab_run r = long_run();
	pthread_t thread;

	if (!start_run(&thread, &r))
		return;
	expect(syscall(SYS_delete_module, "dmalab", O_NONBLOCK) == -1);
	expect_errno(EAGAIN, errno);
	pthread_kill(thread, SIGUSR1);
	expect_errno(EINTR, end_of(thread));
}

static bool ticks_are_insns(void)
{
	struct dmalab_info info = { .size = sizeof(info) };

	return !do_ioctl(DMALAB_IOC_INFO, &info) &&
	       info.loop_ticks - info.loop_insns < 64;
}

static void unbind_during(struct dmalab_run r)
{
	pthread_t thread;

	if (!start_run(&thread, &r))
		return;
	expect_errno(0, write_file(DRIVER "/unbind", bdf));
	expect_errno(ENODEV, end_of(thread));
	expect_errno(ENODEV, run(good_run()));
	expect_nothing_mapped();
	expect_errno(0, bind_device());
	expect_errno(0, attach());
	expect_errno(0, run(good_run()));
}

static void test_unbinding_ends_a_run(void)
{
	struct dmalab_run r = long_run();

	unbind_during(r);
}

/* One section with interrupts off for all of it cannot be interrupted. */
static void test_unbinding_ends_a_sequence(void)
{
	struct dmalab_run r = good_run();
	static uint64_t *many;

	if (ticks_are_insns()) {
		skip("interrupts are off for the whole sequence");
		return;
	}
	many = realloc(many, DMALAB_MAX_OPS * 32UL);
	r.ops = DMALAB_MAX_OPS;
	r.nr_samples = r.ops * 4UL;
	r.samples = (uintptr_t)many;
	unbind_during(r);
}

static bool device_is_there(void)
{
	char path[128];

	snprintf(path, sizeof(path), PCI "/devices/%s", bdf);
	return !access(path, F_OK);
}

static void test_unplugging_ends_a_run(void)
{
	struct dmalab_run r = long_run();
	struct dmalab_info info = { .size = sizeof(info) };
	pthread_t thread;

	if (!start_run(&thread, &r))
		return;
	expect_errno(0, write_device("remove", "1"));
	expect_errno(ENODEV, end_of(thread));
	expect(!device_is_there());
	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	expect(!info.device[0]);
	expect_errno(ENODEV, run(good_run()));
	expect_errno(ENODEV, attach());
	expect_errno(0, write_file(PCI "/rescan", "1"));
	expect(device_is_there());
	expect_errno(0, bind_device());
	expect_errno(0, attach());
	expect_errno(0, run(good_run()));
	expect_nothing_mapped();
}

/* Again and again, at moments that nobody chose. */
static void test_unbinding_at_any_moment(void)
{
	for (int i = 0; i < 20; i++) {
		struct timespec wait = { .tv_nsec = rnd() % 30000000 };
		struct dmalab_run r = long_run();
		pthread_t thread;

		if (!start_run(&thread, &r))
			return;
		nanosleep(&wait, NULL);
		expect_errno(0, write_file(DRIVER "/unbind", bdf));
		expect_errno(ENODEV, end_of(thread));
		expect_errno(0, bind_device());
		expect_errno(0, attach());
	}
	expect_nothing_mapped();
}

static void test_killed_process_leaves_nothing(void)
{
	struct dmalab_run r = long_run();
	int status;
	pid_t pid;

	pid = fork();
	if (!pid) {
		background(&r);
		_exit(0);
	}
	wait_for_run();
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	expect(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	expect_nothing_mapped();
	expect_errno(0, run(good_run()));
}

/* ---- borrowing ---- */

/* A device that has another driver, in @name, and the driver in @driver. */
static bool find_lender(char *name, char *driver)
{
	DIR *dir = opendir(PCI "/devices");
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		char path[512], target[256] = "";

		snprintf(path, sizeof(path), PCI "/devices/%s/driver",
			 entry->d_name);
		if (!is_bdf(entry->d_name) || !strcmp(entry->d_name, bdf) ||
		    readlink(path, target, sizeof(target) - 1) < 0)
			continue;
		strcpy(name, entry->d_name);
		snprintf(driver, DMALAB_NAME_LEN, "%s",
			 strrchr(target, '/') + 1);
		found = true;
	}
	if (dir)
		closedir(dir);
	return found;
}

static void test_borrowed_device_stays_with_its_driver(void)
{
	struct dmalab_info info = { .size = sizeof(info) };
	char name[DMALAB_NAME_LEN], driver[DMALAB_NAME_LEN];
	char path[128];

	if (!find_lender(name, driver)) {
		skip("no PCI device has another driver");
		return;
	}
	expect_errno(ENODEV, attach_to(name, 0));
	expect_errno(0, attach_to(name, DMALAB_ATTACH_BORROW));
	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	expect(!strcmp(info.device, name) && !strcmp(info.driver, driver));
	expect_errno(0, run(good_run()));
	expect_errno(0, do_ioctl(DMALAB_IOC_DETACH, NULL));
	expect_errno(ENODEV, do_ioctl(DMALAB_IOC_DETACH, NULL));
	expect_errno(ENODEV, run(good_run()));
	snprintf(path, sizeof(path), PCI "/devices/%s/driver", name);
	expect(!access(path, F_OK));
	expect_errno(0, attach());
}

/* ---- allocations that fail ---- */

#define FAULTS "/sys/kernel/debug/"

/* Without these only what may not sleep fails. */
static bool let_all_allocations_fail(void)
{
	/* a stack for each of hundreds of failures hides what matters */
	write_file(FAULTS "failslab/verbose", "0");
	write_file(FAULTS "fail_page_alloc/verbose", "0");
	return !write_file(FAULTS "failslab/ignore-gfp-wait", "0") &&
	       !write_file(FAULTS "fail_page_alloc/ignore-gfp-wait", "0") &&
	       !write_file(FAULTS "fail_page_alloc/min-order", "0");
}

/* Fails the @nth allocation of a run.  false: it has not so many. */
static bool fail_nth(struct dmalab_run r, unsigned int nth)
{
	const char *file = "/proc/thread-self/fail-nth";
	char text[16];
	int err;

	snprintf(text, sizeof(text), "%u", nth);
	if (write_file(file, text)) {
		fail("cannot write %s", file);
		return false;
	}
	err = run(r);
	if (!read_file(file, text, sizeof(text)))
		return false;
	write_file(file, "0");
	if (atoi(text)) {
		expect_errno(0, err);
		return false;
	}
	/* an allocation that has a fallback may fail unseen */
	if (err && err != ENOMEM && err != EIO)
		fail("%s, allocation %u: %s", r.kase.path, nth, name_of(err));
	return true;
}

static void sweep(const char *path, const char *desc, unsigned int pass)
{
	struct dmalab_run r = good_run();
	unsigned int nth = 1;

	if (pass == DMALAB_PASS_STEPS)
		r = stepping_run();
	strcpy(r.kase.path, path);
	strcpy(r.kase.desc, desc);
	r.pass = pass;
	r.batch = pass == DMALAB_PASS_TIME ? 2 : 0;
	r.ops = 2;
	while (!failed && fail_nth(r, nth)) {
		expect_nothing_mapped();
		nth++;
	}
	printf("# %s into %s, pass %u: %u allocations\n", path, desc, pass,
	       nth - 1);
	expect_errno(0, run(r));
}

static void test_every_allocation_may_fail(void)
{
	struct dmalab_info info = { .size = sizeof(info) };
	struct dmalab_name name;
	char text[16];

	if (!read_file("/proc/thread-self/fail-nth", text, sizeof(text))) {
		skip("needs CONFIG_FAULT_INJECTION");
		return;
	}
	if (!let_all_allocations_fail())
		printf("# only GFP_ATOMIC fails, for want of CONFIG_FAULT_INJECTION_DEBUG_FS\n");
	expect_errno(0, do_ioctl(DMALAB_IOC_INFO, &info));
	for (uint32_t i = 0; i < info.nr_paths; i++) {
		ask_name(DMALAB_KIND_PATH, i, &name);
		if (!(name.flags & DMALAB_NAME_MISSING))
			sweep(name.name, "nvme-prp", DMALAB_PASS_TICKS);
	}
	for (uint32_t i = 0; i < info.nr_descs; i++) {
		ask_name(DMALAB_KIND_DESC, i, &name);
		sweep("page", name.name, DMALAB_PASS_TICKS);
	}
	sweep("sg", "nvme-prp", DMALAB_PASS_TIME);
	sweep("page", "nvme-prp", DMALAB_PASS_STEPS);
}

/* ---- all of them ---- */

static const struct test tests[] = {
	TEST(info_describes_the_device),
	TEST(names_end_where_info_says),
	TEST(sizes_that_are_no_structure),
	TEST(longer_structures_with_zero_tail),
	TEST(longer_structures_with_a_tail),
	TEST(shorter_structures),
	TEST(bad_addresses),
	TEST(attach_refuses_other_devices),
	TEST(fields_out_of_range),
	TEST(fields_of_another_pass),
	TEST(room_for_samples),
	TEST(functions_have_every_instruction),
	TEST(functions_without_room_are_told),
	TEST(longer_functions),
	TEST(stepping_without_functions),
	TEST(functions_out_of_range),
	TEST(garbage_is_refused),
	TEST(missing_paths_say_why),
	TEST(unlikely_requests),
	TEST(mode_keeps_others_out),
	TEST(only_root_opens),
	TEST(second_caller_is_refused),
	TEST(unloading_during_a_run_is_refused),
	TEST(unbinding_ends_a_run),
	TEST(unbinding_ends_a_sequence),
	TEST(unbinding_at_any_moment),
	TEST(unplugging_ends_a_run),
	TEST(killed_process_leaves_nothing),
	TEST(borrowed_device_stays_with_its_driver),
	TEST(every_allocation_may_fail),
};

#define NR_TESTS ((int)(sizeof(tests) / sizeof(tests[0])))

static const char *prepare(void)
{
	struct sigaction sa = { .sa_handler = on_signal };

	sigaction(SIGUSR1, &sa, NULL);
	fd = open(DEV, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return "no " DEV ": load dmalab.ko, and be root";
	if (!find_bound() && !(find_edu() && !bind_device()))
		return "no PCI device is bound to dmalab, and there is no edu";
	if (attach())
		return "cannot attach the device";
	return NULL;
}

int main(void)
{
	const char *missing = prepare();

	begin_tests(NR_TESTS, missing);
	if (missing)
		return 77;
	for (int i = 0; i < NR_TESTS; i++)
		run_test(&tests[i], "");
	return end_tests();
}
