// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/block_counts.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "profile/profile.h"

/* By node, for the block that is being counted. */
struct tally {
	const struct profile *profile;
	uint32_t *functions;
	bool *outermost; /* no caller of the node is the same function */
	uint64_t *samples;
};

static void tally_done(struct tally *tally)
{
	free(tally->functions);
	free(tally->outermost);
	free(tally->samples);
}

static bool is_outermost(const struct tally *tally, size_t node)
{
	const struct profile_node *nodes = tally->profile->nodes.items;

	for (uint32_t i = nodes[node].parent; i != PROFILE_ROOT; i = nodes[i].parent)
		if (tally->functions[i] == tally->functions[node])
			return false;
	return true;
}

static int tally_init(struct tally *tally, const uint32_t *function_of)
{
	const struct profile_node *nodes = tally->profile->nodes.items;
	size_t count = tally->profile->nodes.count;

	tally->functions = calloc(count, sizeof(*tally->functions));
	tally->outermost = calloc(count, sizeof(*tally->outermost));
	tally->samples = calloc(count, sizeof(*tally->samples));
	if (!tally->functions || !tally->outermost || !tally->samples)
		return -ENOMEM;
	for (size_t i = 1; i < count; i++) { /* callers stand before */
		tally->functions[i] = function_of[nodes[i].frame];
		tally->outermost[i] = is_outermost(tally, i);
	}
	return 0;
}

/* Gives the samples of the nodes to their functions, and leaves the nodes with none. */
static void close_block(struct block_counts *counts, uint32_t block, struct tally *tally)
{
	uint64_t *samples = tally->samples;

	for (size_t i = tally->profile->nodes.count - 1; i > 0; i--) {
		size_t cell = (size_t)tally->functions[i] * counts->blocks + block;
		counts->total[cell] += tally->outermost[i] ? (uint32_t)samples[i] : 0;
		samples[tally->profile->nodes.items[i].parent] += samples[i];
		samples[i] = 0;
	}
	counts->samples[block] = samples[PROFILE_ROOT];
	samples[PROFILE_ROOT] = 0;
}

static void take(struct block_counts *counts, uint32_t block, struct tally *tally, uint32_t node,
		 uint64_t samples)
{
	if (node != PROFILE_ROOT)
		counts->self[(size_t)tally->functions[node] * counts->blocks + block] +=
			(uint32_t)samples;
	tally->samples[node] += samples;
}

static void count_whole(struct block_counts *counts, struct tally *tally)
{
	for (uint32_t i = 0; i < tally->profile->nodes.count; i++)
		take(counts, 0, tally, i, tally->profile->nodes.items[i].self);
	close_block(counts, 0, tally);
}

static void count_blocks(struct block_counts *counts, struct tally *tally)
{
	uint64_t all = profile_total(tally->profile), before = 0;
	uint32_t block = 0;

	for (size_t i = 0; i < tally->profile->samples.count; i++) {
		const struct profile_sample *sample = &tally->profile->samples.items[i];
		while (block + 1 < counts->blocks && before >= all * (block + 1) / counts->blocks)
			close_block(counts, block++, tally);
		take(counts, block, tally, sample->node, sample->weight);
		before += sample->weight;
	}
	close_block(counts, block, tally);
}

int block_counts_init(struct block_counts *counts, const struct profile *profile,
		      const uint32_t *function_of, size_t functions, uint32_t blocks)
{
	CLEANUP(tally_done) struct tally tally = {.profile = profile};
	size_t cells = functions * blocks + 1;

	*counts = (struct block_counts){
		.blocks = blocks,
		.functions = functions,
		.samples = calloc(blocks, sizeof(*counts->samples)),
		.self = calloc(cells, sizeof(*counts->self)),
		.total = calloc(cells, sizeof(*counts->total)),
	};
	if (!counts->samples || !counts->self || !counts->total || tally_init(&tally, function_of))
		return -ENOMEM;
	if (blocks == 1)
		count_whole(counts, &tally);
	else
		count_blocks(counts, &tally);
	return 0;
}

void block_counts_done(struct block_counts *counts)
{
	free(counts->samples);
	free(counts->self);
	free(counts->total);
	*counts = (struct block_counts){0};
}
