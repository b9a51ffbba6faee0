/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_HOST_H
#define LTSBPF_TESTS_HOST_H
/*
 * The kernel side's walker in a program of ours: one CPU, one process, and memory that a function
 * of ours reads. Everything that bpf/ asks of the kernel goes through here.
 */
#define LTSBPF_HOST
#define __weak static inline

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/vec.h"
#include "images.bpf.h"
#include "maps.bpf.h"

enum {
	SHIPPED_RECORDS = 256
};

struct host {
	long (*read)(void *out, __u32 size, __u64 address);
	struct walk walk;
	struct code_slot slots[CODE_SLOTS];
	struct stack_slot stacks[STACK_SLOTS];
	struct code_scratch code;
	struct python_process python;
	struct native_walk native;
	struct row_slot rows[ROW_SLOTS];
	struct image_set images;
	VEC(struct image_range) ranges;
	VEC(struct unwind_rule) rules;
	VEC(__u64) words; /* of all shards */
	__u64 counters[COUNTERS];
	struct code_record *shipped[SHIPPED_RECORDS]; /* owned */
	unsigned int shipped_count;
	__u32 words_made; /* of the last sample, before its name was known */
	bool ring_full, user_knows_all;
};

static struct host host;
static bool exact_addresses;

static inline long read_user(void *out, __u32 size, __u64 address)
{
	return host.read(out, size, address);
}

static inline struct walk *walk_scratch(void)
{
	return &host.walk;
}

static inline struct python_layout *layout_at(__u32 index)
{
	(void)index;
	return &host.walk.reader.layout;
}

static inline struct code_slot *code_slot_at(__u32 index)
{
	return index < CODE_SLOTS ? &host.slots[index] : NULL;
}

static inline struct stack_slot *stack_slot_at(__u32 index)
{
	return index < STACK_SLOTS ? &host.stacks[index] : NULL;
}

static inline struct code_scratch *code_scratch(void)
{
	return &host.code;
}

static inline bool code_is_known(__u64 fingerprint)
{
	(void)fingerprint;
	return host.user_knows_all;
}

static inline struct python_process *python_at(__u32 pid)
{
	(void)pid;
	return &host.python;
}

static inline struct native_walk *native_scratch(void)
{
	return &host.native;
}

static inline struct image_set *image_set_of(__u32 pid)
{
	(void)pid;
	return &host.images;
}

static inline struct row_slot *row_slot_at(__u32 index)
{
	return index < ROW_SLOTS ? &host.rows[index] : NULL;
}

static inline struct image_range *image_range_at(__u32 number)
{
	static struct image_range nothing;

	if (number >= MAX_IMAGE_RANGES)
		return NULL;
	return number < host.ranges.count ? &host.ranges.items[number] : &nothing;
}

static inline struct unwind_rule *unwind_rule_at(__u32 number)
{
	static struct unwind_rule nothing;

	if (number >= MAX_UNWIND_RULES)
		return NULL;
	return number < host.rules.count ? &host.rules.items[number] : &nothing;
}

/* Shards come whole: what of the last one is not written is 0. */
static inline __u64 *shard_word_at(__u32 number)
{
	static __u64 nothing;

	if (number >> SHARD_SHIFT >= (host.words.count + SHARD_ROWS - 1) >> SHARD_SHIFT)
		return NULL;
	return number < host.words.count ? &host.words.items[number] : &nothing;
}

static inline void count(__u32 counter, __u64 amount)
{
	host.counters[counter] += amount;
}

static inline long ship(const void *record, __u64 size)
{
	if (host.ring_full || host.shipped_count == SHIPPED_RECORDS)
		return -1;
	host.shipped[host.shipped_count] = malloc(size);
	memcpy(host.shipped[host.shipped_count++], record, size);
	return 0;
}

#include "native_stack.bpf.h"
#include "python_stack.bpf.h"

static inline void host_done(void)
{
	vec_done(&host.ranges);
	vec_done(&host.rules);
	vec_done(&host.words);
	while (host.shipped_count)
		free(host.shipped[--host.shipped_count]);
}

#endif
