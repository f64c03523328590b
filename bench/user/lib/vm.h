/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starts a guest of the lab: everything that moves instruction counts is
 * pinned here, in one place.
 */
#ifndef DLAB_VM_H
#define DLAB_VM_H

#include <stdbool.h>
#include <sys/types.h>

#include "err.h"
#include "topology.h"
#include "workload.h"

/* The versioned CPU model that every guest gets. */
#define DLAB_VM_CPU	"Nehalem-v1,phys-bits=40,enforce"
/* The versioned machine; QEMU 7.2 is the oldest that the lab takes. */
#define DLAB_VM_MACHINE	"pc-q35-7.2"

/**
 * struct dlab_vm - one guest to start
 * @qemu: program
 * @kit: directory with bzImage, base.cpio, tools.cpio and expect
 * @topology: what machine
 * @kind: DLAB_COUNT guests run under -icount and have one CPU and no device
 *        that completes in host time; the others have an NVMe
 * @kvm: use KVM (never where dlab_kind_counts())
 * @cases: what to run
 * @dir: directory of the boot, exists; gets console.log, qemu.log and, from
 *       the guest, results.tar.gz
 */
struct dlab_vm {
	const char *qemu;
	const char *kit;
	const struct dlab_topology *topology;
	enum dlab_kind kind;
	bool kvm;
	const struct dlab_cases *cases;
	const char *dir;
};

/**
 * dlab_vm_start - write the guest's job and start QEMU
 * @pid: out: QEMU, in a process group of its own; it dies with the caller
 */
int dlab_vm_start(const struct dlab_vm *vm, pid_t *pid, struct dlab_err *err);

/**
 * dlab_vm_collect - unpack what the guest shipped, after QEMU ended
 * @dir: directory of the boot
 *
 * Return: 0; -ENODATA when the guest never finished; -ENOSPC when they cannot be
 * unpacked, which a full disk does.
 */
int dlab_vm_collect(const char *dir, struct dlab_err *err);

/* Remove what was only needed to run the guest. */
void dlab_vm_clean(const char *dir);

/**
 * dlab_vm_version - first line of `qemu --version`
 */
int dlab_vm_version(const char *qemu, char *out, size_t size,
		    struct dlab_err *err);

/**
 * dlab_vm_lacks - can this QEMU not give a topology its IOMMU?
 * @why: out: which device or property is missing
 *
 * Properties come and go with QEMU's versions, and it ends on one that it does
 * not know.
 */
bool dlab_vm_lacks(const char *qemu, const struct dlab_topology *topology,
		   char *why, size_t size);

/**
 * dlab_vm_probe_kvm - does a guest boot under KVM here?
 * @dir: an empty directory to work in
 *
 * A /dev/kvm that can be opened is not one that works, so a guest without
 * cases is booted.
 */
bool dlab_vm_probe_kvm(const struct dlab_vm *vm);

#endif
