/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_LARGEST_FIRST_H
#define LTSBPF_OUTPUT_LARGEST_FIRST_H
/*
 * The nodes of a call tree, those with the most samples first, of equal ones the older: a caller
 * always comes before its callees. What is never reached costs nothing.
 */
#include <stdint.h>

#include "base/vec.h"
#include "profile/profile.h"

/* Zeroed but for the tree = not begun. */
struct largest_first {
	const struct profile *tree; /* borrowed */
	VEC(uint32_t) heap;	    /* nodes whose caller came already, the next one at its top */
};

/* Lets the callees of a node come. PROFILE_ROOT begins. 0 or -ENOMEM. */
int largest_first_enter(struct largest_first *walk, uint32_t node);

/* The next node; 0 = there is none. */
uint32_t largest_first_next(struct largest_first *walk);

void largest_first_done(struct largest_first *walk);

#endif
