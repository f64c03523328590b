// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a real controller read the right memory through the PRP or SGL that a
 * case built?
 *
 * Follows the NVM Express Base Specification 2.0: 3.5.1 (initialization),
 * 3.6.1 (shutdown), 4.2 (queues and the phase tag), and the NVM Command Set
 * Specification for the namespace.  One command is under way at a time, so a
 * completion needs no looking up.
 */
#include <linux/bits.h>
#include <linux/dma-mapping.h>
#include <linux/io-64-nonatomic-lo-hi.h>
#include <linux/io.h>
#include <linux/iopoll.h>
#include <linux/jiffies.h>
#include <linux/log2.h>
#include <linux/nvme.h>
#include <linux/pci.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "nvme.h"

#define NSID		1
#define IO_QID		1
#define QUEUE_DEPTH	4

#define COMMAND_MSECS	(30 * MSEC_PER_SEC)
/* where the controller does not say (RTD3E of 0) */
#define SHUTDOWN_MSECS	(5 * MSEC_PER_SEC)
#define POLL_USECS	20

/* SGLS field of Identify Controller: SGLs with any or with dword alignment */
#define SGLS_SUPPORTED	GENMASK(1, 0)

/**
 * struct nvme_queue - a submission queue and its completion queue
 * @sq: commands
 * @cq: completions
 * @sq_dma: DMA address of @sq
 * @cq_dma: DMA address of @cq
 * @sq_tail_db: doorbell: commands up to here are for the controller
 * @cq_head_db: doorbell: completions up to here were seen
 * @tail: next free command
 * @head: next completion
 * @phase: its phase tag when it has been written
 */
struct nvme_queue {
	struct nvme_command *sq;
	struct nvme_completion *cq;
	dma_addr_t sq_dma;
	dma_addr_t cq_dma;
	u32 __iomem *sq_tail_db;
	u32 __iomem *cq_head_db;
	u16 tail;
	u16 head;
	u16 phase;
};

/**
 * struct dmalab_nvme - a controller in use
 * @pdev: its device
 * @bar: its registers
 * @admin: admin queue
 * @io: I/O queue
 * @page: memory for what Identify returns
 * @page_dma: DMA address of @page
 * @ready_msecs: longest time to wait for CSTS.RDY to change
 * @shutdown_msecs: longest time to wait for a shutdown
 * @nr_lbas: blocks of the namespace
 * @lba_bytes: bytes in each
 * @max_bytes: longest transfer
 * @sgl: takes SGLs
 * @had_intx: its interrupt pin was not disabled before
 * @dead: disabled after a command that did not complete
 */
struct dmalab_nvme {
	struct pci_dev *pdev;
	void __iomem *bar;
	struct nvme_queue admin;
	struct nvme_queue io;
	void *page;
	dma_addr_t page_dma;
	unsigned int ready_msecs;
	unsigned int shutdown_msecs;
	u64 nr_lbas;
	u32 lba_bytes;
	u32 max_bytes;
	bool sgl;
	bool had_intx;
	bool dead;
};

/* ---- registers ---- */

/* An unplugged device reads all ones. */
static int wait_status(struct dmalab_nvme *nvme, u32 mask, u32 value,
		       unsigned int msecs, const char *what)
{
	u32 csts;
	int err;

	err = readl_poll_timeout(nvme->bar + NVME_REG_CSTS, csts,
				 csts == ~0U || (csts & mask) == value,
				 POLL_USECS, (u64)msecs * USEC_PER_MSEC);
	if (csts == ~0U)
		err = -ENODEV;
	if (err)
		pci_err(nvme->pdev,
			"dmalab: controller does not %s within %u ms (CSTS 0x%x, error %d)\n",
			what, msecs, csts, err);
	return err;
}

static int disable_controller(struct dmalab_nvme *nvme)
{
	u32 cc = readl(nvme->bar + NVME_REG_CC);

	cc &= ~(NVME_CC_ENABLE | NVME_CC_SHN_MASK);
	writel(cc, nvme->bar + NVME_REG_CC);
	return wait_status(nvme, NVME_CSTS_RDY, 0, nvme->ready_msecs,
			   "disable");
}

