/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef CALLS_BPF_H
#define CALLS_BPF_H
/*
 * Calls counted exactly, by function__entry and function__return.
 *
 * Each thread has a stack of its open calls. An entry pushes one; a return pops it, and what is
 * known of the call goes to the counters of the function and of the pair with its caller. Where
 * entries do not fire (3.11 tests cframe.use_tracing before the probe), the return finds its
 * frame missing on the stack and pushes it with all its callers up to one that is there: so the
 * counts are the same, only the times are not.
 */
#include "call_chain.bpf.h"
#include "call_stack.bpf.h"
#include "code_object.bpf.h"
#include "maps.bpf.h"
#include "python_thread.bpf.h"

enum {
	THREAD_OWNER = 0,	   /* FRAME_OWNED_BY_THREAD, pycore_frame.h, 3.11 to 3.15 */
	GENERATOR_FLAGS = 0x2a0,   /* CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR */
	BUDGET_FREE_NS = 20000000, /* what a process may cost before the budget is looked at */
};

const volatile bool count_calls = false;

static __always_inline __u64 user_ip(struct task_struct *task)
{
	struct pt_regs *regs = (void *)bpf_task_pt_regs(task);

	return BPF_CORE_READ(regs, ip);
}

/* The trap leaves the instruction pointer on the probe, or behind its one byte. */
static __always_inline bool is_in_call_probe(const struct process_entry *process)
{
	__u64 entry = process->call_probes[0], ret = process->call_probes[1], ip;

	if (!count_calls || !(entry | ret))
		return false;
	ip = user_ip(bpf_get_current_task_btf());
	return ip - entry <= 1 || ip - ret <= 1;
}

/* Takes over where this process has its Python. False when that is not known. */
static __always_inline bool enter_space(struct call_thread *thread,
					const struct process_entry *process)
{
	struct reader *reader = &thread->reader;
	__u64 id = bpf_get_current_pid_tgid();
	struct python_process *python;

	reader->now_ns = bpf_ktime_get_ns();
	if (reader->space == process->space && thread->path.reads)
		return true;
	reader->pid = id >> 32;
	reader->tid = (__u32)id;
	python = python_at(reader->pid);
	if (!python || python->space != process->space || !use_layout(reader, python))
		return false;
	if (reader->space != process->space)
		close_all(thread); /* exec keeps the thread */
	reader->space = process->space;
	reader->runtime = python->runtime;
	reader->code_type = python->code_type;
	if (!python->path_verified &&
	    !search_thread_state(reader, bpf_get_current_task_btf()->thread.fsbase))
		return false;
	thread->path = python->path;
	return thread->path.reads != 0;
}

/* The thread's innermost frame; 0 when it cannot be told. */
static __always_inline __u64 find_frame(struct call_thread *thread)
{
	__u64 frame = 0, tstate;

	tstate = follow_path(&thread->path, bpf_get_current_task_btf()->thread.fsbase);
	if (!tstate || innermost_frame(&thread->reader.layout, tstate, &frame))
		return 0;
	return frame;
}

/* 3.11 on: the call of a generator function makes the generator and returns unseen; what counts
 * is each time that it runs, in a frame that the generator owns. */
static __always_inline bool makes_generator(struct call_thread *thread)
{
	const struct python_layout *layout = &thread->reader.layout;

	if (layout->code_flags == NO_FIELD || frame_owner(thread) != THREAD_OWNER)
		return false;
	return code_u32(&thread->reader, layout->code_flags) & GENERATOR_FLAGS;
}

static __always_inline bool is_innermost(struct call_thread *thread, __u64 frame)
{
	return thread->depth && open_call_at(thread, thread->depth - 1)->frame == frame;
}

static __always_inline void enter_function(struct call_thread *thread)
{
	__u64 frame = find_frame(thread), code = frame ? read_frame(thread, frame) : 0;
	__u64 fingerprint = code ? code_fingerprint(&thread->reader, code) : 0;
	__u64 caller = frame_previous(thread);

	if (fingerprint && makes_generator(thread))
		return;
	if (fingerprint && caller && !thread->too_deep && !is_innermost(thread, caller)) {
		settle_caller(thread, caller, thread_clock(thread, thread->reader.now_ns));
		fingerprint = code_fingerprint(&thread->reader, code); /* others were read */
	}
	if (thread->depth >= MAX_CALL_DEPTH)
		thread->too_deep++;
	if (!fingerprint || !push_call(thread, frame, code, fingerprint)) {
		count(COUNTER_CALLS_LOST, 1);
		return;
	}
	open_call_at(thread, thread->depth - 1)->began_ns =
		thread_clock(thread, thread->reader.now_ns);
}

