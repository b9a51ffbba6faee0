// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/counted_stacks.h"

#include <errno.h>
#include <string.h>

int counted_stacks_add(struct counted_stacks *stacks, const struct stack_record *record,
		       uint32_t process)
{
	uint32_t depth = record->depth + record->native_depth;
	struct counted_stack stack = {
		.first = stacks->words.count,
		.depth = record->depth,
		.native_depth = record->native_depth,
		.status = record->status < STACK_STATUSES ? record->status : STACK_UNREADABLE,
		.process = process,
	};

	if (vec_reserve(&stacks->words, depth))
		return -ENOMEM;
	memcpy(stacks->words.items + stacks->words.count, record->frames,
	       depth * sizeof(*record->frames));
	stacks->words.count += depth;
	if (vec_push(&stacks->list, stack))
		return -ENOMEM;
	return map64_put(&stacks->by_hash, record->stack, stacks->list.count - 1);
}

const struct counted_stack *counted_stacks_find(const struct counted_stacks *stacks, uint64_t hash)
{
	uint64_t index;

	return map64_get(&stacks->by_hash, hash, &index) ? &stacks->list.items[index] : NULL;
}

void counted_stacks_done(struct counted_stacks *stacks)
{
	vec_done(&stacks->words);
	vec_done(&stacks->list);
	map64_done(&stacks->by_hash);
	map64_done(&stacks->samples);
	vec_done(&stacks->timeline);
}
