/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef UNWIND_CALLER_BPF_H
#define UNWIND_CALLER_BPF_H
/* From one frame of machine code to its caller's: by a row, or where there is none by what the code
 * itself shows. */
#include "read_user.bpf.h"
#include "unwind_row.bpf.h"

enum {
	FRAME_POINTER_REACH = 1 << 20 /* bytes from the stack pointer to a believable rbp */
};

/* What the caller's frame is found by. */
struct unwound {
	__u64 cfa, pc, bp;
	__u32 bp_known, is_signal;
	__u32 is_root; /* there is no caller */
};

static __always_inline int fill_stack_window(struct native_walk *native, __u64 address)
{
	__u64 size = 4096 - (address & 4095);

	if (size > STACK_WINDOW_BYTES)
		size = STACK_WINDOW_BYTES;
	native->window_start = native->window_end = 0;
	if (read_user(native->window, size, address))
		return -1;
	native->window_start = address;
	native->window_end = address + size;
	return 0;
}

/* A word of the stack. Frames follow each other upwards, so what is read once serves several. */
static __always_inline int stack_u64(struct native_walk *native, __u64 address, __u64 *value)
{
	__u64 offset;

	if (address & 7)
		return read_user(value, sizeof(*value), address) ? -1 : 0;
	if (address - native->window_start >= native->window_end - native->window_start &&
	    fill_stack_window(native, address))
		return -1;
	offset = (address - native->window_start) & (2 * STACK_WINDOW_BYTES - 8);
	*value = *(const __u64 *)(native->window + offset);
	return 0;
}

/* DWARF's register number -> place in struct pt_regs, four bits each; rsp is asked for elsewhere.
 */
#define REGISTER_PLACES 0x0123678904ed5bcaULL

static __always_inline bool innermost_register(const struct native_walk *native, __u32 reg,
					       __u64 *value)
{
	if (!native->is_innermost || reg >= DWARF_REGISTERS)
		return false;
	*value = native->registers[REGISTER_PLACES >> (4 * reg) & 15];
	return true;
}

static __always_inline bool register_value(const struct native_walk *native, __u32 reg,
					   __u64 *value)
{
	if (reg == DWARF_RSP) {
		*value = native->sp;
		return true;
	}
	if (reg != DWARF_RBP)
		return innermost_register(native, reg, value);
	*value = native->bp;
	return native->bp_known;
}

/* The caller's register that is at a place. */
static __always_inline int read_place(struct native_walk *native, __u32 place, __u32 reg,
				      __s32 offset, __u64 cfa, __u64 *value)
{
	__u64 base = cfa;

	if (place == PLACE_MEMORY || place == PLACE_REGISTER)
		if (!register_value(native, reg, &base))
			return -GAP_REGISTER;
	if (place == PLACE_REGISTER) {
		*value = base;
		return 0;
	}
	return stack_u64(native, base + (__s64)offset, value) ? -GAP_UNREADABLE : 0;
}

static __always_inline int unwind_by_rule(struct native_walk *native, __u32 number,
					  struct unwound *caller)
{
	const struct unwind_rule *rule = unwind_rule_at(number);
	int err;

	if (!rule || !register_value(native, rule->cfa_reg, &caller->cfa))
		return -GAP_REGISTER;
	caller->cfa += (__s64)rule->cfa_offset;
	if (rule->cfa_deref) {
		if (stack_u64(native, caller->cfa, &caller->cfa))
			return -GAP_UNREADABLE;
		caller->cfa += (__s64)rule->cfa_add;
	}
	caller->is_signal = rule->is_signal;
	if (rule->ra_place == PLACE_LOST) {
		caller->is_root = 1;
		return 0;
	}
	err = read_place(native, rule->ra_place, rule->ra_reg, rule->ra_offset, caller->cfa,
			 &caller->pc);
	if (err || rule->rbp_place == PLACE_SAME)
		return err;
	caller->bp_known = rule->rbp_place != PLACE_LOST &&
			   !read_place(native, rule->rbp_place, rule->rbp_reg, rule->rbp_offset,
				       caller->cfa, &caller->bp);
	return 0;
}

