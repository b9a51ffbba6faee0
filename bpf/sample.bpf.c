// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Takes samples of the target tree on a clock, and follows the tree through fork, exec and exit.
 */
#include "vmlinux.h"

#include <linux/bpf.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "calls.bpf.h"
#include "events.bpf.h"
#include "images.bpf.h"
#include "kernel_stack.bpf.h"
#include "ltsbpf.h"
#include "maps.bpf.h"
#include "native_stack.bpf.h"
#include "probes.bpf.h"
#include "python_stack.bpf.h"

/* The handler of the scheduler tick, from kallsyms; 0 = neither is known. */
const volatile __u64 tick_handler = 0;
const volatile bool follow_forks = true;
const volatile bool native_frames = true;
const volatile bool kernel_frames = true;

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* The collection that this thread runs goes where its trigger is found in the stack. */
static __always_inline void mark_collection(struct walk *walk, const struct process_entry *process)
{
	walk->collecting = 0;
	if (process->collecting_tid != walk->reader.tid)
		return;
	walk->generation = process->collecting_generation;
	walk->collecting = process->collecting_frame;
	if (!walk->collecting)
		push_raw(walk, raw_collection(walk->generation));
}

/* Of both lists of words, and of what is missing. */
static __always_inline __u64 whole_name(const struct walk *walk, const struct native_walk *native)
{
	return mix(mix(walk->record.stack, walk->reader.status), native->name);
}

static __always_inline void take_stack(struct walk *walk, const struct process_entry *process)
{
	struct reader *reader = &walk->reader;
	struct python_process *python = python_at(reader->pid);
	struct task_struct *task = (void *)bpf_get_current_task();

	walk->raw_depth = walk->next = walk->record.depth = walk->segments.count = 0;
	reader->status = STACK_COMPLETE;
	walk->record.stack = reader->space = process->space;
	if (is_in_call_probe(process))
		reader->status = STACK_IN_PROBE;
	else if (!python || python->space != process->space)
		reader->status = STACK_NOT_PYTHON;
	else if (!use_layout(reader, python))
		reader->status = STACK_UNKNOWN_PYTHON;
	if (reader->status != STACK_COMPLETE)
		return;
	mark_collection(walk, process);
	walk_python(walk, python, BPF_CORE_READ(task, thread.fsbase));
}

static __always_inline bool is_in_exec(struct task_struct *task)
{
	return bpf_core_field_exists(task->in_execve) && BPF_CORE_READ_BITFIELD(task, in_execve);
}

/* What the interrupted thread's machine code is doing; behind Python's frames, if any. */
static __always_inline void take_native(struct walk *walk, struct native_walk *native,
					void *context, const struct interrupted *interrupted)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct image_set *set = image_set_of(walk->reader.pid);

	native->depth = 0;
	native->name = walk->reader.space;
	if (kernel_frames && !interrupted->user)
		take_kernel_stack(native, context, interrupted);
	if (!native_frames || bpf_probe_read_kernel(native->registers, sizeof(native->registers),
						    (void *)bpf_task_pt_regs(task)))
		return;
	if (is_in_exec(task)) { /* the registers are the last program's */
		push_gap(native, GAP_EXEC, 0);
		return;
	}
	native->set.count = 0;
	if (set && set->space == walk->reader.space)
		native->set = *set;
	walk_native(native, &walk->segments, walk->raw_depth);
}

