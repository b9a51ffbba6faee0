// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/comparison.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int comparison_init(struct comparison *comparison, size_t old_runs, size_t new_runs)
{
	*comparison = (struct comparison){
		.by_run = old_runs > 1 && new_runs > 1,
		.tree = profile_new(),
	};
	return comparison->tree ? 0 : -ENOMEM;
}

void comparison_done(struct comparison *comparison)
{
	for (int i = 0; i < SIDES; i++) {
		struct comparison_side *side = &comparison->sides[i];
		for (size_t run = 0; run < side->runs.count; run++)
			block_counts_done(&side->runs.items[run]);
		vec_done(&side->runs);
		vec_done(&side->self);
	}
	frames_done(&comparison->names);
	profile_freep(&comparison->tree);
	vec_done(&comparison->functions);
}

/* The tree's frame for one of a run. Both tables grow at the same time, so ids are the same. */
static int64_t common_frame(struct comparison *comparison, const struct frame *frame)
{
	struct frame name = *frame;

	name.first_line = 0;
	int64_t id = frames_intern(&comparison->names, &name);
	if (id < 0 || (size_t)id < comparison->tree->frames.list.count)
		return id;
	int64_t added = frames_intern(&comparison->tree->frames, frame);
	return added < 0 ? added : id;
}

static int map_frames(struct comparison *comparison, const struct profile *profile, uint32_t *ids)
{
	for (size_t i = 0; i < profile->frames.list.count; i++) {
		int64_t id = common_frame(comparison, frames_get(&profile->frames, (uint32_t)i));
		if (id < 0)
			return (int)id;
		ids[i] = (uint32_t)id;
	}
	return 0;
}

static int count_leaf(struct comparison *comparison, struct comparison_side *side,
		      const uint32_t *stack, size_t depth, uint64_t samples)
{
	int64_t leaf = profile_add_leaf(comparison->tree, stack, depth, 0, samples);

	if (leaf < 0)
		return (int)leaf;
	while (side->self.count <= (size_t)leaf)
		if (vec_push(&side->self, 0))
			return -ENOMEM;
	side->self.items[leaf] += samples;
	return 0;
}

/* Adds the run's stacks to the tree. `stack` has room for the deepest. */
static int add_stacks(struct comparison *comparison, struct comparison_side *side,
		      const struct profile *profile, const uint32_t *ids, uint32_t *stack)
{
	const struct profile_node *nodes = profile->nodes.items;

	for (size_t i = 0; i < profile->nodes.count; i++) {
		size_t depth = 0;
		if (!nodes[i].self)
			continue;
		for (size_t at = i; at != PROFILE_ROOT; at = nodes[at].parent)
			depth++;
		for (size_t at = i, left = depth; left; at = nodes[at].parent)
			stack[--left] = ids[nodes[at].frame];
		if (count_leaf(comparison, side, stack, depth, nodes[i].self))
			return -ENOMEM;
	}
	return 0;
}

static int keep_facts(struct comparison *comparison, struct comparison_side *side,
		      const struct profile *profile)
{
	struct strings *strings = &comparison->tree->frames.strings;
	const struct profile_facts *facts = &profile->facts;

	side->samples += profile_total(profile);
	side->cpu_ns += profile_total(profile) * facts->period_ns;
	if (side->runs.count > 1)
		return 0;
	side->facts = *facts;
	side->facts.command = strings_add(strings, facts->command ? facts->command : "");
	side->facts.clock = strings_add(strings, facts->clock ? facts->clock : "");
	return side->facts.command && side->facts.clock ? 0 : -ENOMEM;
}

int comparison_add(struct comparison *comparison, enum comparison_side_id side_id,
		   const struct profile *profile)
{
	struct comparison_side *side = &comparison->sides[side_id];
	CLEANUP(freep) uint32_t *ids = calloc(profile->frames.list.count + 1, sizeof(*ids));
	CLEANUP(freep) uint32_t *stack = calloc(profile->nodes.count, sizeof(*stack));
	struct block_counts counts = {0};

	if (!ids || !stack || map_frames(comparison, profile, ids))
		return -ENOMEM;
	if (block_counts_init(&counts, profile, ids, comparison->tree->frames.list.count,
			      comparison->by_run ? 1 : COMPARISON_BLOCKS) ||
	    vec_push(&side->runs, counts)) {
		block_counts_done(&counts);
		return -ENOMEM;
	}
	if (add_stacks(comparison, side, profile, ids, stack))
		return -ENOMEM;
	return keep_facts(comparison, side, profile);
}

/* One per run, or per block of time: then of all runs together. */
static size_t unit_count(const struct comparison *comparison, int side)
{
	return comparison->by_run ? comparison->sides[side].runs.count : COMPARISON_BLOCKS;
}

