// SPDX-License-Identifier: GPL-2.0-only
/* The module's character device from C. */
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kmod.h"

struct dlab_kmod {
	int fd;
	struct dmalab_info info;
	/* by whether single-stepping gives them */
	struct dmalab_name *counts[2];
};

static int read_info(struct dlab_kmod *k, struct dlab_err *err)
{
	memset(&k->info, 0, sizeof(k->info));
	k->info.size = sizeof(k->info);
	if (ioctl(k->fd, DMALAB_IOC_INFO, &k->info))
		return dlab_fail(err, errno,
				 "/dev/dmalab does not tell what it is: %s",
				 strerror(errno));
	if (k->info.version != DMALAB_UAPI_VERSION)
		return dlab_fail(err, EPROTO,
				 "/dev/dmalab speaks version %u, this program %u; build both from one tree",
				 k->info.version, DMALAB_UAPI_VERSION);
	return 0;
}

static int read_names(struct dlab_kmod *k, bool steps, struct dlab_err *err)
{
	unsigned int nr = dlab_kmod_nr_counts(k, steps);

	k->counts[steps] = calloc(nr + 1, sizeof(**k->counts));
	if (!k->counts[steps])
		return dlab_fail(err, ENOMEM, "out of memory");
	for (unsigned int i = 0; i < nr; i++) {
		struct dmalab_name *n = &k->counts[steps][i];

		n->size = sizeof(*n);
		n->kind = steps ? DMALAB_KIND_STEP : DMALAB_KIND_COUNTER;
		n->index = i;
		if (ioctl(k->fd, DMALAB_IOC_NAME, n))
			return dlab_fail(err, errno,
					 "/dev/dmalab does not name counter %u: %s",
					 i, strerror(errno));
		n->name[sizeof(n->name) - 1] = '\0';
	}
	return 0;
}

int dlab_kmod_open(struct dlab_kmod **out, struct dlab_err *err)
{
	struct dlab_kmod *k = calloc(1, sizeof(*k));
	int ret;

	if (!k)
		return dlab_fail(err, ENOMEM, "out of memory");
	k->fd = open("/dev/dmalab", O_RDWR | O_CLOEXEC);
	if (k->fd < 0) {
		ret = dlab_fail(err, errno == ENOENT ? ENODEV : errno,
				errno == ENOENT ?
					"/dev/dmalab is not there; load dmalab.ko" :
					"cannot open /dev/dmalab: %s",
				strerror(errno));
		free(k);
		return ret;
	}
	ret = read_info(k, err);
	if (!ret)
		ret = read_names(k, false, err);
	if (!ret)
		ret = read_names(k, true, err);
	if (ret) {
		dlab_kmod_close(k);
		return ret;
	}
	*out = k;
	return 0;
}

void dlab_kmod_close(struct dlab_kmod *k)
{
	close(k->fd);
	free(k->counts[false]);
	free(k->counts[true]);
	free(k);
}

int dlab_kmod_attach(struct dlab_kmod *k, const char *device, bool borrow,
		     struct dlab_err *err)
{
	struct dmalab_attach a = {
		.size = sizeof(a),
		.flags = borrow ? DMALAB_ATTACH_BORROW : 0,
	};

	strncpy(a.device, device, sizeof(a.device) - 1);
	if (ioctl(k->fd, DMALAB_IOC_ATTACH, &a))
		return dlab_fail(err, errno, "cannot map for %s: %s", device,
				 strerror(errno));
	return read_info(k, err);
}

const struct dmalab_info *dlab_kmod_info(const struct dlab_kmod *k)
{
	return &k->info;
}

bool dlab_kmod_counts_insns(const struct dlab_kmod *k)
{
	double n = k->info.loop_insns, ticks = k->info.loop_ticks;

	return n > 0 && fabs(ticks - n) <= n * 1e-4;
}

unsigned int dlab_kmod_nr_counts(const struct dlab_kmod *k, bool steps)
{
	return steps ? k->info.nr_steps : k->info.nr_counters;
}

const char *dlab_kmod_count_name(const struct dlab_kmod *k, bool steps,
				 unsigned int i)
{
	const struct dmalab_name *n = &k->counts[steps][i];

	return n->flags & DMALAB_NAME_MISSING ? NULL : n->name;
}

/* Return: does the kernel lack what a path calls?  @name then says what. */
static bool is_missing(struct dlab_kmod *k, const char *path,
		       struct dmalab_name *name)
{
	for (unsigned int i = 0; i < k->info.nr_paths; i++) {
		*name = (struct dmalab_name){
			.size = sizeof(*name),
			.kind = DMALAB_KIND_PATH,
			.index = i,
		};
		if (!ioctl(k->fd, DMALAB_IOC_NAME, name) &&
		    !strncmp(name->name, path, sizeof(name->name)))
			return name->flags & DMALAB_NAME_MISSING;
	}
	return false;
}

int dlab_kmod_run(struct dlab_kmod *k, struct dmalab_run *r,
		  struct dlab_err *err)
{
	struct dmalab_name name;

	if (!ioctl(k->fd, DMALAB_IOC_RUN, r))
		return 0;
	switch (errno) {
	case EBADMSG:
		return dlab_fail(err, errno,
				 "an address in the descriptor leads to the wrong byte");
	case ENODEV:
		return dlab_fail(err, errno, "%s went away",
				 k->info.device);
	case ENOENT:
		return dlab_fail(err, errno,
				 "dmalab.ko has no such path, descriptor or memory: %s, %s, %s",
				 r->kase.path, r->kase.desc, r->kase.mem);
	case EOPNOTSUPP:
		if (is_missing(k, r->kase.path, &name))
			return dlab_fail(err, EOPNOTSUPP,
					 "path %s: this kernel has no %.*s",
					 r->kase.path, (int)sizeof(name.lacks),
					 name.lacks);
		return dlab_fail(err, EOPNOTSUPP,
				 "not possible here: path %s, descriptor %s, this shape and pass",
				 r->kase.path, r->kase.desc);
	default:
		return dlab_fail(err, errno, "dmalab.ko: %s", strerror(errno));
	}
}

double dlab_kmod_bucket_ps(unsigned int bucket)
{
	unsigned int octave = bucket >> DMALAB_HIST_SUB_BITS;
	unsigned int sub = bucket & ((1U << DMALAB_HIST_SUB_BITS) - 1);

	if (!octave)
		return sub;
	return ldexp((1U << DMALAB_HIST_SUB_BITS) + sub, octave - 1);
}
