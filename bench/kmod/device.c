// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which device do the runs map for, and how does it come back as it was?
 *
 * A device is bound to the driver "dmalab" by driver_override (there is no id
 * table), or borrowed: it stays with its driver and only its DMA mappings are
 * used.  Either way the device may be unbound or unplugged at any time; a run
 * then ends before the driver goes.
 *
 * Locks, in the order they are taken: the device's own lock, run_lock (held
 * by a run, an attach or a detach), state_lock (held for moments).
 */
#define pr_fmt(fmt) "dmalab: " fmt

#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/kallsyms.h>
#include <linux/mutex.h>
#include <linux/pci-ats.h>
#include <linux/pci.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "counters.h"
#include "dmalab.h"

static DEFINE_MUTEX(run_lock);
static DEFINE_MUTEX(state_lock);
static struct device *attached;
static bool attached_borrowed;
static bool going;

/* what probe changes and remove puts back */
struct saved {
	u64 dma_mask;
	u64 coherent_mask;
	unsigned int max_seg_bytes;
};

static int dmalab_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	struct device *dev = &pdev->dev;
	struct saved *saved;
	int err;

	saved = devm_kzalloc(dev, sizeof(*saved), GFP_KERNEL);
	if (!saved)
		return -ENOMEM;
	saved->dma_mask = dma_get_mask(dev);
	saved->coherent_mask = dev->coherent_dma_mask;
	saved->max_seg_bytes = dma_get_max_seg_size(dev);
	err = dma_set_mask_and_coherent(dev, DMA_BIT_MASK(64));
	if (err)
		return err;
	/* as nvme has it; the default of 64K would cut ranges */
	dma_set_max_seg_size(dev, UINT_MAX);
	pci_set_drvdata(pdev, saved);
	return 0;
}

static void dmalab_remove(struct pci_dev *pdev)
{
	struct device *dev = &pdev->dev;
	struct saved *saved = pci_get_drvdata(pdev);

	dma_set_max_seg_size(dev, saved->max_seg_bytes);
	dma_set_coherent_mask(dev, saved->coherent_mask);
	dma_set_mask(dev, saved->dma_mask);
}

static struct pci_driver dmalab_driver = {
	.name = "dmalab",
	.probe = dmalab_probe,
	.remove = dmalab_remove,
};

/* Called with run_lock held, so nothing is being counted. */
static void set_attached(struct device *dev, bool borrowed)
{
	struct device *old;

	WARN_ON_ONCE(dmalab_counters_attach(dev));
	mutex_lock(&state_lock);
	old = attached;
	attached = get_device(dev);
	attached_borrowed = borrowed;
	WRITE_ONCE(going, false);
	mutex_unlock(&state_lock);
	put_device(old);
}

/* Tells a run to end, if it is @dev that it runs on. */
static bool announce_departure(struct device *dev)
{
	bool ours;

	mutex_lock(&state_lock);
	ours = attached == dev;
	if (ours)
		WRITE_ONCE(going, true);
	mutex_unlock(&state_lock);
	return ours;
}

/*
 * Called with the device locked, before its driver's remove(), also when the
 * device is unplugged.  A run sees dmalab_device_gone() and ends.
 */
static int dmalab_bus_notify(struct notifier_block *nb, unsigned long event,
			     void *data)
{
	struct device *dev = data;

	if (event != BUS_NOTIFY_UNBIND_DRIVER || !announce_departure(dev))
		return NOTIFY_DONE;
	mutex_lock(&run_lock);
	set_attached(NULL, false);
	mutex_unlock(&run_lock);
	return NOTIFY_OK;
}

static struct notifier_block dmalab_bus_nb = {
	.notifier_call = dmalab_bus_notify,
};

static int check_driver(struct device *dev, bool borrow)
{
	const char *name = dev_name(dev);
	bool ours;

	if (!dev->driver) {
		pr_info_ratelimited("attach: %s has no driver; write \"dmalab\" to its driver_override and bind it\n",
				    name);
		return -ENODEV;
	}
	ours = dev->driver == &dmalab_driver.driver;
	if (borrow == ours) {
		pr_info_ratelimited("attach: %s is bound to %s; %s\n", name,
				    dev->driver->name,
				    borrow ? "attach it without borrowing" :
					     "borrow it, or bind it to dmalab");
		return -ENODEV;
	}
	return 0;
}

/**
 * dmalab_device_attach - choose the device that runs map for
 * @name: PCI address
 * @borrow: it stays with its driver
 *
 * Return: 0; -ENODEV as in struct dmalab_attach; -EBUSY during a run.
 */
int dmalab_device_attach(const char *name, bool borrow)
{
	struct device *dev;
	int err;

	dev = bus_find_device_by_name(&pci_bus_type, NULL, name);
	if (!dev) {
		pr_info_ratelimited("attach: there is no PCI device %s\n",
				    name);
		return -ENODEV;
	}
	device_lock(dev);
	err = check_driver(dev, borrow);
	if (!err && !mutex_trylock(&run_lock))
		err = -EBUSY;
	if (!err) {
		set_attached(dev, borrow);
		mutex_unlock(&run_lock);
	}
	device_unlock(dev);
	put_device(dev);
	return err;
}

