// SPDX-License-Identifier: GPL-2.0-only
/*
 * How often did an operation do what costs time in hardware?
 *
 * Functions are watched by function tracing (one ftrace_ops for all of them,
 * so the code changes once on arming and once on disarming), allocations by
 * tracepoints.  A function qualifies only if the compiler cannot inline some
 * of its calls: it is called from another file or through a pointer, or it is
 * too large.  The operations of the IOMMU's driver come from the device's
 * domain and need no names.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/errno.h>
#include <linux/ftrace.h>
#include <linux/iommu.h>
#include <linux/kprobes.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/tracepoint.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <trace/events/kmem.h>

#include "compat.h"
#include "counters.h"
#include "decode.h"
#include "functions.h"
#include "insn.h"
#include "step.h"

#if !IS_ENABLED(CONFIG_DYNAMIC_FTRACE_WITH_ARGS) || !IS_ENABLED(CONFIG_KPROBES)
#error "dmalab needs CONFIG_FUNCTION_TRACER, CONFIG_DYNAMIC_FTRACE, CONFIG_KPROBES"
#endif

#define C(id)		BIT(DMALAB_COUNTER_##id)
#define PTE_COUNTERS	(C(PTE_4K) | C(PTE_2M) | C(PTE_1G))
/* what stepping sees; cache_lines by it only where it must be */
#define STEP_COUNTERS \
	(C(LOCK_OPS) | C(MMIO_WRITES) | C(INSNS_STEPPED) | C(CACHE_LINES))
/* what only an IOMMU that translates can cause */
#define TRANSLATION_COUNTERS                                          \
	(C(PT_MAP) | C(PT_UNMAP) | PTE_COUNTERS | C(IOTLB_SYNC_MAP) | \
	 C(IOTLB_FLUSH) | C(DEVTLB_FLUSH) | C(IOTLB_WAIT) | C(FQ_DRAIN))

static const char *const counter_names[DMALAB_NR_COUNTERS] = {
	[DMALAB_COUNTER_IOVA_ALLOC] = "iova_alloc",
	[DMALAB_COUNTER_IOVA_FREE] = "iova_free",
	[DMALAB_COUNTER_IOVA_RCACHE_MISS] = "iova_rcache_miss",
	[DMALAB_COUNTER_PT_MAP] = "pt_map",
	[DMALAB_COUNTER_PT_UNMAP] = "pt_unmap",
	[DMALAB_COUNTER_PTE_4K] = "pte_4k",
	[DMALAB_COUNTER_PTE_2M] = "pte_2m",
	[DMALAB_COUNTER_PTE_1G] = "pte_1g",
	[DMALAB_COUNTER_IOTLB_SYNC_MAP] = "iotlb_sync_map",
	[DMALAB_COUNTER_IOTLB_FLUSH] = "iotlb_flush",
	[DMALAB_COUNTER_DEVTLB_FLUSH] = "devtlb_flush",
	[DMALAB_COUNTER_IOTLB_WAIT] = "iotlb_wait",
	[DMALAB_COUNTER_FQ_ADD] = "fq_add",
	[DMALAB_COUNTER_FQ_DRAIN] = "fq_drain",
	[DMALAB_COUNTER_CACHE_LINES] = "cache_lines",
	[DMALAB_COUNTER_KMALLOC_CALLS] = "kmalloc_calls",
	[DMALAB_COUNTER_KMALLOC_BYTES] = "kmalloc_bytes",
	[DMALAB_COUNTER_PAGES_ALLOC] = "pages_alloc",
	[DMALAB_COUNTER_LOCK_OPS] = "lock_ops",
	[DMALAB_COUNTER_MMIO_WRITES] = "mmio_writes",
	[DMALAB_COUNTER_INSNS_STEPPED] = "insns_stepped",
};

static u64 sums[DMALAB_NR_COUNTERS];
/* by watching, and by watching or stepping */
static unsigned long watched, provided;
static bool armed;
static struct task_struct *armed_task;

#define add(id, n) (sums[DMALAB_COUNTER_##id] += (n))

/* What interrupts do on the way is not the operation's. */
static __always_inline bool is_counted(void)
{
	return READ_ONCE(armed_task) == current && !in_hardirq() &&
	       !in_serving_softirq() && !in_nmi();
}

static void add_command(enum dmalab_command command)
{
	add(IOTLB_FLUSH, command == DMALAB_COMMAND_IOTLB);
	add(DEVTLB_FLUSH, command == DMALAB_COMMAND_DEVTLB);
	add(IOTLB_WAIT, command == DMALAB_COMMAND_WAIT);
}

