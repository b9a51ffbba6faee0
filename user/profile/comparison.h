/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_COMPARISON_H
#define LTSBPF_PROFILE_COMPARISON_H
/*
 * Two sides of one or more runs each: what share of the samples every function has on both, and
 * whether the change is more than noise. Functions are the same when kind, name and file are: the
 * line may have moved. Functions of one name in one file count together.
 */
#include <stdbool.h>

#include "base/vec.h"
#include "profile/block_counts.h"
#include "profile/profile.h"
#include "profile/share.h"

enum comparison_side_id {
	SIDE_OLD,
	SIDE_NEW,
	SIDES,
};

enum {
	COMPARISON_BLOCKS = 40,	  /* that a run is cut into */
	COMPARISON_SAMPLES = 400, /* that a side should have: 10 in a block */
	COMPARISON_RARE = 20,	  /* functions with fewer, on both sides together, are not judged */
};

/* 95 % intervals, and alarms that are false in at most 5 % of comparisons of equals. */
#define COMPARISON_TAIL 0.025

struct comparison_side {
	VEC(struct block_counts) runs; /* by function: frame id in the tree */
	struct profile_facts facts;    /* of the first one; texts borrowed from the tree */
	uint64_t samples, cpu_ns;      /* of all */
	VEC(uint64_t) self;	       /* of all, by node of the tree; may be shorter than it */
};

struct function_change {
	uint32_t frame;		 /* in the tree */
	uint64_t samples[SIDES]; /* total */
	struct share_change self, total;
	bool self_beyond, total_beyond; /* noise, with as many functions as there are */
};

struct comparison {
	bool by_run;		/* noise = the spread of runs, not of blocks of time */
	uint32_t blocks[SIDES]; /* of a run */
	struct profile *tree;	/* of both sides; lines as the side that was added first has */
	struct frames names;	/* frames without lines; same ids as in the tree */
	struct comparison_side sides[SIDES];
	/* After comparison_finish(): */
	VEC(struct function_change) functions;
	size_t judged; /* how many are not too rare */
	size_t widest; /* of the judged: the one with the widest interval of total */
};

/* How many runs each side will have (> 0). 0 or -ENOMEM; comparison_done() is right after both. */
int comparison_init(struct comparison *comparison, size_t old_runs, size_t new_runs);
void comparison_done(struct comparison *comparison);

/* Adds a run, which must have samples in time (symbol/view.h). 0 or -ENOMEM. */
int comparison_add(struct comparison *comparison, enum comparison_side_id side,
		   const struct profile *profile);

/* When all are added and both sides have samples: makes `functions`. 0 or -ENOMEM. */
int comparison_finish(struct comparison *comparison);

/* How many samples a side would need for intervals of at most +- margin (0..1); 0 = it has them. */
uint64_t comparison_samples_for(const struct comparison *comparison, double margin);

/* The smaller side's. */
uint64_t comparison_samples(const struct comparison *comparison);

#endif
