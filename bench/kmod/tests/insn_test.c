// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does the decoder see locked operations, flushes and stores, and only those?
 * The byte strings are what gas makes of the instruction beside them.
 */
#include <kunit/test.h>

#include "../insn.h"

#define LOCK	DMALAB_INSN_LOCK
#define FLUSH	DMALAB_INSN_CLFLUSH
#define STORE	DMALAB_INSN_STORE

static const struct pt_regs regs = {
	.ax = 0x1000, .cx = 0x2000, .dx = 0x3000, .bx = 0x4000,
	.sp = 0x5000, .bp = 0x6000, .si = 0x7000, .di = 0x8000,
	.r8 = 0x18, .r9 = 0x19, .r12 = 0x12000, .r13 = 0x13000,
};

static const struct insn_case {
	const char *text;
	const char *code;
	unsigned int flags;
	unsigned long addr;
} insn_cases[] = {
	/* locked operations */
	{ "lock incl (%rax)", "\xf0\xff\x00", LOCK },
	{ "lock cmpxchg %edx,(%rdi)", "\xf0\x0f\xb1\x17", LOCK },
	{ "lock cmpxchg16b (%rsi)", "\xf0\x48\x0f\xc7\x0e", LOCK },
	{ "lock addl $0,-4(%rsp)", "\xf0\x83\x44\x24\xfc\x00", LOCK },
	{ "xchg %eax,(%rdx)", "\x87\x02", LOCK },
	{ "xchg %al,(%r8)", "\x41\x86\x00", LOCK },
	/* the same with the prefix patched to DS, as with one CPU */
	{ "ds cmpxchg %edx,(%rdi)", "\x3e\x0f\xb1\x17", LOCK },
	{ "ds xadd %rax,(%rdi)", "\x3e\x48\x0f\xc1\x07", LOCK },
	{ "ds decl (%rdi)", "\x3e\xff\x0f", LOCK },
	{ "ds btsq $1,(%rdi)", "\x3e\x48\x0f\xba\x2f\x01", LOCK },
	{ "ds orb $1,(%rdi)", "\x3e\x80\x0f\x01", LOCK },
	{ "ds addl $0,-4(%rsp)", "\x3e\x83\x44\x24\xfc\x00", LOCK },
	/* DS where LOCK could not stand */
	{ "ds cmpl $1,(%rdi)", "\x3e\x83\x3f\x01", 0 },
	{ "ds bt $1,(%rdi)", "\x3e\x0f\xba\x27\x01", 0 },
	{ "notrack jmp *%rax", "\x3e\xff\xe0", 0 },
	{ "notrack jmp *(%rax)", "\x3e\xff\x20", 0 },
	/* no lock */
	{ "xchg %eax,%edx", "\x87\xc2", 0 },
	{ "incl (%rax)", "\xff\x00", 0 },
	{ "pause", "\xf3\x90", 0 },
	/* flushes */
	{ "clflush (%rax)", "\x0f\xae\x38", FLUSH },
	{ "ds clflush (%rax)", "\x3e\x0f\xae\x38", FLUSH },
	{ "clflushopt 64(%rax)", "\x66\x0f\xae\x78\x40", FLUSH },
	{ "clwb (%r9)", "\x66\x41\x0f\xae\x31", FLUSH },
	{ "sfence", "\x0f\xae\xf8", 0 },
	{ "mfence", "\x0f\xae\xf0", 0 },
	{ "lfence", "\x0f\xae\xe8", 0 },
	{ "xsaveopt (%rax)", "\x0f\xae\x30", 0 },
	/* stores */
	{ "mov %eax,(%rdx)", "\x89\x02", STORE, 0x3000 },
	{ "mov %ax,(%rdx)", "\x66\x89\x02", STORE, 0x3000 },
	{ "mov %al,-8(%rbp)", "\x88\x45\xf8", STORE, 0x5ff8 },
	{ "mov %eax,0x88(%rdi)", "\x89\x87\x88\0\0\0", STORE, 0x8088 },
	{ "mov %rax,8(%rsp)", "\x48\x89\x44\x24\x08", STORE, 0x5008 },
	{ "mov %eax,(%r12)", "\x41\x89\x04\x24", STORE, 0x12000 },
	{ "mov %eax,0(%r13)", "\x41\x89\x45\x00", STORE, 0x13000 },
	{ "mov %eax,4(%rsi,%r8,4)", "\x42\x89\x44\x86\x04", STORE, 0x7064 },
	{ "mov %eax,0x10(,%rcx,2)", "\x89\x04\x4d\x10\0\0\0", STORE, 0x4010 },
	{ "movl $1,0x34(%rbx)", "\xc7\x43\x34\x01\0\0\0", STORE, 0x4034 },
	{ "movnti %rax,(%rdi)", "\x48\x0f\xc3\x07", STORE, 0x8000 },
	{ "rep movsl", "\xf3\xa5", STORE, 0x8000 },
	/* not stores, or not followed */
	{ "mov (%rdx),%eax", "\x8b\x02", 0 },
	{ "mov %eax,%edx", "\x89\xc2", 0 },
	{ "mov %eax,%gs:(%rdx)", "\x65\x89\x02", 0 },
	{ "mov %eax,0(%rip)", "\x89\x05\0\0\0\0", 0 },
	{ "nopl 0(%rax)", "\x0f\x1f\x00", 0 },
	{ "ret", "\xc3", 0 },
};

KUNIT_ARRAY_PARAM_DESC(insn, insn_cases, text);

static void classifies_instruction(struct kunit *test)
{
	const struct insn_case *c = test->param_value;
	struct dmalab_insn insn =
		dmalab_insn_decode((const u8 *)c->code, &regs);

	KUNIT_EXPECT_EQ(test, insn.flags, c->flags);
	if (insn.flags & STORE)
		KUNIT_EXPECT_EQ(test, insn.addr, c->addr);
}

static void memory_is_not_device_memory(struct kunit *test)
{
	void *slab = kunit_kmalloc(test, 64, GFP_KERNEL);
	unsigned long stack;

	KUNIT_ASSERT_NOT_NULL(test, slab);
	KUNIT_EXPECT_FALSE(test, dmalab_is_device_memory((unsigned long)slab));
	KUNIT_EXPECT_FALSE(test,
			   dmalab_is_device_memory((unsigned long)&stack));
}

static struct kunit_case insn_test_cases[] = {
	KUNIT_CASE_PARAM(classifies_instruction, insn_gen_params),
	KUNIT_CASE(memory_is_not_device_memory),
	{}
};

static struct kunit_suite insn_suite = {
	.name = "dmalab_insn",
	.test_cases = insn_test_cases,
};

kunit_test_suite(insn_suite);
