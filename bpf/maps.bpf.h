/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef MAPS_BPF_H
#define MAPS_BPF_H
/*
 * All maps and the scratch memory. Programs that run on ticks only look up in shared maps and never
 * insert: an insertion takes a lock that the interrupted code may hold.
 */
#include "ltsbpf.h"
#include "native_walk.bpf.h"

enum {
	WINDOW_BYTES = 4096,
	CODE_BYTES = 256, /* what a masked offset can reach */
	HEAD_BYTES = 64,
	CODE_SLOTS = 4096,
	STACK_SLOTS = 1024,
	NAME_SPACE = (MAX_CODE_TEXTS - 1) * MAX_TEXT_BYTES,
	TEXT_SPACE = NAME_SPACE + MAX_TABLE_BYTES,
};

/* What was seen at a place was the same from..to, as far as we looked. */
struct trust {
	__u64 since_ns, checked_ns;
};

/* What it takes to read the Python of one thread: where its process keeps it, and room to look at
 * one thing at a time. Too large for the stack of a BPF program. */
struct reader {
	struct python_layout layout;
	__u32 layout_known; /* index of `layout`, + 1 */
	__u32 status;	    /* enum stack_status: what came in the way */
	__u32 pid, tid;
	__u64 now_ns;
	__u64 space, runtime, code_type;
	__u64 frame;			/* address of the next interpreter frame, 0 = none */
	__u64 list_interp, list_tstate; /* where a search through all threads is */
	struct trust trusted;  /* what the code slots looked at have in common; since 0: nothing */
	__u8 code[CODE_BYTES]; /* the code object looked at last */
	__u8 head[HEAD_BYTES]; /* the text object looked at last */
};

/* The state of one walk. What every walk touches comes first, in as few pages as possible. */
struct walk {
	struct reader reader;
	__u64 window_start, window_last; /* frames at start..last lie whole in the window */
	__u64 callers;			 /* hash over all raw frames but the innermost */
	__u64 callers_name;		 /* hash over their words, as far as they are made */
	__u64 collecting; /* the frame whose function triggered a collection; 0: none */
	__u32 window_wanted, generation;
	__u32 raw_depth, next; /* frames that were read; the next one to make a word of */
	struct stack_record record;
	__u64 frames[MAX_FRAMES]; /* raw (stack_name.bpf.h); words before record.depth */
	struct segments segments;
	__u8 window[2 * WINDOW_BYTES];
};

/* A stack as it goes to the ring. */
struct stack_scratch {
	struct stack_record record;
	__u64 frames[MAX_FRAMES + MAX_NATIVE_WORDS];
};

/* A code object that was seen on this CPU at some address. Small: a stack looks at many of them,
 * and at low rates none is in the CPU's cache any more. */
struct code_slot {
	__u64 place; /* its address and space, mixed */
	__u64 fingerprint;
	struct trust trust;
};

/* The callers of a stack that was seen on this CPU. */
struct stack_slot {
	__u64 place; /* walk.callers */
	__u64 name;  /* walk.callers_name */
	struct trust trust;
};

/* The lowest bit of a code slot's since_ns: the user side was sent it. */
enum {
	CODE_SHIPPED = 1
};

/* A function of a thread that was entered and has not returned. */
struct open_call {
	__u64 frame;	  /* its address */
	__u64 was_unseen; /* 1 = its entry was not seen */
	__u64 fingerprint;
	__u64 began_ns;	    /* by the thread's own clock, see calls.bpf.h */
	__s64 below_ns;	    /* spent in what it called */
	__u32 callee, pair; /* indexes in calls */
};

enum {
	MAX_CALL_DEPTH = 1024
};

/* The open calls of one thread, outermost first. */
struct call_thread {
	struct reader reader;
	struct thread_path path;
	__u64 cost_ns; /* of the probes in this thread so far */
	__u32 depth, chain_length;
	__u32 shared;	 /* how many of the open calls, outermost first, the chain has too */
	__u32 too_deep;	 /* entries that found no room and have not returned */
	__u8 frame[128]; /* the interpreter frame looked at last */
	__u64 chain[MAX_CALL_DEPTH]; /* frames whose entry was not seen, innermost first */
	struct open_call open[MAX_CALL_DEPTH];
};

/* Taken and given back, as a tick can come while a probe uses it. */
struct code_scratch {
	__u64 taken;
	struct code_record record;
	__u8 text[TEXT_SPACE];
};

#ifndef LTSBPF_HOST

/* Kernel side writes records, user side drains them by a timer. Full: the record is lost, counted.
 */
struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 * 1024 * 1024);
} ring SEC(".maps");

/* The target tree. Seeded by the user side, then kept by fork, exec and exit. Full: the process is
 * not followed, counted. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, struct process_entry);
} processes SEC(".maps");

/* Those of them that have an interpreter. Written by the user side when it is mapped, copied on
 * fork, dropped on exec. Same size as processes: cannot be full before it. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 32768);
	__type(key, __u32);
	__type(value, struct python_process);
} pythons SEC(".maps");

/* Written once by the user side per kind of interpreter, then read. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_LAYOUTS);
	__type(key, __u32);
	__type(value, struct python_layout);
} layouts SEC(".maps");

/* What the user side has already: it inserts, the kernel side looks up. Full: the oldest goes and
 * is shipped once more. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 131072);
	__type(key, __u64);
	__type(value, __u8);
} known_stacks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 65536);
	__type(key, __u64);
	__type(value, __u8);
} known_codes SEC(".maps");

/* For libbpf's perf_buffer in user/capture/mappings.c: the programs do not use it. */
struct {
	__uint(type, BPF_MAP_TYPE_PERF_EVENT_ARRAY);
	__uint(key_size, sizeof(__u32));
	__uint(value_size, sizeof(__u32));
} mappings SEC(".maps");

/* Where the probes are compiled in: written by the user side, found by the probe's cookie. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_PROBE_SITES);
	__type(key, __u32);
	__type(value, struct probe_site);
} probe_sites SEC(".maps");

/* The next six are of the call probes; the user side makes them small when there are none. Threads
 * have their open calls in an array and not in task storage, which has become too small for them.
 */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(max_entries, MAX_CALL_THREADS);
	__type(key, __u32);
	__type(value, struct call_thread);
} call_threads SEC(".maps");

/* tid -> index in call_threads, from a thread's first call to its end. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CALL_THREADS);
	__type(key, __u32);
	__type(value, __u32);
} call_thread_indexes SEC(".maps");

/* The indexes that no thread has: filled by the user side. Empty: calls of the thread are lost. */
struct {
	__uint(type, BPF_MAP_TYPE_QUEUE);
	__uint(max_entries, MAX_CALL_THREADS);
	__type(value, __u32);
} free_call_threads SEC(".maps");

/* Thread, caller and callee mixed -> index in calls. Full: the call is counted as lost. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u64);
	__type(value, __u32);
} call_indexes SEC(".maps");

/* Written by the kernel side, each by one thread; the user side reads them at the end. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, MAX_CALLS);
	__type(key, __u32);
	__type(value, struct call_counter);
} calls SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct calls_control);
} calls_controls SEC(".maps");

/* Scratch and counters of each CPU, written by the kernel side only. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct walk);
} walks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct stack_scratch);
} stack_scratches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, CODE_SLOTS);
	__type(key, __u32);
	__type(value, struct code_slot);
} code_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, STACK_SLOTS);
	__type(key, __u32);
	__type(value, struct stack_slot);
} stack_slots SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct code_scratch);
} code_scratches SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, COUNTERS);
	__type(key, __u32);
	__type(value, __u64);
} counters SEC(".maps");

static __always_inline struct walk *walk_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&walks, &zero);
}

static __always_inline struct stack_scratch *stack_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&stack_scratches, &zero);
}

static __always_inline struct python_process *python_at(__u32 pid)
{
	return bpf_map_lookup_elem(&pythons, &pid);
}

static __always_inline struct python_layout *layout_at(__u32 index)
{
	return bpf_map_lookup_elem(&layouts, &index);
}

static __always_inline struct code_slot *code_slot_at(__u32 index)
{
	return bpf_map_lookup_elem(&code_slots, &index);
}

static __always_inline struct stack_slot *stack_slot_at(__u32 index)
{
	return bpf_map_lookup_elem(&stack_slots, &index);
}

static __always_inline struct code_scratch *code_scratch(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&code_scratches, &zero);
}

static __always_inline bool code_is_known(__u64 fingerprint)
{
	return bpf_map_lookup_elem(&known_codes, &fingerprint);
}

static __always_inline void count(__u32 counter, __u64 amount)
{
	__u64 *value = bpf_map_lookup_elem(&counters, &counter);

	if (value)
		*value += amount;
}

/* The user side drains by a timer: a wakeup for each record would cost more than the sample. */
static __always_inline long ship(const void *record, __u64 size)
{
	return bpf_ringbuf_output(&ring, (void *)record, size, BPF_RB_NO_WAKEUP);
}

#endif
#endif
