/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Does a real controller read the right memory through the PRP or SGL that a
 * case built?  A small polled NVMe client for a device bound to the module:
 * one admin queue, one I/O queue, one command at a time, no interrupts.
 */
#ifndef _DMALAB_NVME_H
#define _DMALAB_NVME_H

#include <linux/types.h>

struct dmalab_nvme;
struct pci_dev;

/**
 * dmalab_nvme_open() - take a controller into use
 * @pdev: an NVMe controller, bound to this module's driver
 *
 * Resets the controller, which ends what anybody else was doing with it, and
 * uses namespace 1.  Sleeps, as the other functions here do; the caller sees
 * to it that they do not run at the same time for one controller.
 *
 * Return: the client, for dmalab_nvme_close(); or ERR_PTR(): -ENODEV is not an
 * NVMe controller, has no namespace 1, or is gone; -EOPNOTSUPP a format that
 * the client does not know (metadata, no 4K memory pages); -ETIMEDOUT the
 * controller did not become ready in the time that it asks for; or the error
 * of a command, see dmalab_nvme_status_errno().
 */
struct dmalab_nvme *dmalab_nvme_open(struct pci_dev *pdev);

/**
 * dmalab_nvme_close() - give a controller back
 * @nvme: the client, or an ERR_PTR()
 *
 * Deletes the I/O queue, shuts down in order and leaves the controller
 * disabled and without bus mastering, as a driver expects to find it.
 */
void dmalab_nvme_close(struct dmalab_nvme *nvme);

/* Bytes of a logical block of namespace 1 */
u32 dmalab_nvme_lba_bytes(const struct dmalab_nvme *nvme);

/* The longest transfer that the controller takes in one command */
u32 dmalab_nvme_max_bytes(const struct dmalab_nvme *nvme);

/* Does the controller take SGLs? */
bool dmalab_nvme_has_sgl(const struct dmalab_nvme *nvme);

/**
 * dmalab_nvme_io() - move data through a descriptor of the caller's
 * @nvme: the client
 * @write: from memory to the namespace
 * @lba: first logical block
 * @bytes: length, a multiple of dmalab_nvme_lba_bytes()
 * @dptr: data pointer of the command: PRP1 and PRP2, or one SGL descriptor
 * @sgl: @dptr is an SGL descriptor
 *
 * When this returns, whatever it returns, the controller does not use @dptr
 * any more: where no completion came, it has been disabled.
 *
 * Return: 0; -EINVAL a length that is no multiple; -EMSGSIZE too long for one
 * command; -ERANGE beyond the end of the namespace; -EOPNOTSUPP SGLs are not
 * supported; -ETIMEDOUT; -EIO a fatal error of the controller; -ENODEV it is
 * gone; -ESHUTDOWN it was disabled after one of these three; or the error that
 * it reported, see dmalab_nvme_status_errno().
 */
int dmalab_nvme_io(struct dmalab_nvme *nvme, bool write, u64 lba, u32 bytes,
		   const __le64 dptr[2], bool sgl);

/**
 * dmalab_nvme_status_text() - the specification's name of a status
 * @status: status field of a completion, without the phase tag
 *
 * Return: never NULL; the name of the status code type where the code is not
 * known.
 */
const char *dmalab_nvme_status_text(u16 status);

/**
 * dmalab_nvme_status_errno() - a status as an error
 * @status: as for dmalab_nvme_status_text()
 *
 * Return: 0 for success; -EINVAL the command or its descriptor was refused;
 * -ENODEV no such namespace; -ERANGE, -ENOSPC, -EROFS where the specification
 * says so; -EIO everything else.
 */
int dmalab_nvme_status_errno(u16 status);

#endif
