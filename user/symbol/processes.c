// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/processes.h"

#include <errno.h>
#include <string.h>

#include "recording/format.h"

static const char *intern_comm(struct processes *processes, const char comm[COMM_BYTES])
{
	return strings_intern(&processes->strings, comm, strnlen(comm, COMM_BYTES));
}

static int64_t add(struct processes *processes, uint32_t pid, const char *name)
{
	struct process process = {.pid = pid, .name = name, .python = ""};
	uint64_t index = processes->list.count;

	if (!name || vec_push(&processes->list, process) ||
	    map64_put(&processes->by_pid, pid, index))
		return -ENOMEM;
	return (int64_t)index;
}

int64_t processes_find(struct processes *processes, uint32_t pid)
{
	uint64_t index;

	if (map64_get(&processes->by_pid, pid, &index))
		return (int64_t)index;
	return add(processes, pid, "unknown");
}

static int name_thread(struct processes *processes, uint32_t tid, const char *name)
{
	return name ? map64_put(&processes->thread_names, tid, (uintptr_t)name) : -ENOMEM;
}

static int feed_fork(struct processes *processes, const struct fork_record *fork)
{
	const char *name = intern_comm(processes, fork->comm);
	int64_t parent, index;

	if (name_thread(processes, fork->head.tid, name))
		return -ENOMEM;
	if (fork->head.tid != fork->head.pid)
		return 0;
	parent = processes_find(processes, fork->parent_pid);
	if (parent < 0)
		return -ENOMEM;
	index = add(processes, fork->head.pid, processes->list.items[parent].name);
	if (index < 0)
		return -ENOMEM;
	processes->list.items[index].forked_from = (uint32_t)parent + 1;
	return 0;
}

static int feed_exec(struct processes *processes, const struct name_record *exec)
{
	const char *name = intern_comm(processes, exec->comm);
	uint64_t before, freed_ns = 0;
	int64_t index;

	if (name_thread(processes, exec->head.tid, name))
		return -ENOMEM;
	if (map64_get(&processes->by_pid, exec->head.pid, &before)) {
		struct process *old = &processes->list.items[before];
		if (!old->samples) {
			old->name = name;
			old->python = "";
			old->forked_from = 0;
			return 0;
		}
		old->cpu_running_ns = exec->cpu_ns;
		freed_ns = old->cpu_ns;
	}
	index = add(processes, exec->head.pid, name);
	if (index < 0)
		return -ENOMEM;
	processes->list.items[index].cpu_ns =
		freed_ns; /* as cpu_before_ns: of the pid's whole life */
	processes->list.items[index].cpu_before_ns = exec->cpu_ns;
	return 0;
}

static int feed_cpu(struct processes *processes, const struct exit_record *end)
{
	int64_t index = processes_find(processes, end->head.pid);

	if (index < 0)
		return -ENOMEM;
	struct process *process = &processes->list.items[index];
	if (end->head.kind == RECORD_CPU)
		process->cpu_running_ns = end->cpu_ns;
	else
		process->cpu_ns += end->cpu_ns;
	return 0;
}

int processes_feed(struct processes *processes, const struct record *record)
{
	switch (record->kind) {
	case RECORD_FORK:
		return feed_fork(processes, (const struct fork_record *)record);
	case RECORD_EXEC:
		return feed_exec(processes, (const struct name_record *)record);
	case RECORD_RENAME:
		return name_thread(
			processes, record->tid,
			intern_comm(processes, ((const struct name_record *)record)->comm));
	default:
		return feed_cpu(processes, (const struct exit_record *)record);
	}
}

int processes_set_python(struct processes *processes, uint32_t pid, const char *version)
{
	int64_t index = processes_find(processes, pid);
	const char *own = strings_add(&processes->strings, version);

	if (index < 0 || !own)
		return -ENOMEM;
	processes->list.items[index].python = own;
	return 0;
}

void processes_set_without_probes(struct processes *processes, uint32_t pid, bool without)
{
	int64_t index = processes_find(processes, pid);

	if (index >= 0)
		processes->list.items[index].without_probes = without;
}

void processes_inherit(struct processes *processes)
{
	struct process *list = processes->list.items;

	for (size_t i = 0; i < processes->list.count; i++) { /* a parent stands first */
		const struct process *parent = list + list[i].forked_from - 1;
		if (*list[i].python || !list[i].forked_from)
			continue;
		list[i].python = parent->python;
		list[i].without_probes = parent->without_probes;
	}
}

const char *processes_thread_name(const struct processes *processes, uint32_t tid)
{
	uint64_t name;

	return map64_get(&processes->thread_names, tid, &name) ? (const char *)(uintptr_t)name : "";
}

uint64_t process_cpu_ns(const struct process *process)
{
	uint64_t used = process->cpu_ns > process->cpu_running_ns ? process->cpu_ns
								  : process->cpu_running_ns;

	return used > process->cpu_before_ns ? used - process->cpu_before_ns : 0;
}

void processes_done(struct processes *processes)
{
	strings_done(&processes->strings);
	vec_done(&processes->list);
	map64_done(&processes->by_pid);
	map64_done(&processes->thread_names);
}
