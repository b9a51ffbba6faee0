// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "profile/merge_events.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

int merge_collections(struct profile *into, const struct profile *from)
{
	for (size_t i = 0; i < from->collections.count; i++) {
		struct profile_collection added = from->collections.items[i], *there;
		size_t at = 0;
		while (at < into->collections.count &&
		       into->collections.items[at].generation < added.generation)
			at++;
		there = &into->collections.items[at];
		if (at < into->collections.count && there->generation == added.generation) {
			there->count += added.count;
			there->total_s += added.total_s;
			there->collected += added.collected;
			if (there->longest_s < added.longest_s)
				there->longest_s = added.longest_s;
			continue;
		}
		if (vec_push(&into->collections, added))
			return -ENOMEM;
		there = &into->collections.items[at];
		memmove(there + 1, there, (into->collections.count - 1 - at) * sizeof(*there));
		*there = added;
	}
	return 0;
}

/* An import with the same module below the same one is the same. */
int merge_imports(struct profile *into, const struct profile *from)
{
	CLEANUP(freep) uint32_t *place = calloc(from->imports.count + 1, sizeof(*place));
	struct map64 known = {0};
	int err = place ? 0 : -ENOMEM;

	for (size_t i = 0; i < into->imports.count && !err; i++)
		err = map64_put(&known,
				hash64(into->imports.items[i].parent,
				       (uintptr_t)into->imports.items[i].module),
				i);
	for (size_t i = 0; i < from->imports.count && !err; i++) {
		struct profile_import added = from->imports.items[i];
		uint64_t at, key;
		added.module = strings_add(&into->frames.strings, added.module);
		added.parent = added.parent ? place[added.parent - 1] + 1 : 0;
		key = hash64(added.parent, (uintptr_t)added.module);
		if (map64_get(&known, key, &at)) {
			into->imports.items[at].count += added.count;
			into->imports.items[at].total_s += added.total_s;
			into->imports.items[at].self_s += added.self_s;
		} else {
			at = into->imports.count;
			if (!added.module || vec_push(&into->imports, added) ||
			    map64_put(&known, key, at))
				err = -ENOMEM;
		}
		place[i] = (uint32_t)at;
	}
	map64_done(&known);
	return err;
}

static uint64_t pair_of(const struct profile_call *call)
{
	return (uint64_t)call->caller << 32 | call->callee;
}

static int add_call(struct profile *into, struct map64 *known, const struct profile_call *call)
{
	uint64_t at;

	if (!map64_get(known, pair_of(call), &at))
		return vec_push(&into->calls, *call) ||
				       map64_put(known, pair_of(call), into->calls.count - 1)
			       ? -ENOMEM
			       : 0;
	struct profile_call *there = &into->calls.items[at];
	there->calls += call->calls;
	there->primitive += call->primitive;
	there->pair_primitive += call->pair_primitive;
	there->own_s += call->own_s;
	there->total_s += call->total_s;
	there->pair_total_s += call->pair_total_s;
	return 0;
}

int merge_calls(struct profile *into, const struct profile *from, const uint32_t *frames)
{
	struct map64 known = {0};
	int err = 0;

	for (int side = 0; side < 2 && !err; side++) {
		const struct profile *list = side ? from : into;
		size_t count = list->calls.count;
		for (size_t i = 0; i < count && !err; i++) {
			struct profile_call call = list->calls.items[i];
			if (side) {
				call.callee = frames[call.callee];
				if (call.caller != NO_CALLER)
					call.caller = frames[call.caller];
			}
			err = side ? add_call(into, &known, &call)
				   : map64_put(&known, pair_of(&call), i);
		}
	}
	map64_done(&known);
	return err;
}
