// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "output/flamegraph_layout.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* About what a box takes in the file, its label not counted (measured: 140 to 230). */
enum {
	BYTES_PER_BOX = 200,
	BYTES_WANTED = 450000
};

/* A node that is large enough to be seen. */
struct candidate {
	uint64_t samples;
	uint32_t node, depth;
	size_t bytes; /* of its box in the file */
};

struct candidates {
	VEC(struct candidate) list;
};

static void candidates_done(struct candidates *candidates)
{
	vec_done(&candidates->list);
}

static int find_candidates(const struct call_order *order, struct candidates *candidates)
{
	const struct profile *profile = order->profile;
	double least = (double)profile_total(profile) / 1000;
	uint32_t node = PROFILE_ROOT, depth = 0;
	bool large = true;

	while ((node = call_order_next(order, node, large, &depth))) {
		const char *label = call_order_label(order, node);
		struct candidate candidate = {
			.samples = profile->nodes.items[node].total,
			.node = node,
			.depth = depth,
			.bytes = BYTES_PER_BOX + strnlen(label, FLAMEGRAPH_LABEL),
		};
		large = candidate.samples && (double)candidate.samples >= least;
		if (large && vec_push(&candidates->list, candidate))
			return -ENOMEM;
	}
	return 0;
}

/* The largest first, a caller before its callees, and no two equal. */
static int compare_candidates(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->samples != y->samples)
		return x->samples > y->samples ? -1 : 1;
	if (x->depth != y->depth)
		return x->depth < y->depth ? -1 : 1;
	return x->node < y->node ? -1 : 1;
}

/* Marks the nodes that become boxes: as many of the largest as the file has room for. */
static int choose(const struct call_order *order, bool *chosen)
{
	CLEANUP(candidates_done) struct candidates candidates = {0};
	const struct candidate *list;
	size_t bytes = 0;
	int err = find_candidates(order, &candidates);

	if (err || !candidates.list.count)
		return err;
	list = candidates.list.items;
	qsort(candidates.list.items, candidates.list.count, sizeof(*list), compare_candidates);
	for (size_t i = 0; i < candidates.list.count; i++) {
		bytes += list[i].bytes;
		if (bytes > BYTES_WANTED)
			break;
		chosen[list[i].node] = true;
	}
	return 0;
}

/* Room for the edge of every depth up to `depth`; those never seen before start at 0. */
static int reach(struct flamegraph_layout *layout, uint32_t depth)
{
	while (layout->edges.count <= depth)
		if (vec_push(&layout->edges, 0))
			return -ENOMEM;
	return 0;
}

static int place(struct flamegraph_layout *layout, uint32_t node, uint32_t depth)
{
	uint64_t samples = layout->order.profile->nodes.items[node].total;

	if (reach(layout, depth + 1))
		return -ENOMEM;
	struct flamegraph_box box = {node, depth, layout->edges.items[depth]};
	layout->edges.items[depth + 1] = box.left;
	layout->edges.items[depth] += samples;
	if (depth >= layout->rows)
		layout->rows = depth + 1;
	return vec_push(&layout->boxes, box);
}

static void hide(struct flamegraph_layout *layout, uint32_t node)
{
	const struct profile *profile = layout->order.profile;
	uint64_t samples = profile->nodes.items[node].total;
	double share = (double)samples / (double)profile_total(profile);
	uint32_t per_mille = (uint32_t)(share * 1000) + 1;

	layout->hidden_samples += samples;
	if (per_mille > layout->per_mille)
		layout->per_mille = per_mille;
}

static int place_all(struct flamegraph_layout *layout, const bool *chosen)
{
	uint32_t node = PROFILE_ROOT, depth = 0;
	bool shown = true;

	if (place(layout, PROFILE_ROOT, 0))
		return -ENOMEM;
	while ((node = call_order_next(&layout->order, node, shown, &depth))) {
		shown = chosen[node];
		if (!shown)
			hide(layout, node);
		else if (place(layout, node, depth))
			return -ENOMEM;
	}
	layout->hidden_frames = layout->order.profile->nodes.count - layout->boxes.count;
	return 0;
}

int flamegraph_layout_init(struct flamegraph_layout *layout, const struct profile *profile)
{
	CLEANUP(freep) bool *chosen = calloc(profile->nodes.count, sizeof(*chosen));

	*layout = (struct flamegraph_layout){.per_mille = 1};
	if (!chosen)
		return -ENOMEM;
	int err = call_order_init(&layout->order, profile, "");
	if (err || !profile_total(profile))
		return err;
	err = choose(&layout->order, chosen);
	return err ? err : place_all(layout, chosen);
}

void flamegraph_layout_done(struct flamegraph_layout *layout)
{
	call_order_done(&layout->order);
	vec_done(&layout->boxes);
	vec_done(&layout->edges);
}

uint32_t flamegraph_layout_height(const struct flamegraph_layout *layout)
{
	uint32_t rows = layout->rows > 4 ? layout->rows : 4;

	return FLAMEGRAPH_HEAD + rows * FLAMEGRAPH_ROW + FLAMEGRAPH_PAD;
}