/* ---- what the arguments of a watched function say ---- */

/* int map_pages(domain, iova, paddr, pgsize, pgcount, prot, ...) */
static void on_map_pages(struct ftrace_regs *fregs)
{
	size_t pgsize = ftrace_regs_get_argument(fregs, 3);
	size_t pgcount = ftrace_regs_get_argument(fregs, 4);

	add(PTE_4K, pgsize == SZ_4K ? pgcount : 0);
	add(PTE_2M, pgsize == SZ_2M ? pgcount : 0);
	add(PTE_1G, pgsize == SZ_1G ? pgcount : 0);
}

/* int map_range(table, iova, paddr, len, prot, ...) */
static void on_map_range(struct ftrace_regs *fregs)
{
	void *table = (void *)ftrace_regs_get_argument(fregs, 0);
	u64 iova = ftrace_regs_get_argument(fregs, 1);
	u64 phys = ftrace_regs_get_argument(fregs, 2);
	u64 len = ftrace_regs_get_argument(fregs, 3);
	struct iommu_domain *domain = dmalab_table_domain(table);
	struct dmalab_ptes ptes =
		dmalab_ptes_of(iova, phys, len, domain->pgsize_bitmap);

	add(PTE_4K, ptes.nr_4k);
	add(PTE_2M, ptes.nr_2m);
	add(PTE_1G, ptes.nr_1g);
}

/* int map_vecs(domain, iova, vecs, nr, ...): neighbours are one range */
static void on_map_vecs(struct ftrace_regs *fregs)
{
	struct iommu_domain *domain =
		(void *)ftrace_regs_get_argument(fregs, 0);
	u64 iova = ftrace_regs_get_argument(fregs, 1);
	const struct dmalab_vec *vec =
		(void *)ftrace_regs_get_argument(fregs, 2);
	unsigned int nr = ftrace_regs_get_argument(fregs, 3);
	struct dmalab_ptes ptes =
		dmalab_ptes_of_vecs(iova, vec, nr, domain->pgsize_bitmap);

	add(PTE_4K, ptes.nr_4k);
	add(PTE_2M, ptes.nr_2m);
	add(PTE_1G, ptes.nr_1g);
}

/* size_t iommu_unmap_fast(domain, iova, size, gather) */
static void on_unmap_fast(struct ftrace_regs *fregs)
{
	struct iommu_iotlb_gather *gather =
		(void *)ftrace_regs_get_argument(fregs, 3);

	/* dma-iommu sets it before the call, and then queues the range */
	add(FQ_ADD, gather && gather->queued);
}

/* void clflush_cache_range(vaddr, size) */
static void on_clflush(struct ftrace_regs *fregs)
{
	unsigned long start = ftrace_regs_get_argument(fregs, 0);
	unsigned int size = ftrace_regs_get_argument(fregs, 1);
	unsigned long line = boot_cpu_data.x86_clflush_size;

	start &= line - 1;
	add(CACHE_LINES, DIV_ROUND_UP(start + size, line));
}

/* int qi_submit_sync(iommu, desc, count, options); a desc is 4 quadwords */
static void on_vtd_submit(struct ftrace_regs *fregs)
{
	const u64 *desc = (void *)ftrace_regs_get_argument(fregs, 1);
	unsigned int count = ftrace_regs_get_argument(fregs, 2);

	/* the wait command is not in the array, it is added to every one */
	add(IOTLB_WAIT, 1);
	for (; count; count--, desc += 4)
		add_command(dmalab_vtd_command(*desc));
}

/* void __iommu_flush_iotlb(iommu, ...): by register, without a queue */
static void on_vtd_register(struct ftrace_regs *fregs)
{
	add(IOTLB_FLUSH, 1);
	add(IOTLB_WAIT, 1);
}

/* int __iommu_queue_command_sync(iommu, cmd, sync); a cmd is 4 words */
static void on_amd_command(struct ftrace_regs *fregs)
{
	const u32 *cmd = (void *)ftrace_regs_get_argument(fregs, 1);

	add_command(dmalab_amd_command(cmd[1]));
}

/* int __viommu_add_req(viommu, buf, len, writeback) */
static void on_virtio_request(struct ftrace_regs *fregs)
{
	const struct virtio_iommu_req_head *head =
		(void *)ftrace_regs_get_argument(fregs, 1);

	add_command(dmalab_virtio_command(head->type));
}