static void add_block(const struct block_counts *counts, uint32_t block, uint32_t function,
		      bool total, struct share_unit *unit)
{
	const uint32_t *parts = total ? counts->total : counts->self;

	unit->samples += (double)counts->samples[block];
	if (function < counts->functions)
		unit->part += parts[(size_t)function * counts->blocks + block];
}

/* One function's units of a side; self or total. Returns its samples. */
static uint64_t fill_units(const struct comparison *comparison, int side_id, uint32_t function,
			   bool total, struct share_unit *units)
{
	const struct comparison_side *side = &comparison->sides[side_id];
	size_t count = unit_count(comparison, side_id);
	double samples = 0;

	memset(units, 0, count * sizeof(*units));
	for (size_t run = 0; run < side->runs.count; run++)
		for (uint32_t i = 0; i < side->runs.items[run].blocks; i++)
			add_block(&side->runs.items[run], i, function, total,
				  &units[comparison->by_run ? run : i]);
	for (size_t i = 0; i < count; i++)
		samples += units[i].part;
	return (uint64_t)samples;
}

static struct share_change change_of(const struct comparison *comparison, uint32_t function,
				     bool total, struct share_unit *items, uint64_t *samples)
{
	struct share_units units[SIDES];

	for (int i = 0; i < SIDES; i++) {
		units[i] = (struct share_units){items, unit_count(comparison, i)};
		samples[i] = fill_units(comparison, i, function, total, items);
		items += units[i].count;
	}
	if (comparison->by_run)
		return share_compare(units[SIDE_OLD], units[SIDE_NEW]);
	return share_compare_pairs(units[SIDE_OLD], units[SIDE_NEW]);
}

static bool is_function(const struct frame *frame)
{
	return frame->kind != FRAME_PROCESS && frame->kind != FRAME_THREAD &&
	       frame->kind != FRAME_GAP;
}

static int make_functions(struct comparison *comparison, struct share_unit *units)
{
	const struct frames *frames = &comparison->tree->frames;

	for (uint32_t i = 0; i < frames->list.count; i++) {
		struct function_change function = {.frame = i};
		uint64_t self[SIDES];
		if (!is_function(frames_get(frames, i)))
			continue;
		function.total = change_of(comparison, i, true, units, function.samples);
		if (!function.samples[SIDE_OLD] && !function.samples[SIDE_NEW])
			continue;
		function.self = change_of(comparison, i, false, units, self);
		if (vec_push(&comparison->functions, function))
			return -ENOMEM;
	}
	return 0;
}

static bool is_judged(const struct function_change *function)
{
	return function->samples[SIDE_OLD] + function->samples[SIDE_NEW] >= COMPARISON_RARE;
}

/* Bonferroni: two shares of each function are looked at, and one of all may mislead in 5 %. */
static void judge(struct comparison *comparison)
{
	struct function_change *functions = comparison->functions.items;
	double widest = 0;

	for (size_t i = 0; i < comparison->functions.count; i++)
		comparison->judged += is_judged(&functions[i]);
	double tail = COMPARISON_TAIL / (2 * (double)comparison->judged);
	for (size_t i = 0; i < comparison->functions.count; i++) {
		struct share_change *self = &functions[i].self, *total = &functions[i].total;
		if (!is_judged(&functions[i]))
			continue;
		functions[i].self_beyond = fabs(self->change) > share_margin(self, tail);
		functions[i].total_beyond = fabs(total->change) > share_margin(total, tail);
		if (share_margin(total, COMPARISON_TAIL) > widest) {
			widest = share_margin(total, COMPARISON_TAIL);
			comparison->widest = i;
		}
	}
}

int comparison_finish(struct comparison *comparison)
{
	size_t most = unit_count(comparison, SIDE_OLD) + unit_count(comparison, SIDE_NEW);
	CLEANUP(freep) struct share_unit *units = calloc(most, sizeof(*units));

	if (!units || make_functions(comparison, units))
		return -ENOMEM;
	judge(comparison);
	return 0;
}

uint64_t comparison_samples(const struct comparison *comparison)
{
	uint64_t old = comparison->sides[SIDE_OLD].samples,
		 new = comparison->sides[SIDE_NEW].samples;

	return old < new ? old : new;
}

uint64_t comparison_samples_for(const struct comparison *comparison, double margin)
{
	if (!comparison->judged)
		return COMPARISON_SAMPLES;
	const struct function_change *widest = &comparison->functions.items[comparison->widest];
	double times = share_margin(&widest->total, COMPARISON_TAIL) / margin;

	if (times <= 1)
		return 0;
	return (uint64_t)ceil((double)comparison_samples(comparison) * times * times);
}
