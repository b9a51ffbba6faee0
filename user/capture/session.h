/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_SESSION_H
#define LTSBPF_CAPTURE_SESSION_H
/*
 * All that we hold in the kernel: programs, maps, links, the sampling clock, the notices of mapped
 * files. Everything hangs on file descriptors of this process: when it ends, however it ends, the
 * kernel takes all of it back. With clock.h and mappings.h the only user of libbpf.
 *
 *	session_open   loads the programs and follows the tree: fork, exec, exit
 *	session_start  starts the clock
 *	session_drain  hands over what the kernel side recorded since the last call
 *	session_stop   ends the clock; the tree is still followed
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "ltsbpf.h"

struct call_counters;
struct image_sets;
struct probe_links;
struct session;
struct tree;
struct unwind_tables;

struct session_options {
	bool tick;	   /* sample on the scheduler's tick instead of a clock of our own */
	double rate_hz;	   /* of our own clock, 1..20000 */
	bool follow_forks; /* sample child processes too */
	bool count_calls;  /* make room for the call probes */
	bool native;	   /* native and JIT frames too */
	bool kernel;	   /* kernel frames too */
	bool exact;	   /* the innermost native address as it is: more stacks are different */
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

int session_start(struct session *session);
void session_stop(struct session *session);

/* Switches sampling off and on again within a run. 0 or -errno. */
int session_pause(struct session *session, bool pause);

/* The processes that are followed, and the code that they have mapped: NULL without native frames
 * or a session. */
struct tree *session_tree(struct session *session);
struct image_sets *session_image_sets(const struct session *session);
struct unwind_tables *session_unwind_tables(const struct session *session);

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
