// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/call_pairs.h"

#include "base/cleanup.h"
#include "profile/tree_walk.h"

struct counting {
	const struct profile *profile;
	VEC(struct call_pair) pairs;
	VEC(uint32_t) on_path; /* by pair: how often it is on the way from the root to here */
	struct map64 index;    /* caller << 32 | callee -> pair */
};

static void counting_done(struct counting *counting)
{
	vec_done(&counting->pairs);
	vec_done(&counting->on_path);
	map64_done(&counting->index);
}

/* The pair that ends in a node whose parent is a frame; made on first sight. */
static int64_t pair_of(struct counting *counting, const struct profile_node *node)
{
	uint32_t caller = counting->profile->nodes.items[node->parent].frame;
	uint64_t index, key = (uint64_t)caller << 32 | node->frame;

	if (map64_get(&counting->index, key, &index))
		return (int64_t)index;
	index = counting->pairs.count;
	if (vec_push(&counting->pairs, ((struct call_pair){caller, node->frame, 0})) ||
	    vec_push(&counting->on_path, 0u) || map64_put(&counting->index, key, index))
		return -ENOMEM;
	return (int64_t)index;
}

static int count_node(struct counting *counting, const struct tree_walk *walk)
{
	const struct profile_node *node = &counting->profile->nodes.items[walk->node];

	if (node->parent == PROFILE_ROOT)
		return 0;
	int64_t pair = pair_of(counting, node);
	if (pair < 0)
		return -ENOMEM;
	if (walk->leaving)
		counting->on_path.items[pair]--;
	else if (!counting->on_path.items[pair]++)
		counting->pairs.items[pair].samples += node->total;
	return 0;
}

int call_pairs_make(const struct profile *profile, struct call_pair **pairs, size_t *count)
{
	CLEANUP(counting_done) struct counting counting = {.profile = profile};
	struct tree_walk walk = {0};

	if (vec_reserve(&counting.pairs, 1) || vec_reserve(&counting.on_path, 1))
		return -ENOMEM;
	while (tree_walk_next(profile, &walk))
		if (count_node(&counting, &walk))
			return -ENOMEM;
	*count = counting.pairs.count;
	*pairs = TAKE(counting.pairs.items);
	return 0;
}
