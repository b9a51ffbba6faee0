// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_merge.h"

#include <errno.h>

#include "ltsbpf.h"

struct merge {
	const struct stack_words *stack;
	struct merged_words *merged;
	uint32_t python; /* the next one */
};

static enum frame_word kind_of(uint64_t word)
{
	return word >> FRAME_KIND_SHIFT;
}

static int put_python(struct merge *merge, uint64_t count)
{
	uint32_t left = merge->stack->python_depth - merge->python;

	if (count > left)
		count = left;
	for (uint64_t i = 0; i < count; i++)
		if (vec_push(&merge->merged->list, merge->stack->python[merge->python++]))
			return -ENOMEM;
	return 0;
}

static int put_gap(struct merge *merge, enum frame_gap gap)
{
	return vec_push(&merge->merged->list, (uint64_t)FRAME_WORD_GAP << FRAME_KIND_SHIFT | gap);
}

/* The kernel side has found the places. */
static int merge_by_joins(struct merge *merge)
{
	const struct stack_words *stack = merge->stack;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		uint64_t word = stack->native[i];
		if (kind_of(word) == FRAME_WORD_JOIN)
			err = put_python(merge, word & FRAME_ID_MASK);
		else
			err = vec_push(&merge->merged->list, word);
	}
	return err ? err : put_python(merge, UINT64_MAX);
}

/* Each call of the interpreter has one frame; the `extra` innermost ones have none yet, or, when
 * that is negative, so many frames are without a call. */
static int merge_from_root(struct merge *merge, runs_python_fn runs_python, const void *context,
			   int64_t extra)
{
	const struct stack_words *stack = merge->stack;
	int err = extra < 0 ? put_python(merge, (uint64_t)-extra) : 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		if (runs_python(context, stack->native[i]) && extra-- <= 0)
			err = put_python(merge, 1);
		if (!err)
			err = vec_push(&merge->merged->list, stack->native[i]);
	}
	return err ? err : put_python(merge, UINT64_MAX);
}

static int merge_without_root(struct merge *merge, runs_python_fn runs_python, const void *context)
{
	const struct stack_words *stack = merge->stack;
	bool gap = false;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		if (runs_python(context, stack->native[i]))
			break;
		gap = kind_of(stack->native[i]) == FRAME_WORD_GAP;
		err = vec_push(&merge->merged->list, stack->native[i]);
	}
	if (!err && !gap)
		err = put_gap(merge, GAP_JOIN);
	return err ? err : put_python(merge, UINT64_MAX);
}

int stack_merge(const struct stack_words *stack, runs_python_fn runs_python, const void *context,
		struct merged_words *merged)
{
	struct merge merge = {.stack = stack, .merged = merged};
	bool joined = false, cut = stack->python_cut;
	int64_t calls = 0;

	merged->list.count = 0;
	for (uint32_t i = 0; i < stack->native_depth; i++) {
		joined |= kind_of(stack->native[i]) == FRAME_WORD_JOIN;
		cut |= kind_of(stack->native[i]) == FRAME_WORD_GAP;
		calls += runs_python(context, stack->native[i]);
	}
	if (joined || !stack->python_depth || !stack->native_depth)
		return merge_by_joins(&merge);
	if (cut)
		return merge_without_root(&merge, runs_python, context);
	return merge_from_root(&merge, runs_python, context, calls - stack->python_depth);
}

void merged_words_done(struct merged_words *merged)
{
	vec_done(&merged->list);
}