static int enable_controller(struct dmalab_nvme *nvme)
{
	struct nvme_queue *q = &nvme->admin;

	writel((QUEUE_DEPTH - 1) << 16 | (QUEUE_DEPTH - 1),
	       nvme->bar + NVME_REG_AQA);
	lo_hi_writeq(q->sq_dma, nvme->bar + NVME_REG_ASQ);
	lo_hi_writeq(q->cq_dma, nvme->bar + NVME_REG_ACQ);
	/* the admin queue raises interrupts unless they are masked */
	writel(~0U, nvme->bar + NVME_REG_INTMS);
	/* memory pages of 4K are a value of 0 */
	writel(NVME_CC_CSS_NVM | NVME_CC_AMS_RR | NVME_CC_SHN_NONE |
		       NVME_CC_IOSQES | NVME_CC_IOCQES | NVME_CC_ENABLE,
	       nvme->bar + NVME_REG_CC);
	return wait_status(nvme, NVME_CSTS_RDY | NVME_CSTS_CFS, NVME_CSTS_RDY,
			   nvme->ready_msecs, "become ready");
}

static void shut_down_controller(struct dmalab_nvme *nvme)
{
	u32 cc = readl(nvme->bar + NVME_REG_CC);

	cc &= ~NVME_CC_SHN_MASK;
	writel(cc | NVME_CC_SHN_NORMAL, nvme->bar + NVME_REG_CC);
	wait_status(nvme, NVME_CSTS_SHST_MASK, NVME_CSTS_SHST_CMPLT,
		    nvme->shutdown_msecs, "shut down");
}

/* CAP, what it asks for, and whether it is a controller for this client */
static int read_capabilities(struct dmalab_nvme *nvme, unsigned int *stride)
{
	u64 cap = lo_hi_readq(nvme->bar + NVME_REG_CAP);
	u32 half_secs = NVME_CAP_TIMEOUT(cap);

	if (cap == ~0ULL) {
		pci_err(nvme->pdev, "dmalab: controller does not answer\n");
		return -ENODEV;
	}
	if (cap & NVME_CAP_CRMS_CRWMS) {
		u32 crto = readl(nvme->bar + NVME_REG_CRTO);

		half_secs = max(half_secs, NVME_CRTO_CRWMT(crto));
	}
	/* 0 is not allowed, but seen */
	nvme->ready_msecs = max(half_secs, 1U) * 500;
	*stride = 4 << NVME_CAP_STRIDE(cap);
	if (pci_resource_len(nvme->pdev, 0) < NVME_REG_DBS + 4 * *stride) {
		pci_err(nvme->pdev, "dmalab: doorbells lie beyond BAR 0\n");
		return -EOPNOTSUPP;
	}
	if (!(NVME_CAP_CSS(cap) & NVME_CAP_CSS_NVM) || NVME_CAP_MPSMIN(cap) ||
	    NVME_CAP_MQES(cap) < QUEUE_DEPTH - 1) {
		pci_err(nvme->pdev,
			"dmalab: controller lacks the NVM command set, 4K pages or queues of %u (CAP 0x%llx)\n",
			QUEUE_DEPTH, cap);
		return -EOPNOTSUPP;
	}
	return 0;
}

/* ---- queues ---- */

static void free_queue(struct dmalab_nvme *nvme, struct nvme_queue *q)
{
	struct device *dev = &nvme->pdev->dev;

	if (q->cq)
		dma_free_coherent(dev, QUEUE_DEPTH * sizeof(*q->cq), q->cq,
				  q->cq_dma);
	if (q->sq)
		dma_free_coherent(dev, QUEUE_DEPTH * sizeof(*q->sq), q->sq,
				  q->sq_dma);
}

/* On an error the caller frees it, as the other queue too. */
static int alloc_queue(struct dmalab_nvme *nvme, struct nvme_queue *q,
		       unsigned int qid, unsigned int stride)
{
	struct device *dev = &nvme->pdev->dev;
	void __iomem *db = nvme->bar + NVME_REG_DBS + 2 * qid * stride;

	q->sq_tail_db = db;
	q->cq_head_db = db + stride;
	q->phase = 1;
	/* zeroed, so that no phase tag is set */
	q->sq = dma_alloc_coherent(dev, QUEUE_DEPTH * sizeof(*q->sq),
				   &q->sq_dma, GFP_KERNEL);
	q->cq = dma_alloc_coherent(dev, QUEUE_DEPTH * sizeof(*q->cq),
				   &q->cq_dma, GFP_KERNEL);
	return q->sq && q->cq ? 0 : -ENOMEM;
}

static bool is_complete(const struct nvme_queue *q)
{
	return (le16_to_cpu(READ_ONCE(q->cq[q->head].status)) & 1) == q->phase;
}

