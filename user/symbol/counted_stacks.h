/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_COUNTED_STACKS_H
#define LTSBPF_SYMBOL_COUNTED_STACKS_H
/*
 * The stacks of a run, each once, and how many samples they have by thread. Stacks share the words
 * of their outer frames: they are paths of a tree of words.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/child_index.h"
#include "base/map64.h"
#include "base/vec.h"
#include "ltsbpf.h"
#include "symbol/words.h"

struct counted_stack {
	uint32_t python, native; /* nodes of the innermost words */
	uint16_t depth, native_depth;
	uint32_t status;
	uint32_t process;  /* index in struct processes; two of them never share a hash */
	uint32_t tid;	   /* of its first sample: stacks of one thread are alike */
	uint32_t main_tid; /* most stacks are of one thread; 0: threads are not told apart */
	uint64_t samples;  /* in that thread */
};

struct counted_sample {
	uint64_t time_ns; /* CLOCK_MONOTONIC */
	uint32_t stack, tid, weight;
};

/* The last path of some threads: the next one shares most of it. */
struct recent_path {
	uint32_t pid;
	VEC(uint64_t) words; /* root first */
	VEC(uint32_t) nodes;
};

enum {
	RECENT_PATHS = 64
};

/* Zeroed = empty. */
struct counted_stacks {
	struct words words;
	VEC(struct child_node) nodes; /* [0] is the root; item = number of a word */
	struct child_index children;
	struct recent_path recent[RECENT_PATHS];
	uint64_t depths; /* words of all stacks, those that are shared once for each of them */
	VEC(struct counted_stack) list;
	struct map64 by_hash;
	struct map64 elsewhere;		     /* stack << 32 | another tid -> samples */
	VEC(struct counted_sample) timeline; /* in the order they came; if asked for */
};

/* Takes a stack that is not known yet. 0 or -ENOMEM. */
int counted_stacks_add(struct counted_stacks *stacks, const struct stack_record *record,
		       uint32_t process);

/* Counts samples of a stack, by its index, in a thread (0: not told apart). 0 or -ENOMEM. */
int counted_stacks_count(struct counted_stacks *stacks, uint32_t stack, uint32_t tid,
			 uint32_t samples);

/* The stack of this hash; NULL when it never came. */
const struct counted_stack *counted_stacks_find(const struct counted_stacks *stacks, uint64_t hash);

/* Fills in the numbers of `depth` words, leaf first. */
void counted_stacks_words(const struct counted_stacks *stacks, uint32_t node, uint32_t depth,
			  uint32_t *words);

/* Samples of one stack in one thread. */
struct stack_samples {
	uint32_t near;	     /* the thread whose stacks are like it */
	uint32_t stack, tid; /* tid 0: not told apart */
	uint64_t samples;
};

/*
 * All samples, in an order in which a stack most often shares its outer frames with the one before.
 * The list is owned by the caller; NULL when memory is out.
 */
struct stack_samples *counted_stacks_samples(const struct counted_stacks *stacks, size_t *count);

void counted_stacks_done(struct counted_stacks *stacks);

#endif
