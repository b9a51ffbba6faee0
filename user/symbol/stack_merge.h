/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_SYMBOL_STACK_MERGE_H
#define LTSBPF_SYMBOL_STACK_MERGE_H
/*
 * One list of words out of the two that a stack_record has: Python's frames at the places among the
 * machine's where they run. From 3.11 on the kernel side has found these places and left
 * FRAME_WORD_JOIN there. Up to 3.10 each Python frame is one call of _PyEval_EvalFrameDefault: they
 * are matched from the root on, so that a call that has just begun or is about to end cannot shift
 * the others. When the root is missing on either side, or there are more calls than that (of a
 * greenlet's parent, of another interpreter) or fewer, they cannot be matched: Python's frames then
 * follow behind the machine's up to the first such call, with a gap between.
 * Python's frames keep their order and come once each, whatever the machine's frames are.
 */
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "symbol/words.h"

/* Numbers of words, leaf first each. */
struct stack_words {
	const struct words *words;
	const uint32_t *python, *native;
	uint32_t python_depth, native_depth;
	bool python_cut; /* its root is missing */
	uint32_t gap;	 /* number of the word for GAP_JOIN */
};

/* Numbers of words of all kinds but FRAME_WORD_JOIN, leaf first. Zeroed = empty. */
struct merged_words {
	VEC(uint32_t) list;
};

/* Whether the word of a number is a call of _PyEval_EvalFrameDefault. */
typedef bool (*runs_python_fn)(void *context, uint32_t number);

/* Fills in *merged anew. 0 or -ENOMEM. */
int stack_merge(const struct stack_words *stack, runs_python_fn runs_python, void *context,
		struct merged_words *merged);

void merged_words_done(struct merged_words *merged);

#endif