/* After this the controller does not touch memory any more. */
static int give_up(struct dmalab_nvme *nvme, const char *what, int err)
{
	u32 csts = readl(nvme->bar + NVME_REG_CSTS);

	if (csts == ~0U)
		err = -ENODEV;
	pci_err(nvme->pdev,
		"dmalab: %s did not complete (CSTS 0x%x, error %d); the controller is disabled\n",
		what, csts, err);
	nvme->dead = true;
	if (err == -ENODEV || disable_controller(nvme))
		pci_clear_master(nvme->pdev);
	return err;
}

static int wait_completion(struct dmalab_nvme *nvme, struct nvme_queue *q,
			   const char *what)
{
	unsigned long deadline = jiffies + msecs_to_jiffies(COMMAND_MSECS);

	while (!is_complete(q)) {
		/* a fatal error, or gone: no completion will come */
		if (readl(nvme->bar + NVME_REG_CSTS) & NVME_CSTS_CFS)
			return give_up(nvme, what, -EIO);
		if (time_after(jiffies, deadline))
			return give_up(nvme, what, -ETIMEDOUT);
		usleep_range(POLL_USECS / 2, POLL_USECS);
	}
	/* the rest of the completion is read after its phase tag */
	dma_rmb();
	return 0;
}

/* Return: 0, or an error with the controller's words for it in the log */
static int run_command(struct dmalab_nvme *nvme, struct nvme_queue *q,
		       struct nvme_command *cmd, const char *what)
{
	u16 id = q->tail, status, done_id;
	int err;

	if (nvme->dead)
		return -ESHUTDOWN;

	cmd->common.command_id = id;
	q->sq[q->tail] = *cmd;
	q->tail = (q->tail + 1) % QUEUE_DEPTH;
	writel(q->tail, q->sq_tail_db);

	err = wait_completion(nvme, q, what);
	if (err)
		return err;

	status = le16_to_cpu(q->cq[q->head].status) >> 1;
	done_id = q->cq[q->head].command_id;
	q->head = (q->head + 1) % QUEUE_DEPTH;
	if (!q->head)
		q->phase ^= 1;
	writel(q->head, q->cq_head_db);

	if (done_id != id) {
		pci_err(nvme->pdev,
			"dmalab: %s: completion for command %u, not %u\n", what,
			done_id, id);
		return give_up(nvme, what, -EIO);
	}
	err = dmalab_nvme_status_errno(status);
	if (err)
		pci_err(nvme->pdev, "dmalab: %s: %s (status 0x%03x%s)\n", what,
			dmalab_nvme_status_text(status),
			status & NVME_SCT_SC_MASK,
			status & NVME_STATUS_DNR ? ", do not retry" : "");
	return err;
}

/* ---- admin commands ---- */

static int identify(struct dmalab_nvme *nvme, u8 cns, u32 nsid,
		    const char *what)
{
	struct nvme_command cmd = {
		.identify = {
			.opcode = nvme_admin_identify,
			.nsid = cpu_to_le32(nsid),
			.dptr.prp1 = cpu_to_le64(nvme->page_dma),
			.cns = cns,
		},
	};

	return run_command(nvme, &nvme->admin, &cmd, what);
}

static int identify_controller(struct dmalab_nvme *nvme)
{
	const struct nvme_id_ctrl *id = nvme->page;
	u64 max_bytes = UINT_MAX;
	int err;

	err = identify(nvme, NVME_ID_CNS_CTRL, 0, "Identify Controller");
	if (err)
		return err;

	/* in units of the smallest memory page, 4K here */
	if (id->mdts && id->mdts < 20)
		max_bytes = (u64)SZ_4K << id->mdts;
	nvme->max_bytes = max_bytes;
	nvme->sgl = le32_to_cpu(id->sgls) & SGLS_SUPPORTED;
	if (id->rtd3e)
		nvme->shutdown_msecs =
			max_t(u32, le32_to_cpu(id->rtd3e) / USEC_PER_MSEC,
			      SHUTDOWN_MSECS);
	return 0;
}