/* The whole stack. A global function: verified by itself. */
__weak int ship_stack(struct walk *walk, struct native_walk *native)
{
	struct stack_scratch *scratch = stack_scratch();
	__u32 depth, native_depth;

	if (!walk || !native || !scratch)
		return -1;
	if (walk->next < walk->raw_depth)
		name_all(walk);
	depth = walk->record.depth;
	native_depth = native->depth;
	if (depth > MAX_FRAMES || native_depth > MAX_NATIVE_WORDS)
		return -1;
	scratch->record = walk->record;
	scratch->record.stack = whole_name(walk, native);
	scratch->record.status = walk->reader.status;
	scratch->record.native_depth = native_depth;
	scratch->record.depth = depth;
	scratch->record.head.kind = RECORD_STACK;
	bpf_probe_read_kernel(scratch->frames, depth * 8, walk->frames);
	bpf_probe_read_kernel(scratch->frames + depth, native_depth * 8, native->words);
	depth += native_depth;
	scratch->record.head.size = sizeof(scratch->record) + depth * 8;
	return ship(scratch, sizeof(scratch->record) + depth * 8);
}

static __always_inline void ship_sample(struct walk *walk, struct native_walk *native)
{
	struct sample_record sample = {.head = walk->record.head};
	long err;

	sample.stack = whole_name(walk, native);
	if (bpf_map_lookup_elem(&known_stacks, &sample.stack))
		err = ship(&sample, sizeof(sample));
	else
		err = ship_stack(walk, native);
	if (err)
		count(COUNTER_RING_FULL, 1);
}

static __always_inline int take_sample(void *context, const struct interrupted *interrupted)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct process_entry *process = bpf_map_lookup_elem(&processes, &pid);
	struct native_walk *native;
	struct walk *walk;

	if (!process || !process->active)
		return 0;
	walk = walk_scratch();
	native = native_scratch();
	if (!walk || !native)
		return 0;
	fill_head(&walk->record.head, RECORD_SAMPLE, sizeof(struct sample_record));
	walk->reader.now_ns = walk->record.head.time_ns;
	walk->reader.pid = pid;
	walk->reader.tid = walk->record.head.tid;
	take_stack(walk, process);
	take_native(walk, native, context, interrupted);
	ship_sample(walk, native);
	count(COUNTER_SAMPLES, 1);
	count(COUNTER_RUN_NS, bpf_ktime_get_ns() - walk->record.head.time_ns);
	return 0;
}

SEC("perf_event")
int on_cpu_clock(void *context)
{
	const __u64 *registers = context; /* bpf_perf_event_data begins with them */
	struct interrupted interrupted = {.ip = registers[REGISTER_IP],
					  .user = (registers[REGISTER_CS] & 3) == 3};

	return take_sample(context, &interrupted);
}

SEC("tp_btf/hrtimer_expire_entry")
int BPF_PROG(on_tick, struct hrtimer *timer)
{
	struct interrupted interrupted = {};

	if ((__u64)BPF_CORE_READ(timer, function) != tick_handler)
		return 0;
	return take_sample(ctx, &interrupted);
}

static __always_inline __u64 new_space(__u32 pid)
{
	return (bpf_ktime_get_ns() ^ (__u64)pid << 40) | 1;
}

static __always_inline void inherit_images(__u32 parent, __u32 pid, __u64 from, __u64 to)
{
	struct image_set *set = image_set_of(parent), copy;

	if (!set || set->space != from)
		return;
	copy = *set;
	copy.space = to;
	bpf_map_update_elem(&image_sets, &pid, &copy, BPF_ANY);
}