/**
 * struct watch - a function whose calls are counted
 * @symbol: its name; NULL where its address comes from the domain
 * @driver: how the functions of the IOMMU's driver begin that has it; NULL:
 *	it is not a driver's
 * @each: counters that go up by one with each call
 * @by_args: counters that @hit adds to
 * @rare: few machines call it; others provide its counters
 * @hit: counts what the arguments say
 */
struct watch {
	const char *symbol;
	const char *driver;
	unsigned long each;
	unsigned long by_args;
	bool rare;
	void (*hit)(struct ftrace_regs *fregs);
};

static const struct watch symbol_watches[] = {
	{ .symbol = "alloc_iova_fast", .each = C(IOVA_ALLOC) },
	{ .symbol = "free_iova_fast", .each = C(IOVA_FREE) },
	{ .symbol = "alloc_iova", .each = C(IOVA_RCACHE_MISS) },
	{ .symbol = "iommu_unmap_fast",
	  .by_args = C(FQ_ADD),
	  .hit = on_unmap_fast },
	{ .symbol = "clflush_cache_range",
	  .by_args = C(CACHE_LINES),
	  .hit = on_clflush },
	{ .symbol = "qi_submit_sync",
	  .driver = "intel_",
	  .by_args = C(IOTLB_FLUSH) | C(DEVTLB_FLUSH) | C(IOTLB_WAIT),
	  .hit = on_vtd_submit },
	{ .symbol = "__iommu_flush_iotlb",
	  .driver = "intel_",
	  .by_args = C(IOTLB_FLUSH) | C(IOTLB_WAIT),
	  .rare = true,
	  .hit = on_vtd_register },
	{ .symbol = "__iommu_queue_command_sync",
	  .driver = "amd_",
	  .by_args = C(IOTLB_FLUSH) | C(DEVTLB_FLUSH) | C(IOTLB_WAIT),
	  .hit = on_amd_command },
	{ .symbol = "__viommu_add_req",
	  .driver = "viommu_",
	  .by_args = C(IOTLB_FLUSH) | C(DEVTLB_FLUSH),
	  .hit = on_virtio_request },
	{ .symbol = "__viommu_sync_req",
	  .driver = "viommu_",
	  .each = C(IOTLB_WAIT) },
};

static const struct watch watch_map_pages = {
	.each = C(PT_MAP),
	.by_args = PTE_COUNTERS,
	.hit = on_map_pages,
};

static const struct watch watch_map_range = {
	.each = C(PT_MAP),
	.by_args = PTE_COUNTERS,
	.hit = on_map_range,
};

static const struct watch watch_map_vecs = {
	.each = C(PT_MAP),
	.by_args = PTE_COUNTERS,
	.hit = on_map_vecs,
};

static const struct watch watch_unmap = { .each = C(PT_UNMAP) };

static const struct watch watch_sync_map = { .each = C(IOTLB_SYNC_MAP) };

static const struct watch watch_flush_all = { .each = C(FQ_DRAIN) };

/* ---- function tracing ---- */

/* the traced instruction follows the landing pad of an indirect call */
#define ENTRY_BYTES	16

static unsigned long symbol_addrs[ARRAY_SIZE(symbol_watches)];

/* every symbol, and two map, unmap, sync_map and flush_all of the domain */
static struct target {
	unsigned long addr;
	const struct watch *watch;
} targets[ARRAY_SIZE(symbol_watches) + 5];
static unsigned int nr_targets;

static void notrace on_call(unsigned long ip, unsigned long parent_ip,
			    struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (!is_counted())
		return;

	for (unsigned int i = 0; i < nr_targets; i++) {
		const struct watch *watch = targets[i].watch;

		if (ip - targets[i].addr >= ENTRY_BYTES)
			continue;
		for (unsigned int c = 0; c < DMALAB_NR_COUNTERS; c++)
			sums[c] += !!(watch->each & BIT(c));
		if (watch->hit)
			watch->hit(fregs);
		return;
	}
}

static struct ftrace_ops call_ops = {
	.func = on_call,
};

/* Where is a function?  Registering a disabled probe changes no code. */
static unsigned long symbol_address(const char *symbol)
{
	struct kprobe probe = {
		.symbol_name = symbol,
		.flags = KPROBE_FLAG_DISABLED,
	};
	unsigned long addr;

	if (register_kprobe(&probe))
		return 0;
	addr = (unsigned long)probe.addr;
	unregister_kprobe(&probe);
	return addr;
}

