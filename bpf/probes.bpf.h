/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef PROBES_BPF_H
#define PROBES_BPF_H
/*
 * CPython's USDT probes: garbage collections, imports, and the calls of calls.bpf.h. One program
 * for all of them; the cookie says which place was hit. It runs in every process that uses the
 * file, and leaves again at once where it is none of ours.
 */
#include "calls.bpf.h"
#include "events.bpf.h"
#include "maps.bpf.h"
#include "python_thread.bpf.h"

enum {
	IP_IN_REGS = 128 /* struct pt_regs.ip, arch/x86/include/asm/ptrace.h */
};

/* As much of the register as the argument has. */
static __always_inline __u64 cut(__u64 value, const struct probe_site *site)
{
	__u32 unused = 64 - 8 * site->size_bytes;

	value <<= unused & 63;
	return site->is_signed ? (__u64)((__s64)value >> (unused & 63)) : value >> (unused & 63);
}

/* The probe's first argument; 0 when it cannot be told. */
static __always_inline __u64 first_argument(void *context, const struct probe_site *site)
{
	__u64 value = 0;

	if (site->place == ARGUMENT_CONSTANT)
		return site->value;
	if (site->place == ARGUMENT_UNKNOWN ||
	    bpf_probe_read_kernel(&value, sizeof(value), context + (site->reg & 0xff)))
		return 0;
	if (site->place == ARGUMENT_MEMORY && read_user(&value, 8, value + site->value))
		return 0;
	return cut(value, site);
}

/* The probe is ahead of the notice that its file was mapped: what the user side will say of the
 * process follows from where the probe lies in it. */
static __always_inline void learn_python(const struct probe_site *site,
					 const struct process_entry *process, __u64 ip)
{
	__u32 pid = bpf_get_current_pid_tgid() >> 32;
	struct python_process *known = python_at(pid), python = {};

	if (!site->code_type || (known && known->space == process->space))
		return;
	python.space = process->space;
	python.runtime = ip - site->address + site->runtime;
	python.code_type = ip - site->address + site->code_type;
	python.layout = site->layout;
	python.path = site->path;
	bpf_map_update_elem(&pythons, &pid, &python, BPF_ANY);
}

/* The innermost frame of the current thread, where the way to it is known; else 0. */
static __always_inline __u64 current_frame(const struct process_entry *process, __u32 pid)
{
	struct python_process *python = python_at(pid);
	struct python_layout *layout;
	__u64 frame = 0, tstate;

	if (!python || python->space != process->space || !python->path_verified)
		return 0;
	layout = layout_at(python->layout);
	tstate = follow_path(&python->path, bpf_get_current_task_btf()->thread.fsbase);
	if (!layout || !tstate || innermost_frame(layout, tstate, &frame))
		return 0;
	return frame;
}

static __always_inline void begin_collection(struct process_entry *process, __u64 generation)
{
	__u64 id = bpf_get_current_pid_tgid();

	process->collecting_generation = generation;
	process->collecting_frame = current_frame(process, id >> 32);
	process->collecting_since_ns = bpf_ktime_get_ns();
	process->collecting_tid = (__u32)id;
}

static __always_inline void end_collection(struct process_entry *process, __s64 collected)
{
	struct collection_record record = {.collected = collected};

	fill_head(&record.head, RECORD_COLLECTION, sizeof(record));
	if (process->collecting_tid != record.head.tid)
		return;
	record.generation = process->collecting_generation;
	record.duration_ns = record.head.time_ns - process->collecting_since_ns;
	process->collecting_tid = 0;
	ship_event(&record, sizeof(record));
}

static __always_inline void ship_import(__u32 done, __u64 module)
{
	struct import_record record = {.done = done};

	fill_head(&record.head, RECORD_IMPORT, sizeof(record));
	bpf_probe_read_user_str(record.module, sizeof(record.module), (void *)module);
	ship_event(&record, sizeof(record));
}

/* Where the sampler finds that a thread is in our trap. */
static __always_inline void note_place(struct process_entry *process, __u32 which, __u64 ip)
{
	if (process->call_probes[which] != ip)
		process->call_probes[which] = ip;
}

/* Two probes of our own, one behind the other: what lies between is one trap. */
static __always_inline void calibrate(bool is_entry, __u64 began_ns)
{
	struct calls_control *control = calls_control();

	if (!control)
		return;
	if (!is_entry && control->calibrate_ns) {
		control->calibrate_total_ns += began_ns - control->calibrate_ns;
		control->calibrate_hits++;
	}
	control->calibrate_ns = is_entry ? bpf_ktime_get_ns() : 0;
}

static __always_inline void on_site(void *context, const struct probe_site *site,
				    struct process_entry *process, __u64 began_ns)
{
	__u64 ip = *(__u64 *)(context + IP_IN_REGS);

	learn_python(site, process, ip);
	switch (site->probe) {
	case PROBE_GC_START:
		begin_collection(process, first_argument(context, site));
		break;
	case PROBE_GC_DONE:
		end_collection(process, site->place == ARGUMENT_UNKNOWN
						? -1
						: (__s64)first_argument(context, site));
		break;
	case PROBE_IMPORT_START:
	case PROBE_IMPORT_DONE:
		ship_import(site->probe == PROBE_IMPORT_DONE, first_argument(context, site));
		break;
	case PROBE_ENTRY:
	case PROBE_RETURN:
		if (!count_calls)
			break;
		note_place(process, site->probe == PROBE_RETURN, ip);
		on_call(process, site->probe == PROBE_ENTRY, began_ns);
	}
}

SEC("uprobe")
int on_probe(void *context)
{
	__u64 began_ns = bpf_ktime_get_ns();
	__u32 pid = bpf_get_current_pid_tgid() >> 32, index = bpf_get_attach_cookie(context);
	struct probe_site *site = bpf_map_lookup_elem(&probe_sites, &index);
	struct process_entry *process;

	if (!site)
		return 0;
	if (count_calls && site->probe >= PROBES) {
		calibrate(site->probe == PROBES, began_ns);
		return 0;
	}
	process = bpf_map_lookup_elem(&processes, &pid);
	if (process && process->active)
		on_site(context, site, process, began_ns);
	return 0;
}

#endif
