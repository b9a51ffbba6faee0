// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "app/live_processes.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "ltsbpf.h"
#include "target/launch.h"

static struct live_process *find(struct live_processes *live, pid_t pid)
{
	for (size_t i = 0; i < live->list.count; i++)
		if (live->list.items[i].pid == pid)
			return &live->list.items[i];
	return NULL;
}

static int began(struct live_processes *live, pid_t pid)
{
	struct live_process *known = find(live, pid);

	for (size_t i = 0; i < live->freed.count; i++)
		if (live->freed.items[i] == pid)
			live->freed.items[i] = 0;
	if (known) {
		known->ended = false;
		return 0;
	}
	return vec_push(&live->list, (struct live_process){.pid = pid});
}

static int freed(struct live_processes *live, pid_t pid)
{
	struct live_process *known = find(live, pid);

	if (known)
		*known = live->list.items[--live->list.count];
	return vec_push(&live->freed, pid);
}

static void ended(struct live_processes *live, pid_t pid)
{
	struct live_process *known = find(live, pid);

	if (known)
		known->ended = true;
}

int live_processes_note(struct live_processes *live, const struct record *record)
{
	pid_t pid = (pid_t)record->pid;
	bool leader = record->pid == record->tid;

	switch (record->kind) {
	case RECORD_FORK:
		return leader ? began(live, pid) : 0;
	case RECORD_EXEC:
		return began(live, pid);
	case RECORD_FREED:
		return leader ? freed(live, pid) : 0;
	case RECORD_EXIT:
		ended(live, pid);
		return 0;
	default:
		return 0;
	}
}

void live_processes_forget(struct live_processes *live, size_t count,
			   void (*forget)(void *context, pid_t pid), void *context)
{
	for (size_t i = 0; i < count; i++)
		if (live->freed.items[i])
			forget(context, live->freed.items[i]);
	live->freed.count -= count;
	if (live->freed.count)
		memmove(live->freed.items, live->freed.items + count,
			live->freed.count * sizeof(*live->freed.items));
}

bool live_processes_await_cpu_time(const struct live_processes *live)
{
	uint64_t cpu_ns;

	for (size_t i = 0; i < live->list.count; i++)
		if (live->list.items[i].ended && target_cpu_ns(live->list.items[i].pid, &cpu_ns))
			return true;
	return false;
}

size_t live_processes_running(const struct live_processes *live, pid_t first)
{
	size_t running = 0;

	for (size_t i = 0; i < live->list.count; i++)
		running += !live->list.items[i].ended && live->list.items[i].pid != first;
	return running;
}

void live_processes_done(struct live_processes *live)
{
	vec_done(&live->list);
	vec_done(&live->freed);
}
