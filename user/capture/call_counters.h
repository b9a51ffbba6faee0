/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_CALL_COUNTERS_H
#define LTSBPF_CAPTURE_CALL_COUNTERS_H
/*
 * What the call probes count, in memory shared with the kernel side, and what a trap costs on this
 * machine. The structures are those of bpf/maps.bpf.h.
 */
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bpf_map;
struct call_counters;
struct probe_links;

/* The maps of the call probes. */
struct call_maps {
	struct bpf_map *calls, *control, *indexes, *threads, *thread_indexes, *free_threads;
};

/* Sizes them before the object is loaded: with `wanted` false to next to nothing. 0 or -errno. */
int call_counters_prepare(const struct call_maps *maps, bool wanted);

/* Fills and maps them after it is loaded. budget_percent: of the program's time, 0 = no limit. 0 or
 * -errno. */
int call_counters_open(const struct call_maps *maps, double budget_percent,
		       struct call_counters **counters);
void call_counters_free(struct call_counters *counters);

/*
 * Measures what a trap costs: some thousand hits of two probes in this process. The kernel side
 * then takes it off the times. 0 or -errno; without it the times are too long by two traps a call.
 */
int call_counters_calibrate(struct call_counters *counters, struct probe_links *links);

/* Times are CLOCK_MONOTONIC. */
struct call_totals {
	uint64_t trap_ns;
	uint64_t began_ns;   /* the first hit; 0 = none */
	uint64_t stopped_ns; /* when the budget was used up; 0 = it was not */
};

void call_counters_totals(const struct call_counters *counters, struct call_totals *totals);

/* Calls of one function by another one in one thread; fields as in struct calls_record. */
struct call_count {
	pid_t pid;
	uint64_t caller, callee, calls, primitive, pair_primitive;
	int64_t own_ns, total_ns, pair_total_ns;
};

/* Calls back for each pair; non-zero from there ends it and comes back. */
int call_counters_each(const struct call_counters *counters,
		       int (*on_count)(void *context, const struct call_count *count),
		       void *context);

#endif
