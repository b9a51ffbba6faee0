/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_SESSION_H
#define LTSBPF_CAPTURE_SESSION_H
/*
 * All that we hold in the kernel: programs, maps, links, the sampling clock, the notices of mapped
 * files. Everything hangs on file descriptors of this process: when it ends, however it ends, the
 * kernel takes all of it back. With clock.h and mappings.h the only user of libbpf.
 *
 *	session_open   loads the programs and follows the tree: fork, exec, exit
 *	session_add    the first process of the tree; it is sampled from its next exec on
 *	session_start  starts the clock
 *	session_drain  hands over what the kernel side recorded since the last call
 *	session_stop   ends the clock; the tree is still followed
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ltsbpf.h"

struct call_counters;
struct probe_links;
struct session;

struct session_options {
	bool tick;	       /* sample on the scheduler's tick instead of a clock of our own */
	double rate_hz;	       /* of our own clock, 1..20000 */
	bool follow_forks;     /* sample child processes too */
	bool count_calls;      /* make room for the call probes */
	double budget_percent; /* of the program's time, for them; 0 = no limit */
};

/* 0, or -errno which has been told with what it needs. */
int session_open(const struct session_options *options, struct session **session);
void session_free(struct session *session);
void session_freep(struct session **session);

/* Known after session_open(): CPU time between two samples, and whether the clock is the tick,
 * which may not be what was asked for. */
uint64_t session_period_ns(const struct session *session);
bool session_is_tick(const struct session *session);

int session_add(struct session *session, pid_t pid);
int session_start(struct session *session);
void session_stop(struct session *session);

/* Switches sampling off and on again within a run. 0 or -errno. */
int session_pause(struct session *session, bool pause);

/* True when the process belongs to the tree and was so when this happened (CLOCK_MONOTONIC). */
bool session_follows(const struct session *session, pid_t pid, uint64_t time_ns);

/*
 * Tells the kernel side of a process's interpreter; layout NULL = its version is not known.
 * time_ns: when it was mapped. python->space and ->layout are filled in here. 0, -ESRCH (gone
 * meanwhile), -ENOSPC (more than MAX_LAYOUTS kinds of interpreters) or -errno.
 */
int session_set_python(struct session *session, pid_t pid, uint64_t time_ns,
		       const struct python_process *python, const struct python_layout *layout);

/* Gives a child what was learnt of its parent only after the fork, unless either began another
 * program since; forgets a process that the kernel has let go of. */
void session_forget(struct session *session, pid_t pid);
void session_inherit(struct session *session, pid_t parent, pid_t child, uint64_t fork_ns);

/* The index of a layout, which the kernel side then knows (layouts_enter), and the layout with an
 * index (code_record.layout) or NULL. */
int session_enter_layout(struct session *session, const struct python_layout *layout);
const struct python_layout *session_layout(const struct session *session, uint32_t index);

/* Called for each record, in the order in which things happened. Non-zero ends the drain and is
 * what it returns; else 0 or -errno. */
typedef int (*session_record_fn)(void *context, const struct record *record);
int session_drain(struct session *session, session_record_fn on_record, void *context);

/* From now on the kernel side ships a short record for this stack, none for this code object. */
int session_learn_stack(struct session *session, uint64_t stack);
int session_learn_code(struct session *session, uint64_t fingerprint);

/* Sums of the kernel side's counters over all CPUs. */
int session_counters(const struct session *session, uint64_t counters[COUNTERS]);

/* Where programs are attached to probes; what those of calls count, NULL when there are none. */
struct probe_links *session_probes(const struct session *session);
struct call_counters *session_call_counters(const struct session *session);

/* The map that mappings_open() wants. */
int session_mappings_map(const struct session *session);

#endif
