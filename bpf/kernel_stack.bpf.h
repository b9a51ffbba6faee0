/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef KERNEL_STACK_BPF_H
#define KERNEL_STACK_BPF_H
/* The kernel's frames of a thread that was interrupted in the kernel. */
#include "images.bpf.h"
#include "native_stack.bpf.h"

/* Where interrupts enter the kernel, from kallsyms; 0 = not known. */
const volatile __u64 interrupt_entry_start = 0, interrupt_entry_end = 0;

/* What the clock interrupted. */
struct interrupted {
	__u64 ip; /* 0 = not known: what stands behind the interrupt's entry */
	bool user;
};

/* Functions of the kernel are aligned so: the innermost address may be any of its function. */
#define KERNEL_FUNCTION_ALIGNMENT 16

static __always_inline __u64 kernel_word(__u64 address)
{
	return (__u64)FRAME_WORD_KERNEL << FRAME_KIND_SHIFT | (address & FRAME_ADDRESS_MASK);
}

/* Whether the frames behind this one are those of what was interrupted. */
static __always_inline bool is_interrupt_entry(__u64 address)
{
	return address >= interrupt_entry_start && address < interrupt_entry_end;
}

/*
 * Fills native->words with the frames from the interrupted instruction on: where the clock is the
 * tick, those of the interrupt itself stand before it.
 */
static __always_inline void take_kernel_stack(struct native_walk *native, void *context,
					      const struct interrupted *interrupted)
{
	long bytes = bpf_get_stack(context, native->window, MAX_KERNEL_FRAMES * 8, 0);
	__u32 count = bytes > 0 ? (__u32)bytes / 8 : 0;
	__u64 aligned = ~(__u64)(KERNEL_FUNCTION_ALIGNMENT - 1), ip = interrupted->ip;
	bool found = false;

	if (ip)
		push_native(native, kernel_word(ip & aligned));
	for (__u32 i = 0; i < MAX_KERNEL_FRAMES; i++) {
		__u64 address;
		if (i >= count)
			break;
		address = *(__u64 *)(native->window + i * 8);
		if (found)
			push_native(native,
				    kernel_word(native->depth ? address - 1 : address & aligned));
		found |= ip ? address == ip : is_interrupt_entry(address);
	}
}

#endif