/**
 * dmalab_device_detach - let go of the device
 *
 * Return: 0; -ENODEV when there is none; -EBUSY during a run.
 */
int dmalab_device_detach(void)
{
	int err = 0;

	if (!mutex_trylock(&run_lock))
		return -EBUSY;
	if (attached)
		set_attached(NULL, false);
	else
		err = -ENODEV;
	mutex_unlock(&run_lock);
	return err;
}

/**
 * dmalab_device_acquire - start a run
 *
 * Return: the device, which stays until dmalab_device_release(); or
 * ERR_PTR(-EBUSY) when a run is under way, ERR_PTR(-ENODEV) without a device.
 */
struct device *dmalab_device_acquire(void)
{
	if (!mutex_trylock(&run_lock))
		return ERR_PTR(-EBUSY);
	if (!attached || READ_ONCE(going)) {
		mutex_unlock(&run_lock);
		return ERR_PTR(-ENODEV);
	}
	return attached;
}

/**
 * dmalab_device_release - end a run; nothing is mapped any more
 */
void dmalab_device_release(void)
{
	mutex_unlock(&run_lock);
}

/**
 * dmalab_device_gone - must the run end, because the device goes away?
 */
bool dmalab_device_gone(void)
{
	return READ_ONCE(going);
}

/**
 * dmalab_must_stop - is there a reason to end a run early?
 *
 * Return: 0; -ENODEV when the device goes away; -EINTR when a signal came.
 */
int dmalab_must_stop(void)
{
	if (dmalab_device_gone())
		return -ENODEV;
	return signal_pending(current) ? -EINTR : 0;
}

/**
 * dmalab_device_bound - is the device ours, not borrowed?
 *
 * Called during a run.
 */
bool dmalab_device_bound(void)
{
	return !attached_borrowed;
}

static const char *domain_name(const struct iommu_domain *domain)
{
	switch (domain->type) {
	case IOMMU_DOMAIN_DMA:
		return "DMA";
	case IOMMU_DOMAIN_DMA_FQ:
		return "DMA-FQ";
	case IOMMU_DOMAIN_IDENTITY:
		return "identity";
	case IOMMU_DOMAIN_BLOCKED:
		return "blocked";
	case IOMMU_DOMAIN_UNMANAGED:
		return "unmanaged";
	default:
		return "unknown";
	}
}

/*
 * An IOMMU has no name of its own, but its operations have a symbol
 * ("intel_iommu_ops").  Without symbols the instance serves ("dmar0").
 */
static void iommu_name(struct device *dev, char *name)
{
	struct iommu_device *iommu = dev->iommu->iommu_dev;
	char symbol[KSYM_SYMBOL_LEN];
	char *end;

	sprint_symbol_no_offset(symbol, (unsigned long)iommu->ops);
	end = strstr(symbol, "_ops");
	if (end) {
		*end = '\0';
		strscpy(name, strreplace(symbol, '_', '-'), DMALAB_NAME_LEN);
	} else {
		strscpy(name, iommu->dev ? dev_name(iommu->dev) : "unknown",
			DMALAB_NAME_LEN);
	}
}

static void domain_info(struct device *dev, struct dmalab_info *info)
{
	struct iommu_domain *domain = iommu_get_domain_for_dev(dev);

	if (!domain)
		return;
	strscpy(info->domain, domain_name(domain), sizeof(info->domain));
	iommu_name(dev, info->iommu);
	if (!dmalab_translates(dev))
		return;
	info->aperture_bits = fls64(domain->geometry.aperture_end);
	info->pgsize_bitmap = domain->pgsize_bitmap;
	info->granule_bytes = 1UL << __ffs(domain->pgsize_bitmap);
}

/**
 * dmalab_device_info - describe the attached device
 * @info: its device part is filled in
 */
void dmalab_device_info(struct dmalab_info *info)
{
	strscpy(info->domain, "none", sizeof(info->domain));
	strscpy(info->iommu, "none", sizeof(info->iommu));
	mutex_lock(&state_lock);
	if (attached && !going) {
		strscpy(info->device, dev_name(attached), sizeof(info->device));
		if (attached_borrowed)
			strscpy(info->driver, attached->driver->name,
				sizeof(info->driver));
		info->dma_mask = dma_get_mask(attached);
		info->ats = to_pci_dev(attached)->ats_enabled;
		domain_info(attached, info);
	}
	mutex_unlock(&state_lock);
}

int dmalab_device_init(void)
{
	int err;

	err = bus_register_notifier(&pci_bus_type, &dmalab_bus_nb);
	if (err)
		return err;
	err = pci_register_driver(&dmalab_driver);
	if (err)
		bus_unregister_notifier(&pci_bus_type, &dmalab_bus_nb);
	return err;
}

void dmalab_device_exit(void)
{
	pci_unregister_driver(&dmalab_driver);
	bus_unregister_notifier(&pci_bus_type, &dmalab_bus_nb);
	mutex_lock(&run_lock);
	set_attached(NULL, false);
	mutex_unlock(&run_lock);
}
