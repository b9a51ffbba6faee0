/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_LIVE_PROCESSES_H
#define LTSBPF_APP_LIVE_PROCESSES_H
/*
 * The processes of the tree that the kernel has not let go of: those whose CPU time can still grow
 * or be asked for. A zeroed struct is empty.
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/vec.h"

struct record;

struct live_process {
	pid_t pid;
	bool ended;
};

struct live_processes {
	VEC(struct live_process) list;
	VEC(pid_t) freed; /* since they were last forgotten; 0 = in use again */
};

/* Learns from RECORD_FORK, _EXEC, _EXIT and _FREED; other kinds are passed over. 0 or -ENOMEM. */
int live_processes_note(struct live_processes *live, const struct record *record);

/*
 * Calls back for the pids that were freed before the first `count` of live->freed were, and drops
 * them. A thread of theirs may be freed after its leader, so a pid waits for one more drain.
 */
void live_processes_forget(struct live_processes *live, size_t count,
			   void (*forget)(void *context, pid_t pid), void *context);

/* True when a process has ended and neither its CPU clock can be read nor was its end told yet. */
bool live_processes_await_cpu_time(const struct live_processes *live);

/* How many have not ended, `first` not counted. */
size_t live_processes_running(const struct live_processes *live, pid_t first);

void live_processes_done(struct live_processes *live);

#endif
