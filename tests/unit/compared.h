/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TESTS_COMPARED_H
#define LTSBPF_TESTS_COMPARED_H
/* Comparisons of runs that are written as stacks (output/pstats_stacks.h). */
#include <stdlib.h>

#include "base/cleanup.h"
#include "check.h"
#include "output/pstats_stacks.h"
#include "profile/comparison.h"

struct compared_stack {
	const char *stack; /* NULL ends a run */
	uint64_t count;
};

/* Makes profile->samples of the tree's: of all stacks at all times as many as of the whole. */
static inline int compared_spread(struct profile *profile)
{
	uint64_t all = profile_total(profile);
	CLEANUP(freep) uint64_t *done = calloc(profile->nodes.count, sizeof(*done));

	for (uint64_t time = 0; done && time < all; time++) {
		size_t next = 0;
		double most = -1e300;
		for (size_t i = 0; i < profile->nodes.count; i++) {
			double self = (double)profile->nodes.items[i].self;
			double due = self * (double)(time + 1) / (double)all - (double)done[i];
			if (self > 0 && due > most) {
				most = due;
				next = i;
			}
		}
		done[next]++;
		struct profile_sample sample = {
			.time_ns = time, .node = (uint32_t)next, .weight = 1};
		if (vec_push(&profile->samples, sample))
			return -ENOMEM;
	}
	return done ? 0 : -ENOMEM;
}

static inline int compared_add(struct comparison *comparison, enum comparison_side_id side,
			       const struct compared_stack *stacks)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();

	if (!profile)
		return -ENOMEM;
	profile->facts.command = "python x.py";
	profile->facts.clock = "cpu";
	profile->facts.rate_hz = 1000;
	profile->facts.period_ns = 1000000;
	for (; stacks->stack; stacks++)
		if (stack_add(profile, stacks->stack, stacks->count))
			return -ENOMEM;
	if (compared_spread(profile))
		return -ENOMEM;
	return comparison_add(comparison, side, profile);
}

/* One run on each side. */
static inline int compared_make(struct comparison *comparison, const struct compared_stack *old,
				const struct compared_stack *new)
{
	int err = comparison_init(comparison, 1, 1);

	if (!err)
		err = compared_add(comparison, SIDE_NEW, new);
	if (!err)
		err = compared_add(comparison, SIDE_OLD, old);
	return err ? err : comparison_finish(comparison);
}

/* The function of this name, or NULL with a failed check. */
static inline const struct function_change *compared_find(const struct comparison *comparison,
							  const char *name)
{
	for (size_t i = 0; i < comparison->functions.count; i++) {
		const struct function_change *function = &comparison->functions.items[i];
		if (!strcmp(frames_get(&comparison->tree->frames, function->frame)->name, name))
			return function;
	}
	check_str(NULL, name);
	return NULL;
}

#endif