/* Return: the counters that watching the function at @addr provides */
static unsigned long add_target(const struct watch *watch, unsigned long addr)
{
	/* the first one replaces what an earlier device had */
	if (!addr || ftrace_set_filter_ip(&call_ops, addr, 0, !nr_targets))
		return 0;
	targets[nr_targets++] = (struct target){ addr, watch };
	return watch->rare ? 0 : watch->each | watch->by_args;
}

/* An operation that the driver does not have is never called. */
static unsigned long add_operation(const struct watch *watch,
				   unsigned long addr)
{
	return addr ? add_target(watch, addr) : watch->each | watch->by_args;
}

static unsigned long add_domain(struct iommu_domain *domain)
{
	const struct iommu_domain_ops *ops = domain->ops;
	unsigned long map_range, unmap_range, feeds;

	if (dmalab_domain_table_ops(domain, &map_range, &unmap_range)) {
		feeds = add_operation(&watch_map_range, map_range);
		feeds |= add_operation(&watch_unmap, unmap_range);
	} else {
		feeds = add_operation(&watch_map_pages,
				      (unsigned long)ops->map_pages);
		feeds &= add_operation(&watch_map_vecs,
				       dmalab_domain_map_vecs(domain));
		feeds |= add_operation(&watch_unmap,
				       (unsigned long)ops->unmap_pages);
	}
	feeds |= add_operation(&watch_sync_map,
			       (unsigned long)ops->iotlb_sync_map);
	feeds |= add_operation(&watch_flush_all,
			       (unsigned long)ops->flush_iotlb_all);

	/* other sizes have no counter: entries would be left out */
	if (domain->pgsize_bitmap & ~(u64)(SZ_4K | SZ_2M | SZ_1G))
		feeds &= ~PTE_COUNTERS;
	return feeds;
}

/* ---- tracepoints ---- */

static void on_kmalloc(void *data, unsigned long call_site, const void *ptr,
		       size_t bytes_req, size_t bytes_alloc, gfp_t gfp_flags,
		       int node)
{
	if (!is_counted())
		return;
	add(KMALLOC_CALLS, 1);
	add(KMALLOC_BYTES, bytes_req);
}

static void on_cache_alloc(void *data, unsigned long call_site, const void *ptr,
			   struct kmem_cache *cache, gfp_t gfp_flags, int node)
{
	if (!is_counted())
		return;
	add(KMALLOC_CALLS, 1);
	add(KMALLOC_BYTES, kmem_cache_size(cache));
}

static void on_page_alloc(void *data, struct page *page, unsigned int order,
			  gfp_t gfp_flags, int migratetype)
{
	if (page && is_counted())
		add(PAGES_ALLOC, 1UL << order);
}

static struct event {
	const char *name;
	void *probe;
	unsigned long feeds;
	struct tracepoint *tp;
} events[] = {
	{ .name = "kmalloc",
	  .probe = on_kmalloc,
	  .feeds = C(KMALLOC_CALLS) | C(KMALLOC_BYTES) },
	{ .name = "kmem_cache_alloc",
	  .probe = on_cache_alloc,
	  .feeds = C(KMALLOC_CALLS) | C(KMALLOC_BYTES) },
	{ .name = "mm_page_alloc",
	  .probe = on_page_alloc,
	  .feeds = C(PAGES_ALLOC) },
};

static void find_event(struct tracepoint *tp, void *unused)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(events); i++) {
		if (!strcmp(tp->name, events[i].name))
			events[i].tp = tp;
	}
}

/* Without the prototype that a probe is written for, this does not compile. */
static inline void check_prototypes(void)
{
	check_trace_callback_type_kmalloc(on_kmalloc);
	check_trace_callback_type_kmem_cache_alloc(on_cache_alloc);
	check_trace_callback_type_mm_page_alloc(on_page_alloc);
#ifdef DMALAB_HAS_MAP_VECS
	static_assert(sizeof(struct phys_vec) == sizeof(struct dmalab_vec));
	static_assert(offsetof(struct phys_vec, len) ==
		      offsetof(struct dmalab_vec, len));
#endif
}

static unsigned long events_provide(void)
{
	unsigned long provide = 0, lack = 0;

	for (unsigned int i = 0; i < ARRAY_SIZE(events); i++) {
		if (events[i].tp)
			provide |= events[i].feeds;
		else
			lack |= events[i].feeds;
	}
	return provide & ~lack;
}

