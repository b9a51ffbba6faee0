// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/line_costs.h"

#include "base/cleanup.h"
#include "profile/tree_walk.h"

static bool has_line(const struct profile *profile, uint32_t frame)
{
	const struct frame *at = frames_get(&profile->frames, frame);

	return at->kind == FRAME_PYTHON && at->line;
}

/* Of a Python function without its line. Texts are interned: their addresses tell them apart. */
static uint64_t hash_function(const struct frame *frame)
{
	uint64_t hash = hash64((uintptr_t)frame->name, frame->first_line);

	return hash64(hash64(hash, (uintptr_t)frame->short_name), (uintptr_t)frame->file);
}

static bool same_function(const struct frame *a, const struct frame *b)
{
	return a->name == b->name && a->short_name == b->short_name && a->file == b->file &&
	       a->first_line == b->first_line;
}

/* The functions by their hash. Two of one hash, which chance alone never makes, lose their lines.
 */
static int index_functions(const struct profile *profile, struct map64 *functions)
{
	for (uint32_t i = 0; i < profile->frames.list.count; i++) {
		const struct frame *frame = frames_get(&profile->frames, i);
		if (frame->kind == FRAME_PYTHON && !frame->line &&
		    map64_put(functions, hash_function(frame), i))
			return -ENOMEM;
	}
	return 0;
}

/* Lines of functions that are split by line in the tree itself have themselves as function. */
static uint32_t function_of(const struct profile *profile, const struct map64 *functions,
			    uint32_t frame)
{
	const struct frame *at = frames_get(&profile->frames, frame);
	uint64_t function;

	if (map64_get(functions, hash_function(at), &function) &&
	    same_function(at, frames_get(&profile->frames, (uint32_t)function)))
		return (uint32_t)function;
	return frame;
}

/* By frame id. A frame is a function at a line. */
static void count_totals(const struct profile *detail, uint32_t *on_path, struct line_cost *costs)
{
	struct tree_walk walk = {0};

	while (tree_walk_next(detail, &walk)) {
		const struct profile_node *node = &detail->nodes.items[walk.node];
		if (walk.leaving)
			on_path[node->frame]--;
		else if (!on_path[node->frame]++)
			costs[node->frame].total += node->total;
	}
}

/* The innermost Python frame of a node is its own or its parent's, and parents stand before. */
static void count_own(const struct profile *profile, uint32_t *innermost, struct line_cost *costs)
{
	const struct profile *detail = profile->detail;

	innermost[PROFILE_ROOT] = UINT32_MAX;
	for (size_t i = 1; i < detail->nodes.count; i++) {
		const struct profile_node *node = &detail->nodes.items[i];
		enum frame_kind kind = frames_get(&profile->frames, node->frame)->kind;
		innermost[i] = kind == FRAME_PYTHON ? node->frame : innermost[node->parent];
		if (innermost[i] != UINT32_MAX)
			costs[innermost[i]].own += node->self;
	}
}

static int by_function(const void *left, const void *right)
{
	const struct line_cost *a = left, *b = right;

	if (a->function != b->function)
		return a->function < b->function ? -1 : 1;
	return (a->line > b->line) - (a->line < b->line);
}

/* Leaves only the frames that are lines, and sorts them. */
static int keep_lines(const struct profile *profile, struct line_cost *costs, size_t *count)
{
	struct map64 functions = {0};
	size_t frames = *count, used = 0;
	int err = index_functions(profile, &functions);

	for (uint32_t i = 0; i < frames && !err; i++) {
		if (!costs[i].total || !has_line(profile, i))
			continue;
		costs[used] = costs[i];
		costs[used].function = function_of(profile, &functions, i);
		costs[used++].line = frames_get(&profile->frames, i)->line;
	}
	qsort(costs, used, sizeof(*costs), by_function);
	map64_done(&functions);
	*count = used;
	return err;
}

int line_costs_make(const struct profile *profile, struct line_cost **costs, size_t *count)
{
	const struct profile *detail = profile->detail;
	size_t frames = profile->frames.list.count, nodes = detail ? detail->nodes.count : 0;
	CLEANUP(freep) struct line_cost *list = calloc(frames + 1, sizeof(*list));
	CLEANUP(freep) uint32_t *on_path = calloc(frames + 1, sizeof(*on_path));
	CLEANUP(freep) uint32_t *innermost = calloc(nodes + 1, sizeof(*innermost));

	if (!list || !on_path || !innermost)
		return -ENOMEM;
	*count = frames;
	if (detail) {
		count_totals(detail, on_path, list);
		count_own(profile, innermost, list);
	}
	if (keep_lines(profile, list, count))
		return -ENOMEM;
	*costs = TAKE(list);
	return 0;
}
