/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_COUNTED_STACKS_H
#define LTSBPF_SYMBOL_COUNTED_STACKS_H
/* The stacks of a run as words, each once, and how many samples they have by thread. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map64.h"
#include "base/vec.h"
#include "ltsbpf.h"

struct counted_stack {
	size_t first; /* in words: Python's, then the machine's */
	uint32_t depth, native_depth, status;
	uint32_t process; /* index in struct processes; two of them never share a hash */
};

struct counted_sample {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint32_t stack, tid, weight;
};

/* Zeroed = empty. */
struct counted_stacks {
	VEC(uint64_t) words;
	VEC(struct counted_stack) list;
	struct map64 by_hash;
	struct map64 samples;		     /* stack << 32 | tid (0: not told apart) -> samples */
	VEC(struct counted_sample) timeline; /* in the order they came; if asked for */
};

/* Takes a stack that is not known yet. 0 or -ENOMEM. */
int counted_stacks_add(struct counted_stacks *stacks, const struct stack_record *record,
		       uint32_t process);

/* The stack of this hash; NULL when it never came. */
const struct counted_stack *counted_stacks_find(const struct counted_stacks *stacks, uint64_t hash);

void counted_stacks_done(struct counted_stacks *stacks);

#endif