static void disarm_events(unsigned int nr)
{
	while (nr--) {
		if (events[nr].tp)
			tracepoint_probe_unregister(events[nr].tp,
						    events[nr].probe, NULL);
	}
	tracepoint_synchronize_unregister();
}

static int arm_events(void)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(events); i++) {
		int err = 0;

		if (events[i].tp)
			err = tracepoint_probe_register(events[i].tp,
							events[i].probe, NULL);
		if (err) {
			disarm_events(i);
			return err;
		}
	}
	return 0;
}

/* ---- counting ---- */

int dmalab_counters_attach(struct device *dev)
{
	struct iommu_domain *domain = NULL;
	char driver[KSYM_NAME_LEN] = "";

	if (armed)
		return -EBUSY;

	if (dev)
		domain = iommu_get_domain_for_dev(dev);
	if (domain && !(domain->type & __IOMMU_DOMAIN_PAGING))
		domain = NULL;

	nr_targets = 0;
	watched = events_provide();
	if (domain) {
		watched |= add_domain(domain);
		snprintf(driver, sizeof(driver), "%ps",
			 domain->ops->flush_iotlb_all);
	} else {
		watched |= TRANSLATION_COUNTERS;
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(symbol_watches); i++) {
		const struct watch *watch = &symbol_watches[i];

		if (!watch->driver || strstarts(driver, watch->driver))
			watched |= add_target(watch, symbol_addrs[i]);
	}
	provided = watched | STEP_COUNTERS;
	return 0;
}

int dmalab_counters_arm(void)
{
	int err;

	if (armed)
		return -EBUSY;

	dmalab_counters_zero();
	err = arm_events();
	if (err)
		return err;
	/* with no filter, every function of the kernel would be traced */
	if (nr_targets) {
		err = register_ftrace_function(&call_ops);
		if (err) {
			disarm_events(ARRAY_SIZE(events));
			return err;
		}
	}
	armed = true;
	WRITE_ONCE(armed_task, current);
	return 0;
}

void dmalab_counters_disarm(void)
{
	if (!armed)
		return;
	WRITE_ONCE(armed_task, NULL);
	if (nr_targets)
		unregister_ftrace_function(&call_ops);
	disarm_events(ARRAY_SIZE(events));
	armed = false;
}

static void step_insn(const struct pt_regs *regs, void *unused)
{
	struct dmalab_insn insn =
		dmalab_insn_decode((const u8 *)regs->ip, regs);

	dmalab_functions_insn(regs->ip);
	add(INSNS_STEPPED, 1);
	add(LOCK_OPS, !!(insn.flags & DMALAB_INSN_LOCK));
	add(CACHE_LINES, !!(insn.flags & DMALAB_INSN_CLFLUSH));
	if (insn.flags & DMALAB_INSN_STORE)
		add(MMIO_WRITES, dmalab_is_device_memory(insn.addr));
}

int dmalab_counters_step(void (*op)(void *arg), void *arg)
{
	return armed ? -EBUSY : dmalab_step_run(op, arg, step_insn, NULL);
}

void dmalab_counters_zero(void)
{
	memset(sums, 0, sizeof(sums));
}

void dmalab_counters_read(u64 *sum)
{
	memcpy(sum, sums, sizeof(sums));
}

unsigned int dmalab_counters_nr(void)
{
	return DMALAB_NR_COUNTERS;
}

const char *dmalab_counter_name(unsigned int i)
{
	return counter_names[i];
}

bool dmalab_counter_missing(unsigned int i)
{
	return !(provided & BIT(i));
}

bool dmalab_counter_stepped(unsigned int i)
{
	return STEP_COUNTERS & ~watched & BIT(i);
}

int dmalab_counters_init(void)
{
	int err;

	err = dmalab_functions_init();
	if (err)
		return err;
	err = dmalab_step_init();
	if (err)
		goto err_functions;
	for (unsigned int i = 0; i < ARRAY_SIZE(symbol_watches); i++)
		symbol_addrs[i] = symbol_address(symbol_watches[i].symbol);
	for_each_kernel_tracepoint(find_event, NULL);
	return dmalab_counters_attach(NULL);

err_functions:
	dmalab_functions_exit();
	return err;
}

void dmalab_counters_exit(void)
{
	dmalab_counters_disarm();
	ftrace_free_filter(&call_ops);
	dmalab_step_exit();
	dmalab_functions_exit();
}
