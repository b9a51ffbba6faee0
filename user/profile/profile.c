// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/profile.h"

#include <errno.h>
#include <stdlib.h>

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
	map64_done(&profile->children);
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

int64_t profile_child(struct profile *profile, uint32_t parent, uint32_t frame)
{
	uint64_t node, key = (uint64_t)parent << 32 | frame;

	if (map64_get(&profile->children, key, &node))
		return (int64_t)node;
	struct profile_node child = {
		.frame = frame,
		.parent = parent,
		.next_sibling = profile->nodes.items[parent].first_child,
	};
	node = profile->nodes.count;
	if (vec_push(&profile->nodes, child))
		return -ENOMEM;
	if (map64_put(&profile->children, key, node)) {
		profile->nodes.count--;
		return -ENOMEM;
	}
	profile->nodes.items[parent].first_child = (uint32_t)node;
	return (int64_t)node;
}

int64_t profile_add_leaf(struct profile *profile, const uint32_t *frames, size_t depth,
			 uint32_t leaf_line, uint64_t count)
{
	int64_t node = PROFILE_ROOT;

	profile->nodes.items[PROFILE_ROOT].total += count;
	for (size_t i = 0; i < depth; i++) {
		node = profile_child(profile, (uint32_t)node, frames[i]);
		if (node < 0)
			return -ENOMEM;
		profile->nodes.items[node].total += count;
	}
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
