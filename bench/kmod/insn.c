// SPDX-License-Identifier: GPL-2.0-only
/*
 * What does the instruction that is about to execute do to memory?
 *
 * Follows the opcode map of the Intel SDM, volume 2, appendix A.  The kernel
 * has a complete decoder, but does not export it to modules.
 */
#include <linux/mm.h>
#include <linux/pgtable.h>
#include <linux/unaligned.h>
#include <kunit/visibility.h>

#include "insn.h"

#define PREFIX_LOCK	BIT(0)
#define PREFIX_DS	BIT(1)
#define PREFIX_OPSIZE	BIT(2)
#define PREFIX_ELSEWHERE BIT(3)	/* FS, GS or 32-bit addresses */

#define REX_B		BIT(0)
#define REX_X		BIT(1)

struct cursor {
	const u8 *next;
	const struct pt_regs *regs;
	unsigned int prefixes;
	u8 rex;
	u8 modrm;
};

static u8 modrm_mod(const struct cursor *c)
{
	return c->modrm >> 6;
}

static u8 modrm_reg(const struct cursor *c)
{
	return (c->modrm >> 3) & 7;
}

static bool in_memory(const struct cursor *c)
{
	return modrm_mod(c) != 3;
}

static unsigned long reg_value(const struct pt_regs *regs, unsigned int nr)
{
	const unsigned long values[16] = {
		regs->ax, regs->cx, regs->dx,  regs->bx,  regs->sp,  regs->bp,
		regs->si, regs->di, regs->r8,  regs->r9,  regs->r10, regs->r11,
		regs->r12, regs->r13, regs->r14, regs->r15,
	};

	return values[nr];
}

static u8 base_nr(const struct cursor *c, u8 low)
{
	return low | (c->rex & REX_B ? 8 : 0);
}

/* The base and index of a SIB byte; @no_base: a displacement stands instead. */
static unsigned long sib_address(struct cursor *c, bool *no_base)
{
	u8 sib = *c->next++;
	u8 index = ((sib >> 3) & 7) | (c->rex & REX_X ? 8 : 0);
	unsigned long addr = 0;

	*no_base = (sib & 7) == 5 && modrm_mod(c) == 0;
	if (!*no_base)
		addr = reg_value(c->regs, base_nr(c, sib & 7));
	if (index != 4)
		addr += reg_value(c->regs, index) << (sib >> 6);
	return addr;
}

/* The address of a memory operand; false where it is not followed. */
static bool operand_address(struct cursor *c, unsigned long *addr)
{
	u8 rm = c->modrm & 7;
	bool no_base = false;

	if (c->prefixes & PREFIX_ELSEWHERE || !in_memory(c))
		return false;
	if (rm == 5 && modrm_mod(c) == 0)
		return false;

	if (rm == 4)
		*addr = sib_address(c, &no_base);
	else
		*addr = reg_value(c->regs, base_nr(c, rm));

	if (modrm_mod(c) == 1)
		*addr += (s8)*c->next;
	else if (modrm_mod(c) == 2 || no_base)
		*addr += (s32)get_unaligned_le32(c->next);
	return true;
}

/* May LOCK stand before this opcode of the one-byte map?  modrm is read. */
static bool lockable_1byte(u8 op, const struct cursor *c)
{
	switch (op) {
	case 0x00: case 0x01:		/* add */
	case 0x08: case 0x09:		/* or */
	case 0x10: case 0x11:		/* adc */
	case 0x18: case 0x19:		/* sbb */
	case 0x20: case 0x21:		/* and */
	case 0x28: case 0x29:		/* sub */
	case 0x30: case 0x31:		/* xor */
		return true;
	case 0x80: case 0x81: case 0x83:	/* the same, immediate; 7: cmp */
		return modrm_reg(c) != 7;
	case 0xf6: case 0xf7:		/* not, neg */
		return modrm_reg(c) == 2 || modrm_reg(c) == 3;
	case 0xfe: case 0xff:		/* inc, dec */
		return modrm_reg(c) <= 1;
	}
	return false;
}

static bool lockable_2byte(u8 op, const struct cursor *c)
{
	switch (op) {
	case 0xab: case 0xb3: case 0xbb:	/* bts, btr, btc */
	case 0xb0: case 0xb1:			/* cmpxchg */
	case 0xc0: case 0xc1:			/* xadd */
		return true;
	case 0xba:				/* bts, btr, btc, immediate */
		return modrm_reg(c) >= 5;
	case 0xc7:				/* cmpxchg8b, cmpxchg16b */
		return modrm_reg(c) == 1;
	}
	return false;
}

