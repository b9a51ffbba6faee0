/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef STACK_NAME_BPF_H
#define STACK_NAME_BPF_H
/*
 * From frames as they lie in memory to the words that user space knows, and to the hash that is a
 * stack's name.
 *
 * A raw frame is the address of its code object and its position. What stands at that address is
 * known to the code slots, one lookup for each frame; at low rates each is a miss in the CPU's
 * caches, and they are most of what a sample costs. So a stack slot keeps what came out for all
 * frames but the innermost, whose position is another one at each sample; it is believed as long as
 * each of its code objects would be.
 */
#include "code_object.bpf.h"
#include "maps.bpf.h"

enum {
	NAMES_PER_STEP = 8,
	RAW_POSITION_BITS = 20,
	RAW_POSITION_UNKNOWN = (1 << RAW_POSITION_BITS) - 1,
	USER_ADDRESS_BITS = 47,
	COLLECTION_GENERATIONS = 3, /* a mask */
	FIRST_PAGE = 4096,
};

/* Code objects are aligned to 8 bytes at least: 44 bits of the address, 20 of the position. */
static __always_inline __u64 raw_frame(__u64 code, __u64 position)
{
	if (position > RAW_POSITION_UNKNOWN)
		position = RAW_POSITION_UNKNOWN;
	return code >> 3 << RAW_POSITION_BITS | position;
}

/* In the first page nothing is mapped: such "code" stands for a collection of garbage. */
static __always_inline __u64 raw_collection(__u32 generation)
{
	return raw_frame(((__u64)(generation & COLLECTION_GENERATIONS) + 1) << 3, 0);
}

static __always_inline __u64 raw_code(__u64 raw)
{
	return raw >> RAW_POSITION_BITS << 3;
}

/* 0 when there is no code object; walk->reader.status then says why. */
static __always_inline __u64 name_frame(struct walk *walk, __u64 raw)
{
	__u64 position = raw & RAW_POSITION_UNKNOWN, fingerprint, code = raw_code(raw);

	if (code && code < FIRST_PAGE)
		return (__u64)FRAME_WORD_COLLECTION << FRAME_KIND_SHIFT | ((code >> 3) - 1)
										  << FRAME_ID_SHIFT;
	fingerprint = identify_code(&walk->reader, code);
	if (position == RAW_POSITION_UNKNOWN)
		position = POSITION_UNKNOWN;
	return fingerprint ? (fingerprint & FRAME_ID_MASK) << FRAME_ID_SHIFT | position : 0;
}

/* False when there is no further one. A frame that cannot be named keeps its place: word 0. */
static __always_inline bool name_next(struct walk *walk)
{
	__u32 next = walk->next, depth = walk->record.depth;
	__u64 word;

	if (next >= walk->raw_depth)
		return false;
	word = name_frame(walk, walk->frames[next & (MAX_FRAMES - 1)]);
	walk->next = next + 1;
	walk->frames[depth & (MAX_FRAMES - 1)] = word;
	walk->record.depth = depth + 1;
	if (depth)
		walk->callers_name = mix(walk->callers_name, word);
	else
		trust_all(&walk->reader); /* the innermost frame is not in the slot */
	return true;
}

/* A global function, so that the verifier follows it once and not in every turn. */
__weak int name_frames(struct walk *walk)
{
	if (!walk)
		return 0;
	for (int i = 0; i < NAMES_PER_STEP; i++)
		if (!name_next(walk))
			return 0;
	return 1;
}

static __always_inline __u64 stack_name(const struct walk *walk, __u64 callers_name)
{
	return walk->record.depth ? mix(callers_name, walk->frames[0]) : callers_name;
}

/* Makes words of all frames: for a stack that user space does not know yet. */
static __always_inline void name_all(struct walk *walk)
{
	struct stack_slot *slot = stack_slot_at(walk->callers >> 32 & (STACK_SLOTS - 1));

	for (int i = 0; i <= MAX_FRAMES / NAMES_PER_STEP; i++)
		if (!name_frames(walk))
			break;
	walk->record.stack = stack_name(walk, walk->callers_name);
	if (!slot || walk->reader.status != STACK_COMPLETE || !walk->reader.trusted.since_ns)
		return;
	slot->place = walk->callers;
	slot->name = walk->callers_name;
	slot->trust = walk->reader.trusted;
}

/* Finds the stack's name, with as few words made as that takes. */
static __always_inline void name_stack(struct walk *walk)
{
	struct stack_slot *slot = stack_slot_at(walk->callers >> 32 & (STACK_SLOTS - 1));

	walk->next = walk->record.depth = 0;
	walk->callers_name = walk->reader.space;
	if (walk->reader.status == STACK_COMPLETE && slot && slot->place == walk->callers &&
	    is_trusted(&slot->trust, walk->reader.now_ns) && name_next(walk) &&
	    walk->record.depth) {
		walk->record.stack = stack_name(walk, slot->name);
		return;
	}
	name_all(walk);
}

#endif
