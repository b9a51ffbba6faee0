/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FLAMEGRAPH_LAYOUT_H
#define LTSBPF_OUTPUT_FLAMEGRAPH_LAYOUT_H
/*
 * Which frames of a profile become boxes of the flame graph, and where. Boxes too small to see are
 * left out and counted. The shown callees of a frame stand side by side from its left edge.
 * flamegraph.js places boxes in the same way.
 */
#include "base/vec.h"
#include "output/call_order.h"
#include "profile/profile.h"

/* In units of the picture. flamegraph.js has the same PAD, ROW and BOX, and a head of its own. */
enum {
	FLAMEGRAPH_WIDTH = 1200,
	FLAMEGRAPH_PAD = 10,	 /* left, right and below the boxes */
	FLAMEGRAPH_HEAD = 96,	 /* above them: title, facts, legend */
	FLAMEGRAPH_ROW = 17,	 /* from a box to the next above */
	FLAMEGRAPH_BOX = 16,	 /* height of a box */
	FLAMEGRAPH_LABEL = 1000, /* characters of a name in a <title> */
};

struct flamegraph_box {
	uint32_t node;	/* PROFILE_ROOT: the box of all samples */
	uint32_t depth; /* 0 for the box of all samples, 1 for a process */
	uint64_t left;	/* samples between the left edge of the picture and the box */
};

struct flamegraph_layout {
	struct call_order order;
	VEC(struct flamegraph_box) boxes; /* callers before callees; none in an empty profile */
	VEC(uint64_t) edges;		  /* by depth: where the next box starts */
	uint32_t rows;			  /* the greatest depth + 1 */
	uint32_t per_mille;	 /* all that is left out has less than this of all samples */
	uint64_t hidden_frames;	 /* how many frames of the tree are left out */
	uint64_t hidden_samples; /* samples of which at least one frame is left out */
};

/*
 * Lays the profile out. Left out is what has under 0.1 % of all samples, and when the rest would
 * still take more than about 450 kB, the smallest of the rest as well (of equal ones the
 * deepest). 0 or -ENOMEM; flamegraph_layout_done() is right after both.
 */
int flamegraph_layout_init(struct flamegraph_layout *layout, const struct profile *profile);
void flamegraph_layout_done(struct flamegraph_layout *layout);

/* The height of the whole picture. */
uint32_t flamegraph_layout_height(const struct flamegraph_layout *layout);

#endif