static __always_inline void inherit(__u32 parent, struct task_struct *child,
				    const struct process_entry *from)
{
	struct python_process *python = bpf_map_lookup_elem(&pythons, &parent);
	struct process_entry entry = *from;
	struct python_process copy;
	__u32 pid = child->tgid;

	entry.space = new_space(pid);
	entry.mm = (__u64)child->mm;
	entry.collecting_tid = 0;
	entry.calls_since_ns = entry.calls_cost_ns = 0;
	if (python && python->space == from->space) {
		copy = *python;
		copy.space = entry.space;
		bpf_map_update_elem(&pythons, &pid, &copy, BPF_ANY);
	}
	inherit_images(parent, pid, from->space, entry.space);
	if (bpf_map_update_elem(&processes, &pid, &entry, BPF_ANY)) {
		bpf_map_delete_elem(&pythons, &pid);
		bpf_map_delete_elem(&image_sets, &pid);
		count(COUNTER_PROCESS_LOST, 1);
	}
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	__u32 parent_pid = parent->tgid, pid = child->tgid;
	struct process_entry *process = bpf_map_lookup_elem(&processes, &parent_pid);
	struct fork_record record = {.parent_pid = parent_pid};

	if (pid != parent_pid) { /* whoever had this pid is gone, whether we were told or not */
		bpf_map_delete_elem(&pythons, &pid);
		bpf_map_delete_elem(&processes, &pid);
	}
	if (!process || !process->active || (!follow_forks && pid != parent_pid))
		return 0;
	if (pid != parent_pid)
		inherit(parent_pid, child, process);
	fill_head(&record.head, RECORD_FORK, sizeof(record));
	record.head.pid = pid;
	record.head.tid = child->pid;
	bpf_probe_read_kernel_str(record.comm, sizeof(record.comm), child->comm);
	ship_event(&record, sizeof(record));
	return 0;
}

static __always_inline void ship_name(__u16 kind, struct task_struct *task, const char *comm)
{
	struct name_record record = {};

	fill_head(&record.head, kind, sizeof(record));
	record.head.pid = task->tgid;
	record.head.tid = task->pid;
	record.cpu_ns = task->signal->sum_sched_runtime + task->se.sum_exec_runtime;
	bpf_probe_read_kernel_str(record.comm, sizeof(record.comm), comm);
	ship_event(&record, sizeof(record));
}

/* True when the process has another memory map than before: it executes another program. */
static __always_inline bool begin_program(struct process_entry *process, struct task_struct *task,
					  const char *comm)
{
	__u32 pid = task->tgid;

	if (process->mm == (__u64)task->mm)
		return false;
	bpf_map_delete_elem(&pythons, &pid);
	ship_name(RECORD_EXEC, task, comm); /* before any sample of the new space */
	process->mm = (__u64)task->mm;
	process->space = new_space(pid);
	process->exec_ns = bpf_ktime_get_ns();
	process->collecting_tid = 0;
	process->call_probes[0] = process->call_probes[1] = 0;
	process->calls_since_ns = process->calls_cost_ns = 0;
	process->active = 1;
	return true;
}

/*
 * exec renames the task when its new memory map is still empty, and comes to sched_process_exec
 * when the program is mapped. The notice that an interpreter was mapped falls in between: so this
 * is where the new program begins.
 */
SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *comm)
{
	__u32 pid = task->tgid;
	struct process_entry *process = bpf_map_lookup_elem(&processes, &pid);

	if (process && !begin_program(process, task, comm) && process->active)
		ship_name(RECORD_RENAME, task, comm);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task)
{
	__u32 pid = task->tgid;
	struct process_entry *process = bpf_map_lookup_elem(&processes, &pid);

	if (process)
		begin_program(process, task, task->comm);
	return 0;
}

static __always_inline void ship_end(__u16 kind, struct task_struct *task)
{
	struct exit_record record = {};

	fill_head(&record.head, kind, sizeof(record));
	record.head.pid = task->tgid;
	record.head.tid = task->pid;
	record.cpu_ns = task->se.sum_exec_runtime;
	ship_event(&record, sizeof(record));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	__u32 pid = task->tgid;

	if (!bpf_map_lookup_elem(&processes, &pid))
		return 0;
	if (count_calls)
		end_calls(task);
	if (task->signal->live.counter)
		return 0;
	bpf_map_delete_elem(&pythons, &pid);
	ship_end(RECORD_EXIT, task);
	return 0;
}

/* The task has left its CPU for good. The user side then removes the process from the table. */
SEC("tp_btf/sched_process_free")
int BPF_PROG(on_free, struct task_struct *task)
{
	__u32 pid = task->tgid;

	if (bpf_map_lookup_elem(&processes, &pid))
		ship_end(RECORD_FREED, task);
	return 0;
}
