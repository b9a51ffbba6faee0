/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_FUNCTION_COSTS_H
#define LTSBPF_PROFILE_FUNCTION_COSTS_H
/* What each function of a profile costs. */
#include "profile/profile.h"

struct function_cost {
	uint32_t frame;
	uint64_t self;
	uint64_t total; /* counted once per stack, however often the function recurs in it */
};

/*
 * One entry for each frame of the tree except processes, threads and gaps, in the order of first
 * sight.
 * *costs is owned by the caller. 0 or -ENOMEM.
 */
int profile_functions(const struct profile *profile, struct function_cost **costs, size_t *count);

#endif
