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
#include "unwind_caller.bpf.h"

enum {
	LARGEST_FRAME = 1 << 26, /* bytes */
	WORDS_AT_END = 16,	 /* joins and gaps that come behind the last frame */
};
enum {
	NATIVE_ON,
	NATIVE_DONE
};

static __always_inline void push_native(struct native_walk *native, __u64 word)
{
	__u32 depth = native->depth;

	/* Two in a row would become one comparison for equality, which Linux 6.12 learns nothing
	 * from. */
	asm volatile("" : "+r"(depth));
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

/* Python frames whose C call is this frame, or one that was passed over, come before it. */
static __always_inline void join_segments(struct native_walk *native,
					  const struct segments *segments, __u64 cfa)
{
	for (int i = 0; i < 4; i++) {
		__u32 next = native->segment;
		const struct segment *segment = &segments->list[next & (MAX_SEGMENTS - 1)];
		if (next >= segments->count || segment->anchor >= cfa ||
		    segment->anchor < native->lowest)
			return;
		native->segment = next + 1;
		if (segment->end > native->joined)
			push_native(native,
				    frame_word(FRAME_WORD_JOIN, 0, segment->end - native->joined));
		native->joined = segment->end;
	}
}

static __always_inline int step_out(struct native_walk *native, const struct unwound *caller,
				    __u32 image)
{
	if (caller->is_root)
		return NATIVE_DONE;
	/* Where nobody tells that this is the root, both end in zero there. */
	if (!caller->pc)
		return caller->bp_known && !caller->bp ? NATIVE_DONE
						       : push_gap(native, GAP_IMPLAUSIBLE, image);
	/* Only code that was interrupted can have its return address elsewhere than on the stack.
	 */
	if (!caller->is_signal && (caller->cfa < native->sp + native->is_return ||
				   caller->cfa - native->sp > LARGEST_FRAME))
		return push_gap(native, GAP_IMPLAUSIBLE, image);
	native->sp = caller->cfa;
	if (native->sp < native->lowest)
		native->lowest = native->sp;
	native->pc = caller->pc;
	native->bp = caller->bp;
	native->bp_known = caller->bp_known;
	native->is_return = !caller->is_signal;
	native->is_innermost = 0;
	return NATIVE_ON;
}

#ifndef LTSBPF_HOST
/* The innermost address as it is, for lines and inlined functions, and not the row's. */
const volatile bool exact_addresses = false;
#endif

/* The row that rules an address, and the word for it. */
struct code_place {
	__u64 row, word;
};

static __always_inline bool is_signal_row(__u64 row)
{
	const struct unwind_rule *rule;

	if ((row >> UNWIND_KIND_SHIFT & 0xff) != UNWIND_RULE)
		return false;
	rule = unwind_rule_at(row >> UNWIND_OPERAND_SHIFT);
	return rule && rule->is_signal;
}

static __always_inline void look_up_code(struct native_walk *native, __u64 at,
					 struct code_place *place)
{
	__u64 address = at - native->range.base;
	__u32 kind;

	place->row = find_row(native, address);
	kind = place->row >> UNWIND_KIND_SHIFT & 0xff;
	if (native->is_return && is_signal_row(place->row))
		address++; /* nothing called from here */
	if (!native->is_return && !exact_addresses && kind != UNWIND_NONE && kind != UNWIND_PLT)
		address = (__u32)place->row;
	place->word = frame_word(FRAME_WORD_NATIVE, native->range.image, address & FRAME_ID_MASK);
}

/* False when the address is in no image. */
static __always_inline bool find_code(struct native_walk *native, __u64 at,
				      struct code_place *place)
{
	__u64 version = native->set.version;
	struct row_slot *slot = row_slot_at(mix(version, at) >> 32 & (ROW_SLOTS - 1));

	if (slot && native->is_return && slot->address == at && slot->version == version) {
		place->row = slot->row;
		place->word = slot->word;
		return true;
	}
	if (!find_range(native, at) || !native->range.image)
		return false;
	look_up_code(native, at, place);
	if (slot && native->is_return) {
		slot->address = at;
		slot->version = version;
		slot->row = place->row;
		slot->word = place->word;
	}
	return true;
}

/* Of code in an image: the frame's word and how to leave it. */
static __always_inline int leave_image(struct native_walk *native, const struct segments *segments,
				       const struct code_place *place)
{
	struct unwound caller = {.cfa = native->sp, .bp = native->bp, .bp_known = native->bp_known};
	__u32 kind = place->row >> UNWIND_KIND_SHIFT & 0xff;
	__u32 image = place->word >> FRAME_IMAGE_SHIFT & FRAME_IMAGE_MASK;
	int err;

	if (kind == UNWIND_NONE) {
		err = unwind_without_row(native, &caller);
		if (err && native->is_return && native->bp_known && !native->bp)
			err = 1; /* the outermost function, as the ABI has it */
	} else {
		err = unwind_by_row(native, place->row, &caller);
	}
	if (err >= 0)
		join_segments(native, segments, caller.cfa);
	push_native(native, place->word);
	if (err < 0)
		return push_gap(native, kind == UNWIND_NONE ? GAP_NO_INFO : -err, image);
	return err || kind == UNWIND_END ? NATIVE_DONE : step_out(native, &caller, image);
}

static __always_inline int leave_jit(struct native_walk *native, const struct segments *segments,
				     __u64 at)
{
	struct unwound caller = {.cfa = native->sp, .bp = native->bp, .bp_known = native->bp_known};
	int err = unwind_without_row(native, &caller);

	if (!err)
		join_segments(native, segments, caller.cfa);
	push_native(native, frame_word(FRAME_WORD_JIT, 0, at & FRAME_ADDRESS_MASK));
	return err ? push_gap(native, GAP_NO_IMAGE, 0) : step_out(native, &caller, 0);
}

/* One frame. A global function, so that the verifier follows it once and not in every turn. */
__weak int walk_native_frame(struct native_walk *native, struct segments *segments)
{
	struct code_place place;
	__u64 at;

	if (!native || !segments)
		return NATIVE_DONE;
	at = native->pc - (native->is_return ? 1 : 0);
	if (native->frames++ >= MAX_FRAMES || native->depth >= MAX_NATIVE_WORDS - WORDS_AT_END)
		return push_gap(native, GAP_TRUNCATED, 0);
	return find_code(native, at, &place) ? leave_image(native, segments, &place)
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
	native->sp = native->lowest = native->registers[REGISTER_SP];
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
