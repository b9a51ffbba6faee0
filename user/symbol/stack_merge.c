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

/* A collection of garbage is no frame of its own: it goes with the one that triggered it. */
static int put_python_frames(struct merge *merge, int64_t count)
{
	const struct stack_words *stack = merge->stack;
	int err = 0;

	while (count > 0 && merge->python < stack->python_depth && !err) {
		count -= kind_of(stack->python[merge->python]) == FRAME_WORD_PYTHON;
		err = put_python(merge, 1);
	}
	return err;
}

static int64_t count_python_frames(const struct stack_words *stack)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < stack->python_depth; i++)
		count += kind_of(stack->python[i]) == FRAME_WORD_PYTHON;
	return count;
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
	int err = put_python_frames(merge, -extra);

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		if (runs_python(context, stack->native[i]) && extra-- <= 0)
			err = put_python_frames(merge, 1);
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
	bool joined = false, cut = stack->python_cut, native = false;
	int64_t calls = 0, frames = count_python_frames(stack);

	merged->list.count = 0;
	for (uint32_t i = 0; i < stack->native_depth; i++) {
		joined |= kind_of(stack->native[i]) == FRAME_WORD_JOIN;
		cut |= kind_of(stack->native[i]) == FRAME_WORD_GAP;
		native |= kind_of(stack->native[i]) != FRAME_WORD_KERNEL;
		calls += runs_python(context, stack->native[i]);
	}
	if (joined || !frames || !native)
		return merge_by_joins(&merge);
	if (cut || !calls)
		return merge_without_root(&merge, runs_python, context);
	return merge_from_root(&merge, runs_python, context, calls - frames);
}

void merged_words_done(struct merged_words *merged)
{
	vec_done(&merged->list);
}
