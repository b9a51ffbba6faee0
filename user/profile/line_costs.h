/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_LINE_COSTS_H
#define LTSBPF_PROFILE_LINE_COSTS_H
/* What the lines of Python functions cost, from profile->detail. */
#include "profile/profile.h"

struct line_cost {
	uint32_t function; /* frame id of the function, as in the tree that is not split by line */
	uint32_t line;	   /* 1-based */
	uint64_t own;	   /* samples with no Python function called from here: built-in, native and
			    * kernel functions that the line calls are its own time */
	uint64_t total;	   /* samples with this line in their stack, once each */
};

/*
 * All lines that are known, sorted by function, then by line. None when there is no detail. *costs
 * is owned by the caller. Time is linear in nodes but for the sorting. 0 or -ENOMEM.
 */
int line_costs_make(const struct profile *profile, struct line_cost **costs, size_t *count);

#endif