static bool has_modrm_1byte(u8 op)
{
	if (op < 0x40)
		return (op & 7) < 4;
	switch (op) {
	case 0x80: case 0x81: case 0x83:
	case 0x86: case 0x87: case 0x88: case 0x89:
	case 0xc6: case 0xc7:
	case 0xf6: case 0xf7: case 0xfe: case 0xff:
		return true;
	}
	return false;
}

static bool has_modrm_2byte(u8 op)
{
	switch (op) {
	case 0xab: case 0xae: case 0xb0: case 0xb1: case 0xb3:
	case 0xba: case 0xbb: case 0xc0: case 0xc1: case 0xc3: case 0xc7:
		return true;
	}
	return false;
}

static void decode_1byte(struct cursor *c, u8 op, struct dmalab_insn *insn)
{
	if (op == 0xa4 || op == 0xa5 || op == 0xaa || op == 0xab) {
		/* movs, stos; one iteration where there is a REP prefix */
		insn->flags |= DMALAB_INSN_STORE;
		insn->addr = c->regs->di;
		return;
	}
	if (!has_modrm_1byte(op))
		return;
	c->modrm = *c->next++;
	if (!in_memory(c))
		return;

	if (op == 0x86 || op == 0x87 ||
	    (c->prefixes & PREFIX_DS && lockable_1byte(op, c)))
		insn->flags |= DMALAB_INSN_LOCK;

	/* mov; C6 and C7 are mov with /0 only */
	if (op == 0x88 || op == 0x89 ||
	    ((op == 0xc6 || op == 0xc7) && modrm_reg(c) == 0)) {
		if (operand_address(c, &insn->addr))
			insn->flags |= DMALAB_INSN_STORE;
	}
}

static void decode_2byte(struct cursor *c, struct dmalab_insn *insn)
{
	u8 op = *c->next++;

	if (!has_modrm_2byte(op))
		return;
	c->modrm = *c->next++;
	if (!in_memory(c))
		return;

	/* group 15: /7 clflush, with 66 clflushopt; /6 with 66 clwb */
	if (op == 0xae && (modrm_reg(c) == 7 ||
			   (modrm_reg(c) == 6 && c->prefixes & PREFIX_OPSIZE)))
		insn->flags |= DMALAB_INSN_CLFLUSH;

	if (c->prefixes & PREFIX_DS && lockable_2byte(op, c))
		insn->flags |= DMALAB_INSN_LOCK;

	/* movnti */
	if (op == 0xc3 && operand_address(c, &insn->addr))
		insn->flags |= DMALAB_INSN_STORE;
}

static void take_prefixes(struct cursor *c)
{
	for (;; c->next++) {
		switch (*c->next) {
		case 0xf0:
			c->prefixes |= PREFIX_LOCK;
			break;
		case 0x3e:
			c->prefixes |= PREFIX_DS;
			break;
		case 0x66:
			c->prefixes |= PREFIX_OPSIZE;
			break;
		case 0x64: case 0x65: case 0x67:
			c->prefixes |= PREFIX_ELSEWHERE;
			break;
		case 0x26: case 0x2e: case 0x36: case 0xf2: case 0xf3:
			break;
		default:
			/* REX counts only right before the opcode */
			if ((*c->next & 0xf0) == 0x40)
				c->rex = *c->next++;
			return;
		}
	}
}

struct dmalab_insn dmalab_insn_decode(const u8 *code,
				      const struct pt_regs *regs)
{
	struct cursor c = { .next = code, .regs = regs };
	struct dmalab_insn insn = {};
	u8 op;

	take_prefixes(&c);
	if (c.prefixes & PREFIX_LOCK)
		insn.flags |= DMALAB_INSN_LOCK;

	op = *c.next++;
	if (op == 0x0f)
		decode_2byte(&c, &insn);
	else
		decode_1byte(&c, op, &insn);
	return insn;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_insn_decode);

bool dmalab_is_device_memory(unsigned long addr)
{
	unsigned int level;
	pte_t *pte;

	/* ioremap() maps there; everything cached elsewhere is left out early */
	if (!is_vmalloc_addr((void *)addr))
		return false;
	pte = lookup_address(addr, &level);
	return pte && pte_flags(*pte) & (_PAGE_PWT | _PAGE_PCD);
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_is_device_memory);
