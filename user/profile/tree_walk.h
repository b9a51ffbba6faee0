/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_PROFILE_TREE_WALK_H
#define LTSBPF_PROFILE_TREE_WALK_H
/* Depth first through the call tree, in constant memory: every node is entered and left once. */
#include "profile/profile.h"

struct tree_walk {
	uint32_t node; /* start zeroed, at the root, which is neither entered nor left */
	bool leaving;
};

/* The next step; false when all is walked. */
static inline bool tree_walk_next(const struct profile *profile, struct tree_walk *walk)
{
	const struct profile_node *node = &profile->nodes.items[walk->node];

	if (!walk->leaving && node->first_child) {
		walk->node = node->first_child;
		return true;
	}
	if (walk->leaving && node->next_sibling) {
		*walk = (struct tree_walk){.node = node->next_sibling};
		return true;
	}
	if (walk->leaving)
		walk->node = node->parent;
	walk->leaving = true;
	return walk->node != PROFILE_ROOT;
}

#endif
