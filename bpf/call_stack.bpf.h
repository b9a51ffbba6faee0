/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef CALL_STACK_BPF_H
#define CALL_STACK_BPF_H
/*
 * The open calls of a thread, and the counters that a call goes to when it ends: of its function,
 * and of the pair with its caller.
 *
 * A thread's clock stands still while its probes run: each hit takes what our program took and what
 * a trap costs off it. So the times are those of the program without probes.
 */
#include "code_object.bpf.h"
#include "maps.bpf.h"

enum {
	NEAR_THE_TOP = 16, /* so far down a returning frame is looked for */
	NO_CALL = 0,	   /* index of the counter for what found no other */
};

#define IS_PAIR_OF 0x9e3779b97f4a7c15ULL

static __always_inline struct calls_control *calls_control(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&calls_controls, &zero);
}

static __always_inline struct call_counter *counter_at(__u32 index)
{
	return bpf_map_lookup_elem(&calls, &index);
}

/* Written so that clang does not drop it where it knows the bound: older verifiers do not. */
static __always_inline __u64 within_depth(__u64 index)
{
	asm volatile("%0 &= %1" : "+r"(index) : "i"(MAX_CALL_DEPTH - 1));
	return index;
}

static __always_inline struct open_call *open_call_at(struct call_thread *thread, __u32 index)
{
	return &thread->open[within_depth(index)];
}

/* The counter's index, made on first sight; NO_CALL when all are in use. */
static __always_inline __u32 find_counter(const struct call_thread *thread, __u64 caller,
					  __u64 callee, bool is_pair)
{
	__u64 key = mix(mix(thread->reader.tid, is_pair ? caller ^ IS_PAIR_OF : 0), callee);
	__u32 *known = bpf_map_lookup_elem(&call_indexes, &key);
	struct calls_control *control = calls_control();
	struct call_counter *counter;
	__u32 index;

	if (known)
		return *known;
	if (!control || control->next >= MAX_CALLS)
		return NO_CALL;
	index = __sync_fetch_and_add(&control->next, 1);
	counter = counter_at(index);
	if (!counter || bpf_map_update_elem(&call_indexes, &key, &index, BPF_NOEXIST))
		return NO_CALL;
	counter->caller = caller;
	counter->callee = callee;
	counter->pid = thread->reader.pid;
	counter->is_pair = is_pair;
	return index;
}

/* The thread's clock: what a call has at its beginning and at its end. */
static __always_inline __u64 thread_clock(const struct call_thread *thread, __u64 now_ns)
{
	return now_ns - thread->cost_ns;
}

/* The user side must have every function that is counted. */
static __always_inline void ship_counted(struct call_thread *thread, struct call_counter *counter,
					 __u64 code)
{
	if (counter->shipped || !counter->callee)
		return;
	counter->shipped = code_is_known(counter->callee) ||
			   !ship_code(&thread->reader, code, counter->callee);
	if (!counter->shipped)
		count(COUNTER_CODE_LOST, 1);
}

/* Opens a call of the code object that was read last. False when there is no room. */
static __always_inline bool push_call(struct call_thread *thread, __u64 frame, __u64 code,
				      __u64 fingerprint)
{
	__u32 depth = thread->depth;
	struct call_counter *counter;
	struct open_call *call;
	__u64 caller = 0;

	if (depth >= MAX_CALL_DEPTH)
		return false;
	if (depth)
		caller = open_call_at(thread, depth - 1)->fingerprint;
	call = open_call_at(thread, depth);
	call->frame = frame;
	call->was_unseen = 0;
	call->fingerprint = fingerprint;
	call->below_ns = 0;
	call->callee = find_counter(thread, 0, fingerprint, false);
	call->pair = find_counter(thread, caller, fingerprint, true);
	counter = counter_at(call->callee);
	if (counter) {
		counter->active++;
		ship_counted(thread, counter, code);
	}
	counter = counter_at(call->pair);
	if (counter)
		counter->active++;
	thread->depth = depth + 1;
	return true;
}

/* Takes the innermost call off the stack. */
static __always_inline struct open_call *pop_call(struct call_thread *thread, bool *primitive,
						  bool *pair_primitive)
{
	__u32 depth = thread->depth - 1;
	struct open_call *call = open_call_at(thread, depth);
	struct call_counter *callee = counter_at(call->callee), *pair = counter_at(call->pair);

	thread->depth = depth;
	*primitive = callee && !--callee->active;
	*pair_primitive = pair && !--pair->active;
	return call;
}

/* Ends the innermost call and counts it. */
static __always_inline void close_call(struct call_thread *thread, __u64 clock_ns)
{
	bool primitive, pair_primitive;
	struct open_call *call;
	struct call_counter *pair;
	__s64 total_ns;

	if (!thread->depth)
		return;
	call = pop_call(thread, &primitive, &pair_primitive);
	total_ns = clock_ns - call->began_ns;
	if (thread->depth)
		open_call_at(thread, thread->depth - 1)->below_ns += total_ns;
	pair = counter_at(call->pair);
	if (!pair || !call->pair) {
		count(COUNTER_CALLS_LOST, 1);
		return;
	}
	pair->calls++;
	pair->own_ns += total_ns - call->below_ns;
	if (primitive) {
		pair->primitive++;
		pair->total_ns += total_ns;
	}
	if (pair_primitive) {
		pair->pair_primitive++;
		pair->pair_total_ns += total_ns;
	}
}

/*
 * What follows is done one frame at a time by global functions, which the verifier follows once,
 * and repeated by their callers. Each returns 0 when there is nothing left to do.
 */
__weak int end_innermost(struct call_thread *thread, __u64 clock_ns)
{
	if (!thread || !thread->depth)
		return 0;
	close_call(thread, clock_ns);
	return 1;
}

/* Ends all calls: the thread ends or begins another program, or no more are counted. */
static __always_inline void close_all(struct call_thread *thread)
{
	__u64 clock_ns = thread_clock(thread, bpf_ktime_get_ns());

	for (int i = 0; i < MAX_CALL_DEPTH; i++)
		if (!end_innermost(thread, clock_ns))
			break;
}

/* An open call that the chain does not share ended unseen. */
__weak int forget_innermost(struct call_thread *thread)
{
	bool primitive, pair_primitive;

	if (!thread || thread->depth <= thread->shared)
		return 0;
	pop_call(thread, &primitive, &pair_primitive);
	count(COUNTER_CALLS_LOST, 1);
	return 1;
}

/* How far below the top the open call of the frame is; -1: nowhere near. */
static __always_inline int find_open(struct call_thread *thread, __u64 frame)
{
	__u32 depth = thread->depth;

	for (__u32 i = 0; i < NEAR_THE_TOP; i++) {
		if (i >= depth)
			break;
		if (open_call_at(thread, depth - 1 - i)->frame == frame)
			return i;
	}
	return -1;
}

#endif
