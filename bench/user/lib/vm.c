// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which machine does a guest get?  Everything that moves instruction counts is
 * pinned: machine and CPU model by version, memory, clock, seed, address width
 * (by the topology), and for counting guests one CPU under -icount and nothing
 * that completes in host time.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "vm.h"

#define NVME_BYTES	(256LL << 20)
#define NS_BYTES	(32LL << 20)
#define KVM_PROBE_S	60

/* PCI addresses that the two root ports below give to their devices */
#define DMA_DEVICE	"0000:01:00.0"
#define NVME_BLK	"/dev/nvme0n1"
#define NVME_CHAR	"/dev/ng0n1"

/* ---- the job: what the guest's init finds in /job */

static int append_file(FILE *to, const char *path, struct dlab_err *err)
{
	static char buf[1 << 16];
	FILE *from = fopen(path, "re");
	int ret = 0;
	size_t n;

	if (!from)
		return dlab_fail(err, errno, "cannot read %s: %s", path,
				 strerror(errno));
	while ((n = fread(buf, 1, sizeof(buf), from)))
		fwrite(buf, 1, n, to);
	if (ferror(from))
		ret = dlab_fail(err, EIO, "cannot read %s", path);
	else if (ferror(to))
		ret = dlab_fail(err, EIO, "cannot write a copy of %s", path);
	fclose(from);
	return ret;
}

static int write_machine(const struct dlab_vm *vm, const char *path,
			 struct dlab_err *err)
{
	const struct dlab_topology *t = vm->topology;
	char kit[PATH_MAX];
	FILE *f = fopen(path, "we");
	int ret;

	if (!f)
		return dlab_fail(err, errno, "cannot write %s: %s", path,
				 strerror(errno));
	fprintf(f, "[machine]\ndma_device = %s\n", DMA_DEVICE);
	if (dlab_kind_does_io(vm->kind))
		fprintf(f, "nvme_blk = %s\nnvme_char = %s\n", NVME_BLK,
			NVME_CHAR);
	fputs("[expect]\n", f);
	for (size_t i = 0; i < t->nr_expect; i++) {
		/* data is moved through an NVMe, which has no ATS */
		if (vm->kind == DLAB_DEVIO && !strcmp(t->expect[i].key, "ats"))
			continue;
		/* only a guest that does I/O loads the NVMe driver */
		if (!dlab_kind_does_io(vm->kind) &&
		    !strcmp(t->expect[i].key, "nvme_sgl"))
			continue;
		fprintf(f, "%s = %s\n", t->expect[i].key, t->expect[i].value);
	}
	/* an image of another build would be measured under this one's name */
	snprintf(kit, sizeof(kit), "%s/expect", vm->kit);
	ret = append_file(f, kit, err);
	if (fclose(f) && !ret)
		ret = dlab_fail(err, EIO, "cannot write %s", path);
	return ret;
}

/* archives that follow one another start at multiples of four */
static int append_archive(FILE *to, const char *path, struct dlab_err *err)
{
	int ret = append_file(to, path, err);

	while (!ret && ftell(to) % 4)
		fputc(0, to);
	return ret;
}

