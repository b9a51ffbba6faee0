/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef NATIVE_STACK_BPF_H
#define NATIVE_STACK_BPF_H
/*
 * Walks the frames of machine code from the innermost one on, by rows, and says where the frames of
 * Python belong among them: a C call of the interpreter holds an object that Python's frames are
 * linked to, so the machine frame that this object lies in is that call. Python's frames never
 * depend on how far this walk gets.
 */
#include "code_object.bpf.h"
#include "read_user.bpf.h"
#include "unwind_row.bpf.h"

enum {
	FRAME_POINTER_REACH = 1 << 20, /* bytes from the stack pointer to a believable rbp */
	LARGEST_FRAME = 1 << 26,
};
enum {
	NATIVE_ON,
	NATIVE_DONE
};

/* What the caller's frame is found by. */
struct unwound {
	__u64 cfa, pc, bp;
	__u32 bp_known, is_signal;
};

static __always_inline void push_native(struct native_walk *native, __u64 word)
{
	__u32 depth = native->depth;

	if (depth >= MAX_NATIVE_WORDS)
		return;
	native->words[depth] = word;
	native->name = mix(native->name, word);
	native->depth = depth + 1;
}

static __always_inline __u64 frame_word(enum frame_word kind, __u64 image, __u64 rest)
{
	return (__u64)kind << FRAME_KIND_SHIFT | (image & FRAME_IMAGE_MASK) << FRAME_IMAGE_SHIFT |
	       rest;
}

static __always_inline int push_gap(struct native_walk *native, enum frame_gap gap, __u32 image)
{
	native->cut = 1;
	push_native(native, frame_word(FRAME_WORD_GAP, image, gap));
	return NATIVE_DONE;
}

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
	if ((address < native->window_start || address + 8 > native->window_end) &&
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
		caller->pc = 0;
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
	if (unwind_trampoline(native, caller) || unwind_by_frame_pointer(native, caller))
		if (find_range(native, caller->pc - 1))
			return 0;
	return -1;
}

/* Python frames whose C call is this frame, or one that was passed over, come before it. */
static __always_inline void join_segments(struct native_walk *native,
					  const struct segments *segments, __u64 cfa)
{
	for (int i = 0; i < 4; i++) {
		__u32 next = native->segment;
		const struct segment *segment = &segments->list[next & (MAX_SEGMENTS - 1)];
		if (next >= segments->count || segment->anchor >= cfa)
			return;
		native->segment = next + 1;
		if (segment->end > native->joined)
			push_native(native,
				    frame_word(FRAME_WORD_JOIN, 0, segment->end - native->joined));
		native->joined = segment->end;
	}
}

static __always_inline int step_out(struct native_walk *native, const struct unwound *caller)
{
	if (!caller->is_signal &&
	    (caller->cfa <= native->sp || caller->cfa - native->sp > LARGEST_FRAME))
		return push_gap(native, GAP_IMPLAUSIBLE, native->range.image);
	native->sp = caller->cfa;
	native->pc = caller->pc;
	native->bp = caller->bp;
	native->bp_known = caller->bp_known;
	native->is_return = !caller->is_signal;
	native->is_innermost = 0;
	return native->pc ? NATIVE_ON : NATIVE_DONE;
}

/* Of code in an image: the frame's word and how to leave it. */
static __always_inline int leave_image(struct native_walk *native, const struct segments *segments,
				       __u64 at)
{
	struct unwound caller = {.bp = native->bp, .bp_known = native->bp_known};
	__u32 image = native->range.image;
	__u64 address = at - native->range.base, row = find_row(native, address);
	__u32 kind = row >> UNWIND_KIND_SHIFT & 0xff;
	int err;

	caller.cfa = native->sp;
	if (kind == UNWIND_NONE) {
		err = native->is_return && native->bp_known && !native->bp ? 1 : 0;
		if (!err && unwind_without_row(native, &caller))
			err = -1;
	} else {
		err = unwind_by_row(native, row, &caller);
		if (!native->is_return && kind != UNWIND_PLT)
			address = (__u32)row;
	}
	if (err >= 0)
		join_segments(native, segments, caller.cfa);
	push_native(native, frame_word(FRAME_WORD_NATIVE, image, address & FRAME_ID_MASK));
	if (err < 0)
		return push_gap(native, kind == UNWIND_NONE ? GAP_NO_INFO : -err, image);
	return err || kind == UNWIND_END ? NATIVE_DONE : step_out(native, &caller);
}

static __always_inline int leave_jit(struct native_walk *native, const struct segments *segments,
				     __u64 at)
{
	struct unwound caller = {.bp = native->bp, .bp_known = native->bp_known};
	int err = unwind_without_row(native, &caller);

	if (!err)
		join_segments(native, segments, caller.cfa);
	push_native(native, frame_word(FRAME_WORD_JIT, 0, at & FRAME_ADDRESS_MASK));
	return err ? push_gap(native, GAP_NO_IMAGE, 0) : step_out(native, &caller);
}

/* One frame. A global function, so that the verifier follows it once and not in every turn. */
__weak int walk_native_frame(struct native_walk *native, struct segments *segments)
{
	__u64 at;

	if (!native || !segments)
		return NATIVE_DONE;
	at = native->pc - (native->is_return ? 1 : 0);
	if (native->frames++ >= MAX_FRAMES || native->depth >= MAX_NATIVE_WORDS - MAX_KERNEL_FRAMES)
		return push_gap(native, GAP_TRUNCATED, 0);
	return find_range(native, at) ? leave_image(native, segments, at)
				      : leave_jit(native, segments, at);
}

/* Python frames whose call was not found: their order is known, their place is not. */
static __always_inline void join_rest(struct native_walk *native, const struct segments *segments,
				      __u32 raw_depth)
{
	if (!segments->count || native->joined >= raw_depth)
		return;
	if (!native->cut)
		push_gap(native, GAP_JOIN, 0);
	push_native(native, frame_word(FRAME_WORD_JOIN, 0, raw_depth - native->joined));
}

/* Fills native->words with the frames from native->registers on; Python's were walked before. */
static __always_inline void walk_native(struct native_walk *native, struct segments *segments,
					__u32 raw_depth)
{
	native->pc = native->registers[REGISTER_IP];
	native->sp = native->registers[REGISTER_SP];
	native->bp = native->registers[REGISTER_BP];
	native->bp_known = native->is_innermost = 1;
	native->is_return = native->frames = native->segment = native->joined = 0;
	native->window_start = native->window_end = native->cut = 0;
	native->range.start = native->range.end = 0;
	for (int i = 0; i < MAX_FRAMES + 2; i++)
		if (walk_native_frame(native, segments) == NATIVE_DONE)
			break;
	join_rest(native, segments, raw_depth);
}

#endif
