/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef UNWIND_ROW_BPF_H
#define UNWIND_ROW_BPF_H
/*
 * From an address to the row that rules it. Two searches by halves, written so that the verifier
 * sees the same state after both outcomes of a step: positions are masked and begin with a value
 * that it does not know.
 */
#include "images.bpf.h"

enum {
	RANGE_STEPS = 12,				/* 4096 ranges of one process */
	ROW_STEPS = IMAGE_PAGE_SHIFT + 1,		/* as many rows as a page has bytes */
	WORD_NUMBERS = (MAX_SHARDS << SHARD_SHIFT) - 1, /* a mask */
};

static __always_inline bool is_in_range(const struct image_range *range, __u64 pc)
{
	return pc >= range->start && pc < range->end;
}

/* Fills native->range with the one that holds pc; false when there is no code. */
static __always_inline bool find_range(struct native_walk *native, __u64 pc)
{
	__u32 at = native->set.first, end = at + native->set.count;
	struct image_range *range;

	if (is_in_range(&native->range, pc))
		return true;
	if (at == end)
		return false;
	for (__u32 half = 1 << (RANGE_STEPS - 1); half; half >>= 1) {
		__u32 next = (at + half) & (MAX_IMAGE_RANGES - 1);
		if (at + half >= end)
			continue;
		range = image_range_at(next);
		if (range && range->start <= pc)
			at = next;
		at &= MAX_IMAGE_RANGES - 1;
	}
	range = image_range_at(at);
	if (!range || !is_in_range(range, pc))
		return false;
	native->range = *range;
	return true;
}

/* The last row of native->range that begins at `address` of the image or before; 0: none. */
static __always_inline __u64 find_row(const struct native_walk *native, __u64 address)
{
	__u64 page = address >> IMAGE_PAGE_SHIFT, *word, *next;
	__u32 at, end, number = native->range.index + page;

	if (page >= native->range.pages)
		return 0;
	word = shard_word_at(number & WORD_NUMBERS);
	next = shard_word_at((number + 1) & WORD_NUMBERS);
	if (!word || !next)
		return 0;
	at = (*word - 1) & WORD_NUMBERS;
	end = *next;
	for (__u32 half = 1 << (ROW_STEPS - 1); half; half >>= 1) {
		if (at + half >= end)
			continue;
		word = shard_word_at((at + half) & WORD_NUMBERS);
		if (word && (__u32)*word <= address)
			at = at + half;
		at &= WORD_NUMBERS;
	}
	word = shard_word_at(at);
	return word ? *word : 0;
}

#endif
