/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_LINE_TREE_H
#define LTSBPF_OUTPUT_LINE_TREE_H
/* The functions of a tree by line, in which a frame is a function at one of its lines. */
#include "profile/profile.h"

struct line_tree {
	struct frames functions; /* the frames without their current line */
	uint32_t *of_frame;	 /* by frame id: the id in functions */
};

/* 0 or -ENOMEM; line_tree_done() is right after both. */
int line_tree_init(struct line_tree *table, const struct frames *frames);
void line_tree_done(struct line_tree *table);

/*
 * The tree that formats with lines are written from: the detail where it was made. The ids in it
 * are those of profile->frames.
 */
const struct profile *line_tree_of(const struct profile *profile);

#endif
