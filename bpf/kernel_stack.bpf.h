/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef KERNEL_STACK_BPF_H
#define KERNEL_STACK_BPF_H
/* The kernel's frames of a thread that was interrupted in the kernel. */
#include "images.bpf.h"
#include "native_stack.bpf.h"

/* What the clock interrupted. */
struct interrupted {
	__u64 ip;
	bool user;
};

/* arch/x86: the registers that the interrupt being handled on this CPU has saved. */
extern struct pt_regs *__irq_regs __ksym __weak;

static __always_inline struct interrupted interrupted_here(void)
{
	struct interrupted interrupted = {.user = true};
	struct pt_regs **place, *regs = NULL;
	__u64 saved[REGISTER_CS + 1];

	if (!&__irq_regs)
		return interrupted;
	place = bpf_this_cpu_ptr(&__irq_regs);
	bpf_probe_read_kernel(&regs, sizeof(regs), place);
	if (!regs || bpf_probe_read_kernel(saved, sizeof(saved), regs))
		return interrupted;
	interrupted.user = (saved[REGISTER_CS] & 3) == 3;
	interrupted.ip = saved[REGISTER_IP];
	return interrupted;
}

/* Functions of the kernel are aligned so: the innermost address may be any of its function. */
#define KERNEL_FUNCTION_ALIGNMENT 16

static __always_inline __u64 kernel_word(__u64 address)
{
	return (__u64)FRAME_WORD_KERNEL << FRAME_KIND_SHIFT | (address & FRAME_ADDRESS_MASK);
}

/*
 * Fills native->words with the frames from the interrupted instruction on: where the clock is the
 * tick, those of the interrupt itself stand before it.
 */
static __always_inline void take_kernel_stack(struct native_walk *native, void *context, __u64 ip)
{
	long bytes = bpf_get_stack(context, native->window, MAX_KERNEL_FRAMES * 8, 0);
	__u32 count = bytes > 0 ? (__u32)bytes / 8 : 0;
	bool found = false;

	push_native(native, kernel_word(ip & ~(__u64)(KERNEL_FUNCTION_ALIGNMENT - 1)));
	for (__u32 i = 0; i < MAX_KERNEL_FRAMES; i++) {
		__u64 address;
		if (i >= count)
			break;
		address = *(__u64 *)(native->window + i * 8);
		if (found)
			push_native(native, kernel_word(address - 1));
		found |= address == ip;
	}
}

#endif
