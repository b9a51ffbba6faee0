// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/profile.h"

#include <errno.h>
#include <stddef.h>
#include <stdlib.h>

_Static_assert(offsetof(struct profile_node, frame) == offsetof(struct child_node, item) &&
		       offsetof(struct profile_node, parent) ==
			       offsetof(struct child_node, parent) &&
		       offsetof(struct profile_node, first_child) ==
			       offsetof(struct child_node, first_child),
	       "profile_node");

struct profile *profile_new(void)
{
	struct profile *profile = calloc(1, sizeof(*profile));

	if (profile && vec_push(&profile->nodes, (struct profile_node){0})) {
		free(profile);
		return NULL;
	}
	return profile;
}

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	frames_done(&profile->frames);
	vec_done(&profile->nodes);
	child_index_done(&profile->children);
	vec_done(&profile->last_path);
	map64_done(&profile->lines);
	vec_done(&profile->processes);
	vec_done(&profile->losses);
	vec_done(&profile->calls);
	vec_done(&profile->gaps);
	vec_done(&profile->collections);
	vec_done(&profile->imports);
	vec_done(&profile->threads);
	vec_done(&profile->samples);
	profile_free(profile->detail);
	free(profile);
}

void profile_freep(struct profile **profile)
{
	profile_free(*profile);
	*profile = NULL;
}

static struct child_nodes nodes_of(struct profile *profile)
{
	return (struct child_nodes){profile->nodes.items, sizeof(*profile->nodes.items)};
}

/* Behind the first one, where the index looks for it. */
static void add_sibling(struct profile *profile, uint32_t node)
{
	struct profile_node *nodes = profile->nodes.items;
	uint32_t first = nodes[nodes[node].parent].first_child;

	if (first != node) {
		nodes[node].next_sibling = nodes[first].next_sibling;
		nodes[first].next_sibling = node;
	}
}

int64_t profile_child(struct profile *profile, uint32_t parent, uint32_t frame)
{
	uint32_t node = child_index_find(&profile->children, nodes_of(profile), parent, frame);

	if (node)
		return node;
	node = (uint32_t)profile->nodes.count;
	if (vec_push(&profile->nodes, ((struct profile_node){.frame = frame, .parent = parent})))
		return -ENOMEM;
	if (child_index_add(&profile->children, nodes_of(profile), node)) {
		profile->nodes.count--;
		return -ENOMEM;
	}
	add_sibling(profile, node);
	return node;
}

/* Of the path that was added last, what a path begins with too; the rest of it is forgotten. */
static size_t share_last_path(struct profile *profile, const uint32_t *frames, size_t depth)
{
	const uint32_t *last = profile->last_path.items;
	size_t shared = 0;

	while (shared < depth && shared < profile->last_path.count &&
	       profile->nodes.items[last[shared]].frame == frames[shared])
		shared++;
	profile->last_path.count = shared;
	return shared;
}

int64_t profile_add_leaf(struct profile *profile, const uint32_t *frames, size_t depth,
			 uint32_t leaf_line, uint64_t count)
{
	size_t shared = share_last_path(profile, frames, depth);
	int64_t node = shared ? profile->last_path.items[shared - 1] : PROFILE_ROOT;

	for (size_t i = shared; i < depth; i++) {
		node = profile_child(profile, (uint32_t)node, frames[i]);
		if (node < 0 || vec_push(&profile->last_path, (uint32_t)node))
			return -ENOMEM;
	}
	profile->nodes.items[PROFILE_ROOT].total += count;
	for (size_t i = 0; i < depth; i++)
		profile->nodes.items[profile->last_path.items[i]].total += count;
	profile->nodes.items[node].self += count;
	if (depth && leaf_line &&
	    map64_add(&profile->lines, (uint64_t)frames[depth - 1] << 32 | leaf_line, count))
		return -ENOMEM;
	return node;
}

int profile_add(struct profile *profile, const uint32_t *frames, size_t depth, uint32_t leaf_line,
		uint64_t count)
{
	return profile_add_leaf(profile, frames, depth, leaf_line, count) < 0 ? -ENOMEM : 0;
}

uint64_t profile_total(const struct profile *profile)
{
	return profile->nodes.items[PROFILE_ROOT].total;
}

double profile_seconds(const struct profile *profile, uint64_t samples)
{
	return (double)samples * (double)profile->facts.period_ns / 1e9;
}
