// SPDX-License-Identifier: GPL-2.0-only
/*
 * What may a program ask of /dev/dmalab?  The character device: structures in,
 * checked; structures out.  uapi/dmalab.h says what they mean.
 */
#define pr_fmt(fmt) "dmalab: " fmt

#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "counters.h"
#include "dmalab.h"

/*
 * Takes a structure of the size that its first field says.  @usize is that
 * size, which the caller needs to give the structure back.
 */
static int take(void *k, size_t ksize, void __user *arg, u32 *usize)
{
	if (get_user(*usize, (u32 __user *)arg))
		return -EFAULT;
	if (*usize < sizeof(u32))
		return -EINVAL;
	if (*usize > PAGE_SIZE)
		return -E2BIG;
	return copy_struct_from_user(k, ksize, arg, *usize);
}

static int give(void __user *arg, const void *k, size_t ksize, u32 usize)
{
	return copy_to_user(arg, k, min_t(size_t, ksize, usize)) ? -EFAULT : 0;
}

static bool terminated(const char name[DMALAB_NAME_LEN])
{
	return strnlen(name, DMALAB_NAME_LEN) < DMALAB_NAME_LEN;
}

static unsigned int count(enum dmalab_kind kind)
{
	unsigned int n = 0;

	switch (kind) {
	case DMALAB_KIND_PATH:
		while (dmalab_path_at(n))
			n++;
		break;
	case DMALAB_KIND_DESC:
		while (dmalab_desc_at(n))
			n++;
		break;
	case DMALAB_KIND_MEM:
		while (dmalab_layout_at(n))
			n++;
		break;
	case DMALAB_KIND_COUNTER:
		n = dmalab_nr_counts(false);
		break;
	case DMALAB_KIND_STEP:
		n = dmalab_nr_counts(true);
		break;
	}
	return n;
}

static u32 taint(void)
{
	u32 t = 0;

	if (IS_ENABLED(CONFIG_KASAN))
		t |= DMALAB_TAINT_KASAN;
	if (IS_ENABLED(CONFIG_PROVE_LOCKING))
		t |= DMALAB_TAINT_LOCKDEP;
	if (IS_ENABLED(CONFIG_DMA_API_DEBUG))
		t |= DMALAB_TAINT_DMA_DEBUG;
	if (IS_ENABLED(CONFIG_KCOV))
		t |= DMALAB_TAINT_KCOV;
	return t;
}

static int ioctl_info(void __user *arg)
{
	struct dmalab_info info;
	u32 usize;
	int err;

	err = take(&info, sizeof(info), arg, &usize);
	if (err)
		return err;
	if (memchr_inv(info.resv, 0, sizeof(info.resv)))
		return -EINVAL;
	info = (struct dmalab_info){
		.size = usize,
		.version = DMALAB_UAPI_VERSION,
		.nr_paths = count(DMALAB_KIND_PATH),
		.nr_descs = count(DMALAB_KIND_DESC),
		.nr_mems = count(DMALAB_KIND_MEM),
		.nr_counters = count(DMALAB_KIND_COUNTER),
		.nr_steps = count(DMALAB_KIND_STEP),
		.cpus = num_online_cpus(),
		.tsc_khz = tsc_khz,
		.taint = taint(),
	};
	dmalab_calibration(&info.loop_insns, &info.loop_ticks);
	dmalab_device_info(&info);
	return give(arg, &info, sizeof(info), usize);
}

static void fill_name(struct dmalab_name *name)
{
	const char *s = "", *lacks = NULL;
	bool stepped;

	switch (name->kind) {
	case DMALAB_KIND_PATH:
		s = dmalab_path_at(name->index)->name;
		if (dmalab_path_at(name->index)->may_sleep)
			name->flags |= DMALAB_NAME_MAY_SLEEP;
		lacks = dmalab_path_at(name->index)->lacks;
		break;
	case DMALAB_KIND_DESC:
		s = dmalab_desc_at(name->index)->name;
		if (dmalab_desc_at(name->index)->model)
			name->flags |= DMALAB_NAME_MODEL;
		break;
	case DMALAB_KIND_MEM:
		s = dmalab_layout_name(dmalab_layout_at(name->index));
		break;
	case DMALAB_KIND_COUNTER:
	case DMALAB_KIND_STEP:
		stepped = name->kind == DMALAB_KIND_STEP;
		s = dmalab_count_name(stepped, name->index);
		if (dmalab_count_missing(stepped, name->index))
			name->flags |= DMALAB_NAME_MISSING;
		break;
	}
	strscpy(name->name, s, sizeof(name->name));
	if (lacks) {
		name->flags |= DMALAB_NAME_MISSING;
		strscpy(name->lacks, lacks, sizeof(name->lacks));
	}
}

