// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/function_costs.h"

#include <errno.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "profile/tree_walk.h"

/* A function counts where it is met first on the way from the root. */
static int add_costs(const struct profile *profile, struct function_cost *list)
{
	CLEANUP(freep) uint32_t *active = calloc(profile->frames.list.count + 1, sizeof(*active));
	struct tree_walk walk = {0};

	if (!active)
		return -ENOMEM;
	while (tree_walk_next(profile, &walk)) {
		const struct profile_node *node = &profile->nodes.items[walk.node];
		if (walk.leaving) {
			active[node->frame]--;
			continue;
		}
		list[node->frame].self += node->self;
		if (!active[node->frame]++)
			list[node->frame].total += node->total;
	}
	return 0;
}

static bool is_function(const struct profile *profile, uint32_t frame)
{
	enum frame_kind kind = frames_get(&profile->frames, frame)->kind;

	return kind != FRAME_PROCESS && kind != FRAME_THREAD && kind != FRAME_GAP;
}

int profile_functions(const struct profile *profile, struct function_cost **costs, size_t *count)
{
	size_t frames = profile->frames.list.count, used = 0;
	CLEANUP(freep) struct function_cost *list = calloc(frames + 1, sizeof(*list));

	if (!list)
		return -ENOMEM;
	for (size_t i = 0; i < frames; i++)
		list[i].frame = (uint32_t)i;
	if (add_costs(profile, list))
		return -ENOMEM;
	for (size_t i = 0; i < frames; i++)
		if (is_function(profile, (uint32_t)i) && list[i].total)
			list[used++] = list[i];
	*costs = TAKE(list);
	*count = used;
	return 0;
}
