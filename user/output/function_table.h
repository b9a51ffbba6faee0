/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FUNCTION_TABLE_H
#define LTSBPF_OUTPUT_FUNCTION_TABLE_H
/* The functions of a tree by line, in which a frame is a function at one of its lines. */
#include "profile/profile.h"

struct function_table {
	struct frames functions; /* the frames without their current line */
	uint32_t *of_frame;	 /* by frame id: the id in functions */
};

/* 0 or -ENOMEM; function_table_done() is right after both. */
int function_table_init(struct function_table *table, const struct frames *frames);
void function_table_done(struct function_table *table);

/*
 * The tree that formats with lines are written from: the detail where it was made. The ids in it
 * are those of profile->frames.
 */
const struct profile *function_table_tree(const struct profile *profile);

#endif