static int identify_namespace(struct dmalab_nvme *nvme)
{
	const struct nvme_id_ns *id = nvme->page;
	const struct nvme_lbaf *lbaf;
	int err;

	err = identify(nvme, NVME_ID_CNS_NS, NSID, "Identify Namespace 1");
	if (err)
		return err;

	lbaf = &id->lbaf[nvme_lbaf_index(id->flbas)];
	nvme->nr_lbas = le64_to_cpu(id->nsze);
	if (!nvme->nr_lbas) {
		pci_err(nvme->pdev, "dmalab: there is no namespace %u\n", NSID);
		return -ENODEV;
	}
	if (lbaf->ms || lbaf->ds < ilog2(SZ_512) || lbaf->ds > ilog2(SZ_4K)) {
		pci_err(nvme->pdev,
			"dmalab: namespace %u has blocks of 2^%u bytes with %u of metadata; format it to 512 or 4096 without\n",
			NSID, lbaf->ds, le16_to_cpu(lbaf->ms));
		return -EOPNOTSUPP;
	}
	nvme->lba_bytes = 1U << lbaf->ds;
	/* the number of blocks in a command has 16 bits */
	nvme->max_bytes =
		min_t(u64, nvme->max_bytes, (u64)nvme->lba_bytes << 16);
	return 0;
}

static int create_io_queue(struct dmalab_nvme *nvme)
{
	struct nvme_command queues = {
		.features = {
			.opcode = nvme_admin_set_features,
			.fid = cpu_to_le32(NVME_FEAT_NUM_QUEUES),
			/* one of each is a value of 0 */
		},
	};
	/* no interrupts are enabled for it */
	struct nvme_command cq = {
		.create_cq = {
			.opcode = nvme_admin_create_cq,
			.prp1 = cpu_to_le64(nvme->io.cq_dma),
			.cqid = cpu_to_le16(IO_QID),
			.qsize = cpu_to_le16(QUEUE_DEPTH - 1),
			.cq_flags = cpu_to_le16(NVME_QUEUE_PHYS_CONTIG),
		},
	};
	struct nvme_command sq = {
		.create_sq = {
			.opcode = nvme_admin_create_sq,
			.prp1 = cpu_to_le64(nvme->io.sq_dma),
			.sqid = cpu_to_le16(IO_QID),
			.qsize = cpu_to_le16(QUEUE_DEPTH - 1),
			.sq_flags = cpu_to_le16(NVME_QUEUE_PHYS_CONTIG),
			.cqid = cpu_to_le16(IO_QID),
		},
	};
	int err;

	err = run_command(nvme, &nvme->admin, &queues,
			  "Set Features, Number of Queues");
	if (!err)
		err = run_command(nvme, &nvme->admin, &cq,
				  "Create I/O Completion Queue");
	if (!err)
		err = run_command(nvme, &nvme->admin, &sq,
				  "Create I/O Submission Queue");
	return err;
}

/* The submission queue goes first; the controller completes what is in it. */
static void delete_io_queue(struct dmalab_nvme *nvme)
{
	struct nvme_command cmd = {
		.delete_queue = {
			.opcode = nvme_admin_delete_sq,
			.qid = cpu_to_le16(IO_QID),
		},
	};

	run_command(nvme, &nvme->admin, &cmd, "Delete I/O Submission Queue");
	cmd.delete_queue.opcode = nvme_admin_delete_cq;
	run_command(nvme, &nvme->admin, &cmd, "Delete I/O Completion Queue");
}

/* ---- opening and closing ---- */

static int map_registers(struct dmalab_nvme *nvme)
{
	struct pci_dev *pdev = nvme->pdev;
	int err;

	if (pdev->class != PCI_CLASS_STORAGE_EXPRESS) {
		pci_err(pdev,
			"dmalab: class 0x%06x is not that of an NVMe controller\n",
			pdev->class);
		return -ENODEV;
	}
	err = pci_enable_device_mem(pdev);
	if (err)
		return err;
	err = pci_request_region(pdev, 0, "dmalab");
	if (err)
		goto err_disable;
	nvme->bar = pci_ioremap_bar(pdev, 0);
	if (!nvme->bar) {
		err = -ENOMEM;
		goto err_release;
	}
	return 0;

err_release:
	pci_release_region(pdev, 0);
err_disable:
	pci_disable_device(pdev);
	return err;
}

static void unmap_registers(struct dmalab_nvme *nvme)
{
	iounmap(nvme->bar);
	pci_release_region(nvme->pdev, 0);
	pci_disable_device(nvme->pdev);
}

static int alloc_memory(struct dmalab_nvme *nvme, unsigned int stride)
{
	int err;

	nvme->page = dma_alloc_coherent(&nvme->pdev->dev, SZ_4K,
					&nvme->page_dma, GFP_KERNEL);
	if (!nvme->page)
		return -ENOMEM;
	err = alloc_queue(nvme, &nvme->admin, 0, stride);
	if (!err)
		err = alloc_queue(nvme, &nvme->io, IO_QID, stride);
	return err;
}