/* runs a shell command in @dir; its words come from this program alone */
static int shell_in(const char *dir, const char *command)
{
	pid_t pid = fork();
	int status;

	if (!pid) {
		if (chdir(dir))
			_exit(126);
		execl("/bin/sh", "sh", "-c", command, NULL);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		return -errno;
	return WIFEXITED(status) && !WEXITSTATUS(status) ? 0 : -EIO;
}

/* the job as a cpio archive, the same bytes for the same content */
static int write_job(const struct dlab_vm *vm, struct dlab_err *err)
{
	if (shell_in(vm->dir,
		     "mkdir -p job && mv cases.tsv machine.ini job/ && "
		     "touch -d @0 job job/* && "
		     "printf 'job\njob/cases.tsv\njob/machine.ini\n' | "
		     "cpio -o -H newc -R 0:0 --reproducible --quiet >job.cpio && "
		     "mv job/* . && rmdir job"))
		return dlab_fail(err, EIO, "cannot write %s/job.cpio", vm->dir);
	return 0;
}

/* one initramfs from the kit's archives and the job, one after the other */
static int write_initrd(const struct dlab_vm *vm, struct dlab_err *err)
{
	char path[PATH_MAX], part[PATH_MAX];
	FILE *f;
	int ret;

	snprintf(path, sizeof(path), "%s/machine.ini", vm->dir);
	ret = write_machine(vm, path, err);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/cases.tsv", vm->dir);
	ret = dlab_cases_write(vm->cases, path, err);
	if (ret)
		return ret;
	ret = write_job(vm, err);
	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/initrd", vm->dir);
	f = fopen(path, "we");
	if (!f)
		return dlab_fail(err, errno, "cannot write %s: %s", path,
				 strerror(errno));
	snprintf(part, sizeof(part), "%s/base.cpio", vm->kit);
	ret = append_archive(f, part, err);
	if (!ret && vm->kind == DLAB_TIME) {
		snprintf(part, sizeof(part), "%s/tools.cpio", vm->kit);
		ret = append_archive(f, part, err);
	}
	if (!ret) {
		snprintf(part, sizeof(part), "%s/job.cpio", vm->dir);
		ret = append_archive(f, part, err);
	}
	if (fclose(f) && !ret)
		ret = dlab_fail(err, EIO, "cannot write %s: %s", path,
				strerror(errno));
	return ret;
}

/*
 * What devio guests have beside the NVMe that is mapped for: a controller for
 * the kernel's driver, whose namespaces have what tests of that need.
 */
static const struct test_ns {
	const char *image;
	const char *format;
} namespaces[] = {
	{ "ns1.img", "" },
	{ "ns2.img", ",ms=8,mset=0,pi=1" },
	{ "ns3.img", ",ms=8,mset=0" },
};

#define NR_NAMESPACES	(sizeof(namespaces) / sizeof(*namespaces))

static int make_disk(const struct dlab_vm *vm, const char *image, off_t bytes,
		     struct dlab_err *err)
{
	char path[PATH_MAX];
	int fd, ret = 0;

	snprintf(path, sizeof(path), "%s/%s", vm->dir, image);
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0644);
	if (fd < 0 || ftruncate(fd, bytes))
		ret = dlab_fail(err, errno, "cannot make the disk %s: %s", path,
				strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret;
}

static int make_disks(const struct dlab_vm *vm, struct dlab_err *err)
{
	int ret = 0;

	if (vm->kind != DLAB_COUNT)
		ret = make_disk(vm, "nvme.img", NVME_BYTES, err);
	for (size_t i = 0; vm->kind == DLAB_DEVIO && !ret && i < NR_NAMESPACES;
	     i++)
		ret = make_disk(vm, namespaces[i].image, NS_BYTES, err);
	return ret;
}

/* ---- QEMU's command line */

struct args {
	char *v[96];
	size_t nr;
};

static void arg(struct args *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

static void arg(struct args *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (a->nr + 1 == sizeof(a->v) / sizeof(*a->v) ||
	    vasprintf(&a->v[a->nr++], fmt, ap) < 0)
		abort();
	va_end(ap);
}

static void root_port(struct args *a, int i, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* a root port and the device behind it: bus i + 1, device 0 */
static void root_port(struct args *a, int i, const char *fmt, ...)
{
	char device[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(device, sizeof(device), fmt, ap);
	va_end(ap);
	arg(a, "-device");
	arg(a, "pcie-root-port,id=rp%d,bus=pcie.0,chassis=%d,slot=%d,addr=%d.0",
	    i, i + 1, i + 1, i + 4);
	arg(a, "-device");
	arg(a, "%s,bus=rp%d,addr=0", device, i);
}

static void args_accel(struct args *a, const struct dlab_vm *vm)
{
	arg(a, "-accel");
	if (dlab_kind_counts(vm->kind)) {
		arg(a, "tcg,thread=single");
		arg(a, "-icount");
		/*
		 * Where nothing completes in host time, an idle CPU can skip
		 * to its next timer.  One that waits for a disk must not: the
		 * next timer is the one that gives the disk up.
		 */
		arg(a, "shift=0,sleep=%s",
		    vm->kind == DLAB_IOCOUNT ? "on" : "off");
		arg(a, "-rtc");
		arg(a, "base=2026-01-01T00:00:00,clock=vm");
	} else {
		arg(a, vm->kvm ? "kvm" : "tcg,thread=multi");
	}
	arg(a, "-smp");
	arg(a, vm->kind == DLAB_TIME ? "2" : "1");
}

/* -drive takes what follows a comma for its next option, unless there are two */
static void arg_drive(struct args *a, const char *dir, const char *image,
		      const char *id)
{
	char path[2 * PATH_MAX];
	size_t n = 0;

	for (; *dir && n + 2 < sizeof(path); dir++) {
		path[n++] = *dir;
		if (*dir == ',')
			path[n++] = ',';
	}
	path[n] = '\0';
	arg(a, "-drive");
	arg(a, "file=%s/%s,format=raw,if=none,id=%s,cache=unsafe", path, image,
	    id);
}

static void args_namespaces(struct args *a, const struct dlab_vm *vm)
{
	root_port(a, 1, "nvme,id=test,serial=dmalab-test,mdts=9,cmb_size_mb=8");
	for (size_t i = 0; i < NR_NAMESPACES; i++) {
		const struct test_ns *ns = &namespaces[i];

		arg_drive(a, vm->dir, ns->image, ns->image);
		arg(a, "-device");
		arg(a, "nvme-ns,bus=test,drive=%s,nsid=%zu%s", ns->image, i + 1,
		    ns->format);
	}
}

static void args_devices(struct args *a, const struct dlab_vm *vm)
{
	const struct dlab_topology *t = vm->topology;
	char nvme[] = "nvme,drive=nvme0,serial=dmalab,mdts=9";

	if (t->iommu) {
		arg(a, "-device");
		arg(a, "%s", t->iommu);
	}
	if (vm->kind != DLAB_COUNT)
		arg_drive(a, vm->dir, "nvme.img", "nvme0");
	/* data needs a controller that moves it, so there the NVMe is mapped for */
	if (vm->kind == DLAB_DEVIO)
		root_port(a, 0, "%s", nvme);
	else if (t->ats)
		root_port(a, 0, "%s,ats=%s", t->device, t->ats);
	else
		root_port(a, 0, "%s", t->device);
	if (dlab_kind_does_io(vm->kind))
		root_port(a, 1, "%s", nvme);
	else if (vm->kind == DLAB_DEVIO)
		args_namespaces(a, vm);
}

static void build_args(struct args *a, const struct dlab_vm *vm)
{
	arg(a, "%s", vm->qemu);
	arg(a, "-M");
	arg(a, "%s,kernel-irqchip=off", DLAB_VM_MACHINE);
	args_accel(a, vm);
	arg(a, "-cpu");
	arg(a, "%s", DLAB_VM_CPU);
	arg(a, "-m");
	arg(a, "2048");
	arg(a, "-seed");
	arg(a, "1");
	arg(a, "-display");
	arg(a, "none");
	arg(a, "-nodefaults");
	arg(a, "-no-reboot");
	arg(a, "-monitor");
	arg(a, "none");
	arg(a, "-serial");
	arg(a, "file:%s/console.log", vm->dir);
	arg(a, "-serial");
	arg(a, "file:%s/results.tar.gz", vm->dir);
	arg(a, "-kernel");
	arg(a, "%s/bzImage", vm->kit);
	arg(a, "-initrd");
	arg(a, "%s/initrd", vm->dir);
	arg(a, "-append");
	/*
	 * Where a guest's clock is the host's, a busy host can keep the CPU from
	 * it for longer than the kernel waits for the first timer interrupts.
	 */
	arg(a,
	    "console=ttyS0 rdinit=/init panic=-1 quiet loglevel=4 nokaslr norandmaps random.trust_cpu=off slab_nomerge kunit.enable=0 %sdmalab.kind=%s %s",
	    dlab_kind_counts(vm->kind) ? "" : "no_timer_check ",
	    dlab_kind_name(vm->kind),
	    vm->topology->cmdline ? vm->topology->cmdline : "");
	args_devices(a, vm);
}

int dlab_vm_start(const struct dlab_vm *vm, pid_t *pid, struct dlab_err *err)
{
	struct args a = { .nr = 0 };
	char path[PATH_MAX];
	pid_t parent = getpid();
	int ret, fd;

	ret = write_initrd(vm, err);
	if (!ret)
		ret = make_disks(vm, err);
	if (ret)
		return ret;
	build_args(&a, vm);
	snprintf(path, sizeof(path), "%s/qemu.log", vm->dir);
	*pid = fork();
	if (*pid < 0)
		ret = dlab_fail(err, errno, "cannot start QEMU: %s",
				strerror(errno));
	if (!*pid) {
		setpgid(0, 0);
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		if (getppid() != parent)
			_exit(126);
		fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644);
		dup2(fd, STDOUT_FILENO);
		dup2(fd, STDERR_FILENO);
		for (size_t i = 0; i < a.nr; i++)
			dprintf(fd, "%s%s", a.v[i], i + 1 < a.nr ? " " : "\n");
		execvp(a.v[0], a.v);
		dprintf(STDERR_FILENO, "cannot run %s: %s\n", a.v[0],
			strerror(errno));
		_exit(127);
	}
	for (size_t i = 0; i < a.nr; i++)
		free(a.v[i]);
	return ret;
}

/* ---- what comes back */

int dlab_vm_collect(const char *dir, struct dlab_err *err)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%s/results.tar.gz", dir);
	if (stat(path, &st) || !st.st_size)
		return dlab_fail(err, ENODATA, "the guest shipped no results");
	/* whole or not at all: gzip has a checksum */
	if (shell_in(dir, "gzip -t results.tar.gz 2>/dev/null"))
		return dlab_fail(err, ENODATA,
				 "the guest's results are not whole");
	/* the guest's clock is as it likes, often ahead of this one */
	if (shell_in(dir,
		     "tar --warning=no-timestamp -xzf results.tar.gz --no-same-owner"))
		return dlab_fail(err, ENOSPC, "cannot unpack into %s", dir);
	return 0;
}

void dlab_vm_clean(const char *dir)
{
	static const char *const scaffolding[] = {
		"initrd", "job.cpio", "nvme.img", "ns1.img", "ns2.img",
		"ns3.img", "results.tar.gz",
	};
	char path[PATH_MAX];

	for (size_t i = 0; i < sizeof(scaffolding) / sizeof(*scaffolding);
	     i++) {
		snprintf(path, sizeof(path), "%s/%s", dir, scaffolding[i]);
		unlink(path);
	}
}

/* What QEMU says on its standard output, whatever signs its name has. */
static FILE *ask(const char *qemu, const char *arguments)
{
	char command[512];

	snprintf(command, sizeof(command), "\"$QEMU\" %s 2>/dev/null",
		 arguments);
	return setenv("QEMU", qemu, 1) ? NULL : popen(command, "re");
}

int dlab_vm_version(const char *qemu, char *out, size_t size,
		    struct dlab_err *err)
{
	FILE *p = ask(qemu, "--version");

	out[0] = '\0';
	if (p) {
		if (!fgets(out, size, p))
			out[0] = '\0';
		out[strcspn(out, "\n")] = '\0';
		pclose(p);
	}
	if (!out[0])
		return dlab_fail(err, ENOENT,
				 "cannot run %s; install qemu-system-x86 or set QEMU=",
				 qemu);
	return 0;
}

/* what QEMU says of a device: a line "  name=<type>  - about" a property */
static char *device_help(const char *qemu, const char *device, int len)
{
	char arguments[256], *text = NULL;
	size_t size = 0;
	FILE *p;

	snprintf(arguments, sizeof(arguments), "-device %.*s,help", len,
		 device);
	p = ask(qemu, arguments);
	if (p) {
		if (getdelim(&text, &size, '\0', p) < 0) {
			free(text);
			text = NULL;
		}
		pclose(p);
	}
	return text;
}

bool dlab_vm_lacks(const char *qemu, const struct dlab_topology *topology,
		   char *why, size_t size)
{
	const char *device = topology->iommu, *key;
	char *help, line[128];
	bool lacks = false;
	int len;

	if (!device)
		return false;
	len = strcspn(device, ",");
	help = device_help(qemu, device, len);
	if (!help) {
		snprintf(why, size, "%s has no device %.*s", qemu, len, device);
		return true;
	}
	for (key = device + len; *key && !lacks; key += strcspn(key, ",")) {
		key++;
		snprintf(line, sizeof(line), "  %.*s=<",
			 (int)strcspn(key, "=,"), key);
		lacks = !strstr(help, line);
		if (lacks)
			snprintf(why, size, "%.*s of this QEMU has no property %.*s",
				 len, device, (int)strcspn(key, "=,"), key);
	}
	free(help);
	return lacks;
}

bool dlab_vm_probe_kvm(const struct dlab_vm *vm)
{
	struct dlab_vm probe = *vm;
	struct dlab_cases none = { 0 };
	time_t end = time(NULL) + KVM_PROBE_S;
	struct timespec tick = { .tv_nsec = 100000000 };
	pid_t pid;

	if (access("/dev/kvm", R_OK | W_OK))
		return false;
	probe.kvm = true;
	probe.cases = &none;
	if (dlab_vm_start(&probe, &pid, NULL))
		return false;
	while (!waitpid(pid, NULL, WNOHANG)) {
		if (time(NULL) > end) {
			kill(-pid, SIGKILL);
			waitpid(pid, NULL, 0);
			break;
		}
		nanosleep(&tick, NULL);
	}
	return !dlab_vm_collect(vm->dir, NULL);
}
