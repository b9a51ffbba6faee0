// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "symbol/stack_merge.h"

#include <errno.h>

#include "ltsbpf.h"

struct merge {
	const struct stack_words *stack;
	struct merged_words *merged;
	uint32_t python; /* the next one */
};

static uint64_t word_of(const struct stack_words *stack, uint32_t number)
{
	return stack->words->list.items[number].word;
}

static enum frame_word kind_of(const struct stack_words *stack, uint32_t number)
{
	return word_kind(word_of(stack, number));
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

/* One frame. A collection of garbage is none of its own: it goes with the one that triggered it. */
static int put_python_frame(struct merge *merge)
{
	const struct stack_words *stack = merge->stack;
	bool is_frame = false;
	int err = 0;

	while (!is_frame && merge->python < stack->python_depth && !err) {
		is_frame = kind_of(stack, stack->python[merge->python]) != FRAME_WORD_COLLECTION;
		err = put_python(merge, 1);
	}
	return err;
}

static int64_t count_python_frames(const struct stack_words *stack)
{
	int64_t count = 0;

	for (uint32_t i = 0; i < stack->python_depth; i++)
		count += kind_of(stack, stack->python[i]) != FRAME_WORD_COLLECTION;
	return count;
}

/* Python frames whose place is not known come behind a gap: the one that is there, or another. */
static int put_rest(struct merge *merge)
{
	struct merged_words *merged = merge->merged;
	size_t count = merged->list.count;

	if (merge->python < merge->stack->python_depth && count &&
	    kind_of(merge->stack, merged->list.items[count - 1]) != FRAME_WORD_GAP &&
	    vec_push(&merged->list, merge->stack->gap))
		return -ENOMEM;
	return put_python(merge, UINT64_MAX);
}

/* The kernel side has found the places. */
static int merge_by_joins(struct merge *merge)
{
	const struct stack_words *stack = merge->stack;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		uint32_t number = stack->native[i];
		if (kind_of(stack, number) == FRAME_WORD_JOIN)
			err = put_python(merge, word_of(stack, number) & FRAME_ID_MASK);
		else
			err = vec_push(&merge->merged->list, number);
	}
	return err ? err : put_rest(merge);
}

/* Native frames were not wanted. */
static int merge_with_kernel(struct merge *merge)
{
	const struct stack_words *stack = merge->stack;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++)
		err = vec_push(&merge->merged->list, stack->native[i]);
	return err ? err : put_python(merge, UINT64_MAX);
}

/* Each call of the interpreter has one frame; the innermost one, when `early`, has none yet. */
static int merge_from_root(struct merge *merge, runs_python_fn runs_python, void *context,
			   bool early)
{
	const struct stack_words *stack = merge->stack;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		bool call = runs_python(context, stack->native[i]);
		if (call && !early)
			err = put_python_frame(merge);
		early &= !call;
		if (!err)
			err = vec_push(&merge->merged->list, stack->native[i]);
	}
	return err ? err : put_rest(merge);
}

static int merge_without_root(struct merge *merge, runs_python_fn runs_python, void *context)
{
	const struct stack_words *stack = merge->stack;
	bool called = false;
	int err = 0;

	for (uint32_t i = 0; i < stack->native_depth && !err; i++) {
		uint32_t number = stack->native[i];
		called |= runs_python(context, number);
		if (!called || kind_of(stack, number) == FRAME_WORD_GAP)
			err = vec_push(&merge->merged->list, number);
	}
	return err ? err : put_rest(merge);
}

int stack_merge(const struct stack_words *stack, runs_python_fn runs_python, void *context,
		struct merged_words *merged)
{
	struct merge merge = {.stack = stack, .merged = merged};
	bool joined = false, cut = stack->python_cut, native = false;
	int64_t calls = 0, frames = count_python_frames(stack);

	merged->list.count = 0;
	for (uint32_t i = 0; i < stack->native_depth; i++) {
		joined |= kind_of(stack, stack->native[i]) == FRAME_WORD_JOIN;
		cut |= kind_of(stack, stack->native[i]) == FRAME_WORD_GAP;
		native |= kind_of(stack, stack->native[i]) != FRAME_WORD_KERNEL;
		calls += runs_python(context, stack->native[i]);
	}
	if (!joined && !frames && put_python(&merge, UINT64_MAX)) /* a collection */
		return -ENOMEM;
	if (joined || !frames)
		return merge_by_joins(&merge);
	if (!native)
		return merge_with_kernel(&merge);
	if (cut || calls < frames || calls > frames + 1)
		return merge_without_root(&merge, runs_python, context);
	return merge_from_root(&merge, runs_python, context, calls > frames);
}

void merged_words_done(struct merged_words *merged)
{
	vec_done(&merged->list);
}
