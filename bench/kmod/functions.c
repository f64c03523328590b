// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which functions were an operation's instructions spent in?
 *
 * While it is stepped, every address has a slot of a table that is there from
 * the start, and nothing is looked up; that comes when the operation is over.
 */
#include <linux/errno.h>
#include <linux/gfp.h>
#include <linux/hash.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/sort.h>
#include <linux/string.h>
#include <kunit/visibility.h>

#include "functions.h"

/* an open table; a quarter stays free, so that a search ends soon */
#define SLOT_BITS	14
#define NR_SLOTS	BIT(SLOT_BITS)

static_assert(DMALAB_MAX_ADDRESSES <= NR_SLOTS * 3 / 4);

/**
 * struct slot - how often one instruction was executed
 * @ip: its address without the upper half, which is the same for all code of
 *	the kernel; 0: the slot is free
 * @times: by phase
 */
struct slot {
	u32 ip;
	u32 times[DMALAB_NR_PHASES];
};

static unsigned long address_of(const struct slot *slot)
{
	return (long)(s32)slot->ip;
}

/**
 * struct symbol - a function
 * @start: address of its first instruction
 * @end: of the first one behind it
 * @name: with its module
 */
struct symbol {
	unsigned long start;
	unsigned long end;
	char name[DMALAB_FUNCTION_LEN];
};

/*
 * One block, so that the single pages that everything else is made of are the
 * same ones as without it: from which pages page tables come shows in counts.
 */
static struct slot *slots;
static unsigned int nr_used;
static u64 nr_unplaced;
static unsigned long next_phase[DMALAB_NR_PHASES - 1];
static unsigned int phase;

void dmalab_functions_clear(void)
{
	for (unsigned int i = 0; i < NR_SLOTS; i++)
		slots[i].ip = 0;
	nr_used = 0;
	nr_unplaced = 0;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_functions_clear);

void dmalab_functions_begin(const unsigned long marks[DMALAB_NR_PHASES - 1])
{
	memcpy(next_phase, marks, sizeof(next_phase));
	phase = 0;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_functions_begin);

/* Return: the slot of an address, NULL where there is no room for it */
static struct slot *slot_of(unsigned long ip)
{
	unsigned int i = hash_32(ip, SLOT_BITS);

	for (; slots[i].ip; i = (i + 1) % NR_SLOTS)
		if (slots[i].ip == (u32)ip)
			return &slots[i];
	if (nr_used == DMALAB_MAX_ADDRESSES)
		return NULL;
	nr_used++;
	slots[i] = (struct slot){ .ip = ip };
	return &slots[i];
}

void dmalab_functions_insn(unsigned long ip)
{
	struct slot *slot = slot_of(ip);

	if (phase < ARRAY_SIZE(next_phase) && ip == next_phase[phase])
		phase++;
	if (slot && slot->times[phase] < U32_MAX)
		slot->times[phase]++;
	else
		nr_unplaced++;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_functions_insn);

static int slot_order(const void *a, const void *b)
{
	const struct slot *x = a, *y = b;

	return x->ip < y->ip ? -1 : x->ip > y->ip;
}

/* Moves what is used to the front, by address. */
static void sort_slots(void)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < NR_SLOTS; i++)
		if (slots[i].ip)
			slots[n++] = slots[i];
	sort(slots, n, sizeof(*slots), slot_order, NULL);
}

/* Looks up a function; false: no function has this address. */
static bool find_symbol(unsigned long ip, struct symbol *symbol)
{
	static char text[KSYM_SYMBOL_LEN];
	unsigned long offset, size;
	char *plus;

	/* name+0x10/0x80, or name+0x10/0x80 [module] */
	snprintf(text, sizeof(text), "%pS", (void *)ip);
	plus = strrchr(text, '+');
	if (!plus || sscanf(plus, "+%lx/%lx", &offset, &size) != 2)
		return false;
	*plus = '\0';
	symbol->start = ip - offset;
	symbol->end = symbol->start + size;
	strscpy(symbol->name, text, sizeof(symbol->name));
	strlcat(symbol->name, strchr(plus + 1, ' ') ?: "",
		sizeof(symbol->name));
	return true;
}

static u64 times_of(const struct slot *slot)
{
	u64 sum = 0;

	for (unsigned int p = 0; p < DMALAB_NR_PHASES; p++)
		sum += slot->times[p];
	return sum;
}

static void add_slot(struct dmalab_function *row, const struct slot *slot,
		     bool is_first)
{
	for (unsigned int p = 0; p < DMALAB_NR_PHASES; p++) {
		row->insns[p] += slot->times[p];
		if (is_first)
			row->calls[p] += slot->times[p];
	}
}

unsigned int dmalab_functions_collect(struct dmalab_function *rows,
				      unsigned int room, u64 *unnamed)
{
	struct symbol symbol = {};
	unsigned int n = 0;

	sort_slots();
	*unnamed = nr_unplaced;
	for (unsigned int i = 0; i < nr_used; i++) {
		const struct slot *slot = &slots[i];
		unsigned long ip = address_of(slot);

		if (ip >= symbol.end) {
			if (n == room || !find_symbol(ip, &symbol)) {
				*unnamed += times_of(slot);
				continue;
			}
			rows[n] = (struct dmalab_function){};
			strscpy(rows[n++].name, symbol.name,
				sizeof(rows->name));
		}
		add_slot(&rows[n - 1], slot, ip == symbol.start);
	}
	dmalab_functions_clear();
	return n;
}
EXPORT_SYMBOL_IF_KUNIT(dmalab_functions_collect);

/**
 * dmalab_functions_init() - have room before anything is stepped
 *
 * Return: 0 or -ENOMEM.
 */
int dmalab_functions_init(void)
{
	slots = alloc_pages_exact(NR_SLOTS * sizeof(*slots),
				  GFP_KERNEL | __GFP_ZERO);
	return slots ? 0 : -ENOMEM;
}

void dmalab_functions_exit(void)
{
	free_pages_exact(slots, NR_SLOTS * sizeof(*slots));
}