/* 0, or the reason with a minus. */
static __always_inline int unwind_by_row(struct native_walk *native, __u64 row,
					 struct unwound *caller)
{
	__u32 kind = row >> UNWIND_KIND_SHIFT & 0xff;
	__s64 operand = (__s16)(row >> UNWIND_OPERAND_SHIFT);
	__s64 rbp_slot = (__s8)(row >> UNWIND_RBP_SHIFT);

	if (kind == UNWIND_RULE)
		return unwind_by_rule(native, (__u16)operand, caller);
	if (kind == UNWIND_END)
		return 0;
	if (kind == UNWIND_RBP) {
		if (!native->bp_known)
			return -GAP_REGISTER;
		caller->cfa = native->bp + 8 * operand;
	} else if (kind == UNWIND_PLT) {
		caller->cfa = native->sp + 8 + ((native->pc & 15) >= (__u64)operand ? 8 : 0);
	} else {
		caller->cfa = native->sp + 8 * operand;
	}
	if (rbp_slot) {
		caller->bp_known = 1;
		if (stack_u64(native, caller->cfa + 8 * rbp_slot, &caller->bp))
			return -GAP_UNREADABLE;
	}
	return stack_u64(native, caller->cfa - 8, &caller->pc) ? -GAP_UNREADABLE : 0;
}

/*
 * CPython's perf trampolines (Python/asm_trampoline.S) have no unwind information but a known end:
 * 3.12 "add $8,%rsp; ret", later ones keep rbp.
 */
static __always_inline bool unwind_trampoline(struct native_walk *native, struct unwound *caller)
{
	__u64 code = 0;

	if (!native->is_return || read_user(&code, 5, native->pc) || code != 0xc308c48348ULL)
		return false;
	caller->cfa = native->sp + 16;
	return !stack_u64(native, caller->cfa - 8, &caller->pc);
}

/*
 * What signal handlers return to, in C libraries without unwind information (musl 1.2.3,
 * src/signal/x86_64/restore.s): "mov $15,%rax; syscall", with struct ucontext on the stack (Linux,
 * arch/x86/include/uapi/asm/sigcontext.h: rbp, rsp and rip in uc_mcontext).
 */
static __always_inline bool unwind_signal(struct native_walk *native, struct unwound *caller)
{
	struct {
		__u64 first;
		__u8 last;
	} code = {};

	if (!native->is_return || read_user(&code, 9, native->pc) ||
	    code.first != 0x0f0000000fc0c748ULL || code.last != 0x05)
		return false;
	caller->is_signal = caller->bp_known = 1;
	return !stack_u64(native, native->sp + 120, &caller->bp) &&
	       !stack_u64(native, native->sp + 160, &caller->cfa) &&
	       !stack_u64(native, native->sp + 168, &caller->pc);
}

/* Without a row: rbp may point to where the caller's was saved, with the return address above. It
 * is believed when what comes out lies in code that we know. */
static __always_inline bool unwind_by_frame_pointer(struct native_walk *native,
						    struct unwound *caller)
{
	__u64 bp = native->bp;

	if (!native->bp_known || bp < native->sp || bp - native->sp > FRAME_POINTER_REACH ||
	    (bp & 7))
		return false;
	caller->cfa = bp + 16;
	caller->bp_known = 1;
	return !stack_u64(native, bp, &caller->bp) && !stack_u64(native, bp + 8, &caller->pc) &&
	       (caller->bp > bp || !caller->bp);
}

static __always_inline int unwind_without_row(struct native_walk *native, struct unwound *caller)
{
	if (unwind_trampoline(native, caller) || unwind_signal(native, caller) ||
	    unwind_by_frame_pointer(native, caller))
		if (find_range(native, caller->pc - 1))
			return 0;
	return -1;
}

#endif
