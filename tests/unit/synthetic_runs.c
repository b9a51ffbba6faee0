// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "synthetic_runs.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "profile/gate.h"

enum {
	FUNCTIONS = 30
};

/* xorshift64*, Vigna 2016. 0..1, 1 excluded. */
static double next_random(uint64_t *state)
{
	*state ^= *state >> 12;
	*state ^= *state << 25;
	*state ^= *state >> 27;
	return (double)((*state * 0x2545f4914f6cdd1dULL) >> 11) * 0x1p-53;
}

/* The grower, by its share, or one of the others, of which the first ones are larger. */
static int pick(double grower, uint64_t *random)
{
	double at = next_random(random);

	if (at < grower)
		return 0;
	at = (at - grower) / (1 - grower);
	return 1 + (int)(at * at * (FUNCTIONS - 1));
}

static int add_stacks(struct profile *profile, int64_t *leaves)
{
	for (int i = 0; i < FUNCTIONS; i++) {
		char name[32] = "grower";
		if (i)
			snprintf(name, sizeof(name), "other%d", i);
		int64_t main_id = frames_add(&profile->frames, FRAME_PYTHON, "main");
		int64_t leaf_id = frames_add(&profile->frames, FRAME_PYTHON, name);
		if (main_id < 0 || leaf_id < 0)
			return -ENOMEM;
		uint32_t stack[] = {(uint32_t)main_id, (uint32_t)leaf_id};
		leaves[i] = profile_add_leaf(profile, stack, 2, 0, 0);
		if (leaves[i] < 0)
			return -ENOMEM;
	}
	return 0;
}

static int add_sample(struct profile *profile, uint32_t index, int64_t node)
{
	struct profile_sample sample = {.time_ns = index, .node = (uint32_t)node, .weight = 1};

	profile->nodes.items[node].self++;
	for (uint32_t at = (uint32_t)node;; at = profile->nodes.items[at].parent) {
		profile->nodes.items[at].total++;
		if (at == PROFILE_ROOT)
			return vec_push(&profile->samples, sample);
	}
}

static int add_run(struct comparison *comparison, enum comparison_side_id side,
		   const struct synthetic_case *one, uint64_t *random)
{
	CLEANUP(profile_freep) struct profile *profile = profile_new();
	double grower = 0.1 + (side == SIDE_NEW ? one->points / 100 : 0);
	int64_t leaves[FUNCTIONS];
	int now = pick(grower, random);

	if (!profile || add_stacks(profile, leaves))
		return -ENOMEM;
	for (uint32_t i = 0; i < one->samples; i++) {
		if (next_random(random) * one->run_length < 1)
			now = pick(grower, random);
		if (add_sample(profile, i, leaves[now]))
			return -ENOMEM;
	}
	return comparison_add(comparison, side, profile);
}

static int add_runs(struct comparison *comparison, const struct synthetic_case *one, uint64_t seed)
{
	uint64_t random = hash64(seed, 1) | 1;

	for (uint32_t i = 0; i < 2 * one->runs; i++)
		if (add_run(comparison, i % 2 ? SIDE_OLD : SIDE_NEW, one, &random))
			return -ENOMEM;
	return comparison_finish(comparison);
}

static int broken(const struct comparison *comparison, const char *rule, uint32_t *count)
{
	CLEANUP(gate_done) struct gate gate = {0};

	if (gate_add(&gate, rule) || gate_judge(&gate, comparison))
		return -ENOMEM;
	*count += gate.findings.count > 0;
	return 0;
}

static void look_at(const struct comparison *comparison, double points,
		    struct synthetic_result *result)
{
	bool marked = false;

	for (size_t i = 0; i < comparison->functions.count; i++) {
		const struct function_change *function = &comparison->functions.items[i];
		const struct share_change *total = &function->total;
		marked |= function->total_beyond || function->self_beyond;
		if (strcmp(frames_get(&comparison->tree->frames, function->frame)->name, "grower"))
			continue;
		result->missed_by_interval +=
			fabs(total->change - points / 100) > share_margin(total, COMPARISON_TAIL);
	}
	result->marked += marked;
}

int synthetic_trial(const struct synthetic_case *one, uint64_t seed,
		    struct synthetic_result *result)
{
	CLEANUP(comparison_done) struct comparison comparison;

	if (comparison_init(&comparison, one->runs, one->runs) || add_runs(&comparison, one, seed))
		return -ENOMEM;
	look_at(&comparison, one->points, result);
	if (broken(&comparison, "+0.5pp", &result->any_gate))
		return -ENOMEM;
	return broken(&comparison, "func:^grower$>5%", &result->function_gate);
}