static void free_memory(struct dmalab_nvme *nvme)
{
	free_queue(nvme, &nvme->io);
	free_queue(nvme, &nvme->admin);
	if (nvme->page)
		dma_free_coherent(&nvme->pdev->dev, SZ_4K, nvme->page,
				  nvme->page_dma);
}

/* Bus mastering goes before the memory that the controller might write. */
static void stop(struct dmalab_nvme *nvme)
{
	disable_controller(nvme);
	pci_clear_master(nvme->pdev);
	pci_intx(nvme->pdev, nvme->had_intx);
}

static int start(struct dmalab_nvme *nvme)
{
	u16 command;
	int err;

	err = disable_controller(nvme);
	if (err)
		return err;
	/* no handler is there for them */
	pci_read_config_word(nvme->pdev, PCI_COMMAND, &command);
	nvme->had_intx = !(command & PCI_COMMAND_INTX_DISABLE);
	pci_intx(nvme->pdev, false);
	pci_set_master(nvme->pdev);

	err = enable_controller(nvme);
	if (!err)
		err = identify_controller(nvme);
	if (!err)
		err = identify_namespace(nvme);
	if (!err)
		err = create_io_queue(nvme);
	if (err)
		stop(nvme);
	return err;
}

struct dmalab_nvme *dmalab_nvme_open(struct pci_dev *pdev)
{
	struct dmalab_nvme *nvme;
	unsigned int stride;
	int err;

	nvme = kzalloc(sizeof(*nvme), GFP_KERNEL);
	if (!nvme)
		return ERR_PTR(-ENOMEM);
	nvme->pdev = pdev;
	nvme->shutdown_msecs = SHUTDOWN_MSECS;

	err = map_registers(nvme);
	if (err)
		goto err_free;
	err = read_capabilities(nvme, &stride);
	if (err)
		goto err_unmap;
	err = alloc_memory(nvme, stride);
	if (!err)
		err = start(nvme);
	if (err)
		goto err_memory;
	return nvme;

err_memory:
	free_memory(nvme);
err_unmap:
	unmap_registers(nvme);
err_free:
	kfree(nvme);
	return ERR_PTR(err);
}

void dmalab_nvme_close(struct dmalab_nvme *nvme)
{
	if (IS_ERR_OR_NULL(nvme))
		return;
	if (!nvme->dead)
		delete_io_queue(nvme);
	if (!nvme->dead)
		shut_down_controller(nvme);
	stop(nvme);
	free_memory(nvme);
	unmap_registers(nvme);
	kfree(nvme);
}

/* ---- I/O ---- */

u32 dmalab_nvme_lba_bytes(const struct dmalab_nvme *nvme)
{
	return nvme->lba_bytes;
}

u32 dmalab_nvme_max_bytes(const struct dmalab_nvme *nvme)
{
	return nvme->max_bytes;
}

bool dmalab_nvme_has_sgl(const struct dmalab_nvme *nvme)
{
	return nvme->sgl;
}

static int check_io(const struct dmalab_nvme *nvme, u64 lba, u32 bytes,
		    bool sgl)
{
	if (!bytes || bytes % nvme->lba_bytes)
		return -EINVAL;
	if (bytes > nvme->max_bytes)
		return -EMSGSIZE;
	if (lba >= nvme->nr_lbas ||
	    bytes / nvme->lba_bytes > nvme->nr_lbas - lba)
		return -ERANGE;
	if (sgl && !nvme->sgl)
		return -EOPNOTSUPP;
	return 0;
}

int dmalab_nvme_io(struct dmalab_nvme *nvme, bool write, u64 lba, u32 bytes,
		   const __le64 dptr[2], bool sgl)
{
	struct nvme_command cmd = {
		.rw = {
			.opcode = write ? nvme_cmd_write : nvme_cmd_read,
			.flags = sgl ? NVME_CMD_SGL_METABUF : 0,
			.nsid = cpu_to_le32(NSID),
			.slba = cpu_to_le64(lba),
		},
	};
	u32 nr_blocks = bytes / nvme->lba_bytes;
	char what[64];
	int err;

	err = check_io(nvme, lba, bytes, sgl);
	if (err)
		return err;

	cmd.rw.length = cpu_to_le16(nr_blocks - 1);
	/* an SGL descriptor takes the place of both */
	cmd.rw.dptr.prp1 = dptr[0];
	cmd.rw.dptr.prp2 = dptr[1];
	snprintf(what, sizeof(what), "%s of %u blocks at %llu by %s",
		 write ? "write" : "read", nr_blocks, lba, sgl ? "SGL" : "PRP");
	return run_command(nvme, &nvme->io, &cmd, what);
}
