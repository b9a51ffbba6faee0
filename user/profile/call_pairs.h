/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_CALL_PAIRS_H
#define LTSBPF_PROFILE_CALL_PAIRS_H
/*
 * Who is called by whom: pairs of frames of which one stands directly above the other in stacks.
 * Frames of all kinds take part, processes and gaps too.
 */
#include "profile/profile.h"

struct call_pair {
	uint32_t caller, callee; /* frame ids */
	uint64_t samples; /* with the pair in their stack; once each, however often it recurs */
};

/*
 * All pairs of the tree, in no order; *pairs is owned by the caller. Time is linear in nodes,
 * memory in pairs. 0 or -ENOMEM.
 */
int call_pairs_make(const struct profile *profile, struct call_pair **pairs, size_t *count);

#endif
