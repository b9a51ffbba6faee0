/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_TIMELINE_H
#define LTSBPF_OUTPUT_TIMELINE_H
/*
 * The samples of each thread in the order of time, and what they mean as spans: a sample stands
 * for the CPU time just before it, weight x facts.period_ns. Neighbours that lie closer than half
 * a period are joined, and a frame that is in both goes on; what is between others is waiting.
 * Times are nanoseconds since the recording began.
 */
#include <stddef.h>
#include <stdint.h>

#include "profile/profile.h"

struct timeline {
	const struct profile *profile; /* borrowed */
	uint32_t *samples;	       /* indexes of profile.samples, thread after thread */
	size_t *ends;		       /* by thread: where its samples end in the list */
};

/* 0 or -ENOMEM; timeline_done() is right after both. */
int timeline_init(struct timeline *timeline, const struct profile *profile);
void timeline_done(struct timeline *timeline);

/* The samples of a thread: their indexes, and how many. */
const uint32_t *timeline_samples(const struct timeline *timeline, uint32_t thread, size_t *count);

/* Hears of frames (nodes of the tree) as they begin and end, callers around their callees. */
struct timeline_listener {
	void (*begin)(void *context, uint32_t node, uint64_t at_ns);
	void (*end)(void *context, uint32_t node, uint64_t since_ns, uint64_t at_ns);
	void *context;
};

/* All frames of one thread. 0 or -ENOMEM. */
int timeline_walk(const struct timeline *timeline, uint32_t thread,
		  const struct timeline_listener *listener);

#endif
