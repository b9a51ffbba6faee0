/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_PROFILE_H
#define LTSBPF_PROFILE_PROFILE_H
/*
 * The profile: one call tree of interned frames with sample counts, and the facts of the run.
 * All writers read this and nothing else. Counts are samples; one sample stands for
 * facts.period_ns of CPU time.
 */
#include <stdint.h>

#include "base/child_index.h"
#include "base/map64.h"
#include "base/vec.h"
#include "profile/events.h"
#include "profile/facts.h"
#include "profile/frame.h"

enum {
	PROFILE_ROOT = 0
};

struct profile_node {	/* begins as a struct child_node */
	uint32_t frame; /* id in profile.frames; not set for the root, which is no frame */
	uint32_t parent, first_child, next_sibling; /* node indexes; 0 = none */
	uint64_t self;				    /* samples whose leaf is this node */
	uint64_t total;				    /* samples in this node and below */
};

struct profile {
	struct frames frames;
	VEC(struct profile_node) nodes; /* [0] is the root; a parent stands before its children */
	struct child_index children;
	VEC(uint32_t) last_path; /* nodes of the path that was added last, root first */
	/* frame << 32 | line -> samples whose leaf is there, or whose innermost Python function is
	 */
	struct map64 lines;
	VEC(struct profile_process) processes;
	VEC(struct profile_loss) losses;
	VEC(struct profile_gap) gaps; /* texts borrowed from frames.strings */
	VEC(struct profile_call) calls;
	VEC(struct profile_collection) collections; /* by generation */
	VEC(struct profile_import) imports;	    /* texts borrowed from frames.strings */
	struct profile_facts facts;		    /* its texts are borrowed from frames.strings */
	/* Where they were asked for (symbol/view.h): */
	VEC(struct profile_thread) threads; /* those with samples; texts as above */
	VEC(struct profile_sample) samples;
	struct profile *detail; /* the same samples by thread and by line, without facts; owned */
};

/* An empty profile, or NULL when memory is out. Free with profile_free (NULL is fine). */
struct profile *profile_new(void);
void profile_free(struct profile *profile);
void profile_freep(struct profile **profile);

/*
 * Adds count samples of one stack: depth frame ids, root first. leaf_line is the current line in
 * the leaf (0 = not known). 0 or -ENOMEM (the totals may then be short: give the profile up).
 */
int profile_add(struct profile *profile, const uint32_t *frames, size_t depth, uint32_t leaf_line,
		uint64_t count);

/* The same, but returns the node that the stack ends in (PROFILE_ROOT without frames). */
int64_t profile_add_leaf(struct profile *profile, const uint32_t *frames, size_t depth,
			 uint32_t leaf_line, uint64_t count);

/* The node of this frame below another node, made on first sight; or -ENOMEM. */
int64_t profile_child(struct profile *profile, uint32_t parent, uint32_t frame);

/* All samples. */
uint64_t profile_total(const struct profile *profile);

/* Samples as seconds. */
double profile_seconds(const struct profile *profile, uint64_t samples);

#endif
