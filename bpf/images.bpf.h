/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef IMAGES_BPF_H
#define IMAGES_BPF_H
/*
 * The code that processes have mapped and how it unwinds. Written by the user side, which never
 * changes what a walk may be reading: it writes anew and then says where.
 */
#include "maps.bpf.h"

/* Of a CPU. Few, so that they lie in few pages: at a low rate a page that has left the TLB costs as
 * much as a search that a second address in the same slot makes necessary. */
enum {
	ROW_SLOTS = 512
};

#ifndef LTSBPF_HOST

/* pid -> its set. On fork the child's entry is copied from its parent's. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_IMAGE_SETS);
	__type(key, __u32);
	__type(value, struct image_set);
} image_sets SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MAX_IMAGE_RANGES);
	__type(key, __u32);
	__type(value, struct image_range);
} image_ranges SEC(".maps");

struct unwind_shard {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SHARD_ROWS);
	__type(key, __u32);
	__type(value, __u64);
};

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, MAX_SHARDS);
	__type(key, __u32);
	__array(values, struct unwind_shard);
} unwind_shards SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MAX_UNWIND_RULES);
	__type(key, __u32);
	__type(value, struct unwind_rule);
} unwind_rules SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct native_walk);
} native_walks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, ROW_SLOTS);
	__type(key, __u32);
	__type(value, struct row_slot);
} row_slots SEC(".maps");

static __always_inline struct row_slot *row_slot_at(__u32 index)
{
	return bpf_map_lookup_elem(&row_slots, &index);
}

static __always_inline struct native_walk *native_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&native_walks, &zero);
}

static __always_inline struct image_set *image_set_of(__u32 pid)
{
	return bpf_map_lookup_elem(&image_sets, &pid);
}

static __always_inline struct image_range *image_range_at(__u32 number)
{
	return bpf_map_lookup_elem(&image_ranges, &number);
}

static __always_inline struct unwind_rule *unwind_rule_at(__u32 number)
{
	return bpf_map_lookup_elem(&unwind_rules, &number);
}

/* A word of the shards; NULL = there is no such shard. */
static __always_inline __u64 *shard_word_at(__u32 number)
{
	__u32 shard = number >> SHARD_SHIFT, in_shard = number & (SHARD_ROWS - 1);
	void *rows = bpf_map_lookup_elem(&unwind_shards, &shard);

	return rows ? bpf_map_lookup_elem(rows, &in_shard) : NULL;
}

#endif
#endif
