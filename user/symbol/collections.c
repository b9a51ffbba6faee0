// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/collections.h"

#include <errno.h>

#include "profile/profile.h"

void collections_add(struct collections *collections, const struct collection_record *record)
{
	if (record->generation >= COLLECTION_GENERATIONS)
		return;
	struct collection_sum *sum = &collections->generations[record->generation];

	sum->count++;
	sum->total_ns += record->duration_ns;
	if (record->duration_ns > sum->longest_ns)
		sum->longest_ns = record->duration_ns;
	if (record->collected > 0)
		sum->collected += (uint64_t)record->collected;
}

int collections_fill(const struct collections *collections, struct profile *profile)
{
	for (uint32_t i = 0; i < COLLECTION_GENERATIONS; i++) {
		const struct profile_collection entry = {
			.generation = i,
			.count = collections->generations[i].count,
			.total_s = (double)collections->generations[i].total_ns / 1e9,
			.longest_s = (double)collections->generations[i].longest_ns / 1e9,
			.collected = collections->generations[i].collected,
		};
		if (entry.count && vec_push(&profile->collections, entry))
			return -ENOMEM;
	}
	return 0;
}