/* True when the innermost open calls down to that of the frame may end now. */
static __always_inline bool settle_return(struct call_thread *thread, __u64 frame, __u64 clock_ns)
{
	int above = find_open(thread, frame);

	if (above < 0 && thread->too_deep) {
		thread->too_deep--; /* it was counted as lost when it entered */
		return false;
	}
	thread->too_deep = 0;
	if (above < 0 && is_init_shim(thread, read_frame(thread, frame)))
		return false;
	if (above < 0)
		open_missing(thread, frame, clock_ns, 1);
	else
		count(COUNTER_MATCHED, 1);
	for (int i = 0; i < NEAR_THE_TOP && i < above; i++)
		leave_innermost(thread, clock_ns);
	return true;
}

static __always_inline void leave_function(struct call_thread *thread, __u64 clock_ns)
{
	__u64 frame = find_frame(thread);

	if (frame && !settle_return(thread, frame, clock_ns))
		return;
	if (!frame || !is_innermost(thread, frame))
		count(COUNTER_CALLS_LOST, 1);
	else
		end_innermost(thread, clock_ns);
}

static __always_inline void keep_budget(struct process_entry *process,
					struct calls_control *control, __u64 spent_ns, __u64 now_ns)
{
	__u64 cost_ns = __sync_fetch_and_add(&process->calls_cost_ns, spent_ns) + spent_ns;
	__u64 program_ns;

	if (!process->calls_since_ns)
		process->calls_since_ns = now_ns;
	program_ns = now_ns - process->calls_since_ns;
	program_ns = program_ns > cost_ns ? program_ns - cost_ns : 0;
	if (control->budget_permille && cost_ns > BUDGET_FREE_NS &&
	    cost_ns * 1000 > program_ns * control->budget_permille && !control->stopped_ns)
		control->stopped_ns = now_ns;
}

/* Takes what this hit cost off the thread's clock. */
static __always_inline void charge(struct call_thread *thread, struct process_entry *process,
				   struct calls_control *control, __u64 began_ns)
{
	__u64 now_ns = bpf_ktime_get_ns(), spent_ns = now_ns - began_ns + control->trap_ns;

	thread->cost_ns += spent_ns;
	count(COUNTER_CALLS_NS, spent_ns);
	keep_budget(process, control, spent_ns, now_ns);
}

/* A thread's first call: it takes a place that is free. */
static __always_inline struct call_thread *new_thread(__u32 tid)
{
	struct call_thread *thread;
	__u32 index;

	if (bpf_map_pop_elem(&free_call_threads, &index))
		return NULL;
	thread = bpf_map_lookup_elem(&call_threads, &index);
	if (!thread || bpf_map_update_elem(&call_thread_indexes, &tid, &index, BPF_ANY)) {
		bpf_map_push_elem(&free_call_threads, &index, 0);
		return NULL;
	}
	thread->depth = thread->too_deep = 0;
	thread->cost_ns = 0;
	thread->path.reads = 0;
	thread->reader.space = 0;
	return thread;
}

static __always_inline struct call_thread *find_thread(void)
{
	__u32 tid = (__u32)bpf_get_current_pid_tgid();
	__u32 *index = bpf_map_lookup_elem(&call_thread_indexes, &tid);

	return index ? bpf_map_lookup_elem(&call_threads, index) : new_thread(tid);
}

/* The thread ends: what it has not returned from ends with it. */
static __always_inline void end_calls(struct task_struct *task)
{
	__u32 tid = task->pid, index;
	__u32 *known = bpf_map_lookup_elem(&call_thread_indexes, &tid);
	struct call_thread *thread;

	if (!known)
		return;
	index = *known;
	thread = bpf_map_lookup_elem(&call_threads, &index);
	if (thread)
		close_all(thread);
	if (!bpf_map_delete_elem(&call_thread_indexes, &tid))
		bpf_map_push_elem(&free_call_threads, &index, 0);
}

/* Never inlined, so that its verification is not repeated. */
static __noinline int on_call(struct process_entry *process, bool is_entry, __u64 began_ns)
{
	struct calls_control *control = calls_control();
	struct call_thread *thread;

	if (!process || !control)
		return 0;
	count(is_entry ? COUNTER_ENTRIES : COUNTER_RETURNS, 1);
	if (!control->began_ns)
		control->began_ns = began_ns;
	thread = find_thread();
	if (!thread) {
		count(COUNTER_CALLS_LOST, 1);
		return 0;
	}
	if (control->stopped_ns) {
		close_all(thread);
		return 0;
	}
	if (!enter_space(thread, process))
		count(COUNTER_CALLS_LOST, 1);
	else if (is_entry)
		enter_function(thread);
	else
		leave_function(thread, thread_clock(thread, began_ns));
	charge(thread, process, control, began_ns);
	return 0;
}

#endif