static int ioctl_name(void __user *arg)
{
	struct dmalab_name name;
	u32 usize;
	int err;

	err = take(&name, sizeof(name), arg, &usize);
	if (err)
		return err;
	if (name.kind > DMALAB_KIND_STEP)
		return -EINVAL;
	if (name.index >= count(name.kind))
		return -ERANGE;
	name = (struct dmalab_name){
		.size = usize,
		.kind = name.kind,
		.index = name.index,
	};
	fill_name(&name);
	return give(arg, &name, sizeof(name), usize);
}

static int ioctl_attach(void __user *arg)
{
	struct dmalab_attach attach;
	u32 usize;
	int err;

	err = take(&attach, sizeof(attach), arg, &usize);
	if (err)
		return err;
	if (attach.flags & ~DMALAB_ATTACH_BORROW || !terminated(attach.device))
		return -EINVAL;
	return dmalab_device_attach(attach.device,
				    attach.flags & DMALAB_ATTACH_BORROW);
}

/* function_bytes may only grow: all of the first version is given */
static int check_functions(const struct dmalab_run *run)
{
	if (!run->nr_functions)
		return run->functions || run->function_bytes ? -EINVAL : 0;
	if (run->pass != DMALAB_PASS_STEPS ||
	    run->nr_functions > DMALAB_MAX_FUNCTIONS)
		return -EINVAL;
	if (run->function_bytes < sizeof(struct dmalab_function) ||
	    run->function_bytes > PAGE_SIZE)
		return -EINVAL;
	return 0;
}

static int check_run(const struct dmalab_run *run)
{
	const struct dmalab_case *c = &run->kase;

	if (run->flags || run->resv || c->resv)
		return -EINVAL;
	if (!terminated(c->path) || !terminated(c->desc) || !terminated(c->mem))
		return -EINVAL;
	if (!c->bytes || c->bytes > DMALAB_MAX_BYTES)
		return -EINVAL;
	if (!c->segs || c->segs > DMALAB_MAX_SEGS || c->offset >= 4096)
		return -EINVAL;
	if (c->dir > DMALAB_DIR_FROM_DEVICE || run->pass > DMALAB_PASS_STEPS)
		return -EINVAL;
	if (!run->ops || run->ops > DMALAB_MAX_OPS ||
	    run->warmup > DMALAB_MAX_OPS)
		return -EINVAL;
	if (run->lba && run->pass != DMALAB_PASS_NVME)
		return -EINVAL;
	if (run->node < -1 || run->node >= MAX_NUMNODES ||
	    (run->node >= 0 && !node_online(run->node)))
		return -EINVAL;
	if (run->pass != DMALAB_PASS_TIME)
		return run->batch || run->threads != 1 ? -EINVAL : 0;
	if (!run->batch || run->batch > DMALAB_MAX_OPS)
		return -EINVAL;
	if (!run->threads || run->threads > DMALAB_MAX_THREADS)
		return -EINVAL;
	return 0;
}

static int ioctl_run(void __user *arg)
{
	struct dmalab_run run;
	u32 usize;
	int err, copied;

	err = take(&run, sizeof(run), arg, &usize);
	if (err)
		return err;
	err = check_run(&run) ?: check_functions(&run);
	if (err)
		return err;
	err = dmalab_run(&run);
	copied = give(arg, &run, sizeof(run), usize);
	return err ?: copied;
}

static long dmalab_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	void __user *uarg = (void __user *)arg;

	switch (cmd) {
	case DMALAB_IOC_INFO:
		return ioctl_info(uarg);
	case DMALAB_IOC_NAME:
		return ioctl_name(uarg);
	case DMALAB_IOC_ATTACH:
		return ioctl_attach(uarg);
	case DMALAB_IOC_DETACH:
		return dmalab_device_detach();
	case DMALAB_IOC_RUN:
		return ioctl_run(uarg);
	default:
		return -ENOTTY;
	}
}

static int dmalab_open(struct inode *inode, struct file *file)
{
	return capable(CAP_SYS_ADMIN) ? 0 : -EPERM;
}

/* .owner keeps the module from being unloaded while a run is under way */
static const struct file_operations dmalab_fops = {
	.owner = THIS_MODULE,
	.open = dmalab_open,
	.unlocked_ioctl = dmalab_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
};

static struct miscdevice dmalab_misc = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "dmalab",
	.mode = 0600,
	.fops = &dmalab_fops,
};

static int __init dmalab_init(void)
{
	int err;

	dmalab_calibrate();
	err = dmalab_counters_init();
	if (err)
		return err;
	err = dmalab_device_init();
	if (err)
		goto err_counters;
	err = misc_register(&dmalab_misc);
	if (err)
		goto err_device;
	return 0;

err_device:
	dmalab_device_exit();
err_counters:
	dmalab_counters_exit();
	return err;
}
module_init(dmalab_init);

static void __exit dmalab_exit(void)
{
	misc_deregister(&dmalab_misc);
	dmalab_device_exit();
	dmalab_counters_exit();
}
module_exit(dmalab_exit);

MODULE_DESCRIPTION("Benchmark of the DMA mapping fast path");
MODULE_LICENSE("GPL");
